//! From facts back to a payload.

use super::{Facts, Kind};
use serde_json::Value;

/// The payload that the facts are of, in the order of the contract, with the place that was derived.
pub fn to_json(uuid: &str, facts: &Facts) -> String {
    let mut out = String::from("{");
    field(&mut out, "uuid", &quoted(uuid));
    let mut open = false;
    for (kind, text) in facts.iter() {
        let item = matches!(kind, Kind::Integration | Kind::CustomIntegration | Kind::Addon);
        if open && !item {
            out.push(']');
            open = false;
        }
        match kind {
            Kind::Reports => {
                field(&mut out, text, "[");
                open = true;
            }
            Kind::Empty => field(&mut out, text, "[]"),
            _ if item => {
                if !out.ends_with('[') {
                    out.push(',');
                }
                out += &if kind == Kind::Integration { quoted(text) } else { text.to_owned() };
            }
            Kind::Version | Kind::InstallationType => field(&mut out, name(kind), &quoted(text)),
            Kind::Place => place(&mut out, text),
            _ => field(&mut out, name(kind), text),
        }
    }
    out + if open { "]}" } else { "}" }
}

fn place(out: &mut String, text: &str) {
    let (country, region) = text.split_once(' ').map_or((text, None), |(country, region)| (country, Some(region)));
    field(out, "country", &quoted(country));
    if let Some(region) = region {
        field(out, "region", &quoted(region));
    }
}

fn field(out: &mut String, name: &str, json: &str) {
    if out.len() > 1 {
        out.push(',');
    }
    out.push('"');
    out.push_str(name);
    out.push_str("\":");
    out.push_str(json);
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

fn name(kind: Kind) -> &'static str {
    Kind::ALL.iter().find(|(each, _)| *each == kind).map_or("", |(_, name)| name)
}
