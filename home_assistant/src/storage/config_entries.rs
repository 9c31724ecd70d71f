//! `.storage/core.config_entries`: what was set up in the user interface. `data` and `options` hold passwords and tokens;
//! they are skipped.

use std::io::Read;

use haos_analytics_core::Text;

use crate::json::{Error, Reader};
use crate::names::Names;
use crate::storage;

/// What the entries tell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConfigEntries {
    /// The integrations of those that are neither ignored nor disabled.
    pub domains: Names,
    /// The ids of all of them, by which entities refer to them.
    pub ids: Names,
    /// How many that count belong to nothing that is a name, and are therefore missing in
    /// `domains`.
    pub unusable: u64,
}

/// Reads the file.
///
/// # Errors
///
/// It is not the file that is known here.
pub fn read(source: &mut dyn Read) -> Result<ConfigEntries, Error> {
    storage::read_key(source, &["entries"], "data.entries", entries)
}

fn entries(json: &mut Reader<'_>) -> Result<ConfigEntries, Error> {
    let mut all = ConfigEntries::default();
    json.begin_array()?;
    while json.next_item()? {
        let entry = Entry::read(json)?;
        if let Some(id) = &entry.id {
            all.ids.insert(id.as_bytes())?;
        }
        if entry.ignored || entry.disabled {
            continue;
        }
        match &entry.domain {
            Some(domain) if all.domains.insert(domain.as_bytes())? => {}
            _ => all.unusable += 1,
        }
    }
    Ok(all)
}

#[derive(Default)]
struct Entry {
    id: Option<Text>,
    domain: Option<Text>,
    ignored: bool,
    disabled: bool,
}

impl Entry {
    fn read(json: &mut Reader<'_>) -> Result<Self, Error> {
        let mut entry = Entry::default();
        json.begin_object()?;
        while let Some(key) = json.next_key(&["disabled_by", "domain", "entry_id", "source"])? {
            match key {
                "disabled_by" => entry.disabled = !json.null()?,
                "entry_id" => entry.id = json.short()?,
                "source" => entry.ignored = json.bytes()? == Some(b"ignore"),
                _ => entry.domain = json.short()?,
            }
        }
        Ok(entry)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_ignored_nor_disabled() {
        let cases: [(&str, &[&str], u64); 10] = [
            ("", &[], 0),
            (r#"{"domain":"hue","source":"user","disabled_by":null}"#, &["hue"], 0),
            (r#"{"domain":"hue","source":"user"},{"source":"zeroconf","domain":"cast"}"#, &["cast", "hue"], 0),
            (r#"{"domain":"hue","source":"ignore","disabled_by":null}"#, &[], 0),
            (r#"{"domain":"hue","source":"user","disabled_by":"user"}"#, &[], 0),
            (r#"{"domain":"hue","source":"ignore"},{"domain":"hue","source":"user"}"#, &["hue"], 0),
            (r#"{"domain":"hassio","source":"system"},{"domain":"go2rtc"}"#, &["go2rtc", "hassio"], 0),
            (r#"{"data":{"domain":"no"},"options":{"source":"ignore"},"domain":"hue"}"#, &["hue"], 0),
            (r#"{"domain":"no","domain":"hue","source":"ignore","source":"user"}"#, &["hue"], 0),
            (r#"{"domain":["hue"]},{"source":"user"},{"domain":"\udc00"}"#, &[], 3),
        ];
        for (entries, domains, unusable) in cases {
            let file = format!(r#"{{"version":1,"minor_version":5,"data":{{"entries":[{entries}]}}}}"#);
            let read = read(&mut file.as_bytes()).unwrap();
            assert_eq!(read.domains.iter().collect::<Vec<_>>(), domains, "{entries}");
            assert_eq!(read.unusable, unusable, "{entries}");
        }
        let ids = r#"{"version":1,"data":{"entries":[{"entry_id":"a","disabled_by":"user"},{"entry_id":"b"}]}}"#;
        assert_eq!(read(&mut ids.as_bytes()).unwrap().ids.iter().collect::<Vec<_>>(), ["a", "b"]);
        let without = r#"{"version":1,"data":{}}"#;
        assert_eq!(read(&mut without.as_bytes()).unwrap_err().to_string(), "data.entries is missing");
    }
}
