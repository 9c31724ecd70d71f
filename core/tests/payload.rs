//! The bytes on the wire.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

mod common;

use common::{example, Board, Home};
use haos_analytics_core::payload::{write, Error};
use haos_analytics_core::{Base, CustomIntegration, DatabaseVersion, Domain, Engine, IntegrationVersion, Recorder};

const ALL: Base = Base { usage: true, statistics: true };
const BASIC: Base = Base { usage: false, statistics: false };

const EXAMPLE_BASIC: &str = concat!(
    r#"{"uuid":"12a3456bc78d90123ef4567g789012h3","version":"2021.6.0","installation_type":"Home Assistant OS","#,
    r#""supervisor":{"healthy":true,"supported":true,"arch":"amd64"},"#,
    r#""operating_system":{"board":"odroid-n2","version":"6.0"}"#,
);
const EXAMPLE_USAGE: &str = concat!(
    r#","integrations":["awesome_integration"],"#,
    r#""addons":[{"slug":"awesome_addon","protected":true,"version":"1.0.0","auto_update":false}],"#,
    r#""energy":{"configured":true}"#,
);
const EXAMPLE_STATISTICS: &str =
    r#","state_count":1,"automation_count":2,"integration_count":3,"addon_count":4,"user_count":5"#;

fn written(base: Base, board: &Board, home: &Home) -> String {
    let mut buffer = [0; 4096];
    String::from_utf8(write(base, board, home, &mut buffer).unwrap().to_vec()).unwrap()
}

#[test]
fn the_documentations_examples_byte_for_byte() {
    let (board, home) = example();
    assert_eq!(written(BASIC, &board, &home), format!("{EXAMPLE_BASIC}}}"));
    let usage = Base { usage: true, statistics: false };
    assert_eq!(written(usage, &board, &home), format!("{EXAMPLE_BASIC}{EXAMPLE_USAGE}}}"));
    let statistics = Base { usage: false, statistics: true };
    assert_eq!(written(statistics, &board, &home), format!("{EXAMPLE_BASIC}{EXAMPLE_STATISTICS}}}"));
    assert_eq!(written(ALL, &board, &home), format!("{EXAMPLE_BASIC}{EXAMPLE_USAGE}{EXAMPLE_STATISTICS}}}"));
}

#[test]
fn what_todays_receiver_takes_besides() {
    let (board, mut home) = example();
    let domain = |text| Domain::parse(text).unwrap();
    home.custom_integrations = Some(vec![
        CustomIntegration { domain: domain("hacs"), version: IntegrationVersion::parse("2.0.5").ok() },
        CustomIntegration { domain: domain("mine"), version: None },
    ]);
    home.addons = Some(vec![]);
    home.certificate = Some(false);
    home.recorder = Some(Recorder { engine: Engine::Sqlite, version: DatabaseVersion::parse("3.49.2").unwrap() });
    home.counts = None;
    let expected = concat!(
        r#","integrations":["awesome_integration"],"custom_integrations":[{"domain":"hacs","version":"2.0.5"},{"domain":"mine"}],"#,
        r#""addons":[],"energy":{"configured":true},"certificate":false,"recorder":{"engine":"sqlite","version":"3.49.2"}}"#
    );
    assert_eq!(written(ALL, &board, &home), format!("{EXAMPLE_BASIC}{expected}"));
}

#[test]
fn absent_things_are_left_out() {
    let (mut board, mut home) = example();
    board.os_version = None;
    home.supervisor.as_mut().unwrap().arch = None;
    let json = written(BASIC, &board, &home);
    assert!(
        json.ends_with(r#""supervisor":{"healthy":true,"supported":true},"operating_system":{"board":"odroid-n2"}}"#)
    );
    board.board = None;
    board.os_version = Some("6.0");
    home.supervisor = None;
    let json = written(BASIC, &board, &home);
    assert!(json.ends_with(r#""installation_type":"Home Assistant OS"}"#), "a version without a board is none: {json}");
}

#[test]
fn every_shorter_buffer_is_an_error_that_names_the_field() {
    let (board, home) = example();
    let whole = written(ALL, &board, &home);
    let order =
        ["uuid", "version", "installation_type", "supervisor", "operating_system", "integrations", "addons", "energy"]
            .into_iter()
            .chain(["state_count", "automation_count", "integration_count", "addon_count", "user_count", "payload"]);
    let mut seen = Vec::new();
    for capacity in 0..whole.len() {
        let mut buffer = vec![0; capacity];
        let Err(Error::TooLong { field, capacity: told }) = write(ALL, &board, &home, &mut buffer) else {
            panic!("{capacity} of {} bytes were enough", whole.len());
        };
        assert_eq!(told, capacity);
        if seen.last() != Some(&field) {
            seen.push(field);
        }
    }
    assert!(order.eq(seen.iter().copied()), "fields in order, none skipped: {seen:?}");
    let mut buffer = vec![0; whole.len()];
    assert_eq!(write(ALL, &board, &home, &mut buffer), Ok(whole.as_bytes()));
}

#[test]
fn the_most_integrations() {
    let (board, mut home) = example();
    let mut buffer = vec![0; 64 * 1024];
    home.integrations = Some((0..999).map(|n| format!("integration_{n:03}")).collect());
    assert!(write(ALL, &board, &home, &mut buffer).is_ok());
    home.integrations = Some((0..1000).map(|n| format!("integration_{n:03}")).collect());
    let error = write(ALL, &board, &home, &mut buffer).unwrap_err();
    assert_eq!(error, Error::TooMany { field: "integrations", limit: 999 });
    assert_eq!(error.to_string(), "integrations: more than 999 items, the receiver takes no more");
    assert!(write(BASIC, &board, &home, &mut buffer).is_ok(), "what is not sent is not counted");
}

#[test]
fn it_is_json_that_serde_json_core_reads_without_an_allocator() {
    #[derive(serde::Deserialize)]
    struct Basic<'a> {
        uuid: &'a str,
        operating_system: OperatingSystem<'a>,
    }
    #[derive(serde::Deserialize)]
    struct OperatingSystem<'a> {
        board: &'a str,
    }
    let (board, home) = example();
    let json = written(BASIC, &board, &home);
    let (basic, length) = serde_json_core::from_str::<Basic<'_>>(&json).unwrap();
    assert_eq!((basic.uuid, basic.operating_system.board, length), (home.uuid, "odroid-n2", json.len()));
}
