//! The boards that Home Assistant OS is made for.

/// Reports of other boards are taken, and not published under their board.
pub const BOARDS: [&str; 14] = [
    "generic-aarch64",
    "generic-x86-64",
    "green",
    "khadas-vim3",
    "odroid-c2",
    "odroid-c4",
    "odroid-m1",
    "odroid-m1s",
    "odroid-n2",
    "ova",
    "rpi3-64",
    "rpi4-64",
    "rpi5-64",
    "yellow",
];

#[cfg(test)]
mod tests {
    use super::BOARDS;

    #[test]
    fn the_collectors_table_has_the_same() {
        let of_the_table = haos_analytics_boards::BOARDS.iter().filter(|board| !board.retired);
        assert_eq!(BOARDS.to_vec(), of_the_table.map(|board| board.id).collect::<Vec<_>>());
    }
}
