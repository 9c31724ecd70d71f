//! The payload: byte for byte what `serde_json` makes of the same data, or an error that names the field.

use haos_analytics_core::form::{Form, Kind};
use haos_analytics_core::payload::{write, Error, MOST_INTEGRATIONS};
use haos_analytics_core::{
    Addon, Base, BoardInfo, CustomIntegration, Domain, Engine, HomeAssistant, Installation, InstallationType, Label,
    Recorder, Supervisor,
};
use serde::Serialize;

const TYPES: [InstallationType; 6] = [
    InstallationType::Os,
    InstallationType::Supervised,
    InstallationType::Container,
    InstallationType::Core,
    InstallationType::ThirdPartyContainer,
    InstallationType::Unknown,
];

/// The data, in the order of the wire.
#[derive(Serialize)]
struct Data<'a> {
    uuid: &'a str,
    version: &'a str,
    installation_type: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    supervisor: Option<SupervisorData<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    operating_system: Option<OperatingSystem<'a>>,
    #[serde(flatten)]
    usage: Option<&'a Usage>,
    #[serde(flatten)]
    statistics: Option<Statistics>,
}

#[derive(Serialize)]
struct SupervisorData<'a> {
    healthy: bool,
    supported: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    arch: Option<&'a str>,
}

#[derive(Serialize)]
struct OperatingSystem<'a> {
    board: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'a str>,
}

#[derive(Serialize)]
struct Usage {
    #[serde(skip_serializing_if = "Option::is_none")]
    integrations: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    custom_integrations: Option<Vec<CustomData>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    addons: Option<Vec<AddonData>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    energy: Option<Energy>,
    #[serde(skip_serializing_if = "Option::is_none")]
    certificate: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    recorder: Option<RecorderData>,
}

#[derive(Clone, Copy, Serialize)]
struct Energy {
    configured: bool,
}

#[derive(Serialize)]
struct CustomData {
    domain: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
}

#[derive(Serialize)]
struct AddonData {
    slug: String,
    protected: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    auto_update: bool,
}

#[derive(Serialize)]
struct RecorderData {
    engine: &'static str,
    version: String,
}

#[derive(Clone, Copy, Serialize)]
struct Statistics {
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

/// All that there is to tell, whatever may be told of it.
struct Home {
    uuid: String,
    version: String,
    installation_type: InstallationType,
    supervisor: Option<(bool, bool, Option<String>)>,
    board: Option<String>,
    os_version: Option<String>,
    usage: Usage,
    statistics: Statistics,
}

const LOWER: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789_";
const LABEL: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._+-";
const SLUG: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";
const VERSION: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.+_~-";
const NAME: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-";

/// What the bytes say, as far as they go.
struct Source<'a>(&'a [u8]);

impl Source<'_> {
    fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    fn yes(&mut self) -> bool {
        self.byte() & 1 == 1
    }

    /// 1 to `most` characters of an alphabet.
    fn text(&mut self, alphabet: &[u8], most: usize) -> String {
        let length = usize::from(self.byte()).clamp(1, most);
        (0..length).map(|_| char::from(alphabet[usize::from(self.byte()) % alphabet.len()])).collect()
    }

    fn label(&mut self) -> String {
        self.text(LABEL, 64)
    }

    fn maybe<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        self.yes().then(|| make(self))
    }

    fn list<T>(&mut self, make: impl Fn(&mut Self) -> T) -> Vec<T> {
        // Mostly short ones, and some around the receiver's limit.
        let length = match self.byte() {
            short @ 0..=249 => usize::from(short % 8),
            long => MOST_INTEGRATIONS - 3 + usize::from(long - 249),
        };
        (0..length).map(|_| make(self)).collect()
    }

    fn number(&mut self) -> u64 {
        (0..8).fold(0, |number, _| number << 8 | u64::from(self.byte()))
    }

    fn home(&mut self) -> Home {
        Home {
            uuid: (0..32).map(|_| char::from(LOWER[usize::from(self.byte()) % 36])).collect(),
            version: self.core_version(),
            installation_type: TYPES[usize::from(self.byte()) % TYPES.len()],
            supervisor: self.maybe(|it| (it.yes(), it.yes(), it.maybe(Self::label))),
            board: self.maybe(Self::label),
            os_version: self.maybe(Self::label),
            usage: Usage {
                integrations: self.maybe(|it| it.list(|it| it.text(LOWER, 64))),
                custom_integrations: self.maybe(|it| {
                    it.list(|it| CustomData {
                        domain: it.text(LOWER, 64),
                        version: it.maybe(|it| format!("{}.0.{}-a{}", it.byte(), it.byte(), it.text(NAME, 50))),
                    })
                }),
                addons: self.maybe(|it| {
                    it.list(|it| AddonData {
                        slug: it.text(SLUG, 128),
                        protected: it.yes(),
                        version: it.maybe(|it| it.text(VERSION, 64)),
                        auto_update: it.yes(),
                    })
                }),
                energy: self.maybe(|it| Energy { configured: it.yes() }),
                certificate: self.maybe(Self::yes),
                recorder: self.maybe(|it| RecorderData {
                    engine: ENGINES[usize::from(it.byte()) % ENGINES.len()].as_str(),
                    version: format!("{}.{}", it.number(), it.byte()),
                }),
            },
            statistics: Statistics {
                state_count: self.maybe(Self::number),
                automation_count: self.maybe(Self::number),
                integration_count: self.maybe(Self::number),
                addon_count: self.maybe(Self::number),
                user_count: self.maybe(Self::number),
            },
        }
    }

    fn core_version(&mut self) -> String {
        let release = format!("20{}.{}.{}", 10 + self.byte() % 90, 1 + self.byte() % 99, self.byte());
        match self.byte() % 4 {
            0 => release,
            1 => format!("{release}b{}", self.byte()),
            2 => format!("{release}.dev0"),
            _ => format!("{release}.dev{}", self.number() % 100_000_000),
        }
    }
}

const ENGINES: [Engine; 3] = [Engine::Sqlite, Engine::MySql, Engine::PostgreSql];

/// What is made above has its form.
fn form<K: Kind>(text: &str) -> Form<'_, K> {
    Form::parse(text).expect("it has the form")
}

fn maybe<K: Kind>(text: &Option<String>) -> Option<Form<'_, K>> {
    text.as_deref().map(form)
}

impl BoardInfo for Home {
    fn board(&self) -> Option<Label<'_>> {
        maybe(&self.board)
    }

    fn os_version(&self) -> Option<Label<'_>> {
        maybe(&self.os_version)
    }
}

impl HomeAssistant for Home {
    fn installation(&self) -> Installation<'_> {
        Installation { uuid: form(&self.uuid), version: form(&self.version), installation_type: self.installation_type }
    }

    fn supervisor(&self) -> Option<Supervisor<'_>> {
        let (healthy, supported, arch) = self.supervisor.as_ref()?;
        Some(Supervisor { healthy: *healthy, supported: *supported, arch: maybe(arch) })
    }

    fn integrations(&self) -> Option<impl Iterator<Item = Domain<'_>>> {
        self.usage.integrations.as_ref().map(|list| list.iter().map(|domain| form(domain)))
    }

    fn custom_integrations(&self) -> Option<impl Iterator<Item = CustomIntegration<'_>>> {
        let list = self.usage.custom_integrations.as_ref()?;
        Some(list.iter().map(|data| CustomIntegration { domain: form(&data.domain), version: maybe(&data.version) }))
    }

    fn addons(&self) -> Option<impl Iterator<Item = Addon<'_>>> {
        let list = self.usage.addons.as_ref()?;
        Some(list.iter().map(|data| Addon {
            slug: form(&data.slug),
            protected: data.protected,
            version: maybe(&data.version),
            auto_update: data.auto_update,
        }))
    }

    fn energy_configured(&self) -> Option<bool> {
        self.usage.energy.map(|energy| energy.configured)
    }

    fn certificate(&self) -> Option<bool> {
        self.usage.certificate
    }

    fn recorder(&self) -> Option<Recorder<'_>> {
        let data = self.usage.recorder.as_ref()?;
        let engine = ENGINES.into_iter().find(|engine| engine.as_str() == data.engine)?;
        Some(Recorder { engine, version: form(&data.version) })
    }

    fn state_count(&self) -> Option<u64> {
        self.statistics.state_count
    }

    fn automation_count(&self) -> Option<u64> {
        self.statistics.automation_count
    }

    fn integration_count(&self) -> Option<u64> {
        self.statistics.integration_count
    }

    fn addon_count(&self) -> Option<u64> {
        self.statistics.addon_count
    }

    fn user_count(&self) -> Option<u64> {
        self.statistics.user_count
    }
}

impl Home {
    fn expected(&self, base: Base) -> Vec<u8> {
        let data = Data {
            uuid: &self.uuid,
            version: &self.version,
            installation_type: self.installation_type.as_str(),
            supervisor: self.supervisor.as_ref().map(|(healthy, supported, arch)| SupervisorData {
                healthy: *healthy,
                supported: *supported,
                arch: arch.as_deref(),
            }),
            operating_system: self
                .board
                .as_deref()
                .map(|board| OperatingSystem { board, version: self.os_version.as_deref() }),
            usage: base.usage.then_some(&self.usage),
            statistics: base.statistics.then_some(self.statistics),
        };
        serde_json::to_vec(&data).expect("the data are plain")
    }
}

/// Two bytes for the buffer's length, one for the levels, then the data.
pub fn payload(data: &[u8]) {
    let mut source = Source(data);
    let capacity = usize::from(source.byte()) << 8 | usize::from(source.byte());
    let base = Base { usage: source.yes(), statistics: source.yes() };
    let home = source.home();
    let expected = home.expected(base);
    let mut buffer = vec![0xaa; capacity];
    match write(base, &home, &home, &mut buffer) {
        Ok(written) => assert!(written == expected, "{}\n{}", text(written), text(&expected)),
        Err(Error::TooLong { field, capacity: told }) => {
            assert!(told == capacity && expected.len() > capacity, "{} bytes into {capacity}", expected.len());
            assert!(field == "payload" || text(&expected).contains(&format!("\"{field}\":")), "{field}");
        }
        Err(Error::TooMany { field, limit }) => {
            let integrations = home.usage.integrations.as_ref().map_or(0, Vec::len);
            assert!(base.usage && field == "integrations" && integrations > limit, "{field}: {integrations}");
        }
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
