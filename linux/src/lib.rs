//! Home Assistant's analytics, sent by the operating system.
//!
//! This crate fills what the core asks for from the files of a machine, and carries the core's bytes to the receiver.
//! Each file does one thing with one thing outside:
//!
//! * `options`, `source`, `help`, `error`, `log`, `shown`, `terminal`: the person in front of it;
//! * `settings`: what the environment, the owner's file and the image's say;
//! * `root`, `directory`, `beneath`: every file of the machine, below a root directory;
//! * `container`: Home Assistant's files, as its container sees them; `openat2`, `walk`: what both
//!   open paths with;
//! * `os`, `os_release`, `devicetree`, `pc` (`cpuinfo`, `dmi`), `arch` → `detect`: what the machine
//!   is, each fact with its `evidence`;
//! * `data_directory`, `storage`, `json_object`: Home Assistant's own files, consent above all;
//! * `supervisor`: the Supervisor's API; `addons`;
//! * `gather`: all of the above, and with `haos_analytics_home_assistant` what is in use, before a
//!   byte is written;
//! * `http`, `delivery`, `clock`: the way to the receiver; `exchange`: one try, for the fuzz
//!   target;
//! * `crash`: a fault of this program, noted in the directory of `state`; `diagnostics`: whether and how it is sent;
//! * `history`: what was sent, kept there for the owner;
//! * `service_manager`: what systemd knows of the timer and of services that failed;
//! * `send`, `show` (`explain`), `status`, `report_detection`, `forget`: the commands.
#![allow(clippy::std_instead_of_core, reason = "this is the crate that has std")]

mod addons;
mod arch;
mod beneath;
mod clock;
mod container;
mod cpuinfo;
mod crash;
mod data_directory;
mod delivery;
mod detect;
mod devicetree;
mod diagnostics;
mod directory;
mod dmi;
mod error;
mod evidence;
pub mod exchange;
mod explain;
mod forget;
mod gather;
mod help;
mod history;
mod http;
mod json_object;
mod log;
mod openat2;
mod options;
mod os;
mod os_release;
mod pc;
mod report_detection;
mod root;
mod send;
mod service_manager;
mod settings;
mod show;
mod shown;
mod source;
mod state;
mod status;
mod storage;
mod supervisor;
mod terminal;
mod walk;

use std::ffi::OsString;
use std::io::Write;

use haos_analytics_core::Foreign;

use crate::diagnostics::Diagnostics;
use crate::error::{Error, Exit};
use crate::help::Help;
use crate::history::History;
use crate::log::Log;
use crate::options::{Asked, Command};
use crate::root::Root;
use crate::settings::{Settings, SEND};
pub use crate::terminal::Terminals;

/// What reads bytes from outside, without a file or a socket: for the tests and the fuzz targets.
pub mod parse {
    pub use crate::cpuinfo::says_hypervisor;
    pub use crate::data_directory::told as data_directory;
    pub use crate::delivery::{confirms, pause_of};
    pub use crate::diagnostics::consent::says_yes;
    pub use crate::diagnostics::dsn::Dsn;
    pub use crate::diagnostics::limits::pause as pause_of_limits;
    pub use crate::diagnostics::pstore::{read as kernel_crash, KernelCrash};
    pub use crate::diagnostics::units::{read as failed_units, Failure};
    pub use crate::http::proxy::{for_endpoint as proxy, Proxy};
    pub use crate::http::roots::read as authorities;
    pub use crate::os_release::{Malformed, OsRelease};
    pub use crate::settings::environment_file::{parse as environment_file, Assignment};
    pub use crate::storage::Decision;
    pub use crate::supervisor::{bearer_of, Info};
}

/// From here on a panic is a fault that is told on one line, and perhaps reported; for a process that is all this program.
pub fn report_faults() {
    crash::install();
}

/// Runs the program and returns its exit code.
///
/// `stdout` gets the answer alone, `stderr` the remarks; `environment` is all of it, by name and
/// value; `terminals` says what a person sees.
pub fn run(
    arguments: impl IntoIterator<Item = OsString>,
    environment: &[(OsString, OsString)],
    stdout: &mut dyn Write,
    stderr: &mut dyn Write,
    terminals: Terminals,
) -> u8 {
    let levels = settings::variable(environment, "JOURNAL_STREAM").is_some();
    let mut log = Log::new(stderr, levels);
    crash::levels(levels);
    match answer(arguments, environment, terminals, stdout, &mut log) {
        Ok(()) => 0,
        Err(error) => {
            tell(&error, &mut log);
            if let Some(fault) = error.fault {
                crash::unexpected(fault);
            }
            error.exit as u8
        }
    }
}

fn answer(
    arguments: impl IntoIterator<Item = OsString>,
    environment: &[(OsString, OsString)],
    terminals: Terminals,
    stdout: &mut dyn Write,
    log: &mut Log<'_>,
) -> Result<(), Error> {
    let (command, given) = match options::read(arguments)? {
        Asked::Help => return send::print(stdout, Help.to_string().trim_end().as_bytes()),
        Asked::Version => return send::print(stdout, version().as_bytes()),
        Asked::Run(command, given) => (command, given),
    };
    crash::command(command.name());
    let root = Root::open(&given.root(environment)).map_err(|error| Error::new(Exit::Configuration, error))?;
    let settings = Settings::read(environment, &root)?;
    let options = given.complete(command, &settings)?;
    let variable = &|name: &str| settings.variable(name);
    if let (Command::Send, Some(source)) = (options.command, &options.off) {
        return Err(Error::new(Exit::NotOptedIn, format_args!("nothing is sent: {SEND} is off in {}", source.place())));
    }
    let diagnostics = Diagnostics::open(&options, &root, log);
    let history = History::of(&diagnostics);
    match options.command {
        Command::Send => {
            // What goes wrong at every run would never be told if it came first; unless that is what went wrong.
            let last = diagnostics.crashed_itself();
            if !last {
                diagnostics.send(variable, log);
            }
            let sent = send::send(&options, &root, &history, variable, stdout, log);
            history.ended(&root, &sent, log);
            if last {
                diagnostics.send(variable, log);
            }
            diagnostics.send_board(variable, log);
            sent.map(drop)
        }
        Command::Show if options.diagnostics => diagnostics.show(stdout, log),
        Command::Show if options.last => terminals.print_json(stdout, &history.last()?, options.raw),
        Command::Show if options.diff => show::diff(&options, &root, &history, stdout, log),
        Command::Show => show::show(&options, &root, &diagnostics, terminals, stdout, log),
        Command::Status => status::status(&options, &root, &history, stdout, log),
        Command::Forget => {
            history.forget(log);
            forget::forget(&options, &root, variable, stdout, log)
        }
        Command::Detect => report_detection::report(&detect::detect(&root, log), options.json, terminals, stdout),
    }
}

fn version() -> String {
    format!("haos-analytics {} ({})", env!("CARGO_PKG_VERSION"), clock::day(clock::built()))
}

/// One line that names the cause, then the chain. What is no fault of the machine is no alarm either.
fn tell(error: &Error, log: &mut Log<'_>) {
    let causes = error.chain().map(|cause| format!(" -> {}", Foreign(cause)));
    match error.exit {
        Exit::NotOptedIn | Exit::NotDelivered => log.notice_because(format_args!("{error}"), causes),
        Exit::Usage | Exit::Data | Exit::NoInput | Exit::Internal | Exit::Configuration => {
            log.error_because(format_args!("error: {error}"), causes)
        }
    }
}

#[cfg(test)]
#[path = "../systemd/tests.rs"]
mod systemd;
