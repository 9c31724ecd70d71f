//! Little that would make a great deal of work or memory.

use super::{load, one};

/// `start`, and `unit` as often as it takes to make so many bytes.
fn filled(start: &str, unit: &str, bytes: usize) -> String {
    format!("{start}{}", unit.repeat(bytes / unit.len()))
}

fn refused(text: String) -> String {
    load(&one(text)).unwrap_err().to_string()
}

/// What an alias brings back is counted, however little of it is kept.
#[test]
fn many_times_a_large_mapping() {
    let keys: String = (0..25_000).map(|n| format!("k{n}: ,")).collect();
    for rest in ["sensor:\n@- <<: *a\n", "sensor: [@*a,", "script:\n@- <<: *a\n", "y: &l [@*a,"] {
        let (start, unit) = rest.split_once('@').unwrap();
        let mut text = filled(&format!("x: &a {{{keys}}}\n{start}"), unit, unit.len() * 450);
        if start.ends_with('[') {
            text += "]\nsensor: *l\n";
        }
        assert!(refused(text).ends_with("values, aliases counted,"), "{rest}");
    }
    for part in ["http: *a", "recorder: *a", "light: *a", "<<: *a"] {
        let packages: String = (0..60).map(|n| format!("p{n}: {{{part}}},")).collect();
        let error = refused(format!("x: &a {{{keys}}}\nhomeassistant: {{packages: {{{packages}}}}}"));
        assert!(error.contains("more than "), "{part}: {error}");
    }
}

/// A key that is brought in often is counted with its length.
#[test]
fn many_times_a_long_key() {
    let key = format!("x: &a {{{}: b}}\ny: &y [", "k".repeat(1000));
    assert!(refused(filled(&key, "{<<: *a},", 80_000)).ends_with("bytes of keys and values to keep"));
}

/// Exclamation marks that may begin a tag are looked at once. If each were looked at with all
/// around it, this would take minutes.
#[test]
fn many_marks() {
    for (start, unit) in [("'", ":!:!:!:!"), ("[", "' !, !, !,"), ("'", " !,"), ("'", "!"), ("'", " !<"), ("", ":!")] {
        let text = filled(&format!("a: {start}"), unit, 50_000);
        let _ = load(&one(text));
    }
}
