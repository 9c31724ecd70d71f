//! The forms of values. Each error follows the quoted value, as in `"ten" is no whole number`.

use core::net::SocketAddr;
use hyper::header::HeaderName;

/// A number from 0 on.
pub fn whole(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| "is no whole number".to_owned())
}

/// A number from 0 to 4,294,967,295.
pub fn small(text: &str) -> Result<u32, String> {
    whole(text)?.try_into().map_err(|_| "is too large".to_owned())
}

/// A number from 1 on.
pub fn from_one(text: &str) -> Result<u64, String> {
    whole(text).and_then(|number| if number == 0 { Err("is less than 1".to_owned()) } else { Ok(number) })
}

/// Where to listen.
pub fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| "is not of the form ADDRESS:PORT, such as 127.0.0.1:8080".to_owned())
}

/// The name of a header.
pub fn header(text: &str) -> Result<HeaderName, String> {
    text.parse().map_err(|_| "is no name of a header, such as X-Forwarded-For".to_owned())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_addresses() {
        assert_eq!(whole("0"), Ok(0));
        assert_eq!(from_one("10"), Ok(10));
        assert_eq!(small("4294967296"), Err("is too large".to_owned()));
        assert_eq!(header("X-a"), Ok(HeaderName::from_static("x-a")));
        assert!(header("a:b").is_err());
        assert_eq!(address("[::1]:0").unwrap().to_string(), "[::1]:0");
        for wrong in ["ten", "-1", "1.5", "", " 1", "18446744073709551616"] {
            assert_eq!(whole(wrong), Err("is no whole number".to_owned()), "{wrong}");
        }
        assert_eq!(from_one("0"), Err("is less than 1".to_owned()));
        for wrong in ["8080", "localhost:80", ":80", "127.0.0.1", "127.0.0.1:65536"] {
            assert!(address(wrong).is_err(), "{wrong}");
        }
    }
}
