//! Small configuration directories, each with what Home Assistant's own loader says of it.
//!
//! The data and its format: `tools/yaml/README.md`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::collections::BTreeSet;

use haos_analytics_home_assistant::files::Memory;
use haos_analytics_home_assistant::yaml::{read, Database, Yaml};
use serde_json::Value;

/// Trees of which something else is made here, and why.
const OTHERWISE: [(&str, &str); 30] = [
    ("shape-flow-plain-colon", PYTHON),
    ("shape-flow-plain-colon-list", PYTHON),
    ("shape-tab-block-scalar-first", PYTHON),
    ("shape-tab-block-scalar-first-empty", PYTHON),
    ("shape-flow-plain-colon-nested", PYTHON),
    ("shape-flow-plain-colon-blank", PYTHON),
    ("shape-flow-question-alone", PYTHON),
    ("char-bom-twice", PYTHON),
    ("char-bom-second-line-value", PYTHON),
    ("char-escaped-surrogate", PYTHON),
    ("doc-yaml-1-3", PYTHON),
    ("doc-directive-unknown", PYTHON),
    ("include-fallback", PYTHON),
    ("shape-nesting-320", "at most 200 values inside one another are read"),
    ("shape-nesting-mappings-480", "at most 200 values inside one another are read"),
    ("anchor-recursive-omap", ODD_TAG),
    ("value-str-tag-list", ODD_TAG),
    ("value-str-tag-mapping-default", ODD_TAG),
    ("value-omap-wrong", ODD_TAG),
    ("value-date-in-input", ODD_TAG),
    ("value-date-in-str", ODD_TAG),
    ("platform-newer-base", "base platforms of newer Cores are known"),
    ("key-include", "what an included file would be as a key is not kept"),
    ("input-anywhere", SCHEMA),
    ("auto-alias-null", SCHEMA),
    ("auto-alias-list", SCHEMA),
    ("auto-description", SCHEMA),
    ("auto-item-list-numbers", SCHEMA),
    ("package-automation-empty-item", "that an empty item goes once a package has items is not modelled"),
    ("package-recorder-after-duplicate", SCHEMA),
];
/// libyaml refuses it, and Core asks a second parser, in Python: there is none here.
const PYTHON: &str = "only the parser in Python takes it";
/// A collection with a tag that changes what it is: nobody writes that.
const ODD_TAG: &str = "a collection with an odd tag";
/// It takes the code of an integration to know.
const SCHEMA: &str = "the schema of an integration decides";
/// Core crashes while it merges these; it would take all values to know.
const CRASHES: [&str; 2] = ["package-merge-crash", "package-merge-crash-word"];

fn bytes(content: &Value) -> Vec<u8> {
    match content {
        Value::String(text) => text.clone().into_bytes(),
        Value::Array(pieces) => pieces.iter().flat_map(bytes).collect(),
        Value::Object(piece) => match (piece.get("hex"), piece.get("repeat")) {
            (Some(hex), _) => {
                let digits = hex.as_str().unwrap();
                (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap()).collect()
            }
            (_, Some(repeat)) => {
                let count = usize::try_from(repeat[1].as_u64().unwrap()).unwrap();
                repeat[0].as_str().unwrap().repeat(count).into_bytes()
            }
            _ => panic!("an unknown piece: {content}"),
        },
        _ => panic!("an unknown piece: {content}"),
    }
}

fn files(tree: &Value) -> Memory {
    let mut files = Memory::new();
    files.directory("/config");
    for (path, content) in tree["files"].as_object().unwrap() {
        files.file(path, bytes(content));
    }
    for (path, target) in tree["links"].as_object().into_iter().flatten() {
        files.link(path, target.as_str().unwrap());
    }
    files
}

/// What is read, in the words of the data.
fn facts(yaml: &Yaml) -> Value {
    let url = match yaml.recorder {
        Database::Unknown => "unknown",
        Database::MySql => "mysql",
        Database::PostgreSql => "postgresql",
        _ => "sqlite",
    };
    serde_json::json!({
        "domains": yaml.keys,
        "platforms": yaml.platforms.iter().map(|(base, name)| format!("{base}.{name}")).collect::<BTreeSet<_>>(),
        "automations_without_id": yaml.automations_without_id,
        "db_url": url,
        "ssl_certificate": yaml.http_certificate == Some(true),
    })
}

/// What Core says, in the same words.
fn expected(verdict: &Value) -> Value {
    let url = match verdict.get("db_url").map(|url| url.as_str().unwrap_or_default()) {
        None | Some("sqlite") => "sqlite",
        Some("mysql" | "mariadb") => "mysql",
        Some("postgresql") => "postgresql",
        Some(_) => "unknown",
    };
    serde_json::json!({
        "domains": verdict["domains"],
        "platforms": verdict["platforms"],
        "automations_without_id": verdict.get("automations_without_id").cloned().unwrap_or(Value::from(0)),
        "db_url": url,
        "ssl_certificate": verdict.get("ssl_certificate") == Some(&Value::Bool(true)),
    })
}

/// How a tree differs; nothing if it does not.
fn difference(tree: &Value) -> Option<String> {
    let verdict = tree.get("with_secrets_known").unwrap_or(&tree["verdict"]);
    match (read(&files(tree)), verdict.get("error")) {
        (Ok(_), Some(_)) if CRASHES.contains(&tree["name"].as_str().unwrap()) => None,
        (Ok(_), Some(error)) => Some(format!("read, but Core says {error}")),
        (Err(_), Some(_)) => None,
        (Err(error), None) => Some(format!("refused: {error}; Core: {verdict}")),
        (Ok(yaml), None) => {
            let (found, expected) = (facts(&yaml), expected(verdict));
            if tree.get("unknowable").is_some() {
                return None;
            }
            (found != expected).then(|| format!("{found} for {expected}"))
        }
    }
}

#[test]
fn each_tree_is_read_as_core_reads_it() {
    let trees: Vec<Value> = serde_json::from_str(include_str!("yaml_trees.json")).unwrap();
    let mut wrong = Vec::new();
    let mut otherwise: BTreeSet<&str> = OTHERWISE.iter().map(|(name, _)| *name).collect();
    for tree in &trees {
        let name = tree["name"].as_str().unwrap();
        let difference = difference(tree);
        match (otherwise.remove(name), difference) {
            (false, Some(difference)) => wrong.push(format!("{name} ({}): {difference}", tree["about"])),
            (true, None) => wrong.push(format!("{name}: is now read as Core reads it")),
            _ => {}
        }
    }
    assert!(trees.len() > 500 && otherwise.is_empty(), "{} trees; not among them: {otherwise:?}", trees.len());
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), trees.len(), wrong.join("\n"));
}
