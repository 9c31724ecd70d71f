//! `.storage/energy`: whether the energy dashboard is set up.

use std::io::Read;

use crate::json::{Error, Reader};
use crate::storage;

/// Whether any of the three lists has an item. The third came with version 1.2 of the file.
///
/// # Errors
///
/// It is not the file that is known here.
pub fn read(source: &mut dyn Read) -> Result<bool, Error> {
    storage::read(source, |json| {
        let (mut sources, mut devices, mut water) = (None, None, None);
        json.begin_object()?;
        while let Some(key) = json.next_key(&["energy_sources", "device_consumption", "device_consumption_water"])? {
            let list = match key {
                "energy_sources" => &mut sources,
                "device_consumption" => &mut devices,
                _ => &mut water,
            };
            *list = Some(holds_something(json)?);
        }
        // The first two have always been there.
        if sources.is_none() && devices.is_none() {
            return Err(Error::Missing { what: "energy_sources" });
        }
        Ok([sources, devices, water].contains(&Some(true)))
    })
}

fn holds_something(json: &mut Reader<'_>) -> Result<bool, Error> {
    let mut something = false;
    json.begin_array()?;
    while json.next_item()? {
        something = true;
        json.skip()?;
    }
    Ok(something)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_of_three() {
        let cases: [(&str, Result<bool, &str>); 7] = [
            ("{}", Err("energy_sources is missing")),
            (r#"{"energy_sources":[],"device_consumption":[],"device_consumption_water":[]}"#, Ok(false)),
            (r#"{"energy_sources":[{"type":"grid"}],"device_consumption":[]}"#, Ok(true)),
            (r#"{"energy_sources":[],"device_consumption":[ {} ]}"#, Ok(true)),
            (r#"{"device_consumption_water":[1,2],"energy_sources":[]}"#, Ok(true)),
            (r#"{"energy_sources":[1],"energy_sources":[]}"#, Ok(false)),
            (r#"{"energy_sources":null}"#, Err("an array is missing at byte 38")),
        ];
        for (data, expected) in cases {
            let file = format!(r#"{{"version":1,"data":{data}}}"#);
            let read = read(&mut file.as_bytes()).map_err(|error| error.to_string());
            assert_eq!(read, expected.map_err(str::to_owned), "{data}");
        }
    }
}
