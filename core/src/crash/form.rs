//! What a crash report says, top to bottom: this file is its documentation.
//!
//! Every report has every key, in this order, with nothing between them. `infer_ip` asks the server not to keep the address
//! that the report came from.

/// A place in the form for a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Slot {
    Id,
    Time,
    Level,
    Release,
    Kind,
    Message,
    Frames,
    OsName,
    OsVersion,
    Arch,
    Board,
    Command,
    File,
    Shortened,
    Function,
    SourceFile,
    Line,
    Column,
    /// What stands before it is the end.
    Nothing,
}

/// The first line of an envelope, up to the id, …
pub(super) const HEAD: &str = r#"{"event_id":"#;
/// … and the second, which tells the length of the third.
pub(super) const ITEM: &str = "}\n{\"type\":\"event\",\"length\":";
pub(super) const ITEM_END: &str = "}\n";

pub(super) const EVENT: &[(&str, Slot)] = &[
    (r#"{"event_id":"#, Slot::Id),
    (r#","timestamp":"#, Slot::Time),
    (r#","platform":"native","logger":"haos-analytics","level":"#, Slot::Level),
    (r#","release":"#, Slot::Release),
    (r#","exception":{"values":[{"type":"#, Slot::Kind),
    (r#","value":"#, Slot::Message),
    (r#","mechanism":{"type":"generic","handled":false},"stacktrace":{"frames":"#, Slot::Frames),
    (r#"}}]},"contexts":{"os":{"name":"#, Slot::OsName),
    (r#","version":"#, Slot::OsVersion),
    (r#"},"device":{"arch":"#, Slot::Arch),
    (r#"}},"tags":{"board":"#, Slot::Board),
    (r#","command":"#, Slot::Command),
    (r#","file":"#, Slot::File),
    (r#","shortened":"#, Slot::Shortened),
];
/// The envelope ends with the event.
pub(super) const END: &str = r#"},"sdk":{"name":"haos-analytics","version":"1","settings":{"infer_ip":"never"}}}"#;

pub(super) const FRAME_FUNCTION: [(&str, Slot); 2] = [(r#"{"function":"#, Slot::Function), ("}", Slot::Nothing)];
pub(super) const FRAME_PLACE: [(&str, Slot); 4] = [
    (r#"{"filename":"#, Slot::SourceFile),
    (r#","lineno":"#, Slot::Line),
    (r#","colno":"#, Slot::Column),
    (r#","in_app":true}"#, Slot::Nothing),
];
