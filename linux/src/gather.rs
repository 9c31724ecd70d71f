//! Everything that a report is made of, read before a byte of it is written.

use std::path::PathBuf;

use haos_analytics_core::form::{OwnedCoreVersion, OwnedDomain, OwnedInstallationId};
use haos_analytics_core::{
    Addon, Base, CustomIntegration, Domain, Engine, HomeAssistant, Installation, Preferences, Recorder, Supervisor,
};
use haos_analytics_home_assistant::addons::apps::App;
use haos_analytics_home_assistant::in_use::{self, InUse};
use haos_analytics_home_assistant::integrations::Custom;

use crate::addons::{self, Addons};
use crate::container::Container;
use crate::crash;
use crate::detect::{self, Detection};
use crate::error::{Error, Exit};
use crate::log::Log;
use crate::options::{Command, Options};
use crate::root::Root;
use crate::shown;
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
    pub version: OwnedCoreVersion,
    /// Where it was read.
    pub version_path: PathBuf,
    /// The Supervisor's state, where it became known.
    pub supervisor: Option<State>,
    /// The add-ons, likewise; nothing without a Supervisor.
    pub addons: Addons,
    /// What is in use, at the levels that the user opted in to.
    pub in_use: InUse,
}

/// Asks for consent, then reads.
///
/// # Errors
///
/// The user has not opted in, or something without which there is no report is missing or broken.
pub fn gather(options: &Options, root: &Root, log: &mut Log<'_>) -> Result<Gathered, Error> {
    let detection = detect::detect(root, log);
    let files = Container::new(root, &detection.data_directory);
    let (consent, base) = match options.shown_as.filter(|_| options.command == Command::Show) {
        Some(base) => (as_if(base, &files, log)?, base),
        None => agreed(&files)?,
    };
    consent.installation_id()?;
    let (version, version_path) = storage::version(&files)?;
    let data = &detection.data_directory;
    let beyond_basic = base.usage || base.statistics;
    let may_ask = consent.decision.preferences.base.is_some();
    if !may_ask {
        log.plain("The Supervisor is asked once you have agreed: what it tells is left out.");
    }
    let supervisor = if detection.supervised && may_ask {
        supervisor::state(root, data, options.supervisor.as_deref(), beyond_basic, log)
    } else {
        None
    };
    let told = supervisor.as_ref().and_then(|state| state.addons.as_ref());
    let addons =
        if detection.supervised && beyond_basic { addons::read(root, data, told, log) } else { Addons::default() };
    let in_use = in_use::read(&files, base, version.as_str(), &mut |remark| log.warning(remark));
    drop(files);
    Ok(Gathered { detection, consent, base, version, version_path, supervisor, addons, in_use })
}

/// What the owner agreed to.
fn agreed(files: &Container<'_>) -> Result<(Consent, Base), Error> {
    let consent = storage::consent(files)?;
    if !consent.decision.preferences.diagnostics {
        crash::disarm();
    }
    let Some(base) = consent.decision.preferences.base else {
        let (path, why) = (shown::path(&consent.path), consent.decision.why_not);
        return Err(Error::new(Exit::NotOptedIn, format_args!("not opted in: {path}: {why}")));
    };
    Ok((consent, base))
}

/// What is decided, for a payload that nobody gets. No fault on the way there is reported either.
fn as_if(base: Base, files: &Container<'_>, log: &mut Log<'_>) -> Result<Consent, Error> {
    crash::disarm();
    if !files.is_there() {
        return Err(storage::nobody(files));
    }
    let levels = match (base.usage, base.statistics) {
        (false, false) => "basic",
        (true, false) => "basic and usage",
        (false, true) => "basic and statistics",
        (true, true) => "basic, usage and statistics",
    };
    log.plain(format_args!("NOT SENT: this is what {levels} analytics would send."));
    let mut consent = storage::consent(files).unwrap_or_else(|_| Consent::none(files));
    if consent.installation_id().is_err() {
        consent.decision.uuid = Some(OwnedInstallationId::parse(NO_ID));
        log.plain("Home Assistant chooses the installation id later: zeros stand for it.");
    }
    Ok(consent)
}

/// Stands for an installation id where there is none.
const NO_ID: &str = "00000000000000000000000000000000";

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
        let arch = self.detection.arch.as_ref().map(|found| found.text.lend());
        Ok(Home {
            installation: Installation {
                uuid: self.consent.installation_id()?,
                version: self.version.lend(),
                installation_type: self.detection.installation_type,
            },
            supervisor: self.supervisor.as_ref().map(|state| state.as_reported(arch)),
            addons: &self.addons,
            in_use: &self.in_use,
        })
    }
}

/// What Home Assistant tells.
pub struct Home<'a> {
    /// Who reports.
    pub installation: Installation<'a>,
    supervisor: Option<Supervisor<'a>>,
    addons: &'a Addons,
    in_use: &'a InUse,
}

impl HomeAssistant for Home<'_> {
    fn installation(&self) -> Installation<'_> {
        self.installation
    }

    fn supervisor(&self) -> Option<Supervisor<'_>> {
        self.supervisor
    }

    fn integrations(&self) -> Option<impl Iterator<Item = Domain<'_>>> {
        self.in_use.integrations.as_ref().map(|all| all.built_in.iter().map(OwnedDomain::lend))
    }

    fn custom_integrations(&self) -> Option<impl Iterator<Item = CustomIntegration<'_>>> {
        self.in_use.integrations.as_ref().map(|all| all.custom.iter().map(Custom::as_reported))
    }

    fn addons(&self) -> Option<impl Iterator<Item = Addon<'_>>> {
        self.addons.list.as_ref().map(|all| all.iter().map(App::as_reported))
    }

    fn energy_configured(&self) -> Option<bool> {
        self.in_use.energy
    }

    fn certificate(&self) -> Option<bool> {
        self.in_use.certificate
    }

    fn recorder(&self) -> Option<Recorder<'_>> {
        let version = self.in_use.sqlite.as_ref()?.lend();
        Some(Recorder { engine: Engine::Sqlite, version })
    }

    fn state_count(&self) -> Option<u64> {
        self.in_use.states
    }

    fn automation_count(&self) -> Option<u64> {
        self.in_use.automations
    }

    fn integration_count(&self) -> Option<u64> {
        self.in_use.integrations.as_ref().map(|all| count(&all.built_in))
    }

    fn addon_count(&self) -> Option<u64> {
        self.addons.count
    }

    fn user_count(&self) -> Option<u64> {
        self.in_use.users
    }
}

fn count<T>(list: &[T]) -> u64 {
    u64::try_from(list.len()).unwrap_or(u64::MAX)
}
