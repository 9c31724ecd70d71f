//! An aggregate with its public forms, each written when it is first asked for.

use super::{publish, Aggregate, Entry};
use bytes::Bytes;
use std::sync::OnceLock;

/// What `serve` publishes until the next refresh.
#[derive(Debug, Default)]
pub struct Published {
    /// The sums.
    pub aggregate: Aggregate,
    /// Those of earlier hours, from the oldest on.
    pub history: Vec<Entry>,
    forms: [OnceLock<Bytes>; 9],
}

/// A public form and its media type.
pub struct Form {
    /// What to send.
    pub body: Bytes,
    /// Its type.
    pub media: &'static str,
}

impl Published {
    /// To be published from now on.
    pub fn new(aggregate: Aggregate, history: Vec<Entry>) -> Self {
        Self { aggregate, history, forms: Default::default() }
    }

    /// The form that is published at this path, if there is one.
    pub fn form(&self, path: &str) -> Option<Form> {
        const JSON: &str = "application/json";
        const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";
        let all = &self.aggregate;
        let (at, media, write): (usize, _, &dyn Fn() -> String) = match path {
            "/" => (0, "text/html; charset=utf-8", &|| crate::page::write(self)),
            "/data.json" => (1, JSON, &|| publish::data(all, &self.history)),
            "/current_data.json" => (2, JSON, &|| publish::current(all)),
            "/addons.json" => (3, JSON, &|| publish::addons(all)),
            "/custom_integrations.json" => (4, JSON, &|| publish::custom_integrations(all)),
            "/prometheus/base" => (5, TEXT, &|| publish::prometheus_base(all)),
            "/prometheus/addons" => (6, TEXT, &|| publish::prometheus_addons(all)),
            "/prometheus/integrations" => (7, TEXT, &|| publish::prometheus_integrations(all)),
            "/prometheus/custom_integrations" => (8, TEXT, &|| publish::prometheus_custom_integrations(all)),
            _ => return None,
        };
        Some(Form { body: self.forms[at].get_or_init(|| Bytes::from(write())).clone(), media })
    }
}
