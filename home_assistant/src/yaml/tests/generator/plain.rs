//! Automations and the like, all of it plain: of most of it, the parser sees nothing.

use super::Random;

const KEYS: [&str; 12] =
    ["id", "platform", "alias", "mode", "triggers", "light.room_1", "data", "to", "db_url", "a", "A-b/c", "conditions"];
const VALUES: [&str; 16] = [
    "single",
    "some words",
    "5",
    "0.5",
    "00:05:00",
    "'on'",
    "\"a b\"",
    "{a: 5, b_c: on}",
    "hue",
    "yes",
    "'ä'",
    "x-y/z",
    "{entity_id: light.a}",
    "on",
    "null",
    "2026",
];
const TEXTS: [&str; 6] = ["|", ">", "|-", ">-", "|+", ">+"];
const BETWEEN: [&str; 5] = ["\n", "# c\n", "      # c: d\n", "  \n", "        \n"];

/// A configuration.
pub(super) fn configuration(random: &mut Random) -> String {
    let mut text = String::new();
    for _ in 0..=random.below(3) {
        text += random.of(&["automation:\n", "sensor:\n", "script:\n", "http:\n", "recorder:\n", "x:\n"]);
        if random.once_in(2) {
            let column = random.below(2) * 2;
            list(random, &mut text, column, 4);
        } else {
            mapping(random, &mut text, 2, 4, false);
        }
    }
    text
}

fn list(random: &mut Random, text: &mut String, column: usize, depth: usize) {
    for _ in 0..=random.below(3) {
        *text += &" ".repeat(column);
        let blanks = 1 + 2 * usize::from(random.once_in(8));
        *text += "-";
        *text += &" ".repeat(blanks);
        if random.once_in(4) {
            *text += random.of(&VALUES);
            *text += "\n";
        } else {
            mapping(random, text, column + 1 + blanks, depth.saturating_sub(1), true);
        }
    }
}

/// `is_begun`: the first line has its blanks.
fn mapping(random: &mut Random, text: &mut String, column: usize, depth: usize, mut is_begun: bool) {
    for _ in 0..=random.below(5) {
        if !is_begun {
            *text += &" ".repeat(column);
        }
        is_begun = false;
        *text += random.of(&KEYS);
        *text += ":";
        match random.below(if depth > 0 { 8 } else { 5 }) {
            0..=3 => {
                *text += " ";
                *text += random.of(&VALUES);
                *text += "\n";
            }
            4 => {
                *text += " ";
                *text += random.of(&TEXTS);
                *text += "\n";
                let deeper = " ".repeat(column + 1 + random.below(3));
                for _ in 0..random.below(4) {
                    *text += &deeper;
                    *text += random.of(&["x\n", "{% y %}\n", "  a: b\n", "- c\n", "# d\n"]);
                }
            }
            5 => {
                *text += "\n";
                let deeper = column + random.below(2) * 2;
                list(random, text, deeper, depth.saturating_sub(1));
            }
            6 => {
                *text += "\n";
                let deeper = column + 1 + random.below(3);
                mapping(random, text, deeper, depth.saturating_sub(1), false);
            }
            _ => *text += "\n",
        }
        if random.once_in(10) {
            *text += random.of(&BETWEEN);
        }
    }
}
