//! The installation of the documentation's examples, and one that leaves nothing out.

use core::hint::black_box;

use haos_analytics_core::{
    Addon, BoardInfo, CoreVersion, CustomIntegration, HomeAssistant, Installation, InstallationId, InstallationType,
    OutOfRange, Recorder, Supervisor,
};

/// A board that somebody found.
#[derive(Clone, Copy)]
pub struct Board<'a> {
    /// Its id.
    pub id: &'a str,
    /// The version of its operating system.
    pub os_version: Option<&'a str>,
}

impl BoardInfo for Board<'_> {
    fn board(&self) -> Option<&str> {
        Some(self.id)
    }

    fn os_version(&self) -> Option<&str> {
        self.os_version
    }
}

/// What Home Assistant tells. The lists are lent: there is no allocator.
#[derive(Clone, Copy)]
pub struct Home<'a> {
    installation: Installation<'a>,
    supervisor: Option<Supervisor<'a>>,
    integrations: Option<&'a [&'a str]>,
    custom_integrations: Option<&'a [CustomIntegration<'a>]>,
    addons: Option<&'a [Addon<'a>]>,
    energy_configured: Option<bool>,
    certificate: Option<bool>,
    recorder: Option<Recorder<'a>>,
    counts: Option<(u64, u64, u64, u64, u64)>,
}

impl Home<'static> {
    /// The example of the documentation, with usage and statistics.
    ///
    /// The compiler is kept from knowing any value, or it would write the payload by itself and prove nothing.
    ///
    /// # Errors
    ///
    /// The id or the version is none that the receiver takes. They are, but the compiler must not know.
    pub fn example() -> Result<Self, OutOfRange> {
        Ok(black_box(Home {
            installation: Installation {
                uuid: InstallationId::parse(black_box("12a3456bc78d90123ef4567g789012h3"))?,
                version: CoreVersion::parse(black_box("2021.6.0"))?,
                installation_type: InstallationType::Os,
            },
            supervisor: Some(Supervisor { healthy: true, supported: true, arch: Some("amd64") }),
            integrations: Some(&["awesome_integration"]),
            custom_integrations: None,
            addons: Some(&[Addon {
                slug: "awesome_addon",
                protected: true,
                version: Some("1.0.0"),
                auto_update: false,
            }]),
            energy_configured: Some(true),
            certificate: None,
            recorder: None,
            counts: Some((1, 2, 3, 4, 5)),
        }))
    }

    /// The example, with all that it leaves out.
    ///
    /// # Errors
    ///
    /// As in [`example`](Self::example).
    pub fn everything() -> Result<Self, OutOfRange> {
        Ok(black_box(Home {
            integrations: Some(&["awesome_integration", "\"\\\u{1}", "Zähler"]),
            custom_integrations: Some(&[CustomIntegration { domain: "hacs", version: Some("1.34.0") }]),
            certificate: Some(false),
            recorder: Some(Recorder { engine: "sqlite", version: "3.50.4" }),
            counts: Some((u64::MAX, 0, 0, 0, 0)),
            ..Self::example()?
        }))
    }
}

impl HomeAssistant for Home<'_> {
    fn installation(&self) -> Installation<'_> {
        self.installation
    }

    fn supervisor(&self) -> Option<Supervisor<'_>> {
        self.supervisor
    }

    fn integrations(&self) -> Option<impl Iterator<Item = &str>> {
        Some(self.integrations?.iter().copied())
    }

    fn custom_integrations(&self) -> Option<impl Iterator<Item = CustomIntegration<'_>>> {
        Some(self.custom_integrations?.iter().copied())
    }

    fn addons(&self) -> Option<impl Iterator<Item = Addon<'_>>> {
        Some(self.addons?.iter().copied())
    }

    fn energy_configured(&self) -> Option<bool> {
        self.energy_configured
    }

    fn certificate(&self) -> Option<bool> {
        self.certificate
    }

    fn recorder(&self) -> Option<Recorder<'_>> {
        self.recorder
    }

    fn state_count(&self) -> Option<u64> {
        Some(self.counts?.0)
    }

    fn automation_count(&self) -> Option<u64> {
        Some(self.counts?.1)
    }

    fn integration_count(&self) -> Option<u64> {
        Some(self.counts?.2)
    }

    fn addon_count(&self) -> Option<u64> {
        Some(self.counts?.3)
    }

    fn user_count(&self) -> Option<u64> {
        Some(self.counts?.4)
    }
}
