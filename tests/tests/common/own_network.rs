//! A network without a way out, and names that exist only there.

use crate::world::{find_program, skipped};
use std::fs;
use std::path::Path;
use std::process::Command;

const HOSTS: &str = "127.0.0.1 localhost named.test\n::1 named.test\n";
const NAMES: &str = "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n";
const BIND: &str = "mount --bind \"$1\" /etc/hosts && mount --bind \"$2\" /etc/resolv.conf && \
    { [ ! -e /etc/nsswitch.conf ] || mount --bind \"$3\" /etc/nsswitch.conf; } && shift 3 && exec \"$@\"";

/// The words that run a program where no interface is up and the machine's files of names are those of
/// the test; they are written into a directory. `None`, and a notice, where that cannot be.
pub fn words(directory: &Path) -> Option<Vec<String>> {
    let (Some(unshare), Some(shell)) = (find_program("unshare"), find_program("sh")) else {
        skipped("there is no unshare");
        return None;
    };
    let files = [("hosts", HOSTS), ("resolv.conf", NAMES), ("nsswitch.conf", "hosts: files dns\n")];
    let files = files.map(|(name, content)| {
        let file = directory.join(name);
        fs::write(&file, content).unwrap();
        file.display().to_string()
    });
    let words = |namespaces: &[&str]| {
        let mut words = vec![unshare.display().to_string()];
        words.extend(namespaces.iter().map(|word| (*word).to_owned()));
        words.extend([shell.display().to_string(), "-c".to_owned(), BIND.to_owned(), "sh".to_owned()]);
        words.extend(files.clone());
        words
    };
    let works = |words: &Vec<String>| {
        let probe = Command::new(&words[0]).args(&words[1..]).arg("true").output();
        probe.is_ok_and(|output| output.status.success())
    };
    let found = [words(&["-n", "-m"]), words(&["-r", "-n", "-m"])].into_iter().find(works);
    if found.is_none() {
        skipped("no network namespace can be made here");
    }
    found
}
