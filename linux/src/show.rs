//! `show`: the bytes that `send` would post now, and where each field comes from.

use std::io::Write;

use haos_analytics_core::{payload, Escaped};

use crate::diagnostics::Diagnostics;
use crate::error::{Error, Exit};
use crate::explain::explain;
use crate::gather::{gather, BUFFER};
use crate::history::{diff, History};
use crate::log::Log;
use crate::options::Options;
use crate::root::Root;
use crate::send::{endpoint, print};
use crate::settings::SEND;
use crate::shown;
use crate::terminal::Terminals;

/// Prints the payload and sends nothing.
///
/// # Errors
///
/// `send` would post nothing.
pub fn show(
    options: &Options,
    root: &Root,
    diagnostics: &Diagnostics<'_>,
    terminals: Terminals,
    stdout: &mut dyn Write,
    log: &mut Log<'_>,
) -> Result<(), Error> {
    let gathered = gather(options, root, log)?;
    let home = gathered.home()?;
    let mut buffer = vec![0; BUFFER];
    let payload = payload::write(gathered.base, &gathered.detection, &home, &mut buffer).map_err(Error::of_payload)?;
    if options.explain {
        explain(&gathered, &home, root, terminals.stderr.then_some(options.all), log);
        let to = shown::url(endpoint(options, home.installation.version));
        match &options.off {
            Some(source) => log.plain(format_args!("to: nobody ({SEND} is off in {})", source.place())),
            None => log.plain(format_args!("to: {to} ({})", options.endpoint_source)),
        }
        diagnostics.explain(log);
    }
    terminals.print_json(stdout, payload, options.raw)
}

/// Prints what the next report changes, a line each, and sends nothing.
///
/// # Errors
///
/// No report is kept, or `send` would post nothing.
pub fn diff(
    options: &Options,
    root: &Root,
    history: &History<'_>,
    stdout: &mut dyn Write,
    log: &mut Log<'_>,
) -> Result<(), Error> {
    let last = history.last()?;
    let gathered = gather(options, root, log)?;
    let home = gathered.home()?;
    let mut buffer = vec![0; BUFFER];
    let next = payload::write(gathered.base, &gathered.detection, &home, &mut buffer).map_err(Error::of_payload)?;
    let changes =
        diff::diff(&last, next).map_err(|_| Error::new(Exit::NoInput, "what is kept of the last report is none"))?;
    if changes.is_empty() {
        return print(stdout, b"nothing changes");
    }
    changes.lines().try_for_each(|line| print(stdout, Escaped(line).to_string().as_bytes()))
}
