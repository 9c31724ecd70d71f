//! The commands.

mod export;
mod import;
mod purge;
mod sample;
mod serve;

use crate::aggregate::{history, publish, Builder, Rules};
use crate::options::{Command, Options, HELP};
use crate::store::sqlite::Sqlite;
use crate::store::Url;
use crate::time::Time;
use serde::Deserialize;
use std::collections::HashSet;
use std::io::{self, Write as _};
use std::path::Path;

/// Does what the command line says.
///
/// # Errors
///
/// One line that says what went wrong.
pub fn run(options: Options) -> Result<(), String> {
    match options.command {
        Command::Serve => serve::serve(options),
        Command::Aggregate => aggregate(&options),
        Command::Export => export::export(&options),
        Command::Import => import::import(&options, &mut io::stdin().lock()),
        Command::Purge => purge::purge(&options),
        Command::Sample => sample::sample(&options),
        Command::Help => print(HELP),
        Command::Version => print(concat!("haos-analytics-receiver ", env!("CARGO_PKG_VERSION"), "\n")),
    }
}

/// Reads the whole store anew.
fn aggregate(options: &Options) -> Result<(), String> {
    let file = match (&options.store, &options.mirror) {
        (Url::Sqlite(path), _) | (Url::Redis(_), Some(path)) => path,
        (Url::Redis(_), None) => return Err("--mirror: the file with the copy of the store is missing".to_owned()),
    };
    if !file.exists() {
        return Err(format!("{}: there is no such file", file.display()));
    }
    let failed = |error: crate::store::Error| format!("{}: {error}", file.display());
    let mut sqlite = Sqlite::open(file).map_err(failed)?.with_quarantine(options.quarantine);
    let mut builder = Builder::new(rules(options)?);
    let (tally, db) = sqlite.counts().map_err(failed)?;
    let aggregate = builder.build(tally, db, Time::now()).map_err(|error| failed(error.into()))?;
    let history = history::read(db, options.least).map_err(failed)?;
    print(&(publish::data(&aggregate, &history) + "\n"))
}

fn rules(options: &Options) -> Result<Rules, String> {
    let domains = options.domains.as_deref().map(domains).transpose()?;
    Ok(Rules { least: options.least, domains })
}

fn domains(file: &Path) -> Result<HashSet<String>, String> {
    #[derive(Deserialize)]
    struct Domains {
        core: Vec<String>,
        custom: Vec<String>,
    }
    let failed = |error: &dyn core::fmt::Display| format!("--domains: {}: {error}", file.display());
    let bytes = std::fs::read(file).map_err(|error| failed(&error))?;
    let domains: Domains = serde_json::from_slice(&bytes).map_err(|error| failed(&error))?;
    Ok(domains.core.into_iter().chain(domains.custom).collect())
}

fn print(text: &str) -> Result<(), String> {
    io::stdout().lock().write_all(text.as_bytes()).map_err(|error| format!("stdout: {error}"))
}
