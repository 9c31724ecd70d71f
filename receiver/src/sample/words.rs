//! Names and versions of things that do not exist.

const SYLLABLES: [&str; 16] =
    ["lu", "mi", "ra", "zen", "tho", "ka", "bel", "vi", "nor", "sa", "qu", "del", "po", "fin", "wa", "ter"];

/// `zenka_mi`: two to five syllables.
pub(super) fn name(prefix: &str, number: usize) -> String {
    let mut name = format!("{prefix}_");
    let mut rest = number;
    for at in 0.. {
        name += SYLLABLES[(rest + at * 5) % SYLLABLES.len()];
        rest /= SYLLABLES.len();
        if rest == 0 && at >= 2 {
            return name;
        }
    }
    name
}

/// The n-th version of a thing, `2.4.1`; the scheme is the thing's own.
pub(super) fn version(thing: usize, number: usize) -> String {
    match thing % 3 {
        0 => format!("{}.{number}.0", 1 + thing % 5),
        1 => format!("v{}.{}.{number}", thing % 4, thing % 7),
        _ => format!("202{}.{}.{}", 4 + thing % 3, 1 + number % 12, number / 12),
    }
}
