//! What one report costs, side by side with other ways to send it.
//!
//! ```text
//! cargo run --release -- [--static FILE] [--rounds N] [--payload] [--levels] [--registry]
//!     [--entities N] [--guard]
//! ```
//!
//! The same report goes from the files of an ODROID-N2 to a receiver on loopback, over HTTP and over HTTPS. The
//! programs take turns, so that whatever else the machine does meets all of them; compare ratios, not times.
//!
//! `--payload` leaves the programs out and compares the writing of the payload alone.
//! `--registry` compares the reading of an entity registry alone.
//! `--levels` leaves the other programs out and measures what usage and statistics add: in a normal installation, and
//! with an entity registry of 100,000 entities in three layouts and of 300,000, `--entities N` with one more (1,000,000
//! makes 930 MB, which CI does not). The registries are made here and deleted again.
//!
//! `--static FILE` (or `HAOS_ANALYTICS_STATIC`) names the program as an image has it. With `--guard` its counts must
//! keep what the project promises. Times are never guarded: they depend on the machine.

mod comparison;
mod guard;
mod installation;
mod instructions;
mod levels;
mod process;
mod programs;
mod random;
mod readers;
mod registry;
mod style;
mod world;
mod writers;

use lexopt::Arg;
use std::path::PathBuf;
use std::process::ExitCode;
use world::Scheme;

struct Options {
    static_collector: Option<PathBuf>,
    rounds: usize,
    payload: bool,
    levels: bool,
    registry: bool,
    entities: Option<u64>,
    guard: bool,
}

fn main() -> ExitCode {
    match options().map_err(|error| error.to_string()).and_then(|options| run(&options)) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn options() -> Result<Options, lexopt::Error> {
    let static_collector = std::env::var_os("HAOS_ANALYTICS_STATIC").map(PathBuf::from);
    let mut options = Options {
        static_collector,
        rounds: 50,
        payload: false,
        levels: false,
        registry: false,
        entities: None,
        guard: false,
    };
    let mut words = lexopt::Parser::from_env();
    while let Some(word) = words.next()? {
        match word {
            Arg::Long("static") => options.static_collector = Some(words.value()?.into()),
            Arg::Long("rounds") => options.rounds = lexopt::ValueExt::parse(&words.value()?)?,
            Arg::Long("payload") => options.payload = true,
            Arg::Long("levels") => options.levels = true,
            Arg::Long("registry") => options.registry = true,
            Arg::Long("entities") => options.entities = Some(lexopt::ValueExt::parse(&words.value()?)?),
            Arg::Long("guard") => options.guard = true,
            _ => return Err(word.unexpected()),
        }
    }
    Ok(options)
}

fn run(options: &Options) -> Result<ExitCode, String> {
    if options.payload {
        writers::compare();
        return Ok(ExitCode::SUCCESS);
    }
    if options.registry {
        readers::compare(options.entities)?;
        return Ok(ExitCode::SUCCESS);
    }
    if options.levels {
        levels(&programs::own(options.static_collector.as_deref())?, options)?;
        return Ok(ExitCode::SUCCESS);
    }
    let programs = programs::all(options.static_collector.as_deref())?;
    let http = comparison::run(&programs, Scheme::Http, options.rounds)?;
    comparison::print("One report over HTTP", &http);
    let https = comparison::run(&programs, Scheme::Https, options.rounds)?;
    comparison::print("One report over HTTPS", &https);
    let costs = levels(&programs::own(options.static_collector.as_deref())?, options)?;
    let allocations = writers::compare();
    if !options.guard {
        return Ok(ExitCode::SUCCESS);
    }
    let broken = guard::broken(&http, &https, &costs, allocations)?;
    broken.iter().for_each(|promise| println!("BROKEN: {promise}"));
    Ok(if broken.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What usage and statistics cost.
fn levels(own: &programs::Program, options: &Options) -> Result<levels::Costs, String> {
    let costs = levels::run(own, options.rounds, options.entities)?;
    readers::compare(options.entities)?;
    Ok(costs)
}
