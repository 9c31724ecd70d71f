//! What the receiver costs, in ratios of one run on one machine:
//!
//! ```sh
//! cargo bench --profile receiver --package haos-analytics-receiver --bench costs -- --count 1000000
//! ```
//!
//! `--store FILE` keeps the made-up installations for the next time. Some figures have a limit; with `--guard` one that
//! is beyond it is a failure.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a benchmark")]

mod answers;
mod book;
mod day;
mod entries;
mod load;
mod memory;
mod only_parse;
mod population;
mod sums;

use book::Book;
use std::path::PathBuf;

struct Asked {
    count: u64,
    store: Option<PathBuf>,
    guard: bool,
    only_parse: bool,
}

fn asked() -> Asked {
    let mut asked = Asked { count: 100_000, store: None, guard: false, only_parse: false };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        match &*word {
            "--count" => asked.count = words.next().unwrap().parse().unwrap(),
            "--store" => asked.store = words.next().map(PathBuf::from),
            "--guard" => asked.guard = true,
            "--only-parse" => asked.only_parse = true,
            "--bench" => (), // cargo says so
            other => panic!("{other}: there is no such option"),
        }
    }
    asked
}

fn main() {
    let asked = asked();
    if asked.only_parse {
        only_parse::serve();
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let file = asked.store.unwrap_or_else(|| directory.path().join("store.sqlite"));
    let mut book = Book::default();
    population::fill(&file, asked.count);
    println!("{} installations", asked.count);
    population::size(&file, asked.count, &mut book);
    // What follows changes the store: it works on a copy.
    let copy = directory.path().join("copy.sqlite");
    std::fs::copy(&file, &copy).unwrap();
    sums::measure(&copy, asked.count, &mut book);
    entries::measure(&copy, asked.count, directory.path(), &mut book);
    let (unchanged, changed) = answers::measure(&copy, asked.count, &mut book);
    day::simulate(unchanged, changed);
    book.close(asked.guard);
}
