//! A normal installation: 1,000 entities, 77 integrations, 20 add-ons, 15 packages of YAML, 8
//! custom integrations.

use crate::random::Random;
use crate::registry::{self, entry_id, Holds, INTEGRATIONS};
use crate::style::Style;
use haos_analytics_tests::fixture::Fixture;
use serde_json::{json, Value};

const ENTITIES: u64 = 1000;
pub(crate) const ADDONS: usize = 20;
const PACKAGES: usize = 15;
const AUTOMATIONS: usize = 100;
const CUSTOM: [&str; 8] = ["hacs", "frigate", "roborock", "ecovacs", "tado", "plex", "ring", "moon"];

/// Such a machine, all levels on.
pub(crate) struct Installation {
    pub(crate) fixture: Fixture,
    pub(crate) entities: Holds,
}

impl Installation {
    /// One of the usual size.
    pub(crate) fn normal() -> Result<Self, String> {
        Self::of(ENTITIES, Style::Fragment)
    }

    /// The same with so many entities.
    pub(crate) fn of(entities: u64, style: Style) -> Result<Self, String> {
        let fixture = Fixture::copy(crate::world::FIXTURE);
        fixture.preferences(true, true, true, false);
        for stale in ["addons.json", "homeassistant/packages", "homeassistant/custom_components"] {
            fixture.remove(fixture.data_path(stale));
        }
        let registry = fixture.path(fixture.data_path("homeassistant/.storage/core.entity_registry"));
        let entities = registry::write(&registry, entities, style).map_err(|error| format!("the registry: {error}"))?;
        let installation = Self { fixture, entities };
        installation.storage();
        installation.add_ons();
        installation.custom();
        installation.yaml();
        Ok(installation)
    }

    fn write(&self, file: &str, content: impl AsRef<[u8]>) {
        self.fixture.write(self.fixture.data_path(file), content);
    }

    fn stored(&self, key: &str, data: &Value) {
        let file = json!({"version": 1, "minor_version": 1, "key": key, "data": data});
        self.write(&format!("homeassistant/.storage/{key}"), format!("{file:#}"));
    }

    fn storage(&self) {
        let mut random = Random::seeded(1);
        let mut entry = |domain: &str| {
            json!({
                "created_at": "2024-11-23T16:05:00.000000+00:00", "disabled_by": null, "domain": domain,
                "data": {"host": "192.0.2.7", "password": random.id(), "token": random.id().repeat(6)},
                "options": {"scan_interval": 30, "consider_home": random.below(300)}, "entry_id": entry_id(domain),
                "discovery_keys": {}, "minor_version": 1, "modified_at": "2025-02-03T04:05:06.000000+00:00",
                "pref_disable_new_entities": false, "pref_disable_polling": false, "source": "user",
                "subentries": [], "title": "At home", "unique_id": random.id(), "version": 1
            })
        };
        // Home Assistant writes an entry to a line, and indents what is around them.
        let entries: Vec<String> = INTEGRATIONS.iter().map(|domain| entry(domain).to_string()).collect();
        let shell =
            json!({"version": 1, "minor_version": 5, "key": "core.config_entries", "data": {"entries": ["HERE"]}});
        let file = format!("{shell:#}").replace("\"HERE\"", &entries.join(",\n      "));
        self.write("homeassistant/.storage/core.config_entries", file);

        let user = |number: usize| {
            json!({"id": format!("{number:032x}"), "is_active": true, "is_owner": number == 0,
            "name": "A person", "system_generated": number > 3, "group_ids": ["system-admin"], "local_only": false})
        };
        let users: Vec<Value> = (0..6).map(user).collect();
        let token = |_| json!({"id": random.id(), "token": random.id().repeat(4), "jwt_key": random.id().repeat(4)});
        let tokens: Vec<Value> = (0..40).map(token).collect();
        self.stored("auth", &json!({"users": users, "groups": [], "credentials": [], "refresh_tokens": tokens}));
        self.stored("energy", &json!({"energy_sources": [{"type": "grid"}], "device_consumption": []}));
        self.stored("http", &json!({"server_port": 8123, "ssl_certificate": null}));

        let mut history = b"SQLite format 3\0".to_vec();
        history.resize(96, 0);
        history.extend(3_050_004_u32.to_be_bytes());
        history.resize(4096, 0);
        self.write("homeassistant/home-assistant_v2.db", history);
    }

    /// What each add-on says of itself is most of the file.
    fn add_ons(&self) {
        let mut apps = json!({"user": {}, "system": {}});
        for number in 0..ADDONS {
            let slug = format!("a0d7b954_addon_{number:02}");
            apps["user"][&slug] = json!({
                "version": "1.2.3", "auto_update": number % 3 == 0, "protected": number % 7 != 0, "boot": "auto",
                "options": {"ssl": true, "certfile": "fullchain.pem", "logins": [{"username": "a", "password": "b"}]},
                "access_token": "0".repeat(112), "ingress_token": "1".repeat(43), "ingress_panel": false
            });
            apps["system"][&slug] = json!({
                "name": "An add-on", "slug": slug, "version": "1.2.3", "arch": ["aarch64", "amd64"],
                "description": "It does what add-ons do. ".repeat(4), "url": "https://example.org", "ports": {},
                "schema": {"ssl": "bool", "certfile": "str", "logins": [{"username": "str", "password": "password"}]},
                "map": ["ssl", "share:rw"], "image": "example/{arch}-addon", "location": "/data/addons"
            });
        }
        self.write("apps.json", format!("{apps:#}"));
    }

    fn custom(&self) {
        for domain in CUSTOM {
            let manifest = json!({
                "domain": domain, "name": domain, "codeowners": ["@somebody"], "config_flow": true,
                "documentation": "https://example.org", "iot_class": "local_polling", "requirements": [],
                "version": "1.0.0"
            });
            self.write(&format!("homeassistant/custom_components/{domain}/manifest.json"), format!("{manifest:#}"));
        }
    }

    fn yaml(&self) {
        self.write(
            "homeassistant/configuration.yaml",
            "default_config:\nhomeassistant:\n  packages: !include_dir_named packages\nfrontend:\n  themes:\n\
             tts:\n  - platform: google_translate\nautomation: !include automations.yaml\n\
             script: !include scripts.yaml\nscene: !include scenes.yaml\nhttp:\n  ip_ban_enabled: true\n",
        );
        let automations: String = (0..AUTOMATIONS).map(automation).collect();
        self.write("homeassistant/automations.yaml", automations);
        let script = |number| {
            format!(
                "script_{number}:\n  alias: Script {number}\n  sequence:\n  - action: light.turn_on\n    \
                 target: {{entity_id: light.room_{number}}}\n  - delay: '00:00:05'\n"
            )
        };
        self.write("homeassistant/scripts.yaml", (0..40).map(script).collect::<String>());
        let scene = |number| {
            format!(
                "- id: '{number}'\n  name: Scene {number}\n  entities:\n    light.room_{number}:\n      state: 'on'\n"
            )
        };
        self.write("homeassistant/scenes.yaml", (0..30).map(scene).collect::<String>());
        for number in 0..PACKAGES {
            self.write(&format!("homeassistant/packages/package_{number}.yaml"), package(number));
        }
    }
}

fn automation(number: usize) -> String {
    format!(
        "- id: '17{number:011}'\n  alias: Automation {number}\n  description: 'Turns the light on, not by day'\n  \
         triggers:\n  - trigger: state\n    entity_id: binary_sensor.motion_{number}\n    to: 'on'\n  conditions:\n  \
         - condition: template\n    value_template: \"{{{{ states('sensor.lux_{number}') | float(0) < 20 }}}}\"\n  \
         actions:\n  - action: light.turn_on\n    target:\n      entity_id: light.room_{number}\n    \
         data: {{brightness_pct: 60, transition: 2}}\n  - delay: 00:05:00\n  mode: restart\n"
    )
}

fn package(number: usize) -> String {
    let automations: String = (0..4)
        .flat_map(|each| {
            automation(AUTOMATIONS + number * 4 + each).lines().map(|l| format!("  {l}\n")).collect::<Vec<_>>()
        })
        .collect();
    format!(
        "input_boolean:\n  mode_{number}:\n    name: Mode {number}\ntemplate:\n  - sensor:\n      - name: Mean {number}\n        \
         unique_id: mean_{number}\n        unit_of_measurement: \"°C\"\n        state: >-\n          \
         {{% set a = states('sensor.a_{number}') | float(0) %}}\n          {{{{ (a / 2) | round(1) }}}}\n\
         sensor:\n  - platform: statistics\n    name: Statistics {number}\n    entity_id: sensor.a_{number}\n    \
         state_characteristic: mean\n    max_age: {{hours: 24}}\n  - platform: derivative\n    source: sensor.a_{number}\n\
         script:\n  tell_{number}:\n    alias: Tell {number}\n    sequence:\n      - action: notify.everyone\n        \
         data:\n          message: \"Something happened in {number}\"\nautomation:\n{automations}"
    )
}
