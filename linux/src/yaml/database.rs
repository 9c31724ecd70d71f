//! Where the history is kept, as far as `recorder: db_url:` tells without giving away anything.

use std::path::{Path, PathBuf};

use super::include;

/// The database behind the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Database {
    /// SQLite in this file below the configuration directory.
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

impl Default for Database {
    /// What Home Assistant uses if nothing is said.
    fn default() -> Self {
        Database::Sqlite(PathBuf::from("home-assistant_v2.db"))
    }
}

impl Database {
    /// Takes the kind out of a URL; name, password and host are passed over.
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
    let file = rest.strip_prefix("///")?.split('?').next()?;
    if !file.starts_with('/') {
        return None;
    }
    include::resolve(Path::new(""), file).ok().filter(|path| !include::is_secret(path))
}

#[cfg(test)]
mod tests {
    use super::Database;

    #[test]
    fn the_scheme_tells() {
        let sqlite = |file: &str| Database::Sqlite(file.into());
        let table = [
            ("sqlite:////config/home-assistant_v2.db", sqlite("home-assistant_v2.db")),
            ("sqlite:////config/db/a.db?mode=rw", sqlite("db/a.db")),
            ("sqlite:////config/secrets.yaml", Database::SqliteElsewhere),
            ("sqlite:////share/a.db", Database::SqliteElsewhere),
            ("sqlite:////config/../share/a.db", Database::SqliteElsewhere),
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
