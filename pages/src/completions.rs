//! Completions for bash, zsh and fish.

use std::path::Path;
use std::{fs, io};

use clap::{Arg, ArgAction, Command, ValueHint};
use clap_complete::{generate_to, Shell};

use crate::help::{OptionHelp, ABOUT, COMMANDS, OPTIONS, PRINTS};
use crate::only::text_of;

/// Writes a file for each shell, under the name that the shell looks for.
pub fn write(directory: &Path) -> io::Result<()> {
    fs::create_dir_all(directory)?;
    for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
        generate_to(shell, &mut command(), "haos-analytics", directory)?;
    }
    Ok(())
}

/// The command line as clap describes one. The program itself does not use clap: it would double its size.
fn command() -> Command {
    let prints = PRINTS.map(|(long, short, about)| {
        let short = short.trim_start_matches('-').chars().next();
        Arg::new(long).long(long.trim_start_matches('-')).short(short).help(about).action(ArgAction::SetTrue)
    });
    let everywhere = OPTIONS.iter().filter(|option| option.command().is_none());
    let commands = COMMANDS.map(|(name, about)| {
        let own = OPTIONS.iter().filter(|option| option.command() == Some(name));
        plain(Command::new(name)).about(about).args(own.map(argument))
    });
    plain(Command::new("haos-analytics"))
        .about(ABOUT)
        .args(prints)
        .args(everywhere.map(|option| argument(option).global(true)))
        .subcommands(commands)
}

/// Without what clap would add.
fn plain(command: Command) -> Command {
    command.disable_help_flag(true).disable_version_flag(true).disable_help_subcommand(true)
}

fn argument(option: &OptionHelp) -> Arg {
    let argument = Arg::new(option.name).long(option.name.trim_start_matches('-')).help(text_of(option));
    match option.value {
        "" => argument.action(ArgAction::SetTrue),
        value => argument.value_name(value).value_hint(match value {
            "DIR" => ValueHint::DirPath,
            "FILE" => ValueHint::FilePath,
            "URL" => ValueHint::Url,
            _ => ValueHint::Unknown,
        }),
    }
}
