//! `custom_components`: integrations that are not part of Home Assistant.

use std::path::Path;

use haos_analytics_core::Text;
use haos_analytics_files::manifest;

use super::integrations::Customs;
use super::{read_file, Unread};
use crate::directory::Kind;
use crate::log::Log;
use crate::root::Root;

/// The community store has 2,000 integrations.
const MOST: usize = 4096;
/// A manifest has some 500 bytes.
const LIMIT: u64 = 1024 * 1024;
/// A store that is broken as a whole need not be told a thousand times.
const MOST_REMARKS: usize = 3;

/// Every directory with a manifest. One whose manifest cannot be read counts as one that Home Assistant refuses to load.
/// `None`, and a remark, if it is not known which there are: a private name must not pass for one of Home Assistant's.
pub fn read(root: &Root, config: &Path, log: &mut Log<'_>) -> Option<Customs> {
    let directory = config.join("custom_components");
    let mut customs = Customs::new();
    let entries = match root.list(&directory, MOST) {
        Ok(entries) => entries,
        Err(error) if error.is_missing() => return Some(customs),
        Err(error) => {
            log.warning(format_args!("{error}; integrations are left out"));
            return None;
        }
    };
    let mut broken = 0_usize;
    for entry in entries {
        let Some(domain) = entry.name.to_str().and_then(|name| Text::parse(name.as_bytes()).ok()) else { continue };
        let place = directory.join(&entry.name);
        // A file among the directories; a link that leads nowhere here may be one in Home Assistant's container.
        if entry.kind == Kind::Other && root.exists(&place) {
            continue;
        }
        let manifest = place.join("manifest.json");
        let version = match read_file(root, &manifest, LIMIT, manifest::read) {
            Ok(manifest) => manifest.version,
            Err(Unread::Missing(_)) if entry.kind != Kind::Other && root.lacks(&manifest) => continue,
            Err(why) => {
                broken += 1;
                if broken <= MOST_REMARKS {
                    log.warning(format_args!("{why}; the integration is left out"));
                }
                None
            }
        };
        customs.insert(domain, version);
    }
    if broken > MOST_REMARKS {
        log.warning(format_args!("{}: {broken} such integrations in all", root.path(&directory).display()));
    }
    Some(customs)
}
