//! Where the history is kept, as far as `recorder: db_url:` tells without giving away anything.

use std::path::{Component, Path, PathBuf};

use crate::files::container::{kept_as, SECRETS};

/// The database behind the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Database {
    /// SQLite in this file, a path of Home Assistant's container below one of the directories that
    /// are looked at.
    Sqlite(PathBuf),
    /// SQLite somewhere else, or in memory.
    SqliteElsewhere,
    /// MySQL or MariaDB.
    MySql,
    /// PostgreSQL.
    PostgreSql,
    /// It is set, but not to something that is known here. Most often it is a secret.
    Unknown,
}

/// The file that Home Assistant uses if nothing is said.
pub const DEFAULT: &str = "/config/home-assistant_v2.db";

impl Default for Database {
    /// What Home Assistant uses if nothing is said.
    fn default() -> Self {
        Database::Sqlite(PathBuf::from(DEFAULT))
    }
}

impl Database {
    /// Takes the kind out of a URL; name, password and host are passed over.
    #[must_use]
    pub fn of_url(url: &str) -> Self {
        let Some((scheme, rest)) = url.split_once(':') else {
            return Database::Unknown;
        };
        let dialect = scheme.split_once('+').map_or(scheme, |(dialect, _)| dialect);
        match dialect {
            "sqlite" => sqlite(rest).map_or(Database::SqliteElsewhere, Database::Sqlite),
            "mysql" | "mariadb" => Database::MySql,
            "postgresql" => Database::PostgreSql,
            _ => Database::Unknown,
        }
    }
}

/// `sqlite:////config/file.db` names `/config/file.db`.
fn sqlite(rest: &str) -> Option<PathBuf> {
    let path = Path::new(rest.strip_prefix("///")?.split('?').next()?);
    let mut components = path.components();
    let mounted = match (components.next(), components.next()) {
        (Some(Component::RootDir), Some(Component::Normal(name))) => kept_as(name).is_some(),
        _ => false,
    };
    (mounted && components.next().is_some() && path.file_name().is_some_and(|name| name != SECRETS))
        .then(|| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::Database;

    #[test]
    fn the_scheme_tells() {
        let sqlite = |file: &str| Database::Sqlite(file.into());
        let table = [
            ("sqlite:////config/home-assistant_v2.db", sqlite("/config/home-assistant_v2.db")),
            ("sqlite:////config/db/a.db?mode=rw", sqlite("/config/db/a.db")),
            ("sqlite:////share/a.db", sqlite("/share/a.db")),
            ("sqlite:////config/../share/a.db", sqlite("/config/../share/a.db")),
            ("sqlite:////config/secrets.yaml", Database::SqliteElsewhere),
            ("sqlite:////tmp/a.db", Database::SqliteElsewhere),
            ("sqlite:////config", Database::SqliteElsewhere),
            ("sqlite:///a.db", Database::SqliteElsewhere),
            ("sqlite://", Database::SqliteElsewhere),
            ("mysql://user:pass@core-mariadb/homeassistant?charset=utf8mb4", Database::MySql),
            ("mysql+pymysql://user:pass@host/db", Database::MySql),
            ("mariadb+pymysql://user:pass@host/db", Database::MySql),
            ("postgresql://user:pass@host/db", Database::PostgreSql),
            ("postgresql+psycopg2://@/db", Database::PostgreSql),
            ("oracle://host/db", Database::Unknown),
            ("mysql", Database::Unknown),
            ("", Database::Unknown),
        ];
        for (url, expected) in table {
            assert_eq!(Database::of_url(url), expected, "{url}");
        }
    }
}
