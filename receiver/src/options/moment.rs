//! A point in time.

use crate::time::Time;
use rusqlite::Connection;

/// `2026-02-03 18:00`, `2026-02-03T18:00:00Z`, with seconds or an offset if need be; or
/// milliseconds since 1970, as `export` writes them.
pub fn moment(text: &str) -> Result<Time, String> {
    let wrong = || "is no time, such as 2026-02-03T18:00Z".to_owned();
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().map(Time).map_err(|_| wrong());
    }
    // SQLite takes other forms too, such as `now` and days since 4714 BC.
    if text.as_bytes().get(4) != Some(&b'-') {
        return Err(wrong());
    }
    let db = Connection::open_in_memory().map_err(|error| error.to_string())?;
    let seconds: Option<i64> =
        db.query_row("SELECT unixepoch(?)", [text], |row| row.get(0)).map_err(|error| error.to_string())?;
    seconds.map(|seconds| Time(seconds.saturating_mul(1000))).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments() {
        for (text, expected) in [
            ("2026-02-03 18:00", Some(1_770_141_600_000)),
            ("2026-02-03T18:00:00Z", Some(1_770_141_600_000)),
            ("2026-02-03T19:00+01:00", Some(1_770_141_600_000)),
            ("2026-02-03", Some(1_770_076_800_000)),
            ("1770141600000", Some(1_770_141_600_000)),
            ("now", None),
            ("2460000.5", None),
            ("2026-13-03", None),
            ("", None),
        ] {
            assert_eq!(moment(text).ok(), expected.map(Time), "{text}");
        }
    }
}
