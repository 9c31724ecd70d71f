//! No published number is over 1 to k-1 installations: random histories, published day by day, and
//! looked at by an accounting of its own that has only the exported reports.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

#[path = "../common/mod.rs"]
mod common;

mod claims;
mod fleet;

use claims::{claims, counting, Claim, Set};
use common::{days, facts};
use core::time::Duration;
use fleet::Fleet;
use haos_analytics_receiver::aggregate::Rules;
use haos_analytics_receiver::clock::Moment;
use haos_analytics_receiver::publisher::{Period, Publisher};
use haos_analytics_receiver::store::sqlite::Sqlite;
use haos_analytics_receiver::store::{Quarantine, Store as _, Write};
use haos_analytics_receiver::time::Time;
use roxmltree::{Document, ParsingOptions};
use serde_json::{json, Value};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

const K: u64 = 10;
const HISTORIES: u64 = 20;
const DAYS: u64 = 5;

/// What is published of one day, at its path.
struct Day {
    forms: BTreeMap<&'static str, String>,
    /// These are on the page, and in the history.
    releases: BTreeMap<String, u64>,
    export: String,
}

impl Day {
    fn json(&self, path: &str) -> Value {
        serde_json::from_str(&self.forms[path]).unwrap()
    }
}

const PATHS: [&str; 9] = [
    "/",
    "/data.json",
    "/current_data.json",
    "/addons.json",
    "/custom_integrations.json",
    "/prometheus/base",
    "/prometheus/addons",
    "/prometheus/integrations",
    "/prometheus/custom_integrations",
];

fn export(file: &Path) -> String {
    // It leaves out what has expired by the clock, so the histories are of the last days.
    let mut export = Command::new(env!("CARGO_BIN_EXE_haos-analytics-receiver"));
    let output = export.args(["export", "--store", &format!("sqlite:{}", file.display())]).output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

/// A fleet that comes, changes, and leaves, for some days; each ends with a publication.
fn history(seed: u64) -> Vec<Day> {
    let directory = TempDir::new().unwrap();
    let file = directory.path().join("store");
    let mut store = Sqlite::open(&file).unwrap().with_quarantine(Quarantine(Duration::from_secs(24 * 3600)));
    let (publisher, current) = Publisher::new(Rules { least: K, domains: None });
    let mut publisher = publisher.every(Period::DAILY);
    let mut fleet = Fleet::new(seed);
    let size = 8 + fleet.below(600);
    let midnight = Time(Time::now().0.div_euclid(86_400_000) * 86_400_000);
    let begin = midnight.minus(days(DAYS + 2));
    let mut published = Vec::new();
    for day in 0..DAYS {
        for hour in [1, 9, 17] {
            let now = begin.plus(days(day)).plus(Duration::from_secs(hour * 3600));
            let mut writes = Vec::new();
            for number in 0..size {
                let uuid = format!("{number:032}");
                match fleet.below(40) {
                    0 => writes.push(Write::delete(&uuid)),
                    1..=14 => {
                        let (payload, place) = (fleet.payload(&uuid), fleet.country());
                        writes.push(Write::put(&uuid, facts(&payload.to_string(), place)));
                    }
                    _ => (),
                }
            }
            store.write(&writes, now).unwrap();
            publisher.refresh(&mut store, true, &Moment::sure(now)).unwrap();
        }
        // Just before midnight all is still as it was published; then it is published anew.
        publisher.refresh(&mut store, true, &Moment::sure(begin.plus(days(day + 1)))).unwrap();
        let last = current.borrow().clone().unwrap();
        let form = |path| (path, String::from_utf8(last.form(path).unwrap().body.to_vec()).unwrap());
        let (forms, releases) = (PATHS.map(form).into(), last.aggregate.releases.clone());
        published.push(Day { forms, releases, export: export(&file) });
    }
    published
}

/// Whether a number over so many says nothing of few.
fn is_allowed(size: usize) -> bool {
    size == 0 || size as u64 >= K
}

/// Looks at all numbers of a day; gives how many were told.
fn check(day: &Day) -> usize {
    let reports = counting(&day.export);
    let mut all = day.json("/current_data.json");
    all["addons"] = day.json("/addons.json");
    all["custom"] = day.json("/custom_integrations.json");
    all["releases"] = json!(day.releases);
    let claims = claims(&all, &reports);
    for claim in claims.values().filter(|claim| claim.number > 0) {
        let Claim { path, number, set, within, .. } = claim;
        assert_eq!(*number, set.len() as u64, "{path}");
        assert!(is_allowed(set.len()), "{path}: {number}");
        for larger in told(&claims, within).filter(|larger| set.is_subset(&larger.set)) {
            let rest = larger.set.len() - set.len();
            assert!(is_allowed(rest), "{path}: {number} leaves {rest} of {}", larger.path);
        }
    }
    partitions(&claims);
    across(&claims);
    medians(&all, &reports);
    prometheus(day, &claims);
    page(&day.forms["/"]);
    claims.values().filter(|claim| claim.number > 0).count()
}

fn told<'a>(claims: &'a BTreeMap<String, Claim>, paths: &'a [String]) -> impl Iterator<Item = &'a Claim> {
    paths.iter().filter_map(|path| claims.get(path)).filter(|claim| claim.number > 0)
}

/// What the rows of something that each has one of leave of a larger set.
fn partitions(claims: &BTreeMap<String, Claim>) {
    let mut rows: BTreeMap<(&String, &String), Set> = BTreeMap::new();
    for claim in claims.values().filter(|claim| claim.number > 0) {
        for larger in &claim.within {
            if let Some(one_of) = &claim.one_of {
                rows.entry((one_of, larger)).or_default().extend(&claim.set);
            }
        }
    }
    for ((one_of, larger), rows) in rows {
        for larger in told(claims, core::slice::from_ref(larger)).filter(|larger| rows.is_subset(&larger.set)) {
            let rest = larger.set.len() - rows.len();
            assert!(is_allowed(rest), "{one_of} leave {rest} of {}", larger.path);
        }
    }
}

/// What the boards leave of a version: the other way through the table.
fn across(claims: &BTreeMap<String, Claim>) {
    for (path, version) in claims.iter().filter(|(path, _)| path.starts_with("operating_system/versions/")) {
        let name = path.rsplit('/').next().unwrap();
        let cells = claims.values().filter(|claim| {
            claim.number > 0
                && claim.path.starts_with("operating_system/board_versions/")
                && claim.path.ends_with(&format!("/{name}"))
        });
        let rest = version.set.len() - cells.map(|cell| cell.set.len()).sum::<usize>();
        assert!(version.number == 0 || is_allowed(rest), "the boards leave {rest} of version {name}");
    }
}

fn medians(published: &Value, reports: &[Value]) {
    for (name, key) in [
        ("avg_states", "state_count"),
        ("avg_automations", "automation_count"),
        ("avg_integrations", "integration_count"),
        ("avg_addons", "addon_count"),
        ("avg_users", "user_count"),
    ] {
        let mut values: Vec<f64> = reports.iter().filter_map(|report| report[key].as_f64()).collect();
        values.retain(|value| *value != 0.0);
        values.sort_by(f64::total_cmp);
        let half = values.len() / 2;
        let median = match values.len() {
            few if (few as u64) < K || (reports.len() as u64) < K => 0.0,
            odd if odd % 2 == 1 => values[half],
            _ => (values[half - 1] + values[half]) / 2.0,
        };
        let published = &published[name];
        assert!((published.as_f64().unwrap() - median).abs() < 1e-9, "{name}: {published} of {}", values.len());
        assert_eq!(median.fract() == 0.0, published.is_i64() || published.is_u64(), "{name}: {published}");
    }
}

/// Every line has the number that JSON has.
fn prometheus(day: &Day, claims: &BTreeMap<String, Claim>) {
    for line in PATHS[5..].iter().flat_map(|path| day.forms[path].lines()).filter(|line| !line.starts_with("median_")) {
        let (name, number) = line.rsplit_once(' ').unwrap();
        let (name, labels) = name.split_once('{').unwrap_or((name, ""));
        let labels: Vec<&str> = labels.split('"').skip(1).step_by(2).collect();
        let label = |at: usize| labels[at];
        let path = match name {
            "instances" => "active_installations".to_owned(),
            "installation_type" => format!("installation_types/{}", label(0)),
            "reports_addons" | "reports_integrations" | "reports_statistics" => name.to_owned(),
            "country" => format!("countries/{}", label(0)),
            "version" => format!("versions/{}", label(0)),
            "supervisor_unhealthy" => "supervisor/unhealthy".to_owned(),
            "supervisor_unsupported" => "supervisor/unsupported".to_owned(),
            "supervisor_arch" => format!("supervisor/arch/{}", label(0)),
            "operating_system_board" => format!("operating_system/boards/{}", label(0)),
            "operating_system_version" => format!("operating_system/versions/{}", label(0)),
            "integration" => format!("integrations/{}", label(0)),
            "addon_total" => format!("addons/{}/total", label(0)),
            "addon_auto_update" => format!("addons/{}/auto_update", label(0)),
            "addon_protected" => format!("addons/{}/protected", label(0)),
            "addon_version" => format!("addons/{}/versions/{}", label(0), label(1)),
            "custom_integration" => format!("custom/{}/total", label(0)),
            "custom_integration_version" => format!("custom/{}/versions/{}", label(0), label(1)),
            _ => panic!("{line}"),
        };
        assert_eq!(number, claims[&path].number.to_string(), "{line}");
    }
}

/// Every count in a table of the page, the rests included.
fn page(page: &str) {
    let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
    let document = Document::parse_with_options(page, options).unwrap();
    for row in document.descendants().filter(|node| node.has_tag_name("tr")) {
        let cells = row.children().filter(|cell| cell.has_tag_name("td"));
        for count in cells.filter_map(|cell| cell.text()?.replace(',', "").parse::<usize>().ok()) {
            assert!(is_allowed(count), "{count} is in a table");
        }
    }
}

#[test]
fn no_number_is_over_a_few() {
    let mut told = 0;
    for seed in 0..HISTORIES {
        let mut earlier: Vec<Value> = Vec::new();
        for day in history(seed) {
            told += check(&day);
            // The history has what was published, day by day; the first entry is of the first hour.
            let data = day.json("/data.json");
            let entries = data["history"].as_array().unwrap();
            let last = entries.last().unwrap();
            for key in ["active_installations", "installation_types"] {
                assert_eq!(last[key], data["current"][key], "{key}");
            }
            assert!(
                entries.starts_with(&earlier) && entries.len() == earlier.len() + 1 + usize::from(earlier.is_empty())
            );
            earlier.clone_from(entries);
        }
    }
    assert!(told > 2000, "only {told} numbers were told");
    println!("{told} numbers of {} days, none over 1 to {}", HISTORIES * DAYS, K - 1);
}
