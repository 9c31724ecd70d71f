//! Paths and URLs as a person sees them: foreign text, since an owner, an image or an installer
//! chose them.

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

#[cfg(test)]
mod tests {
    use super::*;

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
