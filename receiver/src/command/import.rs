//! `import`: what `export` prints.

use crate::fact::Facts;
use crate::log::{event, Level};
use crate::options::StoreOptions;
use crate::origin::Place;
use crate::payload;
use crate::store::{self, Stored, PREFIX};
use crate::time::Time;
use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;
use std::io::BufRead;

/// Written in one go.
const BATCH: usize = 1000;

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
    let (mut batch, mut count) = (Vec::with_capacity(BATCH), 0_u64);
    let mut lines = from.lines();
    loop {
        let line = lines.next().transpose().map_err(|error| format!("stdin: {error}"))?;
        let more = line.is_some();
        if let Some(line) = line {
            count += 1;
            batch.push(parse(&line).map_err(|error| format!("stdin: line {count}: {error}"))?);
        }
        if batch.len() == BATCH || !more {
            store.restore(&batch, now).map_err(|error| error.to_string())?;
            batch.clear();
        }
        if !more {
            event(Level::Info, "imported", &json!({"installations": count}));
            return Ok(());
        }
    }
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
