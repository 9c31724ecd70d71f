//! JSON from outside, compared with what a plain reader of JSON makes of it.

use haos_analytics::parse::{bearer_of, data_directory, Decision, Info};
use serde_json::Value;
use std::path::Path;

/// `None` where the plain reader refuses. It also refuses what stands in keys that are skipped, such as half a surrogate.
fn plain(bytes: &[u8]) -> Option<Value> {
    serde_json::from_slice(bytes).ok()
}

/// `core.analytics`: whatever is not clearly a yes is a no.
pub fn consent(file: &[u8]) {
    match Decision::parse(file) {
        Ok(decision) => {
            let Some(value) = plain(file) else { return };
            let data = &value["data"];
            let onboarded = data["onboarded"] == true;
            let switch = |name: &str| onboarded && data["preferences"][name] == true;
            assert_eq!(value["version"], 1);
            assert_eq!(decision.preferences.base.is_some(), switch("base"));
            assert_eq!(decision.preferences.base.is_some_and(|base| base.usage), switch("base") && switch("usage"));
            let statistics = decision.preferences.base.is_some_and(|base| base.statistics);
            assert_eq!(statistics, switch("base") && switch("statistics"));
            assert_eq!(decision.preferences.diagnostics, switch("diagnostics"));
            assert_eq!(decision.uuid.is_some(), data["uuid"].is_string());
            if let Some(Ok(uuid)) = &decision.uuid {
                assert_eq!(Some(uuid.as_str()), data["uuid"].as_str());
            }
        }
        Err(why) => says_nothing_of_the_content(&why),
    }
}

/// `observer.json`: the header holds the token and nothing else, and is marked as secret.
pub fn observer(file: &[u8]) {
    let Some(header) = bearer_of(file) else { return };
    assert!(header.is_sensitive());
    let token = header.as_bytes().strip_prefix(b"Bearer ").expect("a bearer token");
    assert!(!token.is_empty() && !token.iter().any(|byte| matches!(byte, b'\r' | b'\n' | 0)));
    if let Some(value) = plain(file) {
        assert_eq!(value["access_token"].as_str().map(str::as_bytes), Some(token));
    }
}

/// The Supervisor's answer.
pub fn supervisor_answer(body: &[u8]) {
    match Info::read(body) {
        Ok(_) => {
            let Some(value) = plain(body) else { return };
            assert!(value["result"] == "ok" && value["data"]["healthy"].is_boolean());
            assert!(value["data"]["supported"].is_boolean());
        }
        Err(why) => says_nothing_of_the_content(&why),
    }
}

/// An error goes to the log, where no value of a file belongs: its words are the program's own.
fn says_nothing_of_the_content(why: &str) {
    const WORDS: &str = "cannot be read no JSON not of the form that is expected it ends too early it holds no data \
                         at line column not version 1 of core.analytics UTF-8";
    for word in why.split(' ') {
        assert!(word.parse::<usize>().is_ok() || WORDS.split_whitespace().any(|own| own == word), "{why}");
    }
}

/// `hassio.json`: a place is the absolute one that stands in it, and an error quotes nothing.
pub fn hassio(file: &[u8]) {
    let plain = serde_json::from_slice::<Value>(file).ok().filter(Value::is_object);
    match data_directory(file) {
        Ok(place) => {
            // What is skipped may be what no value holds, such as a number of 400 digits.
            let Some(plain) = plain else { return };
            let named = plain["data"].as_str().filter(|path| path.starts_with('/'));
            assert_eq!(place.as_deref(), named.map(Path::new));
        }
        Err(why) => assert!(why.len() < 100 && why.is_ascii(), "{why}"),
    }
}
