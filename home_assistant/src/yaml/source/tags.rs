//! Tags right before a comma in brackets: libyaml takes them, its port panics.

use super::lexer::is_tag;
use super::sent::whole_characters;
use super::PIECE;

/// How far it was looked for the ends of tags. Places are bytes of the file.
///
/// Each byte is looked at once, even where many exclamation marks follow one another.
#[derive(Default)]
pub(super) struct Tags {
    /// Up to here a tag goes that begins before it, and maybe further.
    end: u64,
    /// The same for one in `<…>`.
    verbatim_end: u64,
}

impl Tags {
    /// Where a tag begins that a comma follows on, or may follow on beyond the end; but for the
    /// first byte of the piece. `rest` begins at this place of the file, and the piece is its
    /// beginning.
    pub(super) fn before_comma(&mut self, length: usize, rest: &[u8], place: u64) -> Option<usize> {
        let piece = rest.get(..length)?;
        let mut from = 0;
        while let Some(found) = piece.get(from..)?.iter().position(|byte| *byte == b'!') {
            let mark = from + found;
            from = mark + 1;
            let may_begin = match mark.checked_sub(1).and_then(|before| piece.get(before)) {
                None => false,
                Some(before) => b" \t\r,:?[]{}'\"".contains(before) || *before >= 0x80,
            };
            if may_begin && self.is_before_comma(rest, from, place) {
                return Some(mark);
            }
        }
        None
    }

    /// Whether a comma follows on a tag, or may follow. The tag goes on here after its exclamation
    /// mark.
    fn is_before_comma(&mut self, rest: &[u8], from: usize, place: u64) -> bool {
        let is_verbatim = rest.get(from) == Some(&b'<');
        let end = if is_verbatim { &mut self.verbatim_end } else { &mut self.end };
        let known = usize::try_from(end.saturating_sub(place)).unwrap_or(usize::MAX).max(from);
        let is_inside = |byte: &&u8| if is_verbatim { **byte != b'>' } else { is_tag(char::from(**byte)) };
        let last = known + rest.iter().skip(known).take_while(is_inside).count();
        *end = place + last as u64;
        rest.get(last + usize::from(is_verbatim)).is_none_or(|byte| *byte == b',')
    }
}

/// A part of a tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// The exclamation mark that it begins with. It goes alone, so that what follows is seen to
    /// begin with `<`.
    Mark,
    /// Some of its name.
    Name,
    /// Some of `<…>`.
    Verbatim,
    /// The last `>`.
    End,
}

/// The length of the next part and what it is, after another one. None is left if the length is 0.
pub(super) fn part(rest: &[u8], last: Option<Part>) -> (usize, Option<Part>) {
    let is_verbatim = match last {
        None => return (1, Some(Part::Mark)),
        Some(Part::End) => return (0, None),
        Some(Part::Mark) => rest.first() == Some(&b'<'),
        Some(part) => part == Part::Verbatim,
    };
    let is_inside = |byte: &&u8| if is_verbatim { !matches!(**byte, b'>' | b'\n') } else { is_tag(char::from(**byte)) };
    match rest.iter().take(PIECE).take_while(is_inside).count() {
        0 if is_verbatim && rest.first() == Some(&b'>') => (1, Some(Part::End)),
        0 => (0, None),
        length => (whole_characters(rest, length), Some(if is_verbatim { Part::Verbatim } else { Part::Name })),
    }
}

#[cfg(test)]
mod tests {
    use super::Tags;

    #[test]
    fn before_a_comma() {
        for (text, expected) in [
            ("[!t, a]", Some(1)),
            ("[a, !!str,", Some(4)),
            ("[!<a,b>,", Some(1)),
            ("!t, !u,", Some(4)),
            ("[!t a, b!,", None),
            ("[!t !u:!v ?!w!x 'y", None),
            ("{a:!t,", Some(3)),
            ("[!t", Some(1)),
            ("[!<a,", Some(1)),
            ("[!<a>", Some(1)),
        ] {
            assert_eq!(Tags::default().before_comma(text.len(), text.as_bytes(), 7), expected, "{text}");
        }
    }

    /// What was the end of a tag as far as it was there may not be its end.
    #[test]
    fn more_of_a_tag() {
        for (whole, cut) in [("[!abc:!def,", 8), ("[!<abc:!<def>,", 12), ("[!<abc:!<def>,", 13)] {
            let mut tags = Tags::default();
            assert_eq!(tags.before_comma(cut, &whole.as_bytes()[..cut], 0), Some(1), "{whole}");
            let rest = &whole.as_bytes()[1..];
            let second = rest.iter().rposition(|byte| *byte == b'!');
            assert_eq!(tags.before_comma(rest.len(), rest, 1), second, "{whole}");
        }
    }
}
