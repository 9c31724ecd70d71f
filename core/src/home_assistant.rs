//! What Home Assistant tells about itself.
//!
//! # Why iterators
//!
//! A list lives where the platform read it; the payload is written while walking over it. Nothing is stored twice.

use core::fmt;
use core::iter::Empty;

/// The installation id: exactly 32 UTF-16 units. It counts an installation once and says nothing else.
///
/// Home Assistant writes hexadecimal digits, but the receiver does not demand them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InstallationId<'a>(&'a str);

/// The version of Home Assistant: 7 to 25 UTF-16 units, such as `2026.2.3`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CoreVersion<'a>(&'a str);

/// A value that the receiver would refuse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutOfRange {
    /// Its length in UTF-16 units, which is what the receiver counts.
    pub length: usize,
    /// The least units that are taken.
    pub least: usize,
    /// The most units that are taken.
    pub most: usize,
}

impl<'a> InstallationId<'a> {
    /// Takes the id as it is.
    ///
    /// # Errors
    ///
    /// [`OutOfRange`]: it does not have 32 units.
    pub fn parse(id: &'a str) -> Result<Self, OutOfRange> {
        within(id, 32, 32).map(InstallationId)
    }

    /// The id itself.
    #[must_use]
    pub const fn as_str(self) -> &'a str {
        self.0
    }
}

impl<'a> CoreVersion<'a> {
    /// Takes the version as it is.
    ///
    /// # Errors
    ///
    /// [`OutOfRange`]: it does not have 7 to 25 units.
    pub fn parse(version: &'a str) -> Result<Self, OutOfRange> {
        within(version, 7, 25).map(CoreVersion)
    }

    /// The version itself.
    #[must_use]
    pub const fn as_str(self) -> &'a str {
        self.0
    }

    /// A source checkout, which reports to the development receiver. Nightlies (`dev202602120305`) do not.
    #[must_use]
    pub fn is_development(self) -> bool {
        self.0.contains("dev0")
    }
}

fn within(text: &str, least: usize, most: usize) -> Result<&str, OutOfRange> {
    let length = text.encode_utf16().count();
    if (least..=most).contains(&length) {
        Ok(text)
    } else {
        Err(OutOfRange { length, least, most })
    }
}

impl fmt::Display for OutOfRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let OutOfRange { length, least, most } = self;
        if least == most {
            write!(f, "{length} characters long, it must have {least}")
        } else {
            write!(f, "{length} characters long, it must have {least} to {most}")
        }
    }
}

impl core::error::Error for OutOfRange {}

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
    pub arch: Option<&'a str>,
}

/// An add-on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Addon<'a> {
    /// Its name, such as `core_mosquitto`.
    pub slug: &'a str,
    /// Protection mode is on.
    pub protected: bool,
    /// The installed version.
    pub version: Option<&'a str>,
    /// It is updated without asking.
    pub auto_update: bool,
}

/// An integration that is not part of Home Assistant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CustomIntegration<'a> {
    /// Its name, such as `hacs`.
    pub domain: &'a str,
    /// The version in its manifest.
    pub version: Option<&'a str>,
}

/// The database behind the history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recorder<'a> {
    /// `sqlite`, `mysql` or `postgresql`.
    pub engine: &'a str,
    /// The version of the library or server.
    pub version: &'a str,
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
    fn integrations(&self) -> Option<impl Iterator<Item = &str>> {
        None::<Empty<&str>>
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_of_the_receiver() {
        assert!(InstallationId::parse("12a3456bc78d90123ef4567g789012h3").is_ok(), "hexadecimal is not demanded");
        assert!(InstallationId::parse("12345678-1234-1234-1234-123456789012").is_err(), "dashes make 36");
        assert!(InstallationId::parse("0123456789abcdef0123456789abcde").is_err());
        assert!(InstallationId::parse("🏠🏠🏠🏠🏠🏠🏠🏠🏠🏠🏠🏠🏠🏠🏠🏠").is_ok(), "16 × two UTF-16 units");
        let error = OutOfRange { length: 6, least: 7, most: 25 };
        assert_eq!(CoreVersion::parse("2026.2"), Err(error));
        assert!(CoreVersion::parse("2026.3.0.dev202602120305").is_ok());
        assert!(CoreVersion::parse("landingpage").is_ok());
        assert!(CoreVersion::parse("2026.3.0.dev2026021203051x").is_err());
    }

    #[test]
    fn only_a_source_checkout_is_development() {
        for (version, expected) in
            [("2026.3.0.dev0", true), ("2026.3.0.dev202602120305", false), ("2026.3.0b1", false), ("2026.2.3", false)]
        {
            assert_eq!(CoreVersion::parse(version).map(CoreVersion::is_development), Ok(expected), "{version}");
        }
    }
}
