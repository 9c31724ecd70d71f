//! The header of an SQLite database, such as the recorder's: the version of the library that wrote it last.

use std::io::{self, Read};

use haos_analytics_core::form::OwnedDatabaseVersion;

use crate::json::Error;

const MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// The version, such as `3.40.1`.
///
/// With a write-ahead log the first page of the database is only now and then written back, so the answer may be behind
/// for a while after an update of Home Assistant.
///
/// # Errors
///
/// It is no SQLite database, or one from before 2010 (SQLite 3.7), which did not write its version.
pub fn read(source: &mut dyn Read) -> Result<OwnedDatabaseVersion, Error> {
    // https://www.sqlite.org/fileformat.html#the_database_header: the version is the last field.
    let mut header = [0; 100];
    source.read_exact(&mut header).map_err(|error| match error.kind() {
        io::ErrorKind::UnexpectedEof => Error::Truncated,
        _ => Error::Io(error),
    })?;
    if !header.starts_with(MAGIC) {
        return Err(Error::Unexpected { offset: 0, expected: "SQLite's mark" });
    }
    let [.., a, b, c, d] = header;
    match u32::from_be_bytes([a, b, c, d]) {
        0 => Err(Error::Unexpected { offset: 96, expected: "SQLite's version" }),
        version => {
            let version = format!("{}.{}.{}", version / 1_000_000, version / 1000 % 1000, version % 1000);
            OwnedDatabaseVersion::parse(&version).map_err(|why| Error::Misfit { what: "SQLite's version", why })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers() {
        let header = |version: u32| {
            let mut file = MAGIC.to_vec();
            file.resize(96, 0xff);
            file.extend(version.to_be_bytes());
            file
        };
        let cases = [
            (header(3_040_001), Ok("3.40.1")),
            (header(3_051_000), Ok("3.51.0")),
            ([header(3_040_001), vec![1; 4000]].concat(), Ok("3.40.1")),
            (header(u32::MAX), Ok("4294.967.295")),
            (header(0), Err("SQLite's version is missing at byte 96")),
            (vec![b'x'; 100], Err("SQLite's mark is missing at byte 0")),
            (vec![], Err("it ends too early")),
            (MAGIC.to_vec(), Err("it ends too early")),
        ];
        for (file, expected) in cases {
            let read = read(&mut &*file).map_err(|error| error.to_string());
            assert_eq!(read.as_ref().map(OwnedDatabaseVersion::as_str).map_err(String::as_str), expected);
        }
    }
}
