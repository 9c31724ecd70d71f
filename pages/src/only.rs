//! Options that are for one command: `--help` says so with the command and a colon.

use crate::help::{OptionHelp, COMMANDS};

/// The only command that the option is for.
pub fn command_of(option: &OptionHelp) -> Option<&'static str> {
    split(option).0
}

/// What the option does, without the command.
pub fn text_of(option: &OptionHelp) -> &'static str {
    split(option).1
}

fn split(option: &OptionHelp) -> (Option<&'static str>, &'static str) {
    match option.about.split_once(": ") {
        Some((command, text)) if COMMANDS.iter().any(|(name, _)| *name == command) => (Some(command), text),
        _ => (None, option.about),
    }
}
