//! `sample`: installations that do not exist, in the form that `import` takes.

use crate::options::Sample;
use crate::sample::Population;
use crate::store::PREFIX;
use crate::time::Time;
use core::time::Duration;
use serde_json::{json, Value};
use std::io::{self, BufWriter, Write as _};

pub(super) fn sample(options: &Sample) -> Result<(), String> {
    let mut out = BufWriter::new(io::stdout().lock());
    let population = Population::new(options.seed);
    let now = Time::now();
    let written = (0..options.count).try_for_each(|number| writeln!(out, "{}", line(population, number, now)));
    super::printed(written.and_then(|()| out.flush()))
}

fn line(population: Population, number: u64, now: Time) -> Value {
    let mut payload = population.payload(number, 0);
    let (country, region) = population.place(number);
    payload.insert("country".to_owned(), json!(country));
    if let Some(region) = region {
        payload.insert("region".to_owned(), json!(region));
    }
    // They came in the course of the last year, so that they count.
    let days = 2 + number % 365;
    let added = now.minus(Duration::from_secs(days * 24 * 3600));
    json!({"key": format!("{PREFIX}{}", population.uuid(number)), "added": added.0, "updated": now.0, "value": payload})
}
