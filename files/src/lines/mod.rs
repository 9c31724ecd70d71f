//! YAML in its plainest form, by its lines.
//!
//! Nine tenths of Home Assistant's YAML are the insides of automations, scripts and templates, written by its own editor,
//! and nothing in there matters. A parser reads all of it all the same, which takes several times as long as everything
//! else that the collector does. So where lines are as plain as that editor writes them, they are read here:
//!
//! * [`After`]: where a value ends that does not matter;
//! * [`Items`]: a list of which two values of each item matter;
//! * [`mapping()`]: a whole file of both.
//!
//! Whatever is not as plain as that, a tag, an anchor, an odd column, a value over several lines, is `None`: then the
//! parser has to read it. What is found is what the parser would have found, unless it would have refused it.

mod after;
mod items;
mod line;
mod mapping;
mod pairs;

pub use after::{is_harmless_file, After, Passes};
pub use items::{Item, Items, Plain, Quotes, ITEM_KEYS};
pub use mapping::{mapping, Kind, Value};
