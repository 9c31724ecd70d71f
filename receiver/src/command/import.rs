//! `import`: what `export` prints.

use crate::fact::Facts;
use crate::log::{event, Level};
use crate::options::StoreOptions;
use crate::origin::Place;
use crate::payload;
use crate::store::{self, Stored, PREFIX};
use crate::time::Time;
use core::time::Duration;
use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;
use std::io::BufRead;

/// Written in one go.
const BATCH: usize = 1000;
/// So far the clock of the machine that exported may be ahead.
const TOLERANCE: Duration = Duration::from_secs(600);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line<'a> {
    key: String,
    added: i64,
    updated: i64,
    #[serde(borrow)]
    value: &'a RawValue,
}

pub(super) fn import(options: &StoreOptions, from: &mut dyn BufRead) -> Result<(), String> {
    let mut store = store::open(&options.store).map_err(|error| error.to_string())?;
    let now = Time::now();
    let (mut batch, mut count, mut written) = (Vec::with_capacity(BATCH), 0_usize, 0);
    let mut lines = from.lines();
    loop {
        let line = lines.next().transpose().map_err(|error| format!("stdin: {error}"))?;
        let more = line.is_some();
        if let Some(line) = line {
            count += 1;
            let stored = parse(&line).and_then(|stored| plausible(stored, now));
            batch.push(
                stored.map_err(|error| format!("stdin: line {count}: {error}; {written} installations are written"))?,
            );
        }
        if batch.len() == BATCH || !more {
            written += store.restore(&batch, now).map_err(|error| error.to_string())?;
            batch.clear();
        }
        if !more {
            // Those that are there and newer, or the same, and those that have expired.
            event(Level::Info, "imported", &json!({"installations": written, "skipped": count - written}));
            return Ok(());
        }
    }
}

/// With times that can be: one that lies ahead would keep its installation for that much longer.
fn plausible(stored: Stored, now: Time) -> Result<Stored, String> {
    if stored.updated > now.plus(TOLERANCE) {
        return Err("updated: lies in the future".to_owned());
    }
    Ok(Stored { first_seen: stored.first_seen.min(stored.updated), ..stored })
}

/// A line of an export. Country and region are believed here: they were derived once.
pub(crate) fn parse(line: &str) -> Result<Stored, String> {
    let line: Line<'_> = serde_json::from_str(line).map_err(|error| error.to_string())?;
    let payload = payload::read(line.value.get().as_bytes()).map_err(|refusal| refusal.0)?;
    if line.key.strip_prefix(PREFIX) != Some(&*payload.uuid.0) {
        return Err("the key is not that of the value".to_owned());
    }
    let region = payload.region.as_ref().map(|region| &*region.0);
    let place = payload.country.as_ref().and_then(|country| Place::of(&country.0, region));
    let facts = Facts::of(&payload, place);
    Ok(Stored {
        uuid: payload.uuid.0.clone().into_owned(),
        first_seen: Time(line.added),
        updated: Time(line.updated),
        facts,
    })
}
