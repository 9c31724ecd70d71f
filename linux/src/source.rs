//! Which setting says something.

use core::fmt::{self, Display};
use std::path::PathBuf;

use crate::shown;

/// Where a setting comes from, from weak to strong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Nothing says otherwise.
    BuiltIn,
    /// A file.
    File {
        /// As a person on this machine would open it.
        path: PathBuf,
        /// The first is 1.
        line: usize,
    },
    /// An environment variable.
    Variable(&'static str),
    /// The command line.
    Option(&'static str),
}

impl Source {
    /// A setting as who wrote it knows it: the option, or the variable, with the file that it is in.
    pub fn of(&self, name: &str) -> String {
        match self {
            Source::File { .. } => format!("{self}: {name}"),
            Source::Option(option) => (*option).to_owned(),
            Source::BuiltIn | Source::Variable(_) => name.to_owned(),
        }
    }

    /// The place alone, where the name of the setting is told anyway.
    pub fn place(&self) -> String {
        match self {
            Source::Variable(_) => "the environment".to_owned(),
            _ => self.to_string(),
        }
    }
}

impl Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::BuiltIn => f.write_str("built in"),
            Source::File { path, line } => write!(f, "{}: line {line}", shown::path(path)),
            Source::Variable(name) => write!(f, "the variable {name}"),
            Source::Option(name) => write!(f, "the option {name}"),
        }
    }
}
