//! The inside of long quotes: only their end is of use, and a mistake.

use super::lexer::{is_break, State};
use super::long::{text, Long, Rest};

impl Long {
    /// Leaves out what it can of a line in quotes, or of a part of one, and gives the number of
    /// lines left out.
    pub(super) fn quotes(&mut self, piece: &mut Vec<u8>) -> isize {
        let taken = core::mem::take(piece);
        let whole = text(&taken);
        let mut lines = 0;
        let mut at_line = self.rest == Rest::None;
        // The end of an escape that the parser has begun to read.
        let mut at = if core::mem::take(&mut self.is_after_piece) { hexadecimal(whole) } else { 0 };
        piece.extend_from_slice(whole.get(..at).unwrap_or_default().as_bytes());
        self.lexer.run(whole.get(..at).unwrap_or_default());
        at_line &= at == 0;
        while let Some((rest, character)) = whole.get(at..).and_then(|rest| Some((rest, rest.chars().next()?))) {
            let is_double = self.lexer.state == State::Double;
            let found = match character {
                _ if at_line && is_marker(rest) => Found::Mistake,
                '"' if is_double => Found::End,
                '\\' if is_double => escape(rest),
                '\'' if !is_double => second_quote(rest),
                _ => Found::Characters(1),
            };
            let count = match found {
                Found::Characters(count) => count,
                Found::Cut => {
                    self.carried.extend_from_slice(rest.as_bytes());
                    break;
                }
                Found::End | Found::Mistake => {
                    self.is_spoilt |= found == Found::Mistake;
                    if at_line && self.is_spoilt {
                        // The parser has to find it at the beginning of a line, too.
                        piece.push(b'\n');
                        lines -= 1;
                    }
                    piece.extend_from_slice(rest.as_bytes());
                    self.lexer.run(rest);
                    break;
                }
            };
            let inside = rest.char_indices().nth(count).map_or(rest, |(end, _)| rest.get(..end).unwrap_or_default());
            at_line = inside.ends_with(is_break);
            // CR LF is one end of a line.
            lines += isize::from(at_line && !(inside == "\n" && self.lexer.previous == '\r'));
            self.lexer.run(inside);
            at += inside.len();
        }
        self.rest = if taken.ends_with(b"\n") { Rest::None } else { Rest::Keep };
        lines
    }
}

/// `---` or `...` alone, which ends a document.
fn is_marker(rest: &str) -> bool {
    (rest.starts_with("---") || rest.starts_with("..."))
        && rest
            .get(3..)
            .is_none_or(|after| after.chars().next().is_none_or(|next| " \t".contains(next) || is_break(next)))
}

/// What stands in quotes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Found {
    /// So many characters of text.
    Characters(usize),
    /// Something of which the rest is in the next piece.
    Cut,
    /// The last quote.
    End,
    /// What the parser refuses.
    Mistake,
}

/// How many hexadecimal digits it begins with, of those that an escape may have.
fn hexadecimal(text: &str) -> usize {
    text.bytes().take(8).take_while(u8::is_ascii_hexdigit).count()
}

fn second_quote(rest: &str) -> Found {
    match rest.chars().nth(1) {
        Some('\'') => Found::Characters(2),
        Some(_) => Found::End,
        None => Found::Cut,
    }
}

fn escape(rest: &str) -> Found {
    let digits = match rest.chars().nth(1) {
        Some('x') => 2,
        Some('u') => 4,
        Some('U') => 8,
        Some(one) if "0abt\tnvfe \"/\\N_LP".contains(one) || is_break(one) => return Found::Characters(2),
        Some(_) => return Found::Mistake,
        None => return Found::Cut,
    };
    let digits_there = rest.chars().skip(2).take(digits).take_while(char::is_ascii_hexdigit).count();
    match rest.get(2..2 + digits).map(|code| u32::from_str_radix(code, 16)) {
        Some(Ok(code)) if digits_there == digits && char::from_u32(code).is_some() => Found::Characters(2 + digits),
        None if rest.chars().count() == 2 + digits_there => Found::Cut,
        _ => Found::Mistake,
    }
}
