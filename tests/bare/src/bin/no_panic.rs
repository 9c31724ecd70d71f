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
use haos_analytics_core::crash::{self, Event, Place};
use haos_analytics_core::form::{FunctionName, OwnedLabel};
use haos_analytics_core::{report, Base, Foreign, Label, Outcome, Preferences, Text, Transport};

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
    let (Ok(text), Ok(home)) = (Text::parse(black_box(&b"6.0"[..])), Home::everything()) else { return false };
    let (Ok(id), Ok(os_version)) = (Label::parse(black_box(board.id)), OwnedLabel::parse(&text)) else { return false };
    let board = Board { id, os_version: Some(black_box(os_version.lend())) };
    let mut buffer = [0; 1024];
    // The length is hidden too: a known one would settle bounds checks.
    let lent = black_box(&mut buffer[..]);

    #[cfg(feature = "seeded-panic")]
    machine::print(&[compatible[black_box(7)]]);

    if crash_report().is_none() || !shows_foreign_text() {
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
        functions: black_box(&[]),
        machine: crash::Machine {
            board: Label::parse(black_box("odroid-n2")).ok(),
            os_version: Label::parse(black_box("17.1")).ok(),
            arch: None,
        },
        command: "send",
        file: Some("Z\u{e4}hler \"\\\u{1}"),
    });
    let functions = [FunctionName::parse(black_box("do_exit")).ok()?];
    let of_kernel = Event { functions: black_box(&functions), ..event };
    for event in [event, of_kernel] {
        let mut buffer = [0; 2048];
        let envelope = crash::write(&event, black_box(&mut buffer[..])).ok()?;
        crash::check(black_box(envelope)).ok().filter(|id| id.len() == 32)?;
    }
    Some(())
}

/// Foreign text of any length, for a person.
fn shows_foreign_text() -> bool {
    use core::fmt::Write as _;
    struct Count(usize);
    impl core::fmt::Write for Count {
        fn write_str(&mut self, text: &str) -> core::fmt::Result {
            self.0 = self.0.wrapping_add(text.len());
            black_box(Ok(()))
        }
    }
    let mut count = Count(0);
    write!(count, "{}", Foreign(black_box("a\u{9b}\u{202e}"))).is_ok() && count.0 == "a\\u{9b}\\u{202e}".len()
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
