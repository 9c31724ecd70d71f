//! `libyaml-rs`, libyaml translated to Rust as it is.

use super::Seen;
use libyaml_rs::{
    yaml_event_delete, yaml_event_t, yaml_event_type_t, yaml_parser_delete, yaml_parser_initialize, yaml_parser_parse,
    yaml_parser_set_encoding, yaml_parser_set_input_string, yaml_parser_t, YAML_UTF8_ENCODING,
};
use std::ffi::CStr;
use std::mem::MaybeUninit;

/// All events, or nothing if there is a mistake.
pub(super) fn events(input: &[u8]) -> Result<Vec<Seen>, ()> {
    let mut parser = MaybeUninit::<yaml_parser_t>::uninit();
    // SAFETY: as libyaml's manual has it; the input outlives the parser.
    unsafe {
        assert!(yaml_parser_initialize(parser.as_mut_ptr()).ok);
        let parser = parser.as_mut_ptr();
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING);
        yaml_parser_set_input_string(parser, input.as_ptr(), input.len() as u64);
        let seen = all(parser);
        yaml_parser_delete(parser);
        seen
    }
}

unsafe fn all(parser: *mut yaml_parser_t) -> Result<Vec<Seen>, ()> {
    let (mut seen, mut depth) = (Vec::new(), 0_usize);
    loop {
        let mut event = MaybeUninit::<yaml_event_t>::uninit();
        if yaml_parser_parse(parser, event.as_mut_ptr()).fail {
            return Err(());
        }
        let event = event.as_mut_ptr();
        let next = of(&*event);
        yaml_event_delete(event);
        match &next {
            None => return Ok(seen),
            Some(Seen::Start(..)) => depth += 1,
            Some(Seen::Mark("end")) => depth = depth.saturating_sub(1),
            _ => {}
        }
        seen.extend(next);
        if seen.len() > 20_000 || depth > 400 {
            return Err(());
        }
    }
}

unsafe fn of(event: &yaml_event_t) -> Option<Seen> {
    Some(match event.type_ {
        yaml_event_type_t::YAML_STREAM_START_EVENT => Seen::Mark("stream"),
        yaml_event_type_t::YAML_DOCUMENT_START_EVENT => Seen::Mark("document"),
        yaml_event_type_t::YAML_DOCUMENT_END_EVENT => Seen::Mark("end of document"),
        yaml_event_type_t::YAML_ALIAS_EVENT => Seen::Alias(text(event.data.alias.anchor).unwrap_or_default()),
        yaml_event_type_t::YAML_SCALAR_EVENT => {
            let scalar = &event.data.scalar;
            let value = std::slice::from_raw_parts(scalar.value, usize::try_from(scalar.length).unwrap());
            Seen::Scalar(text(scalar.anchor), text(scalar.tag), String::from_utf8_lossy(value).into_owned())
        }
        yaml_event_type_t::YAML_SEQUENCE_START_EVENT => {
            Seen::Start("list", text(event.data.sequence_start.anchor), text(event.data.sequence_start.tag))
        }
        yaml_event_type_t::YAML_MAPPING_START_EVENT => {
            Seen::Start("mapping", text(event.data.mapping_start.anchor), text(event.data.mapping_start.tag))
        }
        yaml_event_type_t::YAML_SEQUENCE_END_EVENT | yaml_event_type_t::YAML_MAPPING_END_EVENT => Seen::Mark("end"),
        _ => return None,
    })
}

unsafe fn text(text: *mut u8) -> Option<String> {
    (!text.is_null()).then(|| CStr::from_ptr(text.cast()).to_string_lossy().into_owned())
}
