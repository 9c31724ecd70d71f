//! The command line. Each option has an environment variable: `--listen` is `HAOS_ANALYTICS_RECEIVER_LISTEN`.

use crate::origin::{Geoip, Networks, Origin};
use crate::publisher::Period;
use crate::store::{Quarantine, Url};
use core::net::SocketAddr;
use core::time::Duration;
use hyper::header::HeaderName;
use lexopt::prelude::{Long, Value};
use std::collections::HashMap;
use std::ffi::OsString;
use std::path::PathBuf;

/// `--help`
pub const HELP: &str = "\
Usage: haos-analytics-receiver COMMAND [OPTION]...

Takes the reports of haos-analytics, keeps them 60 days, publishes only the aggregate.

Commands:
  serve       take reports and publish the aggregate, until SIGTERM or SIGINT
  aggregate   print the aggregate of a store (as /data.json) and exit
  export      print every installation of a store, one JSON object a line
  import      read such lines from stdin into a store; what is there and newer stays
  purge       remove the installations that were first seen in a bad hour: --since TIME [--until TIME],
              as 2026-02-03T18:00Z
  sample      print installations that do not exist, for import: --count N [--seed N]

Options (each also as HAOS_ANALYTICS_RECEIVER_NAME in the environment):
  --store URL            sqlite:PATH or redis://HOST:PORT,... (sqlite:haos-analytics-receiver.sqlite)
  --mirror FILE          with redis: publish the aggregate from this copy of the store; without, publish nothing
  --least K              publish no number over fewer installations than this, nor what gives one away (10)
  --quarantine HOURS     an installation counts from the first report on that comes so long after its first, and on
                         another day; 0: at once (24)
  --domains FILE         publish only custom integrations of this list: {\"core\": [...], \"custom\": [...]}
 serve:
  --listen ADDRESS       where to listen; port 0 takes a free one (127.0.0.1:8080)
  --trusted-proxy LIST   networks whose headers count, as 127.0.0.1/32,::1
  --country-header NAME  the country, from a trusted proxy (CF-IPCountry)
  --region-header NAME   the state of the US, from a trusted proxy (CF-Region-Code)
  --address-header NAME  the client's address, from a trusted proxy, for --geoip (X-Forwarded-For)
  --geoip FILE           a database of addresses in MaxMind's format
  --refresh SECONDS      how often expired reports are removed, and how soon a publication is seen (60)
  --publish PERIOD       daily, hourly, or a number of seconds: the published numbers change once in it, all
                         together (daily)
  --new-per-network N    new installations of each network (/24, /48) and hour, and 200 times as many names that
                         nobody had before; 0: any number (50)
  --connections N        at most so many connections (1024)
";

const NAMES: [&str; 19] = [
    "store",
    "mirror",
    "least",
    "quarantine",
    "domains",
    "listen",
    "trusted-proxy",
    "country-header",
    "region-header",
    "address-header",
    "geoip",
    "refresh",
    "publish",
    "new-per-network",
    "connections",
    "since",
    "until",
    "count",
    "seed",
];

/// What to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// `serve`
    Serve,
    /// `aggregate`
    Aggregate,
    /// `export`
    Export,
    /// `import`
    Import,
    /// `purge`
    Purge,
    /// `sample`
    Sample,
    /// `--help`
    Help,
    /// `--version`
    Version,
}

/// A command line that makes sense.
pub struct Options {
    /// What to do.
    pub command: Command,
    /// The store.
    pub store: Url,
    /// The copy of a store that is not a file.
    pub mirror: Option<PathBuf>,
    /// See [`crate::aggregate::Rules::least`].
    pub least: u64,
    /// When an installation begins to count.
    pub quarantine: Quarantine,
    /// The list of public custom integrations.
    pub domains: Option<PathBuf>,
    /// Where to listen.
    pub listen: SocketAddr,
    /// How countries are found.
    pub origin: Origin,
    /// How often what has expired is removed, and what is due published.
    pub refresh: Duration,
    /// How often is published.
    pub publish: Period,
    /// See [`crate::admission::Admission::new`].
    pub new_per_network: u32,
    /// Connections at most.
    pub connections: usize,
    /// What was first seen from then on is purged.
    pub since: Option<String>,
    /// And before then.
    pub until: Option<String>,
    /// Made-up reports.
    pub count: u64,
    /// Which ones.
    pub seed: u64,
}

type Given = HashMap<&'static str, OsString>;

impl Options {
    /// Reads the arguments without the program's name, and for what is not among them `environment`.
    ///
    /// # Errors
    ///
    /// One line that says what is wrong.
    pub fn parse(
        arguments: impl IntoIterator<Item = OsString>,
        environment: impl Fn(&str) -> Option<OsString>,
    ) -> Result<Self, String> {
        let (command, mut given) = words(arguments)?;
        for name in NAMES {
            let variable = format!("HAOS_ANALYTICS_RECEIVER_{}", name.to_uppercase().replace('-', "_"));
            if let Some(value) = environment(&variable).filter(|value| !value.is_empty()) {
                given.entry(name).or_insert(value);
            }
        }
        let mut origin = Origin {
            country: Some(parsed(&given, "country-header", HeaderName::from_static("cf-ipcountry"))?),
            region: Some(parsed(&given, "region-header", HeaderName::from_static("cf-region-code"))?),
            address: Some(parsed(&given, "address-header", HeaderName::from_static("x-forwarded-for"))?),
            trusted: networks(&given)?,
            geoip: None,
        };
        if let (Some(file), Command::Serve) = (given.get("geoip"), command) {
            origin.geoip = Some(Geoip::open(file.as_ref()).map_err(|error| format!("--geoip: {error}"))?);
        }
        Ok(Self {
            command,
            store: parsed(&given, "store", Url::Sqlite("haos-analytics-receiver.sqlite".into()))?,
            mirror: given.get("mirror").map(PathBuf::from),
            least: parsed(&given, "least", 10)?,
            quarantine: quarantine(&given)?,
            domains: given.get("domains").map(PathBuf::from),
            listen: parsed(&given, "listen", SocketAddr::from(([127, 0, 0, 1], 8080)))?,
            origin,
            refresh: Duration::from_secs(parsed(&given, "refresh", 60)?).max(Duration::from_secs(1)),
            publish: parsed(&given, "publish", Period::DAILY)?,
            new_per_network: parsed(&given, "new-per-network", 50)?,
            connections: parsed(&given, "connections", 1024)?.max(1),
            since: text(&given, "since")?,
            until: text(&given, "until")?,
            count: parsed(&given, "count", 1000)?,
            seed: parsed(&given, "seed", 1)?,
        })
    }
}

fn words(arguments: impl IntoIterator<Item = OsString>) -> Result<(Command, Given), String> {
    let mut parser = lexopt::Parser::from_args(arguments);
    let (mut command, mut given) = (None, Given::new());
    while let Some(word) = parser.next().map_err(|error| error.to_string())? {
        match word {
            Long("help") => return Ok((Command::Help, Given::new())),
            Long("version") => return Ok((Command::Version, Given::new())),
            Long(long) => {
                let name = NAMES.into_iter().find(|name| *name == long);
                let name = name.ok_or_else(|| format!("there is no option --{long}"))?;
                let value = parser.value().map_err(|error| error.to_string())?;
                given.insert(name, value);
            }
            Value(word) if command.is_none() => {
                command = Some(match word.to_str() {
                    Some("serve") => Command::Serve,
                    Some("aggregate") => Command::Aggregate,
                    Some("export") => Command::Export,
                    Some("import") => Command::Import,
                    Some("purge") => Command::Purge,
                    Some("sample") => Command::Sample,
                    _ => return Err("there is no such command; see --help".to_owned()),
                });
            }
            other => return Err(other.unexpected().to_string()),
        }
    }
    command.map(|command| (command, given)).ok_or_else(|| "say what to do; see --help".to_owned())
}

fn parsed<T: core::str::FromStr<Err: ToString>>(given: &Given, name: &str, default: T) -> Result<T, String> {
    let Some(value) = given.get(name) else { return Ok(default) };
    let text = value.to_str().ok_or_else(|| format!("--{name}: is not text"))?;
    text.parse().map_err(|error: T::Err| format!("--{name}: {}", error.to_string()))
}

fn text(given: &Given, name: &str) -> Result<Option<String>, String> {
    let value = given.get(name).cloned().map(OsString::into_string).transpose();
    value.map_err(|_| format!("--{name}: is not text"))
}

fn quarantine(given: &Given) -> Result<Quarantine, String> {
    let hours: u32 = parsed(given, "quarantine", 24)?;
    Ok(Quarantine(Duration::from_secs(u64::from(hours) * 3600)))
}

fn networks(given: &Given) -> Result<Networks, String> {
    let mut networks = Networks::default();
    let list = given.get("trusted-proxy").map(|list| list.to_string_lossy().into_owned()).unwrap_or_default();
    for network in list.split(',').map(str::trim).filter(|network| !network.is_empty()) {
        networks.add(network).map_err(|error| format!("--trusted-proxy: {network}: {error}"))?;
    }
    Ok(networks)
}
