//! nc, as Debian's netcat-openbsd 1.219 has it: what comes in goes out, and back.

use std::time::Duration;

use crate::network::{ConnectionId, Event};
use crate::smtp::bytes::decode;
use crate::time::Time;
use crate::workstation::programs::address::{addresses, port};
use crate::workstation::programs::io::{Read, Take};
use crate::workstation::programs::job::Job;
use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::output::Output;
use crate::workstation::programs::table::Program;
use crate::workstation::screen::Voice;

const USAGE: &str = "usage: nc [-46CDdFhklNnrStUuvZz] [-I length] [-i interval] [-M ttl]
\t  [-m minttl] [-O length] [-P proxy_username] [-p source_port]
\t  [-q seconds] [-s sourceaddr] [-T keyword] [-V rtable] [-W recvlimit]
\t  [-w timeout] [-X proxy_protocol] [-x proxy_address[:port]]
\t  [destination] [port]
";

/// The program of this file, under its names.
pub const PROGRAMS: &[Program] = &[
    Program::job("nc", start, HELP),
    Program::job("netcat", start, HELP),
];

const HELP: &str = "[-C] [-N] [-n] [-v] [-z] [-q SECONDS] [-w SECONDS] HOST PORT|Sends its input to a port and shows what comes back.";

/// A running nc.
#[derive(Debug)]
struct Netcat {
    host: String,
    port: u16,
    address: String,
    untried: Vec<String>,
    connection: Option<ConnectionId>,
    is_connected: bool,
    verbose: bool,
    only_looks: bool,
    crlf: bool,
    /// How long it stays after the end of its input; for ever where nothing is said.
    stays: Option<Duration>,
    /// Its input has ended.
    since: Option<Time>,
}

fn start(arguments: &[&str], at: &mut Machine) -> Result<Box<dyn Job>, Output> {
    let mut nc = Netcat {
        host: String::new(),
        port: 0,
        address: String::new(),
        untried: Vec::new(),
        connection: None,
        is_connected: false,
        verbose: false,
        only_looks: false,
        crlf: false,
        stays: None,
        since: None,
    };
    let usage = |text: &str| Output::bad(text.trim_end(), 1);
    let mut is_numeric = false;
    let mut names = Vec::new();
    let mut words = arguments.iter().copied();
    while let Some(word) = words.next() {
        let Some(letters) = word.strip_prefix('-').filter(|l| !l.is_empty()) else {
            names.push(word);
            continue;
        };
        for (place, letter) in letters.char_indices() {
            match letter {
                'v' => nc.verbose = true,
                'z' => nc.only_looks = true,
                'C' => nc.crlf = true,
                'N' => nc.stays = Some(Duration::ZERO),
                'n' => is_numeric = true,
                '4' | '6' | 'd' | 't' => {}
                'w' | 'q' | 'i' | 'p' | 's' => {
                    let value = match letters.get(place + 1..).unwrap_or("") {
                        "" => words.next().unwrap_or(""),
                        value => value,
                    };
                    if letter == 'q' {
                        let seconds = value.parse::<i64>().unwrap_or(0);
                        nc.stays = u64::try_from(seconds)
                            .ok()
                            .map(|s| Duration::from_secs(s.min(9_999_999)));
                    }
                    break;
                }
                odd => return Err(usage(&format!("nc: invalid option -- '{odd}'\n{USAGE}"))),
            }
        }
    }
    let (host, service) = match names.as_slice() {
        [host, port] => (*host, *port),
        [_] => return Err(usage("nc: missing port number")),
        _ => return Err(usage(USAGE)),
    };
    nc.host = host.into();
    nc.port = match port(service).filter(|_| !is_numeric || service.parse::<u16>().is_ok()) {
        Some(port) => port,
        None => return Err(usage(&format!("nc: port number invalid: {service}"))),
    };
    nc.untried = match is_numeric && host.parse::<std::net::IpAddr>().is_err() {
        true => Vec::new(),
        false => addresses(at.world, at.host, host),
    };
    if nc.untried.is_empty() {
        let text = format!(
            "nc: getaddrinfo for host \"{host}\" port {service}: Name or service not known"
        );
        return Err(usage(&text));
    }
    nc.untried.reverse();
    nc.try_next(at);
    Ok(Box::new(nc))
}

impl Netcat {
    fn try_next(&mut self, at: &mut Machine) -> bool {
        let Some(address) = self.untried.pop() else {
            return false;
        };
        self.connection = Some(at.world.connect(at.host, &address, self.port));
        self.address = address;
        true
    }

    /// The other end, as it is named to the person.
    fn shown(&self) -> String {
        match self.host == self.address {
            true => self.host.clone(),
            false => format!("{} ({})", self.host, self.address),
        }
    }

    fn abandon(&mut self, at: &mut Machine) {
        if let Some(connection) = self.connection.take() {
            at.world.close(connection);
        }
    }

    /// What has come from the other end; its exit status once it has ended.
    fn listen(&mut self, at: &mut Machine) -> Option<i32> {
        while let Some(event) = self.connection.and_then(|c| at.world.receive(c)) {
            match event {
                Event::Connected => {
                    self.is_connected = true;
                    if self.verbose {
                        let service = match self.port {
                            25 => "smtp",
                            465 => "submissions",
                            587 => "submission",
                            _ => "*",
                        };
                        at.complain(&format!(
                            "Connection to {} {} port [tcp/{service}] succeeded!\n",
                            self.shown(),
                            self.port
                        ));
                    }
                    if self.only_looks {
                        self.abandon(at);
                        return Some(0);
                    }
                }
                Event::Refused | Event::TimedOut => {
                    let why = match event {
                        Event::Refused => "Connection refused",
                        _ => "Connection timed out",
                    };
                    if self.verbose {
                        at.complain(&format!(
                            "nc: connect to {} port {} (tcp) failed: {why}\n",
                            self.shown(),
                            self.port
                        ));
                    }
                    self.connection = None;
                    if !self.try_next(at) {
                        return Some(1);
                    }
                }
                Event::Data(bytes) => at.say(Voice::Server, &decode(&bytes)),
                // What follows is ciphertext, which a terminal shows as rubbish.
                Event::TlsStarted => {}
                Event::Closed => return Some(0),
            }
        }
        None
    }

    fn send(&mut self, bytes: &[u8], at: &mut Machine) {
        let Some(connection) = self.connection else {
            return;
        };
        if !self.crlf {
            return at.world.send(connection, bytes);
        }
        let mut sent = Vec::with_capacity(bytes.len());
        for byte in bytes {
            if *byte == b'\n' {
                sent.push(b'\r');
            }
            sent.push(*byte);
        }
        at.world.send(connection, &sent);
    }
}

impl Job for Netcat {
    fn poll(&mut self, at: &mut Machine) -> Option<i32> {
        loop {
            let ended = self.listen(at);
            if ended.is_some() || !self.is_connected {
                return ended;
            }
            if let Some(since) = self.since {
                let stays = self.stays?;
                if at.world.now() < since + stays {
                    at.wake_at(since + stays, false);
                    return None;
                }
                // What is on its way still comes.
                if !stays.is_zero() || at.world.is_quiet() {
                    self.abandon(at);
                    return Some(0);
                }
                return None;
            }
            // At a keyboard the next line is read when the last one has been answered.
            if at.is_terminal(0) && !at.world.is_quiet() {
                return None;
            }
            match at.read_input(Take::LINE) {
                Read::Wait => return None,
                Read::Bytes(bytes) => self.send(&bytes, at),
                Read::End | Read::Fault(_) => self.since = Some(at.world.now()),
            }
        }
    }

    fn signal(&mut self, _: u8, at: &mut Machine) -> bool {
        self.abandon(at);
        false
    }
}
