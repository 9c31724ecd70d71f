//! What a run has touched: each path, peer and program, as `strace -y` shows it.
#![allow(dead_code, reason = "each test program uses a part of it")]

use crate::page::How;
use crate::trace::Trace;
use core::net::{IpAddr, SocketAddr};
use std::path::{Component, Path, PathBuf};

/// For strace: every call that names a file, lists a directory or has to do with the network, with
/// the paths of descriptors; and those that a test makes fail.
pub const ARGUMENTS: [&str; 3] =
    ["-y", "-e", "trace=%file,%network,getdents,getdents64,clone,clone3,nanosleep,clock_nanosleep"];

/// One contact with the machine.
#[derive(Debug)]
pub struct Touch {
    pub what: What,
    /// As strace has written it.
    pub call: String,
}

#[derive(Debug)]
pub enum What {
    /// A path, without `.` and `..`.
    Path(PathBuf, How),
    /// Where a path led to, by whatever links.
    LedTo(PathBuf, PathBuf),
    Peer(SocketAddr),
    /// The name of a program that was started, or was to be.
    Program(String),
}

/// Everything after the start of the program itself. What programs do that it starts is not its own.
pub fn touched(trace: &Trace, program: &Path) -> Vec<Touch> {
    let mut found = Vec::new();
    let (mut own, mut others) = (None, Vec::new());
    let mut started = false;
    for (process, call) in trace.calls_of_processes() {
        let Some((name, arguments)) = call.split_once('(').filter(|(name, _)| !name.starts_with('<')) else { continue };
        let quoted = call.split('"').nth(1).unwrap_or_default();
        if name == "execve" && !started && Path::new(quoted) == program {
            (own, started) = (Some(process), true);
        } else if name == "execve" && started && own != Some(process) {
            others.push(process);
            let name = quoted.rsplit('/').next().unwrap_or_default().to_owned();
            found.push(Touch { what: What::Program(name), call: call.to_owned() });
        } else if started && !others.contains(&process) {
            let touch = |what| Touch { what, call: call.to_owned() };
            found.extend(whats(name, arguments).into_iter().map(touch));
        }
    }
    assert!(started, "{} was not seen to start", program.display());
    found
}

fn whats(name: &str, arguments: &str) -> Vec<What> {
    match name {
        "connect" | "sendto" | "sendmsg" | "sendmmsg" => peers(arguments),
        // No port of its own: a socket to the kernel, which glibc asks for the machine's addresses, or
        // one for answers of name servers.
        "bind" => {
            let is_any = arguments.contains("htons(0)") || arguments.contains("AF_NETLINK");
            assert!(is_any, "bind({arguments}");
            Vec::new()
        }
        "socket" | "socketpair" | "setsockopt" | "getsockopt" | "getsockname" | "getpeername" | "shutdown"
        | "recvfrom" | "recvmsg" | "recvmmsg" => Vec::new(),
        "clone" | "clone3" | "nanosleep" | "clock_nanosleep" => Vec::new(),
        "getdents" | "getdents64" => {
            descriptor(arguments).map(|path| What::Path(path, How::List)).into_iter().collect()
        }
        _ => {
            let how = how(name, arguments);
            let paths = paths(arguments, if TWO.contains(&name) { 2 } else { 1 });
            let led_to = arguments.rsplit_once(") = ").and_then(|(_, result)| descriptor(result));
            let led_to = paths.first().cloned().zip(led_to).map(|(path, end)| What::LedTo(path, end));
            paths.into_iter().map(|path| What::Path(path, how)).chain(led_to).collect()
        }
    }
}

/// These name two paths.
const TWO: [&str; 6] = ["rename", "renameat", "renameat2", "link", "linkat", "symlinkat"];
const LOOKS: [&str; 11] = [
    "stat",
    "lstat",
    "newfstatat",
    "fstatat64",
    "statx",
    "access",
    "faccessat",
    "faccessat2",
    "readlink",
    "readlinkat",
    "statfs",
];

fn how(name: &str, arguments: &str) -> How {
    let has = |flag: &&str| arguments.contains(*flag);
    match name {
        "open" | "openat" | "openat2" if ["O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC"].iter().any(has) => How::Write,
        // What is done with a directory is another call.
        "open" | "openat" | "openat2" if ["O_PATH", "O_DIRECTORY"].iter().any(has) => How::Look,
        "open" | "openat" | "openat2" => How::Read,
        looks if LOOKS.contains(&looks) => How::Look,
        // Whatever it is, the page has no word for it but this.
        _ => How::Write,
    }
}

/// `5</a>` is a descriptor of `/a`.
fn descriptor(arguments: &str) -> Option<PathBuf> {
    let (number, rest) = arguments.split_once('<')?;
    let is_one = number == "AT_FDCWD" || number.bytes().all(|byte| byte.is_ascii_digit()) && !number.is_empty();
    let path = rest.split_once('>').map(|(path, _)| path)?;
    (is_one && path.starts_with('/')).then(|| PathBuf::from(path))
}

/// `"b"` alone, or behind the descriptor of a directory.
fn paths(arguments: &str, most: usize) -> Vec<PathBuf> {
    let (mut found, mut rest) = (Vec::new(), arguments);
    while let Some((before, after)) = rest.split_once('"').filter(|_| found.len() < most) {
        let Some((path, behind)) = after.split_once('"') else { break };
        let directory = before.rsplit_once(", ").map_or("", |(directory, _)| directory);
        let directory = descriptor(directory.rsplit(", ").next().unwrap_or_default()).unwrap_or_default();
        // An empty one is the descriptor itself.
        if !path.is_empty() {
            found.push(plain(&directory.join(path)));
        }
        rest = behind;
    }
    found
}

fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::ParentDir => drop(plain.pop()),
            Component::CurDir => {}
            other => plain.push(other),
        }
    }
    plain
}

/// Each `{sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("127.0.0.1")}`, or a path.
fn peers(arguments: &str) -> Vec<What> {
    arguments.split("{sa_family=").skip(1).filter_map(peer).collect()
}

fn peer(address: &str) -> Option<What> {
    let quoted = address.split('"').nth(1);
    if address.starts_with("AF_UNIX") {
        return Some(What::Path(PathBuf::from(quoted.expect("a socket with a path")), How::Look));
    }
    // The kernel, and the end of a connection.
    if address.starts_with("AF_NETLINK") || address.starts_with("AF_UNSPEC") {
        return None;
    }
    let port = address.split_once("htons(").and_then(|(_, rest)| rest.split_once(')')?.0.parse().ok());
    let ip: Option<IpAddr> = quoted.and_then(|text| text.parse().ok());
    let (ip, port) = ip.zip(port).unwrap_or_else(|| panic!("another kind of address: {address}"));
    Some(What::Peer(SocketAddr::new(ip, port)))
}

#[test]
fn calls_are_understood() {
    let path = |path: &str, how| What::Path(PathBuf::from(path), how);
    for (call, expected) in [
        (
            r#"openat2(3</r>, "etc/x", {flags=O_RDONLY|O_CLOEXEC, resolve=RESOLVE_IN_ROOT}, 24) = -1 ENOENT (No)"#,
            vec![path("/r/etc/x", How::Read)],
        ),
        (
            r#"openat(AT_FDCWD</t>, "/proc/self/maps", O_RDONLY|O_CLOEXEC) = 3</proc/1/maps>"#,
            vec![path("/proc/self/maps", How::Read), What::LedTo("/proc/self/maps".into(), "/proc/1/maps".into())],
        ),
        (r#"openat(4</r/a>, "../b", O_RDONLY|O_PATH <unfinished ...>"#, vec![path("/r/b", How::Look)]),
        (r#"openat(4</r/a>, "n", O_WRONLY|O_CREAT|O_EXCL, 0600) = -1 EROFS (R)"#, vec![path("/r/a/n", How::Write)]),
        (r#"renameat(4</r/a>, "n", 4</r/b>, "m") = 0"#, vec![path("/r/a/n", How::Write), path("/r/b/m", How::Write)]),
        (r#"readlinkat(4</r/a>, "n", "/target", 256) = 7"#, vec![path("/r/a/n", How::Look)]),
        (r#"newfstatat(3</etc/ld.so.cache>, "", {st_mode=S_IFREG|0644}, AT_EMPTY_PATH) = 0"#, vec![]),
        (r#"access("/etc/ld.so.preload", R_OK) = -1 ENOENT (No)"#, vec![path("/etc/ld.so.preload", How::Look)]),
        (r#"getdents64(7</r/a>, 0x5 /* 3 entries */, 32768) = 80"#, vec![path("/r/a", How::List)]),
        (r#"unlink("/r/a") = 0"#, vec![path("/r/a", How::Write)]),
        (
            r#"connect(5<socket:[1]>, {sa_family=AF_INET, sin_port=htons(1), sin_addr=inet_addr("127.0.0.1")}, 16) = 0"#,
            vec![What::Peer("127.0.0.1:1".parse().unwrap())],
        ),
        (
            r#"connect(5<socket:[1]>, {sa_family=AF_INET6, sin6_port=htons(2), sin6_flowinfo=htonl(0), inet_pton(AF_INET6, "::1", &sin6_addr), sin6_scope_id=0}, 28) = 0"#,
            vec![What::Peer("[::1]:2".parse().unwrap())],
        ),
        (
            r#"sendto(5<socket:[1]>, "a", 1, MSG_NOSIGNAL, {sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("127.0.0.1")}, 16) = 1"#,
            vec![What::Peer("127.0.0.1:53".parse().unwrap())],
        ),
        (r#"sendto(5<socket:[1]>, "a", 1, MSG_NOSIGNAL, NULL, 0) = 1"#, vec![]),
        (
            r#"connect(5<socket:[1]>, {sa_family=AF_UNIX, sun_path="/run/x"}, 110) = -1 ENOENT (No)"#,
            vec![path("/run/x", How::Look)],
        ),
    ] {
        let (name, arguments) = call.split_once('(').unwrap();
        assert_eq!(format!("{:?}", whats(name, arguments)), format!("{expected:?}"), "{call}");
    }
}
