//! Every seed, and changed copies of it: what is left of fuzzing without a fuzzer.
#![allow(missing_docs)]

use haos_analytics_fuzz::TARGETS;
use std::path::Path;
use std::{env, fs};

/// A linear congruential generator: every run tries the same.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit.max(1)
    }

    /// One to eight small changes.
    fn change(&mut self, input: &mut Vec<u8>, other: &[u8]) {
        const ODD: &[u8] = b"\0\n\r\t \"'\\$#;:,{}[]=~09-.eu\x7f\x80\xc3\xff";
        for _ in 0..=self.below(8) {
            let at = self.below(input.len() + 1);
            match self.below(7) {
                0 if at < input.len() => input[at] ^= 1 << self.below(8),
                1 if at < input.len() => drop(input.remove(at)),
                2 => input.insert(at, ODD[self.below(ODD.len())]),
                3 => input.truncate(at),
                4 => {
                    let from = self.below(other.len() + 1);
                    let piece = &other[from..from + self.below(other.len() - from + 1)];
                    drop(input.splice(at..at, piece.iter().copied()));
                }
                5 if at < input.len() => input[at] = u8::try_from(self.below(256)).unwrap(),
                _ => input.resize(at + self.below(64), ODD[self.below(ODD.len())]),
            }
        }
        input.truncate(8192);
    }
}

#[test]
fn seeds_and_changed_seeds() {
    let changes: usize = env::var("FUZZ_CHANGES").ok().and_then(|text| text.parse().ok()).unwrap_or(20_000);
    for (name, target) in TARGETS {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds").join(name);
        let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        let seeds: Vec<Vec<u8>> = files.iter().map(|file| fs::read(file).unwrap()).collect();
        assert!(!seeds.is_empty(), "{name} has no seeds");
        seeds.iter().for_each(|seed| target(seed));
        let mut random = Random(1);
        let mut input = Vec::new();
        for round in 0..changes {
            // A change builds upon the one before, up to a point.
            if round % 16 == 0 {
                input.clone_from(&seeds[random.below(seeds.len())]);
            }
            let other = random.below(seeds.len());
            random.change(&mut input, &seeds[other]);
            target(&input);
        }
        println!("{name}: {} executions", seeds.len() + changes);
    }
}
