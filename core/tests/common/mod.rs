//! A home and a board that say what the test wants.

use haos_analytics_core::{
    Addon, AddonVersion, BoardInfo, CoreVersion, CustomIntegration, Domain, HomeAssistant, Installation,
    InstallationId, InstallationType, Label, Recorder, Slug, Supervisor,
};

pub(crate) struct Board {
    pub(crate) board: Option<&'static str>,
    pub(crate) os_version: Option<&'static str>,
}

impl BoardInfo for Board {
    fn board(&self) -> Option<Label<'_>> {
        self.board.map(label)
    }

    fn os_version(&self) -> Option<Label<'_>> {
        self.os_version.map(label)
    }
}

pub(crate) fn label(text: &str) -> Label<'_> {
    Label::parse(text).unwrap()
}

pub(crate) struct Home {
    pub(crate) uuid: &'static str,
    pub(crate) version: &'static str,
    pub(crate) supervisor: Option<Supervisor<'static>>,
    pub(crate) integrations: Option<Vec<String>>,
    pub(crate) custom_integrations: Option<Vec<CustomIntegration<'static>>>,
    pub(crate) addons: Option<Vec<Addon<'static>>>,
    pub(crate) energy_configured: Option<bool>,
    pub(crate) certificate: Option<bool>,
    pub(crate) recorder: Option<Recorder<'static>>,
    pub(crate) counts: Option<[u64; 5]>,
}

impl HomeAssistant for Home {
    fn installation(&self) -> Installation<'_> {
        Installation {
            uuid: InstallationId::parse(self.uuid).unwrap(),
            version: CoreVersion::parse(self.version).unwrap(),
            installation_type: InstallationType::Os,
        }
    }

    fn supervisor(&self) -> Option<Supervisor<'_>> {
        self.supervisor
    }

    fn integrations(&self) -> Option<impl Iterator<Item = Domain<'_>>> {
        self.integrations.as_ref().map(|list| list.iter().map(|domain| Domain::parse(domain).unwrap()))
    }

    fn custom_integrations(&self) -> Option<impl Iterator<Item = CustomIntegration<'_>>> {
        self.custom_integrations.as_ref().map(|list| list.iter().copied())
    }

    fn addons(&self) -> Option<impl Iterator<Item = Addon<'_>>> {
        self.addons.as_ref().map(|list| list.iter().copied())
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
        self.counts.map(|counts| counts[0])
    }

    fn automation_count(&self) -> Option<u64> {
        self.counts.map(|counts| counts[1])
    }

    fn integration_count(&self) -> Option<u64> {
        self.counts.map(|counts| counts[2])
    }

    fn addon_count(&self) -> Option<u64> {
        self.counts.map(|counts| counts[3])
    }

    fn user_count(&self) -> Option<u64> {
        self.counts.map(|counts| counts[4])
    }
}

/// The installation of the documentation's examples.
pub(crate) fn example() -> (Board, Home) {
    let board = Board { board: Some("odroid-n2"), os_version: Some("6.0") };
    let home = Home {
        uuid: "12a3456bc78d90123ef4567g789012h3",
        version: "2021.6.0",
        supervisor: Some(Supervisor { healthy: true, supported: true, arch: Some(label("amd64")) }),
        integrations: Some(vec!["awesome_integration".into()]),
        custom_integrations: None,
        addons: Some(vec![Addon {
            slug: Slug::parse("awesome_addon").unwrap(),
            protected: true,
            version: AddonVersion::parse("1.0.0").ok(),
            auto_update: false,
        }]),
        energy_configured: Some(true),
        certificate: None,
        recorder: None,
        counts: Some([1, 2, 3, 4, 5]),
    };
    (board, home)
}
