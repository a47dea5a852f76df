//! The door at a port: who knocks is let in, as long as there is room.

use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream, ToSocketAddrs};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::Arc;
use std::time::Duration;

use signal_hook::consts::{SIGINT, SIGTERM};
use socket2::{Domain, Socket, Type};

use crate::native::serve::log::Log;

/// How many may have connected and not been looked at yet. The kernel may have a lower limit.
const BACKLOG: i32 = 4_096;

/// How many connections there may be at once.
pub const MOST: usize = 10_000;

/// How long the door stays shut when there is no descriptor left: at first, and at most.
const SHUT: Duration = Duration::from_millis(50);
const LONGEST: Duration = Duration::from_secs(1);

/// How soon a signal is noticed.
const SIGNALS: Duration = Duration::from_millis(50);

/// Listens on an address.
///
/// # Errors
/// Why that is not possible.
pub fn bind(listen: &str) -> io::Result<TcpListener> {
    let mut fault = io::Error::new(io::ErrorKind::InvalidInput, "no such address");
    for address in listen.to_socket_addrs()? {
        match bind_to(address) {
            Ok(listener) => return Ok(listener),
            Err(e) => fault = e,
        }
    }
    Err(fault)
}

fn bind_to(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    // On Windows that would mean something else.
    #[cfg(unix)]
    socket.set_reuse_address(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

/// Whether the server is being stopped, and how many connections there are.
#[derive(Debug, Default)]
pub struct Door {
    stops: Arc<AtomicBool>,
    inside: AtomicUsize,
}

/// One who has been let in; the place is free again when this is dropped.
#[derive(Debug)]
pub struct Guest(Arc<Door>);

impl Drop for Guest {
    fn drop(&mut self) {
        self.0.inside.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Door {
    /// SIGTERM and SIGINT stop the server.
    ///
    /// # Errors
    /// Signals cannot be had.
    pub fn watch(self: &Arc<Door>, addresses: Vec<SocketAddr>) -> io::Result<()> {
        for signal in [SIGTERM, SIGINT] {
            signal_hook::flag::register(signal, Arc::clone(&self.stops))?;
        }
        let door = Arc::clone(self);
        let knock = move || {
            while !door.is_stopping() {
                std::thread::sleep(SIGNALS);
            }
            // Whoever waits for the next client is woken by one. Where that fails, the next real one
            // does it.
            for address in addresses {
                let ip = match address.ip() {
                    ip if ip.is_unspecified() && ip.is_ipv4() => [127, 0, 0, 1].into(),
                    ip if ip.is_unspecified() => std::net::Ipv6Addr::LOCALHOST.into(),
                    ip => ip,
                };
                let own = SocketAddr::new(ip, address.port());
                drop(TcpStream::connect_timeout(&own, LONGEST));
            }
        };
        std::thread::Builder::new().spawn(knock).map(drop)
    }

    /// Whether the server is being stopped.
    pub fn is_stopping(&self) -> bool {
        self.stops.load(Ordering::SeqCst)
    }

    /// How many connections there are.
    pub fn inside(&self) -> usize {
        self.inside.load(Ordering::SeqCst)
    }

    /// Lets in whoever comes, until the server is stopped. Whoever cannot be served is told so.
    pub fn open(
        self: &Arc<Door>,
        listener: &TcpListener,
        log: &Log,
        refuse: &dyn Fn(&TcpStream),
        serve: &(impl Fn(&TcpStream, Guest) + Clone + Send + 'static),
    ) {
        const FULL: &str = "no more connections";
        const ACCEPT: &str = "cannot take a connection";
        const THREAD: &str = "cannot serve a connection";
        let mut shut = SHUT;
        loop {
            let accepted = listener.accept();
            if self.is_stopping() {
                return;
            }
            let stream = match accepted {
                Ok((stream, _)) => stream,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                // Who has gone again is no fault.
                Err(e) if e.kind() == io::ErrorKind::ConnectionAborted => continue,
                Err(e) => {
                    log.say_once(ACCEPT, e);
                    std::thread::sleep(shut);
                    shut = (2 * shut).min(LONGEST);
                    continue;
                }
            };
            shut = SHUT;
            if self.inside() >= MOST {
                log.say_once(FULL, format!("there are {MOST}"));
                refuse(&stream);
                continue;
            }
            self.inside.fetch_add(1, Ordering::SeqCst);
            let guest = Guest(Arc::clone(self));
            // There may be no thread to be had, and then the client is to hear of it.
            let stream = Arc::new(stream);
            let (own, serve) = (Arc::clone(&stream), serve.clone());
            let begun = std::thread::Builder::new().spawn(move || serve(&own, guest));
            if let Err(e) = begun {
                log.say_once(THREAD, e);
                refuse(&stream);
                std::thread::sleep(SHUT);
            }
        }
    }

    /// Waits for those who are inside, as long as that.
    pub fn wait(&self, patience: Duration) {
        let begun = std::time::Instant::now();
        while self.inside() > 0 && begun.elapsed() < patience {
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}
