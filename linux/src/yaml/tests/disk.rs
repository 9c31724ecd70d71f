//! Real files.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use crate::directory::Kind;
use crate::root::Root;
use crate::yaml::{self, Database, Yaml, YamlError};

/// A directory of its own, and gone afterwards.
struct Directory(PathBuf);

impl Directory {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("haos-analytics-yaml-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(path.join("data/config/sub")).unwrap();
        Directory(path)
    }

    fn write(&self, file: &str, text: &str) {
        fs::write(self.0.join(file), text).unwrap();
    }

    fn link(&self, target: &str, file: &str) {
        symlink(target, self.0.join(file)).unwrap();
    }

    fn read(&self) -> Result<Yaml, YamlError> {
        yaml::read(&Root::open(&self.0).unwrap(), Path::new("/data/config"))
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn domains(yaml: &Yaml) -> String {
    yaml.domains.iter().map(String::as_str).collect::<Vec<_>>().join(" ")
}

#[test]
fn the_whole_example() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/yaml");
    let yaml = yaml::read(&Root::open(&here).unwrap(), Path::new("testdata")).unwrap();
    let expected =
        "automation broken_by_label climate custom_one default_config file filter frontend generic_thermostat \
                    group homeassistant http input_datetime light notify recorder rest rest_command script sensor smtp \
                    template time_date timer";
    assert_eq!(domains(&yaml), expected);
    assert_eq!(yaml.automations_without_id, 3);
    assert_eq!((&yaml.recorder, yaml.http_certificate), (&Database::Unknown, Some(true)));
    assert!(yaml.loads_energy());
    assert!(!format!("{yaml:?}").contains("MARKER"));
}

#[test]
fn links_stay_inside() {
    let directory = Directory::new("links");
    directory.write("data/outside.yaml", "platform: outside");
    directory.write("data/config/configuration.yaml", "sensor: !include_dir_list sub");
    directory.write("data/config/real.yaml", "platform: real");
    directory.write("data/config/sub/one.yaml", "platform: one");
    directory.link("../real.yaml", "data/config/sub/link.yaml");
    directory.link("sub", "data/config/directory.yaml");
    directory.link("..", "data/config/sub/loop");
    assert_eq!(domains(&directory.read().unwrap()), "one real sensor");

    for target in ["../../outside.yaml", "/data/outside.yaml", "nowhere.yaml"] {
        directory.link(target, "data/config/sub/out.yaml");
        let error = directory.read().unwrap_err().to_string();
        assert!(error.ends_with("data/config/sub/out.yaml: there is no such file"), "{error}");
        fs::remove_file(directory.0.join("data/config/sub/out.yaml")).unwrap();
    }
}

#[test]
fn only_regular_files_are_opened() {
    let directory = Directory::new("kinds");
    directory.write("data/config/configuration.yaml", "sensor: !include sub");
    let error = directory.read().unwrap_err().to_string();
    assert!(error.ends_with("line 1: the file that is included: not a regular file"), "{error}");
    directory.write("data/config/configuration.yaml", "sensor: !include_dir_list sub");
    nix::unistd::mkfifo(&directory.0.join("data/config/sub/pipe.yaml"), nix::sys::stat::Mode::S_IRWXU).unwrap();
    let error = directory.read().unwrap_err().to_string();
    assert!(error.ends_with("sub/pipe.yaml: not a regular file"), "{error}");
    directory.write("data/config/configuration.yaml", "sensor: !include_dir_list configuration.yaml");
    assert_eq!(domains(&directory.read().unwrap()), "sensor");
    let long = "MARKER".repeat(1000);
    directory.write("data/config/configuration.yaml", &format!("a: !include {long}\n"));
    assert!(!directory.read().unwrap_err().to_string().contains("MARKER"));
    directory.write("data/config/configuration.yaml", &format!("a: !include_dir_list {long}\n"));
    assert!(!directory.read().unwrap_err().to_string().contains("MARKER"));
}

#[test]
fn there_is_no_configuration() {
    let directory = Directory::new("none");
    assert!(directory
        .read()
        .unwrap_err()
        .to_string()
        .ends_with("data/config/configuration.yaml: there is no such file"));
    fs::remove_dir_all(directory.0.join("data")).unwrap();
    assert!(directory.read().unwrap_err().to_string().ends_with("data/config: there is no such file"));
}

#[test]
fn a_directory_is_listed_in_order() {
    let directory = Directory::new("list");
    for name in ["c", "a", "b.yaml"] {
        directory.write(&format!("data/config/{name}"), "");
    }
    directory.link("sub", "data/config/link");
    let root = Root::open(&directory.0).unwrap();
    let entries = root.list("/data/config", 5).unwrap();
    let entries: Vec<_> = entries.iter().map(|entry| (entry.name.to_str().unwrap(), entry.kind)).collect();
    let file = Kind::Other;
    let expected =
        [("a", file), ("b.yaml", file), ("c", file), ("link", Kind::LinkToDirectory), ("sub", Kind::Directory)];
    assert_eq!(entries, expected);
    let error = root.list("data/config", 4).err().unwrap().to_string();
    assert!(error.ends_with("data/config: more than 4 entries"), "{error}");
    assert!(root.list("data/config/a", 4).is_err() && root.list("nowhere", 4).err().unwrap().is_missing());
}
