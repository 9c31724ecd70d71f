//! How the last attempt ended: one line, of the time and what was said of it.

use core::fmt;
use core::time::Duration;
use std::time::{SystemTime, UNIX_EPOCH};

use haos_analytics_core::Escaped;

use crate::clock;
use crate::shown;
use crate::state::{State, RECORD};

/// More than is ever said on one line.
const LIMIT: usize = 4096;
/// The first second after the last one that has a date of four digits in its year.
const END: u64 = 253_402_300_800;

/// A record.
#[derive(Debug, PartialEq, Eq)]
pub struct Record {
    /// Seconds since 1970, by the clock of the machine.
    seconds: u64,
    what: String,
}

impl Record {
    /// The line of an attempt that has just ended.
    pub fn now(what: &str) -> String {
        let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        format!("{seconds} {}\n", Escaped(what))
    }

    /// Reads the file.
    ///
    /// # Errors
    ///
    /// It cannot be read, or is no record; the text names the file.
    pub fn read(state: &State) -> Result<Self, String> {
        let path = state.path.join(RECORD);
        let record = state.read_file(RECORD, LIMIT).map_err(|error| error.to_string());
        let record = record.and_then(|bytes| Self::parse(&bytes).ok_or_else(|| "no record of an attempt".to_owned()));
        record.map_err(|why| format!("{}: {why}", shown::path(&path)))
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let line = core::str::from_utf8(bytes).ok()?.strip_suffix('\n')?;
        let (seconds, what) = line.split_once(' ')?;
        let seconds = seconds.parse().ok().filter(|seconds| *seconds < END)?;
        (bytes.len() <= LIMIT && !what.is_empty()).then(|| Record { seconds, what: what.to_owned() })
    }
}

impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", clock::minute(UNIX_EPOCH + Duration::from_secs(self.seconds)), self.what)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let line = Record::now("not delivered: POST http://127.0.0.1/v1:\n503");
        let record = Record::parse(line.as_bytes()).unwrap();
        assert_eq!(record.what, "not delivered: POST http://127.0.0.1/v1:\\n503");
        let record = Record::parse(b"1795444260 delivered to x\n").unwrap();
        assert_eq!(record.to_string(), "23 Nov 2026 14:31 GMT: delivered to x");
        assert_eq!(Record::parse(b"253402300799 x\n").unwrap().to_string(), "31 Dec 9999 23:59 GMT: x");
    }

    #[test]
    fn what_is_no_record() {
        let long = format!("1 {}\n", "x".repeat(LIMIT));
        for line in ["", "\n", "1\n", "1 \n", "1 x", "-1 x\n", " x\n", "253402300800 x\n", "1e9 x\n", &long] {
            assert_eq!(Record::parse(line.as_bytes()), None, "{line:?}");
        }
        assert_eq!(Record::parse(b"1 \xff\n"), None);
    }
}
