//! The kinds of entities that other integrations bring along.

/// The base platforms of Home Assistant 2026.2, in ascending order. Below these keys, `platform:` names an integration.
const BASE_PLATFORMS: [&str; 43] = [
    "ai_task",
    "air_quality",
    "alarm_control_panel",
    "assist_satellite",
    "binary_sensor",
    "button",
    "calendar",
    "camera",
    "climate",
    "conversation",
    "cover",
    "date",
    "datetime",
    "device_tracker",
    "event",
    "fan",
    "geo_location",
    "humidifier",
    "image",
    "image_processing",
    "lawn_mower",
    "light",
    "lock",
    "media_player",
    "notify",
    "number",
    "remote",
    "scene",
    "select",
    "sensor",
    "siren",
    "stt",
    "switch",
    "text",
    "time",
    "todo",
    "tts",
    "update",
    "vacuum",
    "valve",
    "wake_word",
    "water_heater",
    "weather",
];

/// Whether a domain is one of them.
pub fn is_base_platform(domain: &str) -> bool {
    BASE_PLATFORMS.binary_search(&domain).is_ok()
}

#[cfg(test)]
mod tests {
    use super::{is_base_platform, BASE_PLATFORMS};

    #[test]
    fn the_table_is_in_order() {
        assert!(BASE_PLATFORMS.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(BASE_PLATFORMS.into_iter().all(is_base_platform));
    }

    #[test]
    fn others_are_none() {
        for domain in ["", "automation", "sensor extra", "sensors", "zone", "Sensor"] {
            assert!(!is_base_platform(domain), "{domain}");
        }
    }
}
