//! Reads a body, within limits.

use super::guests::Guests;
use crate::payload::BODY_LIMIT;
use core::time::Duration;
use http_body_util::BodyExt as _;
use hyper::body::{Body as _, Incoming};
use tokio::time::timeout;

/// Why there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// More than [`BODY_LIMIT`].
    TooLong,
    /// Not all of it came in time.
    TooSlow,
    /// The connection ended, or the framing is wrong.
    Broken,
    /// Too many bodies are being read.
    NoRoom,
}

/// The bytes of a body.
pub(super) async fn read(mut body: Incoming, guests: &Guests, patience: Duration) -> Result<Vec<u8>, Failure> {
    let announced = body.size_hint();
    if announced.lower() > BODY_LIMIT as u64 {
        return Err(Failure::TooLong);
    }
    let reading = async {
        let mut luggage = guests.luggage();
        let mut bytes = Vec::new();
        while let Some(frame) = body.frame().await {
            let Ok(data) = frame.map_err(|_| Failure::Broken)?.into_data() else { continue };
            if bytes.len() + data.len() > BODY_LIMIT {
                return Err(Failure::TooLong);
            }
            if !luggage.add(data.len()) {
                return Err(Failure::NoRoom);
            }
            bytes.extend_from_slice(&data);
        }
        Ok(bytes)
    };
    timeout(patience, reading).await.unwrap_or(Err(Failure::TooSlow))
}
