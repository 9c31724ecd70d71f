//! Home Assistant's directories as real ones, with links, directories and includes of any kind.

use crate::scratch;
use nix::sys::inotify::{AddWatchFlags, InitFlags, Inotify};
use serde_json::Value;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// A line that begins like this names the file that follows; with ` -> `, a symbolic link; with
/// ` =>`, a hard link to `secrets.yaml`; with a slash at the end, a directory.
const HEADING: &str = "#### ";
/// In a link it stands for the directory outside of the root.
const OUT: &str = "@OUT";
/// What nobody may see: a domain that is reported wherever it is read.
const MARKER: &str = "marker_outside";
/// In a version that nobody may see.
const VERSION: &str = "2026.9.9";
const SECRETS: &str = "secrets.yaml";
const DIRECTORIES: [&str; 4] = ["homeassistant", "share", "ssl", "media"];
/// More would be slow, and no other.
const MOST: usize = 64;

const OS_RELEASE: &str = "ID=haos\nVARIANT_ID=odroid-n2\nVERSION_ID=17.1\nSUPERVISOR_ARCH=aarch64\n";
const ANALYTICS: &str = r#"{"version":1,"minor_version":1,"key":"core.analytics","data":{"onboarded":true,
"preferences":{"base":true,"usage":true,"statistics":true},"uuid":"0123456789abcdef0123456789abcdef"}}"#;
const ENTRIES: &str = r#"{"version":1,"minor_version":5,"key":"core.config_entries","data":{"entries":[
{"entry_id":"a","domain":"DOMAIN","source":"user","disabled_by":null,"version":1,"data":{}}]}}"#;
const REGISTRY: &str =
    r#"{"version":1,"minor_version":19,"key":"core.entity_registry","data":{"entities":[],"deleted_entities":[]}}"#;

struct Machine {
    root: PathBuf,
    data: PathBuf,
    out: PathBuf,
    /// Tells whenever something outside is opened, or a secret, by whatever path.
    opened: Inotify,
}

fn machine() -> &'static Machine {
    static MACHINE: OnceLock<Machine> = OnceLock::new();
    MACHINE.get_or_init(|| {
        let base = scratch::directory("tree");
        let (root, out) = (base.join("root"), base.join("outside"));
        let data = root.join("mnt/data/supervisor");
        scratch::write(root.join("etc/os-release"), OS_RELEASE);
        let leak = format!("{MARKER}:\nautomation:\n  - platform: {MARKER}\n");
        let places =
            [&out, &out.join("directory"), &root, &root.join("etc"), &data, &data.join("backup")].map(PathBuf::clone);
        for place in &places {
            scratch::write(place.join("leak.yaml"), &leak);
        }
        scratch::write(out.join("manifest.json"), format!(r#"{{"domain":"{MARKER}","version":"1.0.0"}}"#));
        scratch::write(out.join("entries"), ENTRIES.replace("DOMAIN", MARKER));
        scratch::write(out.join("version"), VERSION);
        scratch::write(out.join("analytics"), ANALYTICS.replace("0123", "9999"));
        let secrets = data.join("homeassistant").join(SECRETS);
        scratch::write(&secrets, &leak);
        let opened = Inotify::init(InitFlags::IN_NONBLOCK).expect("files can be watched");
        let files = places.iter().map(|place| place.join("leak.yaml"));
        let whole = [out.clone(), out.join("directory"), data.join("backup"), secrets];
        for path in files.chain(whole) {
            opened.add_watch(&path, AddWatchFlags::IN_OPEN | AddWatchFlags::IN_ACCESS).expect("it is there");
        }
        Machine { root, data, out, opened }
    })
}

/// What `show` says of such a machine: nothing outside of the four directories is opened, nor is a
/// secret, and nothing of them is told.
pub fn tree(input: &[u8]) {
    let machine = machine();
    machine.empty();
    machine.usual();
    machine.fill(input);
    let root = machine.root.to_str().expect("a plain path");
    let (code, stdout, stderr) = scratch::run(&["--root", root, "show", "--supervisor", "http://127.0.0.1:1"]);
    let opened = machine.opened.read_events().unwrap_or_default();
    assert!(opened.is_empty(), "{opened:?} {stdout} {stderr}");
    assert!(matches!(code, 0 | 65 | 66 | 77), "{code}: {stderr}");
    if code == 0 {
        let payload: Value = serde_json::from_str(&stdout).expect("the payload is JSON");
        assert_eq!(payload["installation_type"], "Home Assistant OS");
    }
    let is_told = |word: &str| stdout.contains(word) || stderr.contains(word);
    for word in [MARKER, VERSION, "99994567"] {
        let is_in = input.windows(word.len()).any(|part| part == word.as_bytes());
        assert!(is_in || !is_told(word), "{stdout} {stderr}");
    }
}

impl Machine {
    /// Removes everything but the secrets, which stay the same file.
    fn empty(&self) {
        for directory in DIRECTORIES.map(|name| self.data.join(name)) {
            fs::create_dir_all(&directory).expect("a directory can be made");
            for entry in fs::read_dir(&directory).expect("it can be listed").flatten() {
                let path = entry.path();
                if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                    fs::remove_dir_all(path).expect("it can be removed");
                } else if entry.file_name() != SECRETS || !directory.ends_with("homeassistant") {
                    fs::remove_file(path).expect("it can be removed");
                }
            }
        }
    }

    /// What every installation has.
    fn usual(&self) {
        let config = self.data.join("homeassistant");
        scratch::write(config.join(".HA_VERSION"), "2026.2.3");
        scratch::write(config.join(".storage/core.analytics"), ANALYTICS);
        scratch::write(config.join(".storage/core.config_entries"), ENTRIES.replace("DOMAIN", "sun"));
        scratch::write(config.join(".storage/core.entity_registry"), REGISTRY);
        let manifest = format!(r#"{{"domain":"{MARKER}","version":"1.0.0"}}"#);
        scratch::write(config.join(format!("custom_components/{MARKER}/manifest.json")), manifest);
    }

    /// What the input says: first files and directories, then links, so that no file is written
    /// through one.
    fn fill(&self, input: &[u8]) {
        let (mut links, mut count) = (Vec::new(), 0);
        let (mut path, mut content) = (self.inside("configuration.yaml"), Vec::new());
        for line in input.split_inclusive(|byte| *byte == b'\n') {
            let heading = line.strip_prefix(HEADING.as_bytes()).and_then(|text| core::str::from_utf8(text).ok());
            let Some(heading) = heading.map(str::trim_end).filter(|_| count < MOST) else {
                content.extend_from_slice(line);
                continue;
            };
            count += 1;
            self.write(path.take(), &content);
            content.clear();
            if let Some((name, target)) = heading.split_once(" -> ") {
                links.push((self.inside(name), Some(target)));
            } else if let Some(name) = heading.strip_suffix(" =>") {
                links.push((self.inside(name), None));
            } else if heading.ends_with('/') {
                let _ = self.inside(heading).map(fs::create_dir_all);
            } else {
                path = self.inside(heading);
            }
        }
        self.write(path, &content);
        for (path, target) in links {
            let Some(path) = path.filter(|path| self.is_real(path.parent().expect("it is in a directory"))) else {
                continue;
            };
            let _ = fs::remove_file(&path);
            let out = self.out.to_str().expect("a plain path");
            let _ = match target {
                Some(target) => symlink(target.replace(OUT, out), path),
                None => fs::hard_link(self.data.join("homeassistant").join(SECRETS), path),
            };
        }
    }

    /// A path in one of the four directories, in Home Assistant's own if none is named.
    fn inside(&self, name: &str) -> Option<PathBuf> {
        let parts: Vec<&str> = name.split('/').filter(|part| !matches!(*part, "" | "." | "..")).collect();
        let (first, rest) = match parts.split_first()? {
            (&"config", rest) => ("homeassistant", rest),
            (first, rest) if DIRECTORIES.contains(first) => (*first, rest),
            _ => ("homeassistant", parts.as_slice()),
        };
        let path: PathBuf =
            [self.data.as_path(), Path::new(first)].into_iter().chain(rest.iter().map(Path::new)).collect();
        let is_base = rest.is_empty() || rest == [SECRETS] && first == "homeassistant";
        (!is_base && !name.contains('\0')).then_some(path)
    }

    fn write(&self, path: Option<PathBuf>, content: &[u8]) {
        let Some(path) = path.filter(|path| path.as_os_str().len() < 1000) else { return };
        let is_secret = path.file_name().is_some_and(|name| name == SECRETS);
        let content = if is_secret { format!("{MARKER}:\n").into_bytes() } else { content.to_vec() };
        // Where a file is in the place of a directory, or the other way round, there is none.
        if path.parent().is_some_and(|parent| fs::create_dir_all(parent).is_ok()) {
            let _ = fs::write(path, content);
        }
    }

    /// Whether no link is on the way.
    fn is_real(&self, directory: &Path) -> bool {
        let below = directory.ancestors().take_while(|path| *path != self.data);
        let mut kinds = below.map(|path| fs::symlink_metadata(path).map(|seen| seen.is_dir()));
        kinds.all(|kind| matches!(kind, Ok(true)))
    }
}
