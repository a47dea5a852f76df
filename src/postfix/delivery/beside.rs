//! Mail for something beside Postfix on this host: lmtp(8) to Dovecot, pipe(8) to a program, a content
//! filter that hands back what it is given.

use std::sync::Arc;

use crate::dns::Dns;
use crate::postfix::delivery::dovecot::Dovecot;
use crate::postfix::delivery::pipe::Pipe;
use crate::postfix::delivery::program::{self, Ran};
use crate::postfix::delivery::report::{by_text, Agent};
use crate::postfix::neighbour::people::PEOPLE;
use crate::postfix::neighbour::Kind;
use crate::postfix::queue::file::{Addressee, QueueFile};
use crate::postfix::queue::history::Next;
use crate::postfix::queue::intake::Submission;
use crate::postfix::queue::outcome::{Outcome, Status};
use crate::postfix::server::Server;
use crate::smtp::bytes::encode;
use crate::time::Time;

/// What has come of a recipient, and who says so.
pub(super) struct Handed {
    pub(super) outcome: Outcome,
    pub(super) next: Option<Next>,
    /// The delivery agent.
    pub(super) program: &'static str,
    /// Where it has handed the mail, as the log names it.
    pub(super) relay: String,
}

impl Handed {
    /// Whether an LMTP server has had it.
    pub(super) fn is_lmtp(&self) -> bool {
        self.program == "lmtp" && self.relay != "none"
    }

    /// The agent for the log.
    pub(super) fn agent(&self) -> Agent<'_> {
        Agent {
            program: self.program,
            relay: &self.relay,
            spans: Default::default(),
        }
    }
}

/// A transport with a next hop, and the places of those who go there.
type Hop = ((String, String), Vec<usize>);

impl Server {
    /// Hands a message to what answers beside Postfix, and notes what has come of it; false where the way
    /// leads elsewhere.
    pub(super) fn settle_beside(
        &mut self,
        file: &QueueFile,
        place: usize,
        hop: (&str, &str),
        count: &mut usize,
        now: Time,
    ) -> bool {
        let recipient = file.recipients.get(place);
        let Some(recipient) = recipient.filter(|_| !file.trace.is_dry()) else {
            return false;
        };
        let Some(handed) = self.hand_beside(file, recipient, hop, count, now) else {
            return false;
        };
        self.settle_handed(file, place, &handed, hop.0, now);
        true
    }

    fn settle_handed(
        &mut self,
        file: &QueueFile,
        place: usize,
        handed: &Handed,
        transport: &str,
        now: Time,
    ) {
        let (outcome, next) = (handed.outcome.clone(), handed.next.clone());
        self.settle(&file.id, place, outcome, next, &handed.agent(), now);
        self.rename_last(transport);
    }

    /// Gives to programs and content filters what goes to one; the rest is for other hosts.
    pub(super) fn filter_remote(
        &mut self,
        file: &QueueFile,
        remote: &mut Vec<Hop>,
        dns: &Dns,
        now: Time,
    ) {
        remote.retain(|((transport, nexthop), places)| {
            if let Some(pipe) = self.pipe(transport) {
                for places in places.chunks(self.recipient_limit(transport)) {
                    let of = |place: &usize| file.recipients.get(*place);
                    let to: Vec<&Addressee> = places.iter().filter_map(of).collect();
                    let handed = self.run_pipe(file, &to, &pipe, nexthop, now);
                    for place in places {
                        self.settle_handed(file, *place, &handed, transport, now);
                    }
                }
                return false;
            }
            let handed = self.filter_beside(file, places, nexthop, dns, now);
            if let Some(handed) = &handed {
                for place in places {
                    self.settle_handed(file, *place, handed, transport, now);
                }
            }
            handed.is_none()
        });
    }

    /// local(8) passes a recipient to another transport.
    pub(super) fn pass(
        &mut self,
        file: &QueueFile,
        recipient: &Addressee,
        transport: &str,
        mut count: usize,
        now: Time,
    ) -> Option<Handed> {
        let (name, nexthop) = transport.split_once(':').unwrap_or((transport, ""));
        let (id, address) = (&file.id, &recipient.address);
        // Without a place of its own it goes where local itself was sent.
        let own = self.resolver().resolve(address);
        let nexthop = match &own {
            Ok(found) if nexthop.is_empty() => &found.nexthop,
            _ => nexthop,
        };
        let text = format!("{id}: passing <{address}> to transport={name}");
        self.log_as("local", now, text);
        match name {
            "discard" | "error" | "retry" => {
                let (outcome, program, warning) = by_text(name, nexthop);
                if let Some(text) = warning {
                    self.log_as(program, now, text);
                }
                Some(Handed {
                    outcome,
                    next: None,
                    program,
                    relay: "none".into(),
                })
            }
            "virtual" => {
                let (outcome, next) = self.put_into_virtual(file, recipient, now);
                Some(Handed {
                    outcome,
                    next,
                    program: "virtual",
                    relay: name.into(),
                })
            }
            _ => match self.pipe(name) {
                Some(pipe) if pipe.fault.is_some() => None,
                Some(pipe) => Some(self.run_pipe(file, &[recipient], &pipe, nexthop, now)),
                None => self.hand_beside(file, recipient, (name, nexthop), &mut count, now),
            },
        }
    }

    /// Hands a message for one recipient to what answers beside Postfix; `None` where the way leads to
    /// another host. `count` is how many have gone to Dovecot before it in this turn.
    fn hand_beside(
        &mut self,
        file: &QueueFile,
        recipient: &Addressee,
        (transport, nexthop): (&str, &str),
        count: &mut usize,
        now: Time,
    ) -> Option<Handed> {
        if !self.is_lmtp_client(transport) {
            return None;
        }
        let path = nexthop.strip_prefix("unix:");
        let host = &self.settings().myhostname;
        let relay = match path {
            Some(path) => format!("{host}[{path}]"),
            None => {
                let place = nexthop.strip_prefix("inet:")?;
                let (host, port) = place.rsplit_once(':')?;
                let host = host.trim_start_matches('[').trim_end_matches(']');
                format!("{host}[127.0.0.1]:{port}")
            }
        };
        let found = self.neighbours.at(nexthop);
        let Some(Kind::Lmtp) = found.map(|own| &own.kind) else {
            // A port may be another host's.
            path?;
            let why = format!("connect to {relay}: No such file or directory");
            return Some(Handed {
                outcome: Outcome::new(Status::Deferred, "4.4.1", why),
                next: None,
                program: "lmtp",
                relay: "none".into(),
            });
        };
        let is_told = found.is_some_and(|own| own.default == PEOPLE);
        let entries = found.map_or(Vec::new(), |own| own.entries.clone());
        let from = if path.is_some() { "local" } else { "127.0.0.1" };
        *count += 1;
        let dovecot = Dovecot {
            entries,
            is_told,
            from,
            relay: &relay,
            count: *count,
        };
        let (outcome, next) = dovecot.take(self, file, recipient, now);
        Some(Handed {
            outcome,
            next,
            program: "lmtp",
            relay,
        })
    }

    /// What Dovecot says when lmtp has gone.
    pub(super) fn leave_dovecot(&mut self, count: usize, now: Time) {
        if count > 0 {
            let pid = self.daemon("dovecot");
            let text = format!("lmtp({pid}): Disconnect from local: Logged out (state=READY)");
            self.log_as("dovecot", now, text);
        }
    }

    /// pipe(8): a program has a message for some recipients.
    fn run_pipe(
        &mut self,
        file: &QueueFile,
        recipients: &[&Addressee],
        pipe: &Pipe,
        nexthop: &str,
        now: Time,
    ) -> Handed {
        let path = pipe.program();
        let first = recipients.first().map_or("", |own| &own.address);
        let Ran { status, dsn, why } = match pipe.wants_one() {
            Some(flag) if recipients.len() > 1 => {
                let limit = format!("{}_destination_recipient_limit = 1", pipe.name);
                let text = format!("warning: pipe flag `{flag}' requires {limit}");
                self.log_as("pipe", now, text);
                program::config_error()
            }
            Some('D') if file.has_been_at(first) => Ran {
                status: Status::Bounced,
                dsn: "5.4.6".into(),
                why: format!("mail forwarding loop for {first}"),
            },
            _ if file.trace.is_dry() => Ran {
                why: format!("delivers to command: {path}"),
                ..program::ran("0", path)
            },
            _ if pipe.largest > 0 && file.size() > pipe.largest => Ran {
                status: Status::Bounced,
                dsn: "5.2.3".into(),
                why: "message too large".into(),
            },
            _ => self.run_program(file, recipients, pipe, nexthop, now),
        };
        let is_run = status == Status::Sent && !file.trace.is_dry();
        let why = match is_run {
            true => format!("delivered via {} service", pipe.name),
            false => why,
        };
        Handed {
            outcome: Outcome::new(status, &dsn, why),
            next: None,
            program: "pipe",
            relay: pipe.name.clone(),
        }
    }

    fn run_program(
        &mut self,
        file: &QueueFile,
        recipients: &[&Addressee],
        pipe: &Pipe,
        nexthop: &str,
        now: Time,
    ) -> Ran {
        let path = pipe.program();
        let Some(first) = recipients.first() else {
            return program::ran("0", path);
        };
        let text = pipe.message(file, first, now);
        let delimiters = self.resolver().delimiters();
        let command = match pipe.command(file, recipients, (nexthop, delimiters)) {
            Ok(command) => command.get(1..).unwrap_or_default().join(" ") + "\n",
            Err(why) => {
                self.log_as("pipe", now, format!("warning: {why}"));
                return program::config_error();
            }
        };
        let found = self.neighbours.at(&format!("pipe:{}", pipe.name));
        match found.map(|own| (own.kind.clone(), own)) {
            Some((Kind::Program, own)) => {
                let said = own.default.clone();
                let [input, words] =
                    ["stdin", "argv"].map(|what| own.entry(what).map(String::from));
                for (path, text) in [(input, text), (words, command)] {
                    if let Some(path) = path {
                        self.write_file(&path, &text);
                    }
                }
                program::ran(&said, path)
            }
            Some((Kind::Filter, _)) => {
                // It hands back by sendmail, as whoever runs it, and sendmail drops a first `From `.
                let to: Vec<String> = recipients.iter().map(|r| r.address.clone()).collect();
                let start = text.starts_with("From ").then(|| text.find('\n')).flatten();
                let content = text.get(start.map_or(0, |at| at + 1)..).unwrap_or("");
                let content = encode(content);
                let given = Submission {
                    uid: 65_534,
                    sender: &file.sender,
                    recipients: &to,
                    content: &content,
                    is_remote: true,
                    ..Submission::default()
                };
                self.submit(&given, now);
                program::ran("0", path)
            }
            _ => {
                let why = format!("fatal: pipe_command: execvp {path}: No such file or directory");
                self.log_as("pipe", now, why.clone());
                program::ran(&format!("75 pipe: {why}"), path)
            }
        }
    }

    /// Gives recipients of a message to a content filter at a port of this host, which hands them back
    /// to another port before it answers. `None` where there is no filter at that place.
    fn filter_beside(
        &mut self,
        file: &QueueFile,
        places: &[usize],
        nexthop: &str,
        dns: &Dns,
        now: Time,
    ) -> Option<Handed> {
        let (host, port) = nexthop.rsplit_once(':')?;
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let found = self.neighbours.at(&format!("inet:{host}:{port}"))?;
        let Kind::Filter = found.kind else {
            return None;
        };
        let back: u16 = found.by.parse().ok()?;
        let recipients = places
            .iter()
            .filter_map(|place| file.recipients.get(*place));
        let recipients: Vec<&Addressee> = recipients.collect();
        let sender = recipients.first().map(|first| file.sender_to(first));
        let recipients: Vec<&str> = recipients.iter().map(|r| r.address.as_str()).collect();
        let sender = sender.unwrap_or_default();
        let (reply, id) = self.hand_back(&sender, &recipients, &file.text, back, dns, now);
        if let Some(id) = &id {
            self.descends(id, &file.lineage, now);
        }
        let (code, rest) = reply.split_once(' ').unwrap_or((&reply, ""));
        let dsn = rest.split(' ').next().unwrap_or("").to_string();
        let text = format!("{code} {dsn} from MTA(smtp:[127.0.0.1]:{back}): {reply}");
        let relay = format!("{host}[127.0.0.1]:{port}");
        let outcome = match code.chars().next() {
            Some('2') => Outcome::new(Status::Sent, "2.0.0", text),
            first => {
                let status = if first == Some('5') {
                    Status::Bounced
                } else {
                    Status::Deferred
                };
                let why = format!(
                    "host {host}[127.0.0.1] said: {text} (in reply to end of DATA command)"
                );
                Outcome::new(status, &dsn, why)
            }
        };
        Some(Handed {
            outcome,
            next: id.map(|id: Arc<str>| Next::Queue(id)),
            program: "smtp",
            relay,
        })
    }
}
