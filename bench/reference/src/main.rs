//! The same report in plain Rust: serde_json, ureq, the standard library, nothing tuned and nothing checked twice.

use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::error::Error;
use std::path::Path;
use std::time::Duration;
use std::{env, fs};
use ureq::tls::{parse_pem, PemItem, RootCerts, TlsConfig};
use ureq::Agent;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

#[derive(Deserialize)]
struct Stored {
    data: Analytics,
}

#[derive(Deserialize)]
struct Analytics {
    onboarded: bool,
    preferences: Preferences,
    uuid: String,
}

#[derive(Deserialize)]
struct Preferences {
    base: bool,
}

#[derive(Deserialize)]
struct Observer {
    access_token: String,
}

#[derive(Deserialize)]
struct Answer {
    data: Supervisor,
}

#[derive(Deserialize, Serialize)]
struct Supervisor {
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
struct Payload {
    uuid: String,
    version: String,
    installation_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    supervisor: Option<Supervisor>,
    operating_system: OperatingSystem,
}

fn main() -> Result<()> {
    let words: Vec<String> = env::args().skip(1).collect();
    let options: HashMap<&str, &str> = words.chunks_exact(2).map(|pair| (&*pair[0], &*pair[1])).collect();
    let option = |name| options.get(name).copied().ok_or_else(|| format!("{name} is missing"));
    let root = Path::new(option("--root")?);
    let home = root.join("mnt/data/supervisor/homeassistant");

    let stored: Stored = serde_json::from_slice(&fs::read(home.join(".storage/core.analytics"))?)?;
    if !(stored.data.onboarded && stored.data.preferences.base) {
        return Err("not opted in".into());
    }
    let payload = Payload {
        uuid: stored.data.uuid,
        version: fs::read_to_string(home.join(".HA_VERSION"))?.trim().to_owned(),
        installation_type: "Home Assistant OS",
        supervisor: supervisor(root, option("--supervisor")?).ok(),
        operating_system: operating_system(root)?,
    };
    let body = serde_json::to_vec(&payload)?;
    println!("{}", String::from_utf8_lossy(&body));
    post(option("--endpoint")?, options.get("--ca").copied(), &body)
}

fn supervisor(root: &Path, url: &str) -> Result<Supervisor> {
    let observer = fs::read(root.join("mnt/data/supervisor/observer.json"))?;
    let Observer { access_token } = serde_json::from_slice(&observer)?;
    let agent: Agent = Agent::config_builder().timeout_global(Some(Duration::from_secs(5))).build().into();
    let mut answer =
        agent.get(format!("{url}/supervisor/info")).header("Authorization", format!("Bearer {access_token}")).call()?;
    let answer: Answer = serde_json::from_reader(answer.body_mut().as_reader())?;
    Ok(answer.data)
}

fn operating_system(root: &Path) -> Result<OperatingSystem> {
    let os_release = fs::read_to_string(root.join("etc/os-release"))?;
    let facts: HashMap<&str, &str> = os_release
        .lines()
        .filter_map(|line| line.split_once('='))
        .map(|(name, value)| (name, value.trim_matches('"')))
        .collect();
    let compatible = fs::read_to_string(root.join("sys/firmware/devicetree/base/compatible"))?;
    let tree = compatible.split('\0').next().and_then(|first| first.split_once(',')).map(|(_, board)| board);
    let board = facts.get("VARIANT_ID").copied().or(tree).ok_or("no board")?;
    let version = facts.get("VERSION_ID").ok_or("no version")?;
    Ok(OperatingSystem { board: board.to_owned(), version: (*version).to_owned() })
}

fn post(endpoint: &str, ca: Option<&str>, body: &[u8]) -> Result<()> {
    let mut config = Agent::config_builder().timeout_global(Some(Duration::from_secs(30)));
    if let Some(ca) = ca {
        let pem = fs::read(ca)?;
        let certificates = parse_pem(&pem).filter_map(|item| match item {
            Ok(PemItem::Certificate(certificate)) => Some(certificate),
            _ => None,
        });
        let roots = RootCerts::from(certificates);
        config = config.tls_config(TlsConfig::builder().root_certs(roots).build());
    }
    let agent: Agent = config.build().into();
    agent.post(endpoint).header("Content-Type", "application/json").send(body)?;
    Ok(())
}
