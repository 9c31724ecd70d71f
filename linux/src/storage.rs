//! What Home Assistant keeps about analytics in its own files. They are read, never written.

use core::fmt;
use std::path::{Path, PathBuf};

use haos_analytics_core::form::{OwnedCoreVersion, OwnedInstallationId};
use haos_analytics_core::{Base, InstallationId, Misfit, Preferences};
use haos_analytics_home_assistant::Files;
use serde::Deserialize;

use crate::container::{read, Container};
use crate::error::{Error, Exit};
use crate::json_object::{self, Object};
use crate::root::ReadError;
use crate::shown;

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
    /// Nobody has been asked, or nothing is known of it.
    pub fn none(files: &Container<'_>) -> Self {
        let decision = Decision { preferences: Preferences::default(), why_not: "not known", uuid: None };
        Consent { decision, path: files.shown(Path::new(ANALYTICS)) }
    }

    /// The installation id.
    ///
    /// # Errors
    ///
    /// There is none yet, or what is there has another form.
    pub fn installation_id(&self) -> Result<InstallationId<'_>, Error> {
        let path = shown::path(&self.path);
        let uuid = self.decision.uuid.as_ref().ok_or_else(|| {
            Error::new(Exit::NotDelivered, format_args!("{path}: Home Assistant has not chosen an installation id yet"))
        })?;
        let uuid = uuid.as_ref().map_err(|why| Error::new(Exit::Data, format_args!("{path}: uuid: {why}")))?;
        Ok(uuid.lend())
    }
}

/// What `core.analytics` says.
pub struct Decision {
    /// What the user agreed to.
    pub preferences: Preferences,
    /// Why nothing may be sent, where that is so.
    pub why_not: &'static str,
    /// The installation id, if it is one; `None` until Home Assistant has sent its first report.
    pub uuid: Option<Result<OwnedInstallationId, Misfit>>,
}

impl Decision {
    /// Reads the file's bytes. Whatever is not clearly a yes is a no.
    ///
    /// # Errors
    ///
    /// This is not the file that is known here, which is a no as well. The text says why, and nothing out of the file.
    pub fn parse(file: &[u8]) -> Result<Self, String> {
        let stored: Stored = json_object::read(file)?;
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
        Ok(Decision { preferences, why_not, uuid: uuid.as_deref().map(OwnedInstallationId::parse) })
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
/// [`Exit::NotOptedIn`]: the file is not there, so nobody has been asked. [`Exit::NoInput`]: it
/// cannot be read, or is not what this program knows, which may be a yes or a no.
pub fn consent(files: &Container<'_>) -> Result<Consent, Error> {
    let path = files.shown(Path::new(ANALYTICS));
    let decision = decision(files).map_err(|error| unread(files, &error))?;
    let decision = decision.map_err(|why| unknown(format_args!("{}: {why}", shown::path(&path))))?;
    Ok(Consent { decision, path })
}

/// There is no Home Assistant here.
pub fn nobody(files: &Container<'_>) -> Error {
    let path = files.shown(Path::new(CONFIGURATION));
    let path = shown::path(&path);
    Error::new(Exit::NotOptedIn, format_args!("no Home Assistant on this machine: {path}: no such directory"))
}

/// Why the file was not read: the end of a run.
pub fn unread(files: &Container<'_>, error: &ReadError) -> Error {
    if error.is_missing() && !files.is_there() {
        return nobody(files);
    }
    if error.is_missing() {
        return Error::new(Exit::NotOptedIn, format_args!("not opted in: Home Assistant has not asked yet: {error}"));
    }
    if error.is_denied() {
        let path = shown::path(&error.path);
        let what = "permission denied. The service reads it as its own user; run this with sudo";
        return unknown(format_args!("{path}: {what}"));
    }
    unknown(error)
}

fn unknown(why: impl fmt::Display) -> Error {
    Error::new(Exit::NoInput, format_args!("cannot tell whether you opted in, so nothing is sent: {why}"))
}

/// What the file says; or, within, why it is not one that is known here.
///
/// # Errors
///
/// It cannot be read.
pub fn decision(files: &Container<'_>) -> Result<Result<Decision, String>, ReadError> {
    Ok(Decision::parse(&read(files, Path::new(ANALYTICS), ANALYTICS_LIMIT)?))
}

/// Where Home Assistant keeps it, in its container.
pub const ANALYTICS: &str = "/config/.storage/core.analytics";
const CONFIGURATION: &str = "/config";
const VERSION: &str = "/config/.HA_VERSION";

/// The version of Home Assistant and the file that says so.
///
/// # Errors
///
/// The file is missing or holds no version.
pub fn version(files: &Container<'_>) -> Result<(OwnedCoreVersion, PathBuf), Error> {
    let path = files.shown(Path::new(VERSION));
    let bytes = read(files, Path::new(VERSION), VERSION_LIMIT).map_err(|error| Error::new(Exit::Data, error))?;
    match OwnedCoreVersion::parse_bytes(bytes.trim_ascii_end()) {
        Ok(version) => Ok((version, path)),
        Err(why) => Err(Error::new(Exit::Data, format_args!("{}: {why}", shown::path(&path)))),
    }
}
