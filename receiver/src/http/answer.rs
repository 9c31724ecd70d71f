//! Answers.

use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{self, HeaderName, HeaderValue};
use hyper::{Response, StatusCode};

pub(super) type Answer = Response<Full<Bytes>>;

/// A status and an empty body, as the original answers.
pub(super) fn empty(status: StatusCode) -> Answer {
    let mut answer = Answer::default();
    *answer.status_mut() = status;
    answer
}

/// A status and a line of JSON.
pub(super) fn reason(status: StatusCode, json: String) -> Answer {
    with(status, "application/json", Bytes::from(json))
}

/// A body of this type.
pub(super) fn with(status: StatusCode, media: &'static str, body: Bytes) -> Answer {
    let mut answer = Answer::new(Full::new(body));
    *answer.status_mut() = status;
    set(answer, header::CONTENT_TYPE, HeaderValue::from_static(media))
}

/// With one header more.
pub(super) fn set(mut answer: Answer, name: HeaderName, value: HeaderValue) -> Answer {
    answer.headers_mut().insert(name, value);
    answer
}
