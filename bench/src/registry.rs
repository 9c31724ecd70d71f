//! A `core.entity_registry` for a home of any size, about 0.9 kB for each entity.

use crate::random::Random;
use crate::style::{Style, Styled};
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// Integrations of a home, those with the most entities first.
pub(crate) const INTEGRATIONS: [&str; 72] = [
    "mqtt",
    "zha",
    "esphome",
    "hue",
    "shelly",
    "zwave_js",
    "tuya",
    "sonos",
    "cast",
    "apple_tv",
    "met",
    "sun",
    "backup",
    "mobile_app",
    "homekit_controller",
    "matter",
    "thread",
    "bluetooth",
    "ibeacon",
    "tasmota",
    "unifi",
    "unifiprotect",
    "roborock",
    "ecovacs",
    "wled",
    "lifx",
    "tplink",
    "hacs",
    "spotify",
    "template",
    "group",
    "utility_meter",
    "integration",
    "statistics",
    "history_stats",
    "min_max",
    "derivative",
    "generic_thermostat",
    "rest",
    "command_line",
    "modbus",
    "knx",
    "velux",
    "netatmo",
    "airthings",
    "frigate",
    "reolink",
    "onvif",
    "nest",
    "smartthings",
    "systemmonitor",
    "speedtestdotnet",
    "fritz",
    "workday",
    "season",
    "moon",
    "dlna_dmr",
    "upnp",
    "ipp",
    "brother",
    "plex",
    "radarr",
    "sonarr",
    "transmission",
    "pi_hole",
    "adguard",
    "octoprint",
    "tado",
    "ring",
    "withings",
    "waze_travel_time",
    "google_translate",
];
const DOMAINS: [&str; 12] = [
    "sensor",
    "sensor",
    "sensor",
    "binary_sensor",
    "switch",
    "light",
    "button",
    "update",
    "number",
    "select",
    "cover",
    "climate",
];
const NAMES: [&str; 8] =
    ["Living room", "Küche", "Büro am Garten", "客厅", "кухня", "Bedroom window", "Salón", "Hallway motion"];
/// A name that takes in whoever looks for keys without reading strings.
const TRAP: &str = r#"}],{\"platform\":\"none\",\"disabled_by\":null,\\\u0000"#;

/// The id of an integration's config entry, as Home Assistant makes them.
pub(crate) fn entry_id(platform: &str) -> String {
    let number = INTEGRATIONS.iter().position(|known| *known == platform).unwrap_or(INTEGRATIONS.len());
    format!("01J{:023X}", 0x9E37_79B9_7F4A_7C15_u128.wrapping_mul(number as u128 + 1))
}

/// What a registry that was written holds.
#[derive(Debug, PartialEq)]
pub(crate) struct Holds {
    pub(crate) enabled: u64,
    pub(crate) automations: u64,
    pub(crate) platforms: BTreeSet<String>,
}

/// Writes one of so many entities, and a tenth of them deleted. The same number gives the same file.
pub(crate) fn write(path: &Path, entities: u64, style: Style) -> io::Result<Holds> {
    fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
    let mut out = Styled::new(style, BufWriter::with_capacity(1 << 16, File::create(path)?));
    let mut random = Random::seeded(entities);
    let mut holds = Holds { enabled: 0, automations: 0, platforms: BTreeSet::new() };
    write!(out, "{{\n  \"version\": 1,\n  \"minor_version\": 18,\n  \"key\": \"core.entity_registry\",\n")?;
    write!(out, "  \"data\": {{\n    \"entities\": [")?;
    for number in 0..entities {
        out.write_all(if number == 0 { b"\n      " } else { b",\n      " })?;
        entity(&mut out, &mut random, number, &mut holds)?;
    }
    write!(out, "\n    ],\n    \"deleted_entities\": [")?;
    for number in 0..entities / 10 {
        out.write_all(if number == 0 { b"\n      " } else { b",\n      " })?;
        deleted(&mut out, &mut random, number)?;
    }
    write!(out, "\n    ]\n  }}\n}}")?;
    out.flush()?;
    Ok(holds)
}

fn entity(out: &mut impl Write, random: &mut Random, number: u64, holds: &mut Holds) -> io::Result<()> {
    let automation = random.percent(2);
    let platform = if automation { "automation" } else { random.pick(&INTEGRATIONS) };
    let domain = if automation { "automation" } else { random.pick(&DOMAINS) };
    let disabled = random.percent(22);
    if !disabled {
        holds.enabled += 1;
        holds.automations += u64::from(automation);
        if !holds.platforms.contains(platform) {
            holds.platforms.insert(platform.to_owned());
        }
    }
    let name = if random.percent(2) { TRAP } else { random.pick(&NAMES) };
    let (id, device, unique) = (random.id(), random.id(), random.next());
    let entry = entry_id(platform);
    let disabled_by = if disabled { random.pick(&[r#""integration""#, r#""user""#, r#""device""#]) } else { "null" };
    let capabilities = match domain {
        "select" => format!(r#"{{"options":["{name}","off","{name}"]}}"#),
        "sensor" => r#"{"state_class":"measurement"}"#.to_owned(),
        _ => "null".to_owned(),
    };
    let class = random.pick(&["null", r#""temperature""#, r#""power""#, r#""battery""#]);
    let (precision, seconds, micros) = (random.below(4), random.below(60), random.below(1_000_000));
    write!(
        out,
        concat!(
            r#"{{"aliases":[],"area_id":null,"categories":{{}},"capabilities":{capabilities},"#,
            r#""config_entry_id":"{entry}","config_subentry_id":null,"#,
            r#""created_at":"2024-11-23T16:05:{seconds:02}.{micros:06}+00:00","device_class":null,"#,
            r#""device_id":"{device}","disabled_by":{disabled_by},"entity_category":"diagnostic","#,
            r#""entity_id":"{domain}.{platform}_{number}","hidden_by":null,"icon":null,"id":"{id}","#,
            r#""has_entity_name":true,"labels":[],"modified_at":"2025-02-03T04:05:{seconds:02}.{micros:06}+00:00","#,
            r#""name":null,"options":{{"conversation":{{"should_expose":false}},"#,
            r#""sensor":{{"suggested_display_precision":{precision}}}}},"original_device_class":{class},"#,
            r#""original_icon":null,"original_name":"{name}","platform":"{platform}","suggested_object_id":null,"#,
            r#""supported_features":0,"translation_key":{class},"unique_id":"{unique:016x}-{number}","#,
            r#""previous_unique_id":null,"unit_of_measurement":"°C"}}"#,
        ),
        capabilities = capabilities,
        entry = entry,
        unique = unique,
        seconds = seconds,
        micros = micros,
        device = device,
        disabled_by = disabled_by,
        domain = domain,
        platform = platform,
        number = number,
        id = id,
        precision = precision,
        class = class,
        name = name,
    )
}

fn deleted(out: &mut impl Write, random: &mut Random, number: u64) -> io::Result<()> {
    let (platform, entry, id) = (random.pick(&INTEGRATIONS), random.next(), random.id());
    write!(
        out,
        concat!(
            r#"{{"config_entry_id":"01J{:023X}","config_subentry_id":null,"#,
            r#""created_at":"2024-01-02T03:04:05.000006+00:00","entity_id":"sensor.{}_gone_{}","id":"{}","#,
            r#""modified_at":"2024-05-06T07:08:09.000001+00:00","orphaned_timestamp":1719830000.123456,"#,
            r#""platform":"{}_gone","unique_id":"{:016x}"}}"#,
        ),
        entry,
        platform,
        number,
        id,
        platform,
        random.next(),
    )
}
