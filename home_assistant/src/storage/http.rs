//! `.storage/http`: whether Home Assistant serves HTTPS by itself.

use std::io::Read;

use crate::json::{Error, Reader};
use crate::storage;

/// What the file says of the certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// One is set.
    pub is_set: bool,
    /// The file holds all there is to know: version 1, or version 2 once the YAML was migrated. Else `http:` of the YAML
    /// counts where nothing is set here.
    pub is_final: bool,
}

/// Reads the file. Version 1 is the last configuration that worked; version 2, since Home Assistant
/// 2026.8, keeps one that is `pending`, which counts, and one that is `stable`.
///
/// # Errors
///
/// It is not the file that is known here.
pub fn read(source: &mut dyn Read) -> Result<Certificate, Error> {
    let (version, data) = storage::read_versions(source, &[1, 2], Data::read)?;
    Ok(match version {
        1 => Certificate { is_set: data.certificate, is_final: true },
        _ => Certificate {
            is_set: data.pending.or(data.stable).unwrap_or(false),
            is_final: data.migrated || data.pending.or(data.stable).is_some(),
        },
    })
}

/// The keys of both versions.
#[derive(Default)]
struct Data {
    certificate: bool,
    /// `None`: there is no such configuration.
    pending: Option<bool>,
    stable: Option<bool>,
    migrated: bool,
}

impl Data {
    fn read(json: &mut Reader<'_>) -> Result<Self, Error> {
        let mut data = Data::default();
        json.begin_object()?;
        while let Some(key) = json.next_key(&["pending", "ssl_certificate", "stable", "yaml_migration_done"])? {
            match key {
                "pending" => data.pending = configuration(json)?,
                "stable" => data.stable = configuration(json)?,
                "ssl_certificate" => data.certificate = !json.null()?,
                _ => data.migrated = json.flag()?,
            }
        }
        Ok(data)
    }
}

fn configuration(json: &mut Reader<'_>) -> Result<Option<bool>, Error> {
    if json.is_null()? {
        json.skip()?;
        return Ok(None);
    }
    let mut certificate = false;
    json.begin_object()?;
    while json.next_key(&["ssl_certificate"])?.is_some() {
        certificate = !json.null()?;
    }
    Ok(Some(certificate))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn set_or_not() {
        type Set = (bool, bool); // and final
        let cases: [(u64, &str, Result<Set, &str>); 12] = [
            (1, r#"{"server_port":8123}"#, Ok((false, true))),
            (1, r#"{"ssl_certificate":null}"#, Ok((false, true))),
            (1, r#"{"ssl_key":"/ssl/key.pem","ssl_certificate":"/ssl/fullchain.pem"}"#, Ok((true, true))),
            (1, r#"{"ssl_certificate":"/ssl/fullchain.pem","ssl_certificate":null}"#, Ok((false, true))),
            (1, "[]", Err("an object is missing at byte 20")),
            (
                2,
                r#"{"stable":{"ssl_certificate":"/ssl/a"},"pending":null,"yaml_migration_done":true}"#,
                Ok((true, true)),
            ),
            (2, r#"{"stable":{"ssl_certificate":"/ssl/a"},"pending":{"server_port":1}}"#, Ok((false, true))),
            (2, r#"{"stable":{},"pending":{"ssl_certificate":"/ssl/a"}}"#, Ok((true, true))),
            (2, r#"{"stable":null,"pending":null,"yaml_migration_done":false}"#, Ok((false, false))),
            (2, r#"{"ssl_certificate":"/ssl/a","yaml_migration_done":true}"#, Ok((false, true))),
            (2, r#"{"stable":[]}"#, Err("an object is missing at byte 30")),
            (3, "{}", Err("of a version that is not known here")),
        ];
        for (version, data, expected) in cases {
            let file = format!(r#"{{"version":{version},"data":{data}}}"#);
            let read = read(&mut file.as_bytes()).map_err(|error| error.to_string());
            let read = read.map(|certificate| (certificate.is_set, certificate.is_final));
            assert_eq!(read, expected.map_err(str::to_owned), "{data}");
        }
    }
}
