//! A database of addresses in MaxMind's format.
//!
//! The whole file is read into memory (mapping it would need `unsafe`): 8 to 10 MB for one of countries, which is
//! enough but for the states of the US; one with cities has ten times as much.

use super::Place;
use core::net::IpAddr;
use maxminddb::Reader;
use serde::Deserialize;
use std::path::Path;

/// An open database.
pub struct Geoip(Reader<Vec<u8>>);

/// MaxMind's own layout, and the flat one of freely licensed databases.
#[derive(Deserialize)]
struct Record<'a> {
    #[serde(borrow)]
    country: Option<Country<'a>>,
    #[serde(borrow)]
    subdivisions: Option<Vec<Country<'a>>>,
    country_code: Option<&'a str>,
}

#[derive(Deserialize)]
struct Country<'a> {
    iso_code: Option<&'a str>,
}

impl Geoip {
    /// Opens a file.
    ///
    /// # Errors
    ///
    /// It cannot be read, or is no such database.
    pub fn open(path: &Path) -> Result<Self, String> {
        Reader::open_readfile(path).map(Self).map_err(|error| format!("{}: {error}", path.display()))
    }

    /// The place of an address, if the database has it. An IPv4 address that came over IPv6 is one of IPv4: not every
    /// database has it under both.
    pub fn place(&self, address: IpAddr) -> Option<Place> {
        let record: Record<'_> = self.0.lookup(address.to_canonical()).ok()?.decode().ok()??;
        let country = record.country.and_then(|country| country.iso_code).or(record.country_code)?;
        let region = record.subdivisions.as_ref().and_then(|all| all.first()?.iso_code);
        Place::of(country, region)
    }
}
