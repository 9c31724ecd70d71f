//! A clock that is not set makes every certificate look wrong, and the cause is then hard to see.

use core::time::Duration;
use std::time::{SystemTime, UNIX_EPOCH};

/// When the source was committed; the epoch itself where that is not known, which no clock is behind.
pub fn built() -> SystemTime {
    // build.rs writes a number.
    UNIX_EPOCH + Duration::from_secs(env!("SOURCE_DAY").parse().unwrap_or(0))
}

/// Today, or the day of another time, as a person reads it.
pub fn day(time: SystemTime) -> String {
    let date = httpdate::fmt_http_date(time);
    // "Mon, 23 Nov 2026 14:31:00 GMT"
    date.get(5..16).unwrap_or_default().to_owned()
}

/// A time before the year 10000 to the minute.
pub fn minute(time: SystemTime) -> String {
    let date = httpdate::fmt_http_date(time);
    format!("{} GMT", date.get(5..22).unwrap_or_default())
}

/// What to say of a clock that is behind the day of the source.
pub fn remark(now: SystemTime, built: SystemTime) -> Option<String> {
    (now < built)
        .then(|| format!("the clock says {}, but this program is of {}: the clock is not set", day(now), day(built)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_behind_the_source_is_told() {
        let built = UNIX_EPOCH + Duration::from_secs(1_795_444_260);
        assert_eq!(remark(built, built), None);
        assert_eq!(
            remark(UNIX_EPOCH, built).as_deref(),
            Some("the clock says 01 Jan 1970, but this program is of 23 Nov 2026: the clock is not set")
        );
        assert_eq!(remark(UNIX_EPOCH, UNIX_EPOCH), None);
    }
}
