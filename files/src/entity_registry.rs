//! `.storage/core.entity_registry`: what is in use, and how many. This is the one file that grows with the home.

use std::io::Read;

use haos_analytics_core::Text;

use crate::domains::Domains;
use crate::json::{Error, Glimpse, Reader};
use crate::stored;

/// What the enabled entities tell. The deleted ones are in the same file and do not count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entities {
    /// The integrations that they belong to.
    pub platforms: Domains,
    /// How many there are.
    pub enabled: u64,
    /// How many of them are automations.
    pub automations: u64,
    /// How many of them belong to nothing that has a name that can be used: so many may be missing in `platforms`.
    pub unusable_platforms: u64,
    /// How many of them have no name that can be used: so many may be missing in `automations`.
    pub unusable_names: u64,
}

/// Reads the file.
///
/// # Errors
///
/// It is not the file that is known here.
pub fn read(source: &mut dyn Read) -> Result<Entities, Error> {
    stored::read(source, |json| {
        let mut found = None;
        json.begin_object()?;
        while json.next_key(&["entities"])?.is_some() {
            found = Some(entities(json)?);
        }
        found.ok_or(Error::Missing { what: "data.entities" })
    })
}

/// Not built into its caller, which is built small.
#[inline(never)]
fn entities(json: &mut Reader<'_>) -> Result<Entities, Error> {
    let mut all = Entities::default();
    json.begin_array()?;
    while json.next_item()? {
        match json.object(KEYS)? {
            Some([disabled_by, entity_id, platform]) => {
                let disabled = !matches!(disabled_by, Glimpse::Nothing | Glimpse::Null);
                all.add(disabled, text(entity_id).map(is_automation), text(platform))?;
            }
            None => {
                let Entity { disabled, automation, platform } = Entity::read(json)?;
                all.add(disabled, automation, platform.as_ref().map(|platform| platform.as_bytes()))?;
            }
        }
    }
    Ok(all)
}

const KEYS: &[&str; 3] = &["disabled_by", "entity_id", "platform"];

impl Entities {
    /// An entity; whether it is an automation and what it belongs to are `None` where that is not known.
    fn add(&mut self, disabled: bool, automation: Option<bool>, platform: Option<&[u8]>) -> Result<(), Error> {
        if disabled {
            return Ok(());
        }
        self.enabled += 1;
        self.automations += u64::from(automation == Some(true));
        self.unusable_names += u64::from(automation.is_none());
        let usable = match platform {
            Some(name) => self.platforms.contains(name) || self.platforms.insert(name)?,
            None => false,
        };
        self.unusable_platforms += u64::from(!usable);
        Ok(())
    }
}

fn text(glimpse: Glimpse<'_>) -> Option<&[u8]> {
    match glimpse {
        Glimpse::Text(text) => Some(text),
        _ => None,
    }
}

fn is_automation(entity_id: &[u8]) -> bool {
    entity_id.starts_with(b"automation.")
}

/// One that has to be walked.
#[derive(Default)]
struct Entity {
    disabled: bool,
    automation: Option<bool>,
    platform: Option<Text>,
}

impl Entity {
    #[cold]
    fn read(json: &mut Reader<'_>) -> Result<Self, Error> {
        let mut entity = Entity::default();
        json.begin_object()?;
        while let Some(key) = json.next_key(KEYS)? {
            match key {
                "disabled_by" => entity.disabled = !json.null()?,
                "entity_id" => entity.automation = json.bytes()?.map(is_automation),
                _ => entity.platform = json.short()?,
            }
        }
        Ok(entity)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(entities: &str) -> Result<Entities, String> {
        let file =
            format!(r#"{{"version":1,"minor_version":20,"data":{{"entities":{entities},"deleted_entities":[{{}}]}}}}"#);
        read(&mut file.as_bytes()).map_err(|error| error.to_string())
    }

    #[test]
    fn what_counts() {
        type Counts = (u64, u64, u64); // enabled, automations, unusable
        let cases: [(&str, Counts, &[&str]); 13] = [
            ("[]", (0, 0, 0), &[]),
            (r#"[{"entity_id":"light.a","platform":"hue","disabled_by":null}]"#, (1, 0, 0), &["hue"]),
            (r#"[{"entity_id":"light.a","platform":"hue"}]"#, (1, 0, 0), &["hue"]),
            (r#"[{"entity_id":"light.a","platform":"hue","disabled_by":"user"}]"#, (0, 0, 0), &[]),
            (
                r#"[{"disabled_by":"user","disabled_by":null,"platform":"a","platform":"b","entity_id":"l.a"}]"#,
                (1, 0, 0),
                &["b"],
            ),
            (
                r#"[{"entity_id":"automation.x","platform":"automation"},{"entity_id":"automations.x","platform":"z"}]"#,
                (2, 1, 0),
                &["automation", "z"],
            ),
            (r#"[{"entity_id":"automation.x","platform":"automation","disabled_by":"hass"}]"#, (0, 0, 0), &[]),
            (r#"[{"pl\u0061tform":"h\u0075e","entity_id":"light.\ud83d\ude00"}]"#, (1, 0, 0), &["hue"]),
            (r#"[{"entity_id":"light.a","platform":"\ud800"}]"#, (1, 0, 1), &[]),
            (r#"[{"entity_id":"light.a","platform":null},{"platform":"hue"}]"#, (2, 0, 2), &["hue"]),
            (r#"[{"entity_id":"light.a","platform":"a\nb"},{"entity_id":"light.b","platform":""}]"#, (2, 0, 2), &[]),
            (
                r#"[{"capabilities":{"platform":"no","o":[{"disabled_by":1}]},"platform":"hue","entity_id":"l.a"}]"#,
                (1, 0, 0),
                &["hue"],
            ),
            (r#"[{"name":"\"platform\":\"no\"","platform":"hue","entity_id":"l.a","x":"}],{"}]"#, (1, 0, 0), &["hue"]),
        ];
        for (entities, counts, platforms) in cases {
            let read = of(entities).unwrap();
            assert_eq!(
                (read.enabled, read.automations, read.unusable_platforms + read.unusable_names),
                counts,
                "{entities}"
            );
            assert_eq!(read.platforms.iter().collect::<Vec<_>>(), platforms, "{entities}");
        }
    }

    #[test]
    fn what_is_no_registry() {
        for (entities, expected) in [
            ("null", "an array is missing at byte 51"),
            ("[1]", "an object is missing at byte 52"),
            (r#"[{"platform":}]"#, "no JSON at byte 64"),
            (r#"[{"platform":"a"]"#, "no JSON at byte 67"),
        ] {
            assert_eq!(of(entities), Err(expected.to_owned()), "{entities}");
        }
        let without = r#"{"version":1,"data":{"deleted_entities":[]}}"#;
        assert_eq!(read(&mut without.as_bytes()).unwrap_err().to_string(), "data.entities is missing");
    }
}
