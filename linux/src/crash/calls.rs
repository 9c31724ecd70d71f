//! Whether an address is one that a call returns to: whether the instruction before it is a call.
//!
//! The images' programs have neither frame pointers nor tables for unwinding. So the stack is looked through for such
//! addresses, as crash handlers do that have nothing else ("stack scanning"). Some that are found belong to calls that were over.

use core::ops::Range;

/// Whose instructions they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Processor {
    /// x86-64
    Amd64,
    /// ARM, 64 bit
    Aarch64,
    /// ARM, 32 bit: both of its instruction sets
    Arm,
    /// One of which nothing is known here.
    Other,
}

impl Processor {
    /// The one that this program is built for.
    pub const HERE: Self = if cfg!(target_arch = "x86_64") {
        Processor::Amd64
    } else if cfg!(target_arch = "aarch64") {
        Processor::Aarch64
    } else if cfg!(target_arch = "arm") {
        Processor::Arm
    } else {
        Processor::Other
    };
}

/// Whether `before`, the eight bytes in front of `address`, end with a call; one to a known place has to lead into `code`.
pub fn follows_call(processor: Processor, before: [u8; 8], address: u64, code: &Range<u64>) -> bool {
    match processor {
        Processor::Amd64 => amd64(before, address, code),
        Processor::Aarch64 => address % 4 == 0 && aarch64(last(before), address, code),
        Processor::Arm if address % 2 == 1 => thumb(before),
        Processor::Arm => address % 4 == 0 && arm(last(before)),
        Processor::Other => false,
    }
}

fn last([_, _, _, _, a, b, c, d]: [u8; 8]) -> u32 {
    u32::from_le_bytes([a, b, c, d])
}

/// `e8` with the distance, or `ff /2` with one of the forms of an address.
fn amd64(before: [u8; 8], address: u64, code: &Range<u64>) -> bool {
    let [_, b7, b6, opcode, b4, b3, b2, b1] = before;
    let distance = i32::from_le_bytes([b4, b3, b2, b1]);
    if opcode == 0xe8 && code.contains(&address.wrapping_add_signed(distance.into())) {
        return true;
    }
    // The byte after the opcode: mode, 2 for a call, register. 4 for a register is one byte more.
    let call = |opcode: u8, form: u8, fits: fn(u8, u8) -> bool| {
        opcode == 0xff && (form >> 3) & 7 == 2 && fits(form >> 6, form & 7)
    };
    call(b2, b1, |mode, register| mode == 3 || (mode == 0 && !matches!(register, 4 | 5)))
        || call(b3, b2, |mode, register| (mode == 1 && register != 4) || (mode == 0 && register == 4))
        || call(b4, b3, |mode, register| mode == 1 && register == 4)
        || call(b6, opcode, |mode, register| (mode == 2 && register != 4) || (mode == 0 && register == 5))
        || call(b7, b6, |mode, register| matches!(mode, 0 | 2) && register == 4)
}

/// `bl` with the distance in instructions, or `blr`.
fn aarch64(instruction: u32, address: u64, code: &Range<u64>) -> bool {
    if instruction >> 26 == 0b10_0101 {
        // 26 bits, moved up and down again for their sign, in units of four bytes.
        let distance = i64::from((instruction << 6) as i32 >> 4);
        return code.contains(&address.wrapping_sub(4).wrapping_add_signed(distance));
    }
    instruction & 0xffff_fc1f == 0xd63f_0000
}

/// `bl`, `blx` to a place, or `blx` to what a register holds.
fn arm(instruction: u32) -> bool {
    let always = instruction >> 28 == 0xf;
    let to_place = if always { instruction >> 25 == 0b111_1101 } else { (instruction >> 24) & 0xf == 0b1011 };
    to_place || (!always && instruction & 0x0fff_fff0 == 0x012f_ff30)
}

/// The same in the shorter set, whose addresses are odd: two halves, or one. What is before an odd address ends one byte late.
fn thumb([_, _, _, a, b, c, d, _]: [u8; 8]) -> bool {
    let (first, second) = (u16::from_le_bytes([a, b]), u16::from_le_bytes([c, d]));
    (first >> 11 == 0b1_1110 && matches!(second >> 12, 0b1100..=0b1111)) || second & 0xff87 == 0x4780
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODE: Range<u64> = 0x1000..0x9000;

    fn table(processor: Processor, address: u64, cases: &[(&[u8], bool)]) {
        for (instruction, expected) in cases {
            let mut before = [0; 8];
            before[8 - instruction.len()..].copy_from_slice(instruction);
            assert_eq!(follows_call(processor, before, address, &CODE), *expected, "{instruction:x?}");
        }
    }

    /// Encodings as an assembler makes them.
    #[test]
    fn amd64() {
        table(
            Processor::Amd64,
            0x2000,
            &[
                (&[0xe8, 0xfb, 0xff, 0xff, 0xff], true),        // call .-5
                (&[0xe8, 0x00, 0x10, 0x00, 0x00], true),        // call .+0x1000
                (&[0xe8, 0x00, 0x00, 0x00, 0x10], false),       // out of the code
                (&[0xff, 0xd0], true),                          // call *%rax
                (&[0x41, 0xff, 0xd4], true),                    // call *%r12
                (&[0xff, 0x10], true),                          // call *(%rax)
                (&[0xff, 0x50, 0x18], true),                    // call *0x18(%rax)
                (&[0x41, 0xff, 0x54, 0x24, 0x18], true),        // call *0x18(%r12)
                (&[0xff, 0x15, 0x10, 0x20, 0x00, 0x00], true),  // call *0x2010(%rip)
                (&[0xff, 0x90, 0x00, 0x01, 0x00, 0x00], true),  // call *0x100(%rax)
                (&[0xff, 0x94, 0x24, 0x00, 0x01, 0, 0], true),  // call *0x100(%rsp)
                (&[0xff, 0x14, 0xc8], true),                    // call *(%rax,%rcx,8)
                (&[0xff, 0xe0], false),                         // jmp *%rax
                (&[0xff, 0x25, 0x10, 0x20, 0x00, 0x00], false), // jmp *0x2010(%rip)
                (&[0xe9, 0x00, 0x01, 0x00, 0x00], false),       // jmp
                (&[0x48, 0x89, 0xc7], false),                   // mov %rax,%rdi
                (&[0; 8], false),
            ],
        );
    }

    #[test]
    fn both_kinds_of_arm() {
        let words = |words: &[(u32, bool)], processor| {
            for (word, expected) in words {
                table(processor, 0x2000, &[(&word.to_le_bytes(), *expected)]);
            }
        };
        let a64 = [
            (0x9400_0010, true),  // bl .+0x40
            (0x97ff_fff0, true),  // bl .-0x40
            (0x9500_0000, false), // bl, out of the code
            (0xd63f_0100, true),  // blr x8
            (0xd61f_0100, false), // br x8
            (0x1400_0010, false), // b .+0x40
            (0xd65f_03c0, false), // ret
        ];
        words(&a64, Processor::Aarch64);
        let a32 = [
            (0xeb00_0010, true),  // bl
            (0x1b00_0010, true),  // blne
            (0xfa00_0010, true),  // blx
            (0xe12f_ff33, true),  // blx r3
            (0xe12f_ff13, false), // bx r3
            (0xea00_0010, false), // b
            (0xe1a0_0000, false), // nop
        ];
        words(&a32, Processor::Arm);
        let thumb: [(&[u8], bool); 5] = [
            (&[0x00, 0xf0, 0x10, 0xf8, 0xff], true),  // bl
            (&[0x00, 0xf0, 0x10, 0xe8, 0xff], true),  // blx
            (&[0x98, 0x47, 0xff], true),              // blx r3
            (&[0x18, 0x47, 0xff], false),             // bx r3
            (&[0x00, 0xbf, 0x00, 0xbf, 0xff], false), // nop
        ];
        table(Processor::Arm, 0x2001, &thumb);
        table(Processor::Aarch64, 0x2002, &[(&0x9400_0010_u32.to_le_bytes(), false)]);
        table(Processor::Other, 0x2000, &[(&0x9400_0010_u32.to_le_bytes(), false)]);
    }
}
