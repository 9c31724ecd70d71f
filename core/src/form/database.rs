//! The database behind the history.

use core::fmt;

use super::positions::{repeated, Subject};
use super::{Form, Kind, Owned};

/// The database's maker, in the words of Home Assistant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// SQLite.
    Sqlite,
    /// MySQL or MariaDB.
    MySql,
    /// PostgreSQL.
    PostgreSql,
}

impl Engine {
    /// The word on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Engine::Sqlite => "sqlite",
            Engine::MySql => "mysql",
            Engine::PostgreSql => "postgresql",
        }
    }
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The version of the library or server: numbers with dots between them, such as `3.49.2`.
pub type DatabaseVersion<'a> = Form<'a, DatabaseVersionKind>;

/// A [`DatabaseVersion`] that is kept.
pub type OwnedDatabaseVersion = Owned<DatabaseVersionKind, 64>;

/// The form of a [`DatabaseVersion`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DatabaseVersionKind {}

impl Kind for DatabaseVersionKind {
    const MOST: usize = 64;
    const EXPECTED: &'static str = "numbers with dots between them, at most 64 characters";

    fn fits(text: &str) -> bool {
        Subject(text).is(|text, from| {
            let number = |from| text.some(from, |byte| byte.is_ascii_digit());
            repeated(number(from), |from| number(text.word(from, ".")))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_dots() {
        extern crate std;
        for version in ["3.40.1", "3", "16.4", "4294.967.295", &"1".repeat(64)] {
            assert!(DatabaseVersion::parse(version).is_ok(), "{version}");
        }
        for version in
            ["", ".", "3.", ".3", "3..4", "3.4a", "3.4-MariaDB", " 3.4", "3.4\n", "3\u{9b}", "３.4", &"1".repeat(65)]
        {
            assert!(DatabaseVersion::parse(version).is_err(), "{version:?}");
        }
    }
}
