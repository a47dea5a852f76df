//! ping, as Debian's iputils has it: an echo a second, until it has enough or Ctrl-C.

use std::time::Duration;

use crate::network::Port;
use crate::time::{micros, millis, Time};
use crate::workstation::programs::address::addresses;
use crate::workstation::programs::io::signal;
use crate::workstation::programs::job::Job;
use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::output::Output;
use crate::workstation::programs::table::Program;

/// How late it may be and still send all that was due.
const ASLEEP: Duration = Duration::from_secs(60);

/// The program of this file.
pub const PROGRAMS: &[Program] = &[Program::job(
    "ping",
    start,
    "[-c COUNT] HOST|Sends an echo each second until Ctrl-C.",
)];

fn start(arguments: &[&str], at: &mut Machine) -> Result<Box<dyn Job>, Output> {
    let (mut ping, opening) = Ping::start(arguments, at)?;
    ping.opening = Some(opening);
    Ok(Box::new(ping))
}

impl Job for Ping {
    fn poll(&mut self, at: &mut Machine) -> Option<i32> {
        if let Some(opening) = self.opening.take() {
            at.print(&opening);
        }
        let (text, ended) = self.advance(at);
        at.print(&text);
        ended
    }

    fn signal(&mut self, number: u8, at: &mut Machine) -> bool {
        if number != signal::INT {
            return false;
        }
        let text = self.end();
        at.print(&text);
        // It ends by itself, with the status of what it has seen.
        self.count = 0;
        self.is_stopped = true;
        true
    }
}

/// Echoes on their way.
#[derive(Debug)]
struct Ping {
    opening: Option<String>,
    is_stopped: bool,
    name: String,
    addr: String,
    count: u64,
    sent: u64,
    /// The host throws away what it does not expect.
    is_silent: bool,
    /// From here to there.
    latency: Duration,
    begun: Time,
    next: Time,
}

impl Ping {
    /// Starts it, or says why not.
    fn start(arguments: &[&str], at: &mut Machine) -> Result<(Ping, String), Output> {
        let mut name = None;
        let own = at.host;
        let mut count = u64::MAX;
        let mut is_six = None;
        let mut words = arguments.iter();
        while let Some(word) = words.next() {
            // A value may stand in the word of its option.
            let (option, value) = word.split_at_checked(2).unwrap_or((word, ""));
            let mut value = || match value {
                "" => words.next().copied().unwrap_or(""),
                value => value,
            };
            match option.strip_prefix('-') {
                Some("c") => {
                    let wanted = value();
                    count = wanted.parse().map_err(|_| {
                        Output::bad(format!("ping: invalid argument: '{wanted}'"), 1)
                    })?;
                }
                Some("i" | "W" | "w" | "s" | "t" | "I") => {
                    value();
                }
                Some(family @ ("4" | "6")) => is_six = Some(family == "6"),
                Some("n" | "q" | "v" | "O") => {}
                Some(odd) => {
                    let odd = odd.chars().next().unwrap_or('-');
                    return Err(Output::bad(format!("ping: invalid option -- '{odd}'"), 2));
                }
                None => name = Some(*word),
            }
        }
        let Some(name) = name else {
            let why = "ping: usage error: Destination address required";
            return Err(Output::bad(why, 1));
        };
        let found = addresses(at.world, own, name).into_iter().next();
        let world = &*at.world;
        let Some(addr) = found else {
            return Err(Output::bad(
                format!("ping: {name}: Name or service not known"),
                2,
            ));
        };
        if is_six.is_some_and(|six| six != addr.contains(':')) {
            let why = format!("ping: {name}: Address family for hostname not supported");
            return Err(Output::bad(why, 2));
        }
        let is_own = addr.starts_with("127.")
            || addr == "::1"
            || world.host(own).is_some_and(|h| h.addresses.contains(&addr));
        let host = world.hosts.iter().find(|h| h.addresses.contains(&addr));
        let is_filtered = |(_, port): &(u16, Port)| matches!(port, Port::Filtered);
        let is_silent = !is_own && host.is_none_or(|host| host.ports.iter().any(is_filtered));
        let opening = match addr.contains(':') {
            true => format!("PING {name}({addr}) 56 data bytes\n"),
            false => format!("PING {name} ({addr}) 56(84) bytes of data.\n"),
        };
        let now = world.now();
        let ping = Ping {
            opening: None,
            is_stopped: false,
            name: name.into(),
            addr,
            count,
            sent: 0,
            is_silent,
            latency: if is_own {
                Duration::ZERO
            } else {
                world.latency
            },
            begun: now,
            next: now,
        };
        Ok((ping, opening))
    }

    /// Sends what is due; what is shown, and the exit status once it has sent all.
    fn advance(&mut self, at: &mut Machine) -> (String, Option<i32>) {
        if self.is_stopped {
            return (String::new(), Some(self.status()));
        }
        let mut text = String::new();
        let now = at.world.now();
        while self.sent < self.count && self.next <= now {
            self.sent += 1;
            self.next = self.next + Duration::from_secs(1);
            if now - self.next > ASLEEP {
                // The machine has slept, and ping with it.
                self.next = now + Duration::from_secs(1);
            }
            if !self.is_silent {
                let from = match self.name == self.addr {
                    true => self.addr.clone(),
                    false => format!("{} ({})", self.name, self.addr),
                };
                text.push_str(&format!(
                    "64 bytes from {from}: icmp_seq={} ttl=64 time={:.*} ms\n",
                    self.sent,
                    if self.latency.is_zero() { 5 } else { 4 },
                    took(self.latency)
                ));
            }
        }
        if self.sent < self.count {
            at.wake_at(self.next, self.count == u64::MAX);
            return (text, None);
        }
        (text + &self.end(), Some(self.status()))
    }

    /// How it went, as it says at the end.
    fn end(&self) -> String {
        let (received, loss) = match self.is_silent {
            true => (0, 100),
            false => (self.sent, 0),
        };
        let last = self.begun + Duration::from_secs(self.sent.saturating_sub(1));
        let mut text = format!(
            "\n--- {} ping statistics ---\n{} packets transmitted, {received} received, {loss}% packet loss, time {}ms\n",
            self.name,
            self.sent,
            millis(last - self.begun)
        );
        match self.is_silent {
            true => text.push('\n'),
            false => {
                let rtt = took(self.latency);
                text.push_str(&format!(
                    "rtt min/avg/max/mdev = {rtt}/{rtt}/{rtt}/0.000 ms\n"
                ));
            }
        }
        text
    }

    /// Its exit status.
    fn status(&self) -> i32 {
        i32::from(self.is_silent)
    }
}

/// There and back, in milliseconds.
fn took(latency: Duration) -> String {
    let micros = 2 * micros(latency) + 45;
    format!("{}.{:03}", micros / 1_000, micros % 1_000)
}
