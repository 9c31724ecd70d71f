//! Whether the owner wants crash reports: Home Assistant and its Supervisor both have to say so.

use std::path::Path;

use haos_analytics_home_assistant::Files;
use serde::Deserialize;

use crate::container::Container;
use crate::data_directory;
use crate::json_object;
use crate::log::Log;
use crate::os;
use crate::root::{ReadError, Root};
use crate::shown;
use crate::storage::{self, ANALYTICS};

/// The Supervisor's own settings; they have about 500 bytes.
const SUPERVISOR: &str = "config.json";
const LIMIT: usize = 64 * 1024;

/// The owner's answer.
pub enum Consent {
    /// Both say yes.
    Yes,
    /// One of them says no, or does not say yes.
    No(String),
    /// A file is there and cannot be read.
    Unknown(String),
}

/// Asks both files. Nothing of the report's other sources is read, so that a fault in one of them does not stand in the way.
pub fn ask(root: &Root) -> Consent {
    // What is odd about the machine is told where its report is made.
    let mut nobody = std::io::sink();
    let mut silent = Log::new(&mut nobody, false);
    let system = os::read(root, &mut silent);
    let data = data_directory::find(root, &system, &mut silent).path;
    home_assistant(root, &data).and_then(|()| supervisor(root, &data)).err().unwrap_or(Consent::Yes)
}

fn home_assistant(root: &Root, data: &Path) -> Result<(), Consent> {
    let files = Container::new(root, data);
    let path = files.shown(Path::new(ANALYTICS));
    let decision = storage::decision(&files).map_err(Consent::of)?;
    match decision {
        Ok(decision) if decision.preferences.diagnostics => Ok(()),
        Ok(_) => Err(Consent::No(format!("{}: diagnostics is off", shown::path(&path)))),
        Err(why) => Err(Consent::No(format!("{}: {why}", shown::path(&path)))),
    }
}

fn supervisor(root: &Root, data: &Path) -> Result<(), Consent> {
    let file = data.join(SUPERVISOR);
    match says_yes(&root.read(&file, LIMIT).map_err(Consent::of)?) {
        Ok(true) => Ok(()),
        Ok(false) => Err(Consent::No(format!("{}: diagnostics is off", shown::path(&root.path(file))))),
        Err(why) => Err(Consent::No(format!("{}: {why}", shown::path(&root.path(file))))),
    }
}

/// Whether the Supervisor's settings say yes: `null` is "never asked".
///
/// # Errors
///
/// They are not of the form that is known here. The text says why, and nothing out of the file.
pub fn says_yes(file: &[u8]) -> Result<bool, String> {
    #[derive(Deserialize)]
    struct Settings {
        diagnostics: Option<bool>,
    }
    let settings: Settings = json_object::read(file)?;
    Ok(settings.diagnostics == Some(true))
}

impl Consent {
    /// A file that is missing has never been written, so nobody has said yes.
    fn of(error: ReadError) -> Self {
        if error.is_missing() {
            Consent::No(error.to_string())
        } else {
            Consent::Unknown(error.to_string())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_true_is_yes() {
        for (file, expected) in [
            (r#"{"version":"2026.02.3","diagnostics":true}"#, Ok(true)),
            (r#"{"diagnostics":false}"#, Ok(false)),
            (r#"{"diagnostics":null}"#, Ok(false)),
            (r"{}", Ok(false)),
            (r#"{"diagnostics":1}"#, Err(())),
            (r#"{"diagnostics":"true"}"#, Err(())),
            (r#"{"diagnostics":true,"diagnostics":false}"#, Err(())),
            ("[true]", Err(())),
            ("", Err(())),
            (r#"{"diagnostics":true"#, Err(())),
        ] {
            assert_eq!(says_yes(file.as_bytes()).map_err(drop), expected, "{file}");
        }
    }
}
