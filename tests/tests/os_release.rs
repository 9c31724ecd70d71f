//! os-release, read as `sh` reads it: each file of a table is given to both, and then 20,000 files that nobody would write.
//!
//! Of one byte systemd counts and not the shell, the carriage return: a table of such files is
//! given to `systemd-analyze`, and what the other tables have of them is listed as what differs.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "a test ends by panicking")]

use core::fmt::Write as _;
use haos_analytics::parse::OsRelease;
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::Command;

const KEYS: [&str; 7] = ["ID", "VERSION_ID", "VARIANT_ID", "CPE_NAME", "SUPERVISOR_ARCH", "A", "B"];

/// What a key is, byte by byte; a key that is not set is not in the map.
type Values = BTreeMap<&'static str, Vec<u8>>;

/// A key that is not to be what the shell makes of it, and what it is to be instead.
type Differs = (&'static str, Option<&'static str>);

const AS_SHELL: &[Differs] = &[];
const EXPANDS: &str = "an expansion is not ours to make";
const RUNS: &str = "a shell runs a command with it";
const OPERATOR: &str = "an operator, which a shell obeys";
const SYSTEMD: &str = "to systemd a carriage return ends a line";
const READ_ON: &str = "a shell stops at the mistake, we tell it and read on";

/// A file, in what it differs from the shell, and why.
type Case = (&'static [u8], &'static [Differs], &'static str);

#[rustfmt::skip]
const CASES: &[Case] = &[
    // Quotes.
    (b"ID=haos\nVERSION_ID=17.1\n", AS_SHELL, ""),
    (b"ID=\"haos\"\nVERSION_ID='17.1'\n", AS_SHELL, ""),
    (b"A=\"it's\"\nB='say \"x\"'\n", AS_SHELL, ""),
    (b"A=\"\"\nB=''\n", AS_SHELL, ""),
    (b"A=\nB=\n", AS_SHELL, ""),
    (b"A=a\"b\"c'd'e\n", AS_SHELL, ""),
    (b"A=\"a\"\"b\"\nB='a''b'\n", AS_SHELL, ""),
    (b"A=\"\"x\"\"\nB=''\"\"''\n", AS_SHELL, ""),
    (b"A=\"a b\tc\"\nB='  x  '\n", AS_SHELL, ""),
    (b"A=\"x\"y z=1\n", AS_SHELL, ""),
    (b"\"A\"=x\nB=y\n", AS_SHELL, ""),
    (b"A\"\"=x\nB=y\n", AS_SHELL, ""),
    // A name as the releases write it.
    (b"CPE_NAME=cpe:2.3:o:home-assistant:haos:17.1:*:production:*:*:*:odroid-n2:*\n", AS_SHELL, ""),
    (b"CPE_NAME=\"cpe:2.3:o:home-assistant:haos:17.1:*:production:*:*:*:odroid-n2:*\"\n", AS_SHELL, ""),
    (b"A=*\nB=/*/?[a-z]{a,b}\n", AS_SHELL, ""),
    // Backslashes.
    (b"A=a\\b\nB=a\\\\b\n", AS_SHELL, ""),
    (b"A=a\\ b\nB=\\'\\\"\n", AS_SHELL, ""),
    (b"A=\\$HOME\nB=\\`id\\`\n", AS_SHELL, ""),
    (b"A=\"\\$HOME\"\nB=\"\\`id\\`\"\n", AS_SHELL, ""),
    (b"A=\"\\\\\"\nB=\"\\\"\"\n", AS_SHELL, ""),
    (b"A=\"\\a\\n\\x41\"\nB='\\a\\n\\\\'\n", AS_SHELL, ""),
    (b"A='\\'\nB=x\n", AS_SHELL, ""),
    (b"A=\\#\nB=\\;\\&\\|\\<\\>\\(\\)\n", AS_SHELL, ""),
    (b"A=\\~\nB=\"~\"\n", AS_SHELL, ""),
    (b"A=x\\", AS_SHELL, ""),
    // Lines that go on.
    (b"A=x\\\ny\nB=z\n", AS_SHELL, ""),
    (b"A=\"x\\\ny\"\nB='x\\\ny'\n", AS_SHELL, ""),
    (b"A=x\\\n\nB=y\n", AS_SHELL, ""),
    (b"A=x \\\n B=y\n", AS_SHELL, ""),
    (b"\\\nA=x\n", AS_SHELL, ""),
    (b"A=x\\\n#y\nB=\\\n\\\nz\n", AS_SHELL, ""),
    (b"A=x\\\n", AS_SHELL, ""),
    (b"A=x\\\r\nB=y\n", &[("A", Some("x"))], SYSTEMD),
    (b"A=\"x\\\r\ny\"\nB='x\\\r\ny'\n", AS_SHELL, ""),
    (b"A\\\n=x\nB=y\n", &[("A", None)], "nobody breaks a name in two; it is told"),
    (b"A=\\\n~\nB=:\\\n~\n", &[("A", None), ("B", None)], EXPANDS),
    // Line ends within quotes.
    (b"A=\"x\ny\"\nB='x\ny'\n", AS_SHELL, ""),
    (b"A=\"\nID=no\n\"\nID=haos\n", AS_SHELL, ""),
    // Comments.
    (b"# ID=no\nID=haos\n#\n", AS_SHELL, ""),
    (b"  # ID=no\n\t#x\nID=haos # said so\n", AS_SHELL, ""),
    (b"A=b#c\nB=#d\n", AS_SHELL, ""),
    (b"A=\"x\"#y\nB='x' #y\n", AS_SHELL, ""),
    (b"# it's \"odd\nA=x\n# \\\nB=y\n", AS_SHELL, ""),
    (b"A=1;#B=2\nB=3;# x\n", AS_SHELL, ""),
    // Line ends of another system, a byte order mark.
    (b"ID=haos\r\nVERSION_ID=17.1\r\n", &[("ID", Some("haos")), ("VERSION_ID", Some("17.1"))], SYSTEMD),
    (b"ID=\"haos\"\r\nVERSION_ID='17.1'\r\n", &[("ID", Some("haos")), ("VERSION_ID", Some("17.1"))], SYSTEMD),
    (b"ID=haos\rVERSION_ID=17.1\r", &[("ID", Some("haos")), ("VERSION_ID", Some("17.1"))], SYSTEMD),
    (b"\r\nID=haos\n", AS_SHELL, ""),
    (b"A=\"x\r\ny\"\nB='\r'\n", AS_SHELL, ""),
    (b"\xef\xbb\xbfID=haos\nVERSION_ID=17.1\n", AS_SHELL, ""),
    // The same key again.
    (b"ID=debian\nID=haos\n", AS_SHELL, ""),
    (b"ID=haos\nID=\n", AS_SHELL, ""),
    (b"ID=haos\nID =x\n", AS_SHELL, ""),
    (b"ID=haos\nid=debian\nMY_ID=x\nIDX=y\n", AS_SHELL, ""),
    // Several on a line.
    (b"A=1 B=2\n", AS_SHELL, ""),
    (b"A=1;B=2\n", AS_SHELL, ""),
    (b"A=1 ; B=2 ;\n", AS_SHELL, ""),
    (b"A=1\tB=2\t\n", AS_SHELL, ""),
    (b"A=1 A=2 B=3;B=4\n", AS_SHELL, ""),
    (b"A=\"1\"B=2\n", AS_SHELL, ""),
    (b"A=1\n;B=2\n", &[("B", Some("2"))], READ_ON),
    (b"A=1;;B=2\nID=haos\n", &[("A", Some("1")), ("B", Some("2")), ("ID", Some("haos"))], READ_ON),
    // Blanks.
    (b"  ID=haos\n\tVERSION_ID=17.1\n", AS_SHELL, ""),
    (b"\n\n \n\t\nID=haos\n\n", AS_SHELL, ""),
    (b"ID=haos   \nVERSION_ID=17.1\t\n", AS_SHELL, ""),
    (b"ID = haos\nVERSION_ID= 17.1\nVARIANT_ID =x\n", AS_SHELL, ""),
    (b"A=1\x0bB=2\n\x0cB=3\n", AS_SHELL, ""),
    (b"A=\xc2\xa0x\n\xc2\xa0B=y\n", AS_SHELL, ""),
    // The end of the file.
    (b"ID=haos", AS_SHELL, ""),
    (b"ID=haos\nVERSION_ID='17.1'", AS_SHELL, ""),
    (b"ID=haos\nVERSION_ID=", AS_SHELL, ""),
    (b"", AS_SHELL, ""),
    (b"ID=haos\nA=\"x\nB=y\n", AS_SHELL, ""),
    (b"ID=haos\nA='x\nB=y\n", AS_SHELL, ""),
    (b"ID=haos\nA=x\"", AS_SHELL, ""),
    (b"ID=haos\nA=\"x\\\"\n", AS_SHELL, ""),
    (b"A='x'\\''y'\nB=\"'\"'\"'\n", AS_SHELL, ""),
    // Bytes that are no text.
    (b"A=\xff\xfe\nB=\"\xc3\x28\"\n", AS_SHELL, ""),
    (b"A=Z\xc3\xa4hler\nB='\xe2\x82\xac'\n", AS_SHELL, ""),
    (b"A=\x01\x02\x7f\nB='\x1b[0m'\n", AS_SHELL, ""),
    (b"A=\x80\x81\x82\x83\x84\x85\x86\x87\x88\x89\nB=\"\x81\x82\x88\"\n", AS_SHELL, ""),
    (b"\xff=x\nA\xff=y\nB=z\n", AS_SHELL, ""),
    // What is no assignment.
    (b"1A=x\n=y\nA-B=z\nA.B=z\nB=x\n", AS_SHELL, ""),
    (b"nonsense\nA\nB=x\n", AS_SHELL, ""),
    (b"A=x nonsense\nB=y\n", AS_SHELL, ""),
    (b"_A=x\nA_=y\nA1=z\nA=a\n", AS_SHELL, ""),
    (b"A==x\nB=x=y=\n", AS_SHELL, ""),
    (b"A+=x\nB[0]=y\n", AS_SHELL, ""),
    (b"A=!x\nB=-n\n", AS_SHELL, ""),
    (b"A=@%^{}[],./?\nB=%s\\\\n\n", AS_SHELL, ""),
    (b"A=if\nB=x done\n", AS_SHELL, ""),
    (b"export A=x\nB=y\n", &[("A", None)], RUNS),
    (b"readonly A=x\nB=y\n", &[("A", None)], RUNS),
    (b"eval A=x\nB=y\n", &[("A", None)], RUNS),
    (b"A=x :\nB=y\n", &[("A", None)], RUNS),
    (b"if true; then A=x; fi\nB=y\n", &[("A", None)], RUNS),
    (b"{ A=x; }\nB=y\n", &[("A", None)], RUNS),
    (b"! A=x\nB=y\n", &[("A", None)], RUNS),
    // Expansions.
    (b"A=$HOME\nB=\"$HOME\"\n", &[("A", None), ("B", None)], EXPANDS),
    (b"A=${HOME}\nB=x$\n", &[("A", None), ("B", None)], EXPANDS),
    (b"A=`printf x`\nB=\"`printf x`\"\n", &[("A", None), ("B", None)], EXPANDS),
    (b"A=$(printf x)\nB=$((1+1))\n", &[("A", None), ("B", None)], EXPANDS),
    (b"A=~\nB=~/x\n", &[("A", None), ("B", None)], EXPANDS),
    (b"A=x:~\nB=x:~/y:z\n", &[("A", None), ("B", None)], EXPANDS),
    (b"A=x~\nB=x/~\n", AS_SHELL, ""),
    (b"A=''~\nB=':'~\n", AS_SHELL, ""),
    (b"A=\\:~\nB=\":~\"\n", AS_SHELL, ""),
    (b"A='$HOME'\nB='`id`'\n", AS_SHELL, ""),
    // Operators.
    (b"A=x&\nB=y\n", AS_SHELL, ""),
    (b"A=x && B=y\n", &[("A", None), ("B", None)], OPERATOR),
    (b"A=x || B=y\n", &[("A", None)], OPERATOR),
    (b"A=x | B=y\n", AS_SHELL, ""),
    (b"A=x >/dev/null\nB=y</dev/null\n", &[("A", None), ("B", None)], OPERATOR),
    (b"(A=x)\nB=y\n", AS_SHELL, ""),
    (b"A=(x y)\nB=z\n", &[("B", Some("z"))], READ_ON),
    (b"A=x)\nB=y\n", &[("B", Some("y"))], READ_ON),
    (b"A='x&y'\nB=\"a|b<c>(d)\"\n", AS_SHELL, ""),
];

#[test]
fn a_table_of_files_is_read_as_the_shell_reads_them() {
    assert!(CASES.len() >= 60);
    let directory = tempfile::tempdir().unwrap();
    let mut wrong = String::new();
    for (file, differs, why) in CASES {
        let told = by_shell(directory.path(), file);
        let ours = ours(file);
        for key in KEYS {
            let expected = match differs.iter().find(|(differing, _)| *differing == key) {
                Some((_, instead)) => instead.map(|text| text.as_bytes().to_vec()),
                None => told.get(key).cloned(),
            };
            if ours.get(key) != expected.as_ref() {
                let _ = writeln!(wrong, "{}: {key} is {}, expected {} {why}", show(file), seen(&ours, key), {
                    expected.as_deref().map_or("nothing".to_owned(), show)
                });
            }
            let listed = differs.iter().any(|(differing, _)| *differing == key);
            assert!(!listed || told.get(key) != expected.as_ref(), "{}: {key} does not differ", show(file));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn very_long_values() {
    let directory = tempfile::tempdir().unwrap();
    for length in [64, 65, 1023, 1024, 4096, 16_000, 100_000] {
        let file = format!("A={}\nB=\"{}\"\nID=haos\n", "x".repeat(length), "y z\n".repeat(length / 4));
        let told = by_shell(directory.path(), file.as_bytes());
        assert_eq!(ours(file.as_bytes()), told, "{length}");
        assert_eq!(told["A"].len(), length);
    }
}

/// A shell drops NUL bytes, or stops at them; no file of text has one.
#[test]
fn a_nul_byte_is_never_part_of_a_fact() {
    for file in
        [&b"ID=ha\0os\n"[..], b"ID=\"ha\0os\"\n", b"ID='ha\0os'\n", b"ID=ha\\\0os\n", b"I\0D=haos\n", b"\0ID=haos\n"]
    {
        let id = OsRelease::parse(file).get("ID").map(<[u8]>::to_vec);
        assert!(id.as_deref().is_none_or(|id| id.contains(&0)), "{}: {id:?} was repaired", show(file));
    }
}

#[test]
fn what_a_shell_cannot_read_is_told() {
    for file in
        ["A=1\n;B=2\n", "A=1;;B=2\n", ";\n", "A=1 ; ; B=2\n", "A=1)\n", "A=(1)\n", "A='1\n", "A=\"1\n", "A=`id\n"]
    {
        assert!(!OsRelease::parse(file.as_bytes()).passed_over.is_empty(), "nothing is told of {file:?}");
    }
}

/// Where nothing is told to be wrong with a file, every value is the shell's.
#[test]
fn twenty_thousand_random_files() {
    let mut random = Random(0x6861_6f73);
    let files: Vec<Vec<u8>> = (0..20_000).map(|_| random.file()).collect();
    let directory = tempfile::tempdir().unwrap();
    let told: Vec<Values> = files.chunks(5_000).flat_map(|batch| batch_by_shell(directory.path(), batch)).collect();
    assert_eq!(told.len(), files.len());
    let (mut compared, mut differing) = (0, Vec::new());
    for (file, told) in files.iter().zip(&told) {
        if OsRelease::parse(file).passed_over.is_empty() {
            compared += 1;
            let ours = ours(file);
            if ours != *told {
                differing.push(format!("{}: {}, a shell: {}", show(file), dump(&ours), dump(told)));
            }
        }
    }
    differing.sort_by_key(String::len);
    assert!(compared > 5_000, "only {compared} of the files can be compared");
    assert!(differing.is_empty(), "{} of {compared} differ:\n{}", differing.len(), {
        differing.iter().take(20).fold(String::new(), |text, line| text + line + "\n")
    });
}

/// A file with carriage returns, values that it gives, and values that it does not give.
type Returns = (&'static [u8], &'static [(&'static str, &'static str)], &'static [(&'static str, &'static str)]);

#[rustfmt::skip]
const RETURNS: &[Returns] = &[
    (b"ID=haos\r\nVERSION_ID=17.1\r\nA=\"x y\"\r\nB='z'\r\n",
        &[("ID", "haos"), ("VERSION_ID", "17.1"), ("A", "x y"), ("B", "z")], &[]),
    (b"ID=haos\rVERSION_ID=17.1\rA=\"x y\"\rB='z'\r",
        &[("ID", "haos"), ("VERSION_ID", "17.1"), ("A", "x y"), ("B", "z")], &[]),
    (b"\r\r\nA=x\r\r\n\r\nB=y", &[("A", "x"), ("B", "y")], &[]),
    (b"A=x \t\r\nB=y\t\r", &[("A", "x"), ("B", "y")], &[]),
    (b"A=\r\nB=y\r\nID=haos", &[("B", "y"), ("ID", "haos")], &[("A", "B=y"), ("A", "y")]),
    (b"# A=x\rB=y\r\n#\rID=haos\n", &[("B", "y"), ("ID", "haos")], &[("A", "x")]),
    // A name without a value is no assignment.
    (b"A\r=x\rB=y\n", &[("B", "y")], &[("A", "x")]),
    // Behind a backslash.
    (b"A=x\\\r\nB=y\n", &[("A", "x"), ("B", "y")], &[("A", "xB=y")]),
    (b"A=x\\\ry\rB=z\n", &[("A", "xy"), ("B", "z")], &[]),
    (b"A=\\\r\\\rx\nB=y\n", &[("A", "x"), ("B", "y")], &[]),
    (b"A=x\\\\\rB=y\n", &[("A", "x\\"), ("B", "y")], &[]),
    (b"\\\rA=x\rB=y\n", &[("A", "x"), ("B", "y")], &[]),
    // Within quotes it is a byte: what looks like a line is none, and no value is without it.
    (b"A=\"x\rB=y\"\nID=haos\n", &[("ID", "haos")], &[("A", "x"), ("B", "y")]),
    (b"A='x\r\nB=y'\r\nID=haos\r\n", &[("ID", "haos")], &[("A", "x"), ("B", "y")]),
    (b"A=\"x\r\"\nB='\ry'\nID=haos\n", &[("ID", "haos")], &[("A", "x"), ("B", "y")]),
    (b"A=\"x\\\r\"\nB=\"\\\ry\"\nID=haos\n", &[("ID", "haos")], &[("A", "x"), ("A", "x\\"), ("B", "y")]),
];

/// The expectations are systemd's. It is asked where it is installed, so that they stay true.
#[test]
fn carriage_returns_are_read_as_systemd_reads_them() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("os-release");
    let asks = by_systemd(&path, b"A=x\n", "A", "x") == Some(true);
    if !asks {
        let _ = writeln!(io::stderr(), "not tried: there is no systemd-analyze that knows ConditionOSRelease");
    }
    for (file, gives, gives_not) in RETURNS {
        let ours = ours(file);
        let all = gives.iter().map(|pair| (pair, true)).chain(gives_not.iter().map(|pair| (pair, false)));
        for ((key, value), expected) in all {
            let is = ours.get(key).is_some_and(|ours| ours == value.as_bytes());
            assert_eq!(is, expected, "{}: {key}={value}: {}", show(file), dump(&ours));
            if asks {
                assert_eq!(by_systemd(&path, file, key, value), Some(expected), "{}: {key}={value}", show(file));
            }
        }
    }
}

/// Another system's line ends change nothing, unless a line ends within quotes.
#[test]
fn random_files_with_the_line_ends_of_other_systems() {
    let mut random = Random(0x0d0a);
    let (mut compared, wanted) = (0, 2_000);
    for file in (0..20_000).map(|_| random.file()).filter(|file| !file.is_empty()) {
        let quoted = file.iter().any(|byte| matches!(byte, b'"' | b'\''));
        // A backslash takes only the first byte of CR LF away.
        let goes_on = file.windows(2).any(|pair| pair == b"\\\n");
        for ends in [&b"\r"[..], b"\r\n"] {
            if quoted || (goes_on && ends == b"\r\n") {
                continue;
            }
            let changed = file.split(|byte| *byte == b'\n').collect::<Vec<_>>().join(ends);
            let (as_is, changed) = (OsRelease::parse(&file), OsRelease::parse(&changed));
            assert_eq!(as_is, changed, "{} with {}", show(&file), show(ends));
            compared += 1;
        }
    }
    assert!(compared > wanted, "only {compared}");
}

/// Whether systemd finds this value; `None` where there is no systemd 249 or later.
fn by_systemd(path: &Path, file: &[u8], key: &str, value: &str) -> Option<bool> {
    fs::write(path, file).unwrap();
    let quoted = value.replace('\\', "\\\\");
    let condition = format!("ConditionOSRelease={key}=\"{quoted}\"");
    let mut command = Command::new("systemd-analyze");
    let output = command.env("SYSTEMD_OS_RELEASE", path).args(["condition", &condition]).output().ok()?;
    // The verdict is a line of the log; a call that is not understood has none.
    let told = [output.stdout, output.stderr].concat();
    let says = |word: &[u8]| told.windows(word.len()).any(|part| part == word);
    match (says(b"Conditions succeeded."), says(b"Conditions failed.")) {
        (true, false) => Some(true),
        (false, true) => Some(false),
        _ => None,
    }
}

fn ours(file: &[u8]) -> Values {
    let parsed = OsRelease::parse(file);
    KEYS.into_iter().filter_map(|key| Some((key, parsed.get(key)?.to_vec()))).collect()
}

/// Prints each key with a sign in front that says whether it is set, and a NUL behind.
fn print_keys() -> String {
    let one = |key: &str| format!("printf '%s\\0' \"${{{key}+=}}${{{key}-}}\"; ");
    KEYS.into_iter().map(one).collect()
}

fn shell(script: &Path, words: &[&Path]) -> Vec<u8> {
    // A home that `~` can become, and no program that a line of nonsense could run.
    let mut command = Command::new("/bin/sh");
    command.env_clear().env("HOME", "/home/nobody").env("PATH", "/nonexistent").arg(script).args(words);
    command.output().expect("there is a shell").stdout
}

/// What a real shell makes of the file, up to the mistake that ends it.
fn by_shell(directory: &Path, file: &[u8]) -> Values {
    let (script, path) = (directory.join("script"), directory.join("os-release"));
    fs::write(&script, format!("trap '{}' EXIT\n. \"$1\"\n", print_keys().replace('\'', "'\\''"))).unwrap();
    fs::write(&path, file).unwrap();
    let output = shell(&script, &[&path]);
    values(&output).pop().unwrap_or_else(|| panic!("{}: the shell said nothing", show(file)))
}

/// The same for many files in one process. `command` keeps a mistake in one of them from ending the shell.
fn batch_by_shell(directory: &Path, files: &[Vec<u8>]) -> Vec<Values> {
    let script = directory.join("batch");
    let mut text = format!("try() {{ unset {}; command eval \"$1\"; {}}}\n", KEYS.join(" "), print_keys()).into_bytes();
    for file in files {
        text.extend_from_slice(b"try '");
        for byte in file {
            match byte {
                b'\'' => text.extend_from_slice(b"'\\''"),
                byte => text.push(*byte),
            }
        }
        text.extend_from_slice(b"'\n");
    }
    fs::write(&script, text).unwrap();
    values(&shell(&script, &[]))
}

fn values(output: &[u8]) -> Vec<Values> {
    let fields: Vec<&[u8]> = output.split(|byte| *byte == 0).collect();
    let whole = fields.chunks_exact(KEYS.len());
    let set = |(key, field): (&'static str, &&[u8])| Some((key, field.strip_prefix(b"=")?.to_vec()));
    whole.map(|fields| KEYS.into_iter().zip(fields).filter_map(set).collect()).collect()
}

fn show(bytes: &[u8]) -> String {
    format!("\"{}\"", bytes.escape_ascii())
}

fn seen(values: &Values, key: &str) -> String {
    values.get(key).map_or("nothing".to_owned(), |value| show(value))
}

fn dump(values: &Values) -> String {
    values.iter().map(|(key, value)| format!("{key}={} ", show(value))).collect()
}

/// A linear congruential generator, so that every run tries the same files.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }

    fn one<'a>(&mut self, of: &[&'a [u8]]) -> &'a [u8] {
        of[self.below(of.len())]
    }

    /// One to four assignments, or what looks like some. Neither `$`, backquote, operators nor
    /// carriage returns: those are in the tables.
    fn file(&mut self) -> Vec<u8> {
        const NAMES: &[&[u8]] =
            &[b"A", b"B", b"ID", b"VERSION_ID", b"A", b"B", b"ID", b"A", b" A", b"A1", b"1A", b"\\\nA"];
        const PIECES: &[&[u8]] = &[
            b"a",
            b"b c",
            b"0",
            b"\"",
            b"'",
            b"\"",
            b"'",
            b"\\",
            b"\\\\",
            b"\\\n",
            b"\n",
            b" ",
            b"\t",
            b"#",
            b";",
            b"~",
            b":",
            b"=",
            b"*",
            b"?",
            b"[",
            b"]",
            b"{",
            b"}",
            b"!",
            b"%",
            b"+",
            b"-",
            b".",
            b"/",
            b"\x01",
            b"\x7f",
            b"\x80",
            b"\x81",
            b"\x82",
            b"\x88",
            b"\xff",
            b"\xc3\xa4",
            b"A=",
            b" B=",
            b"\"x\"",
            b"'y'",
            b"\"z'\"",
            b"\\\"",
            b"\\'",
            b"\\#",
            b"\\ ",
            b" #",
            b";B=",
            b":~",
            b"=~",
            b"\\\n~",
        ];
        const ENDS: &[&[u8]] = &[b"\n", b"\n", b"\n", b"\n\n", b" \n", b"", b";", b" ", b"\\\n"];
        let mut file = Vec::new();
        for _ in 0..=self.below(3) {
            file.extend_from_slice(self.one(NAMES));
            file.push(b'=');
            for _ in 0..self.below(7) {
                file.extend_from_slice(self.one(PIECES));
            }
            file.extend_from_slice(self.one(ENDS));
        }
        file
    }
}
