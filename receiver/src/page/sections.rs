//! What is counted, part by part.

use super::list::{rows, sorted, List, Row};
use super::text::{Median, Number, Share};
use super::{matrix, names};
use crate::aggregate::{Aggregate, Counts, InstallationTypes};
use core::fmt::{Display, Result, Write};

/// The parts: id and title.
pub(super) const ALL: [(&str, &str); 6] = [
    ("versions", "Versions"),
    ("types", "Installation"),
    ("boards", "Boards and OS"),
    ("countries", "Countries"),
    ("typical", "In the middle"),
    ("things", "Integrations and add-ons"),
];

const CURRENT: &str = "/current_data.json";

/// Writes all parts.
pub(super) fn write(out: &mut String, all: &Aggregate) -> Result {
    let parts: [fn(&mut String, &Aggregate) -> Result; 6] = [versions, types, boards, countries, typical, things];
    for ((id, title), part) in ALL.iter().zip(parts) {
        write!(out, "<section id=\"{id}\"><h2>{title}</h2>")?;
        part(out, all)?;
        out.write_str("</section>")?;
    }
    Ok(())
}

/// A list of what each installation has one of.
fn one_of<'a>(caption: &'a str, row: &'a str, whole: u64, seen: usize) -> List<'a> {
    List { caption, row, whole, once: true, seen, source: CURRENT }
}

fn no_name(_: &str) -> Option<&str> {
    None
}

fn versions(out: &mut String, all: &Aggregate) -> Result {
    out.write_str("<div class=\"pair\">")?;
    one_of("Releases", "Release", all.active_installations, 8).write(out, &rows(&all.releases, no_name))?;
    one_of("Exact versions", "Version", all.active_installations, 8).write(out, &rows(&all.versions, no_name))?;
    out.write_str("</div>")
}

fn types(out: &mut String, all: &Aggregate) -> Result {
    let InstallationTypes { os, container, core, supervised, unsupported_container, unknown } = all.installation_types;
    let types = [
        ("Home Assistant OS", os),
        ("Home Assistant Container", container),
        ("Home Assistant Supervised", supervised),
        ("Home Assistant Core", core),
        ("Third party container", unsupported_container),
        ("not known, or rare", unknown),
    ];
    let types = types.into_iter().filter(|(_, count)| *count > 0);
    let types = sorted(types.map(|(name, count)| Row { name, id: None, count }).collect());
    let supervisor = &all.supervisor;
    let supervised = sum(&supervisor.arch);
    out.write_str("<div class=\"pair\">")?;
    one_of("Ways to install", "Way", all.active_installations, 6).write(out, &types)?;
    one_of("Processors, where there is a Supervisor", "Architecture", supervised, 8)
        .write(out, &rows(&supervisor.arch, no_name))?;
    out.write_str("</div>")?;
    if supervised > 0 {
        let (unhealthy, unsupported) = (Number(supervisor.unhealthy), Number(supervisor.unsupported));
        write!(
            out,
            "<p class=\"note\">Of these, {unsupported} ({}) are changed in ways that are not supported, and {unhealthy} ({}) \
             need care.</p>",
            Share(supervisor.unsupported, supervised),
            Share(supervisor.unhealthy, supervised)
        )?;
    }
    Ok(())
}

fn boards(out: &mut String, all: &Aggregate) -> Result {
    let system = &all.operating_system;
    let whole = sum(&system.boards);
    if whole == 0 {
        return out.write_str("<p class=\"note\">No installation of Home Assistant OS reports its board.</p>");
    }
    out.write_str("<div class=\"pair\">")?;
    one_of("Boards", "Board", whole, 14).write(out, &rows(&system.boards, names::board))?;
    one_of("Versions of Home Assistant OS", "Version", whole, 14).write(out, &rows(&system.versions, no_name))?;
    out.write_str("</div>")?;
    matrix::write(out, system, all.least)
}

fn countries(out: &mut String, all: &Aggregate) -> Result {
    let mut countries = rows(&all.countries, names::country);
    let unknown = all.active_installations.saturating_sub(sum(&all.countries));
    if unknown > 0 {
        countries.push(Row { name: "not known", id: None, count: unknown });
    }
    out.write_str("<div class=\"pair\">")?;
    one_of("Countries", "Country", all.active_installations, 12).write(out, &sorted(countries))?;
    one_of("States of the US", "State", sum(&all.regions), 12).write(
        out,
        &rows(&all.regions, |region| region.strip_prefix("US "))
            .into_iter()
            .map(|row| Row { id: None, ..row })
            .collect::<Vec<_>>(),
    )?;
    out.write_str("</div>")
}

fn typical(out: &mut String, all: &Aggregate) -> Result {
    if all.reports_statistics == 0 {
        out.write_str("<p class=\"note\">No installation reports numbers.</p>")?;
    } else {
        medians(out, all)?;
    }
    let whole = all.reports_integrations;
    if whole > 0 {
        write!(
            out,
            "<p>Of the {} that say what they use, {} ({}) have the energy dashboard set up, and {} ({}) a certificate of \
             their own.</p>",
            Number(whole),
            Number(all.energy_count_configured),
            Share(all.energy_count_configured, whole),
            Number(all.certificate_count_configured),
            Share(all.certificate_count_configured, whole)
        )?;
    }
    let engines = of_things(all.recorder_engines.iter().map(|(name, engine)| (&**name, engine.count_configured)));
    one_of("Databases", "Database", engines.iter().map(|row| row.count).sum(), 6).write(out, &engines)
}

fn medians(out: &mut String, all: &Aggregate) -> Result {
    let medians = &all.medians;
    write!(
        out,
        "<p>Half of the installations have more, half have fewer: {} report numbers, and those without any are not \
         counted.</p><dl class=\"tiles\">",
        Number(all.reports_statistics)
    )?;
    let tiles: [(&str, &dyn Display); 5] = [
        ("integrations", &Median(medians.avg_integrations)),
        ("automations", &Median(medians.avg_automations)),
        ("states", &Median(medians.avg_states)),
        ("add-ons", &Median(medians.avg_addons)),
        ("users", &Median(medians.avg_users)),
    ];
    for (name, median) in tiles {
        write!(out, "<div><dt>{name}</dt><dd>{median}</dd></div>")?;
    }
    out.write_str("</dl>")
}

fn things(out: &mut String, all: &Aggregate) -> Result {
    let list = |caption, row, whole, source| List { caption, row, whole, once: false, seen: 20, source };
    let addons = of_things(all.addons.iter().map(|(slug, addon)| (&**slug, addon.total)));
    let custom = of_things(all.custom_integrations.iter().map(|(domain, one)| (&**domain, one.total)));
    write!(
        out,
        "<p>{} installations say which integrations they use, {} which add-ons; the shares are of these.</p><div \
         class=\"three\">",
        Number(all.reports_integrations),
        Number(all.reports_addons)
    )?;
    list("Integrations", "Integration", all.reports_integrations, CURRENT)
        .write(out, &rows(&all.integrations, no_name))?;
    list("Add-ons", "Add-on", all.reports_addons, "/addons.json").write(out, &addons)?;
    list("Custom integrations", "Integration", all.reports_integrations, "/custom_integrations.json")
        .write(out, &custom)?;
    out.write_str("</div>")
}

fn of_things<'a>(things: impl Iterator<Item = (&'a str, u64)>) -> Vec<Row<'a>> {
    sorted(things.map(|(name, count)| Row { name, id: None, count }).collect())
}

fn sum(counts: &Counts) -> u64 {
    counts.values().sum()
}
