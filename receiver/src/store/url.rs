//! Which store: `sqlite:PATH`, or `redis://HOST:PORT,HOST:PORT,…`.

use core::str::FromStr;
use std::path::PathBuf;

/// Names a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Url {
    /// A file.
    Sqlite(PathBuf),
    /// Some nodes of a cluster, as URLs; they know the others.
    Redis(Vec<String>),
}

impl FromStr for Url {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some(path) = text.strip_prefix("sqlite:").filter(|path| !path.is_empty()) {
            return Ok(Self::Sqlite(PathBuf::from(path)));
        }
        for scheme in ["redis://", "valkey://"] {
            if let Some(nodes) = text.strip_prefix(scheme).filter(|nodes| !nodes.is_empty()) {
                return Ok(Self::Redis(nodes.split(',').map(|node| format!("redis://{node}")).collect()));
            }
        }
        Err("is neither sqlite:PATH nor redis://HOST:PORT,…".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form() {
        assert_eq!("sqlite:/var/lib/x".parse(), Ok(Url::Sqlite("/var/lib/x".into())));
        let two = Url::Redis(vec!["redis://a:1".to_owned(), "redis://user:word@b:2".to_owned()]);
        assert_eq!("redis://a:1,user:word@b:2".parse(), Ok(two.clone()));
        assert_eq!("valkey://a:1,user:word@b:2".parse(), Ok(two));
        for wrong in ["", "sqlite:", "redis://", "/var/lib/x", "postgres://a"] {
            assert!(wrong.parse::<Url>().is_err(), "{wrong}");
        }
    }
}
