//! How many reports a second are answered, against a handler that only parses and validates; and the memory under load.

use crate::book::Book;
use crate::load::{request, send};
use crate::memory::Server;
use crate::population::scattered;
use std::path::Path;
use std::process::Command;

const ROUNDS: u64 = 7;
const REQUESTS: u64 = 6000;

/// Gives how many unchanged and how many changed ones are answered in a second.
pub fn measure(file: &Path, count: u64, book: &mut Book) -> (f64, f64) {
    let plain = Server::start(Command::new(std::env::current_exe().unwrap()).arg("--only-parse"));
    let receiver = Server::start(
        Command::new(env!("CARGO_BIN_EXE_haos-analytics-receiver"))
            .args(["serve", "--listen", "127.0.0.1:0", "--trusted-proxy", "127.0.0.1", "--refresh", "2", "--store"])
            .arg(format!("sqlite:{}", file.display())),
    );
    while receiver.get("/data.json").starts_with("HTTP/1.1 503 ") {
        std::thread::sleep(core::time::Duration::from_millis(100));
    }
    println!("  MiB of memory when all are counted: {:.1}", receiver.peak());
    let requests = REQUESTS.min(count / ROUNDS / 2);
    let mut rates = [Vec::new(), Vec::new(), Vec::new()];
    let mut ratios = [Vec::new(), Vec::new()];
    let mut transactions = 0;
    for round in 0..ROUNDS {
        // Half of the installations say the same, the other half something new.
        let numbers = |half: u64| {
            let first = (2 * round + half) * requests;
            (first..first + requests).map(move |at| scattered(at, count))
        };
        let same: Vec<_> = numbers(0).map(|number| request(number, 0)).collect();
        let other: Vec<_> = numbers(1).map(|number| request(number, 1)).collect();
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
    book.at_most("MiB of memory at most", receiver.peak(), 64.0);
    (unchanged, changed)
}

fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    all[all.len() / 2]
}
