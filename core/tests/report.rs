//! The order of events.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

mod common;

use haos_analytics_core::{payload, report, Base, Error, Outcome, Preferences, Transport};

/// Writes down what happens, and fails where the test wants it.
#[derive(Default)]
struct Recording {
    events: Vec<(&'static str, Vec<u8>)>,
    fails: &'static str,
}

impl Recording {
    fn event(&mut self, name: &'static str, payload: &[u8]) -> Result<(), &'static str> {
        self.events.push((name, payload.to_vec()));
        if self.fails == name {
            Err(name)
        } else {
            Ok(())
        }
    }
}

impl Transport for Recording {
    type Error = &'static str;

    fn print(&mut self, payload: &[u8]) -> Result<(), &'static str> {
        self.event("print", payload)
    }

    fn post(&mut self, payload: &[u8]) -> Result<(), &'static str> {
        self.event("post", payload)
    }
}

const OPTED_IN: Preferences = Preferences { base: Some(Base { usage: true, statistics: true }), diagnostics: false };

#[test]
fn without_consent_nothing_happens() {
    let (board, home) = common::example();
    for diagnostics in [false, true] {
        let mut transport = Recording::default();
        let preferences = Preferences { base: None, diagnostics };
        // A slice without room shows that nothing is written either.
        assert_eq!(report(preferences, &board, &home, &mut transport, &mut []), Ok(Outcome::Declined));
        assert!(transport.events.is_empty());
    }
}

#[test]
fn the_same_bytes_are_printed_and_then_posted() {
    let (board, home) = common::example();
    let mut transport = Recording::default();
    let mut buffer = [0; 4096];
    let Ok(Outcome::Delivered(payload)) = report(OPTED_IN, &board, &home, &mut transport, &mut buffer) else {
        panic!("not delivered");
    };
    assert_eq!(transport.events, [("print", payload.to_vec()), ("post", payload.to_vec())]);
}

#[test]
fn what_cannot_be_printed_is_not_posted() {
    let (board, home) = common::example();
    let mut transport = Recording { fails: "print", ..Recording::default() };
    let mut buffer = [0; 4096];
    let result = report(OPTED_IN, &board, &home, &mut transport, &mut buffer);
    assert_eq!(result, Err(Error::Print("print")));
    assert_eq!(transport.events.len(), 1);
}

#[test]
fn what_cannot_be_written_is_not_printed() {
    let (board, home) = common::example();
    let mut transport = Recording::default();
    let mut buffer = [0; 100];
    let result = report(OPTED_IN, &board, &home, &mut transport, &mut buffer);
    assert_eq!(result, Err(Error::Payload(payload::Error::TooLong { field: "installation_type", capacity: 100 })));
    assert!(transport.events.is_empty());
}

#[test]
fn a_failed_post_is_told_as_such() {
    let (board, home) = common::example();
    let mut transport = Recording { fails: "post", ..Recording::default() };
    let mut buffer = [0; 4096];
    let error = report(OPTED_IN, &board, &home, &mut transport, &mut buffer).unwrap_err();
    assert_eq!((error, error.to_string().as_str()), (Error::Post("post"), "post"));
}
