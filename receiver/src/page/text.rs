//! Text and numbers, as HTML.

use core::fmt::{self, Display, Formatter, Write as _};

/// Text from outside, for content and for quoted attributes: nothing in it is markup, and nothing reaches beyond it.
pub(super) struct Text<'a>(pub(super) &'a str);

impl Display for Text<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for each in self.0.chars() {
            match each {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                _ if is_unwanted(each) => f.write_char(char::REPLACEMENT_CHARACTER)?,
                _ => f.write_char(each)?,
            }
        }
        Ok(())
    }
}

/// A name from outside, which is broken after an underscore first if it does not fit. Not for attributes.
pub(super) struct Name<'a>(pub(super) &'a str);

impl Display for Name<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("<bdi>")?;
        for (at, part) in self.0.split_inclusive('_').enumerate() {
            f.write_str(if at == 0 { "" } else { "<wbr/>" })?;
            Text(part).fmt(f)?;
        }
        f.write_str("</bdi>")
    }
}

/// What HTML does not allow, and what turns the direction of text.
fn is_unwanted(each: char) -> bool {
    let turns = matches!(each, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let is_no_character = matches!(each, '\u{fdd0}'..='\u{fdef}') || u32::from(each) & 0xfffe == 0xfffe;
    turns || is_no_character || each.is_control()
}

/// A count in groups of three digits.
#[derive(Clone, Copy)]
pub(super) struct Number(pub(super) u64);

impl Display for Number {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let digits = self.0.to_string();
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                f.write_char(',')?;
            }
            f.write_char(digit)?;
        }
        Ok(())
    }
}

/// A count of some whole, with its share; 0 may mean that it is not published.
pub(super) struct Part {
    pub(super) count: u64,
    pub(super) whole: u64,
    /// The threshold.
    pub(super) least: u64,
}

impl Display for Part {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.count == 0 && self.least > 1 {
            return write!(f, "– (shown from {} on)", Number(self.least));
        }
        write!(f, "{} ({})", Number(self.count), Share(self.count, self.whole))
    }
}

/// A median, which may have a half.
pub(super) struct Median(pub(super) f64);

impl Display for Median {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked before")]
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let tenths = (self.0 * 10.0).round();
        if !(0.0..1e15).contains(&tenths) {
            return write!(f, "{:.1e}", self.0);
        }
        let tenths = tenths as u64;
        Number(tenths / 10).fmt(f)?;
        match tenths % 10 {
            0 => Ok(()),
            rest => write!(f, ".{rest}"),
        }
    }
}

/// A share without decimals, for where there is little room.
pub(super) struct Percent(pub(super) u64, pub(super) u64);

impl Display for Percent {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self(part, whole) = *self;
        let percent = (u128::from(part) * 100 + u128::from(whole) / 2) / u128::from(whole).max(1);
        match percent {
            _ if part == 0 || part == whole || part > whole => Share(part, whole).fmt(f),
            0 => f.write_str("&lt;1%"),
            100 => f.write_str("&gt;99%"),
            _ => write!(f, "{percent}%"),
        }
    }
}

/// So many of so many, in percent. Only nothing is 0 %, only all is 100 %; of what has no whole there is no share.
pub(super) struct Share(pub(super) u64, pub(super) u64);

impl Display for Share {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self(part, whole) = *self;
        if whole == 0 || part > whole {
            return f.write_str("–");
        }
        let tenths = (u128::from(part) * 1000 + u128::from(whole) / 2) / u128::from(whole);
        match tenths {
            _ if part == 0 => f.write_str("0%"),
            _ if part == whole => f.write_str("100%"),
            0 => f.write_str("&lt;0.1%"),
            1000 => f.write_str("&gt;99.9%"),
            _ => write!(f, "{}.{}%", tenths / 10, tenths % 10),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escaped() {
        for (text, expected) in [
            ("", ""),
            ("zha", "zha"),
            ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
            ("\" onload='x", "&quot; onload=&#39;x"),
            ("&lt;", "&amp;lt;"),
            ("a\0b\nc\u{7f}d\u{85}", "a\u{fffd}b\u{fffd}c\u{fffd}d\u{fffd}"),
            ("\u{202e}gpj\u{2066}", "\u{fffd}gpj\u{fffd}"),
            ("\u{fffe}\u{1ffff}\u{fdd0}", "\u{fffd}\u{fffd}\u{fffd}"),
            ("مرحبا 家 🏠", "مرحبا 家 🏠"),
        ] {
            assert_eq!(Text(text).to_string(), expected, "{text:?}");
        }
    }

    #[test]
    fn grouped() {
        for (number, expected) in [
            (0, "0"),
            (999, "999"),
            (1000, "1,000"),
            (12_345, "12,345"),
            (123_456, "123,456"),
            (1_000_000, "1,000,000"),
        ] {
            assert_eq!(Number(number).to_string(), expected);
        }
        assert_eq!(Number(u64::MAX).to_string(), "18,446,744,073,709,551,615");
    }

    #[test]
    fn medians() {
        for (median, expected) in [
            (0.0, "0"),
            (22.5, "22.5"),
            (1234.0, "1,234"),
            (0.04, "0"),
            (-1.5, "-1.5e0"),
            (1e300, "1.0e300"),
            (f64::NAN, "NaN"),
        ] {
            assert_eq!(Median(median).to_string(), expected);
        }
    }

    #[test]
    fn honest_shares() {
        for (part, whole, expected) in [
            (0, 0, "–"),
            (1, 0, "–"),
            (2, 1, "–"),
            (0, 10, "0%"),
            (10, 10, "100%"),
            (1, 3, "33.3%"),
            (2, 3, "66.7%"),
            (1, 1000, "0.1%"),
            (1, 2000, "0.1%"),
            (1, 2001, "&lt;0.1%"),
            (999_999, 1_000_000, "&gt;99.9%"),
            (999, 1000, "99.9%"),
            (u64::MAX - 1, u64::MAX, "&gt;99.9%"),
        ] {
            assert_eq!(Share(part, whole).to_string(), expected, "{part} of {whole}");
        }
        for (part, whole, expected) in [
            (0, 0, "–"),
            (2, 1, "–"),
            (0, 10, "0%"),
            (10, 10, "100%"),
            (2, 3, "67%"),
            (1, 201, "&lt;1%"),
            (1, 200, "1%"),
            (199, 200, "&gt;99%"),
        ] {
            assert_eq!(Percent(part, whole).to_string(), expected, "{part} of {whole}");
        }
    }

    #[test]
    fn names_break_after_underscores() {
        assert_eq!(Name("a_b<_").to_string(), "<bdi>a_<wbr/>b&lt;_</bdi>");
        assert_eq!(Name("").to_string(), "<bdi></bdi>");
    }
}
