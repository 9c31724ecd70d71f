//! Made-up answers, given to the real client over loopback.

use haos_analytics::exchange;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{channel, Receiver, Sender};
use std::sync::{Mutex, OnceLock};
use std::thread;

/// A server that answers one connection after the other, whatever it is asked, with the bytes that
/// it is given.
struct Peer {
    address: SocketAddr,
    answers: Mutex<Sender<Vec<u8>>>,
}

fn peer() -> &'static Peer {
    static PEER: OnceLock<Peer> = OnceLock::new();
    PEER.get_or_init(|| {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("loopback has a port");
        let address = listener.local_addr().expect("it has an address");
        let (sender, answers) = channel();
        thread::spawn(move || serve(&listener, &answers));
        Peer { address, answers: Mutex::new(sender) }
    })
}

fn serve(listener: &TcpListener, answers: &Receiver<Vec<u8>>) {
    for answer in answers {
        if let Ok((stream, _)) = listener.accept() {
            // The client may have gone away.
            let _ = give(stream, &answer);
        }
    }
}

fn give(mut stream: TcpStream, answer: &[u8]) -> io::Result<()> {
    let mut request = [0; 4096];
    stream.read(&mut request)?;
    stream.write_all(answer)?;
    stream.shutdown(Shutdown::Write)?;
    while stream.read(&mut request)? > 0 {}
    Ok(())
}

/// The answer of a receiver, a Supervisor, Sentry or a proxy, after a byte that chooses which: it
/// ends in a yes that stands in it, or in one line for the log.
pub fn answers(data: &[u8]) {
    let Some((choice, answer)) = data.split_first() else { return };
    let peer = peer();
    peer.answers.lock().expect("no thread panics with it").send(answer.to_vec()).expect("the server runs");
    let (http, https) = (format!("http://{}/v1", peer.address), format!("https://{}/v1", peer.address));
    let proxy = format!("http://u:p@{}", peer.address);
    let result = match choice % 6 {
        0 => exchange::receiver(&http, None),
        1 => exchange::supervisor(&http),
        2 => exchange::sentry(&http).map(|_| ()),
        3 => exchange::receiver("http://receiver.invalid/v1", Some(&proxy)),
        4 => exchange::receiver("https://receiver.invalid/v1", Some(&proxy)),
        _ => exchange::receiver(&https, None),
    };
    match result {
        Ok(()) => {
            assert!(choice % 6 < 4, "nobody has proved to be the receiver");
            assert!(answer.windows(4).any(|part| part == b" 200"), "nobody has said yes");
        }
        Err(why) => {
            assert!(!why.is_empty() && why.len() < 500 && !why.chars().any(char::is_control), "{why:?}");
            // A Supervisor's own words are quoted.
            let late = "no answer within";
            let quoted = answer.windows(late.len()).any(|part| part == late.as_bytes());
            assert!(quoted || !why.contains(late), "the answer had ended: {why}");
        }
    }
}
