//! The command line and the settings that mirror it.

use core::fmt;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

use haos_analytics_core::{Base, Foreign};
use lexopt::prelude::{Long, Short, Value};
use ureq::http::uri::Authority;
use ureq::http::Uri;

use crate::diagnostics::dsn::{Dsn, BUILT_IN};
use crate::error::{Error, Exit};
use crate::help::{OptionHelp, COMMANDS, OPTIONS};
use crate::http;
use crate::settings::{self, names, Environment, Settings, ROOT, SEND};
use crate::shown;
use crate::source::Source;

/// What the user asks for.
#[derive(Debug)]
pub enum Asked {
    /// To do something.
    Run(Command, Box<Given>),
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

/// As the table of commands has them.
const COMMANDS_IN_ORDER: [Command; COMMANDS.len()] =
    [Command::Send, Command::Show, Command::Status, Command::Detect, Command::Forget];
const COMMANDS_IN_WORDS: &str = "send, show, status, detect or forget";

impl Command {
    /// As it is given.
    pub fn name(self) -> &'static str {
        let place = COMMANDS_IN_ORDER.iter().position(|command| *command == self);
        place.and_then(|place| COMMANDS.get(place)).map_or("", |(name, _)| name)
    }
}

const ENDPOINT: &str = "HAOS_ANALYTICS_ENDPOINT";
const SUPERVISOR: &str = "HAOS_ANALYTICS_SUPERVISOR";
const CA: &str = "HAOS_ANALYTICS_CA";
const EXPLAIN: &str = "HAOS_ANALYTICS_EXPLAIN";
const ALL: &str = "HAOS_ANALYTICS_ALL";
const RAW: &str = "HAOS_ANALYTICS_RAW";
const AS: &str = "HAOS_ANALYTICS_AS";
const JSON: &str = "HAOS_ANALYTICS_JSON";
const DSN: &str = "HAOS_ANALYTICS_DSN";
const STATE: &str = "HAOS_ANALYTICS_STATE";
const DIAGNOSTICS: &str = "HAOS_ANALYTICS_DIAGNOSTICS";
const BOARD_CRASHES: &str = "HAOS_ANALYTICS_BOARD_CRASHES";
const LAST: &str = "HAOS_ANALYTICS_LAST";
const DIFF: &str = "HAOS_ANALYTICS_DIFF";

/// A command and what it works on.
#[derive(Debug)]
pub struct Options {
    /// The command.
    pub command: Command,
    /// The receiver, where it is not Home Assistant's.
    pub endpoint: Option<String>,
    /// Who says so.
    pub endpoint_source: Source,
    /// Where it is said that nothing is to be sent, if it is.
    pub off: Option<Source>,
    /// The Supervisor, where it is not at its usual address.
    pub supervisor: Option<String>,
    /// The only certificates to trust.
    pub ca: Option<PathBuf>,
    /// Say of each field where it comes from.
    pub explain: bool,
    /// Lists in full.
    pub all: bool,
    /// The bytes alone, on a terminal too.
    pub raw: bool,
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

/// What the command line gives to each option, in the order of the table; a switch has "1".
#[derive(Debug, Default)]
pub struct Given([Option<OsString>; OPTIONS.len()]);

/// Reads the command line.
///
/// # Errors
///
/// [`Exit::Usage`]
pub fn read(arguments: impl IntoIterator<Item = OsString>) -> Result<Asked, Error> {
    let (mut command, mut given) = (None, Given::default());
    let mut parser = lexopt::Parser::from_iter(arguments);
    while let Some(argument) = parser.next().map_err(misread)? {
        let index = match argument {
            Long("help") | Short('h') => return Ok(Asked::Help),
            Long("version") | Short('V') => return Ok(Asked::Version),
            Long(name) => option(name)?,
            Value(name) if command.is_none() && name == "help" => return Ok(Asked::Help),
            Value(name) if command.is_none() => {
                command = Some(command_of(&name)?);
                continue;
            }
            unexpected => return Err(misread(unexpected.unexpected())),
        };
        let (Some(option), Some(place)) = (OPTIONS.get(index), given.0.get_mut(index)) else { continue };
        *place = Some(if option.value.is_empty() { "1".into() } else { value(&mut parser, option)? });
    }
    let command = command.ok_or_else(|| usage(format_args!("no command: {COMMANDS_IN_WORDS}")))?;
    given.fits(command)?;
    Ok(Asked::Run(command, Box::new(given)))
}

/// Its place in the table.
fn option(name: &str) -> Result<usize, Error> {
    let long = |option: &OptionHelp| option.name.trim_start_matches('-');
    if let Some(index) = OPTIONS.iter().position(|option| long(option) == name) {
        return Ok(index);
    }
    let shown = Foreign(name);
    if name == "dry-run" {
        return Err(usage(format_args!("--{shown} is no option: show prints the same bytes and sends nothing")));
    }
    let known: Vec<_> = OPTIONS.iter().map(long).chain(["help", "version"]).collect();
    Err(match names::nearest(name, &known) {
        Some(meant) => usage(format_args!("--{shown} is no option. Did you mean --{meant}?")),
        None => usage(format_args!("--{shown} is no option")),
    })
}

/// What follows an option. What looks like the next option is that, unless it is given with `=`.
fn value(parser: &mut lexopt::Parser, option: &OptionHelp) -> Result<OsString, Error> {
    let attached = parser.optional_value();
    let is_attached = attached.is_some();
    let value = attached.or_else(|| parser.value().ok());
    value
        .filter(|value| !value.is_empty() && (is_attached || !value.as_bytes().starts_with(b"--")))
        .ok_or_else(|| usage(format_args!("{}: its value is missing", option.name)))
}

fn usage(why: fmt::Arguments<'_>) -> Error {
    Error::new(Exit::Usage, format_args!("{why} (see --help)"))
}

fn misread(error: lexopt::Error) -> Error {
    usage(format_args!("{}", Foreign(error)))
}

impl Given {
    fn get(&self, variable: &str) -> Option<(&OsStr, &'static OptionHelp)> {
        let mut given = OPTIONS.iter().zip(&self.0).filter(|(option, _)| option.variable == variable);
        given.find_map(|(option, value)| Some((value.as_deref()?, option)))
    }

    /// Whether each option is for this command, and for none of the others.
    fn fits(&self, command: Command) -> Result<(), Error> {
        for (option, _) in OPTIONS.iter().zip(&self.0).filter(|(_, value)| value.is_some()) {
            if let Some(only) = option.command().filter(|only| *only != command.name()) {
                return Err(usage(format_args!("{} is for {only} only", option.name)));
            }
        }
        let others: Vec<_> = [DIAGNOSTICS, LAST, DIFF].into_iter().filter_map(|name| self.get(name)).collect();
        match (self.get(AS), others.as_slice()) {
            (_, [_, _, ..]) => Err(usage(format_args!("only one of --diagnostics, --last and --diff"))),
            (Some(_), [_]) => Err(usage(format_args!("--as is for the payload that show prints only"))),
            _ => Ok(()),
        }
    }

    /// The directory that stands for the machine. It has to be known before the machine's files are.
    pub fn root(&self, environment: Environment<'_>) -> PathBuf {
        self.get(ROOT)
            .map(|(value, _)| value)
            .or_else(|| settings::set(environment, ROOT))
            .map_or_else(|| PathBuf::from("/"), PathBuf::from)
    }

    /// Takes from the settings what the command line leaves open.
    ///
    /// # Errors
    ///
    /// [`Exit::Usage`] for what the command line says, else [`Exit::Configuration`]
    pub fn complete(&self, command: Command, settings: &Settings<'_>) -> Result<Options, Error> {
        let all = All { given: self, settings };
        let endpoint = all.find(ENDPOINT).or_else(|| built_in(option_env!("HAOS_ANALYTICS_ENDPOINT")));
        let endpoint = endpoint.map(|setting| Ok((url(&setting, &["https", "http"])?, setting.source))).transpose()?;
        let (endpoint, endpoint_source) = endpoint.map_or((None, Source::BuiltIn), |(url, source)| (Some(url), source));
        let supervisor = all.find(SUPERVISOR).map(|setting| url(&setting, &["http"])).transpose()?;
        let off = all.find(SEND).map(|setting| Ok((switch(&setting)?, setting.source))).transpose()?;
        let state = all.find(STATE).map(|setting| PathBuf::from(setting.value)).or_else(|| {
            // systemd names them all, with colons between them.
            let all = settings.variable("STATE_DIRECTORY")?;
            all.as_bytes().split(|byte| *byte == b':').next().map(|first| OsStr::from_bytes(first).into())
        });
        Ok(Options {
            command,
            endpoint,
            endpoint_source,
            off: off.filter(|(is_on, _)| !is_on).map(|(_, source)| source),
            supervisor,
            ca: all.find(CA).map(|setting| setting.value.into()),
            explain: all.is_on(EXPLAIN)?,
            all: all.is_on(ALL)?,
            raw: all.is_on(RAW)?,
            shown_as: all.find(AS).map(|setting| levels(&setting)).transpose()?,
            json: all.is_on(JSON)?,
            dsn: all.find(DSN).or_else(|| built_in(BUILT_IN)).map(|setting| dsn(&setting)).transpose()?,
            state,
            diagnostics: all.is_on(DIAGNOSTICS)?,
            board_crashes: all.is_on(BOARD_CRASHES)?,
            last: all.is_on(LAST)?,
            diff: all.is_on(DIFF)?,
        })
    }
}

/// A setting, and who says so.
struct Setting {
    name: &'static str,
    value: OsString,
    source: Source,
}

impl Setting {
    fn wrong(&self, why: fmt::Arguments<'_>) -> Error {
        let exit = if matches!(self.source, Source::Option(_)) { Exit::Usage } else { Exit::Configuration };
        Error::new(exit, format_args!("{}: {why}", self.source.of(self.name)))
    }

    fn text(&self) -> Result<&str, Error> {
        self.value.to_str().ok_or_else(|| self.wrong(format_args!("not UTF-8")))
    }
}

/// The command line, and what it leaves open.
struct All<'a> {
    given: &'a Given,
    settings: &'a Settings<'a>,
}

impl All<'_> {
    fn find(&self, name: &'static str) -> Option<Setting> {
        let (value, source) = match self.given.get(name) {
            Some((value, option)) => (value.to_owned(), Source::Option(option.name)),
            None => self.settings.find(name)?,
        };
        Some(Setting { name, value, source })
    }

    fn is_on(&self, name: &'static str) -> Result<bool, Error> {
        self.find(name).map_or(Ok(false), |setting| switch(&setting))
    }
}

/// What the program was built with; a package may well set the variable to nothing.
fn built_in(value: Option<&'static str>) -> Option<Setting> {
    let value = value.filter(|value| !value.is_empty())?;
    Some(Setting { name: "a URL that is built in", value: value.into(), source: Source::BuiltIn })
}

fn command_of(name: &OsStr) -> Result<Command, Error> {
    if let Some(command) = COMMANDS_IN_ORDER.into_iter().find(|command| name == command.name()) {
        return Ok(command);
    }
    let text = name.to_string_lossy();
    let known = COMMANDS.map(|(name, _)| name);
    Err(match names::nearest(&text, &known) {
        Some(meant) => usage(format_args!("{} is no command. Did you mean {meant}?", Foreign(&text))),
        None => usage(format_args!("{} is no command: {COMMANDS_IN_WORDS}", Foreign(&text))),
    })
}

/// A URL of one of the schemes, with a host, and without credentials, which would end up in the log.
fn url(setting: &Setting, schemes: &[&str]) -> Result<String, Error> {
    let text = setting.text()?;
    let uri = text.parse::<Uri>();
    let parts = uri.as_ref().ok().and_then(|uri| Some((uri.scheme_str()?, uri.authority()?)));
    match parts {
        Some((scheme, authority)) if schemes.contains(&scheme) => {
            if authority.as_str().contains('@') {
                return Err(setting.wrong(format_args!("a URL with credentials is not taken")));
            }
            if !http::names_a_server(authority) {
                return Err(setting.wrong(format_args!("a URL without a valid host and port")));
            }
            Ok(text.to_owned())
        }
        _ if has_no_scheme(text) => {
            let shown = shown::url(text);
            let scheme = schemes.first().copied().unwrap_or_default();
            let all = schemes.join(":// or ");
            Err(setting.wrong(format_args!("{shown} has no {all}://; {scheme}://{shown}?")))
        }
        _ => Err(setting.wrong(format_args!("not a URL of {}", schemes.join(" or ")))),
    }
}

/// Whether it is a host, perhaps with more behind it, that somebody forgot the scheme of.
fn has_no_scheme(text: &str) -> bool {
    let place = text.split(['/', '?', '#']).next().and_then(|place| place.parse::<Authority>().ok());
    !text.contains("://")
        && !text.contains('@')
        && text.contains(['.', ':'])
        && place.is_some_and(|place| http::names_a_server(&place))
}

/// The levels that go with a name; basic analytics goes with each.
fn levels(setting: &Setting) -> Result<Base, Error> {
    match setting.text()? {
        "basic" => Ok(Base::default()),
        "usage" => Ok(Base { usage: true, statistics: false }),
        "statistics" => Ok(Base { usage: false, statistics: true }),
        "all" => Ok(Base { usage: true, statistics: true }),
        _ => Err(setting.wrong(format_args!("not one of basic, usage, statistics, all"))),
    }
}

fn dsn(setting: &Setting) -> Result<Dsn, Error> {
    Dsn::parse(setting.text()?).map_err(|why| setting.wrong(format_args!("{why}")))
}

/// Whether a setting without a value of its own is on.
fn switch(setting: &Setting) -> Result<bool, Error> {
    match setting.value.to_str() {
        Some("1" | "true" | "yes") => Ok(true),
        Some("0" | "false" | "no") => Ok(false),
        _ => Err(setting.wrong(format_args!("not one of 1, true, yes, 0, false, no"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Told = (Exit, String);

    /// The root and the options.
    fn given(line: &str, variables: &[(&str, &str)]) -> Result<(PathBuf, Options), Told> {
        with_file(line, variables, "")
    }

    fn with_file(line: &str, variables: &[(&str, &str)], file: &str) -> Result<(PathBuf, Options), Told> {
        let arguments = ["haos-analytics"].into_iter().chain(line.split_whitespace()).map(OsString::from);
        let environment: Vec<(OsString, OsString)> =
            variables.iter().map(|(name, value)| (name.into(), value.into())).collect();
        let options = match read(arguments) {
            Ok(Asked::Run(command, given)) => {
                let root = given.root(&environment);
                Settings::of(&environment, [("/file".into(), file.into())])
                    .and_then(|settings| Ok((root, given.complete(command, &settings)?)))
            }
            Ok(other) => panic!("{other:?}"),
            Err(error) => Err(error),
        };
        options.map_err(|error| (error.exit, error.to_string()))
    }

    #[test]
    fn options_stand_before_or_after_the_command() {
        for line in ["--root /x send --endpoint http://a.example/v1", "send --endpoint=http://a.example/v1 --root /x"] {
            let (root, options) = given(line, &[]).unwrap();
            assert_eq!(options.command, Command::Send);
            assert_eq!(root, PathBuf::from("/x"));
            assert_eq!(options.endpoint.as_deref(), Some("http://a.example/v1"));
        }
        assert_eq!(given("show", &[]).unwrap().0, PathBuf::from("/"));
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
        let lines: Vec<_> = variables[1..].iter().map(|(name, value)| format!("{name}={value}\n")).collect();
        let by_file = with_file("send --root /x", &[], &lines.concat()).unwrap();
        for (root, options) in [given("send --root /x", &variables).unwrap(), by_file] {
            assert_eq!(root, PathBuf::from("/x"));
            assert_eq!(options.endpoint.as_deref(), Some("https://v.example/v1"));
            assert_eq!(options.supervisor.as_deref(), Some("http://v.example"));
            assert_eq!(options.ca, Some(PathBuf::from("/v.pem")));
            assert_eq!(options.dsn.map(|dsn| dsn.endpoint).as_deref(), Some("https://s.example/api/1/envelope/"));
            assert_eq!(options.state, Some(PathBuf::from("/v/state")));
            assert_eq!(options.shown_as, Some(Base { usage: true, statistics: false }));
            assert!(options.diagnostics && options.board_crashes && options.last && options.diff);
            assert!(options.explain && options.json, "a switch that does not fit the command is for another one");
        }
        assert_eq!(given("send", &variables).unwrap().0, PathBuf::from("/v"));
        let (_, systemd) = given("send", &[("STATE_DIRECTORY", "/a:/b")]).unwrap();
        assert_eq!(systemd.state, Some(PathBuf::from("/a")));
        let both = [("STATE_DIRECTORY", "/a"), ("HAOS_ANALYTICS_STATE", "/b")];
        assert_eq!(given("send", &both).unwrap().1.state, Some(PathBuf::from("/b")));
        let empty = variables.map(|(name, _)| (name, ""));
        let (root, options) = given("send", &empty).unwrap();
        assert_eq!((root, options.endpoint, options.explain), (PathBuf::from("/"), None, false));
    }

    #[test]
    fn the_source_of_an_endpoint() {
        let variable = [("HAOS_ANALYTICS_ENDPOINT", "https://v.example")];
        let file = "HAOS_ANALYTICS_ENDPOINT=https://f.example";
        let in_file = Source::File { path: "/file".into(), line: 1 };
        for (line, variables, file, endpoint, source) in [
            (
                "send --endpoint https://o.example",
                &variable[..],
                file,
                "https://o.example",
                Source::Option("--endpoint"),
            ),
            ("send", &variable, file, "https://v.example", Source::Variable(ENDPOINT)),
            ("send", &[], file, "https://f.example", in_file),
        ] {
            let (_, options) = with_file(line, variables, file).unwrap();
            assert_eq!((options.endpoint.as_deref(), options.endpoint_source), (Some(endpoint), source), "{line}");
        }
        let (_, options) = given("send", &[]).unwrap();
        assert_eq!(options.endpoint_source, Source::BuiltIn);
    }

    #[test]
    fn the_switch_that_turns_this_program_off() {
        let in_file = Source::File { path: "/file".into(), line: 1 };
        for (variable, file, expected) in [
            (None, "", None),
            (Some("no"), "", Some(Source::Variable(SEND))),
            (Some("0"), "HAOS_ANALYTICS_SEND=yes", Some(Source::Variable(SEND))),
            (Some("yes"), "HAOS_ANALYTICS_SEND=no", None),
            (Some(""), "HAOS_ANALYTICS_SEND=no", None),
            (None, "HAOS_ANALYTICS_SEND=false", Some(in_file)),
        ] {
            let variables: Vec<_> = variable.map(|value| (SEND, value)).into_iter().collect();
            assert_eq!(with_file("send", &variables, file).unwrap().1.off, expected, "{variable:?} {file}");
        }
        let (exit, told) = with_file("send", &[], "HAOS_ANALYTICS_SEND=maybe").unwrap_err();
        assert_eq!(exit, Exit::Configuration);
        assert_eq!(told, "/file: line 1: HAOS_ANALYTICS_SEND: not one of 1, true, yes, 0, false, no");
    }

    #[test]
    fn a_mistake_says_what_was_probably_meant() {
        for (line, told) in [
            ("shwo", "shwo is no command. Did you mean show? (see --help)"),
            ("fly", "fly is no command: send, show, status, detect or forget (see --help)"),
            ("", "no command: send, show, status, detect or forget (see --help)"),
            ("send --dry-run", "--dry-run is no option: show prints the same bytes and sends nothing (see --help)"),
            ("show --explian", "--explian is no option. Did you mean --explain? (see --help)"),
            ("show --verbose", "--verbose is no option (see --help)"),
            ("send --endpoint --supervisor http://a.example", "--endpoint: its value is missing (see --help)"),
            ("send --endpoint=", "--endpoint: its value is missing (see --help)"),
            ("send --endpoint", "--endpoint: its value is missing (see --help)"),
            ("send --endpoint a.example", "--endpoint: a.example has no https:// or http://; https://a.example?"),
            (
                "send --endpoint a.example:80/v1?key=S3CR3T",
                "--endpoint: a.example:80/v1 has no https:// or http://; https://a.example:80/v1?",
            ),
            ("send --supervisor 127.0.0.1", "--supervisor: 127.0.0.1 has no http://; http://127.0.0.1?"),
            ("send --endpoint u:p@a.example", "--endpoint: not a URL of https or http"),
            ("send --endpoint junk", "--endpoint: not a URL of https or http"),
            ("send --json", "--json is for detect only (see --help)"),
        ] {
            assert_eq!(given(line, &[]).unwrap_err(), (Exit::Usage, told.to_owned()), "{line}");
        }
        for line in ["help", "help show", "--root /x help", "--help"] {
            let words = ["haos-analytics"].into_iter().chain(line.split(' ')).map(OsString::from);
            assert!(matches!(read(words), Ok(Asked::Help)), "{line}");
        }
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
            let endpoint = format!("--endpoint={}", value.replace(' ', "%"));
            assert_eq!(given(&format!("send {endpoint}"), &[]).unwrap_err().0, Exit::Usage, "{value}");
            assert_eq!(given("send", &[("HAOS_ANALYTICS_ENDPOINT", value)]).unwrap_err().0, Exit::Configuration);
        }
        for value in ["http://a.example", "https://a.example:8443/v1", "http://[::1]:80/", "http://127.0.0.1:1"] {
            assert!(given(&format!("send --endpoint {value}"), &[]).is_ok(), "{value}");
        }
        assert!(given("send --supervisor https://a.example", &[]).is_err(), "it has no TLS");
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
