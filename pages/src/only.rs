//! Options that are for one command: `--help` says so with the command and a colon.

use crate::help::OptionHelp;

/// What the option does, without the command.
pub fn text_of(option: &OptionHelp) -> &'static str {
    let is_for_one = option.command().is_some();
    option.about.split_once(": ").filter(|_| is_for_one).map_or(option.about, |(_, text)| text)
}
