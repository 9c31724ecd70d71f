//! How many reports a second are answered, against a handler that only parses and validates; and the memory under load,
//! while the page and its JSON are read as well.

use crate::book::Book;
use crate::load::{request, send};
use crate::memory::Server;
use crate::population::scattered;
use core::sync::atomic::{AtomicBool, Ordering};
use std::path::Path;
use std::process::Command;

const ROUNDS: u64 = 7;
const REQUESTS: u64 = 20_000;
const READERS: usize = 16;
const PUBLISHED: [&str; 9] = [
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

/// Gives how many unchanged and how many changed ones are answered in a second.
#[allow(clippy::cast_precision_loss, reason = "small")]
pub fn measure(file: &Path, count: u64, book: &mut Book) -> (f64, f64) {
    let plain = Server::start(Command::new(std::env::current_exe().unwrap()).arg("--only-parse"));
    let receiver = Server::start(
        Command::new(env!("CARGO_BIN_EXE_haos-analytics-receiver"))
            .args(["serve", "--listen", "127.0.0.1:0", "--trusted-proxy", "127.0.0.1", "--refresh", "2"])
            .args(["--publish", "2", "--quarantine", "0", "--store"])
            .arg(format!("sqlite:{}", file.display())),
    );
    while receiver.get("/data.json").starts_with("HTTP/1.1 503 ") {
        std::thread::sleep(core::time::Duration::from_millis(100));
    }
    println!("  MiB of memory when all are counted: {:.1}", receiver.peak());
    // Half of the installations say the same, the other half something new.
    let half = count / 2;
    let requests = REQUESTS.min(half);
    let as_before = |at: u64| request(scattered(at % half, count), 0);
    // Some have one change already.
    let anew = |at: u64| request(scattered(half + at % half, count), 2 + at / half);
    let mut rates = [Vec::new(), Vec::new(), Vec::new()];
    let mut ratios = [Vec::new(), Vec::new()];
    let mut transactions = 0;
    for round in 0..ROUNDS {
        let numbers = round * requests..(round + 1) * requests;
        let same: Vec<_> = numbers.clone().map(as_before).collect();
        let other: Vec<_> = numbers.map(anew).collect();
        let parsed = send(plain.address, &same);
        let unchanged = send(receiver.address, &same);
        let before = receiver.metric("batches_total");
        let changed = send(receiver.address, &other);
        transactions += receiver.metric("batches_total") - before;
        let _ = receiver.get("/data.json");
        [parsed, unchanged, changed].into_iter().zip(&mut rates).for_each(|(rate, all)| all.push(rate));
        ratios[0].push(unchanged / parsed);
        ratios[1].push(changed / parsed);
    }
    let [parsed, unchanged, changed] = rates.map(median);
    println!("  reports a second: {parsed:.0} only parsed, {unchanged:.0} unchanged, {changed:.0} changed");
    let written =
        ["unchanged", "changed"].map(|outcome| receiver.metric(&format!("writes_total{{outcome=\"{outcome}\"}}")));
    println!("  {} unchanged and {} changed, these in {} transactions", written[0], written[1], transactions);
    // Some have nothing that changes.
    assert!(written[1] * 100 >= ROUNDS * requests * 98, "they were not changed");
    let [same, other] = ratios.map(median);
    book.at_least("unchanged reports, of those only parsed", same, 0.5);
    book.at_least("changed reports on disk, of those only parsed", other, 0.2);
    println!("  MiB of memory at most, with reports only: {:.1}", receiver.peak());
    let more: Vec<_> = (ROUNDS * requests..(ROUNDS + 1) * requests).map(anew).collect();
    let read = read_by_many(&receiver, || _ = send(receiver.address, &more));
    println!(
        "  {} answers read by {READERS} at once meanwhile, {:.1} MiB of them",
        read.0,
        read.1 as f64 / 1_048_576.0
    );
    book.at_most("MiB of memory at most, with them", receiver.peak(), 64.0);
    (unchanged, changed)
}

/// Reads all that is published, over and over, until something else is done; gives how many answers and bytes.
fn read_by_many(receiver: &Server, meanwhile: impl FnOnce()) -> (usize, usize) {
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let read = || {
            let (mut answers, mut bytes) = (0, 0);
            for path in PUBLISHED.iter().cycle() {
                if done.load(Ordering::Relaxed) {
                    break;
                }
                let answer = receiver.get(path);
                assert!(answer.starts_with("HTTP/1.1 200 "), "{path}: {}", answer.lines().next().unwrap_or_default());
                answers += 1;
                bytes += answer.len();
            }
            (answers, bytes)
        };
        let readers: Vec<_> = (0..READERS).map(|_| scope.spawn(read)).collect();
        meanwhile();
        done.store(true, Ordering::Relaxed);
        readers.into_iter().map(|reader| reader.join().unwrap()).fold((0, 0), |all, one| (all.0 + one.0, all.1 + one.1))
    })
}

fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    all[all.len() / 2]
}
