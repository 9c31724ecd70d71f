//! `export`: one JSON object a line, `{"key": "uuid:…", "added": …, "updated": …, "value": {…}}`.

use crate::fact::to_json;
use crate::options::StoreOptions;
use crate::store::{self, Stored, PREFIX};
use crate::time::Time;
use serde_json::json;
use std::io::{self, BufWriter, Write as _};

pub(super) fn export(options: &StoreOptions) -> Result<(), String> {
    super::is_there(&options.store)?;
    let mut store = store::open(&options.store).map_err(|error| error.to_string())?;
    let mut out = BufWriter::new(io::stdout().lock());
    store
        .scan(Time::now(), &mut |stored| Ok(writeln!(out, "{}", line(&stored))?))
        .and_then(|()| Ok(out.flush()?))
        .or_else(|error| if error.is_closed_pipe() { Ok(()) } else { Err(error.to_string()) })
}

/// What the value says is the payload, and country and region as they were derived.
fn line(stored: &Stored) -> String {
    let key = json!(format!("{PREFIX}{}", stored.uuid));
    let (added, updated) = (stored.first_seen, stored.updated);
    format!(r#"{{"key":{key},"added":{added},"updated":{updated},"value":{}}}"#, to_json(&stored.uuid, &stored.facts))
}
