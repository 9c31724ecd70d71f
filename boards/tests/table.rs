//! The table as a whole.

use haos_analytics_boards::{by_id, BOARDS};

const ARCHES: [&str; 5] = ["aarch64", "amd64", "armhf", "armv7", "i386"];

fn width(arch: &str) -> &str {
    if arch == "armhf" {
        "armv7"
    } else {
        arch
    }
}

#[test]
fn ids_are_sorted_and_unique() {
    assert!(BOARDS.windows(2).all(|pair| pair[0].id < pair[1].id));
}

#[test]
fn fourteen_are_current_and_ten_retired() {
    assert_eq!(BOARDS.iter().filter(|board| !board.retired).count(), 14);
    assert_eq!(BOARDS.iter().filter(|board| board.retired).count(), 10);
}

#[test]
fn an_id_finds_its_board_and_nothing_else_does() {
    for board in BOARDS {
        assert_eq!(by_id(board.id), Some(board));
    }
    for id in ["", "odroid", "odroid-n2 ", "Odroid-N2", "odroid-n2-plus", "supervised", "raspberrypi4-64"] {
        assert_eq!(by_id(id), None, "{id:?}");
    }
}

#[test]
fn ids_and_machines_are_plain_words() {
    let plain = |text: &str| !text.is_empty() && text.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'));
    for board in BOARDS {
        assert!(plain(board.id), "{board:?}");
        assert!(board.machine.map_or(board.retired, plain), "{board:?}");
        assert!(ARCHES.contains(&board.arch), "{board:?}");
    }
}

#[test]
fn only_x86_has_no_tree() {
    for board in BOARDS {
        assert_eq!(board.compatible.is_empty(), board.arch == "amd64", "{board:?}");
    }
}

#[test]
fn a_string_names_one_board_of_each_width() {
    let mut named = Vec::new();
    for board in BOARDS {
        named.extend(board.compatible.iter().map(|string| (string, width(board.arch))));
    }
    let all = named.len();
    named.sort_unstable();
    named.dedup();
    assert_eq!(named.len(), all);
}

#[test]
fn strings_are_sorted_and_of_the_form_vendor_model() {
    let fits = |text: &str| {
        !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    for board in BOARDS {
        assert!(board.compatible.windows(2).all(|pair| pair[0] < pair[1]), "{board:?}");
        for string in board.compatible {
            let parts: Vec<_> = string.split(',').collect();
            assert!(parts.len() == 2 && parts.into_iter().all(fits), "{string}");
        }
    }
}

/// In a list of the kernel only the last strings are SoCs, and every SoC stands there behind some board.
#[test]
fn no_string_is_a_soc() {
    let roots = include_str!("kernel_roots.txt").lines().filter(|line| !line.starts_with('#'));
    let socs: Vec<_> = roots.filter_map(|root| root.rsplit_once(' ')).map(|(_, soc)| soc).collect();
    assert!(["amlogic,g12b", "amlogic,sm1", "brcm,bcm2711", "brcm,bcm2837", "rockchip,rk3566"]
        .iter()
        .all(|s| socs.contains(s)));
    for board in BOARDS {
        for string in board.compatible {
            assert!(!socs.contains(string), "{string} of {}", board.id);
        }
    }
}
