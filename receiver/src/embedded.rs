//! A receiver within another program, such as a test of what reports to it.

use crate::command::serve_until;
use crate::options::Options;
use core::net::SocketAddr;
use std::sync::mpsc;
use std::thread::JoinHandle;
use tokio::sync::oneshot;

/// A running receiver. Dropping it ends it, once what is under way is answered.
pub struct Embedded {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<Result<(), String>>>,
}

impl Embedded {
    /// Starts what `serve` with these options is, in threads of this program.
    ///
    /// # Errors
    ///
    /// One line that says why it does not serve.
    pub fn start(options: Options) -> Result<Self, String> {
        let (stop, stopped) = oneshot::channel();
        let (listening, heard) = mpsc::channel();
        let serve = move || {
            // Told or dropped, it is the end.
            let stop = || Ok(async { drop(stopped.await) });
            serve_until(options, stop, |address| {
                let _ = listening.send(address);
            })
        };
        let builder = std::thread::Builder::new().name("receiver".to_owned());
        let thread = builder.spawn(serve).map_err(|error| error.to_string())?;
        match heard.recv() {
            Ok(address) => Ok(Self { address, stop: Some(stop), thread: Some(thread) }),
            Err(_) => Err(match thread.join() {
                Ok(Err(error)) => error,
                _ => "it has ended".to_owned(),
            }),
        }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Embedded {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpStream;

    fn options(store: &str) -> Options {
        let words = ["serve", "--listen", "127.0.0.1:0", "--store", store].map(Into::into);
        Options::parse(words, |_| None).unwrap()
    }

    #[test]
    fn serves_until_it_is_dropped() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("store");
        let receiver = Embedded::start(options(&format!("sqlite:{}", file.display()))).unwrap();
        let address = receiver.address();
        TcpStream::connect(address).unwrap();
        drop(receiver);
        TcpStream::connect(address).unwrap_err();
        assert!(file.exists());
    }

    #[test]
    fn says_why_it_does_not() {
        let error = Embedded::start(options("sqlite:/proc/none/store")).err().unwrap();
        assert!(error.contains("unable to open database file"), "{error}");
    }
}
