//! `.storage/core.entity_registry`: what is in use, and how many. This is the one file that grows with the home.

use std::io::Read;

use super::config_entries::ConfigEntries;
use super::exposed_entities::Unregistered;
use crate::json::{Error, Glimpse, Reader};
use crate::names::Names;
use crate::storage;

/// What the enabled entities tell. The deleted ones are in the same file and do not count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entities {
    /// The integrations of those that belong to a config entry that is there.
    pub with_entry: Names,
    /// The integrations of those that belong to none, or to one that was removed.
    pub without_entry: Names,
    /// How many there are.
    pub enabled: u64,
    /// How many of them are automations.
    pub automations: u64,
    /// How many of them belong to nothing that has a name that can be used.
    pub unusable_platforms: u64,
    /// How many of them have no name that can be used: so many may be missing in `automations`.
    pub unusable_names: u64,
}

/// Reads the file. What it registers, enabled or not, is taken out of `unregistered`.
///
/// # Errors
///
/// It is not the file that is known here.
pub fn read(
    source: &mut dyn Read,
    entries: &ConfigEntries,
    unregistered: &mut Unregistered,
) -> Result<Entities, Error> {
    storage::read_key(source, &["entities"], "data.entities", |json| entities(json, entries, unregistered))
}

/// Not built into its caller, which is built small.
#[inline(never)]
fn entities(
    json: &mut Reader<'_>,
    entries: &ConfigEntries,
    unregistered: &mut Unregistered,
) -> Result<Entities, Error> {
    let mut all = Entities::default();
    json.begin_array()?;
    while json.next_item()? {
        match json.object(KEYS)? {
            Some([config_entry_id, disabled_by, entity_id, platform]) => {
                let disabled = !matches!(disabled_by, Glimpse::Nothing | Glimpse::Null);
                let entry = text(config_entry_id);
                all.add(disabled, text(entity_id), text(platform), entry, entries, unregistered)?;
            }
            None => {
                let entity = Entity::read(json)?;
                let [entity_id, platform, entry] =
                    [&entity.entity_id, &entity.platform, &entity.entry].map(|text| text.as_deref().map(str::as_bytes));
                all.add(entity.disabled, entity_id, platform, entry, entries, unregistered)?;
            }
        }
    }
    Ok(all)
}

const KEYS: &[&str; 4] = &["config_entry_id", "disabled_by", "entity_id", "platform"];

impl Entities {
    /// An entity; what is `None` cannot be used.
    fn add(
        &mut self,
        disabled: bool,
        entity_id: Option<&[u8]>,
        platform: Option<&[u8]>,
        entry: Option<&[u8]>,
        entries: &ConfigEntries,
        unregistered: &mut Unregistered,
    ) -> Result<(), Error> {
        if let Some(entity_id) = entity_id {
            unregistered.remove(entity_id);
        }
        if disabled {
            return Ok(());
        }
        self.enabled += 1;
        self.automations += u64::from(entity_id.is_some_and(is_automation));
        self.unusable_names += u64::from(entity_id.is_none());
        let has_entry = entry.is_some_and(|entry| entries.ids.contains(entry));
        let platforms = if has_entry { &mut self.with_entry } else { &mut self.without_entry };
        let usable = match platform {
            Some(name) => platforms.contains(name) || platforms.insert(name)?,
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
    entity_id: Option<Box<str>>,
    platform: Option<Box<str>>,
    entry: Option<Box<str>>,
}

impl Entity {
    #[cold]
    fn read(json: &mut Reader<'_>) -> Result<Self, Error> {
        let mut entity = Entity::default();
        json.begin_object()?;
        while let Some(key) = json.next_key(KEYS)? {
            match key {
                "disabled_by" => entity.disabled = !json.null()?,
                "entity_id" => entity.entity_id = json.text()?.map(Box::from),
                "platform" => entity.platform = json.text()?.map(Box::from),
                _ => entity.entry = json.text()?.map(Box::from),
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
        let mut ids = Names::default();
        ids.insert(b"here").unwrap();
        let entries = ConfigEntries { ids, ..ConfigEntries::default() };
        read(&mut file.as_bytes(), &entries, &mut Unregistered::default()).map_err(|error| error.to_string())
    }

    #[test]
    fn an_orphan_has_no_entry_or_one_that_is_gone() {
        let read = of(r#"[{"entity_id":"l.a","platform":"a","config_entry_id":"here"},
            {"entity_id":"l.b","platform":"b","config_entry_id":"gone"},
            {"entity_id":"l.c","platform":"c","config_entry_id":null},{"entity_id":"l.d","platform":"d"},
            {"entity_id":"l.e","platform":"a"},{"entity_id":"l.f","platform":"a","config_entry_id":"h\u0065re"}]"#)
        .unwrap();
        assert_eq!(read.with_entry.iter().collect::<Vec<_>>(), ["a"]);
        assert_eq!(read.without_entry.iter().collect::<Vec<_>>(), ["a", "b", "c", "d"]);
    }

    #[test]
    fn what_is_registered_is_not_counted_twice() {
        let file = r#"{"version":1,"data":{"entities":[{"entity_id":"a.a","platform":"p"},
            {"entity_id":"a.b","platform":"p","disabled_by":"user"}]}}"#;
        let mut unregistered: Unregistered = ["a.a", "a.b", "a.c"].into_iter().collect();
        read(&mut file.as_bytes(), &ConfigEntries::default(), &mut unregistered).unwrap();
        assert_eq!(unregistered, ["a.c"].into_iter().collect());
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
            assert_eq!(read.without_entry.iter().collect::<Vec<_>>(), platforms, "{entities}");
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
        assert_eq!(
            read(&mut without.as_bytes(), &ConfigEntries::default(), &mut Unregistered::default())
                .unwrap_err()
                .to_string(),
            "data.entities is missing"
        );
    }
}
