//! Mail for something beside Postfix on this host: lmtp(8) to Dovecot, pipe(8) to a program, a content
//! filter that hands back what it is given.

use std::sync::Arc;

use crate::dns::Dns;
use crate::postfix::delivery::dovecot::Dovecot;
use crate::postfix::delivery::program::{self, Ran};
use crate::postfix::delivery::report::{by_text, Agent};
use crate::postfix::neighbour::Kind;
use crate::postfix::queue::file::{Addressee, QueueFile};
use crate::postfix::queue::history::Next;
use crate::postfix::queue::intake::Submission;
use crate::postfix::queue::outcome::{Outcome, Status};
use crate::postfix::server::Server;
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

    /// Gives to content filters what goes to one; the rest is for other hosts.
    pub(super) fn filter_remote(
        &mut self,
        file: &QueueFile,
        remote: &mut Vec<Hop>,
        dns: &Dns,
        now: Time,
    ) {
        remote.retain(|((transport, nexthop), places)| {
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
            _ => self.hand_beside(file, recipient, (name, nexthop), &mut count, now),
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
        if let Some(program) = self.pipe(transport) {
            return Some(self.run_beside(file, recipient, transport, &program, now));
        }
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
        let entries = found.map_or(Vec::new(), |own| own.entries.clone());
        let from = if path.is_some() { "local" } else { "127.0.0.1" };
        *count += 1;
        let dovecot = Dovecot {
            entries,
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

    fn run_beside(
        &mut self,
        file: &QueueFile,
        recipient: &Addressee,
        transport: &str,
        path: &str,
        now: Time,
    ) -> Handed {
        let found = self.neighbours.at(&format!("pipe:{transport}"));
        let ran = match found.map(|own| (&own.kind, own.default.clone())) {
            Some((Kind::Program, said)) => program::ran(&said, path),
            Some((Kind::Filter, _)) => {
                // It hands back by sendmail, as whoever runs it.
                let recipients = [recipient.address.clone()];
                let given = Submission {
                    uid: 65_534,
                    sender: &file.sender,
                    recipients: &recipients,
                    content: &file.text,
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
        };
        let Ran { status, dsn, why } = ran;
        let why = match status {
            Status::Sent => format!("delivered via {transport} service"),
            _ => why,
        };
        Handed {
            outcome: Outcome::new(status, &dsn, why),
            next: None,
            program: "pipe",
            relay: transport.into(),
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
        let recipients: Vec<&str> = recipients.map(|r| r.address.as_str()).collect();
        let (reply, id) = self.hand_back(&file.sender, &recipients, &file.text, back, dns, now);
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
