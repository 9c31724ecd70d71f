//! `detect`: what is known of the machine, and how.

use core::fmt::Write as _;
use std::io::Write;

use haos_analytics_core::is_active;
use haos_analytics_core::json::{Full, Writer};

use crate::detect::Detection;
use crate::error::{Error, Exit};
use crate::evidence::{Evidence, Found};
use crate::send::print;
use crate::terminal::{row, Terminals};

/// Prints the facts, one a line, or as one JSON object.
///
/// # Errors
///
/// stdout cannot be written to.
pub fn report(detection: &Detection, json: bool, terminals: Terminals, stdout: &mut dyn Write) -> Result<(), Error> {
    let facts = facts(detection, json);
    if json {
        let mut buffer = vec![0; BUFFER];
        let object = object(&facts, &mut buffer).map_err(|Full| Error::new(Exit::Data, "a path is too long"))?;
        return print(stdout, passive(object).as_bytes());
    }
    let mut lines = String::new();
    for Fact { name, value, evidence } in &facts {
        let value = value.as_deref().unwrap_or("unknown");
        let rows = match terminals.stdout {
            true => row(name, value, evidence),
            false => vec![format!("{name}: {value} ({evidence})")],
        };
        for row in rows {
            // Writing to a string does not fail.
            let _ = writeln!(lines, "{row}");
        }
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

/// Paths are whole in JSON only.
fn facts(detection: &Detection, json: bool) -> [Fact; 5] {
    let told = |evidence: &Evidence| if json { format!("{evidence:#}") } else { evidence.to_string() };
    let silent = format!("no rule knows; {}", told(&detection.system_evidence));
    let fact = |name, found: &Option<Found>| Fact {
        name,
        value: found.as_ref().map(|found| found.text.to_string()),
        evidence: found.as_ref().map_or_else(|| silent.clone(), |found| told(&found.evidence)),
    };
    [
        fact("board", &detection.board),
        fact("os_version", &detection.os_version),
        fact("arch", &detection.arch),
        fact("machine", &detection.machine),
        Fact {
            name: "installation_type",
            value: Some(detection.installation_type.as_str().to_owned()),
            evidence: told(&detection.installation_evidence),
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

/// The same JSON, in which a terminal finds nothing to obey: what is active is written as JSON's
/// own escapes. Outside of its strings there is nothing but ASCII that is not active.
fn passive(json: &[u8]) -> String {
    let mut passive = String::with_capacity(json.len());
    for character in String::from_utf8_lossy(json).chars() {
        if is_active(character) {
            for unit in character.encode_utf16(&mut [0; 2]) {
                // Writing to a string does not fail.
                let _ = write!(passive, "\\u{unit:04x}");
            }
        } else {
            passive.push(character);
        }
    }
    passive
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_stays_what_it_says() {
        let text = "/a\u{9b}\u{202e}\u{e0041}\u{7f}ü🏠\n\"";
        let mut buffer = [0; 256];
        let mut json = Writer::new(&mut buffer);
        json.string(text).unwrap();
        let passive = passive(json.finish());
        assert_eq!(passive, r#""/a\u009b\u202e\udb40\udc41\u007fü🏠\n\"""#);
        assert_eq!(serde_json::from_str::<String>(&passive).unwrap(), text);
    }
}
