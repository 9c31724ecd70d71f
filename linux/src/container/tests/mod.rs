//! Real directories, with `openat2` and by hand.

mod kinds;

use std::fs;
use std::io::Read;
use std::os::unix::fs::symlink;

use super::*;

const OUTSIDE: &str = "it leads out of Home Assistant's directories";
const SECRET: &str = "it is secrets.yaml, which is never opened";
const BROKEN: &str = "a symlink that leads to nothing";
const MISSING: &str = "there is no such file";
const NO_FILE: &str = "not a regular file";

/// A machine whose Supervisor keeps its data in `/data`; gone afterwards.
struct Machine(PathBuf);

impl Machine {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("haos-analytics-container-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        for (_, kept) in MOUNTS {
            fs::create_dir_all(path.join("data").join(kept)).unwrap();
        }
        Machine(path)
    }

    /// A path below the Supervisor's directory, with its parent.
    fn path(&self, file: &str) -> PathBuf {
        let path = self.0.join("data").join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        path
    }

    fn write(&self, file: &str, text: &str) -> &Self {
        fs::write(self.path(file), text).unwrap();
        self
    }

    fn link(&self, file: &str, target: &str) -> &Self {
        symlink(target, self.path(file)).unwrap();
        self
    }

    fn hard_link(&self, file: &str, original: &str) -> &Self {
        fs::hard_link(self.path(original), self.path(file)).unwrap();
        self
    }

    /// Tries it with `openat2` and without, below a root and with the root of this machine.
    fn each(&self, attempt: impl Fn(&Container<'_>, &str)) {
        let (below, whole) = (Root::open(&self.0).unwrap(), Root::open(Path::new("/")).unwrap());
        for (root, data) in [(&below, Path::new("/data").to_owned()), (&whole, self.0.join("data"))] {
            for by_hand in [false, true] {
                let container = Container::new(root, &data);
                container.by_hand.set(by_hand);
                attempt(&container, if by_hand { "by hand" } else { "openat2" });
            }
        }
    }

    fn reads(&self, cases: &[(&str, Result<&str, &str>)]) {
        self.each(|container, how| {
            for (path, expected) in cases {
                let text = text(container, path);
                assert_eq!(text.as_ref().map(String::as_str).map_err(String::as_str), *expected, "{path} {how}");
            }
        });
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn text(container: &Container<'_>, path: &str) -> Result<String, String> {
    let mut opened = container.open(Path::new(path)).map_err(|cause| cause.to_string())?;
    let mut text = String::new();
    opened.content.read_to_string(&mut text).map_err(|error| error.to_string())?;
    assert_eq!(opened.size, text.len() as u64);
    Ok(text)
}

#[test]
fn links_lead_where_the_container_has_them() {
    let machine = Machine::new("links");
    machine.write("homeassistant/git/a.yaml", "a").write("share/b.yaml", "b").write("ssl/c.pem", "c");
    machine.write("media/d/d.txt", "d").write("etc", "the Supervisor's").write("../etc/passwd", "the machine's");
    machine.link("homeassistant/absolute", "/config/git/a.yaml").link("homeassistant/relative", "git/a.yaml");
    machine.link("homeassistant/up", "../share/b.yaml").link("homeassistant/share", "/share");
    machine.link("homeassistant/git/far", "../../../../ssl/./c.pem").link("homeassistant/many", "/config/git/many");
    machine.link("homeassistant/git/many", "../share/../config/up").link("share/back", "/config/relative");
    machine.link("homeassistant/to/deep", "/config/git").link("homeassistant/slash", "git/a.yaml/");
    machine.reads(&[
        ("/config/git/a.yaml", Ok("a")),
        ("/config/git/../git/./a.yaml", Ok("a")),
        ("/config/../share/b.yaml", Ok("b")),
        ("/share/../ssl/c.pem", Ok("c")),
        ("/../media/d/d.txt", Ok("d")),
        ("/config/absolute", Ok("a")),
        ("/config/relative", Ok("a")),
        ("/config/up", Ok("b")),
        ("/config/share/b.yaml", Ok("b")),
        ("/config/share/../ssl/c.pem", Ok("c")),
        ("/config/git/far", Ok("c")),
        ("/config/many", Ok("b")),
        ("/share/back", Ok("a")),
        ("/config/to/deep/a.yaml", Ok("a")),
        ("/config/to/deep/../absolute", Ok("a")),
        ("/config/slash", Ok("a")),
        ("/config/git", Err(NO_FILE)),
        ("/config", Err(NO_FILE)),
        ("/config/share", Err(NO_FILE)),
        ("/config/gone.yaml", Err(MISSING)),
        ("/config/gone/../absolute", Err(MISSING)),
        ("/config/git/a.yaml/x", Err("Not a directory (os error 20)")),
    ]);
}

#[test]
fn nothing_leads_out() {
    let machine = Machine::new("out");
    let outside = machine.0.join("data/config.json");
    machine.write("config.json", "the Supervisor's").write("homeassistant/a", "a").write("../etc/passwd", "never");
    machine.link("homeassistant/proc", "/proc/self/environ").link("homeassistant/own", "/proc/self/exe");
    machine.link("homeassistant/passwd", "/etc/passwd").link("homeassistant/up", "../config.json");
    machine.link("homeassistant/machine", outside.to_str().unwrap()).link("homeassistant/root", "/");
    machine.link("homeassistant/kept", "/homeassistant/a").link("homeassistant/fd", "/dev/stdin");
    machine.link("homeassistant/data", "/data/homeassistant/a").link("homeassistant/passed", "../../etc/passwd");
    machine.link("homeassistant/loop", "loop").link("homeassistant/one", "two").link("homeassistant/two", "one");
    machine.link("homeassistant/gone", "nothing").link("homeassistant/later", "/share/nothing");
    machine.reads(&[
        ("/etc/passwd", Err(OUTSIDE)),
        ("/config/../etc/passwd", Err(OUTSIDE)),
        ("/config/../../etc/passwd", Err(OUTSIDE)),
        ("/config/../config.json", Err(OUTSIDE)),
        ("/config/..", Err(OUTSIDE)),
        ("/", Err(OUTSIDE)),
        ("/homeassistant/a", Err(OUTSIDE)),
        ("/config/proc", Err(OUTSIDE)),
        ("/config/own", Err(OUTSIDE)),
        ("/config/fd", Err(OUTSIDE)),
        ("/config/passwd", Err(OUTSIDE)),
        ("/config/up", Err(OUTSIDE)),
        ("/config/machine", Err(OUTSIDE)),
        ("/config/root", Err(OUTSIDE)),
        ("/config/root/config/a", Ok("a")),
        ("/config/root/etc/passwd", Err(OUTSIDE)),
        ("/config/kept", Err(OUTSIDE)),
        ("/config/data", Err(OUTSIDE)),
        ("/config/passed", Err(OUTSIDE)),
        ("/config/loop", Err(BROKEN)),
        ("/config/one", Err(BROKEN)),
        ("/config/one/x", Err(BROKEN)),
        ("/config/gone", Err(BROKEN)),
        ("/config/later", Err(BROKEN)),
    ]);
}
