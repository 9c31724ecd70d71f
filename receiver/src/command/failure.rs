//! Why a command ended.

use crate::store::Error;
use core::fmt;

/// What went wrong, in a line.
#[derive(Debug)]
pub enum Failure {
    /// Settings that cannot work however often it is started: systemd does not try again.
    Configuration(String),
    /// Anything else.
    Other(String),
}

impl Failure {
    /// The exit code: 78 (EX_CONFIG of sysexits.h), or 1.
    pub fn code(&self) -> u8 {
        match self {
            Self::Configuration(_) => 78,
            Self::Other(_) => 1,
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Unmet(line) => Self::Configuration(line),
            error => Self::Other(error.to_string()),
        }
    }
}

impl From<String> for Failure {
    fn from(line: String) -> Self {
        Self::Other(line)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Configuration(line) | Self::Other(line)) = self;
        formatter.write_str(line)
    }
}
