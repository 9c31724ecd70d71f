//! From a payload to facts.

use super::form::{is_database_version, is_domain, is_engine, is_slug, is_thing_version, is_version, is_word};
use super::{Facts, Kind};
use crate::origin::Place;
use crate::payload::shape::{Count, Object};
use crate::payload::text::Text;
use crate::payload::{Addon, CustomIntegration, OperatingSystem, Payload, Recorder, Supervisor, NAME, VERSION};
use serde::Serialize;
use std::borrow::Cow;

impl Facts {
    /// What a payload says, and where it came from. What it says of its place itself is thrown
    /// away, and so is a text that has not the form of what it stands for: it becomes empty, and an
    /// optional one absent.
    pub fn of(payload: &Payload<'_>, place: Option<Place>) -> Self {
        let mut read = Read::with_room(payload);
        read.facts.push(Kind::Version, if is_version(&payload.version.0) { &payload.version.0 } else { NO_VERSION });
        read.facts.push(Kind::InstallationType, payload.installation_type.0);
        if let Some(Object(Supervisor { healthy, supported, arch })) = &payload.supervisor {
            let arch = arch.as_ref().map(|arch| formed(arch, is_word));
            read.json(Kind::Supervisor, &Supervisor { healthy: *healthy, supported: *supported, arch });
        }
        if let Some(Object(OperatingSystem { board, version })) = &payload.operating_system {
            let (board, version) = (formed(board, is_word), optional(version, is_word));
            read.json(Kind::OperatingSystem, &OperatingSystem { board, version });
        }
        if let Some(integrations) = &payload.integrations {
            read.list("integrations", integrations.0.len());
            integrations.0.iter().for_each(|name| read.facts.push(Kind::Integration, &formed(name, is_domain).0));
        }
        if let Some(custom) = &payload.custom_integrations {
            read.list("custom_integrations", custom.0.len());
            custom.0.iter().for_each(|Object(one)| {
                let (domain, version) = named(&one.domain, is_domain, &one.version);
                read.json(Kind::CustomIntegration, &CustomIntegration { domain, version });
            });
        }
        if let Some(addons) = &payload.addons {
            read.list("addons", addons.0.len());
            addons.0.iter().for_each(|Object(addon)| {
                let (slug, version) = named(&addon.slug, is_slug, &addon.version);
                let (protected, auto_update) = (addon.protected, addon.auto_update);
                read.json(Kind::Addon, &Addon { slug, protected, version, auto_update });
            });
        }
        read.object(Kind::Energy, payload.energy.as_ref());
        if let Some(certificate) = payload.certificate {
            read.facts.push(Kind::Certificate, if certificate { "true" } else { "false" });
        }
        if let Some(Object(recorder)) = &payload.recorder {
            let engine = Text(Cow::Owned(recorder.engine.0.to_lowercase()));
            let (engine, version) = (formed(&engine, is_engine), formed(&recorder.version, is_database_version));
            read.json(Kind::Recorder, &Recorder { engine, version });
        }
        read.count(Kind::States, payload.state_count);
        read.count(Kind::Automations, payload.automation_count);
        read.count(Kind::Integrations, payload.integration_count);
        read.count(Kind::Addons, payload.addon_count);
        read.count(Kind::Users, payload.user_count);
        if let Some(place) = place {
            read.facts.push(Kind::Place, place.as_str());
        }
        read.facts
    }
}

/// Stands for a version of another form; the contract takes it, so that what is exported can be
/// imported.
const NO_VERSION: &str = "unknown";

/// A text if it is formed, else an empty one.
fn formed<'a, const MAX: usize>(text: &'a Text<'_, MAX>, is: impl Fn(&str) -> bool) -> Text<'a, MAX> {
    Text(Cow::Borrowed(if is(&text.0) { &text.0 } else { "" }))
}

type Version<'a> = Option<Option<Text<'a, VERSION>>>;

/// A version if it is formed, or null; else it is absent.
fn optional<'a>(version: &'a Version<'_>, is: impl Fn(&str) -> bool) -> Version<'a> {
    match version {
        Some(Some(text)) if is(&text.0) => Some(Some(Text(Cow::Borrowed(&*text.0)))),
        Some(None) => Some(None),
        _ => None,
    }
}

/// A name and a version of it, as far as they are formed. Without the name, the version is of
/// nothing.
fn named<'a>(
    name: &'a Text<'_, NAME>,
    is: impl Fn(&str) -> bool,
    version: &'a Version<'_>,
) -> (Text<'a, NAME>, Version<'a>) {
    let name = formed(name, is);
    let version = if name.0.is_empty() { None } else { optional(version, is_thing_version) };
    (name, version)
}

/// The facts so far.
struct Read {
    facts: Facts,
    /// An object as it is being written.
    object: Vec<u8>,
}

impl Read {
    /// With room for what is usual, so that it need not be moved about as it grows.
    fn with_room(payload: &Payload<'_>) -> Self {
        let [integrations, custom, addons] = [
            payload.integrations.as_ref().map_or(0, |list| list.0.len()),
            payload.custom_integrations.as_ref().map_or(0, |list| list.0.len()),
            payload.addons.as_ref().map_or(0, |list| list.0.len()),
        ];
        let facts = Facts {
            text: String::with_capacity(256 + 12 * integrations + 48 * custom + 96 * addons),
            ends: Vec::with_capacity(16 + integrations + custom + addons),
        };
        Self { facts, object: Vec::with_capacity(128) }
    }

    fn object<T: Serialize>(&mut self, kind: Kind, object: Option<&Object<T>>) {
        if let Some(Object(object)) = object {
            self.json(kind, object);
        }
    }

    fn json(&mut self, kind: Kind, value: &impl Serialize) {
        self.object.clear();
        // A vector takes every byte that there is memory for, and our values serialise, to UTF-8.
        let _ = serde_json::to_writer(&mut self.object, value);
        self.facts.push(kind, core::str::from_utf8(&self.object).unwrap_or_default());
    }

    fn list(&mut self, key: &str, length: usize) {
        self.facts.push(if length == 0 { Kind::Empty } else { Kind::Reports }, key);
    }

    fn count(&mut self, kind: Kind, count: Option<Count>) {
        let Some(Count(number)) = count else { return };
        // Never with an exponent, and -0 is 0.
        if number.fract() == 0.0 {
            #[allow(clippy::cast_possible_truncation, reason = "whole and within 2^53")]
            let whole = number as i64;
            self.facts.push(kind, itoa::Buffer::new().format(whole));
        } else {
            self.facts.push(kind, &number.to_string());
        }
    }
}
