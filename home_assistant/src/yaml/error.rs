//! Why the configuration could not be read. Nothing that stands in a file is repeated.

use core::fmt;
use std::path::PathBuf;

use haos_analytics_core::Foreign;

use crate::files;

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
#[non_exhaustive]
pub enum Cause {
    /// The file itself.
    Read(files::Cause),
    /// The file that is included in this line. It is not named: whatever stands in a file may be a secret.
    Included(files::Cause),
    /// No YAML.
    Syntax(&'static str),
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

impl Cause {
    /// [`Cause::TooMuch`] where there is more than what is read.
    pub(super) fn at_most(count: usize, most: usize, what: &'static str) -> Result<(), Self> {
        if count > most {
            return Err(Cause::TooMuch { what, most });
        }
        Ok(())
    }
}

impl YamlError {
    /// Home Assistant cannot load it either, and is in recovery mode. Else it may: what is too
    /// large or leads elsewhere is not read here alone.
    #[must_use]
    pub fn is_home_assistants(&self) -> bool {
        use files::Cause::{BrokenLink, Missing};
        match &self.cause {
            Cause::Syntax(_) | Cause::Refused(_) => true,
            Cause::Read(cause) | Cause::Included(cause) => matches!(cause, Missing | BrokenLink),
            Cause::TooMuch { .. } => false,
        }
    }
}

impl fmt::Display for YamlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", Foreign(self.file.display()))?;
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        match &self.cause {
            Cause::Read(cause) => cause.fmt(f),
            Cause::Included(cause) => write!(f, "the file that is included: {cause}"),
            Cause::Syntax(what) | Cause::Refused(what) => f.write_str(what),
            Cause::TooMuch { what, most } => write!(f, "more than {most} {what}"),
        }
    }
}

impl core::error::Error for YamlError {}

/// What went wrong: in the line that is being read, or in a file that it includes.
pub(super) enum Failure {
    /// Here.
    Here(Cause),
    /// In this line.
    Line(usize, Cause),
    /// There.
    There(YamlError),
}

impl Failure {
    /// Gives the line to a failure that has none yet.
    pub(super) fn at(self, line: usize) -> Self {
        match self {
            Failure::Here(cause) => Failure::Line(line, cause),
            other => other,
        }
    }

    /// Gives the file to a failure that has none yet.
    pub(super) fn within(self, file: impl Fn(Option<usize>, Cause) -> YamlError) -> YamlError {
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
