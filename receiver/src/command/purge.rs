//! `purge`: takes back what came in a bad hour.

use crate::log::{event, Level};
use crate::options::Purge;
use crate::store::{self, Write};
use crate::time::Time;
use serde_json::json;

/// Removed in one go.
const BATCH: usize = 500;

/// Removes every installation whose first report came at `--since` or later, and before `--until`.
pub(super) fn purge(options: &Purge) -> Result<(), String> {
    let (since, until) = (options.since, options.until.unwrap_or(Time(i64::MAX)));
    super::is_there(&options.store.store)?;
    let failed = |error: store::Error| error.to_string();
    let (mut store, now) = (store::open(&options.store.store).map_err(failed)?, Time::now());
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
