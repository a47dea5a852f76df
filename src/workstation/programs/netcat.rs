//! nc, as Debian's netcat-openbsd 1.219 has it: what comes in goes out, and back.

use std::time::Duration;

use crate::dns::numeric;
use crate::network::{ConnectionId, Event};
use crate::smtp::bytes::decode;
use crate::time::Time;
use crate::workstation::programs::address::{addresses, port, service};
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
    Program::job("nc", |words, at| start("nc", words, at), HELP),
    Program::job("netcat", |words, at| start("netcat", words, at), HELP),
];

const HELP: &str = "[-C] [-N] [-n] [-v] [-z] [-q SECONDS] [-w SECONDS] HOST PORT|Sends its input to a port and shows what comes back.";

/// A running nc.
#[derive(Debug)]
struct Netcat {
    program: &'static str,
    host: String,
    port: u16,
    /// Those that come after that one.
    ports: Vec<u16>,
    is_numeric: bool,
    /// One of the ports was open.
    has_found: bool,
    address: String,
    untried: Vec<String>,
    connection: Option<ConnectionId>,
    is_connected: bool,
    verbose: bool,
    only_looks: bool,
    crlf: bool,
    /// How long it stays after the end of its input; for ever where nothing is said.
    stays: Option<Duration>,
    /// After so long without a word it gives up.
    silence: Option<Duration>,
    heard: Time,
    /// Its input has ended.
    since: Option<Time>,
    /// What it has read while it connects.
    unsent: Vec<u8>,
}

/// Options that are followed by a value.
const VALUES: &str = "IiMmOPpqsTVWwXx";

fn start(
    program: &'static str,
    arguments: &[&str],
    at: &mut Machine,
) -> Result<Box<dyn Job>, Output> {
    let mut nc = Netcat {
        program,
        host: String::new(),
        port: 0,
        ports: Vec::new(),
        is_numeric: false,
        has_found: false,
        address: String::new(),
        untried: Vec::new(),
        connection: None,
        is_connected: false,
        verbose: false,
        only_looks: false,
        crlf: false,
        stays: None,
        silence: None,
        heard: at.world.now(),
        since: None,
        unsent: Vec::new(),
    };
    let fail = |text: &str| Output::bad(format!("{program}: {text}"), 1);
    let usage = || Output::bad(USAGE.trim_end(), 1);
    let mut names = Vec::new();
    let mut seen = String::new();
    let mut words = arguments.iter().copied();
    while let Some(word) = words.next() {
        let Some(letters) = word.strip_prefix('-').filter(|l| !l.is_empty()) else {
            names.push(word);
            continue;
        };
        for (place, letter) in letters.char_indices() {
            if !"46CDdFhklNnrStUuvZz".contains(letter) && !VALUES.contains(letter) {
                let text = format!("invalid option -- '{letter}'\n{USAGE}");
                return Err(fail(text.trim_end()));
            }
            seen.push(letter);
            if !VALUES.contains(letter) {
                continue;
            }
            let rest = letters.get(place + 1..).unwrap_or("");
            let value = if rest.is_empty() {
                words.next()
            } else {
                Some(rest)
            };
            let Some(value) = value else {
                let text = format!("option requires an argument -- '{letter}'\n{USAGE}");
                return Err(fail(text.trim_end()));
            };
            let what = match letter {
                'q' => "quit timer",
                'w' => "timeout",
                'i' => "interval",
                _ => "",
            };
            let seconds = value.parse::<i64>();
            match seconds {
                _ if what.is_empty() => {}
                Err(_) => return Err(fail(&format!("{what} invalid: {value}"))),
                Ok(seconds) => {
                    let span = u64::try_from(seconds).ok();
                    let span = span.map(|s| Duration::from_secs(s.min(9_999_999)));
                    match letter {
                        'q' => nc.stays = span,
                        'w' => nc.silence = span,
                        _ => {}
                    }
                }
            }
            break;
        }
    }
    let has = |letter| seen.contains(letter);
    (nc.verbose, nc.only_looks) = (has('v'), has('z'));
    (nc.crlf, nc.is_numeric) = (has('C'), has('n'));
    if has('N') {
        nc.stays = Some(Duration::ZERO);
    }
    if has('h') {
        return Err(Output::bad(
            format!(
                "OpenBSD netcat (Debian patchlevel 1.219-1)\n{}",
                USAGE.trim_end()
            ),
            0,
        ));
    }
    if has('k') && !has('l') {
        return Err(fail("must use -l with -k"));
    }
    if has('l') {
        return Err(match names.as_slice() {
            [] => fail("missing port number"),
            _ => fail("nothing can be made to listen here (-l); mail servers are what answers"),
        });
    }
    if let Some(odd) = ["U", "u"].into_iter().find(|o| seen.contains(o)) {
        return Err(fail(&format!("here there is TCP alone, without -{odd}")));
    }
    let (host, services) = match names.as_slice() {
        [] => return Err(usage()),
        [_] => return Err(fail("missing port number")),
        [host, services @ ..] => (*host, services),
    };
    nc.host = host.into();
    for name in services {
        let number = |name: &str| {
            if !name.is_empty() && name.bytes().all(|b| b.is_ascii_digit()) {
                return match name.parse::<u32>().unwrap_or(u32::MAX) {
                    0 => Err(fail(&format!("port number too small: {name}"))),
                    number => u16::try_from(number)
                        .map_err(|_| fail(&format!("port number too large: {name}"))),
                };
            }
            let found = port(at.world, at.host, name).filter(|_| !nc.is_numeric);
            found.ok_or_else(|| fail(&format!("port number invalid: {name}")))
        };
        let range = name.split_once('-');
        match range.filter(|_| name.starts_with(|c: char| c.is_ascii_digit())) {
            Some((first, last)) => {
                let (first, last) = (number(first)?, number(last)?);
                nc.ports.extend(first.min(last)..=first.max(last));
            }
            None => nc.ports.push(number(name)?),
        }
    }
    nc.ports.reverse();
    nc.untried = found(&nc, has('6'), has('4'), at);
    if nc.untried.is_empty() {
        let service = services.first().copied().unwrap_or("");
        let text =
            format!("getaddrinfo for host \"{host}\" port {service}: Name or service not known");
        return Err(fail(&text));
    }
    nc.next_port(at);
    nc.hurry(at);
    Ok(Box::new(nc))
}

/// The addresses of the host, the last to be tried first.
fn found(nc: &Netcat, six: bool, four: bool, at: &Machine) -> Vec<String> {
    if nc.is_numeric && numeric(&nc.host).is_none() {
        return Vec::new();
    }
    let mut found = addresses(at.world, at.host, &nc.host);
    found.retain(|a| if a.contains(':') { !four } else { !six });
    found.reverse();
    found
}

impl Netcat {
    /// Goes on with the next port; whether there is one.
    fn next_port(&mut self, at: &mut Machine) -> bool {
        let Some(port) = self.ports.pop() else {
            return false;
        };
        self.port = port;
        if self.untried.is_empty() {
            self.untried = found(self, false, false, at);
        }
        self.heard = at.world.now();
        self.try_next(at)
    }

    fn try_next(&mut self, at: &mut Machine) -> bool {
        let Some(address) = self.untried.pop() else {
            return false;
        };
        self.connection = Some(at.world.connect(at.host, &address, self.port));
        self.address = address;
        if self.since.is_some() {
            self.send(&self.unsent, at);
        }
        true
    }

    /// Reads a file, or what a pipe has, while it connects. Where that is all there is, it goes out
    /// with the connection: the server has it before it greets. Who is still writing is not so
    /// quick.
    fn hurry(&mut self, at: &mut Machine) {
        let has_all = self.since.is_some() || self.only_looks || at.is_terminal(0);
        while !has_all && self.connection.is_some() && self.unsent.len() < BUFFER.most {
            match at.read_input(BUFFER) {
                Read::Wait => return,
                Read::Bytes(bytes) => self.unsent.extend(bytes),
                Read::End | Read::Fault(_) => {
                    self.since = Some(at.world.now());
                    return self.send(&self.unsent, at);
                }
            }
        }
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

    /// Nothing has been heard for as long as -w says.
    fn give_up(&mut self, at: &mut Machine) -> Option<i32> {
        self.abandon(at);
        if self.is_connected {
            return Some(0);
        }
        if self.verbose {
            let (shown, port) = (self.shown(), self.port);
            let program = self.program;
            at.complain(&format!(
                "{program}: connect to {shown} port {port} (tcp) timed out: Operation now in progress\n"
            ));
        }
        let goes_on = self.try_next(at) || self.next_port(at);
        self.heard = at.world.now();
        (!goes_on).then_some(i32::from(!self.has_found))
    }

    /// What has come from the other end; its exit status once it has ended.
    fn listen(&mut self, at: &mut Machine) -> Option<i32> {
        while let Some(event) = self.connection.and_then(|c| at.world.receive(c)) {
            match event {
                Event::Connected => {
                    self.is_connected = true;
                    self.heard = at.world.now();
                    let unsent = std::mem::take(&mut self.unsent);
                    match &mut self.since {
                        Some(since) => *since = self.heard,
                        None => self.send(&unsent, at),
                    }
                    if self.verbose {
                        let service = match self.is_numeric {
                            true => None,
                            false => service(at.world, at.host, self.port),
                        };
                        let service = service.unwrap_or_else(|| "*".into());
                        at.complain(&format!(
                            "Connection to {} {} port [tcp/{service}] succeeded!\n",
                            self.shown(),
                            self.port
                        ));
                    }
                    if self.only_looks {
                        self.abandon(at);
                        self.has_found = true;
                        self.is_connected = false;
                        self.untried.clear();
                        if !self.next_port(at) {
                            return Some(0);
                        }
                    }
                }
                Event::Refused | Event::TimedOut => {
                    let why = match event {
                        Event::Refused => "Connection refused",
                        _ => "Connection timed out",
                    };
                    if self.verbose {
                        at.complain(&format!(
                            "{}: connect to {} port {} (tcp) failed: {why}\n",
                            self.program,
                            self.shown(),
                            self.port
                        ));
                    }
                    self.connection = None;
                    if !self.try_next(at) && !self.next_port(at) {
                        return Some(i32::from(!self.has_found));
                    }
                }
                Event::Data(_) if self.only_looks => {}
                Event::Data(bytes) => {
                    self.heard = at.world.now();
                    at.say(Voice::Server, &decode(&bytes));
                }
                // Only who begins a handshake gets one.
                Event::TlsStarted => {}
                Event::Closed => return Some(0),
            }
        }
        None
    }

    fn send(&self, bytes: &[u8], at: &mut Machine) {
        let Some(connection) = self.connection else {
            return;
        };
        if bytes.is_empty() {
            return;
        }
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

/// How many times something is sent before others have their turn.
const AT_ONCE: usize = 500;

/// How much it reads at once where nobody types.
const BUFFER: Take = Take {
    most: 16_384,
    until: None,
};

impl Job for Netcat {
    fn poll(&mut self, at: &mut Machine) -> Option<i32> {
        for _ in 0..AT_ONCE {
            let ended = self.listen(at);
            if ended.is_some() {
                return ended;
            }
            if let Some(silence) = self.silence.filter(|s| !s.is_zero()) {
                let until = self.heard + silence;
                if at.world.now() >= until {
                    let ended = self.give_up(at);
                    if ended.is_some() {
                        return ended;
                    }
                    continue;
                }
                at.wake_at(until, false);
            }
            let types = at.is_terminal(0);
            if !self.is_connected {
                self.hurry(at);
                return None;
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
            if types && !at.world.is_quiet() {
                return None;
            }
            match at.read_input(if types { Take::LINE } else { BUFFER }) {
                Read::Wait => return None,
                Read::Bytes(bytes) => self.send(&bytes, at),
                Read::End | Read::Fault(_) => self.since = Some(at.world.now()),
            }
        }
        None
    }

    fn signal(&mut self, _: u8, at: &mut Machine) -> bool {
        self.abandon(at);
        false
    }
}
