//! The bare processor: all `unsafe` of these programs but the entry's name.

use core::arch::asm;

/// Begins a program: `main` runs with the floating-point unit on, and its answer is QEMU's exit code, 0 or 1.
///
/// A linker script points the reset vector here through the symbol `reset`.
pub fn run(main: fn() -> bool) -> ! {
    // The compiler may use the unit's registers for copies, and it is off at reset.
    // SAFETY: CPACR is a register of every Cortex-M4; this is what the manual prescribes, and nothing else runs yet.
    unsafe {
        (0xE000_ED88 as *mut u32).write_volatile(0xF << 20);
        asm!("dsb", "isb");
    }
    exit(main())
}

/// Ends the program.
pub fn exit(success: bool) -> ! {
    // SYS_EXIT: "the application has ended", or "there was a run-time error".
    semihosting(0x18, if success { 0x2_0026 } else { 0x2_0023 });
    loop {
        core::hint::spin_loop();
    }
}

/// Prints the bytes on the standard output of QEMU, one by one.
pub fn print(bytes: &[u8]) {
    for byte in bytes {
        semihosting(0x03, core::ptr::from_ref(byte) as u32); // SYS_WRITEC
    }
}

/// Asks the machine that emulates this one.
fn semihosting(operation: u32, argument: u32) {
    // SAFETY: of the two operations used here one reads the byte that the argument points to, and one does not return.
    unsafe { asm!("bkpt #0xAB", inout("r0") operation => _, in("r1") argument, options(nostack)) };
}
