//! `.storage/http`: whether Home Assistant serves HTTPS by itself.

use std::io::Read;

use crate::json::Error;
use crate::stored;

/// Whether a certificate is set.
///
/// # Errors
///
/// It is not the file that is known here.
pub fn read(source: &mut dyn Read) -> Result<bool, Error> {
    stored::read(source, |json| {
        let mut certificate = false;
        json.begin_object()?;
        while json.next_key(&["ssl_certificate"])?.is_some() {
            certificate = !json.null()?;
        }
        Ok(certificate)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn set_or_not() {
        let cases: [(&str, Result<bool, &str>); 5] = [
            (r#"{"server_port":8123}"#, Ok(false)),
            (r#"{"ssl_certificate":null}"#, Ok(false)),
            (r#"{"ssl_key":"/ssl/key.pem","ssl_certificate":"/ssl/fullchain.pem"}"#, Ok(true)),
            (r#"{"ssl_certificate":"/ssl/fullchain.pem","ssl_certificate":null}"#, Ok(false)),
            ("[]", Err("an object is missing at byte 20")),
        ];
        for (data, expected) in cases {
            let file = format!(r#"{{"version":1,"data":{data}}}"#);
            let read = read(&mut file.as_bytes()).map_err(|error| error.to_string());
            assert_eq!(read, expected.map_err(str::to_owned), "{data}");
        }
    }
}
