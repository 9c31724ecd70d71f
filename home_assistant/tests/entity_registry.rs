//! The entity registry against `serde_json`, which reads it whole, and against damage.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod registry;

use registry::{by_serde_json, ours, registry, Random, STYLES};

#[test]
fn the_same_answer_in_every_style() {
    for (seed, count) in [(1, 0), (2, 1), (3, 200), (4, 3000)] {
        let files = STYLES.map(|style| registry(&mut Random(seed), count, style));
        let expected = by_serde_json(&files[0]).unwrap();
        for (file, style) in files.iter().zip(STYLES) {
            assert_eq!(ours(file).unwrap(), expected, "{style:?} {count}");
        }
    }
}

#[test]
fn cut_off_anywhere_it_is_an_error() {
    for style in STYLES {
        let large = registry(&mut Random(5), 300, style);
        for percent in 0..100 {
            assert!(ours(&large[..large.len() * percent / 100]).is_err(), "{style:?} cut at {percent} %");
        }
        let small = registry(&mut Random(5), 3, style);
        for place in 0..small.len() {
            assert!(ours(&small[..place]).is_err(), "{style:?} cut at {place}");
        }
    }
}

/// Whatever `serde_json` takes after some bytes were changed, is understood here in the same way.
#[test]
fn damaged_at_random_it_is_the_same_or_an_error() {
    let mut random = Random(6);
    let mut read = 0;
    for round in 0..4_000 {
        let style = STYLES[round % 3];
        let mut file = registry(&mut random, 1 + round % 7, style);
        for _ in 0..=random.below(3) {
            let place = random.below(file.len());
            let byte = b"\"\\{}[]:,0n tu\0\xff.adz"[random.below(19)];
            match random.below(4) {
                0 => file.insert(place, byte),
                1 => drop(file.remove(place)),
                2 => file[place] = byte,
                _ => {
                    let end = (place + random.below(60)).min(file.len());
                    let piece = file[place..end].to_vec();
                    let target = random.below(file.len());
                    file.splice(target..target, piece);
                }
            }
        }
        let answer = ours(&file);
        if let Some(expected) = by_serde_json(&file) {
            read += 1;
            assert_eq!(answer.unwrap(), expected, "{}", String::from_utf8_lossy(&file));
        }
    }
    assert!(read > 200, "only {read} were still JSON");
}
