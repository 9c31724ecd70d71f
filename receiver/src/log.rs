//! The log: one JSON object a line on stderr, and nothing in it that tells an installation or an address.

use serde_json::{json, Value};
use std::io::Write as _;

/// How much an event matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Good to know.
    Info,
    /// Somebody should look.
    Warning,
    /// Something was not done.
    Error,
}

/// Writes an event and what belongs to it (an object). Under systemd the line begins with its level.
pub fn event(level: Level, event: &str, fields: &Value) {
    let (number, name) = match level {
        Level::Info => (6, "info"),
        Level::Warning => (4, "warning"),
        Level::Error => (3, "error"),
    };
    let mut line = json!({"level": name, "event": event});
    if let (Some(line), Some(fields)) = (line.as_object_mut(), fields.as_object()) {
        line.extend(fields.iter().map(|(key, value)| (key.clone(), value.clone())));
    }
    let prefix = if std::env::var_os("JOURNAL_STREAM").is_some() { format!("<{number}>") } else { String::new() };
    // There is no other place to say that the log is gone.
    let _ = writeln!(std::io::stderr(), "{prefix}{line}");
}
