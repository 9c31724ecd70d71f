//! `.storage/auth`: how many people have an account. The same file holds the keys to the home; they are skipped.

use std::io::Read;

use crate::json::{Error, Reader};
use crate::storage;

/// Counts the users that people made, inactive ones included. Others were made by Home Assistant for its own parts.
///
/// # Errors
///
/// It is not the file that is known here.
pub fn read(source: &mut dyn Read) -> Result<u64, Error> {
    storage::read_key(source, &["users"], "data.users", users)
}

fn users(json: &mut Reader<'_>) -> Result<u64, Error> {
    let mut count = 0;
    json.begin_array()?;
    while json.next_item()? {
        let mut generated = None;
        json.begin_object()?;
        while json.next_key(&["system_generated"])?.is_some() {
            generated = Some(json.flag()?);
        }
        let generated = generated.ok_or(Error::Missing { what: "system_generated of a user" })?;
        count += u64::from(!generated);
    }
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people() {
        let cases: [(&str, Result<u64, &str>); 7] = [
            (r#""users":[]"#, Ok(0)),
            (r#""users":[{"system_generated":false,"is_active":false},{"system_generated":true}]"#, Ok(1)),
            (r#""users":[{"system_generated":true,"system_generated":false}],"refresh_tokens":[{"token":"x"}]"#, Ok(1)),
            (r#""users":[{"system_generated":false}],"users":[]"#, Ok(0)),
            (r#""users":[{"name":"x"}]"#, Err("system_generated of a user is missing")),
            (r#""users":[{"system_generated":0}]"#, Err("true or false is missing at byte 50")),
            (r#""groups":[]"#, Err("data.users is missing")),
        ];
        for (data, expected) in cases {
            let file = format!(r#"{{"version":1,"data":{{{data}}}}}"#);
            let read = read(&mut file.as_bytes()).map_err(|error| error.to_string());
            assert_eq!(read, expected.map_err(str::to_owned), "{data}");
        }
    }
}
