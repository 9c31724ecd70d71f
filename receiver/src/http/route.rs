//! Which request is answered how.

use super::answer::{empty, reason, set, with, Answer};
use super::body::{self, Failure};
use super::guests::Guest;
use super::Service;
use crate::admission::WINDOW;
use crate::desk::Refused;
use crate::fact::Facts;
use crate::payload::{self, schema, text::Units};
use crate::store::{Outcome, Write};
use bytes::Bytes;
use core::convert::Infallible;
use core::net::IpAddr;
use hyper::body::Incoming;
use hyper::header::{self, HeaderMap, HeaderValue};
use hyper::{Method, Request, StatusCode};
use percent_encoding::percent_decode_str;
use std::sync::{Arc, LazyLock};

static SCHEMA: LazyLock<Bytes> = LazyLock::new(|| Bytes::from(schema::schema().to_string()));

/// Answers one request of a guest.
pub(super) async fn answer(
    service: &Arc<Service>,
    guest: &Arc<Guest>,
    peer: IpAddr,
    request: Request<Incoming>,
) -> Result<Answer, Infallible> {
    let answer = route(service, guest, peer, request).await;
    service.metrics.count(answer.status());
    guest.is_waited_for();
    Ok(set(answer, header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")))
}

async fn route(service: &Service, guest: &Guest, peer: IpAddr, request: Request<Incoming>) -> Answer {
    let path = request.uri().path();
    match (request.method(), path) {
        (&Method::POST, "/v1" | "/") => take(service, guest, peer, request).await,
        (&Method::DELETE, _) if path.starts_with("/v1/") => forget(service, guest, path).await,
        (&Method::GET | &Method::HEAD, "/healthz") => health(service),
        (&Method::GET | &Method::HEAD, "/metrics") => {
            let text = service.metrics.write(&service.desk.done, service.guests.count());
            with(StatusCode::OK, "text/plain; version=0.0.4; charset=utf-8", Bytes::from(text))
        }
        (&Method::GET | &Method::HEAD, "/schema.json") => {
            public(with(StatusCode::OK, "application/schema+json", SCHEMA.clone()))
        }
        (&Method::GET | &Method::HEAD, path) => published(service, path, request.headers()),
        _ => not_allowed(path),
    }
}

async fn take(service: &Service, guest: &Guest, peer: IpAddr, request: Request<Incoming>) -> Answer {
    let (head, body) = request.into_parts();
    let refuse = |status, why: &str| reason(status, payload::Refusal(why.to_owned()).json());
    if head.headers.get(header::CONTENT_ENCODING).is_some_and(|coding| coding.as_bytes() != b"identity") {
        return refuse(StatusCode::BAD_REQUEST, "content-encoding: only identity is taken");
    }
    let body = match body::read(body, &service.guests, service.patience).await {
        Ok(body) => body,
        Err(Failure::TooLong) => return refuse(StatusCode::PAYLOAD_TOO_LARGE, "the body has more than 262144 bytes"),
        Err(Failure::TooSlow) => return refuse(StatusCode::REQUEST_TIMEOUT, "the body did not come in time"),
        Err(Failure::Broken) => return refuse(StatusCode::BAD_REQUEST, "the body is broken off"),
        Err(Failure::NoRoom) => return busy(),
    };
    guest.is_served();
    let write = match payload::read(&body) {
        Ok(payload) => {
            let place = service.origin.place(peer, &head.headers);
            let network = service.origin.network(peer, &head.headers);
            Write::put(&payload.uuid.0, Facts::of(&payload, place)).from(network)
        }
        Err(refusal) => return reason(StatusCode::BAD_REQUEST, refusal.json()),
    };
    drop(body);
    written(service, write).await
}

async fn forget(service: &Service, guest: &Guest, path: &str) -> Answer {
    let uuid = path.trim_start_matches("/v1/");
    match percent_decode_str(uuid).decode_utf8() {
        // Whether it was there is nobody's business.
        Ok(uuid) if Units::<32, 32>::fits(&uuid) => {
            guest.is_served();
            written(service, Write::delete(&uuid)).await
        }
        _ => reason(StatusCode::BAD_REQUEST, payload::Refusal("the path has no installation id".to_owned()).json()),
    }
}

async fn written(service: &Service, write: Write) -> Answer {
    match service.desk.write(write).await {
        Ok(Outcome::Limited) => {
            let why = payload::Refusal("too much that is new comes from this network".to_owned());
            let answer = reason(StatusCode::TOO_MANY_REQUESTS, why.json());
            set(answer, header::RETRY_AFTER, HeaderValue::from(WINDOW.as_secs()))
        }
        Ok(_) => empty(StatusCode::OK),
        Err(Refused::Busy) => busy(),
        Err(Refused::Failed) => empty(StatusCode::INTERNAL_SERVER_ERROR),
    }
}

fn busy() -> Answer {
    set(empty(StatusCode::SERVICE_UNAVAILABLE), header::RETRY_AFTER, HeaderValue::from_static("60"))
}

/// All is well, or one line of JSON for each problem.
fn health(service: &Service) -> Answer {
    let threads = [Some(&service.desk.health), service.mirror.as_ref()].into_iter().flatten();
    let lines: String = threads.flat_map(|health| health.problems()).map(|problem| format!("{problem}\n")).collect();
    if lines.is_empty() {
        return with(StatusCode::OK, "text/plain; charset=utf-8", Bytes::from_static(b"ok\n"));
    }
    with(StatusCode::SERVICE_UNAVAILABLE, "application/x-ndjson", Bytes::from(lines))
}

fn published(service: &Service, path: &str, headers: &HeaderMap) -> Answer {
    let Some(current) = &service.published else { return not_allowed(path) };
    let published = current.borrow().clone();
    let Some(published) = published else {
        return if is_published(path) { busy() } else { not_allowed(path) };
    };
    let Some(form) = published.form(path) else { return not_allowed(path) };
    let tag = HeaderValue::from_str(&format!("\"{}\"", published.aggregate.last_updated));
    let Ok(tag) = tag else { return empty(StatusCode::INTERNAL_SERVER_ERROR) };
    let known = headers.get_all(header::IF_NONE_MATCH).iter().any(|tags| is_known(tags, &tag));
    let answer =
        if known { empty(StatusCode::NOT_MODIFIED) } else { public(with(StatusCode::OK, form.media, form.body)) };
    let answer = if path == "/" { page_only(answer) } else { answer };
    set(set(answer, header::ETAG, tag), header::CACHE_CONTROL, HeaderValue::from_static("max-age=60"))
}

/// `If-None-Match`: a list or `*`. A proxy that compresses makes the tag a weak one, which counts here
/// (RFC 9110, 13.1.2).
fn is_known(tags: &HeaderValue, tag: &HeaderValue) -> bool {
    let mut tags = tags.as_bytes().split(|byte| *byte == b',').map(<[u8]>::trim_ascii);
    tags.any(|one| one == b"*" || one.strip_prefix(b"W/").unwrap_or(one) == tag.as_bytes())
}

fn is_published(path: &str) -> bool {
    path == "/" || path.ends_with(".json") || path.starts_with("/prometheus/")
}

/// Any web page may read it.
fn public(answer: Answer) -> Answer {
    set(answer, header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"))
}

/// It fetches and runs nothing.
fn page_only(answer: Answer) -> Answer {
    let answer = set(answer, header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(crate::page::POLICY));
    set(answer, header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"))
}

/// The path of reports knows no other method, as the contract says; other paths are not there.
fn not_allowed(path: &str) -> Answer {
    let methods = match path {
        "/v1" => "POST",
        "/" => "GET, HEAD, POST",
        _ if path.starts_with("/v1/") => "DELETE",
        _ => return empty(StatusCode::NOT_FOUND),
    };
    set(empty(StatusCode::METHOD_NOT_ALLOWED), header::ALLOW, HeaderValue::from_static(methods))
}
