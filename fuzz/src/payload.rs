//! The payload: byte for byte what `serde_json` makes of the same data, or an error that names the field.

use haos_analytics_core::payload::{write, Error, MOST_INTEGRATIONS};
use haos_analytics_core::{
    Addon, Base, BoardInfo, CoreVersion, CustomIntegration, HomeAssistant, Installation, InstallationId,
    InstallationType, Recorder, Supervisor,
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
    usage: Option<Usage<'a>>,
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

#[derive(Clone, Serialize)]
struct Usage<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    integrations: Option<Vec<&'a str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    custom_integrations: Option<Vec<CustomData<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    addons: Option<Vec<AddonData<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    energy: Option<Energy>,
    #[serde(skip_serializing_if = "Option::is_none")]
    certificate: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    recorder: Option<RecorderData<'a>>,
}

#[derive(Clone, Copy, Serialize)]
struct Energy {
    configured: bool,
}

#[derive(Clone, Copy, Serialize)]
struct CustomData<'a> {
    domain: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'a str>,
}

#[derive(Clone, Copy, Serialize)]
struct AddonData<'a> {
    slug: &'a str,
    protected: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'a str>,
    auto_update: bool,
}

#[derive(Clone, Copy, Serialize)]
struct RecorderData<'a> {
    engine: &'a str,
    version: &'a str,
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
struct Home<'a> {
    uuid: String,
    version: String,
    installation_type: InstallationType,
    supervisor: Option<Supervisor<'a>>,
    board: Option<&'a str>,
    os_version: Option<&'a str>,
    usage: Usage<'a>,
    statistics: Statistics,
}

/// What the bytes say, as far as they go.
struct Source<'a>(&'a [u8]);

impl<'a> Source<'a> {
    fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    fn yes(&mut self) -> bool {
        self.byte() & 1 == 1
    }

    fn text(&mut self) -> &'a str {
        let length = usize::from(self.byte());
        let (text, rest) = self.0.split_at(length.min(self.0.len()));
        self.0 = rest;
        core::str::from_utf8(text)
            .unwrap_or_else(|error| core::str::from_utf8(&text[..error.valid_up_to()]).unwrap_or_default())
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

    /// A text of as many UTF-16 units, whatever is in it.
    fn units(&mut self, least: usize, most: usize) -> String {
        let mut text = String::new();
        for char in self.text().chars() {
            if text.encode_utf16().count() + char.len_utf16() <= most {
                text.push(char);
            }
        }
        while text.encode_utf16().count() < least {
            text.push('0');
        }
        text
    }

    fn home(&mut self) -> Home<'a> {
        Home {
            uuid: self.units(32, 32),
            version: self.units(7, 25),
            installation_type: TYPES[usize::from(self.byte()) % TYPES.len()],
            supervisor: self.maybe(|it| Supervisor {
                healthy: it.yes(),
                supported: it.yes(),
                arch: it.maybe(Self::text),
            }),
            board: self.maybe(Self::text),
            os_version: self.maybe(Self::text),
            usage: Usage {
                integrations: self.maybe(|it| it.list(Self::text)),
                custom_integrations: self
                    .maybe(|it| it.list(|it| CustomData { domain: it.text(), version: it.maybe(Self::text) })),
                addons: self.maybe(|it| {
                    it.list(|it| AddonData {
                        slug: it.text(),
                        protected: it.yes(),
                        version: it.maybe(Self::text),
                        auto_update: it.yes(),
                    })
                }),
                energy: self.maybe(|it| Energy { configured: it.yes() }),
                certificate: self.maybe(Self::yes),
                recorder: self.maybe(|it| RecorderData { engine: it.text(), version: it.text() }),
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
}

impl BoardInfo for Home<'_> {
    fn board(&self) -> Option<&str> {
        self.board
    }

    fn os_version(&self) -> Option<&str> {
        self.os_version
    }
}

impl HomeAssistant for Home<'_> {
    fn installation(&self) -> Installation<'_> {
        Installation {
            uuid: InstallationId::parse(&self.uuid).expect("it has 32 units"),
            version: CoreVersion::parse(&self.version).expect("it has 7 to 25 units"),
            installation_type: self.installation_type,
        }
    }

    fn supervisor(&self) -> Option<Supervisor<'_>> {
        self.supervisor
    }

    fn integrations(&self) -> Option<impl Iterator<Item = &str>> {
        self.usage.integrations.as_ref().map(|list| list.iter().copied())
    }

    fn custom_integrations(&self) -> Option<impl Iterator<Item = CustomIntegration<'_>>> {
        let list = self.usage.custom_integrations.as_ref()?;
        Some(list.iter().map(|&CustomData { domain, version }| CustomIntegration { domain, version }))
    }

    fn addons(&self) -> Option<impl Iterator<Item = Addon<'_>>> {
        let list = self.usage.addons.as_ref()?;
        Some(list.iter().map(|&AddonData { slug, protected, version, auto_update }| Addon {
            slug,
            protected,
            version,
            auto_update,
        }))
    }

    fn energy_configured(&self) -> Option<bool> {
        self.usage.energy.map(|energy| energy.configured)
    }

    fn certificate(&self) -> Option<bool> {
        self.usage.certificate
    }

    fn recorder(&self) -> Option<Recorder<'_>> {
        self.usage.recorder.map(|RecorderData { engine, version }| Recorder { engine, version })
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

impl Home<'_> {
    fn expected(&self, base: Base) -> Vec<u8> {
        let data = Data {
            uuid: &self.uuid,
            version: &self.version,
            installation_type: self.installation_type.as_str(),
            supervisor: self.supervisor.map(|it| SupervisorData {
                healthy: it.healthy,
                supported: it.supported,
                arch: it.arch,
            }),
            operating_system: self.board.map(|board| OperatingSystem { board, version: self.os_version }),
            usage: base.usage.then(|| self.usage.clone()),
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
