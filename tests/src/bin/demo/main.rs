//! `cargo demo`: the main job for real, on this machine only, told line by line.
//!
//! A receiver and a Supervisor stand on loopback. The collector runs over a copy of an ODROID-N2's files, whose owner
//! opted in, and then over this machine's own. The demo succeeds if what `send` printed for the ODROID-N2 is, byte for
//! byte, what arrived.

mod page;
mod program;

use haos_analytics_tests::collector::{Collector, Run};
use haos_analytics_tests::fixture::Fixture;
use haos_analytics_tests::http_server::Listen;
use haos_analytics_tests::receiver::{Behaviour, Receiver};
use haos_analytics_tests::supervisor::{Options, Supervisor};
use haos_analytics_tests::tls::{Authority, Leaf, Versions};
use page::Page;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

const NOT_OPTED_IN: i32 = 77;

fn main() -> ExitCode {
    let program = match program::find_or_build() {
        Ok(program) => program,
        Err(error) => return failed(&error),
    };
    let fixture = Fixture::copy("odroid-n2");
    let world = World::start(&program, &fixture);
    let page = Page::new(&[(fixture.root(), "odroid-n2"), (&world.ca, "ca.pem")]);
    page.introduce(&world.receiver.url(), &world.supervisor.url());

    page.heading("An ODROID-N2 whose owner opted in (a copy of tests/fixtures/odroid-n2)");
    let sent = world.run_all(&page, Some(fixture.root()));
    let proof = page.arrival(&world.receiver, &sent);

    page.heading("This machine, as it is");
    let before = world.receiver.connections();
    let own = world.run_all(&page, None);
    let connections = world.receiver.connections() - before;
    page.own_machine(connections);

    page.heading("The owner of the ODROID-N2 opted out, and wants to be forgotten");
    fixture.preferences(false, false, false, false);
    world.run(&page, Some(fixture.root()), &["send"]);
    world.run(&page, Some(fixture.root()), &["forget"]);
    let farewell = page.farewell(&world.receiver);

    match proof.and_then(|proof| farewell.map(|()| proof)) {
        Err(error) => failed(&error),
        Ok(_) if own.code == Some(NOT_OPTED_IN) && connections > 0 => failed("not opted in, and yet a connection"),
        Ok(proof) => {
            page.line(&proof);
            ExitCode::SUCCESS
        }
    }
}

fn failed(why: &str) -> ExitCode {
    eprintln!("demo: {why}");
    ExitCode::FAILURE
}

/// All that the collector is to meet.
struct World {
    program: PathBuf,
    receiver: Receiver,
    supervisor: Supervisor,
    ca: PathBuf,
    _authority: Authority,
}

impl World {
    fn start(program: &Path, fixture: &Fixture) -> Self {
        let authority = Authority::new();
        let listen = Listen::tls(authority.server(Leaf::Good, Versions::All));
        Self {
            program: program.to_owned(),
            receiver: Receiver::start(listen, Behaviour::Contract),
            supervisor: Supervisor::start(Options::default().of(fixture)),
            ca: authority.ca_file(),
            _authority: authority,
        }
    }

    /// The three commands over one root; gives what became of `send`.
    fn run_all(&self, page: &Page, root: Option<&Path>) -> Run {
        self.run(page, root, &["detect"]);
        self.run(page, root, &["show", "--explain"]);
        self.run(page, root, &["send"])
    }

    fn run(&self, page: &Page, root: Option<&Path>, command: &[&str]) -> Run {
        let mut words: Vec<String> = command.iter().map(|word| (*word).to_owned()).collect();
        if let Some(root) = root {
            words.splice(0..0, ["--root".to_owned(), root.display().to_string()]);
        }
        // Loopback addresses always, so that nothing can leave this machine, whatever its owner chose.
        let (endpoint, supervisor, ca) = (self.receiver.url(), self.supervisor.url(), self.ca.display().to_string());
        match command {
            ["detect"] => {}
            ["forget"] => words.extend(["--endpoint".to_owned(), endpoint, "--ca".to_owned(), ca]),
            _ => {
                let addresses = ["--endpoint", &endpoint, "--supervisor", &supervisor, "--ca", &ca];
                words.extend(addresses.map(str::to_owned));
            }
        }
        page.command(&words);
        let run = Collector::new(&self.program).args(&words).run();
        page.outcome(&run);
        run
    }
}
