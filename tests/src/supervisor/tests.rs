//! The refusals, one by one.

use super::*;
use crate::client::{exchange, get};

fn bearer(token: &str) -> String {
    format!("Authorization: Bearer {token}\r\n")
}

#[test]
fn tells_its_health() {
    let supervisor = Supervisor::start(Options::health(false, true, "armv7"));
    let answer = get(supervisor.address(), "/supervisor/info", &bearer(TOKEN));
    let body: Value = serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap();
    assert_eq!(body["result"], "ok");
    assert_eq!(body["data"]["healthy"], false);
    assert_eq!(body["data"]["supported"], true);
    assert_eq!(body["data"]["arch"], "armv7");
    assert_eq!(supervisor.requests().len(), 1);
    assert_eq!(TOKEN.len(), 112);
}

#[test]
fn refuses_in_the_order_of_the_real_one() {
    let supervisor = Supervisor::start(Options::default());
    let (good, bad) = (bearer(TOKEN), bearer("other"));
    let old = format!("X-Hassio-Key: {TOKEN}\r\n{bad}");
    let shadowed = format!("X-Supervisor-Token: other\r\n{good}");
    for (path, headers, answer) in [
        ("/supervisor/info", "", "401: Unauthorized"),
        ("/nowhere", "", "401: Unauthorized"),
        ("/supervisor/info", bad.as_str(), "403: Forbidden"),
        ("/supervisor/info", shadowed.as_str(), "403: Forbidden"),
        ("/info", good.as_str(), "403: Forbidden"),
        ("/supervisor/stats", good.as_str(), "403: Forbidden"),
        ("/no/such/info", good.as_str(), "404: Not Found"),
        ("/supervisor/ping", "", r#"{"data":{},"result":"ok"}"#),
    ] {
        let got = get(supervisor.address(), path, headers);
        assert!(got.ends_with(&format!("\r\n\r\n{answer}")), "{path} {headers}: {got}");
        assert_eq!(got.contains("text/plain"), !answer.starts_with('{'));
    }
    assert!(get(supervisor.address(), "/supervisor/info?x=1", &old).contains("\"healthy\":true"));
    let request = format!("POST /supervisor/info HTTP/1.0\r\n{good}\r\n");
    assert!(exchange(supervisor.address(), &request).starts_with("HTTP/1.1 405 "));
}

#[test]
fn its_state_comes_before_the_token() {
    let supervisor = Supervisor::start(Options::in_state("setup"));
    for (path, headers) in [("/supervisor/info", bearer(TOKEN)), ("/supervisor/ping", String::new())] {
        let answer = get(supervisor.address(), path, &headers);
        assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
        assert!(answer.contains(r#"{"message":"System is not ready with state: setup","result":"error"}"#));
    }
}

#[test]
fn its_token_changes_once() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("observer.json");
    let change = TokenChange { file: file.clone(), token: "new".to_owned() };
    let supervisor = Supervisor::start(Options { token_change: Some(change), ..Options::default() });
    let ask = |token| get(supervisor.address(), "/supervisor/info", &bearer(token));
    assert!(ask(TOKEN).contains("403: Forbidden"));
    let written: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    assert!(ask(written["access_token"].as_str().unwrap()).starts_with("HTTP/1.1 200 "));
    assert!(ask(TOKEN).contains("403: Forbidden"));
}

#[test]
fn misbehaves_like_the_receiver() {
    let supervisor = Supervisor::start(Options::misbehaving(Behaviour::Html));
    assert!(get(supervisor.address(), "/supervisor/info", "").contains("text/html"));
    let supervisor = Supervisor::start(Options::wrong_types());
    assert!(get(supervisor.address(), "/supervisor/info", &bearer(TOKEN)).contains(r#""healthy":"true""#));
}
