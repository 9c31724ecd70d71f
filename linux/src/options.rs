//! The command line and the environment variables that mirror it.

use core::fmt::Display;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

use haos_analytics_core::{Base, Foreign};
use lexopt::prelude::{Long, Short, Value};
use ureq::http::Uri;

use crate::diagnostics::dsn::{Dsn, BUILT_IN};
use crate::error::{Error, Exit};
use crate::http;
use crate::source::Source;

/// What the user asks for.
#[derive(Debug)]
pub enum Asked {
    /// To do something.
    Run(Box<Options>),
    /// `--help`
    Help,
    /// `--version`
    Version,
}

/// A command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// Print and post.
    Send,
    /// Print.
    Show,
    /// Print what the owner agreed to, where reports go and how the last one ended.
    Status,
    /// Print what is known of the machine.
    Detect,
    /// Have a receiver delete what it keeps of this installation.
    Forget,
}

impl Command {
    /// As it is given.
    pub fn name(self) -> &'static str {
        match self {
            Command::Send => "send",
            Command::Show => "show",
            Command::Status => "status",
            Command::Detect => "detect",
            Command::Forget => "forget",
        }
    }
}

/// A command and what it works on.
#[derive(Debug)]
pub struct Options {
    /// The command.
    pub command: Command,
    /// The directory that stands for the machine.
    pub root: PathBuf,
    /// The receiver, where it is not Home Assistant's.
    pub endpoint: Option<String>,
    /// What says so.
    pub endpoint_source: Source,
    /// The Supervisor, where it is not at its usual address.
    pub supervisor: Option<String>,
    /// The only certificates to trust.
    pub ca: Option<PathBuf>,
    /// Say of each field where it comes from.
    pub explain: bool,
    /// Show what these levels would send, whatever the owner decided.
    pub shown_as: Option<Base>,
    /// Answer in JSON.
    pub json: bool,
    /// Where crash reports go.
    pub dsn: Option<Dsn>,
    /// Where they are kept, where that is said.
    pub state: Option<PathBuf>,
    /// Show them instead of the payload.
    pub diagnostics: bool,
    /// Report crashes of the board as well.
    pub board_crashes: bool,
    /// Show the last report that arrived.
    pub last: bool,
    /// Show what the next one changes.
    pub diff: bool,
}

/// The options as they are given: the command line overrides the environment.
#[derive(Default)]
struct Given {
    command: Option<Command>,
    root: Option<OsString>,
    endpoint: Option<String>,
    supervisor: Option<String>,
    ca: Option<OsString>,
    explain: Option<bool>,
    shown_as: Option<Base>,
    json: Option<bool>,
    dsn: Option<Dsn>,
    state: Option<OsString>,
    diagnostics: Option<bool>,
    board_crashes: Option<bool>,
    last: Option<bool>,
    diff: Option<bool>,
}

/// Reads the command line, and then the environment for what it leaves open.
///
/// # Errors
///
/// [`Exit::Usage`] for the command line, [`Exit::Configuration`] for a variable.
pub fn read(
    arguments: impl IntoIterator<Item = OsString>,
    variable: impl Fn(&str) -> Option<OsString>,
) -> Result<Asked, Error> {
    let mut given = Given::default();
    let mut parser = lexopt::Parser::from_iter(arguments);
    let usage = |error: lexopt::Error| Error::new(Exit::Usage, format_args!("{} (see --help)", Foreign(error)));
    while let Some(argument) = parser.next().map_err(usage)? {
        match argument {
            Long("help") | Short('h') => return Ok(Asked::Help),
            Long("version") | Short('V') => return Ok(Asked::Version),
            Long("root") => given.root = Some(path("--root", parser.value().map_err(usage)?)?),
            Long("ca") => given.ca = Some(path("--ca", parser.value().map_err(usage)?)?),
            Long("endpoint") => {
                given.endpoint = Some(url("--endpoint", parser.value().map_err(usage)?, &WEB, Exit::Usage)?);
            }
            Long("supervisor") => {
                given.supervisor = Some(url("--supervisor", parser.value().map_err(usage)?, &PLAIN, Exit::Usage)?);
            }
            Long("explain") => given.explain = Some(true),
            Long("as") => given.shown_as = Some(levels("--as", &parser.value().map_err(usage)?, Exit::Usage)?),
            Long("dsn") => given.dsn = Some(dsn("--dsn", parser.value().map_err(usage)?, Exit::Usage)?),
            Long("state") => given.state = Some(path("--state", parser.value().map_err(usage)?)?),
            Long("diagnostics") => given.diagnostics = Some(true),
            Long("board-crashes") => given.board_crashes = Some(true),
            Long("last") => given.last = Some(true),
            Long("diff") => given.diff = Some(true),
            Long("json") => given.json = Some(true),
            Value(name) if given.command.is_none() => given.command = Some(command(&name)?),
            unexpected => return Err(usage(unexpected.unexpected())),
        }
    }
    let command = given
        .command
        .ok_or_else(|| Error::new(Exit::Usage, "no command: send, show, status, detect or forget (see --help)"))?;
    let misplaced = |option, fits| Error::new(Exit::Usage, format_args!("{option} is for {fits} only (see --help)"));
    if given.explain.is_some() && command != Command::Show {
        return Err(misplaced("--explain", "show"));
    }
    let other = given.diagnostics.or(given.last).or(given.diff);
    if given.shown_as.is_some() && (command != Command::Show || other.is_some()) {
        return Err(misplaced("--as", "the payload that show prints"));
    }
    if given.diagnostics.is_some() && command != Command::Show {
        return Err(misplaced("--diagnostics", "show"));
    }
    if given.last.is_some() && command != Command::Show {
        return Err(misplaced("--last", "show"));
    }
    if given.diff.is_some() && command != Command::Show {
        return Err(misplaced("--diff", "show"));
    }
    if [given.diagnostics, given.last, given.diff].into_iter().flatten().count() > 1 {
        return Err(Error::new(Exit::Usage, "only one of --diagnostics, --last and --diff (see --help)"));
    }
    if given.board_crashes.is_some() && command != Command::Send {
        return Err(misplaced("--board-crashes", "send"));
    }
    if given.json.is_some() && command != Command::Detect {
        return Err(misplaced("--json", "detect"));
    }
    complete(command, given, |name| variable(name).filter(|value| !value.is_empty()))
        .map(|options| Asked::Run(Box::new(options)))
}

/// An empty variable is one that is not set: that is how an environment file takes back a setting.
fn complete(command: Command, given: Given, variable: impl Fn(&str) -> Option<OsString>) -> Result<Options, Error> {
    let or_url = |given: Option<String>, name, schemes| match given {
        Some(given) => Ok(Some(given)),
        None => variable(name).map(|value| url(name, value, schemes, Exit::Configuration)).transpose(),
    };
    let or_switch = |given: Option<bool>, name| match given {
        Some(given) => Ok(given),
        None => variable(name).map_or(Ok(false), |value| switch(name, &value)),
    };
    const ENDPOINT: &str = "HAOS_ANALYTICS_ENDPOINT";
    let endpoint_source = match &given.endpoint {
        Some(_) => Source::Option("--endpoint"),
        None if variable(ENDPOINT).is_some() => Source::Variable(ENDPOINT),
        None => Source::BuiltIn,
    };
    Ok(Options {
        command,
        root: given.root.or_else(|| variable("HAOS_ANALYTICS_ROOT")).map_or_else(|| PathBuf::from("/"), PathBuf::from),
        endpoint: or_url(given.endpoint, ENDPOINT, &WEB)?,
        endpoint_source,
        supervisor: or_url(given.supervisor, "HAOS_ANALYTICS_SUPERVISOR", &PLAIN)?,
        ca: given.ca.or_else(|| variable("HAOS_ANALYTICS_CA")).map(PathBuf::from),
        explain: or_switch(given.explain, "HAOS_ANALYTICS_EXPLAIN")?,
        shown_as: match given.shown_as {
            Some(given) => Some(given),
            None => variable(AS).map(|value| levels(AS, &value, Exit::Configuration)).transpose()?,
        },
        json: or_switch(given.json, "HAOS_ANALYTICS_JSON")?,
        dsn: match (given.dsn, variable(DSN)) {
            (Some(given), _) => Some(given),
            (None, Some(value)) => Some(dsn(DSN, value, Exit::Configuration)?),
            (None, None) => {
                BUILT_IN.map(|value| dsn("the DSN that is built in", value.into(), Exit::Configuration)).transpose()?
            }
        },
        state: given.state.or_else(|| variable("HAOS_ANALYTICS_STATE")).map(PathBuf::from).or_else(|| {
            // systemd names them all, with colons between them.
            let all = variable("STATE_DIRECTORY")?;
            all.as_bytes().split(|byte| *byte == b':').next().map(|first| OsStr::from_bytes(first).into())
        }),
        diagnostics: or_switch(given.diagnostics, "HAOS_ANALYTICS_DIAGNOSTICS")?,
        board_crashes: or_switch(given.board_crashes, "HAOS_ANALYTICS_BOARD_CRASHES")?,
        last: or_switch(given.last, "HAOS_ANALYTICS_LAST")?,
        diff: or_switch(given.diff, "HAOS_ANALYTICS_DIFF")?,
    })
}

fn command(name: &OsString) -> Result<Command, Error> {
    match name.to_str() {
        Some("send") => Ok(Command::Send),
        Some("show") => Ok(Command::Show),
        Some("status") => Ok(Command::Status),
        Some("detect") => Ok(Command::Detect),
        Some("forget") => Ok(Command::Forget),
        _ => Err(Error::new(
            Exit::Usage,
            format_args!(
                "{} is no command: send, show, status, detect or forget (see --help)",
                Foreign(name.to_string_lossy())
            ),
        )),
    }
}

/// The receiver may be reached with or without TLS.
const WEB: [&str; 2] = ["https", "http"];
/// The Supervisor has no TLS.
const PLAIN: [&str; 1] = ["http"];

/// A URL of one of the schemes, with a host, and without credentials, which would end up in the log.
fn url(name: &str, value: OsString, schemes: &'static [&'static str], exit: Exit) -> Result<String, Error> {
    let wrong = |why: &str| Error::new(exit, format_args!("{name}: {why}"));
    let text = value.into_string().map_err(|_| wrong("not UTF-8"))?;
    let uri: Uri = text.parse().map_err(|_| wrong("not a URL"))?;
    match (uri.scheme_str(), uri.authority()) {
        (Some(scheme), Some(authority)) if schemes.contains(&scheme) => {
            if authority.as_str().contains('@') {
                return Err(wrong("a URL with credentials is not taken"));
            }
            if !http::names_a_server(authority) {
                return Err(wrong("a URL without a valid host and port"));
            }
            Ok(text)
        }
        _ => Err(Error::new(exit, format_args!("{name}: not a URL of {}", schemes.join(" or ")))),
    }
}

const AS: &str = "HAOS_ANALYTICS_AS";

/// The levels that go with a name; basic analytics goes with each.
fn levels(name: &str, value: &OsStr, exit: Exit) -> Result<Base, Error> {
    match value.to_str() {
        Some("basic") => Ok(Base::default()),
        Some("usage") => Ok(Base { usage: true, statistics: false }),
        Some("statistics") => Ok(Base { usage: false, statistics: true }),
        Some("all") => Ok(Base { usage: true, statistics: true }),
        _ => Err(Error::new(exit, format_args!("{name}: not one of basic, usage, statistics, all"))),
    }
}

const DSN: &str = "HAOS_ANALYTICS_DSN";

fn dsn(name: &str, value: OsString, exit: Exit) -> Result<Dsn, Error> {
    let wrong = |why: &dyn Display| Error::new(exit, format_args!("{name}: {why}"));
    let text = value.into_string().map_err(|_| wrong(&"not UTF-8"))?;
    Dsn::parse(&text).map_err(|why| wrong(&why))
}

fn path(name: &str, value: OsString) -> Result<OsString, Error> {
    if value.is_empty() {
        return Err(Error::new(Exit::Usage, format_args!("{name}: no path (see --help)")));
    }
    Ok(value)
}

fn switch(name: &str, value: &OsString) -> Result<bool, Error> {
    match value.to_str() {
        Some("1" | "true" | "yes") => Ok(true),
        Some("0" | "false" | "no") => Ok(false),
        _ => Err(Error::new(Exit::Configuration, format_args!("{name}: not one of 1, true, yes, 0, false, no"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(line: &str, variables: &[(&str, &str)]) -> Result<Options, (Exit, String)> {
        let arguments = ["haos-analytics"].into_iter().chain(line.split_whitespace()).map(OsString::from);
        let variable =
            |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| OsString::from(value));
        match read(arguments, variable) {
            Ok(Asked::Run(options)) => Ok(*options),
            Ok(other) => panic!("{other:?}"),
            Err(error) => Err((error.exit, error.to_string())),
        }
    }

    #[test]
    fn options_stand_before_or_after_the_command() {
        for line in ["--root /x send --endpoint http://a.example/v1", "send --endpoint=http://a.example/v1 --root /x"] {
            let options = given(line, &[]).unwrap();
            assert_eq!(options.command, Command::Send);
            assert_eq!(options.root, PathBuf::from("/x"));
            assert_eq!(options.endpoint.as_deref(), Some("http://a.example/v1"));
        }
        assert_eq!(given("show", &[]).unwrap().root, PathBuf::from("/"));
    }

    #[test]
    fn a_variable_mirrors_every_option_and_the_command_line_wins() {
        let variables = [
            ("HAOS_ANALYTICS_ROOT", "/v"),
            ("HAOS_ANALYTICS_ENDPOINT", "https://v.example/v1"),
            ("HAOS_ANALYTICS_SUPERVISOR", "http://v.example"),
            ("HAOS_ANALYTICS_CA", "/v.pem"),
            ("HAOS_ANALYTICS_EXPLAIN", "1"),
            ("HAOS_ANALYTICS_AS", "usage"),
            ("HAOS_ANALYTICS_JSON", "yes"),
            ("HAOS_ANALYTICS_DSN", "https://k@s.example/1"),
            ("HAOS_ANALYTICS_STATE", "/v/state"),
            ("HAOS_ANALYTICS_DIAGNOSTICS", "1"),
            ("HAOS_ANALYTICS_BOARD_CRASHES", "1"),
            ("HAOS_ANALYTICS_LAST", "1"),
            ("HAOS_ANALYTICS_DIFF", "1"),
        ];
        let options = given("send --root /x", &variables).unwrap();
        assert_eq!(options.root, PathBuf::from("/x"));
        assert_eq!(options.endpoint.as_deref(), Some("https://v.example/v1"));
        assert_eq!(options.supervisor.as_deref(), Some("http://v.example"));
        assert_eq!(options.ca, Some(PathBuf::from("/v.pem")));
        assert_eq!(options.dsn.map(|dsn| dsn.endpoint).as_deref(), Some("https://s.example/api/1/envelope/"));
        assert_eq!(options.state, Some(PathBuf::from("/v/state")));
        assert_eq!(options.shown_as, Some(Base { usage: true, statistics: false }));
        assert!(options.diagnostics && options.board_crashes && options.last && options.diff);
        assert_eq!(options.endpoint_source, Source::Variable("HAOS_ANALYTICS_ENDPOINT"));
        let options = given("send --endpoint http://o.example", &variables).unwrap();
        assert_eq!(options.endpoint_source, Source::Option("--endpoint"));
        assert!(options.explain && options.json, "a switch that does not fit the command is for another one");
        let systemd = given("send", &[("STATE_DIRECTORY", "/a:/b")]).unwrap();
        assert_eq!(systemd.state, Some(PathBuf::from("/a")));
        let both = [("STATE_DIRECTORY", "/a"), ("HAOS_ANALYTICS_STATE", "/b")];
        assert_eq!(given("send", &both).unwrap().state, Some(PathBuf::from("/b")));
        let empty = variables.map(|(name, _)| (name, ""));
        let options = given("send", &empty).unwrap();
        assert_eq!((options.root, options.endpoint, options.explain), (PathBuf::from("/"), None, false));
        assert_eq!(options.endpoint_source, Source::BuiltIn);
    }

    #[test]
    fn mistakes() {
        let usage = [
            "",
            "fly",
            "--root= show",
            "--ca= send",
            "send show",
            "send --json",
            "detect --explain",
            "send --diagnostics",
            "send --as all",
            "show --as",
            "show --as everything",
            "show --as all --diagnostics",
            "show --as all --diff",
            "show --board-crashes",
            "send --last",
            "status --diff",
            "show --last --diff",
            "show --diagnostics --last",
            "send --dsn https://s.example/1",
            "--state= send",
            "--root",
            "send --what",
            "send -x",
        ];
        for line in usage {
            assert_eq!(given(line, &[]).unwrap_err().0, Exit::Usage, "{line}");
        }
        let urls = [
            "ftp://a.example",
            "a.example/v1",
            "http://",
            "http://u:p@a.example/",
            "http://a b/",
            "http://a.example:99999/",
            "http://a.example:0/",
            "http://a.example:80x/",
            "http://a.example:/",
            "http://[::1/",
        ];
        for value in urls {
            assert_eq!(url("--endpoint", value.into(), &WEB, Exit::Usage).unwrap_err().exit, Exit::Usage, "{value}");
            assert_eq!(given("send", &[("HAOS_ANALYTICS_ENDPOINT", value)]).unwrap_err().0, Exit::Configuration);
        }
        for value in ["http://a.example", "https://a.example:8443/v1", "http://[::1]:80/", "http://127.0.0.1:1"] {
            assert!(url("--endpoint", value.into(), &WEB, Exit::Usage).is_ok(), "{value}");
        }
        assert!(url("--supervisor", "https://a.example".into(), &PLAIN, Exit::Usage).is_err(), "it has no TLS");
        let (exit, text) = given("show", &[("HAOS_ANALYTICS_DSN", "https://s.example/S3CR3T")]).unwrap_err();
        assert_eq!(
            (exit, text.as_str()),
            (Exit::Configuration, "HAOS_ANALYTICS_DSN: without a key in front of the host")
        );
        let (exit, text) = given("show", &[("HAOS_ANALYTICS_EXPLAIN", "maybe")]).unwrap_err();
        assert_eq!(
            (exit, text.as_str()),
            (Exit::Configuration, "HAOS_ANALYTICS_EXPLAIN: not one of 1, true, yes, 0, false, no")
        );
    }
}
