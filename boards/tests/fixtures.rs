//! Every current board has a root directory among the fixtures, and its tree is recognised.
#![allow(clippy::expect_used)] // a test may fail

use std::fs;
use std::path::Path;

use haos_analytics_boards::{find, BOARDS};

#[test]
fn every_current_board_has_a_root() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures");
    for board in BOARDS.iter().filter(|board| !board.retired) {
        let root = fixtures.join(board.id);
        let os_release = fs::read_to_string(root.join("etc/os-release")).expect(board.id);
        assert!(os_release.contains(&format!("\nVARIANT_ID={}\n", board.id)), "{}", board.id);
        assert!(os_release.contains(&format!("\nSUPERVISOR_ARCH={}\n", board.arch)), "{}", board.id);
        assert_eq!(os_release.lines().find_map(|line| line.strip_prefix("SUPERVISOR_MACHINE=")), board.machine);
        // A generic image runs on anything: its fixture need not have a tree.
        if let Ok(tree) = fs::read(root.join("sys/firmware/devicetree/base/compatible")) {
            assert_eq!(find(&tree, Some(board.arch)).map(|found| found.board), Some(board));
        } else {
            assert!(board.compatible.is_empty() || board.id.starts_with("generic-"), "{}", board.id);
        }
    }
}
