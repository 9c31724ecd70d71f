//! One report's data for both writers. The generic part of `payload::write` is compiled here, at the level of the
//! images; that of serde_json where it is called, at cargo's own.

use haos_analytics_core::form::{Form, Kind};
use haos_analytics_core::{
    payload, Addon, Base, BoardInfo, CustomIntegration, Domain, Engine, HomeAssistant, Installation, InstallationType,
    Label, Recorder, Supervisor,
};
use serde::Serialize;

/// What serde_json makes of it is the payload, byte for byte.
#[derive(Serialize)]
pub struct Report {
    uuid: String,
    version: String,
    installation_type: &'static str,
    supervisor: SupervisorState,
    operating_system: OperatingSystem,
    #[serde(skip_serializing_if = "Option::is_none")]
    integrations: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    custom_integrations: Option<Vec<Custom>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    addons: Option<Vec<Installed>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    energy: Option<Energy>,
    #[serde(skip_serializing_if = "Option::is_none")]
    certificate: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    recorder: Option<Database>,
    #[serde(skip_serializing_if = "Option::is_none")]
    state_count: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    automation_count: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    integration_count: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    addon_count: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_count: Option<u64>,
}

#[derive(Serialize)]
struct SupervisorState {
    healthy: bool,
    supported: bool,
    arch: String,
}

#[derive(Serialize)]
struct OperatingSystem {
    board: String,
    version: String,
}

#[derive(Serialize)]
struct Custom {
    domain: String,
    version: String,
}

#[derive(Serialize)]
struct Installed {
    slug: String,
    protected: bool,
    version: String,
    auto_update: bool,
}

#[derive(Serialize)]
struct Energy {
    configured: bool,
}

#[derive(Serialize)]
struct Database {
    engine: &'static str,
    version: String,
}

impl Report {
    /// Basic analytics alone.
    pub fn basic() -> Self {
        Self {
            uuid: "12a3456bc78d90123ef4567g789012h3".to_owned(),
            version: "2026.2.3".to_owned(),
            installation_type: InstallationType::Os.as_str(),
            supervisor: SupervisorState { healthy: true, supported: true, arch: "aarch64".to_owned() },
            operating_system: OperatingSystem { board: "odroid-n2".to_owned(), version: "17.1".to_owned() },
            integrations: None,
            custom_integrations: None,
            addons: None,
            energy: None,
            certificate: None,
            recorder: None,
            state_count: None,
            automation_count: None,
            integration_count: None,
            addon_count: None,
            user_count: None,
        }
    }

    /// Everything, with as many integrations as the receiver takes.
    pub fn full() -> Self {
        let custom = |n| Custom { domain: format!("custom_integration_{n}"), version: format!("1.{n}.0") };
        let addon = |n| Installed {
            slug: format!("a0d7b954_addon_{n}"),
            protected: n % 5 != 0,
            version: format!("2.{n}.1"),
            auto_update: n % 2 == 0,
        };
        Self {
            integrations: Some((0..payload::MOST_INTEGRATIONS).map(|n| format!("integration_{n:03}")).collect()),
            custom_integrations: Some((0..200).map(custom).collect()),
            addons: Some((0..200).map(addon).collect()),
            energy: Some(Energy { configured: true }),
            certificate: Some(false),
            recorder: Some(Database { engine: Engine::Sqlite.as_str(), version: "3.49.2".to_owned() }),
            state_count: Some(12_345),
            automation_count: Some(234),
            integration_count: Some(999),
            addon_count: Some(200),
            user_count: Some(7),
            ..Self::basic()
        }
    }

    /// The same as the core wants it: every text was checked when it was read.
    pub fn checked(&self) -> Checked<'_> {
        Checked {
            report: self,
            installation: Installation {
                uuid: form(&self.uuid),
                version: form(&self.version),
                installation_type: InstallationType::Os,
            },
            arch: form(&self.supervisor.arch),
            board: form(&self.operating_system.board),
            os_version: form(&self.operating_system.version),
            integrations: self.integrations.as_ref().map(|list| list.iter().map(|domain| form(domain)).collect()),
            custom_integrations: self
                .custom_integrations
                .as_ref()
                .map(|list| list.iter().map(Custom::checked).collect()),
            addons: self.addons.as_ref().map(|list| list.iter().map(Installed::checked).collect()),
        }
    }
}

fn form<K: Kind>(text: &str) -> Form<'_, K> {
    Form::parse(text).expect("it has the form")
}

/// A report that may be written.
pub struct Checked<'a> {
    report: &'a Report,
    installation: Installation<'a>,
    arch: Label<'a>,
    board: Label<'a>,
    os_version: Label<'a>,
    integrations: Option<Vec<Domain<'a>>>,
    custom_integrations: Option<Vec<CustomIntegration<'a>>>,
    addons: Option<Vec<Addon<'a>>>,
}

impl Checked<'_> {
    /// What the collector does with it.
    #[inline(never)]
    pub fn write<'b>(&self, buffer: &'b mut [u8]) -> &'b [u8] {
        let base = Base { usage: true, statistics: true };
        payload::write(base, self, self, buffer).expect("the buffer is large enough")
    }
}

impl BoardInfo for Checked<'_> {
    fn board(&self) -> Option<Label<'_>> {
        Some(self.board)
    }

    fn os_version(&self) -> Option<Label<'_>> {
        Some(self.os_version)
    }
}

impl HomeAssistant for Checked<'_> {
    fn installation(&self) -> Installation<'_> {
        self.installation
    }

    fn supervisor(&self) -> Option<Supervisor<'_>> {
        let SupervisorState { healthy, supported, .. } = self.report.supervisor;
        Some(Supervisor { healthy, supported, arch: Some(self.arch) })
    }

    fn integrations(&self) -> Option<impl Iterator<Item = Domain<'_>>> {
        Some(self.integrations.as_ref()?.iter().copied())
    }

    fn custom_integrations(&self) -> Option<impl Iterator<Item = CustomIntegration<'_>>> {
        Some(self.custom_integrations.as_ref()?.iter().copied())
    }

    fn addons(&self) -> Option<impl Iterator<Item = Addon<'_>>> {
        Some(self.addons.as_ref()?.iter().copied())
    }

    fn energy_configured(&self) -> Option<bool> {
        Some(self.report.energy.as_ref()?.configured)
    }

    fn certificate(&self) -> Option<bool> {
        self.report.certificate
    }

    fn recorder(&self) -> Option<Recorder<'_>> {
        let version = form(&self.report.recorder.as_ref()?.version);
        Some(Recorder { engine: Engine::Sqlite, version })
    }

    fn state_count(&self) -> Option<u64> {
        self.report.state_count
    }

    fn automation_count(&self) -> Option<u64> {
        self.report.automation_count
    }

    fn integration_count(&self) -> Option<u64> {
        self.report.integration_count
    }

    fn addon_count(&self) -> Option<u64> {
        self.report.addon_count
    }

    fn user_count(&self) -> Option<u64> {
        self.report.user_count
    }
}

impl Custom {
    fn checked(&self) -> CustomIntegration<'_> {
        CustomIntegration { domain: form(&self.domain), version: Some(form(&self.version)) }
    }
}

impl Installed {
    fn checked(&self) -> Addon<'_> {
        let Self { slug, protected, version, auto_update } = self;
        let (protected, auto_update) = (*protected, *auto_update);
        Addon { slug: form(slug), protected, version: Some(form(version)), auto_update }
    }
}
