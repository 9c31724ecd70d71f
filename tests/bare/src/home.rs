//! The installation of the documentation's examples, and one that leaves nothing out.

use core::hint::black_box;

use haos_analytics_core::{
    Addon, AddonVersion, BoardInfo, CoreVersion, CustomIntegration, DatabaseVersion, Domain, Engine, HomeAssistant,
    Installation, InstallationId, InstallationType, IntegrationVersion, Label, Misfit, Recorder, Slug, Supervisor,
};

/// A board that somebody found.
#[derive(Clone, Copy)]
pub struct Board<'a> {
    /// Its id.
    pub id: Label<'a>,
    /// The version of its operating system.
    pub os_version: Option<Label<'a>>,
}

impl BoardInfo for Board<'_> {
    fn board(&self) -> Option<Label<'_>> {
        Some(self.id)
    }

    fn os_version(&self) -> Option<Label<'_>> {
        self.os_version
    }
}

/// What Home Assistant tells. The lists are short and of fixed length: there is no allocator.
#[derive(Clone, Copy)]
pub struct Home<'a> {
    installation: Installation<'a>,
    supervisor: Option<Supervisor<'a>>,
    integrations: Option<[Domain<'a>; 1]>,
    custom_integrations: Option<[CustomIntegration<'a>; 1]>,
    addons: Option<[Addon<'a>; 1]>,
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
    /// A text has another form than it must have. All have theirs, but the compiler must not know.
    pub fn example() -> Result<Self, Misfit> {
        Ok(black_box(Home {
            installation: Installation {
                uuid: InstallationId::parse(black_box("12a3456bc78d90123ef4567g789012h3"))?,
                version: CoreVersion::parse(black_box("2021.6.0"))?,
                installation_type: InstallationType::Os,
            },
            supervisor: Some(Supervisor {
                healthy: true,
                supported: true,
                arch: Some(Label::parse(black_box("amd64"))?),
            }),
            integrations: Some([Domain::parse(black_box("awesome_integration"))?]),
            custom_integrations: None,
            addons: Some([Addon {
                slug: Slug::parse(black_box("awesome_addon"))?,
                protected: true,
                version: Some(AddonVersion::parse(black_box("1.0.0"))?),
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
    pub fn everything() -> Result<Self, Misfit> {
        Ok(black_box(Home {
            custom_integrations: Some([CustomIntegration {
                domain: Domain::parse(black_box("hacs"))?,
                version: Some(IntegrationVersion::parse(black_box("v1.34.0-rc.1+build"))?),
            }]),
            certificate: Some(false),
            recorder: Some(Recorder {
                engine: black_box(Engine::Sqlite),
                version: DatabaseVersion::parse(black_box("3.50.4"))?,
            }),
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

    fn integrations(&self) -> Option<impl Iterator<Item = Domain<'_>>> {
        Some(self.integrations?.into_iter())
    }

    fn custom_integrations(&self) -> Option<impl Iterator<Item = CustomIntegration<'_>>> {
        Some(self.custom_integrations?.into_iter())
    }

    fn addons(&self) -> Option<impl Iterator<Item = Addon<'_>>> {
        Some(self.addons?.into_iter())
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
