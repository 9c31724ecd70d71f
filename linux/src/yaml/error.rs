//! Why the configuration could not be read. Nothing that stands in a file is repeated.

use core::fmt;
use std::path::PathBuf;

use crate::root::{self, ReadError};

/// Why the configuration could not be read.
#[derive(Debug)]
pub struct YamlError {
    /// The file, as a person on this machine would open it.
    pub file: PathBuf,
    /// The line, from 1, where there is one.
    pub line: Option<usize>,
    /// What is wrong there.
    pub cause: Cause,
}

/// What is wrong.
#[derive(Debug)]
pub enum Cause {
    /// The file itself.
    Read(root::Cause),
    /// The file that is included in this line. It is not named: whatever stands in a file may be a secret.
    Included(root::Cause),
    /// No YAML.
    Syntax(String),
    /// YAML that Home Assistant does not load.
    Refused(&'static str),
    /// More than is read.
    TooMuch {
        /// Of what.
        what: &'static str,
        /// The most that is read.
        most: usize,
    },
}

impl fmt::Display for YamlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.file.display())?;
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        match &self.cause {
            Cause::Read(cause) => cause.fmt(f),
            Cause::Included(cause) => write!(f, "the file that is included: {cause}"),
            Cause::Syntax(what) => f.write_str(what),
            Cause::Refused(what) => f.write_str(what),
            Cause::TooMuch { what, most } => write!(f, "more than {most} {what}"),
        }
    }
}

impl std::error::Error for YamlError {}

impl From<ReadError> for YamlError {
    fn from(error: ReadError) -> Self {
        YamlError { file: error.path, line: None, cause: Cause::Read(error.cause) }
    }
}

/// What went wrong: in the line that is being read, or in a file that it includes.
pub enum Failure {
    /// Here.
    Here(Cause),
    /// In this line.
    Line(usize, Cause),
    /// There.
    There(YamlError),
}

impl Failure {
    /// Gives the line to a failure that has none yet.
    pub fn at(self, line: impl FnOnce() -> usize) -> Self {
        match self {
            Failure::Here(cause) => Failure::Line(line(), cause),
            other => other,
        }
    }

    /// Gives the file to a failure that has none yet.
    pub fn within(self, file: impl Fn(Option<usize>, Cause) -> YamlError) -> YamlError {
        match self {
            Failure::Here(cause) => file(None, cause),
            Failure::Line(line, cause) => file(Some(line), cause),
            Failure::There(error) => error,
        }
    }
}

impl From<Cause> for Failure {
    fn from(cause: Cause) -> Self {
        Failure::Here(cause)
    }
}

impl From<YamlError> for Failure {
    fn from(error: YamlError) -> Self {
        Failure::There(error)
    }
}
