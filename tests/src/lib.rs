//! What the end-to-end tests, the demo and the benchmark stand on: the world around the collector, on loopback.
//!
//! The collector meets six outside things, and each has a double here that is as real as loopback allows:
//!
//! | outside | double |
//! |---|---|
//! | a machine's file system | [`fixture::Fixture`], a private copy of a root directory that a test may spoil |
//! | the analytics receiver | [`receiver::Receiver`], behind which our own stands, or which misbehaves |
//! | the Supervisor's API | [`supervisor::Supervisor`] |
//! | Sentry | [`sentry::Sentry`] |
//! | a proxy | [`proxy::Proxy`] |
//! | certificate authorities | [`tls::Authority`] |
//!
//! [`collector::Collector`] runs the real program among them. All servers are bound before they are named to anyone,
//! so nothing waits for readiness; they end with the value that owns them, and their threads with them.

// A double that cannot do its part must end the test that uses it, there and then: panicking is its error handling.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub mod behaviour;
pub mod collector;
pub mod fixture;
pub mod http_server;
pub mod listener;
pub mod program;
pub mod proxy;
pub mod receiver;
pub mod sentry;
pub mod supervisor;
pub mod tls;

mod certificate;
#[cfg(test)]
mod client;
