//! The commands.

mod export;
mod failure;
mod import;
mod purge;
mod sample;
mod serve;

pub use failure::Failure;

use crate::aggregate::{history, publish, Builder};
use crate::options::{self, Command, Options};
use crate::store::sqlite::Sqlite;
use crate::store::Url;
use crate::time::Time;
use std::io::{self, Write as _};
use std::path::Path;

/// Does what the command line says.
///
/// # Errors
///
/// One line that says what went wrong.
pub fn run(options: Options) -> Result<(), Failure> {
    match options.command {
        Command::Serve(options) => serve::serve(*options),
        Command::Aggregate(options) => aggregate(&options),
        Command::Export(options) => Ok(export::export(&options)?),
        Command::Import(options) => Ok(import::import(&options, &mut io::stdin().lock())?),
        Command::Purge(options) => Ok(purge::purge(&options)?),
        Command::Sample(options) => Ok(sample::sample(&options)?),
    }
}

/// Reads the whole store anew.
fn aggregate(options: &options::Aggregate) -> Result<(), Failure> {
    let rules = options.publication.rules().map_err(Failure::Configuration)?;
    let file = match (&options.store.store, &options.publication.mirror) {
        (Url::Sqlite(path), _) | (Url::Redis(_), Some(path)) => path,
        (Url::Redis(_), None) => {
            return Err(Failure::Configuration("--mirror: the file with the copy of the store is missing".to_owned()))
        }
    };
    file_is_there(file)?;
    let failed = |error: crate::store::Error| format!("{}: {error}", file.display());
    let mut sqlite = Sqlite::open(file).map_err(failed)?.with_quarantine(options.publication.quarantine);
    let mut builder = Builder::new(rules);
    let (tally, db) = sqlite.counts().map_err(failed)?;
    let aggregate = builder.build(tally, db, Time::now()).map_err(|error| failed(error.into()))?;
    let history = history::read(db, options.publication.least).map_err(failed)?;
    Ok(print(&(publish::data(&aggregate, &history) + "\n"))?)
}

fn print(text: &str) -> Result<(), String> {
    printed(io::stdout().lock().write_all(text.as_bytes()))
}

/// A reader that has enough, such as `head`, is no failure.
fn printed(written: io::Result<()>) -> Result<(), String> {
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written.map_err(|error| format!("stdout: {error}")),
    }
}

/// To open a file that is not there would make it.
fn is_there(store: &Url) -> Result<(), String> {
    match store {
        Url::Sqlite(file) => file_is_there(file),
        Url::Redis(_) => Ok(()),
    }
}

fn file_is_there(file: &Path) -> Result<(), String> {
    if file.exists() {
        Ok(())
    } else {
        Err(format!("{}: there is no such file", file.display()))
    }
}
