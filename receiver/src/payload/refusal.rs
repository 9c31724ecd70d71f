//! Why a body is not taken.

use super::shape::Object;
use super::Payload;
use serde_json::json;

/// The place and the reason, in one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal(pub String);

/// More than this of a reason, and of the place in it, is left out: keys of the sender's own can be long. In characters.
const LONGEST: usize = 200;
const LONGEST_PATH: usize = 80;

impl Refusal {
    /// Reads a body once more, now keeping track of the place: only what is refused pays for that.
    pub(super) fn find(body: &[u8]) -> Self {
        let mut json = serde_json::Deserializer::from_slice(body);
        let reason = match serde_path_to_error::deserialize::<_, Object<Payload<'_>>>(&mut json) {
            Ok(_) => json.end().map_or_else(|error| error.to_string(), |()| "not taken".to_owned()),
            Err(error) if error.path().iter().next().is_none() => error.inner().to_string(),
            Err(error) => format!("{}: {}", cut(&error.path().to_string(), LONGEST_PATH), error.inner()),
        };
        Self(cut(&reason, LONGEST))
    }

    /// The body of the answer: `{"error":"version: …"}`
    pub fn json(&self) -> String {
        json!({ "error": self.0 }).to_string()
    }
}

/// The beginning of a text, in one line.
fn cut(text: &str, most: usize) -> String {
    text.chars().take(most).map(|each| if each.is_control() { ' ' } else { each }).collect()
}
