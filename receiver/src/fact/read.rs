//! From a payload to facts.

use super::{Facts, Kind};
use crate::origin::Place;
use crate::payload::shape::{Count, Object};
use crate::payload::Payload;
use core::fmt::Write as _;
use serde::Serialize;

impl Facts {
    /// What a payload says, and where it came from. What it says of its place itself is thrown away.
    pub fn of(payload: &Payload<'_>, place: Option<Place>) -> Self {
        let mut facts = Self::default();
        facts.push(Kind::Version, &payload.version.0);
        facts.push(Kind::InstallationType, payload.installation_type.0);
        facts.object(Kind::Supervisor, payload.supervisor.as_ref());
        facts.object(Kind::OperatingSystem, payload.operating_system.as_ref());
        if let Some(integrations) = &payload.integrations {
            facts.list("integrations", integrations.0.len());
            integrations.0.iter().for_each(|name| facts.push(Kind::Integration, &name.0));
        }
        if let Some(custom) = &payload.custom_integrations {
            facts.list("custom_integrations", custom.0.len());
            custom.0.iter().for_each(|one| facts.object(Kind::CustomIntegration, Some(one)));
        }
        if let Some(addons) = &payload.addons {
            facts.list("addons", addons.0.len());
            addons.0.iter().for_each(|addon| facts.object(Kind::Addon, Some(addon)));
        }
        facts.object(Kind::Energy, payload.energy.as_ref());
        if let Some(certificate) = payload.certificate {
            facts.push(Kind::Certificate, if certificate { "true" } else { "false" });
        }
        if let Some(Object(recorder)) = &payload.recorder {
            let engine = recorder.engine.0.to_lowercase();
            facts.json(Kind::Recorder, &serde_json::json!({"engine": engine, "version": recorder.version}));
        }
        facts.count(Kind::States, payload.state_count);
        facts.count(Kind::Automations, payload.automation_count);
        facts.count(Kind::Integrations, payload.integration_count);
        facts.count(Kind::Addons, payload.addon_count);
        facts.count(Kind::Users, payload.user_count);
        if let Some(place) = place {
            facts.push(Kind::Place, place.as_str());
        }
        facts
    }

    fn object<T: Serialize>(&mut self, kind: Kind, object: Option<&Object<T>>) {
        if let Some(Object(object)) = object {
            self.json(kind, object);
        }
    }

    fn json(&mut self, kind: Kind, value: &impl Serialize) {
        // A string takes every byte that there is memory for, and our values serialise.
        let text = serde_json::to_string(value).unwrap_or_default();
        self.push(kind, &text);
    }

    fn list(&mut self, key: &str, length: usize) {
        self.push(if length == 0 { Kind::Empty } else { Kind::Reports }, key);
    }

    fn count(&mut self, kind: Kind, count: Option<Count>) {
        let Some(Count(number)) = count else { return };
        // Never with an exponent, and -0 is 0.
        let _ = write!(self.text, "{}", if number == 0.0 { 0.0 } else { number });
        self.ends.push((kind, self.text.len()));
    }
}
