//! How a server behaves: as its contract says, or in one of the ways that the world has of going wrong.

use crate::http_server::{Reply, Response};
use core::time::Duration;
use serde_json::json;
use std::sync::Mutex;

/// The behaviour of a double, as a value.
#[derive(Clone, Debug)]
pub enum Behaviour {
    /// As the real service does, refusals included.
    Contract,
    /// 200 and an empty body, whatever is asked.
    Accept,
    /// 200 and a small JSON object.
    Json,
    /// 200 and a web page: a captive portal.
    Html,
    /// This status with an empty body.
    Status {
        /// The code.
        code: u16,
        /// More headers, such as `("retry-after", "1")`.
        headers: Vec<(String, String)>,
    },
    /// 307 to another place, which would repeat a POST.
    Redirect {
        /// The URL.
        to: String,
    },
    /// A small JSON answer, byte by byte from its status line on.
    SlowDrip {
        /// The pause before each byte.
        every: Duration,
    },
    /// The request is read and nothing comes back.
    NeverAnswer,
    /// The connection is closed as soon as it is accepted.
    CloseAtOnce,
    /// 200, half of the body that was announced, and the end.
    HalfResponse,
    /// 200 and JSON that both services' clients would take, if it were not of this size.
    HugeBody {
        /// About so many bytes.
        bytes: usize,
    },
    /// One after the other, one per request; the last one stays.
    Sequence(Vec<Behaviour>),
}

impl Behaviour {
    /// A status and nothing else.
    pub fn status(code: u16) -> Self {
        Self::Status { code, headers: Vec::new() }
    }

    /// The reply, or `None` where the contract has to say.
    fn reply(&self) -> Option<Reply> {
        let small = || Response::json(200, &json!({"result": "ok", "data": {}}));
        Some(match self {
            Self::Contract => return None,
            Self::Accept => Reply::Full(Response::new(200)),
            Self::Json => Reply::Full(small()),
            Self::Html => Reply::Full(Response::html(200, "<!DOCTYPE html><title>Welcome to our Wi-Fi</title>")),
            Self::Status { code, headers } => {
                Reply::Full(Response { headers: headers.clone(), ..Response::new(*code) })
            }
            Self::Redirect { to } => Reply::Full(Response::new(307).header("location", to)),
            Self::SlowDrip { every } => Reply::Drip(small(), *every),
            Self::NeverAnswer => Reply::Never,
            Self::CloseAtOnce => Reply::Close,
            Self::HalfResponse => Reply::Half(small()),
            Self::HugeBody { bytes } => Reply::Full(huge(*bytes)),
            Self::Sequence(_) => unreachable!("a script is flat"),
        })
    }

    fn flatten(self) -> Vec<Self> {
        match self {
            Self::Sequence(steps) => steps.into_iter().flat_map(Self::flatten).collect(),
            step => vec![step],
        }
    }
}

fn huge(bytes: usize) -> Response {
    let health = json!({"healthy": true, "supported": true, "arch": "aarch64", "padding": "a".repeat(bytes)});
    Response::json(200, &json!({"result": "ok", "data": health}))
}

/// A behaviour and how far it has got.
pub(crate) struct Script {
    steps: Vec<Behaviour>,
    next: Mutex<usize>,
}

impl Script {
    pub(crate) fn new(behaviour: Behaviour) -> Self {
        let steps = behaviour.flatten();
        assert!(!steps.is_empty(), "a sequence has at least one step");
        Self { steps, next: Mutex::new(0) }
    }

    /// Whether the contract has a say at any time.
    pub(crate) fn asks_the_contract(&self) -> bool {
        self.steps.iter().any(|step| matches!(step, Behaviour::Contract))
    }

    /// If it is the turn of [`Behaviour::CloseAtOnce`], that turn is over: the connection counts as the request.
    pub(crate) fn hangs_up(&self) -> bool {
        let mut next = self.next.lock().unwrap();
        let closes = matches!(self.step(*next), Behaviour::CloseAtOnce);
        *next += usize::from(closes);
        closes
    }

    /// The reply whose turn it is, or `None` where the contract has to say.
    pub(crate) fn reply(&self) -> Option<Reply> {
        let mut next = self.next.lock().unwrap();
        let step = self.step(*next);
        *next += 1;
        step.reply()
    }

    fn step(&self, number: usize) -> &Behaviour {
        &self.steps[number.min(self.steps.len() - 1)]
    }
}
