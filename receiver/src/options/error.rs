//! What is wrong with a command line, in a line.

use super::{Options, PREFIX};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::CommandFactory as _;
use core::error::Error as _;

/// Why there are no options.
#[derive(Debug)]
pub enum Unusable {
    /// Help or the version was asked for: this is it.
    Asked(String),
    /// They make no sense, for this reason.
    Wrong(String),
}

impl From<clap::Error> for Unusable {
    fn from(error: clap::Error) -> Self {
        match error.kind() {
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Self::Asked(error.to_string()),
            ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
                Self::Wrong("a command is missing, such as serve; see --help".to_owned())
            }
            _ => Self::Wrong(value(&error).unwrap_or_else(|| line(&error))),
        }
    }
}

/// A value that is not of its form: who has it, the value, and what it is not.
fn value(error: &clap::Error) -> Option<String> {
    let (Some(ContextValue::String(argument)), Some(ContextValue::String(value)), Some(source)) =
        (error.get(ContextKind::InvalidArg), error.get(ContextKind::InvalidValue), error.source())
    else {
        return None;
    };
    let name = argument.split_whitespace().next()?.trim_start_matches('-');
    let variable = format!("{PREFIX}{}", name.to_uppercase().replace('-', "_"));
    let is_variable = std::env::var(&variable).is_ok_and(|set| set == *value) && !is_typed(name);
    let who = if is_variable { variable } else { format!("--{name}") };
    // The address of a store may have a password in it.
    let value = if name == "store" { String::new() } else { format!("{value:?} ") };
    Some(format!("{who}: {value}{source}"))
}

fn is_typed(name: &str) -> bool {
    let option = format!("--{name}");
    std::env::args_os().any(|argument| argument.to_string_lossy().split('=').next() == Some(&option))
}

/// clap's own words, without how the program is used, on one line.
fn line(error: &clap::Error) -> String {
    let text = error.to_string();
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let said = lines.take_while(|line| !line.starts_with("Usage:") && !line.starts_with("For more information"));
    let said: Vec<_> = said.map(|line| line.trim_start_matches("error: ").trim_start_matches("tip: ")).collect();
    format!("{}; see --help", said.join("; ").replace(":; ", ": "))
}

/// A variable that is spelt wrong would be silently without effect.
pub(super) fn no_unknown_variables() -> Result<(), Unusable> {
    let command = Options::command();
    let of_commands = command.get_subcommands().flat_map(clap::Command::get_arguments);
    let known: Vec<_> = of_commands.filter_map(|argument| argument.get_env()?.to_str()).collect();
    let set = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    let mut unknown = set.filter(|name| name.starts_with(PREFIX) && !known.contains(&name.as_str()));
    let Some(name) = unknown.next() else { return Ok(()) };
    let nearest = known.iter().map(|known| (strsim::normalized_levenshtein(known, &name), known));
    let nearest = nearest.max_by(|(one, _), (other, _)| one.total_cmp(other));
    let meant = nearest.map(|(_, known)| format!(". Did you mean {known}?")).unwrap_or_default();
    Err(Unusable::Wrong(format!("{name:?}: there is no such setting{meant}")))
}
