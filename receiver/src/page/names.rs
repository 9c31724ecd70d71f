//! Names for people: of boards, and of countries.

/// What Home Assistant OS is made for, as people call it; see [`crate::aggregate::BOARDS`].
const BOARDS: [(&str, &str); 14] = [
    ("generic-aarch64", "ARM 64-bit, generic"),
    ("generic-x86-64", "PC, generic"),
    ("green", "Home Assistant Green"),
    ("khadas-vim3", "Khadas VIM3"),
    ("odroid-c2", "ODROID-C2"),
    ("odroid-c4", "ODROID-C4"),
    ("odroid-m1", "ODROID-M1"),
    ("odroid-m1s", "ODROID-M1S"),
    ("odroid-n2", "ODROID-N2"),
    ("ova", "Virtual machine"),
    ("rpi3-64", "Raspberry Pi 3"),
    ("rpi4-64", "Raspberry Pi 4"),
    ("rpi5-64", "Raspberry Pi 5"),
    ("yellow", "Home Assistant Yellow"),
];

/// `DE Germany`, sorted: the English names of the Unicode CLDR.
const COUNTRIES: &str = include_str!("countries.txt");

/// What a board is called; nothing if it has no other name than its id.
pub(super) fn board(id: &str) -> Option<&str> {
    BOARDS.iter().find(|(known, _)| *known == id).map(|(_, name)| *name)
}

/// What a country is called.
pub(super) fn country(code: &str) -> Option<&str> {
    let mut lines = COUNTRIES.lines().filter_map(|line| line.split_once(' '));
    lines.find(|(known, _)| *known == code).map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_board_has_a_name() {
        assert_eq!(BOARDS.map(|(id, _)| id), crate::aggregate::BOARDS);
    }

    #[test]
    fn countries() {
        for (code, name) in
            [("DE", Some("Germany")), ("US", Some("United States")), ("T1", None), ("", None), ("D", None)]
        {
            assert_eq!(country(code), name);
        }
        let codes: Vec<_> = COUNTRIES.lines().map(|line| line.split_once(' ').map(|(code, _)| code)).collect();
        assert!(codes.windows(2).all(|pair| pair[0].is_some() && pair[0] < pair[1]));
        assert!(codes.len() > 240);
    }
}
