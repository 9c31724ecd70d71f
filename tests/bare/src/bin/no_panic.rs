//! Links only if nothing in core or boards can panic.
//!
//! The panic handler calls a function that does not exist. The linker drops a handler that nothing reaches; if one
//! path to it is left, the missing symbol fails the link. So this program proves something by being linked; it is
//! run to show that its inputs get as far as the last field.
//!
//! What is proved holds for optimised builds: without optimisation checks stay in that can never fail.
#![no_std]
#![no_main]

use core::hint::black_box;

use haos_analytics_bare::home::{Board, Home};
use haos_analytics_bare::machine;
use haos_analytics_core::crash::{self, Event, Image, Place, Trace};
use haos_analytics_core::{report, Base, Outcome, Preferences, Text, Transport};

#[no_mangle]
extern "C" fn reset() -> ! {
    machine::run(main)
}

fn main() -> bool {
    let preferences = Preferences { base: Some(Base { usage: true, statistics: true }), diagnostics: false };
    let compatible = black_box(&b"hardkernel,odroid-n2\0amlogic,s922x\0amlogic,g12b\0"[..]);
    let arch = black_box(Some("aarch64"));

    let Some(found) = haos_analytics_boards::find(compatible, arch) else { return false };
    let Some(board) = haos_analytics_boards::by_id(black_box(found.board.id)) else { return false };
    let (Ok(home), Ok(os_version)) = (Home::everything(), Text::parse(black_box(&b"6.0"[..]))) else { return false };
    let board = Board { id: black_box(board.id), os_version: Some(black_box(&os_version)) };
    let mut buffer = [0; 1024];
    // The length is hidden too: a known one would settle bounds checks.
    let lent = black_box(&mut buffer[..]);

    #[cfg(feature = "seeded-panic")]
    machine::print(&[compatible[black_box(7)]]);

    if crash_report().is_none() {
        return false;
    }

    let sent = report(black_box(preferences), &board, &home, &mut Console, lent);
    matches!(sent, Ok(Outcome::Delivered(payload)) if payload.ends_with(b"\"user_count\":0}"))
}

/// A report of a fault, with everything in it, that is then taken for one.
fn crash_report() -> Option<()> {
    let event = black_box(Event {
        id: [7; 16],
        time: 1_795_444_260,
        level: "fatal",
        release: "haos-analytics@0.1.0",
        kind: "panic",
        message: crash::safe_message(black_box(None), black_box(Some("index out of bounds: the len is 3"))),
        place: Some(Place { file: "/b/vendor/ureq/src/lib.rs", line: 7, column: 9 }),
        trace: black_box(Trace::Addresses(&[0x1002, 0x1001])),
        image: Some(Image { address: 0x1000, size: 4096, build_id: b"\xaf\x6c" }),
        machine: crash::Machine { board: Some("odroid-n2"), os_version: Some("17.1"), arch: None },
        command: "send",
        file: Some("Z\u{e4}hler \"\\\u{1}"),
    });
    let mut buffer = [0; 2048];
    let envelope = crash::write(&event, black_box(&mut buffer[..])).ok()?;
    (crash::check(black_box(envelope)).ok()?.len() == 32).then_some(())
}

/// Prints, and posts nowhere.
struct Console;

impl Transport for Console {
    type Error = ();

    fn print(&mut self, payload: &[u8]) -> Result<(), ()> {
        machine::print(payload);
        machine::print(b"\n");
        black_box(Ok(()))
    }

    fn post(&mut self, _: &[u8]) -> Result<(), ()> {
        black_box(Ok(()))
    }
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    extern "C" {
        fn a_path_to_a_panic_is_left() -> !;
    }
    // SAFETY: it is never called. No program that could call it links.
    unsafe { a_path_to_a_panic_is_left() }
}
