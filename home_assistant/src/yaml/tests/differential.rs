//! What the parser is not shown changes nothing: made-up configurations, read with and without all
//! lines.

use super::generator::{configuration, Random};
use crate::files::Memory;
use crate::yaml::read_shortened;

/// How many, without optimisation some seconds' worth.
const CASES: u64 = 3000;

#[test]
fn what_is_left_out_changes_nothing() {
    let (mut taken, mut refused) = (0, 0);
    for seed in 0..CASES {
        let text = configuration(&mut Random::new(seed));
        match compare(&text) {
            Ok(true) => taken += 1,
            Ok(false) => refused += 1,
            Err(difference) => panic!("{seed}: {difference}\n{}", text.chars().take(2000).collect::<String>()),
        }
    }
    assert!(taken > CASES / 5 && refused > CASES / 5, "{taken} taken, {refused} refused");
}

/// Whether it is taken, or how the two ways of reading differ.
fn compare(text: &str) -> Result<bool, String> {
    let mut files = Memory::new();
    files.file("configuration.yaml", text);
    for name in ["hue", "on", "single", "5"] {
        files.file(name, "- platform: included\n  alias: x\n  mode: y\n  to: z\n");
    }
    let (shortened, whole) = (read_shortened(&files, true), read_shortened(&files, false));
    match (shortened, whole) {
        (Ok(shortened), Ok(whole)) if shortened == whole => Ok(true),
        (Err(shortened), Err(whole)) => {
            let is_bound = [&shortened, &whole].iter().any(|error| error.to_string().contains("more than "));
            let is_same = (&shortened.file, shortened.line) == (&whole.file, whole.line);
            if is_bound || is_same {
                Ok(false)
            } else {
                Err(format!("{shortened}\n{whole}"))
            }
        }
        (shortened, whole) => Err(format!("shortened: {shortened:?}\nwhole: {whole:?}")),
    }
}
