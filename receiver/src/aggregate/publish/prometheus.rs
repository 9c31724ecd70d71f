//! `/prometheus/{base,addons,integrations,custom_integrations}`, with the names of the original.

use super::super::{Aggregate, Counts};
use core::fmt::Write as _;

/// `/prometheus/base`
pub fn base(aggregate: &Aggregate) -> String {
    let mut out = String::new();
    let types = &aggregate.installation_types;
    line(&mut out, "instances", &[], aggregate.active_installations);
    for (name, count) in [
        ("os", types.os),
        ("container", types.container),
        ("core", types.core),
        ("supervised", types.supervised),
        ("unsupported_container", types.unsupported_container),
        ("unknown", types.unknown),
    ] {
        line(&mut out, "installation_type", &[("type", name)], count);
    }
    line(&mut out, "reports_addons", &[], aggregate.reports_addons);
    line(&mut out, "reports_integrations", &[], aggregate.reports_integrations);
    line(&mut out, "reports_statistics", &[], aggregate.reports_statistics);
    let medians = &aggregate.medians;
    line(&mut out, "median_addons_count", &[], medians.avg_addons);
    line(&mut out, "median_automations_count", &[], medians.avg_automations);
    line(&mut out, "median_integrations_count", &[], medians.avg_integrations);
    line(&mut out, "median_states_count", &[], medians.avg_states);
    line(&mut out, "median_users_count", &[], medians.avg_users);
    lines(&mut out, "country", "code", &aggregate.countries);
    lines(&mut out, "version", "version", &aggregate.versions);
    line(&mut out, "supervisor_unhealthy", &[], aggregate.supervisor.unhealthy);
    line(&mut out, "supervisor_unsupported", &[], aggregate.supervisor.unsupported);
    lines(&mut out, "supervisor_arch", "arch", &aggregate.supervisor.arch);
    lines(&mut out, "operating_system_board", "board", &aggregate.operating_system.boards);
    lines(&mut out, "operating_system_version", "version", &aggregate.operating_system.versions);
    out
}

/// `/prometheus/addons`
pub fn addons(aggregate: &Aggregate) -> String {
    let mut out = String::new();
    for (slug, addon) in &aggregate.addons {
        line(&mut out, "addon_total", &[("slug", slug)], addon.total);
        line(&mut out, "addon_auto_update", &[("slug", slug)], addon.auto_update);
        line(&mut out, "addon_protected", &[("slug", slug)], addon.protected);
        for (version, count) in &addon.versions {
            line(&mut out, "addon_version", &[("slug", slug), ("version", version)], count);
        }
    }
    out
}

/// `/prometheus/integrations`
pub fn integrations(aggregate: &Aggregate) -> String {
    let mut out = String::new();
    lines(&mut out, "integration", "domain", &aggregate.integrations);
    out
}

/// `/prometheus/custom_integrations`
pub fn custom_integrations(aggregate: &Aggregate) -> String {
    let mut out = String::new();
    for (domain, integration) in &aggregate.custom_integrations {
        line(&mut out, "custom_integration", &[("domain", domain)], integration.total);
        for (version, count) in &integration.versions {
            line(&mut out, "custom_integration_version", &[("domain", domain), ("version", version)], count);
        }
    }
    out
}

fn lines(out: &mut String, name: &str, label: &str, counts: &Counts) {
    counts.iter().for_each(|(value, count)| line(out, name, &[(label, value)], count));
}

fn line(out: &mut String, name: &str, labels: &[(&str, &str)], value: impl core::fmt::Display) {
    out.push_str(name);
    for (at, (label, text)) in labels.iter().enumerate() {
        let open = if at == 0 { '{' } else { ',' };
        out.push(open);
        out.push_str(label);
        out.push_str("=\"");
        for each in text.chars() {
            match each {
                '\n' => out.push_str("\\n"),
                '\\' | '"' => out.extend(['\\', each]),
                // The format takes them; a terminal would act on them.
                _ if each.is_control() => out.push(char::REPLACEMENT_CHARACTER),
                _ => out.push(each),
            }
        }
        out.push('"');
    }
    let close = if labels.is_empty() { "" } else { "}" };
    // Writing to a string cannot fail.
    let _ = writeln!(out, "{close} {value}");
}
