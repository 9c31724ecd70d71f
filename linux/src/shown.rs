//! Paths, URLs and numbers as a person sees them. The former are foreign text, since an owner,
//! an image or an installer chose them.

use std::path::{Display, Path};

use haos_analytics_core::Foreign;

/// A path.
pub fn path(path: &Path) -> Foreign<Display<'_>> {
    Foreign(path.display())
}

/// A URL without its query, which may hold a key, and without a fragment.
pub fn url(url: &str) -> Foreign<&str> {
    Foreign(url.find(['?', '#']).and_then(|end| url.get(..end)).unwrap_or(url))
}

/// A number with a comma before each three digits.
pub fn number(number: usize) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_in_threes() {
        for (value, expected) in
            [(0, "0"), (999, "999"), (1000, "1,000"), (12345, "12,345"), (123_456, "123,456"), (1_234_567, "1,234,567")]
        {
            assert_eq!(number(value), expected);
        }
    }

    #[test]
    fn a_query_is_not_shown() {
        for (whole, expected) in [
            ("https://a.example/v1", "https://a.example/v1"),
            ("https://a.example/v1?key=S3CR3T", "https://a.example/v1"),
            ("https://a.example?key=S3CR3T#x", "https://a.example"),
            ("https://a.example/#S3CR3T?x", "https://a.example/"),
            ("", ""),
        ] {
            assert_eq!(url(whole).to_string(), expected);
        }
    }
}
