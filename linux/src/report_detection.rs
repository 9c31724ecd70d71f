//! `detect`: what is known of the machine, and how.

use core::fmt::Write as _;
use std::io::Write;

use haos_analytics_core::json::{Full, Writer};

use crate::detect::Detection;
use crate::error::{Error, Exit};
use crate::evidence::Found;
use crate::log::one_line;
use crate::send::print;

/// Prints the facts, one a line, or as one JSON object.
///
/// # Errors
///
/// stdout cannot be written to.
pub fn report(detection: &Detection, json: bool, stdout: &mut dyn Write) -> Result<(), Error> {
    let facts = facts(detection);
    if json {
        let mut buffer = vec![0; BUFFER];
        let object = object(&facts, &mut buffer).map_err(|Full| Error::new(Exit::Data, "a path is too long"))?;
        return print(stdout, object);
    }
    let mut lines = String::new();
    for Fact { name, value, evidence } in &facts {
        let value = value.as_deref().unwrap_or("unknown");
        // Writing to a string does not fail.
        let _ = writeln!(lines, "{name}: {value} ({})", one_line(evidence));
    }
    print(stdout, lines.trim_end().as_bytes())
}

/// Five facts, whose evidence is a path and a few words each.
const BUFFER: usize = 64 * 1024;

struct Fact {
    name: &'static str,
    value: Option<String>,
    evidence: String,
}

fn facts(detection: &Detection) -> [Fact; 5] {
    let silent = format!("no rule knows; {}", detection.system_evidence);
    let fact = |name, found: &Option<Found>| Fact {
        name,
        value: found.as_ref().map(|found| found.text.to_string()),
        evidence: found.as_ref().map_or_else(|| silent.clone(), |found| found.evidence.to_string()),
    };
    [
        fact("board", &detection.board),
        fact("os_version", &detection.os_version),
        fact("arch", &detection.arch),
        fact("machine", &detection.machine),
        Fact {
            name: "installation_type",
            value: Some(detection.installation_type.as_str().to_owned()),
            evidence: detection.installation_evidence.to_string(),
        },
    ]
}

fn object<'b>(facts: &[Fact], buffer: &'b mut [u8]) -> Result<&'b [u8], Full> {
    let mut json = Writer::new(buffer);
    json.begin_object()?;
    for Fact { name, value, .. } in facts {
        json.key(name)?;
        match value {
            Some(value) => json.string(value)?,
            None => json.null()?,
        }
    }
    json.key("evidence")?;
    json.begin_object()?;
    for Fact { name, evidence, .. } in facts {
        json.key(name)?;
        json.string(evidence)?;
    }
    json.end_object()?;
    json.end_object()?;
    Ok(json.finish())
}
