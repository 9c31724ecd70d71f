//! Dates, in UTC.

use crate::time::Time;
use core::time::Duration;
use std::time::UNIX_EPOCH;

/// The end of 9999: what comes after has no date here.
const END: u64 = 253_402_300_799_000;

/// `3 Feb 2026`
pub(super) fn day(time: Time) -> String {
    let text = text(time);
    text[5..16].trim_start_matches('0').to_owned()
}

/// `3 Feb 2026, 18:00`
pub(super) fn minute(time: Time) -> String {
    format!("{}, {}", day(time), &text(time)[17..22])
}

/// `Tue, 03 Feb 2026 18:00:00 GMT`
fn text(time: Time) -> String {
    let since = Duration::from_millis(u64::try_from(time.0).unwrap_or(0).min(END));
    httpdate::fmt_http_date(UNIX_EPOCH + since)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        for (millis, expected) in [
            (1_770_141_600_000, "3 Feb 2026, 18:00"),
            (0, "1 Jan 1970, 00:00"),
            (-1, "1 Jan 1970, 00:00"),
            (i64::MAX, "31 Dec 9999, 23:59"),
        ] {
            assert_eq!(minute(Time(millis)), expected);
        }
    }
}
