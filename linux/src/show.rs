//! `show`: the bytes that `send` would post now, and where each field comes from.

use std::io::Write;

use haos_analytics_core::{payload, BoardInfo, HomeAssistant, InstallationType};

use crate::error::{Error, Exit};
use crate::evidence::Evidence;
use crate::gather::{gather, Gathered, Home, BUFFER};
use crate::log::Log;
use crate::options::Options;
use crate::root::Root;
use crate::send::{endpoint, print};

/// Prints the payload and sends nothing.
///
/// # Errors
///
/// `send` would post nothing.
pub fn show(options: &Options, root: &Root, stdout: &mut dyn Write, log: &mut Log<'_>) -> Result<(), Error> {
    let gathered = gather(options, root, log)?;
    let home = gathered.home()?;
    let mut buffer = vec![0; BUFFER];
    let payload = payload::write(gathered.base, &gathered.detection, &home, &mut buffer)
        .map_err(|error| Error::new(Exit::Data, error))?;
    if options.explain {
        explain(&gathered, &home, log);
        log.plain(format_args!("to: {}", endpoint(options, home.installation.version)));
    }
    print(stdout, payload)
}

/// A line per field: value, source, and the consent that allows it.
fn explain(gathered: &Gathered, home: &Home<'_>, log: &mut Log<'_>) {
    let Gathered { detection, consent, version_path, .. } = gathered;
    let mut line = |field: &str, value: &dyn core::fmt::Display, source: &dyn core::fmt::Display| {
        log.plain(format_args!("{field}: {value} ({source}; base)"));
    };
    let installation = home.installation();
    line("uuid", &installation.uuid.as_str(), &consent.path.display());
    line("version", &installation.version.as_str(), &version_path.display());
    line("installation_type", &installation.installation_type.as_str(), &detection.installation_evidence);
    match home.supervisor() {
        Some(supervisor) => {
            line("supervisor.healthy", &supervisor.healthy, &Evidence::Supervisor);
            line("supervisor.supported", &supervisor.supported, &Evidence::Supervisor);
            if let Some(arch) = supervisor.arch {
                let told = gathered.supervisor.as_ref().is_some_and(|state| state.arch.is_some());
                let detected = detection.arch.as_ref().filter(|_| !told).map(|found| &found.evidence);
                line("supervisor.arch", &arch, detected.unwrap_or(&Evidence::Supervisor));
            }
        }
        None => log.plain("supervisor: left out (the Supervisor's API did not tell)"),
    }
    match (&detection.board, detection.installation_type) {
        (Some(board), InstallationType::Os) => {
            let mut line = |field: &str, found: &crate::evidence::Found| {
                log.plain(format_args!("{field}: {} ({}; base)", found.text, found.evidence));
            };
            line("operating_system.board", board);
            if let Some(version) = &detection.os_version {
                line("operating_system.version", version);
            }
        }
        _ if detection.board().is_none() => {
            log.plain("operating_system: left out (this is not Home Assistant OS, or its board is not known)");
        }
        _ => {}
    }
    for (level, opted_in) in [("usage", gathered.base.usage), ("statistics", gathered.base.statistics)] {
        let why = if opted_in { "this version does not read it yet" } else { "not opted in" };
        log.plain(format_args!("{level}: left out ({why})"));
    }
}
