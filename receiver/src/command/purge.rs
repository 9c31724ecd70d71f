//! `purge`: takes back what came in a bad hour.

use crate::log::{event, Level};
use crate::options::Options;
use crate::store::{self, Url, Write};
use crate::time::Time;
use rusqlite::Connection;
use serde_json::json;

/// Removed in one go.
const BATCH: usize = 500;

/// Removes every installation whose first report came at `--since` or later, and before `--until`.
pub(super) fn purge(options: &Options) -> Result<(), String> {
    let since = options.since.as_ref().ok_or("--since: say from when on; see --help")?;
    let since = moment(since).map_err(|error| format!("--since: {error}"))?;
    let until = options.until.as_ref().map_or(Ok(Time(i64::MAX)), |until| moment(until));
    let until = until.map_err(|error| format!("--until: {error}"))?;
    if let Url::Sqlite(file) = &options.store {
        if !file.exists() {
            return Err(format!("{}: there is no such file", file.display()));
        }
    }
    let failed = |error: store::Error| error.to_string();
    let (mut store, now) = (store::open(&options.store).map_err(failed)?, Time::now());
    let mut found = Vec::new();
    let mut look = |stored: store::Stored| {
        if (since..until).contains(&stored.first_seen) {
            found.push(Write::delete(&stored.uuid));
        }
        Ok(())
    };
    store.scan(now, &mut look).map_err(failed)?;
    for batch in found.chunks(BATCH) {
        store.write(batch, now).map_err(failed)?;
    }
    event(Level::Info, "purged", &json!({"installations": found.len()}));
    Ok(())
}

/// `2026-02-03 18:00`, `2026-02-03T18:00:00Z`, with seconds or an offset if need be; or
/// milliseconds since 1970, as `export` writes them.
fn moment(text: &str) -> Result<Time, String> {
    let wrong = || format!("{text}: is no time, as 2026-02-03T18:00Z");
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
