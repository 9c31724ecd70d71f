//! What Home Assistant's analytics reports, written into a buffer that the caller lends.
//!
//! # The path of the data
//!
//! A platform answers two questions: [`BoardInfo`] says what the board and its operating system are,
//! [`HomeAssistant`] says what runs on it. [`report()`] takes both, and what the user agreed to
//! ([`Preferences`]), and does four things in an order that no platform can change:
//!
//! 1. without consent, nothing;
//! 2. [`payload::write`] writes the JSON, field by field, into the lent slice;
//! 3. the slice is printed ([`Transport::print`]); if that fails, nothing is sent;
//! 4. *the same slice* is posted ([`Transport::post`]). The log cannot differ from the wire.
//!
//! Every text of the JSON has a closed form, kept by a type of [`form`]: what has another form
//! cannot be told at all.
//!
//! A fault of the program itself is another matter: [`crash`] writes its report, and the platform keeps it until it may be sent.
//!
//! # Why not …
//!
//! * *… a structure that holds everything?* The lists (integrations, add-ons) have no bound. They would have
//!   to be stored twice. A platform lends iterators instead, and the slice is the only capacity there is.
//! * *… `serde-json-core`?* Its serializer leaves a bounds check, and so a panic, on the way of every string, and goes
//!   character by character. [`json::Writer`] has no panicking path at all (the bare program under `tests/bare`
//!   does not link otherwise) and its bytes are those of `serde_json`.
#![no_std]

pub mod crash;
pub mod form;
pub mod json;
pub mod payload;
pub mod schedule;

mod board_info;
mod consent;
mod foreign;
mod home_assistant;
mod report;
mod text;

pub use board_info::BoardInfo;
pub use consent::{Base, Preferences};
pub use foreign::{is_active, Escaped, Foreign, SHOWN};
pub use form::{
    AddonVersion, CoreVersion, DatabaseVersion, Domain, Engine, InstallationId, IntegrationVersion, Label, Misfit, Slug,
};
pub use home_assistant::{
    Addon, CustomIntegration, HomeAssistant, Installation, InstallationType, Recorder, Supervisor,
};
pub use report::{report, Error, Outcome, Transport};
pub use text::{NotText, Text};
