//! What Home Assistant keeps about analytics in its own files. They are read, never written.

use core::fmt;
use std::path::{Path, PathBuf};

use haos_analytics_core::{Base, CoreVersion, InstallationId, Preferences, Text};
use serde::Deserialize;

use crate::error::{Error, Exit};
use crate::json_object::Object;
use crate::root::{ReadError, Root};

/// The most that is read of `core.analytics`. Home Assistant writes about 400 bytes.
const ANALYTICS_LIMIT: usize = 64 * 1024;
const VERSION_LIMIT: usize = 256;

/// What the user decided, and under which id this installation reports.
pub struct Consent {
    /// The decision.
    pub decision: Decision,
    /// The file that says so.
    pub path: PathBuf,
}

impl Consent {
    /// The installation id, checked.
    ///
    /// # Errors
    ///
    /// There is none yet, or it is not one.
    pub fn installation_id(&self) -> Result<InstallationId<'_>, Error> {
        let path = self.path.display();
        let uuid = self.decision.uuid.as_deref().ok_or_else(|| {
            Error::new(Exit::NotDelivered, format_args!("{path}: Home Assistant has not chosen an installation id yet"))
        })?;
        InstallationId::parse(uuid).map_err(|why| Error::new(Exit::Data, format_args!("{path}: uuid: {why}")))
    }
}

/// What `core.analytics` says.
pub struct Decision {
    /// What the user agreed to.
    pub preferences: Preferences,
    /// Why nothing may be sent, where that is so.
    pub why_not: &'static str,
    /// The installation id as it was found; `None` until Home Assistant has sent its first report.
    pub uuid: Option<String>,
}

impl Decision {
    /// Reads the file's bytes. Whatever is not clearly a yes is a no.
    ///
    /// # Errors
    ///
    /// This is not the file that is known here, which is a no as well. The text says why, and nothing out of the file.
    pub fn parse(file: &[u8]) -> Result<Self, String> {
        // serde_json does not look at the text of values that it skips.
        let text = core::str::from_utf8(file).map_err(|_| "not UTF-8")?;
        let Object(stored) = serde_json::from_str::<Object<Stored>>(text).map_err(|error| without_values(&error))?;
        if stored.version != 1 || stored.key != "core.analytics" {
            return Err("not version 1 of core.analytics".to_owned());
        }
        let Object(Data { onboarded, preferences: Object(switches), uuid }) = stored.data;
        let base = Base { usage: switches.usage, statistics: switches.statistics };
        let preferences = Preferences {
            base: (onboarded && switches.base).then_some(base),
            diagnostics: onboarded && switches.diagnostics,
        };
        let why_not = if onboarded { "basic analytics is off" } else { "the user has not been asked yet" };
        Ok(Decision { preferences, why_not, uuid })
    }
}

/// `core.analytics`, version 1. Keys that were never set are missing, and mean no.
#[derive(Deserialize)]
struct Stored {
    version: u64,
    key: String,
    data: Object<Data>,
}

#[derive(Deserialize)]
struct Data {
    #[serde(default)]
    onboarded: bool,
    #[serde(default)]
    preferences: Object<Switches>,
    uuid: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Switches {
    base: bool,
    usage: bool,
    statistics: bool,
    diagnostics: bool,
}

/// Reads the decision.
///
/// # Errors
///
/// The file is missing, cannot be read, or is not what this program knows: the user's decision is then unknown.
pub fn consent(root: &Root, data_directory: &Path) -> Result<Consent, Error> {
    let path = root.path(data_directory.join(ANALYTICS));
    let no = |why: &dyn fmt::Display| Error::new(Exit::NotOptedIn, format_args!("not opted in: {why}"));
    let decision = decision(root, data_directory).map_err(|error| no(&error))?;
    let decision = decision.map_err(|why| no(&format_args!("{}: {why}", path.display())))?;
    Ok(Consent { decision, path })
}

/// What the file says; or, within, why it is not one that is known here.
///
/// # Errors
///
/// It cannot be read.
pub fn decision(root: &Root, data_directory: &Path) -> Result<Result<Decision, String>, ReadError> {
    Ok(Decision::parse(&root.read(data_directory.join(ANALYTICS), ANALYTICS_LIMIT)?))
}

/// Where Home Assistant keeps it, below the directory of the Supervisor's data.
pub const ANALYTICS: &str = "homeassistant/.storage/core.analytics";

/// The place and kind of a mistake, but nothing out of the file.
pub fn without_values(error: &serde_json::Error) -> String {
    use serde_json::error::Category;
    let what = match error.classify() {
        Category::Io => "cannot be read",
        Category::Syntax => "no JSON",
        Category::Data => "not of the form that is expected",
        Category::Eof => "it ends too early",
    };
    format!("{what} at line {} column {}", error.line(), error.column())
}

/// The version of Home Assistant and the file that says so.
///
/// # Errors
///
/// The file is missing or holds no version.
pub fn version(root: &Root, data_directory: &Path) -> Result<(Text, PathBuf), Error> {
    let file = data_directory.join("homeassistant/.HA_VERSION");
    let path = root.path(&file);
    let bytes = root.read(&file, VERSION_LIMIT).map_err(|error| Error::new(Exit::Data, error))?;
    let broken = |why: &dyn fmt::Display| Error::new(Exit::Data, format_args!("{}: {why}", path.display()));
    let text = Text::parse(bytes.trim_ascii_end()).map_err(|why| broken(&why))?;
    CoreVersion::parse(&text).map_err(|why| broken(&why))?;
    Ok((text, path))
}
