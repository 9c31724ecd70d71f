//! What a report meets: a machine's files, its Supervisor, a receiver. The servers are threads of this process.

use crate::programs::Program;
use haos_analytics_tests::fixture::Fixture;
use haos_analytics_tests::http_server::Listen;
use haos_analytics_tests::receiver::{Behaviour, Receiver};
use haos_analytics_tests::supervisor::{Options, Supervisor};
use haos_analytics_tests::tls::{Authority, Leaf, Versions};
use std::ffi::OsString;
use std::fs;
use std::path::Path;

pub(crate) const FIXTURE: &str = "odroid-n2";
/// What its basic report says.
const BASIC: &str = concat!(
    r#"{"uuid":"fa25ba87885d483b9f37b62defde517d","version":"2026.2.3","installation_type":"Home Assistant OS","#,
    r#""supervisor":{"healthy":true,"supported":true,"arch":"aarch64"},"#,
    r#""operating_system":{"board":"odroid-n2","version":"17.1"}}"#,
);
const BUNDLE: &str = "etc/ssl/certs/ca-certificates.crt";

/// How the report travels. The Supervisor speaks plain HTTP in both.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Scheme {
    Http,
    Https,
}

/// One receiver and what stands around it.
pub(crate) struct World {
    scheme: Scheme,
    fixture: Fixture,
    /// The same machine with the system's bundle, the private authority appended.
    with_bundle: Option<Fixture>,
    authority: Authority,
    supervisor: Supervisor,
    pub(crate) receiver: Receiver,
}

impl World {
    /// A machine whose user agreed to the basic report alone: the other programs know no more.
    pub(crate) fn start(scheme: Scheme) -> Self {
        let fixture = Fixture::copy(FIXTURE);
        fixture.preferences(true, false, false, false);
        Self::around(scheme, fixture)
    }

    pub(crate) fn around(scheme: Scheme, fixture: Fixture) -> Self {
        let authority = Authority::new();
        let listen = match scheme {
            Scheme::Http => Listen::plain(),
            Scheme::Https => Listen::tls(authority.server(Leaf::Good, Versions::All)),
        };
        let bundle = fs::read_to_string(Path::new("/").join(BUNDLE)).ok().filter(|_| scheme == Scheme::Https);
        let with_bundle = bundle.map(|bundle| {
            let copy = Fixture::copy_of(fixture.root());
            copy.write(BUNDLE, bundle + &authority.ca_pem());
            copy
        });
        let supervisor = Supervisor::start(Options::default().of(&fixture));
        let receiver = Receiver::start(listen, Behaviour::Contract);
        Self { scheme, fixture, with_bundle, authority, supervisor, receiver }
    }

    /// The words of a run; `None` if it makes no sense in this world.
    pub(crate) fn words(&self, program: &Program) -> Option<Vec<OsString>> {
        let fixture = if program.system_bundle { self.with_bundle.as_ref()? } else { &self.fixture };
        let mut words = program.words.clone();
        let mut option = |name: &str, value: OsString| words.extend([name.into(), value]);
        option("--root", fixture.root().into());
        option("--supervisor", self.supervisor.url().into());
        option("--endpoint", self.receiver.url().into());
        if self.scheme == Scheme::Https && !program.system_bundle {
            option("--ca", self.authority.ca_file().into());
        }
        Some(words)
    }
}

/// What every program has to send.
pub(crate) fn payload() -> Vec<u8> {
    BASIC.as_bytes().to_vec()
}
