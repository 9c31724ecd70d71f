//! Everything that a report is made of, read before a byte of it is written.

use std::path::PathBuf;

use haos_analytics_core::{Base, CoreVersion, HomeAssistant, Installation, Preferences, Supervisor, Text};

use crate::detect::{self, Detection};
use crate::error::{Error, Exit};
use crate::log::Log;
use crate::options::Options;
use crate::root::Root;
use crate::storage::{self, Consent};
use crate::supervisor::{self, State};

/// The buffer that the core is lent: 999 integrations, 200 add-ons and 200 custom integrations need about 46 kB.
pub const BUFFER: usize = 64 * 1024;

/// What was read, and of it only what the consent allows to be read.
pub struct Gathered {
    /// The machine.
    pub detection: Detection,
    /// The decision and the installation id.
    pub consent: Consent,
    /// The levels that the user opted in to.
    pub base: Base,
    /// The version of Home Assistant.
    pub version: Text,
    /// Where it was read.
    pub version_path: PathBuf,
    /// The Supervisor's state, where it became known.
    pub supervisor: Option<State>,
}

/// Asks for consent, then reads.
///
/// # Errors
///
/// The user has not opted in, or something without which there is no report is missing or broken.
pub fn gather(options: &Options, root: &Root, log: &mut Log<'_>) -> Result<Gathered, Error> {
    let detection = detect::detect(root, log);
    let consent = storage::consent(root, &detection.data_directory)?;
    let Some(base) = consent.decision.preferences.base else {
        let (path, why) = (consent.path.display(), consent.decision.why_not);
        return Err(Error::new(Exit::NotOptedIn, format_args!("not opted in: {path}: {why}")));
    };
    consent.installation_id()?;
    let (version, version_path) = storage::version(root, &detection.data_directory)?;
    let supervisor = if detection.supervised {
        supervisor::state(root, &detection.data_directory, options.supervisor.as_deref(), log)
    } else {
        None
    };
    Ok(Gathered { detection, consent, base, version, version_path, supervisor })
}

impl Gathered {
    /// What the user agreed to.
    pub fn preferences(&self) -> Preferences {
        self.consent.decision.preferences
    }

    /// The part that the core asks of Home Assistant.
    ///
    /// # Errors
    ///
    /// As [`gather`]; what it returned without an error does not fail here.
    pub fn home(&self) -> Result<Home<'_>, Error> {
        let version = CoreVersion::parse(&self.version)
            .map_err(|why| Error::new(Exit::Data, format_args!("{}: {why}", self.version_path.display())))?;
        let arch = self.detection.arch.as_ref().map(|found| found.text.as_str());
        Ok(Home {
            installation: Installation {
                uuid: self.consent.installation_id()?,
                version,
                installation_type: self.detection.installation_type,
            },
            supervisor: self.supervisor.as_ref().map(|state| state.as_reported(arch)),
        })
    }
}

/// What Home Assistant tells, at the levels that this program reads so far: basic.
pub struct Home<'a> {
    /// Who reports.
    pub installation: Installation<'a>,
    supervisor: Option<Supervisor<'a>>,
}

impl HomeAssistant for Home<'_> {
    fn installation(&self) -> Installation<'_> {
        self.installation
    }

    fn supervisor(&self) -> Option<Supervisor<'_>> {
        self.supervisor
    }
}
