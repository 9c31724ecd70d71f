//! The property as bytes: whatever they are, an answer and no panic.

use haos_analytics_boards::{find, BOARDS};

fn id(bytes: &[u8]) -> Option<&'static str> {
    find(bytes, Some("aarch64")).map(|found| found.board.id)
}

#[test]
fn the_string_that_decided_is_told() {
    let found = find(b"vendor,x\0hardkernel,odroid-n2-plus\0amlogic,g12b\0", Some("aarch64"));
    assert_eq!(found.map(|found| (found.board.id, found.compatible)), Some(("odroid-n2", "hardkernel,odroid-n2-plus")));
}

#[test]
fn nothing_is_nobody() {
    for bytes in [&b""[..], b"\0", b"\0\0\0", b"\n", b" ", b",\0", b"\0,\0"] {
        assert_eq!(id(bytes), None, "{bytes:?}");
    }
}

/// It may have been cut: `hardkernel,odroid-m1` is the beginning of `hardkernel,odroid-m1s`.
#[test]
fn a_string_without_its_nul_names_nothing() {
    assert_eq!(id(b"hardkernel,odroid-m1"), None);
    assert_eq!(id(b"vendor,x\0hardkernel,odroid-m1"), None);
    assert_eq!(id(b"hardkernel,odroid-m1\0rockchip,rk35"), Some("odroid-m1"));
}

#[test]
fn doubled_nuls_are_empty_strings() {
    assert_eq!(id(b"\0\0hardkernel,odroid-n2\0\0amlogic,g12b\0\0"), Some("odroid-n2"));
}

#[test]
fn only_the_whole_string_counts() {
    for board in BOARDS.iter().filter(|board| board.arch == "aarch64") {
        for string in board.compatible {
            for wrong in [
                format!("x{string}\0"),
                format!("{string}x\0"),
                format!(" {string}\0"),
                format!("{string} \0"),
                format!("{string}\n\0"),
                format!("{string},brcm,bcm2711\0"),
                string.to_uppercase() + "\0",
                string.replace(',', "\0") + "\0",
            ] {
                assert_eq!(id(wrong.as_bytes()), None, "{wrong:?}");
            }
        }
    }
}

#[test]
fn what_is_not_text_is_skipped() {
    assert_eq!(id(b"\xff\xfe\x80\0hardkernel,odroid-n2\0"), Some("odroid-n2"));
    assert_eq!(id(b"hardkernel,odroid-n2\xff\0"), None);
    assert_eq!(id(b"\xc3hardkernel,odroid-n2\0"), None);
}

#[test]
fn junk_of_every_length_up_to_4_kib() {
    let mut state = 1_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    let mut junk: Vec<u8> = (0..4096).map(|_| next()).collect();
    for length in 0..=junk.len() {
        assert_eq!(id(&junk[..length]), None, "{length}");
    }
    junk.extend(b"\0hardkernel,odroid-n2\0");
    assert_eq!(id(&junk), Some("odroid-n2"));
}

#[test]
fn every_prefix_of_a_real_property() {
    let whole = b"raspberrypi,4-compute-module-ha-yellow\0raspberrypi,4-compute-module\0brcm,bcm2711\0";
    let first = "raspberrypi,4-compute-module-ha-yellow".len();
    for length in 0..=whole.len() {
        assert_eq!(id(&whole[..length]), (length > first).then_some("yellow"), "{length}");
    }
}
