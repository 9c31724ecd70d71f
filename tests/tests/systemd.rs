//! The timer and the service under a real systemd: when they run, what they make of each end, and that the sandbox holds.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "a test ends by panicking")]

#[path = "common/machine.rs"]
mod machine;
#[path = "common/world.rs"]
mod world;

use haos_analytics_tests::fixture::{golden, Damage};
use haos_analytics_tests::http_server::Listen;
use haos_analytics_tests::receiver::{Behaviour, Receiver};
use haos_analytics_tests::sentry::Sentry;
use haos_analytics_tests::tls::{Authority, Leaf, Versions};
use machine::{Machine, Seen, SERVICE};
use serde_json::json;
use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::os::unix::fs::{chown, PermissionsExt as _};
use std::path::Path;

/// No run is an alarm: no unit has failed, and nothing is logged as an error.
fn assert_calm(seen: &Seen) {
    assert!(seen.failed.is_empty(), "{:?}", seen.failed);
    assert!(seen.own(3).is_empty(), "{:?}", seen.own(3));
    assert_eq!((seen.property("service ActiveState"), seen.property("service Result")), ("inactive", "success"));
    assert_eq!(seen.succeeded().len(), seen.begun().len());
}

/// The unit has failed, is seen to have, and is tried again.
fn assert_alarm(seen: &Seen, status: &str, cause: &str) {
    assert_eq!(seen.failed, [SERVICE]);
    assert_eq!((seen.property("service Result"), seen.property("service ExecMainStatus")), ("exit-code", status));
    assert!(seen.own(3).iter().all(|error| error.contains(cause)), "{:?}", seen.own(3));
    assert!(seen.own(3).len() >= 2 && seen.succeeded().is_empty(), "{seen:?}");
}

#[test]
#[ignore = "needs a machine: run .ci/systemd"]
fn a_report_after_the_start_and_after_each_interval() {
    reports(None);
}

/// Another C library makes other system calls. This build is not optimized, but links the same.
#[test]
#[ignore = "needs a machine: run .ci/systemd"]
fn the_same_from_a_program_that_is_not_static() {
    reports(Some(env!("CARGO_BIN_EXE_collector")));
}

fn reports(program: Option<&'static str>) {
    let authority = Authority::new();
    let tls = Listen::tls(authority.server(Leaf::Good, Versions::All));
    let mut machine = Machine::of("odroid-n2", Behaviour::Contract);
    machine.world.receiver = Receiver::start(tls, Behaviour::Contract);
    // A name and an authority, in the place where the system has its own.
    let endpoint = machine.world.receiver.url().replace("127.0.0.1", "localhost");
    machine.settings += &format!("HAOS_ANALYTICS_ENDPOINT={endpoint}\nHAOS_ANALYTICS_CA=/test/ca.pem\n");
    machine.files.push(("ca.pem", authority.ca_pem()));
    machine.service = "[Service]\nBindReadOnlyPaths=/test/ca.pem\n".to_owned();
    machine.program = program;
    let Some(seen) = machine.boot() else { return };
    assert_calm(&seen);

    let begun = seen.begun();
    let start: u64 = seen.property("manager UserspaceTimestampMonotonic").parse().unwrap();
    assert!(begun[0] - start >= 1_000_000, "{start} {begun:?}");
    assert!(begun.windows(2).all(|pair| pair[1] - pair[0] >= 3_000_000), "{begun:?}");

    let (report, arrived) = (golden("odroid-n2"), machine.world.receiver.bodies());
    assert!(arrived.len() >= 2 && arrived.len() == begun.len(), "{} of {}", arrived.len(), begun.len());
    assert!(arrived.iter().all(|body| *body == report));
    assert_eq!(machine.world.receiver.stored().len(), 1);
    // The journal has the same bytes, that they arrived, and nothing else.
    let (told, payloads): (Vec<_>, Vec<_>) =
        seen.own(6).into_iter().partition(|line| line.starts_with("haos-analytics: delivered to "));
    assert!(payloads.iter().all(|line| line.as_bytes() == report));
    assert_eq!((payloads.len(), told.len()), (begun.len(), begun.len()));
    assert!(seen.own(4).is_empty() && seen.own(5).is_empty(), "{:?}", seen.journal);
}

#[test]
#[ignore = "needs a machine: run .ci/systemd"]
fn status_tells_when_the_next_report_is() {
    let mut machine = Machine::of("odroid-n2", Behaviour::Contract);
    machine.timer = machine.timer.replace("OnUnitActiveSec=3s", "OnUnitActiveSec=1d");
    machine.script = "runs 1\n\
                      haos-analytics status | sed -n '/^next report: /p'\n\
                      systemctl list-timers --output=json haos-analytics.timer |\n\
                      sed 's/.*\"next\":\\([0-9]*\\)[0-9]\\{6\\},.*/@\\1/' >/tmp/next\n\
                      date -u --file /tmp/next '+next report: %d %b %Y %H:%M GMT'\n\
                      systemctl stop haos-analytics.timer\n\
                      haos-analytics status | sed -n '/^next report: /p'\n"
        .to_owned();
    let Some(seen) = machine.boot() else { return };
    let [told, expected, stopped] = seen.output.lines().collect::<Vec<_>>()[..] else { panic!("{}", seen.output) };
    assert_eq!(told, expected);
    assert_eq!(stopped, "next report: none: haos-analytics.timer is not running");
}

#[test]
#[ignore = "needs a machine: run .ci/systemd"]
fn not_opted_in_is_no_failure_and_no_packet() {
    let machine = Machine::of("odroid-n2", Behaviour::Contract);
    machine.world.fixture.preferences(false, true, true, true);
    let Some(seen) = machine.boot() else { return };
    assert_calm(&seen);
    assert_eq!(seen.property("service ExecMainStatus"), "77");
    assert!(seen.begun().len() >= 2, "{:?}", seen.begun());
    assert_eq!(machine.world.connections(), (0, 0));
    assert!(seen.own(6).is_empty() && !seen.own(5).is_empty(), "{:?}", seen.journal);
}

#[test]
#[ignore = "needs a machine: run .ci/systemd"]
fn offline_is_no_failure_and_the_next_interval_delivers() {
    let closed = Behaviour::CloseAtOnce;
    let steps = vec![closed.clone(), closed.clone(), closed, Behaviour::Contract];
    let mut machine = Machine::of("odroid-n2", Behaviour::Sequence(steps));
    // Seen between the runs, for the next one makes it 0.
    machine.script = "runs 1; systemctl show -P ExecMainStatus haos-analytics.service; runs 2\n".to_owned();
    machine.timer = machine.timer.replace("OnUnitActiveSec=3s", "OnUnitInactiveSec=2s");
    let Some(seen) = machine.boot() else { return };
    assert_calm(&seen);
    assert_eq!(seen.output, "75\n");
    let bodies = machine.world.receiver.bodies();
    assert!(!bodies.is_empty() && bodies.iter().all(|body| *body == golden("odroid-n2")));
    assert_eq!(machine.world.receiver.connections(), 3 + bodies.len());
    assert!(seen.own(5).iter().any(|line| line.contains("not delivered")), "{:?}", seen.own(5));
}

#[test]
#[ignore = "needs a machine: run .ci/systemd"]
fn to_be_stopped_is_no_failure() {
    let mut machine = Machine::of("odroid-n2", Behaviour::NeverAnswer);
    machine.timer.clear();
    machine.script = "systemctl start --no-block haos-analytics.service\n\
                      until [ \"$(systemctl show -P MainPID haos-analytics.service)\" -gt 0 ]; do sleep 0.1; done\n\
                      systemctl stop haos-analytics.service\n"
        .to_owned();
    let Some(seen) = machine.boot() else { return };
    assert_eq!((seen.begun().len(), seen.succeeded().len(), seen.failed.as_slice()), (1, 0, [].as_slice()));
    assert_eq!(seen.property("service Result"), "success");
}

#[test]
#[ignore = "needs a machine: run .ci/systemd"]
fn a_broken_input_is_a_failure_that_is_seen() {
    let machine = Machine::of("odroid-n2", Behaviour::Contract);
    machine.world.fixture.damage(machine.world.fixture.data_path("homeassistant/.HA_VERSION"), Damage::Binary);
    let Some(seen) = machine.boot() else { return };
    assert_alarm(&seen, "65", ".HA_VERSION");
    assert_eq!(machine.world.connections(), (0, 0));
}

#[test]
#[ignore = "needs a machine: run .ci/systemd"]
fn a_bad_setting_is_a_failure_that_is_seen() {
    let mut machine = Machine::of("odroid-n2", Behaviour::Contract);
    machine.settings += "HAOS_ANALYTICS_ENDPOINT=ftp://localhost/v1\n";
    let Some(seen) = machine.boot() else { return };
    assert_alarm(&seen, "78", "HAOS_ANALYTICS_ENDPOINT");
    assert_eq!(machine.world.connections(), (0, 0));
}

/// The owner's file is a mount, as on Home Assistant OS. It is silent, and then it is not.
#[test]
#[ignore = "needs a machine: run .ci/systemd"]
fn the_settings_of_an_image_count_where_the_owner_is_silent() {
    let mut machine = Machine::of("odroid-n2", Behaviour::Contract);
    machine.image = core::mem::take(&mut machine.settings);
    let Some(seen) = machine.boot() else { return };
    assert_calm(&seen);
    let sent = machine.world.receiver.bodies().len();
    assert!(sent > 0 && machine.world.supervisor.connections() > 0, "{seen:?}");

    machine.settings = "HAOS_ANALYTICS_SEND=no\n".to_owned();
    let Some(seen) = machine.boot() else { return };
    assert_calm(&seen);
    let off = "nothing is sent: HAOS_ANALYTICS_SEND is off in /etc/default/haos-analytics: line 1";
    assert!(seen.own(5).iter().any(|line| line.contains(off)), "{:?}", seen.own(5));
    assert_eq!(machine.world.receiver.bodies().len(), sent);
}

/// What it says of a file of settings, the program says too.
#[test]
#[ignore = "needs a machine: run .ci/systemd"]
fn an_environment_file_is_read_as_systemd_reads_it() {
    let values = [
        "b",
        "",
        " ",
        " b \t",
        "b=c==",
        "b # c",
        "b;c",
        "'b  c '",
        "\"b  c \" ",
        "'b' \"c\"",
        "'b'c 'd'",
        "b'c'\"d\"",
        "'b\nc'",
        "\"b\nc\"",
        "'b\\'",
        "'b\"c'",
        "\"b'c\"",
        "\"\\\"\\\\\\`\\$\\n\\a\"",
        "\"b\\\nc\"",
        "b\\\nc",
        "b \\\n  c",
        "\\\nb",
        "b\\ ",
        "\\'b\\\"\\\\\\c",
        "''",
        "\u{fc}\u{20ac}",
        "$HOME ${HOME}",
        "b\r",
        "\"b\rc\"",
        "b\\\r\n",
    ];
    let mut table = "# a comment\n ; and one more\n\n".to_owned();
    for (number, value) in values.iter().enumerate() {
        table += &format!("  ROW_{number} = {value}\nLAST_{number}=x\nLAST_{number}=y\r\n");
    }
    let mut machine = Machine::of("odroid-n2", Behaviour::Contract);
    machine.timer.clear();
    machine.files.push(("table", table.clone()));
    machine.script = "mkdir -p /run/systemd/system\n\
                      printf '%s\\n' '[Service]' Type=oneshot EnvironmentFile=/test/table 'ExecStart=/usr/bin/env -0' \
                      StandardOutput=file:/test/read >/run/systemd/system/table.service\n\
                      systemctl daemon-reload\nsystemctl start table.service\ncat /test/read\n"
        .to_owned();
    let Some(seen) = machine.boot() else { return };
    let theirs: BTreeMap<&str, &str> = seen.output.split('\0').filter_map(|pair| pair.split_once('=')).collect();
    let parsed = haos_analytics::parse::environment_file(table.as_bytes()).unwrap();
    let ours: BTreeMap<&str, &str> = parsed.iter().map(|it| (it.name.as_str(), it.value.as_str())).collect();
    assert_eq!(ours.len(), 2 * values.len());
    for (name, value) in ours {
        assert_eq!(theirs.get(name), Some(&value), "{name}");
    }
}

/// The thread that looks up a name cannot be started, which the standard library takes for a fault.
#[test]
#[ignore = "needs a machine: run .ci/systemd"]
fn a_fault_is_noted_in_the_sandbox_and_told_by_the_next_run() {
    let sentry = Sentry::start(Behaviour::Contract);
    let mut machine = Machine::of("odroid-n2", Behaviour::Contract);
    let fixture = &machine.world.fixture;
    fixture.preferences(true, false, false, true);
    fixture.write(fixture.data_path("config.json"), r#"{"diagnostics":true}"#);
    let endpoint = machine.world.receiver.url().replace("127.0.0.1", "localhost");
    machine.settings += &format!("HAOS_ANALYTICS_ENDPOINT={endpoint}\nHAOS_ANALYTICS_DSN={}\n", sentry.dsn());
    machine.service = "[Service]\nLimitNPROC=1\n".to_owned();
    machine.script = "runs 1\nls /var/lib/haos-analytics/\n>/test/service.d/test.conf\nsystemctl daemon-reload\n\
                      systemctl reset-failed\nruns 3\nls /var/lib/haos-analytics/\n"
        .to_owned();
    let Some(seen) = machine.boot() else { return };
    assert_calm_but_for_the_first(&seen);
    let waited: Vec<_> = seen.output.lines().filter(|line| line.ends_with(".envelope")).collect();
    assert!(waited.len() == 1 && waited[0].ends_with("-p.envelope"), "{}", seen.output);
    // What was sent is kept in the sandbox too.
    for kept in ["last-attempt", "0000000000-b.report"] {
        assert!(seen.output.lines().any(|line| line == kept), "{kept}: {}", seen.output);
    }
    let events = sentry.events();
    assert_eq!(events.len(), 1, "{seen:?}");
    assert_eq!((&events[0]["tags"]["board"], &events[0]["tags"]["command"]), (&json!("odroid-n2"), &json!("send")));
    assert!(!machine.world.receiver.bodies().is_empty());
}

fn assert_calm_but_for_the_first(seen: &Seen) {
    assert!(seen.failed.is_empty() && seen.succeeded().len() + 1 == seen.begun().len(), "{seen:?}");
    assert!(seen.own(3).iter().any(|line| line.contains("fault")), "{:?}", seen.own(3));
}

#[test]
#[ignore = "needs a machine: run .ci/systemd"]
fn on_debian_there_is_no_such_mount() {
    let machine = Machine::of("debian-supervised", Behaviour::Contract);
    let Some(seen) = machine.boot() else { return };
    assert_calm(&seen);
    let arrived = machine.world.receiver.bodies();
    assert!(arrived.len() >= 2 && arrived.iter().all(|body| *body == golden("debian-supervised")));
}

#[test]
#[ignore = "needs a machine: run .ci/systemd"]
fn the_times_of_the_timer_as_it_is_shipped() {
    const MINUTE: u64 = 60_000_000;
    let boot = |id: &str, opted_in: bool, version: &str| {
        let mut machine = Machine::of("odroid-n2", Behaviour::Contract);
        machine.world.fixture.preferences(opted_in, true, true, true);
        machine.world.fixture.write(machine.world.fixture.data_path("homeassistant/.HA_VERSION"), version);
        machine.timer.clear();
        machine.machine_id = id.to_owned();
        machine.script = "systemctl start haos-analytics.service\n".to_owned();
        machine.boot()
    };
    let mut delays = Vec::new();
    for (id, opted_in, version, end) in [
        ("0123456789abcdef0123456789abcdef", true, "2026.2.3", "0"),
        ("0123456789abcdef0123456789abcdef", false, "2026.2.3", "77"),
        ("fedcba9876543210fedcba9876543210", true, "none", "65"),
    ] {
        let Some(seen) = boot(id, opted_in, version) else { return };
        assert_eq!(seen.property("service ExecMainStatus"), end);
        let number = |name| seen.property(name).parse::<u64>().unwrap();
        let (start, run) =
            (number("manager UserspaceTimestampMonotonic"), number("service InactiveExitTimestampMonotonic"));
        let elapses = |name: &str| {
            let timer = seen.properties("timer TimersMonotonic").into_iter().find(|timer| timer.contains(name));
            let timer = timer.unwrap_or_else(|| panic!("{name}: {seen:?}"));
            microseconds(timer.split_once("next_elapse=").unwrap().1.trim_end_matches(" }"))
        };
        let first = elapses("OnBootUSec");
        assert_eq!(first - start, 15 * MINUTE);
        // However the run ended, and counted from where it began.
        assert_eq!(elapses("OnUnitActiveUSec") - run, 24 * 60 * MINUTE, "after {end}");
        delays.push(microseconds(seen.property("timer NextElapseUSecMonotonic")) - first);
    }
    assert!(delays.iter().all(|delay| (1..10 * MINUTE).contains(delay)), "{delays:?}");
    assert!(delays[0] == delays[1] && delays[1] != delays[2], "of the device, not of the start: {delays:?}");
}

/// A time as systemd writes it: `1d 3h 28min 2.068405s`.
fn microseconds(text: &str) -> u64 {
    let part = |part: &str| {
        let (number, name) = part.split_at(part.find(|byte: char| byte.is_ascii_alphabetic()).unwrap());
        let unit = match name {
            "w" => 604_800e6,
            "d" => 86_400e6,
            "h" => 3600e6,
            "min" => 60e6,
            "s" => 1e6,
            "ms" => 1e3,
            "us" => 1.0,
            _ => panic!("{text}"),
        };
        (number.parse::<f64>().unwrap() * unit).round() as u64
    };
    text.split(' ').map(part).sum()
}

#[test]
#[ignore = "needs a machine: run .ci/systemd"]
fn the_sandbox_holds_and_lets_the_program_work() {
    let Some(seen) = probe("") else { return };
    assert_calm(&seen);
    assert_eq!(seen.output, "700\n");
    let (files, rest): (Vec<_>, Vec<_>) = seen.own(6).into_iter().partition(|line| line.starts_with("sees "));
    // CAP_DAC_READ_SEARCH is the third bit.
    assert_eq!(rest, SANDBOX, "{:?}", seen.journal);
    let files: Vec<_> = files.into_iter().filter(|line| !SOME.contains(line)).collect();
    assert_eq!(files, VIEW, "{:?}", seen.journal);
}

/// Home Assistant writes `auth` for its owner alone, and nearly all else for everybody.
#[test]
#[ignore = "needs a machine: run .ci/systemd"]
fn files_of_another_owner() {
    let boot = |service: &str| {
        let mut machine = Machine::of("odroid-n2", Behaviour::Contract);
        machine.world.fixture.preferences(true, false, true, false);
        let fixture = &machine.world.fixture;
        let data = fixture.path(fixture.data_path("homeassistant"));
        let path = data.join(".storage/auth");
        give_away(&data);
        fs::set_permissions(path, Permissions::from_mode(0o600)).unwrap();
        machine.timer.clear();
        machine.service = service.to_owned();
        machine.script = "systemctl start haos-analytics.service\n".to_owned();
        let seen = machine.boot()?;
        assert_calm(&seen);
        let bodies = machine.world.receiver.bodies();
        assert_eq!(bodies.len(), 1, "{seen:?}");
        let report: serde_json::Value = serde_json::from_slice(&bodies[0]).unwrap();
        let told = seen.own(5).iter().chain(&seen.own(4)).any(|line| line.contains("auth"));
        Some((report["state_count"].is_u64(), report["user_count"].is_u64(), told))
    };
    let Some(closed) = boot("") else { return };
    assert_eq!(closed, (true, false, true));
    assert_eq!(boot("[Service]\nPrivateUsers=no\n"), Some((true, true, false)));
}

/// To somebody who is not root, and as Home Assistant leaves what is no secret.
fn give_away(path: &Path) {
    chown(path, Some(1000), Some(1000)).unwrap();
    let directory = path.is_dir();
    fs::set_permissions(path, Permissions::from_mode(if directory { 0o755 } else { 0o644 })).unwrap();
    if directory {
        fs::read_dir(path).unwrap().for_each(|entry| give_away(&entry.unwrap().path()));
    }
}

/// What docs/service.md gives for a run that needs the whole machine; and the probe does find what
/// there is.
#[test]
#[ignore = "needs a machine: run .ci/systemd"]
fn without_the_view_there_is_more_to_be_read() {
    let wide = "RootDirectory=\nBindReadOnlyPaths=\nInaccessiblePaths=\nProcSubset=all\n";
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/service.md");
    match fs::read_to_string(page) {
        Ok(page) => assert!(page.contains(wide), "docs/service.md has another way"),
        Err(_) => world::skipped("there is no docs/service.md to compare the drop-in with"),
    }
    let Some(seen) = probe(wide) else { return };
    assert_calm(&seen);
    let own = seen.own(6);
    for file in ["/etc/shadow", "/etc/machine-id", ADD_ON, "/mnt/data/supervisor/homeassistant/.storage/core.analytics"]
    {
        assert!(own.contains(&format!("read {file}").as_str()), "{file}: {:?}", seen.journal);
    }
    let write: Vec<_> = own.into_iter().filter(|line| line.starts_with("write ")).collect();
    assert_eq!(write, ["write /var/lib/haos-analytics/new", "write /dev/shm/new"]);
}

/// Runs `PROBE` in the place of the program, with more lines for the service.
fn probe(service: &str) -> Option<Seen> {
    let mut machine = Machine::of("odroid-n2", Behaviour::Contract);
    machine.writable = true;
    machine.timer.clear();
    let fixture = &machine.world.fixture;
    fixture.write(&ADD_ON[1..], "{}");
    machine.service = format!(
        "[Service]\nSyslogIdentifier=haos-analytics\nExecStart=\nExecStart=/usr/bin/bash /test/probe\n{service}\
         BindReadOnlyPaths=/usr/bin/bash /test/probe\nExecPaths=+/usr/bin/bash\n"
    );
    let port = machine.world.receiver.address().port();
    machine.files.push(("probe", format!("port={port}\nadd_on={ADD_ON}\n{PROBE}")));
    machine.script = "mkdir -m 777 /run/open /var/open\n\
                      systemctl start haos-analytics.service; stat -L -c %a /var/lib/haos-analytics\n"
        .to_owned();
    machine.boot()
}

/// What belongs to an add-on.
const ADD_ON: &str = "/mnt/data/supervisor/addons/data/core_ssh/options.json";

/// Without starting another program, which the sandbox forbids. Where there is no /etc/shadow, it
/// lists all files that it sees, and tries to write to each and into each directory.
const PROBE: &str = r#"
while read -r key value _; do
  case $key in Cap*|NoNewPrivs:|Seccomp:) echo "$key $value" ;; Uid:) [ "$value" -gt 0 ] && echo "$key not root" ;; esac
done </proc/self/status
data=/mnt/data/supervisor
for file in $data/homeassistant/.storage/core.analytics /proc/sys/kernel/arch \
  /etc/shadow /etc/passwd /etc/machine-id /etc/hostname $add_on /proc/1/environ /proc/version /proc/self/mountinfo \
  /proc/self/net/tcp /proc/1/mountinfo /proc/cmdline /proc/sys/kernel/hostname /proc/sys/kernel/random/boot_id /proc/net/arp /sys/class/net/lo/address \
  /sys/class/dmi/id/product_serial /run/systemd/units /var/log/journal /run/log/journal /dev/kmsg; do
  { : <$file; } 2>/dev/null && echo "read $file"
done
for file in $STATE_DIRECTORY/new /tmp/new /var/tmp/new $data/new $data/observer.json /run/open/new /var/open/new \
  /new /run/new /etc/new /dev/new /dev/shm/new /proc/sys/kernel/hostname /sys/fs/cgroup/new; do
  { : >>$file; } 2>/dev/null && echo "write $file"
done
{ : <>/dev/tcp/127.0.0.1/$port; } 2>/dev/null && echo connect
for address in 127.0.0.1 10.1.2.3 240.1.2.3 ::1 fd00::1 4000::1; do
  { echo >/dev/udp/$address/9; } 2>/dev/null && echo "send to $address"
done
shopt -s execfail globstar dotglob nullglob
[ -e /etc/shadow ] || for file in / /**; do
  [[ $file != /proc/$$/* ]] || continue
  if [ -d "$file" ]; then
    { : >>"${file%/}/more"; } 2>/dev/null && echo "write ${file%/}/more"
    continue
  fi
  [ -f "$file" ] && { : >>"$file"; } 2>/dev/null && echo "write $file"
  case $file in
  /dev/* | /lib/* | /lib[0-9]*/* | /usr/lib/* | /usr/lib[0-9]*/* | $data/homeassistant/*) ;;
  *) [ ! -e "$file" ] || echo "sees $file" ;;
  esac
done
exec /usr/bin/true 2>/dev/null
echo "no other program"
exit 0
"#;

const SANDBOX: [&str; 20] = [
    "Uid: not root",
    "CapInh: 0000000000000004",
    "CapPrm: 0000000000000004",
    "CapEff: 0000000000000004",
    "CapBnd: 0000000000000004",
    "CapAmb: 0000000000000004",
    "NoNewPrivs: 1",
    "Seccomp: 2",
    "read /mnt/data/supervisor/homeassistant/.storage/core.analytics",
    "read /proc/self/mountinfo",
    "read /proc/self/net/tcp",
    "write /var/lib/haos-analytics/new",
    "connect",
    "send to 127.0.0.1",
    "send to 10.1.2.3",
    "send to ::1",
    "send to fd00::1",
    "write /var/lib/haos-analytics/more",
    "write /var/lib/haos-analytics/new",
    "no other program",
];

/// Every file that can be seen but for devices, libraries, Home Assistant's own, and those of
/// `SOME`.
const VIEW: [&str; 13] = [
    "sees /etc/default/haos-analytics",
    "sees /etc/hassio.json",
    "sees /etc/host.conf",
    "sees /etc/hosts",
    "sees /etc/nsswitch.conf",
    "sees /etc/os-release",
    "sees /etc/resolv.conf",
    "sees /mnt/data/supervisor/addons.json",
    "sees /mnt/data/supervisor/observer.json",
    "sees /test/probe",
    "sees /usr/bin/bash",
    "sees /usr/bin/haos-analytics",
    "sees /var/lib/haos-analytics/new",
];

/// What only some kernels and releases have.
const SOME: [&str; 6] = [
    "sees /etc/gai.conf",
    "sees /etc/ld.so.cache",
    "sees /sys/class/dmi/id/product_name",
    "sees /sys/class/dmi/id/sys_vendor",
    "sees /sys/firmware/devicetree/base/compatible",
    "sees /sys/firmware/efi/fw_platform_size",
];
