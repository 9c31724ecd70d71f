//! What a text without quotes and without a tag is: YAML 1.1 as PyYAML has it.
//!
//! A text that looks like a date or a number, but is none, keeps Home Assistant from loading the
//! whole.

use super::date;
use super::error::Cause;

/// Python builds no decimal number of more digits.
const DIGITS: usize = 4300;

/// What a plain text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Plain {
    Null,
    /// A truth value or a number; whether it is one that Python takes for false.
    Bool(bool),
    Integer(bool),
    Float,
    Date,
    /// `<<`
    Merge,
    /// `=`
    Value,
    Text,
}

/// What a plain text is.
///
/// # Errors
///
/// Home Assistant does not load it.
pub(super) fn resolve(text: &str) -> Result<Plain, Cause> {
    let Some(first) = text.bytes().next() else {
        return Ok(Plain::Null);
    };
    match first {
        b'0'..=b'9' | b'-' | b'+' | b'.' => number(text),
        b'~' | b'n' | b'N' if matches!(text, "~" | "null" | "Null" | "NULL") => Ok(Plain::Null),
        b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' if text.len() <= 5 => Ok(truth(text)),
        b'<' if text == "<<" => Ok(Plain::Merge),
        b'=' if text == "=" => Ok(Plain::Value),
        _ => Ok(Plain::Text),
    }
}

fn truth(text: &str) -> Plain {
    match text {
        "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => Plain::Bool(false),
        "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => Plain::Bool(true),
        _ => Plain::Text,
    }
}

fn number(text: &str) -> Result<Plain, Cause> {
    if !text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-._: \t".contains(&byte)) {
        return Ok(Plain::Text);
    }
    if is_float(text) {
        return Ok(Plain::Float);
    }
    if let Some(number) = integer(text) {
        return number;
    }
    Ok(if date::is_date(text, 2)? { Plain::Date } else { Plain::Text })
}

fn all(text: &str, is: impl Fn(u8) -> bool) -> bool {
    !text.is_empty() && text.bytes().all(is)
}

fn is_digit(byte: u8) -> bool {
    byte.is_ascii_digit()
}

/// `123` and `1_2_3`.
fn is_digits(text: &str) -> bool {
    text.bytes().next().is_some_and(is_digit) && text.bytes().all(|byte| byte == b'_' || is_digit(byte))
}

fn is_sixties(part: &str) -> bool {
    match part.as_bytes() {
        [one] => is_digit(*one),
        [ten, one] => matches!(ten, b'0'..=b'5') && is_digit(*one),
        _ => false,
    }
}

fn is_float(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let exponent_fits =
        exponent.is_none_or(|exponent| exponent.strip_prefix(['-', '+']).is_some_and(|digits| all(digits, is_digit)));
    let Some((whole, fraction)) = mantissa.split_once('.').filter(|_| exponent_fits) else {
        return false;
    };
    if whole.is_empty() {
        return text.starts_with('.') && is_digits(fraction);
    }
    if !fraction.bytes().all(|byte| byte == b'_' || is_digit(byte)) {
        return false;
    }
    let mut parts = whole.split(':');
    parts.next().is_some_and(is_digits) && parts.all(is_sixties) && (exponent.is_none() || !whole.contains(':'))
}

/// `None` if it is no integer.
fn integer(text: &str) -> Option<Result<Plain, Cause>> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let is_zero = |digits: &str| digits.bytes().all(|byte| matches!(byte, b'0' | b'_' | b':'));
    let based = |digits: &str, is: fn(u8) -> bool| {
        all(digits, |byte| byte == b'_' || is(byte)).then(|| {
            if digits.bytes().all(|byte| byte == b'_') {
                Err(Cause::Refused("a number without digits"))
            } else {
                Ok(Plain::Integer(is_zero(digits)))
            }
        })
    };
    if let Some(binary) = digits.strip_prefix("0b") {
        return based(binary, |byte| matches!(byte, b'0' | b'1'));
    }
    if let Some(hexadecimal) = digits.strip_prefix("0x") {
        return based(hexadecimal, |byte| byte.is_ascii_hexdigit());
    }
    if digits.starts_with('0') {
        return digits
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'7' | b'_'))
            .then_some(Ok(Plain::Integer(is_zero(digits))));
    }
    let mut parts = digits.split(':');
    let is_integer = parts.next().is_some_and(is_digits) && parts.all(is_sixties);
    is_integer.then(|| {
        let whole = digits.split(':').next().unwrap_or_default();
        if whole.bytes().filter(|byte| is_digit(*byte)).count() > DIGITS {
            return Err(Cause::Refused("a number with too many digits"));
        }
        Ok(Plain::Integer(false))
    })
}

#[cfg(test)]
mod tests {
    use super::{resolve, Plain};

    #[test]
    fn plain_texts() {
        let table = [
            ("", Plain::Null),
            ("Null", Plain::Null),
            ("nULL", Plain::Text),
            ("on", Plain::Bool(false)),
            ("OFF", Plain::Bool(true)),
            ("y", Plain::Text),
            ("0", Plain::Integer(true)),
            ("0_", Plain::Integer(true)),
            ("-017", Plain::Integer(false)),
            ("089", Plain::Text),
            ("0o17", Plain::Text),
            ("0xF_f", Plain::Integer(false)),
            ("12:30:45", Plain::Integer(false)),
            ("12:60", Plain::Text),
            ("1_000.5", Plain::Float),
            ("1.", Plain::Float),
            ("1e5", Plain::Text),
            ("1.e+5", Plain::Float),
            ("+.5", Plain::Text),
            (".5", Plain::Float),
            ("-.INF", Plain::Float),
            ("1:30.5", Plain::Float),
            ("2026-02-28", Plain::Date),
            ("2026-2-8", Plain::Text),
            ("2026-2-8 1:02:03.5 +02:00", Plain::Date),
            ("2026-02-28T10:11:12Z", Plain::Date),
            ("2026-02-28 10:11", Plain::Text),
            ("<<", Plain::Merge),
            ("=", Plain::Value),
            ("1.2.3.4", Plain::Text),
            ("-", Plain::Text),
        ];
        for (text, expected) in table {
            assert_eq!(resolve(text).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn what_python_does_not_build() {
        let long = "1".repeat(4301);
        for text in ["2026-13-01", "2026-02-30", "0000-01-01", "2026-02-28 24:00:00", "0x_", "0b__", &long] {
            assert!(resolve(text).is_err(), "{text}");
        }
        assert!(resolve(&long[1..]).is_ok() && resolve("2028-02-29").is_ok());
    }
}
