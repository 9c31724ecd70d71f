//! `.storage/core.entity_registry`: what is in use, and how many. This is the one file that grows with the home.

use std::io::Read;

use haos_analytics_core::Text;
use haos_analytics_stream::{Error, Reader};

use super::domains::Domains;
use super::stored;

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
pub fn read(source: impl Read) -> Result<Entities, Error> {
    stored::read(source, |json| {
        let mut found = None;
        json.begin_object()?;
        while json.next_key(&["entities"])?.is_some() {
            found = Some(entities(json)?);
        }
        found.ok_or(Error::Missing { what: "data.entities" })
    })
}

fn entities(json: &mut Reader<'_>) -> Result<Entities, Error> {
    let mut all = Entities::default();
    json.begin_array()?;
    while json.next_item()? {
        let entity = Entity::read(json, &all.platforms)?;
        all.add(&entity)?;
    }
    Ok(all)
}

impl Entities {
    fn add(&mut self, entity: &Entity) -> Result<(), Error> {
        if entity.disabled {
            return Ok(());
        }
        self.enabled += 1;
        self.automations += u64::from(entity.automation == Some(true));
        match &entity.platform {
            Platform::Listed => {}
            Platform::New(platform) => {
                self.platforms.insert(platform)?;
            }
            Platform::Unusable => self.unusable_platforms += 1,
        }
        self.unusable_names += u64::from(entity.automation.is_none());
        Ok(())
    }
}

/// Copied only where it is not known yet: most are.
#[derive(Default)]
enum Platform {
    Listed,
    New(Text),
    #[default]
    Unusable,
}

#[derive(Default)]
struct Entity {
    platform: Platform,
    disabled: bool,
    /// `None`: it has no name.
    automation: Option<bool>,
}

impl Entity {
    fn read(json: &mut Reader<'_>, listed: &Domains) -> Result<Self, Error> {
        let mut entity = Entity::default();
        json.begin_object()?;
        while let Some(key) = json.next_key(&["disabled_by", "entity_id", "platform"])? {
            match key {
                "disabled_by" => entity.disabled = !json.null()?,
                "entity_id" => entity.automation = json.text()?.map(|id| id.starts_with("automation.")),
                _ => {
                    entity.platform = match json.text()? {
                        Some(name) if listed.contains(name) => Platform::Listed,
                        Some(name) => Text::parse(name.as_bytes()).map_or(Platform::Unusable, Platform::New),
                        None => Platform::Unusable,
                    };
                }
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
        read(file.as_bytes()).map_err(|error| error.to_string())
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
        assert_eq!(read(without.as_bytes()).unwrap_err().to_string(), "data.entities is missing");
    }
}
