//! What every store does, tried with each.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod common;

use common::cluster::Cluster;
use common::{days, facts, put, skipped, smallest, wait_until, NOON};
use core::time::Duration;
use haos_analytics_receiver::fact::to_json;
use haos_analytics_receiver::sample::Population;
use haos_analytics_receiver::store::redis::{Mirror, Redis};
use haos_analytics_receiver::store::sqlite::Sqlite;
use haos_analytics_receiver::store::{Outcome, Store, Stored, Write};
use haos_analytics_receiver::time::Time;
use std::collections::BTreeMap;
use tempfile::TempDir;

const MOMENT: Duration = Duration::from_millis(1);

/// Ids that only one test uses, so that all can share a store.
struct Ids(u8);

impl Ids {
    fn next(&mut self) -> String {
        self.0 += 1;
        format!("{:02}{}", self.0, "x".repeat(30))
    }
}

#[test]
fn sqlite() {
    let directory = TempDir::new().unwrap();
    every_case(&mut Sqlite::open(&directory.path().join("store")).unwrap());
}

#[test]
fn redis() {
    let Some(cluster) = Cluster::start() else { return skipped("redis-server is missing") };
    every_case(&mut Redis::open(&cluster.nodes()).unwrap());
    natively_expires(&cluster);
    a_mirror_follows(&cluster);
}

fn every_case(store: &mut dyn Store) {
    let mut ids = Ids(0);
    assert!(all(store, NOON).is_empty());
    outcomes(store, &ids.next());
    first_seen(store, &ids.next());
    one_batch(store, &ids.next(), &ids.next());
    odd_ids(store);
    keeps_everything(store);
    restores(store, &ids.next());
}

fn report(uuid: &str, version: &str) -> Write {
    Write::put(uuid, facts(&smallest(uuid, version), Some("DE")))
}

fn does(store: &mut dyn Store, write: Write, now: Time) -> Outcome {
    store.write(&[write], now).unwrap()[0]
}

fn all(store: &mut dyn Store, now: Time) -> BTreeMap<String, Stored> {
    let mut all = BTreeMap::new();
    let mut take = |stored: Stored| {
        all.insert(stored.uuid.clone(), stored);
        Ok(())
    };
    store.scan(now, &mut take).unwrap();
    all
}

fn outcomes(store: &mut dyn Store, uuid: &str) {
    let (one, two) = (|| report(uuid, "2026.2.1"), || report(uuid, "2026.2.2"));
    let mut now = NOON;
    assert_eq!(does(store, one(), now), Outcome::New);
    assert_eq!(does(store, one(), now), Outcome::Unchanged);
    assert_eq!(does(store, one(), now.plus(days(30))), Outcome::Unchanged);
    now = now.plus(days(30)).plus(MOMENT);
    assert_eq!(does(store, one(), now), Outcome::Refreshed);
    assert_eq!(store.read(uuid, now).unwrap().unwrap().updated, now);
    assert_eq!(does(store, one(), now.plus(days(30))), Outcome::Unchanged);
    assert_eq!(does(store, two(), now.plus(days(1))), Outcome::Changed);
    now = now.plus(days(1));
    assert!(store.read(uuid, now.plus(days(60)).minus(MOMENT)).unwrap().is_some());
    assert_eq!(store.read(uuid, now.plus(days(60))).unwrap(), None);
    assert_eq!(does(store, two(), now.plus(days(60))), Outcome::New);
    now = now.plus(days(60));
    // Another country is a change.
    let moved = Write::put(uuid, facts(&smallest(uuid, "2026.2.2"), Some("FR")));
    assert_eq!(does(store, moved, now), Outcome::Changed);
    assert_eq!(does(store, Write::delete(uuid), now), Outcome::Deleted);
    assert_eq!(does(store, Write::delete(uuid), now), Outcome::Absent);
    assert_eq!(store.read(uuid, now).unwrap(), None);
    assert_eq!(does(store, two(), now), Outcome::New);
}

fn first_seen(store: &mut dyn Store, uuid: &str) {
    let seen = |store: &mut dyn Store, now| store.read(uuid, now).unwrap().unwrap().first_seen;
    does(store, report(uuid, "2026.2.1"), NOON);
    let later = NOON.plus(days(40));
    does(store, report(uuid, "2026.2.1"), later);
    assert_eq!(seen(store, later), NOON);
    let later = later.plus(days(1));
    does(store, report(uuid, "2026.2.2"), later);
    assert_eq!(seen(store, later), NOON);
    // Who comes back after more than 60 days is new.
    let later = later.plus(days(61));
    does(store, report(uuid, "2026.2.2"), later);
    assert_eq!(seen(store, later), later);
}

fn one_batch(store: &mut dyn Store, one: &str, other: &str) {
    let batch = [
        report(one, "2026.2.1"),
        report(one, "2026.2.1"),
        report(other, "2026.2.1"),
        report(one, "2026.2.2"),
        Write::delete(one),
        Write::delete(one),
        report(one, "2026.2.3"),
    ];
    let outcomes = store.write(&batch, NOON).unwrap();
    use Outcome::{Absent, Changed, Deleted, New, Unchanged};
    assert_eq!(outcomes, [New, Unchanged, New, Changed, Deleted, Absent, New]);
    let stored = store.read(one, NOON).unwrap().unwrap();
    assert!(to_json(one, &stored.facts).contains("2026.2.3"));
    assert_eq!(store.write(&[], NOON).unwrap(), []);
}

fn odd_ids(store: &mut dyn Store) {
    for uuid in [
        "é".repeat(32),
        "\u{1f3e0}".repeat(16),
        "{a}".repeat(10) + "bc",
        " '\"\\\n\0;--[]*?".repeat(3)[..32].to_owned(),
    ] {
        assert_eq!(does(store, report(&uuid, "2026.2.1"), NOON), Outcome::New, "{uuid:?}");
        assert_eq!(store.read(&uuid, NOON).unwrap().unwrap().uuid, uuid);
        assert_eq!(does(store, Write::delete(&uuid), NOON), Outcome::Deleted, "{uuid:?}");
    }
}

fn keeps_everything(store: &mut dyn Store) {
    let population = Population::new(7);
    let batch: Vec<_> = (0..300).map(|number| put(&population, number, 0)).collect();
    store.write(&batch, NOON).unwrap();
    let found = all(store, NOON);
    for write in &batch {
        let Write::Put { uuid, facts, .. } = write else { unreachable!() };
        assert_eq!(&found[uuid].facts, facts);
        assert_eq!(store.read(uuid, NOON).unwrap().unwrap(), found[uuid]);
    }
    let mut later = 0;
    store
        .scan(NOON.plus(days(60)), &mut |_| {
            later += 1;
            Ok(())
        })
        .unwrap();
    assert!(later < 10, "{later} of what is older than 60 days");
    for write in &batch {
        assert_eq!(does(store, Write::delete(write.uuid()), NOON), Outcome::Deleted);
    }
}

fn restores(store: &mut dyn Store, uuid: &str) {
    let stored = |version, first_seen, updated| Stored {
        uuid: uuid.to_owned(),
        first_seen,
        updated,
        facts: facts(&smallest(uuid, version), Some("US CA")),
    };
    let old = stored("2026.2.1", NOON.minus(days(200)), NOON.minus(days(10)));
    store.restore(core::slice::from_ref(&old), NOON).unwrap();
    assert_eq!(store.read(uuid, NOON).unwrap().unwrap(), old);
    let newer = stored("2026.2.2", NOON.minus(days(200)), NOON.minus(days(5)));
    store.restore(&[newer.clone(), old], NOON).unwrap();
    store.restore(&[stored("2026.2.0", NOON, NOON.minus(days(10)))], NOON).unwrap();
    assert_eq!(store.read(uuid, NOON).unwrap().unwrap(), newer);
    let expired = Stored { uuid: "e".repeat(32), ..stored("2026.2.2", NOON, NOON.minus(days(60))) };
    store.restore(&[expired], NOON).unwrap();
    assert_eq!(store.read(&"e".repeat(32), NOON).unwrap(), None);
}

/// What has a second to live is gone without anybody's doing, and the rest has 60 days.
fn natively_expires(cluster: &Cluster) {
    let mut store = Redis::open(&cluster.nodes()).unwrap();
    let (soon, late) = ("s".repeat(32), "l".repeat(32));
    let stored = |uuid: &str, updated| Stored {
        uuid: uuid.to_owned(),
        first_seen: updated,
        updated,
        facts: facts(&smallest(uuid, "2026.2.1"), None),
    };
    let second = Duration::from_secs(1);
    store.restore(&[stored(&soon, NOON.minus(days(60)).plus(second)), stored(&late, NOON)], NOON).unwrap();
    let left: u64 = cluster.ask(&["PTTL", &format!("uuid:{late}")]).parse().unwrap();
    assert!(left > 59 * 86_400_000 && left <= 60 * 86_400_000, "{left}");
    wait_until("expired", || cluster.ask(&["EXISTS", &format!("uuid:{soon}")]) == "0");
    assert_eq!(cluster.ask(&["EXISTS", &format!("uuid:{late}")]), "1");
}

fn a_mirror_follows(cluster: &Cluster) {
    let directory = TempDir::new().unwrap();
    let mut store = Redis::open(&cluster.nodes()).unwrap();
    let population = Population::new(8);
    let batch: Vec<_> = (0..40).map(|number| put(&population, number, 0)).collect();
    store.write(&batch[..20], NOON).unwrap();
    let mut mirror = Mirror::open(&cluster.nodes(), &directory.path().join("mirror")).unwrap();
    let same = |mirror: &mut Mirror, store: &mut Redis, now| {
        let (there, here) = (all(store, now), all(&mut mirror.copy, now));
        assert_eq!(there, here);
        here.len()
    };
    // Everything at first, then what the feed tells.
    assert!(mirror.follow(NOON).unwrap());
    let at_first = same(&mut mirror, &mut store, NOON);
    assert!(!mirror.follow(NOON).unwrap());
    store.write(&batch[20..], NOON).unwrap();
    store.write(&[put(&population, 3, 5), Write::delete(&population.uuid(4))], NOON).unwrap();
    assert!(mirror.follow(NOON).unwrap());
    assert_eq!(same(&mut mirror, &mut store, NOON), at_first + 19);
    // What was removed behind the feed's back is found by the daily comparison.
    cluster.ask(&["DEL", &format!("uuid:{}", population.uuid(5))]);
    assert!(!mirror.follow(NOON).unwrap());
    assert!(mirror.follow(NOON.plus(days(1))).unwrap());
    same(&mut mirror, &mut store, NOON.plus(days(1)));
}
