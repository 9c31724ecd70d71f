//! The payload: what a report may say, to the letter of the contract.
//!
//! Strict at every level: an unknown key is refused, a key that comes twice, null but for four places, a list where an
//! object belongs. [`schema`] says the same as a JSON Schema, from the same limits; a test compares the two.

mod refusal;
pub mod schema;
pub mod shape;
pub mod text;

pub use refusal::Refusal;

use serde::de::{Deserializer, Error as _};
use serde::{Deserialize, Serialize};
use shape::{nullable, present, Count, List, Object};
use text::{Text, Units};

/// The body of a report, in bytes. A report of every level is 46 kB at most.
pub const BODY_LIMIT: usize = 256 * 1024;
/// A report has fewer integrations than this: the contract's limit.
pub const INTEGRATIONS_LIMIT: usize = 1000;
/// And fewer add-ons and custom integrations than this: our own limit, so that one report has no
/// more to count than one installation can have.
pub const THINGS_LIMIT: usize = 1001;

/// A name: an integration, an add-on's slug, a board.
pub const NAME: usize = 128;
/// The version of an add-on, a custom integration, the operating system, a database.
pub const VERSION: usize = 128;
/// An architecture, a database engine.
pub const WORD: usize = 64;

/// What a report says.
#[derive(Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Payload<'a> {
    /// The installation id: 32 characters, hexadecimal or not.
    #[serde(borrow)]
    pub uuid: Units<'a, 32, 32>,
    /// Of Home Assistant.
    #[serde(borrow)]
    pub version: Units<'a, 7, 25>,
    /// One of six.
    pub installation_type: InstallationType,
    /// Where there is a Supervisor.
    #[serde(borrow, default, deserialize_with = "present")]
    pub supervisor: Option<Object<Supervisor<'a>>>,
    /// On Home Assistant OS.
    #[serde(borrow, default, deserialize_with = "present")]
    pub operating_system: Option<Object<OperatingSystem<'a>>>,
    /// Names of the core's integrations.
    #[serde(borrow, default, deserialize_with = "present")]
    pub integrations: Option<List<Text<'a, NAME>, INTEGRATIONS_LIMIT>>,
    /// Integrations from elsewhere.
    #[serde(borrow, default, deserialize_with = "present")]
    pub custom_integrations: Option<List<Object<CustomIntegration<'a>>, THINGS_LIMIT>>,
    /// Installed add-ons.
    #[serde(borrow, default, deserialize_with = "present")]
    pub addons: Option<List<Object<Addon<'a>>, THINGS_LIMIT>>,
    /// Whether the energy dashboard is set up.
    #[serde(default, deserialize_with = "present")]
    pub energy: Option<Object<Energy>>,
    /// Whether the web server has a certificate.
    #[serde(default, deserialize_with = "present")]
    pub certificate: Option<bool>,
    /// The recorder's database.
    #[serde(borrow, default, deserialize_with = "present")]
    pub recorder: Option<Object<Recorder<'a>>>,
    /// States.
    #[serde(default, deserialize_with = "present")]
    pub state_count: Option<Count>,
    /// Automations.
    #[serde(default, deserialize_with = "present")]
    pub automation_count: Option<Count>,
    /// Integrations of the core.
    #[serde(default, deserialize_with = "present")]
    pub integration_count: Option<Count>,
    /// Add-ons.
    #[serde(default, deserialize_with = "present")]
    pub addon_count: Option<Count>,
    /// Users, but those of the system.
    #[serde(default, deserialize_with = "present")]
    pub user_count: Option<Count>,
    /// Taken and thrown away: the country is found out here.
    #[serde(borrow, default, deserialize_with = "present")]
    pub country: Option<Units<'a, 2, 2>>,
    /// As the country.
    #[serde(borrow, default, deserialize_with = "present")]
    pub region: Option<Units<'a, 2, 2>>,
}

/// The Supervisor's own state.
#[derive(Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Supervisor<'a> {
    /// Nothing is wrong with the system.
    pub healthy: bool,
    /// Nothing was done to the system that is not provided for.
    pub supported: bool,
    /// The architecture.
    #[serde(borrow, default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub arch: Option<Text<'a, WORD>>,
}

/// Home Assistant OS.
#[derive(Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct OperatingSystem<'a> {
    /// The id of the board.
    #[serde(borrow)]
    pub board: Text<'a, NAME>,
    /// Its version; null and absent are not the same.
    #[serde(borrow, default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub version: Option<Option<Text<'a, VERSION>>>,
}

/// An integration from elsewhere.
#[derive(Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct CustomIntegration<'a> {
    /// Its name.
    #[serde(borrow)]
    pub domain: Text<'a, NAME>,
    /// Its version.
    #[serde(borrow, default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub version: Option<Option<Text<'a, VERSION>>>,
}

/// An installed add-on.
#[derive(Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Addon<'a> {
    /// Its name.
    #[serde(borrow)]
    pub slug: Text<'a, NAME>,
    /// Whether it is kept from the host. The key has to be there, and null counts as yes.
    #[serde(deserialize_with = "nullable")]
    pub protected: Option<bool>,
    /// Its version.
    #[serde(borrow, default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub version: Option<Option<Text<'a, VERSION>>>,
    /// Whether it is updated by itself. The key has to be there, and null counts as no.
    #[serde(deserialize_with = "nullable")]
    pub auto_update: Option<bool>,
}

/// The energy dashboard.
#[derive(Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Energy {
    /// Whether it is set up.
    pub configured: bool,
}

/// The recorder's database.
#[derive(Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Recorder<'a> {
    /// Its kind; kept in small letters.
    #[serde(borrow)]
    pub engine: Text<'a, WORD>,
    /// Its version.
    #[serde(borrow)]
    pub version: Text<'a, VERSION>,
}

/// How Home Assistant is installed: one of [`INSTALLATION_TYPES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InstallationType(pub &'static str);

/// As the contract writes them.
pub const INSTALLATION_TYPES: [&str; 6] = [
    "Home Assistant OS",
    "Home Assistant Container",
    "Home Assistant Core",
    "Home Assistant Supervised",
    "Unsupported Third Party Container",
    "Unknown",
];

impl<'de> Deserialize<'de> for InstallationType {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Text::<NAME>::deserialize(deserializer)?;
        let known = INSTALLATION_TYPES.into_iter().find(|known| *known == text.0);
        known.map(Self).ok_or_else(|| D::Error::custom("is none of the six"))
    }
}

/// Reads a body.
///
/// # Errors
///
/// Whatever the contract refuses, with the place and the reason.
pub fn read(body: &[u8]) -> Result<Payload<'_>, Refusal> {
    match serde_json::from_slice::<Object<Payload<'_>>>(body) {
        Ok(Object(payload)) => Ok(payload),
        Err(_) => Err(Refusal::find(body)),
    }
}
