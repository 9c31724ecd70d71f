//! What runs when something panics.

use core::sync::atomic::{AtomicBool, Ordering};
use std::hash::{BuildHasher, RandomState};
use std::io::{stderr, Write};
use std::os::fd::AsFd;
use std::panic::PanicHookInfo;
use std::process::exit;
use std::thread;
use std::time::{SystemTime, UNIX_EPOCH};

use haos_analytics_core::crash::{safe_message, source_file, write, Event, Machine, Place, CAPACITY};
use nix::errno::Errno;

use super::note::{last_opened, NOTE};
use crate::error::Exit;
use crate::state::{self, Name, Origin};

/// What the command is called while reports are sent.
pub const SENDING: &str = "send, diagnostics";

/// Tells of the panic on one line, keeps a report, and ends the program. It never returns, and never runs twice.
pub fn panicked(info: &PanicHookInfo<'_>) {
    static ENTERED: AtomicBool = AtomicBool::new(false);
    if ENTERED.swap(true, Ordering::SeqCst) {
        // Another thread is here already, and ends the program. (A panic in here ends it as well: Rust aborts.)
        loop {
            thread::park();
        }
    }
    let payload = info.payload();
    let fixed = payload.downcast_ref::<&'static str>().copied();
    let message = safe_message(fixed, payload.downcast_ref::<String>().map(String::as_str));
    let place = info.location().map(|at| Place { file: at.file(), line: at.line(), column: at.column() });
    let kept = keep("panic", message, place);
    tell(message, place, kept);
    exit(i32::from(Exit::Internal as u8));
}

/// Writes a report into the state directory; `Ok(false)` if there is none to write to.
pub fn keep(kind: &'static str, message: &'static str, place: Option<Place<'_>>) -> Result<bool, Errno> {
    // Who holds the notes does not panic, so nobody does.
    let note = NOTE.try_lock().ok();
    let Some(directory) = note.as_ref().and_then(|note| note.directory.as_ref()) else { return Ok(false) };
    let event = Event {
        id: random(),
        time: SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()),
        level: "fatal",
        release: RELEASE,
        kind,
        message,
        place,
        functions: &[],
        machine: note.as_ref().map_or(Machine::default(), |note| note.machine()),
        command: note.as_ref().map_or("none", |note| note.command),
        file: last_opened(),
    };
    let mut buffer = [0; CAPACITY];
    let envelope = write(&event, &mut buffer).map_err(|_| Errno::ENOBUFS)?;
    let origin = if event.command == SENDING { Origin::Sending } else { Origin::Program };
    let number = note.as_ref().map_or(0, |note| note.number);
    state::write(directory.as_fd(), Name::new(number, event.id, origin).as_str(), envelope)?;
    if let Some(oldest) = note.as_ref().and_then(|note| note.oldest.as_ref()) {
        // If it stays there is one more for a while: the next run that sends takes it away.
        let _ = state::remove(directory.as_fd(), oldest);
    }
    Ok(true)
}

/// The program and its version, as Sentry writes it.
pub const RELEASE: &str = concat!("haos-analytics@", env!("CARGO_PKG_VERSION"));

/// Bytes that nobody can guess and that say nothing of the machine: those that keep hash tables safe.
pub fn random() -> [u8; 16] {
    let half = || RandomState::new().hash_one(()).to_ne_bytes();
    let mut whole = [0; 16];
    for (byte, chance) in whole.iter_mut().zip(half().into_iter().chain(half())) {
        *byte = chance;
    }
    whole
}

/// One line on stderr, past everything that may be locked.
fn tell(message: &str, place: Option<Place<'_>>, kept: Result<bool, Errno>) {
    let levels = NOTE.try_lock().is_ok_and(|note| note.levels);
    let mut line = [0; 512];
    let length = line.len();
    let mut free = &mut line[..];
    // What does not fit is left away.
    let level = if levels { "<3>" } else { "" };
    let _ = write!(free, "{level}haos-analytics: error: a fault of this program: {message}");
    if let Some(Place { file, line, column }) = place {
        let _ = write!(free, " at {}:{line}:{column}", source_file(file));
    }
    let _ = match kept {
        Ok(true) => write!(free, "; a report is kept"),
        Ok(false) => Ok(()),
        Err(errno) => write!(free, "; no report is kept: {}", errno.desc()),
    };
    let _ = writeln!(free);
    let used = length - free.len();
    let _ = nix::unistd::write(stderr().as_fd(), line.get(..used).unwrap_or_default());
}
