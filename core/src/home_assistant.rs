//! What Home Assistant tells about itself.
//!
//! # Why iterators
//!
//! A list lives where the platform read it; the payload is written while walking over it. Nothing is stored twice.

use core::iter::Empty;

use crate::form::{
    AddonVersion, CoreVersion, DatabaseVersion, Domain, Engine, InstallationId, IntegrationVersion, Label, Slug,
};

/// How Home Assistant is installed: the receiver knows these and no others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InstallationType {
    /// Home Assistant OS.
    Os,
    /// A Supervisor on a general-purpose distribution.
    Supervised,
    /// A container without a Supervisor.
    Container,
    /// A Python environment.
    Core,
    /// Somebody else's container.
    ThirdPartyContainer,
    /// None of these could be told.
    Unknown,
}

impl InstallationType {
    /// The word on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            InstallationType::Os => "Home Assistant OS",
            InstallationType::Supervised => "Home Assistant Supervised",
            InstallationType::Container => "Home Assistant Container",
            InstallationType::Core => "Home Assistant Core",
            InstallationType::ThirdPartyContainer => "Unsupported Third Party Container",
            InstallationType::Unknown => "Unknown",
        }
    }
}

/// What every report begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Installation<'a> {
    /// The installation id.
    pub uuid: InstallationId<'a>,
    /// The version of Home Assistant.
    pub version: CoreVersion<'a>,
    /// How it is installed.
    pub installation_type: InstallationType,
}

/// The Supervisor's state. Both flags are known, or there is no such object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Supervisor<'a> {
    /// No fault was found.
    pub healthy: bool,
    /// The system is one that the project supports.
    pub supported: bool,
    /// The CPU architecture in Home Assistant's words.
    pub arch: Option<Label<'a>>,
}

/// An add-on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Addon<'a> {
    /// Its name, such as `core_mosquitto`.
    pub slug: Slug<'a>,
    /// Protection mode is on.
    pub protected: bool,
    /// The installed version.
    pub version: Option<AddonVersion<'a>>,
    /// It is updated without asking.
    pub auto_update: bool,
}

/// An integration that is not part of Home Assistant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CustomIntegration<'a> {
    /// Its name, such as `hacs`.
    pub domain: Domain<'a>,
    /// The version in its manifest.
    pub version: Option<IntegrationVersion<'a>>,
}

/// The database behind the history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recorder<'a> {
    /// Whose database it is.
    pub engine: Engine,
    /// The version of the library or server.
    pub version: DatabaseVersion<'a>,
}

/// What Home Assistant tells. Only [`installation`](Self::installation) must be known; whatever else is `None` is left out.
///
/// Lists are in ascending order: the receiver compares them in order and takes a shuffled list for a changed one.
pub trait HomeAssistant {
    /// Basic: who reports.
    fn installation(&self) -> Installation<'_>;

    /// Basic: the Supervisor's state.
    fn supervisor(&self) -> Option<Supervisor<'_>> {
        None
    }

    /// Usage: the domains of the integrations in use.
    fn integrations(&self) -> Option<impl Iterator<Item = Domain<'_>>> {
        None::<Empty<Domain<'_>>>
    }

    /// Usage: the custom integrations in use.
    fn custom_integrations(&self) -> Option<impl Iterator<Item = CustomIntegration<'_>>> {
        None::<Empty<CustomIntegration<'_>>>
    }

    /// Usage: the installed add-ons.
    fn addons(&self) -> Option<impl Iterator<Item = Addon<'_>>> {
        None::<Empty<Addon<'_>>>
    }

    /// Usage: the energy dashboard is configured.
    fn energy_configured(&self) -> Option<bool> {
        None
    }

    /// Usage: Home Assistant serves HTTPS by itself.
    fn certificate(&self) -> Option<bool> {
        None
    }

    /// Usage: the database.
    fn recorder(&self) -> Option<Recorder<'_>> {
        None
    }

    /// Statistics: entries of the state machine.
    fn state_count(&self) -> Option<u64> {
        None
    }

    /// Statistics: automations.
    fn automation_count(&self) -> Option<u64> {
        None
    }

    /// Statistics: integrations that are part of Home Assistant.
    fn integration_count(&self) -> Option<u64> {
        None
    }

    /// Statistics: installed add-ons.
    fn addon_count(&self) -> Option<u64> {
        None
    }

    /// Statistics: users that people made.
    fn user_count(&self) -> Option<u64> {
        None
    }
}
