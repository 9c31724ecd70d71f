//! The receiver: takes reports, keeps them 60 days, publishes only the aggregate.
//!
//! The path of a report: [`http`] reads a body within limits, [`payload`] takes it or says why not, [`origin`] adds the
//! country, [`fact`] turns it into facts, [`desk`] collects those that wait and hands them to the [`store`] in one go.
//! The store counts the facts along, [`aggregate`] makes sums of the counts, and [`http`] publishes these; [`page`] is
//! the form for people.

#[cfg(feature = "service")]
pub mod admission;
#[cfg(feature = "service")]
pub mod aggregate;
#[cfg(feature = "service")]
pub mod clock;
#[cfg(feature = "service")]
pub mod command;
#[cfg(feature = "service")]
pub mod desk;
#[cfg(feature = "service")]
pub mod fact;
#[cfg(feature = "service")]
pub mod health;
#[cfg(feature = "service")]
pub mod http;
#[cfg(feature = "service")]
pub mod log;
#[cfg(feature = "service")]
pub mod options;
#[cfg(feature = "service")]
pub mod origin;
#[cfg(feature = "service")]
pub mod page;
pub mod payload;
#[cfg(feature = "service")]
pub mod publisher;
#[cfg(feature = "service")]
pub mod sample;
#[cfg(feature = "service")]
pub mod store;
#[cfg(feature = "service")]
pub mod time;
