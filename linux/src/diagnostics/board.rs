//! Crashes of the board, where whoever made the image has switched that on: reports beside those of this program.
//!
//! What has been told is remembered by a number, for as long as the kernel or systemd tells it; nothing of theirs is changed.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

use haos_analytics_core::crash::{write, Event, Machine, CAPACITY};
use haos_analytics_core::form::{FunctionName, OwnedFunctionName};
use haos_analytics_core::{Foreign, Label};

use super::{pstore, units};
use crate::crash;
use crate::detect::{self, Detection};
use crate::evidence::Found;
use crate::log::Log;
use crate::root::Root;
use crate::state::{self, Listing, Name, Origin, State, TOLD};

const PSTORE: &str = "/sys/fs/pstore";
/// The kernel keeps 10 or so.
const RECORDS: usize = 50;
const RECORD: usize = 64 * 1024;

/// Writes a report for each crash that has not been told, at most `room` of them.
///
/// # Errors
///
/// A report could not be written.
pub fn collect(
    root: &Root,
    state: &State,
    listing: &Listing,
    seconds: u64,
    room: usize,
    log: &mut Log<'_>,
) -> Result<(), String> {
    let number = listing.next_number();
    let mut desk = Desk { state, listing, seconds, number, room, seen: BTreeSet::new(), machine: None, root };
    desk.kernel(log)?;
    desk.services(log)?;
    for mark in listing.marks.iter().filter(|mark| mark.starts_with(TOLD) && !desk.seen.contains(*mark)) {
        state.forget(mark);
    }
    Ok(())
}

struct Desk<'a> {
    root: &'a Root,
    state: &'a State,
    listing: &'a Listing,
    seconds: u64,
    /// Of the next report.
    number: u64,
    room: usize,
    /// The marks of all that there is to tell.
    seen: BTreeSet<String>,
    machine: Option<Detection>,
}

impl Desk<'_> {
    fn kernel(&mut self, log: &mut Log<'_>) -> Result<(), String> {
        let names = match self.root.list(PSTORE, RECORDS) {
            Ok(names) => names,
            Err(error) if error.is_missing() => return Ok(()),
            Err(error) => {
                log.notice(format_args!("{error}"));
                return Ok(());
            }
        };
        for name in names.iter().filter(|name| name.to_string_lossy().starts_with("dmesg-")) {
            let Some(record) = self.root.read_optional(Path::new(PSTORE).join(name), RECORD, log) else {
                continue;
            };
            let Some(crash) = pstore::read(&record) else { continue };
            let functions: Vec<_> = crash.functions.iter().map(OwnedFunctionName::lend).collect();
            self.tell(&record, "kernel", crash.kind, &functions)?;
        }
        Ok(())
    }

    fn services(&mut self, log: &mut Log<'_>) -> Result<(), String> {
        let failed = units::failed().unwrap_or_else(|error| {
            log.notice(format_args!("systemctl: {}", Foreign(error)));
            Vec::new()
        });
        for failure in failed {
            let message = format!("{}: {}", failure.name, failure.result);
            self.tell(failure.when.as_bytes(), "service", &message, &[])?;
        }
        Ok(())
    }

    /// Writes a report unless this has been told, or there is no room: then a later run does.
    fn tell(
        &mut self,
        what: &[u8],
        kind: &'static str,
        message: &str,
        functions: &[FunctionName<'_>],
    ) -> Result<(), String> {
        let mut hasher = DefaultHasher::new();
        what.hash(&mut hasher);
        let mark = format!("{TOLD}{:016x}", hasher.finish());
        let told = self.listing.marks.contains(&mark) || !self.seen.insert(mark.clone());
        if told || self.room == 0 {
            return Ok(());
        }
        let detection = self.machine.get_or_insert_with(|| {
            // What is odd about the machine has been told where its report was made.
            detect::detect(self.root, &mut Log::new(&mut std::io::sink(), false))
        });
        let event = Event {
            id: crash::random(),
            time: self.seconds,
            level: "error",
            release: crash::RELEASE,
            kind,
            message,
            place: None,
            functions,
            machine: Machine {
                board: label(&detection.board),
                os_version: label(&detection.os_version),
                arch: label(&detection.arch),
            },
            command: "send",
            file: None,
        };
        let mut buffer = vec![0; CAPACITY];
        let report = write(&event, &mut buffer).map_err(|_| "a report is too long")?;
        // Told twice is better than never: the mark comes second.
        state::write(self.state.as_fd(), Name::new(self.number, event.id, Origin::Board).as_str(), report)
            .and_then(|()| self.state.remember(&mark))
            .map_err(|errno| errno.desc().to_owned())?;
        self.room -= 1;
        self.number = self.number.saturating_add(1);
        crash::number(self.number);
        Ok(())
    }
}

fn label(found: &Option<Found>) -> Option<Label<'_>> {
    found.as_ref().map(|found| found.text.lend())
}
