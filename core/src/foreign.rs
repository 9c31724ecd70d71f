//! Text that is not of this program, on its way to a person: a log, a terminal.
//!
//! A path, an argument or an error may hold what a terminal obeys or a reader is misled by: a line
//! that looks like one of ours, a colour, a text that runs backwards. Whatever was not written in
//! our source passes [`Foreign`].

use core::fmt::{self, Display, Write};

/// The most characters that are shown of one piece of foreign text.
pub const SHOWN: usize = 200;

/// Foreign text as it may be shown: nothing in it moves, hides or reverses, and it has at most
/// [`SHOWN`] characters. One that is longer ends with `…`.
#[derive(Clone, Copy, Debug)]
pub struct Foreign<T>(pub T);

/// The same without an end: for a whole line, whose foreign parts have been shortened.
#[derive(Clone, Copy, Debug)]
pub struct Escaped<T>(pub T);

/// Characters that do something to the text around them, in ascending order: Unicode's categories
/// Cc, Cf, Zl and Zp.
const ACTIVE: [(char, char); 21] = [
    ('\0', '\u{1f}'),
    ('\u{7f}', '\u{9f}'),
    ('\u{ad}', '\u{ad}'),
    ('\u{600}', '\u{605}'),
    ('\u{61c}', '\u{61c}'),
    ('\u{6dd}', '\u{6dd}'),
    ('\u{70f}', '\u{70f}'),
    ('\u{890}', '\u{891}'),
    ('\u{8e2}', '\u{8e2}'),
    ('\u{180e}', '\u{180e}'),
    ('\u{200b}', '\u{200f}'),
    ('\u{2028}', '\u{202e}'),
    ('\u{2060}', '\u{206f}'),
    ('\u{feff}', '\u{feff}'),
    ('\u{fff9}', '\u{fffb}'),
    ('\u{110bd}', '\u{110bd}'),
    ('\u{110cd}', '\u{110cd}'),
    ('\u{13430}', '\u{1343f}'),
    ('\u{1bca0}', '\u{1bca3}'),
    ('\u{1d173}', '\u{1d17a}'),
    ('\u{e0000}', '\u{e007f}'),
];

/// Whether a character is never shown as it is: a control or format character, or a separator of
/// lines or paragraphs.
#[must_use]
pub fn is_active(character: char) -> bool {
    // Most text ends this at once.
    !(' '..='~').contains(&character) && ACTIVE.iter().any(|(first, last)| (*first..=*last).contains(&character))
}

impl<T: Display> Display for Foreign<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = Shown { out: f, left: SHOWN, is_cut: false };
        let written = write!(shown, "{}", self.0);
        if shown.is_cut {
            return f.write_char('…');
        }
        written
    }
}

impl<T: Display> Display for Escaped<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(Shown { out: f, left: usize::MAX, is_cut: false }, "{}", self.0)
    }
}

/// Writes what may be shown, as long as there is room.
struct Shown<'f, 'o> {
    out: &'f mut fmt::Formatter<'o>,
    left: usize,
    is_cut: bool,
}

impl Write for Shown<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        text.chars().try_for_each(|character| self.write_char(character))
    }

    fn write_char(&mut self, character: char) -> fmt::Result {
        let escape = is_active(character).then(|| character.escape_default());
        let Some(left) = self.left.checked_sub(escape.as_ref().map_or(1, ExactSizeIterator::len)) else {
            // An escape is shown whole or not at all, so there may be some room left: nothing more
            // gets into it.
            (self.left, self.is_cut) = (0, true);
            return Err(fmt::Error);
        };
        self.left = left;
        match escape {
            Some(mut escape) => escape.try_for_each(|part| self.out.write_char(part)),
            None => self.out.write_char(character),
        }
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use std::string::{String, ToString as _};

    #[test]
    fn what_is_active_is_written_out() {
        for (text, expected) in [
            ("/mnt/ü 🏠 \"x\\n\"", "/mnt/ü 🏠 \"x\\n\""),
            ("a\nb\r\tc\u{1b}[31m\0", "a\\nb\\r\\tc\\u{1b}[31m\\u{0}"),
            ("\u{7f}\u{85}\u{9b}2J", "\\u{7f}\\u{85}\\u{9b}2J"),
            ("\u{202e}fdp.exe\u{2066}", "\\u{202e}fdp.exe\\u{2066}"),
            (
                "a\u{2028}b\u{2029}c\u{200b}\u{200f}\u{2060}\u{feff}",
                "a\\u{2028}b\\u{2029}c\\u{200b}\\u{200f}\\u{2060}\\u{feff}",
            ),
            ("\u{ad}\u{61c}\u{e0041}", "\\u{ad}\\u{61c}\\u{e0041}"),
        ] {
            assert_eq!(Foreign(text).to_string(), expected);
            assert_eq!(Escaped(text).to_string(), expected);
            assert_eq!(Foreign(Foreign(text)).to_string(), expected, "twice is as once");
            assert_eq!(Foreign(expected).to_string(), expected);
        }
    }

    #[test]
    fn the_named_ranges_are_all_active_and_what_surrounds_them_is_not() {
        let ranges = [(0, 0x1f), (0x7f, 0x9f), (0x200b, 0x200f), (0x2028, 0x202e), (0x2060, 0x2069), (0xfeff, 0xfeff)];
        for (first, last) in ranges {
            assert!((first..=last).filter_map(char::from_u32).all(is_active), "{first:x}");
        }
        for passive in [' ', '~', '\u{a0}', '\u{200a}', '\u{2010}', '\u{2027}', '\u{202f}', '\u{205f}', 'é', '中', '🏠']
        {
            assert!(!is_active(passive), "{passive:?}");
        }
        assert!(ACTIVE.windows(2).all(|two| two[0].1 < two[1].0), "ascending");
    }

    #[test]
    fn a_piece_has_an_end_and_says_so() {
        let long = |count: usize| "ü".repeat(count);
        assert_eq!(Foreign(long(SHOWN)).to_string(), long(SHOWN));
        assert_eq!(Foreign(long(SHOWN + 1)).to_string(), long(SHOWN) + "…");
        assert_eq!(Escaped(long(10 * SHOWN)).to_string(), long(10 * SHOWN));
        // An escape counts as long as it is, and is never cut.
        let escape = String::from("\u{9b}");
        assert_eq!(Foreign(long(SHOWN - 6) + &escape).to_string(), long(SHOWN - 6) + "\\u{9b}");
        assert_eq!(Foreign(long(SHOWN - 5) + &escape + "x").to_string(), long(SHOWN - 5) + "…");
    }
}
