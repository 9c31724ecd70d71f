//! The aggregate: made of the whole store, and made anew after some changes. In processor time of this process.

use crate::book::Book;
use crate::population::{put, scattered};
use haos_analytics_receiver::aggregate::Rules;
use haos_analytics_receiver::clock::Moment;
use haos_analytics_receiver::publisher::Publisher;
use haos_analytics_receiver::store::sqlite::Sqlite;
use haos_analytics_receiver::store::Store as _;
use haos_analytics_receiver::time::Time;
use nix::sys::resource::{getrusage, UsageWho};
use nix::sys::time::TimeValLike as _;
use std::io::Read as _;
use std::path::Path;
use std::time::Instant;

const CHANGES: u64 = 10_000;
const BATCH: u64 = 250;

/// User and system time so far, in milliseconds.
#[allow(clippy::cast_precision_loss, reason = "small")]
fn spent() -> (f64, f64) {
    let usage = getrusage(UsageWho::RUSAGE_SELF).unwrap();
    (usage.user_time().num_microseconds() as f64 / 1e3, usage.system_time().num_microseconds() as f64 / 1e3)
}

/// What something takes: user time, all processor time, and time on the clock, in milliseconds.
pub fn time<T>(what: &str, act: impl FnOnce() -> T) -> ((f64, f64, f64), T) {
    let (began, before) = (Instant::now(), spent());
    let done = act();
    let after = spent();
    let clock = began.elapsed().as_secs_f64() * 1e3;
    let user = after.0 - before.0;
    let all = user + after.1 - before.1;
    println!("  {what}: {user:.1} ms user, {all:.1} ms with the system's, {clock:.1} ms on the clock");
    ((user, all, clock), done)
}

/// Leaves the changes in the file.
pub fn measure(file: &Path, count: u64, book: &mut Book) {
    let _ = read_bytes(file);
    time("the file's bytes read once", || read_bytes(file));
    let (read, rows) = time("every row read and its list decoded", || read_rows(file));
    assert_eq!(rows, count);
    let (mut publisher, current) = Publisher::new(Rules::default());
    let mut store = Sqlite::open(file).unwrap();
    let (full, _) =
        time("the aggregate of all", || publisher.refresh(&mut store, true, &Moment::sure(Time::now())).unwrap());
    let published = current.borrow().clone().unwrap();
    assert_eq!(published.aggregate.active_installations, count);
    book.at_most("the aggregate of all, of reading every row: user time", full.0 / read.0, 4.0);
    println!("  the same with the system's time: {:.3}", full.1 / read.1);
    let changes = CHANGES.min(count / 10);
    let changed: Vec<_> = (0..changes).map(|at| put(scattered(count - 1 - at, count), 1)).collect();
    time(&format!("{changes} changes written and counted"), || {
        for batch in changed.chunks(BATCH.try_into().unwrap()) {
            store.write(batch, Time::now()).unwrap();
        }
    });
    let (refresh, _) =
        time("the aggregate after them", || publisher.refresh(&mut store, true, &Moment::sure(Time::now())).unwrap());
    // Most of a refresh is as long for any number of installations: the limit is for a million.
    let share = refresh.1 / full.1;
    if count >= 1_000_000 {
        book.at_most("a refresh, of the aggregate of all", share, 0.02);
    } else {
        println!("  a refresh, of the aggregate of all: {share:.3}");
    }
}

fn read_bytes(file: &Path) -> u64 {
    let mut file = std::fs::File::open(file).unwrap();
    let mut part = vec![0; 1 << 20];
    let mut sum = 0;
    loop {
        let more = file.read(&mut part).unwrap();
        if more == 0 {
            return sum;
        }
        sum += more as u64;
    }
}

/// Every row, every column of it, and the numbers in the list.
fn read_rows(file: &Path) -> u64 {
    let store = Sqlite::open(file).unwrap();
    let mut select =
        store.connection().prepare("SELECT id, uuid, first_seen, updated, digest, facts FROM report").unwrap();
    let mut rows = select.query([]).unwrap();
    let (mut all, mut sum) = (0, 0_u64);
    while let Some(row) = rows.next().unwrap() {
        sum = sum.wrapping_add(row.get::<_, i64>(0).unwrap().unsigned_abs());
        sum = sum.wrapping_add(row.get_ref(1).unwrap().as_str().unwrap().len() as u64);
        sum = sum.wrapping_add((row.get::<_, i64>(2).unwrap() ^ row.get::<_, i64>(3).unwrap()).unsigned_abs());
        sum = sum.wrapping_add(u64::from(row.get_ref(4).unwrap().as_blob().unwrap()[0]));
        haos_analytics_receiver::store::sqlite::numbers::each(
            row.get_ref(5).unwrap().as_str().unwrap(),
            |number, counted| {
                sum = sum.wrapping_add(u64::from(number) ^ u64::from(counted));
            },
        );
        all += 1;
    }
    assert_ne!(core::hint::black_box(sum), 0);
    all
}
