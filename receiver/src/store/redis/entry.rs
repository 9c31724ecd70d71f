//! The text of one installation: `FIRST_SEEN UPDATED DIGEST PAYLOAD`, the first three of fixed length.

use super::super::{Error, Stored};
use crate::fact::{to_json, Facts};
use crate::origin::Place;
use crate::payload;
use crate::time::Time;

/// Length of what comes before the payload: two times of 14 digits, the digest in hexadecimal, and a space after each.
pub(super) const HEAD: isize = 15 + 15 + 33;

/// What comes before the payload.
pub(super) use super::super::Known as Head;

pub(super) fn write(uuid: &str, head: &Head, facts: &Facts) -> String {
    let digest = u128::from_be_bytes(head.digest);
    format!("{:014} {:014} {digest:032x} {}", head.first_seen.0, head.updated.0, to_json(uuid, facts))
}

pub(super) fn head(text: &str) -> Result<Head, Error> {
    parse_head(text).ok_or_else(|| Error::Broken("an entry is not ours".to_owned()))
}

fn parse_head(text: &str) -> Option<Head> {
    let mut words = text.splitn(4, ' ');
    let mut time = || words.next()?.parse().ok().map(Time);
    let (first_seen, updated) = (time()?, time()?);
    let digest = u128::from_str_radix(words.next()?, 16).ok()?.to_be_bytes();
    Some(Head { first_seen, updated, digest })
}

pub(super) fn read(uuid: &str, text: &str) -> Result<Stored, Error> {
    let Head { first_seen, updated, .. } = head(text)?;
    let json = text.splitn(4, ' ').nth(3).unwrap_or_default();
    let payload =
        payload::read(json.as_bytes()).map_err(|refusal| Error::Broken(format!("an entry: {}", refusal.0)))?;
    let region = payload.region.as_ref().map(|region| &*region.0);
    let place = payload.country.as_ref().and_then(|country| Place::of(&country.0, region));
    Ok(Stored { uuid: uuid.to_owned(), first_seen, updated, facts: Facts::of(&payload, place) })
}
