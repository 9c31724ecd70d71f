//! Which setting says something.

use core::fmt;

/// Where a setting comes from, from weak to strong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Nothing says otherwise.
    BuiltIn,
    /// An environment variable.
    Variable(&'static str),
    /// The command line.
    Option(&'static str),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::BuiltIn => f.write_str("built in, unless the service's /etc/default/haos-analytics says otherwise"),
            Source::Variable(name) => write!(f, "the variable {name}"),
            Source::Option(name) => write!(f, "the option {name}"),
        }
    }
}
