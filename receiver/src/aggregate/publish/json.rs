//! `/data.json`, `/current_data.json`, `/addons.json`, `/custom_integrations.json`

use super::super::{Aggregate, Counts, Engine, Entry, InstallationTypes, Medians, OperatingSystem, Supervisor, Things};
use serde::Serialize;

/// Of the form of `/data.json`.
const SCHEMA_VERSION: u32 = 1;

#[derive(Serialize)]
struct Data<'a> {
    schema_version: u32,
    current: Current<'a>,
    history: &'a [Entry],
}

/// `threshold`, `regions` and `operating_system.board_versions` are ours.
#[derive(Serialize)]
struct Current<'a> {
    threshold: u64,
    last_updated: i64,
    extended_data_from: u64,
    active_installations: u64,
    installation_types: InstallationTypes,
    countries: &'a Counts,
    regions: &'a Counts,
    versions: &'a Counts,
    #[serde(flatten)]
    medians: Medians,
    integrations: &'a Counts,
    operating_system: &'a OperatingSystem,
    supervisor: &'a Supervisor,
    reports_integrations: u64,
    reports_addons: u64,
    reports_statistics: u64,
    certificate_count_configured: u64,
    energy: Energy,
    recorder: Recorder<'a>,
}

#[derive(Serialize)]
struct Energy {
    count_configured: u64,
}

#[derive(Serialize)]
struct Recorder<'a> {
    engines: &'a Things<Engine>,
}

impl<'a> Current<'a> {
    fn of(aggregate: &'a Aggregate) -> Self {
        Self {
            threshold: aggregate.least,
            last_updated: aggregate.last_updated.0,
            extended_data_from: aggregate.active_installations,
            active_installations: aggregate.active_installations,
            installation_types: aggregate.installation_types,
            countries: &aggregate.countries,
            regions: &aggregate.regions,
            versions: &aggregate.versions,
            medians: aggregate.medians,
            integrations: &aggregate.integrations,
            operating_system: &aggregate.operating_system,
            supervisor: &aggregate.supervisor,
            reports_integrations: aggregate.reports_integrations,
            reports_addons: aggregate.reports_addons,
            reports_statistics: aggregate.reports_statistics,
            certificate_count_configured: aggregate.certificate_count_configured,
            energy: Energy { count_configured: aggregate.energy_count_configured },
            recorder: Recorder { engines: &aggregate.recorder_engines },
        }
    }
}

/// `/data.json`
pub fn data(aggregate: &Aggregate, history: &[Entry]) -> String {
    json(&Data { schema_version: SCHEMA_VERSION, current: Current::of(aggregate), history })
}

/// `/current_data.json`
pub fn current(aggregate: &Aggregate) -> String {
    json(&Current::of(aggregate))
}

/// `/addons.json`
pub fn addons(aggregate: &Aggregate) -> String {
    json(&aggregate.addons)
}

/// `/custom_integrations.json`
pub fn custom_integrations(aggregate: &Aggregate) -> String {
    json(&aggregate.custom_integrations)
}

fn json<T: Serialize>(value: &T) -> String {
    // Maps have texts for keys, and numbers are finite.
    serde_json::to_string(value).unwrap_or_default()
}
