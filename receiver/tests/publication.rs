//! When what is reported is published: after a quarantine, once in a period, and all of it
//! together.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod common;

use common::cluster::Cluster;
use common::program::Program;
use common::{days, facts, put, skipped, smallest, wait_until, NOON};
use core::time::Duration;
use haos_analytics_receiver::aggregate::{Builder, Rules};
use haos_analytics_receiver::clock::Moment;
use haos_analytics_receiver::publisher::{Current, Period, Publisher};
use haos_analytics_receiver::sample::Population;
use haos_analytics_receiver::store::redis::{Mirror, Redis};
use haos_analytics_receiver::store::sqlite::Sqlite;
use haos_analytics_receiver::store::{Outcome, Quarantine, Store, Stored, Write};
use haos_analytics_receiver::time::Time;
use std::path::Path;
use tempfile::TempDir;

const DAY: Quarantine = Quarantine(Duration::from_secs(24 * 3600));

fn hours(hours: u64) -> Duration {
    Duration::from_secs(hours * 3600)
}

fn uuid(number: u64) -> String {
    format!("{number:032}")
}

fn report(number: u64, version: &str) -> Write {
    Write::put(&uuid(number), facts(&smallest(&uuid(number), version), Some("DE")))
}

fn open(file: &Path) -> Sqlite {
    Sqlite::open(file).unwrap().with_quarantine(DAY)
}

/// Counts along, and anew by the file alone.
struct Counted<'a> {
    file: &'a Path,
    along: Builder,
}

impl<'a> Counted<'a> {
    fn new(file: &'a Path) -> Self {
        Self { file, along: Self::builder() }
    }

    fn builder() -> Builder {
        Builder::new(Rules { least: 1, domains: None })
    }

    /// How many count.
    fn installations(&mut self, store: &mut Sqlite) -> u64 {
        let count = |builder: &mut Builder, store: &mut Sqlite| {
            let (tally, db) = store.counts().unwrap();
            builder.build(tally, db, NOON).unwrap()
        };
        let (along, anew) = (count(&mut self.along, store), count(&mut Self::builder(), &mut open(self.file)));
        assert!(along == anew, "{} and {}", along.active_installations, anew.active_installations);
        along.active_installations
    }
}

#[test]
fn who_came_once_does_not_count() {
    let directory = TempDir::new().unwrap();
    let file = directory.path().join("store");
    let (mut store, mut counted) = (open(&file), Counted::new(&file));
    let population = Population::new(5);
    let write = |store: &mut Sqlite, numbers: core::ops::Range<u64>, changes, now| {
        let writes: Vec<_> = numbers.map(|number| put(&population, number, changes)).collect();
        store.write(&writes, now).unwrap()
    };
    assert_eq!(counted.installations(&mut store), 0);
    write(&mut store, 0..100, 0, NOON);
    // On the next day, but not a day later; and what is new.
    write(&mut store, 0..50, 1, NOON.plus(hours(23)));
    assert_eq!(counted.installations(&mut store), 0);
    // Who says the same as before counts by that: it is written once, and not again.
    let day = NOON.plus(days(1));
    assert_eq!(write(&mut store, 60..70, 0, day), [Outcome::Refreshed; 10]);
    assert_eq!(write(&mut store, 60..70, 0, day.plus(hours(5))), [Outcome::Unchanged; 10]);
    assert_eq!(counted.installations(&mut store), 10);
    // And who says something else.
    write(&mut store, 0..20, 2, day);
    assert_eq!(counted.installations(&mut store), 30);
    // Those who are in quarantine leave without having counted, the others are counted no more.
    let delete = |numbers: core::ops::Range<u64>| numbers.map(|number| Write::delete(&population.uuid(number)));
    store.write(&delete(80..90).chain(delete(0..5)).collect::<Vec<_>>(), day).unwrap();
    assert_eq!(counted.installations(&mut store), 25);
    // They expire as ever.
    store.sweep(day.plus(days(59)).plus(hours(1))).unwrap();
    assert_eq!(counted.installations(&mut store), 25);
    store.sweep(day.plus(days(60))).unwrap();
    assert_eq!(counted.installations(&mut store), 0);
    let left = store.connection().query_row("SELECT count(*) FROM fact", [], |row| row.get::<_, i64>(0));
    assert_eq!(left.unwrap(), 0);
    // Who comes back after that is new.
    write(&mut store, 0..10, 3, day.plus(days(70)));
    assert_eq!(counted.installations(&mut store), 0);
}

#[test]
fn what_is_imported_counts_if_it_has_lasted() {
    let directory = TempDir::new().unwrap();
    let file = directory.path().join("store");
    let (mut store, mut counted) = (open(&file), Counted::new(&file));
    let stored = |number, first_seen, updated| {
        let facts = facts(&smallest(&uuid(number), "2026.2.1"), None);
        Stored { uuid: uuid(number), first_seen, updated, facts }
    };
    let batch =
        [stored(0, NOON.minus(days(9)), NOON.minus(days(3))), stored(1, NOON.minus(days(3)), NOON.minus(days(3)))];
    store.restore(&batch, NOON).unwrap();
    assert_eq!(counted.installations(&mut store), 1);
    // The other one has not said so, and does with its next report.
    assert_eq!(store.write(&[Write::put(&uuid(1), batch[1].facts.clone())], NOON).unwrap(), [Outcome::Refreshed]);
    assert_eq!(counted.installations(&mut store), 2);
}

#[test]
fn a_mirror_has_the_same_quarantine() {
    let Some(cluster) = Cluster::start() else { return skipped("redis-server is missing") };
    let directory = TempDir::new().unwrap();
    let file = directory.path().join("mirror");
    let mut store = Redis::open(&cluster.nodes()).unwrap().with_quarantine(DAY);
    let mut mirror = Mirror::open(&cluster.nodes(), &file).unwrap().with_quarantine(DAY);
    let (mut now, mut counted) = (NOON, Counted::new(&file));
    for (outcome, expected) in [(Outcome::New, 0), (Outcome::Refreshed, 1), (Outcome::Unchanged, 1)] {
        assert_eq!(store.write(&[report(1, "2026.2.1")], now).unwrap(), [outcome]);
        mirror.follow(now).unwrap();
        assert_eq!(counted.installations(&mut mirror.copy), expected);
        now = now.plus(days(1));
    }
}

struct Daily {
    store: Sqlite,
    publisher: Publisher,
    current: Current,
}

impl Daily {
    fn open(file: &Path) -> Self {
        let (publisher, current) = Publisher::new(Rules { least: 3, domains: None });
        Self { store: Sqlite::open(file).unwrap(), publisher: publisher.every(Period::DAILY), current }
    }

    fn refresh(&mut self, now: Time) {
        self.publisher.refresh(&mut self.store, true, &Moment::sure(now)).unwrap();
    }

    /// When it was published, how many installations, and every form of it.
    fn published(&self) -> (Time, u64, Vec<String>) {
        let published = self.current.borrow().clone().unwrap();
        let forms = ["/", "/data.json", "/current_data.json", "/addons.json", "/prometheus/base"];
        let forms = forms.map(|path| String::from_utf8(published.form(path).unwrap().body.to_vec()).unwrap());
        (published.aggregate.last_updated, published.aggregate.active_installations, forms.to_vec())
    }
}

#[test]
fn all_changes_once_a_day() {
    let directory = TempDir::new().unwrap();
    let file = directory.path().join("store");
    let mut daily = Daily::open(&file);
    let reports = |numbers: core::ops::Range<u64>| numbers.map(|number| report(number, "2026.2.1")).collect::<Vec<_>>();
    daily.store.write(&reports(0..5), NOON).unwrap();
    // Nothing was published before, so it need not wait.
    daily.refresh(NOON);
    let first = daily.published();
    assert_eq!((first.0, first.1), (NOON, 5));
    daily.store.write(&reports(5..6), NOON).unwrap();
    let midnight = Time(NOON.0.div_euclid(86_400_000) * 86_400_000).plus(days(1));
    for now in [NOON.plus(hours(1)), midnight.minus(Duration::from_millis(1))] {
        daily.refresh(now);
        assert_eq!(daily.published(), first);
    }
    // Nor does a restart show it.
    drop(daily);
    let mut daily = Daily::open(&file);
    daily.refresh(NOON.plus(hours(2)));
    assert_eq!(daily.published(), first);
    // Another threshold is another matter.
    let (publisher, current) = Publisher::new(Rules { least: 6, domains: None });
    let moment = Moment::sure(NOON.plus(hours(2)));
    publisher.every(Period::DAILY).refresh(&mut Sqlite::open(&file).unwrap(), true, &moment).unwrap();
    assert_eq!(current.borrow().as_ref().unwrap().aggregate.active_installations, 6);
    let mut daily = Daily::open(&file);
    daily.refresh(midnight);
    let second = daily.published();
    assert_eq!((second.0, second.1), (midnight, 6));
    assert!(second.2.iter().zip(&first.2).all(|(now, before)| now != before || !now.contains('6')));
    // A clock that is not steady begins no day.
    let moment = Moment { steady: false, ..Moment::sure(midnight.plus(days(3))) };
    daily.publisher.refresh(&mut daily.store, true, &moment).unwrap();
    assert_eq!(daily.published(), second);
    // One that is yet to come had a wrong time.
    daily.refresh(midnight.minus(days(40)));
    assert_eq!(daily.published().0, midnight.minus(days(40)));
}

/// By the real program and its clock: after a restart the same is published, byte by byte.
#[test]
fn a_restart_publishes_nothing() {
    let directory = TempDir::new().unwrap();
    let file = directory.path().join("store");
    let options = ["--refresh", "1", "--quarantine", "0", "--least", "1"];
    let published = |program: &Program| {
        wait_until("published", || program.request("GET", "/data.json", "", b"").starts_with("HTTP/1.1 200 "));
        program.get("/data.json")
    };
    let program = Program::with_file(&file, &options);
    let first = published(&program);
    assert!(first.contains("\"active_installations\":0"), "{first}");
    assert!(program.post(&smallest(&uuid(1), "2026.2.1")).starts_with("HTTP/1.1 200 "));
    assert_eq!(program.stop(), Some(0));
    let program = Program::with_file(&file, &options);
    assert_eq!(published(&program), first);
    drop(program);
    // Where it is asked for, it is there soon.
    let program = Program::with_file(&file, &[&options[..], &["--publish", "1"]].concat());
    wait_until("published", || published(&program).contains("\"active_installations\":1"));
}

#[test]
fn periods() {
    for (text, expected) in
        [("daily", Ok(Period::DAILY)), ("hourly", Ok(Period::HOURLY)), ("90", Ok(Period(Duration::from_secs(90))))]
    {
        assert_eq!(text.parse(), expected);
    }
    for wrong in ["", "0", "-1", "weekly", "1.5"] {
        assert!(wrong.parse::<Period>().is_err(), "{wrong}");
    }
}
