//! The events of the parser behind its source, against those of another port of libyaml.

#[allow(unsafe_code)]
mod reference;

use haos_analytics_home_assistant::yaml::{Place, Source};
use libyaml_safer::{EventData, Parser};
use std::rc::Rc;

/// An event, as far as both can say it.
#[derive(Debug, PartialEq, Eq)]
pub enum Seen {
    /// The beginning or the end of something.
    Mark(&'static str),
    /// A list or mapping with its anchor and tag.
    Start(&'static str, Option<String>, Option<String>),
    /// An alias.
    Alias(String),
    /// A scalar: anchor, tag, text.
    Scalar(Option<String>, Option<String>, String),
}

/// Both take the same, and find the same in it. The bytes are text of at most 12,000 bytes, so that
/// nothing is thinned.
pub fn yaml_events(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    // The reference counts the 1,024 characters that a key may have, the parser its bytes; a NUL
    // ends the reference.
    let is_comparable =
        |text: &str| text.len() <= 12_000 && text.lines().all(|line| line.is_ascii() || line.len() < 1000);
    if !is_comparable(text) || text.contains('\0') || has_odd_escape(text) || text.starts_with('\u{feff}') {
        let _ = ours(text.as_bytes());
        return;
    }
    let mut lines = text.as_bytes().to_vec();
    if !lines.ends_with(b"\n") {
        lines.push(b'\n');
    }
    match (ours(text.as_bytes()), reference::events(&lines)) {
        (Ok(ours), Ok(theirs)) => compare(&ours, &theirs),
        (Err(()), Err(())) => {}
        (ours, theirs) => panic!("{ours:?}\n{theirs:?}"),
    }
}

/// Whether a tag may hold an escape of what is not ASCII, of which the parser makes other
/// characters, or of NUL. No tag that is known has one.
fn has_odd_escape(text: &str) -> bool {
    text.as_bytes().windows(3).any(|bytes| matches!(bytes, [b'%', b'8'..=b'9' | b'a'..=b'f' | b'A'..=b'F', _] | b"%00"))
}

/// The blank before a comma after a tag is the only thing that the source adds here.
fn compare(ours: &[Seen], theirs: &[Seen]) {
    assert_eq!(ours, theirs);
}

fn ours(input: &[u8]) -> Result<Vec<Seen>, ()> {
    let place = Rc::new(Place::default());
    let mut parser = Parser::new();
    parser.set_encoding(libyaml_safer::Encoding::Utf8);
    parser.set_input(Source::new(Box::new(input), u64::MAX, false, Rc::clone(&place)));
    let (mut seen, mut around) = (Vec::new(), Vec::new());
    loop {
        let event = parser.parse().map_err(|_| ())?;
        place.reached(&event.start_mark, &event.end_mark);
        seen.push(match event.data {
            EventData::StreamEnd => return Ok(seen),
            EventData::StreamStart { .. } => Seen::Mark("stream"),
            EventData::DocumentStart { .. } => Seen::Mark("document"),
            EventData::DocumentEnd { .. } => Seen::Mark("end of document"),
            EventData::Alias { anchor } => Seen::Alias(anchor),
            EventData::Scalar { anchor, tag, value, .. } => Seen::Scalar(anchor, tag, value),
            EventData::SequenceStart { anchor, tag, style, .. } => {
                around.push(place.open(style == libyaml_safer::SequenceStyle::Flow));
                Seen::Start("list", anchor, tag)
            }
            EventData::MappingStart { anchor, tag, style, .. } => {
                around.push(place.open(style == libyaml_safer::MappingStyle::Flow));
                Seen::Start("mapping", anchor, tag)
            }
            EventData::SequenceEnd | EventData::MappingEnd => {
                around.pop().into_iter().for_each(|around| place.close(around));
                Seen::Mark("end")
            }
        });
        if seen.len() > 20_000 || around.len() > 400 {
            return Err(());
        }
    }
}
