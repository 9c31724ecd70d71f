//! What is counted, part by part.

use super::list::{rows, sorted, List, Row};
use super::text::{Median, Number, Part};
use super::{matrix, names};
use crate::aggregate::{Aggregate, Counts, InstallationTypes};
use core::fmt::{Result, Write};

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
        ("not known", unknown),
    ];
    let types = types.into_iter().filter(|(_, count)| *count > 0);
    let types = sorted(types.map(|(name, count)| Row { name, id: None, count }).collect());
    let supervisor = &all.supervisor;
    let sum = sum(&supervisor.arch);
    // These two ways to install have one.
    let supervised = if os > 0 && supervised > 0 { sum.max(os + supervised) } else { sum };
    out.write_str("<div class=\"pair\">")?;
    one_of("Ways to install", "Way", all.active_installations, 6).write(out, &types)?;
    one_of("Processors, where there is a Supervisor", "Architecture", supervised, 8)
        .write(out, &rows(&supervisor.arch, no_name))?;
    out.write_str("</div>")?;
    if supervised > 0 {
        let part = |count| Part { count, whole: supervised, least: all.least };
        write!(
            out,
            "<p class=\"note\">Changed in ways that are not supported: {}. In need of care: {}.</p>",
            part(supervisor.unsupported),
            part(supervisor.unhealthy)
        )?;
    }
    Ok(())
}

fn boards(out: &mut String, all: &Aggregate) -> Result {
    let system = &all.operating_system;
    if system.boards.is_empty() && system.versions.is_empty() {
        return nothing(out, all.least, "No installation of Home Assistant OS reports its board.");
    }
    let whole = |rows: &Counts| sum(rows).max(all.installation_types.os);
    out.write_str("<div class=\"pair\">")?;
    one_of("Boards", "Board", whole(&system.boards), 14).write(out, &rows(&system.boards, names::board))?;
    one_of("Versions of Home Assistant OS", "Version", whole(&system.versions), 14)
        .write(out, &rows(&system.versions, no_name))?;
    out.write_str("</div>")?;
    matrix::write(out, system, all.least)
}

fn countries(out: &mut String, all: &Aggregate) -> Result {
    out.write_str("<div class=\"pair\">")?;
    one_of("Countries", "Country", all.active_installations, 12).write(out, &rows(&all.countries, names::country))?;
    let whole = all.countries.get("US").copied().unwrap_or(0);
    one_of("States of the US", "State", whole, 12).write(
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
        nothing(out, all.least, "No installation reports numbers.")?;
    } else {
        medians(out, all)?;
    }
    let whole = all.reports_integrations;
    let part = |count| Part { count, whole, least: all.least };
    if whole > 0 {
        write!(
            out,
            "<p>Of the {} that say what they use: the energy dashboard is set up in {}, a certificate of their own in {}.</p>",
            Number(whole),
            part(all.energy_count_configured),
            part(all.certificate_count_configured)
        )?;
    }
    let engines = of_things(all.recorder_engines.iter().map(|(name, engine)| (&**name, engine.count_configured)));
    let whole = whole.max(engines.iter().map(|row| row.count).sum());
    one_of("Databases", "Database", whole, 6).write(out, &engines)
}

/// There is nothing to show.
fn nothing(out: &mut String, least: u64, why: &str) -> Result {
    if least > 1 {
        return write!(out, "<p class=\"note\">Shown from {} installations on.</p>", Number(least));
    }
    write!(out, "<p class=\"note\">{why}</p>")
}

fn medians(out: &mut String, all: &Aggregate) -> Result {
    let medians = &all.medians;
    write!(
        out,
        "<p>Half of the installations have more, half have fewer: {} report numbers, and those without any are not \
         counted.</p><dl class=\"tiles\">",
        Number(all.reports_statistics)
    )?;
    for (name, median) in [
        ("integrations", medians.avg_integrations),
        ("automations", medians.avg_automations),
        ("states", medians.avg_states),
        ("add-ons", medians.avg_addons),
        ("users", medians.avg_users),
    ] {
        // None is 0, so it stands for what is not published.
        let median = if median == 0.0 { "–".to_owned() } else { Median(median).to_string() };
        write!(out, "<div><dt>{name}</dt><dd>{median}</dd></div>")?;
    }
    out.write_str("</dl>")
}

fn things(out: &mut String, all: &Aggregate) -> Result {
    let shown = |count| Part { count, whole: all.active_installations, least: all.least };
    let list = |caption, row, whole, source| List { caption, row, whole, once: false, seen: 20, source };
    let addons = of_things(all.addons.iter().map(|(slug, addon)| (&**slug, addon.total)));
    let custom = of_things(all.custom_integrations.iter().map(|(domain, one)| (&**domain, one.total)));
    write!(
        out,
        "<p>Installations that say which integrations they use: {}, which add-ons: {}. The shares are of these.</p><div \
         class=\"three\">",
        shown(all.reports_integrations),
        shown(all.reports_addons)
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
