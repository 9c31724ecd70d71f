//! The sums: against an accounting that knows nothing of facts, and after every kind of change.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod common;

use common::{days, facts, full, put, NOON};
use core::time::Duration;
use haos_analytics_receiver::aggregate::{
    history, publish, Aggregate, Builder, Counts, Entry, InstallationTypes, Rules, BOARDS,
};
use haos_analytics_receiver::fact::to_json;
use haos_analytics_receiver::sample::Population;
use haos_analytics_receiver::store::sqlite::Sqlite;
use haos_analytics_receiver::store::{Store as _, Write};
use haos_analytics_receiver::time::Time;
use serde_json::{json, Value};
use std::collections::BTreeMap;
use tempfile::TempDir;

struct Books {
    store: Sqlite,
    directory: TempDir,
    rules: Rules,
    builder: Builder,
}

impl Books {
    fn new(rules: Rules) -> Self {
        let directory = TempDir::new().unwrap();
        let store = Sqlite::open(&directory.path().join("store")).unwrap();
        Self { store, directory, builder: Builder::new(rules.clone()), rules }
    }

    fn write(&mut self, writes: &[Write], now: Time) {
        self.store.write(writes, now).unwrap();
    }

    fn aggregate(&mut self, now: Time) -> Aggregate {
        self.store.sweep(now).unwrap();
        let (tally, db) = self.store.counts().unwrap();
        self.builder.build(tally, db, now).unwrap()
    }

    /// How many there are in the file.
    fn facts(&self) -> i64 {
        self.store.connection().query_row("SELECT count(*) FROM fact", [], |row| row.get(0)).unwrap()
    }

    /// The same, from the file alone.
    fn anew(&self, now: Time) -> Aggregate {
        let mut store = Sqlite::open(&self.directory.path().join("store")).unwrap();
        let (tally, db) = store.counts().unwrap();
        Builder::new(self.rules.clone()).build(tally, db, now).unwrap()
    }
}

fn least(least: u64) -> Rules {
    Rules { least, domains: None }
}

fn index(number: u64) -> usize {
    usize::try_from(number).unwrap()
}

fn uuid(number: u64) -> String {
    format!("{number:032}")
}

/// A payload like the full one, from Germany.
fn like_full(number: u64, changes: &[(&str, Value)]) -> Write {
    let mut payload = full();
    payload["uuid"] = json!(uuid(number));
    for (key, value) in changes {
        payload[*key] = value.clone();
    }
    Write::put(&uuid(number), facts(&payload.to_string(), Some("DE")))
}

/// Counts without folding, straight from the payloads.
#[derive(Default)]
struct Plain {
    counts: BTreeMap<&'static str, Counts>,
    versions: BTreeMap<(&'static str, String), Counts>,
    numbers: BTreeMap<&'static str, Vec<f64>>,
}

impl Plain {
    fn add(&mut self, what: &'static str, name: &str) {
        *self.counts.entry(what).or_default().entry(name.to_owned()).or_default() += 1;
    }

    fn take(&mut self, payload: &Value, country: &str) {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        self.add("countries", country);
        self.add("versions", &text(&payload["version"]));
        if let Some(arch) = payload["supervisor"]["arch"].as_str() {
            self.add("arch", arch);
        }
        if let Some(os) =
            payload["operating_system"].as_object().filter(|os| BOARDS.contains(&os["board"].as_str().unwrap()))
        {
            self.add("boards", &text(&os["board"]));
            self.add("os versions", &text(&os["version"]));
        }
        for integration in payload["integrations"].as_array().into_iter().flatten() {
            self.add("integrations", integration.as_str().unwrap());
        }
        for (list, name) in [("custom_integrations", "domain"), ("addons", "slug")] {
            for item in payload[list].as_array().into_iter().flatten() {
                let slug = text(&item[name]);
                if !slug.starts_with("local_") {
                    self.add(list, &slug);
                    let versions = self.versions.entry((list, slug)).or_default();
                    *versions.entry(text(&item["version"])).or_default() += 1;
                }
            }
        }
        for key in ["state_count", "automation_count", "integration_count", "addon_count", "user_count"] {
            if let Some(number) = payload[key].as_f64().filter(|number| *number != 0.0) {
                self.numbers.entry(key).or_default().push(number);
            }
        }
    }

    fn median(&mut self, key: &'static str) -> f64 {
        let numbers = self.numbers.entry(key).or_default();
        numbers.sort_by(f64::total_cmp);
        let half = numbers.len() / 2;
        if numbers.len() % 2 == 1 {
            numbers[half]
        } else {
            (numbers[half - 1] + numbers[half]) / 2.0
        }
    }
}

#[test]
fn the_sums_of_a_population() {
    let population = Population::new(11);
    let mut books = Books::new(least(1));
    let mut plain = Plain::default();
    let writes: Vec<_> = (0..3000).map(|number| put(&population, number, 0)).collect();
    books.write(&writes, NOON);
    for number in 0..3000 {
        plain.take(&Value::Object(population.payload(number, 0)), population.place(number).0);
    }
    let aggregate = books.aggregate(NOON);
    assert_eq!(aggregate.active_installations, 3000);
    assert_eq!(aggregate.countries, plain.counts["countries"]);
    assert_eq!(aggregate.versions, plain.counts["versions"]);
    assert_eq!(aggregate.supervisor.arch, plain.counts["arch"]);
    assert_eq!(aggregate.operating_system.boards, plain.counts["boards"]);
    assert_eq!(aggregate.operating_system.versions, plain.counts["os versions"]);
    assert_eq!(aggregate.integrations, plain.counts["integrations"]);
    assert_eq!(aggregate.addons.len(), plain.counts["addons"].len());
    for (slug, addon) in &aggregate.addons {
        assert_eq!(addon.total, plain.counts["addons"][&**slug], "{slug}");
        assert_eq!(addon.versions, plain.versions[&("addons", slug.to_string())], "{slug}");
    }
    assert_eq!(aggregate.custom_integrations.len(), plain.counts["custom_integrations"].len());
    for (domain, custom) in &aggregate.custom_integrations {
        assert_eq!(custom.versions, plain.versions[&("custom_integrations", domain.to_string())], "{domain}");
    }
    let medians = aggregate.medians;
    for (median, key) in [
        (medians.avg_states, "state_count"),
        (medians.avg_automations, "automation_count"),
        (medians.avg_integrations, "integration_count"),
        (medians.avg_addons, "addon_count"),
        (medians.avg_users, "user_count"),
    ] {
        assert!((median - plain.median(key)).abs() < 1e-9, "{key}");
    }
    let of_boards: u64 = aggregate.operating_system.board_versions.values().flat_map(BTreeMap::values).sum();
    assert_eq!(of_boards, plain.counts["boards"].values().sum::<u64>());
    assert_eq!(aggregate, books.anew(NOON));
}

#[test]
fn changes_are_counted_along() {
    let population = Population::new(12);
    let mut books = Books::new(least(3));
    books.aggregate(NOON);
    let mut now = NOON;
    for round in 0..6 {
        let mut writes: Vec<_> = (0..400).map(|number| put(&population, number * (round + 1) % 500, round)).collect();
        writes.extend((0..40).map(|number| Write::delete(&population.uuid(number * 7 + round))));
        books.write(&writes, now);
        now = now.plus(days(13));
        let counted = books.aggregate(now);
        assert_eq!(counted, books.anew(now), "round {round}");
    }
    // All of it expires, and with it every fact.
    now = now.plus(days(60));
    assert_eq!(books.aggregate(now), Aggregate { last_updated: now, least: 3, ..Aggregate::default() });
    assert_eq!(books.facts(), 0);
}

#[test]
fn facts_that_cannot_be_removed_are_still_counted() {
    let mut books = Books::new(least(1));
    books.write(&[like_full(0, &[]), like_full(1, &[("integrations", json!(["rare"]))])], NOON);
    books.aggregate(NOON);
    books.write(&[Write::delete(&uuid(1))], NOON);
    let refuse = "CREATE TRIGGER refuse BEFORE DELETE ON fact BEGIN SELECT RAISE(ABORT, 'no room'); END";
    books.store.connection().execute_batch(refuse).unwrap();
    books.store.sweep(NOON).unwrap_err();
    books.write(&[like_full(1, &[("integrations", json!(["rare"]))])], NOON);
    books.store.connection().execute_batch("DROP TRIGGER refuse").unwrap();
    let counted = books.aggregate(NOON);
    assert_eq!(counted.integrations["rare"], 1);
    assert_eq!(counted, books.anew(NOON));
    // And when nobody has them any more they go.
    books.write(&[Write::delete(&uuid(1))], NOON);
    assert!(!books.aggregate(NOON).integrations.contains_key("rare"));
    let left = "SELECT count(*) FROM fact WHERE text = 'rare'";
    assert_eq!(books.store.connection().query_row(left, [], |row| row.get::<_, i64>(0)).unwrap(), 0);
}

/// A refresh that has removed something empties the log: that is no reason to count all anew.
#[test]
fn an_emptied_log_is_no_change() {
    let population = Population::new(4);
    let mut books = Books::new(least(1));
    let reports = |changes| (0..300).map(|number| put(&population, number, changes)).collect::<Vec<_>>();
    books.write(&reports(0), NOON);
    books.aggregate(NOON);
    for changes in 1..4 {
        books.write(&reports(changes), NOON);
        let before = books.facts();
        books.store.sweep(NOON).unwrap();
        assert!(books.facts() < before, "nothing was removed");
        books.store.erase();
        assert_eq!(books.store.log_bytes(), 0);
        let (tally, _) = books.store.counts().unwrap();
        assert!(books.builder.knows(tally), "all was counted anew");
    }
    assert_eq!(books.aggregate(NOON), books.anew(NOON));
}

/// As when `import` is run while the receiver serves.
#[test]
fn another_program_writes_too() {
    let population = Population::new(3);
    let mut books = Books::new(least(1));
    books.write(&[put(&population, 0, 0)], NOON);
    books.aggregate(NOON);
    let mut other = Sqlite::open(&books.directory.path().join("store")).unwrap();
    let theirs: Vec<_> = (1..200).map(|number| put(&population, number, 0)).collect();
    other.write(&theirs, NOON).unwrap();
    // It is counted without a write of our own, and what we had alone before is not removed any more.
    assert_eq!(books.aggregate(NOON), books.anew(NOON));
    other.write(&[put(&population, 200, 0)], NOON).unwrap();
    books.write(&[Write::delete(&population.uuid(0))], NOON);
    let counted = books.aggregate(NOON);
    assert_eq!((counted.active_installations, &counted), (200, &books.anew(NOON)));
    // Nor do they take our facts for theirs.
    other.write(&[put(&population, 0, 0), put(&population, 1, 1)], NOON).unwrap();
    assert_eq!(books.aggregate(NOON), books.anew(NOON));
    let Write::Put { facts, .. } = put(&population, 0, 0) else { unreachable!() };
    assert_eq!(books.store.read(&population.uuid(0), NOON).unwrap().unwrap().facts, facts);
}

#[test]
fn what_few_have_is_not_published() {
    let mut books = Books::new(Rules::default());
    let mut writes = Vec::new();
    for number in 0..30 {
        // 10 have the first, 9 the second, 11 all sorts.
        let one = match number {
            0..=9 => "common".to_owned(),
            10..=18 => "rare".to_owned(),
            _ => format!("secret{number}"),
        };
        writes.push(like_full(
            number,
            &[
                ("integrations", json!([one, "automation", if number > 0 { "but_one" } else { "it" }])),
                ("custom_integrations", json!([{"domain": one, "version": one}])),
                (
                    "addons",
                    json!([{"slug": one, "protected": null, "version": "1", "auto_update": null},
                                  {"slug": "local_x", "protected": true, "auto_update": true}]),
                ),
                ("version", json!(format!("2026.2.{}", number % 3))),
                ("supervisor", json!({"healthy": number > 0, "supported": number > 1, "arch": one})),
            ],
        ));
    }
    books.write(&writes, NOON);
    let aggregate = books.aggregate(NOON);
    let common: Counts = [("common".to_owned(), 10)].into();
    let mut with_automation = common.clone();
    with_automation.insert("automation".to_owned(), 30);
    assert_eq!(aggregate.integrations, with_automation);
    assert_eq!(aggregate.supervisor.arch, common);
    assert_eq!((aggregate.supervisor.unhealthy, aggregate.supervisor.unsupported), (0, 0));
    let addons: Counts = aggregate.addons.iter().map(|(name, addon)| (name.to_string(), addon.total)).collect();
    assert_eq!(addons, common);
    assert_eq!((aggregate.addons["common"].protected, aggregate.addons["common"].auto_update), (10, 0));
    let custom: Counts =
        aggregate.custom_integrations.iter().map(|(name, one)| (name.to_string(), one.total)).collect();
    assert_eq!(custom, common);
    assert_eq!(aggregate.installation_types.os, 30);
    for form in [
        publish::data(&aggregate, &[]),
        publish::current(&aggregate),
        publish::addons(&aggregate),
        publish::custom_integrations(&aggregate),
        publish::prometheus_base(&aggregate),
        publish::prometheus_addons(&aggregate),
        publish::prometheus_integrations(&aggregate),
        publish::prometheus_custom_integrations(&aggregate),
    ] {
        for hidden in ["secret", "rare", "local_", "but_one", "other"] {
            assert!(!form.contains(hidden), "{form}");
        }
    }
    // Fewer than 10 are nobody.
    books.write(&(9..30).map(|number| Write::delete(&uuid(number))).collect::<Vec<_>>(), NOON);
    let nobody = Aggregate { last_updated: NOON, least: 10, ..Aggregate::default() };
    assert_eq!(books.aggregate(NOON), nobody);
}

/// Names that the receiver once had for what it folds.
#[test]
fn others_have_our_words_for_names() {
    let mut books = Books::new(Rules::default());
    let words = ["other", "unknown", "total"];
    let writes: Vec<_> = (0..60)
        .map(|number| {
            // 20 each; and something rare of one's own.
            let (word, rare) = (words[index(number) % 3], format!("rare{number}"));
            let addon = |slug: &str| json!({"slug": slug, "protected": true, "version": "1", "auto_update": false});
            like_full(
                number,
                &[
                    ("integrations", json!([word, rare])),
                    ("custom_integrations", json!([{"domain": word, "version": word}, {"domain": rare}])),
                    ("addons", json!([addon(word), addon(&rare)])),
                ],
            )
        })
        .collect();
    books.write(&writes, NOON);
    let aggregate = books.aggregate(NOON);
    let expected: Counts = words.map(|word| (word.to_owned(), 20)).into();
    assert_eq!(aggregate.integrations, expected);
    let data: Value = serde_json::from_str(&publish::addons(&aggregate)).unwrap();
    assert_eq!(data.as_object().unwrap().len(), 3);
    assert!(words.iter().all(|word| data[word]["total"] == 20 && data[word]["versions"] == json!({"1": 20})));
    let data: Value = serde_json::from_str(&publish::custom_integrations(&aggregate)).unwrap();
    assert_eq!(data.as_object().unwrap().len(), 3);
    assert!(words.iter().all(|word| data[word]["total"] == 20));
}

/// The report is taken; what has another form than names have is neither kept nor published.
#[test]
fn what_is_no_name() {
    let mut books = Books::new(least(1));
    let own = "My Fritz!Box at 12 Example Street";
    let addon =
        |slug: &str, version: &str| json!({"slug": slug, "protected": true, "version": version, "auto_update": true});
    let write = like_full(
        0,
        &[
            ("version", json!("my own home")),
            ("integrations", json!([own, "mqtt", "UPPER"])),
            ("custom_integrations", json!([{"domain": own, "version": "1"}, {"domain": "hacs", "version": own}])),
            ("addons", json!([addon(own, "1"), addon("core_ssh", own)])),
            ("operating_system", json!({"board": "green", "version": own})),
            ("supervisor", json!({"healthy": true, "supported": true, "arch": own})),
            ("recorder", json!({"engine": "my own engine", "version": "3 and more"})),
        ],
    );
    let Write::Put { facts: kept, .. } = &write else { unreachable!() };
    let kept = to_json(&uuid(0), kept);
    assert!(!kept.contains("my own") && !kept.contains("Fritz") && !kept.contains("UPPER"), "{kept}");
    // What is exported is taken again, as the same.
    assert_eq!(to_json(&uuid(0), &facts(&kept, Some("DE"))), kept);
    books.write(&[write], NOON);
    let aggregate = books.aggregate(NOON);
    assert_eq!(aggregate.integrations, [("mqtt".to_owned(), 1)].into());
    assert_eq!(aggregate.addons.keys().map(|name| &**name).collect::<Vec<_>>(), ["core_ssh"]);
    assert_eq!(aggregate.custom_integrations.keys().map(|name| &**name).collect::<Vec<_>>(), ["hacs"]);
    assert_eq!((aggregate.addons["core_ssh"].total, aggregate.addons["core_ssh"].versions.len()), (1, 0));
    assert_eq!((aggregate.versions.len(), aggregate.releases.len(), aggregate.recorder_engines.len()), (0, 0, 0));
    assert_eq!((aggregate.operating_system.boards["green"], aggregate.operating_system.versions.len()), (1, 0));
    // An earlier version kept it: it is not published.
    let raw = "UPDATE fact SET text = 'Fritz!Box' WHERE text = 'mqtt'";
    assert_eq!(books.store.connection().execute(raw, []).unwrap(), 1);
    assert_eq!(books.anew(NOON).integrations, Counts::new());
}

#[test]
fn medians_are_written_as_the_original_does() {
    let mut books = Books::new(least(1));
    let number = |number, states: i64| like_full(number, &[("state_count", json!(states)), ("user_count", json!(7.0))]);
    books.write(&[number(0, 7), number(1, 9)], NOON);
    let data = publish::current(&books.aggregate(NOON));
    assert!(data.contains("\"avg_states\":8,") && data.contains("\"avg_users\":7,"), "{data}");
    books.write(&[number(2, 10), number(3, 10)], NOON);
    let data = publish::current(&books.aggregate(NOON));
    assert!(data.contains("\"avg_states\":9.5"), "{data}");
    // What no installation can have does not count, and neither does a negative number.
    books.write(&[number(4, 1_000_000_000_000_000), number(5, 1_000_001), number(6, -3)], NOON);
    let data = publish::current(&books.aggregate(NOON));
    assert!(data.contains("\"avg_states\":9.5"), "{data}");
    books.write(&[number(7, 1_000_000)], NOON);
    let data = publish::current(&books.aggregate(NOON));
    assert!(data.contains("\"avg_states\":10,"), "{data}");
}

#[test]
fn one_installation_counts_once() {
    let mut books = Books::new(least(1));
    let twice = json!(["a", "b", "a", "a"]);
    let versions: Value = (0..20).map(|at| json!({"domain": "c", "version": format!("{at}")})).collect();
    let addons: Value = (0..20)
        .map(|at| json!({"slug": "d", "version": format!("{at}"), "protected": true, "auto_update": true}))
        .collect();
    let write = like_full(0, &[("integrations", twice), ("custom_integrations", versions), ("addons", addons)]);
    let Write::Put { facts, .. } = write.clone() else { unreachable!() };
    books.write(&[write], NOON);
    let aggregate = books.aggregate(NOON);
    assert_eq!(aggregate.integrations, [("a".to_owned(), 1), ("b".to_owned(), 1)].into());
    assert_eq!(aggregate.custom_integrations["c"].total, 1);
    assert_eq!((aggregate.addons["d"].total, aggregate.addons["d"].protected), (1, 1));
    // Yet it is all kept, also after what is unused was removed.
    books.store.sweep(NOON).unwrap();
    assert_eq!(books.store.read(&uuid(0), NOON).unwrap().unwrap().facts, facts);
    // Until it is forgotten.
    books.write(&[Write::delete(&uuid(0))], NOON);
    books.aggregate(NOON);
    assert_eq!(books.facts(), 0);
}

#[test]
fn nothing_at_the_edges() {
    let mut books = Books::new(least(1));
    let writes = [
        like_full(
            0,
            &[("state_count", json!(0)), ("user_count", json!(0)), ("integrations", json!([])), ("addons", json!([]))],
        ),
        like_full(1, &[("state_count", json!(7)), ("user_count", json!(4.5))]),
        like_full(2, &[("operating_system", json!({"board": "rpi", "version": "9.9"}))]),
        like_full(3, &[("operating_system", json!({"board": "odroid-n2", "version": null}))]),
        like_full(4, &[("version", json!("landingpage"))]),
    ];
    books.write(&writes, NOON);
    let aggregate = books.aggregate(NOON);
    assert_eq!((aggregate.reports_integrations, aggregate.reports_addons, aggregate.reports_statistics), (4, 4, 4));
    assert!((aggregate.medians.avg_users - 3.0).abs() < 1e-9);
    assert_eq!(aggregate.operating_system.boards, [("odroid-n2".to_owned(), 4)].into());
    let versions: Counts = [("17.1".to_owned(), 3)].into();
    assert_eq!(aggregate.operating_system.versions, versions);
    assert_eq!(aggregate.operating_system.board_versions["odroid-n2"], versions);
    assert_eq!(aggregate.releases, [("2026.2".to_owned(), 4)].into());
    assert_eq!((aggregate.certificate_count_configured, aggregate.energy_count_configured), (0, 5));
}

#[test]
fn only_listed_custom_integrations() {
    let mut books = Books::new(Rules { least: 1, domains: Some(["hacs".to_owned()].into()) });
    let own = json!([{"domain": "hacs", "version": "1"}, {"domain": "my_own", "version": "1"}]);
    books.write(&[like_full(0, &[("custom_integrations", own)])], NOON);
    let published = books.aggregate(NOON).custom_integrations;
    assert_eq!(published.keys().map(|name| &**name).collect::<Vec<_>>(), ["hacs"]);
}

#[test]
fn history_is_hourly_and_thins_out() {
    let mut books = Books::new(least(1));
    let writes: Vec<_> = (0..101).map(|number| like_full(number, &[])).collect();
    books.write(&writes, NOON);
    books.write(&[like_full(500, &[("version", json!("2025.1.0"))])], NOON);
    let hour = Duration::from_secs(3600);
    let mut aggregate = books.aggregate(NOON);
    let mut recorded = 0;
    for at in 0..24 * 40 {
        aggregate.last_updated = NOON.plus(hour * at);
        recorded += u32::from(history::record(books.store.connection(), &aggregate).unwrap());
        assert!(!history::record(books.store.connection(), &aggregate).unwrap());
    }
    assert_eq!(recorded, 24 * 40);
    let entries = history::read(books.store.connection(), 1).unwrap();
    // Ten days with one each, or eleven by where noon stands, and 30 with 24.
    assert!((730..=732).contains(&entries.len()), "{}", entries.len());
    assert_eq!(entries[0].timestamp, NOON.to_string());
    assert_eq!(entries[0].active_installations, 102);
    // Releases of more than 100.
    assert_eq!(entries[0].versions, [("2026.2".to_owned(), 101)].into());
    // One way to install is left alone: with k = 10 the other one would say so.
    let entry = r#"{"timestamp": "1", "active_installations": 100, "installation_types": {"os": 95, "container": 5,
        "core": 0, "supervised": 0, "unsupported_container": 0, "unknown": 0}, "versions": {"2026.2": 98}}"#;
    books.store.connection().execute("INSERT INTO history VALUES (1, ?)", [entry]).unwrap();
    let first = |least| history::read(books.store.connection(), least).unwrap().remove(0);
    assert_eq!((first(1).installation_types.os, first(1).versions.len()), (95, 1));
    let Entry { active_installations, installation_types, versions, .. } = first(10);
    assert_eq!((active_installations, installation_types, versions.len()), (100, InstallationTypes::default(), 0));
    assert_eq!(first(101), Entry { timestamp: "1".to_owned(), ..Entry::default() });
    assert!(!history::due(&entries, aggregate.last_updated));
    assert!(history::due(&entries, aggregate.last_updated.plus(hour)));
}
