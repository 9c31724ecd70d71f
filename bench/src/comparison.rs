//! All programs in turn, one table per scheme.

use crate::process::{self, Counts};
use crate::programs::{Program, REFERENCE};
use crate::world::{payload, Scheme, World};
use std::ffi::OsString;

/// Runs in which things are counted; what is printed is their median, for they differ by a page or a packet.
const COUNTED: usize = 5;

/// What was found out about one program.
pub(crate) struct Row<'p> {
    pub(crate) program: &'p Program,
    /// By round; `None` where it did not run.
    cpu: Vec<Option<f64>>,
    /// `None` where a program cannot be traced.
    pub(crate) counts: Option<Counts>,
    same_payload: bool,
}

/// Runs them for `rounds` rounds.
pub(crate) fn run(programs: &[Program], scheme: Scheme, rounds: usize) -> Result<Vec<Row<'_>>, String> {
    let world = World::start(scheme);
    let expected = payload();
    let mut rows = Vec::new();
    let mut all_words = Vec::new();
    for program in programs {
        let Some(words) = world.words(program) else { continue };
        // The first run also fills the page cache.
        let (_, printed) = process::time(&words)?;
        let same_payload =
            printed.strip_suffix(b"\n") == Some(&expected) && world.receiver.bodies().last() == Some(&expected);
        rows.push(Row { program, cpu: Vec::new(), counts: counts(&words), same_payload });
        all_words.push(words);
    }
    for round in 0..rounds {
        for (row, words) in rows.iter_mut().zip(&all_words) {
            let due = round % row.program.every == 0;
            row.cpu.push(if due { Some(process::time(words)?.0) } else { None });
        }
    }
    let refused = world.receiver.refusals().len();
    if refused > 0 || world.receiver.bodies().iter().any(|body| *body != expected) {
        return Err(format!("the receiver got something else than the payload ({refused} refusals)"));
    }
    Ok(rows)
}

/// The medians of some runs; `None` where a program cannot be traced.
pub(crate) fn counts(words: &[OsString]) -> Option<Counts> {
    let runs: Result<Vec<Counts>, String> = (0..COUNTED).map(|_| Ok(process::count(words)?.0)).collect();
    let runs = runs.map_err(|error| eprintln!("not counted: {error}")).ok()?;
    let of = |count: fn(&Counts) -> u64| median(runs.iter().map(count).collect());
    Some(Counts { calls: of(|run| run.calls)?, started: of(|run| run.started)?, resident: of(|run| run.resident)? })
}

/// Prints a row per program.
pub(crate) fn print(title: &str, rows: &[Row<'_>]) {
    println!("\n{title}\n");
    println!("| program | bytes | CPU ms | ratio | peak RSS KiB | system calls | threads, children | same payload |");
    println!("|---|--:|--:|--:|--:|--:|--:|---|");
    let reference = rows.iter().find(|row| row.program.name == REFERENCE);
    for row in rows {
        let cpu = median(row.cpu.iter().flatten().copied().collect());
        let ratio = reference.and_then(|reference| {
            let pairs = row.cpu.iter().zip(&reference.cpu);
            median(pairs.filter_map(|(own, reference)| Some((*own)? / (*reference)?)).collect())
        });
        let count = |of: fn(Counts) -> u64| or_dash(row.counts.map(of));
        println!(
            "| {:29} | {:>9} | {:>6} | {:>6} | {:>6} | {:>5} | {:>2} | {} |",
            row.program.name,
            or_dash(row.program.bytes),
            or_dash(cpu.map(|cpu| format!("{cpu:.2}"))),
            or_dash(ratio.map(|ratio| format!("{ratio:.2}"))),
            count(|counts| counts.resident),
            count(|counts| counts.calls),
            count(|counts| counts.started),
            if row.same_payload { "yes" } else { "NO" },
        );
    }
}

fn or_dash(figure: Option<impl ToString>) -> String {
    figure.map_or_else(|| "-".to_owned(), |figure| figure.to_string())
}

/// The one in the middle.
pub(crate) fn median<T: PartialOrd + Copy>(mut figures: Vec<T>) -> Option<T> {
    figures.sort_by(|one, other| one.partial_cmp(other).expect("a figure is a number"));
    figures.get(figures.len() / 2).copied()
}
