//! From a payload to facts.

use super::{Facts, Kind};
use crate::origin::Place;
use crate::payload::shape::{Count, Object};
use crate::payload::text::Text;
use crate::payload::{Payload, Recorder};
use serde::Serialize;
use std::borrow::Cow;

impl Facts {
    /// What a payload says, and where it came from. What it says of its place itself is thrown away.
    pub fn of(payload: &Payload<'_>, place: Option<Place>) -> Self {
        let mut read = Read::with_room(payload);
        read.facts.push(Kind::Version, &payload.version.0);
        read.facts.push(Kind::InstallationType, payload.installation_type.0);
        read.object(Kind::Supervisor, payload.supervisor.as_ref());
        read.object(Kind::OperatingSystem, payload.operating_system.as_ref());
        if let Some(integrations) = &payload.integrations {
            read.list("integrations", integrations.0.len());
            integrations.0.iter().for_each(|name| read.facts.push(Kind::Integration, &name.0));
        }
        if let Some(custom) = &payload.custom_integrations {
            read.list("custom_integrations", custom.0.len());
            custom.0.iter().for_each(|one| read.object(Kind::CustomIntegration, Some(one)));
        }
        if let Some(addons) = &payload.addons {
            read.list("addons", addons.0.len());
            addons.0.iter().for_each(|addon| read.object(Kind::Addon, Some(addon)));
        }
        read.object(Kind::Energy, payload.energy.as_ref());
        if let Some(certificate) = payload.certificate {
            read.facts.push(Kind::Certificate, if certificate { "true" } else { "false" });
        }
        if let Some(Object(recorder)) = &payload.recorder {
            let engine = Text(Cow::Owned(recorder.engine.0.to_lowercase()));
            read.json(Kind::Recorder, &Recorder { engine, version: recorder.version.clone() });
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
