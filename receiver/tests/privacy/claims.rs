//! What a published number claims: over which installations it is. Computed from the stored reports
//! alone, as they are exported; nothing of the receiver's own counting is used.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Installations, by their place in the export.
pub type Set = BTreeSet<usize>;

/// A published number.
pub struct Claim {
    pub path: String,
    pub number: u64,
    pub set: Set,
    /// The paths of larger sets.
    pub within: Vec<String>,
    /// Of those with the same word here an installation is in one at most.
    pub one_of: Option<String>,
}

/// The installations that count, as the README says it.
pub fn counting(export: &str) -> Vec<Value> {
    const DAY: i64 = 86_400_000;
    let lines = export.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let counts = |line: &Value| {
        let (added, updated) = (line["added"].as_i64().unwrap(), line["updated"].as_i64().unwrap());
        updated - added >= DAY && updated / DAY != added / DAY
    };
    lines.filter(counts).map(|line| line["value"].clone()).collect()
}

const BOARDS: [&str; 4] = ["green", "ova", "odroid-n2", "yellow"];

/// Whether a report has what this path of `/data.json`, `/addons.json` or
/// `/custom_integrations.json` counts.
fn has(report: &Value, path: &[&str]) -> bool {
    let list = |key: &str| report[key].as_array().map_or(&[][..], Vec::as_slice);
    let item = |key: &str, name: &str, of: &str| list(key).iter().find(|item| item[name] == of);
    let os = &report["operating_system"];
    let on_board = os["board"].as_str().is_some_and(|board| BOARDS.contains(&board));
    let kinds = BTreeMap::from([
        ("os", "Home Assistant OS"),
        ("container", "Home Assistant Container"),
        ("core", "Home Assistant Core"),
        ("supervised", "Home Assistant Supervised"),
        ("unsupported_container", "Unsupported Third Party Container"),
        ("unknown", "Unknown"),
    ]);
    let release = |version: &str| version.splitn(3, '.').take(2).collect::<Vec<_>>().join(".");
    match path {
        ["active_installations" | "extended_data_from"] => true,
        ["installation_types", kind] => report["installation_type"] == kinds[kind],
        ["countries", country] => report["country"] == *country,
        ["regions", region] => {
            let (country, state) = region.split_once(' ').unwrap();
            report["country"] == country && report["region"] == state
        }
        ["versions", version] => report["version"] == *version,
        ["releases", wanted] => release(report["version"].as_str().unwrap()) == *wanted,
        ["integrations", name] => list("integrations").iter().any(|one| one == name),
        ["operating_system", "boards", board] => os["board"] == *board,
        ["operating_system", "versions", version] => on_board && os["version"] == *version,
        ["operating_system", "board_versions", board, version] => os["board"] == *board && os["version"] == *version,
        ["supervisor", "arch", arch] => report["supervisor"]["arch"] == *arch,
        ["supervisor", "unhealthy"] => report["supervisor"]["healthy"] == false,
        ["supervisor", "unsupported"] => report["supervisor"]["supported"] == false,
        ["reports_integrations"] => !list("integrations").is_empty(),
        ["reports_addons"] => !list("addons").is_empty(),
        ["reports_statistics"] => report["state_count"].as_f64().is_some_and(|count| count > 0.0),
        ["certificate_count_configured"] => report["certificate"] == true,
        ["energy", "count_configured"] => report["energy"]["configured"] == true,
        ["recorder", "engines", engine, "count_configured"] => report["recorder"]["engine"] == *engine,
        ["recorder", "engines", engine, "versions", version] => {
            report["recorder"]["engine"] == *engine && report["recorder"]["version"] == *version
        }
        ["addons", slug, "total"] => item("addons", "slug", slug).is_some(),
        ["addons", slug, "versions", version] => {
            item("addons", "slug", slug).is_some_and(|addon| addon["version"] == *version)
        }
        ["addons", slug, switch] => item("addons", "slug", slug).is_some_and(|addon| addon[*switch] == true),
        ["custom", domain, "total"] => item("custom_integrations", "domain", domain).is_some(),
        ["custom", domain, "versions", version] => {
            item("custom_integrations", "domain", domain).is_some_and(|one| one["version"] == *version)
        }
        _ => panic!("nobody knows what is counted at {path:?}"),
    }
}

/// The larger sets, and what an installation has one of.
fn relations(path: &[&str]) -> (Vec<String>, Option<String>) {
    let mut within = vec!["active_installations".to_owned()];
    let mut add = |paths: &[&str]| within.extend(paths.iter().map(|path| (*path).to_owned()));
    let one_of = match path {
        ["installation_types" | "countries" | "releases", _] => Some(path[0].to_owned()),
        ["versions", version] => {
            let release = version.splitn(3, '.').take(2).collect::<Vec<_>>().join(".");
            add(&[&format!("releases/{release}")]);
            Some(format!("versions of {release}"))
        }
        ["regions", _] => {
            add(&["countries/US"]);
            Some("regions".to_owned())
        }
        ["operating_system", "board_versions", board, version] => {
            add(&[&format!("operating_system/boards/{board}"), &format!("operating_system/versions/{version}")]);
            Some(format!("of {board}"))
        }
        ["operating_system", table, _] => {
            add(&["installation_types/os"]);
            Some((*table).to_owned())
        }
        ["supervisor", "arch", _] => Some("arch".to_owned()),
        ["integrations", _] | ["energy", ..] | ["certificate_count_configured"] | ["custom", _, "total"] => {
            add(&["reports_integrations"]);
            None
        }
        ["addons", _, "total"] => {
            add(&["reports_integrations", "reports_addons"]);
            None
        }
        ["recorder", "engines", _, "count_configured"] => {
            add(&["reports_integrations"]);
            Some("engines".to_owned())
        }
        ["recorder", "engines", engine, "versions", _] => {
            add(&[&format!("recorder/engines/{engine}/count_configured")]);
            Some(format!("versions of {engine}"))
        }
        [list @ ("addons" | "custom"), name, "versions", _] => {
            add(&[&format!("{list}/{name}/total")]);
            Some(format!("versions of {list} {name}"))
        }
        ["addons", name, _] => {
            add(&[&format!("addons/{name}/total")]);
            None
        }
        _ => None,
    };
    (within, one_of)
}

/// Every number of a published object, but for those that are over no installation, and the
/// medians.
pub fn claims(published: &Value, reports: &[Value]) -> BTreeMap<String, Claim> {
    let mut leaves = Vec::new();
    collect(published, &mut Vec::new(), &mut leaves);
    let mut all = BTreeMap::new();
    for (path, number) in leaves {
        let words: Vec<&str> = path.iter().map(String::as_str).collect();
        if words[0].starts_with("avg_") || matches!(words[..], ["last_updated" | "threshold"]) {
            continue;
        }
        let set = (0..).zip(reports).filter(|(_, report)| has(report, &words)).map(|(at, _)| at).collect();
        let (within, one_of) = relations(&words);
        let claim = Claim { path: path.join("/"), number: number.as_u64().unwrap(), set, within, one_of };
        all.insert(claim.path.clone(), claim);
    }
    all
}

fn collect(value: &Value, path: &mut Vec<String>, leaves: &mut Vec<(Vec<String>, Value)>) {
    let Value::Object(object) = value else { return leaves.push((path.clone(), value.clone())) };
    for (key, value) in object {
        path.push(key.clone());
        collect(value, path, leaves);
        path.pop();
    }
}
