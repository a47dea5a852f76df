//! What has happened between the learner's programs and servers, and what programs have looked at:
//! values for who judges it (a lesson). Nothing is kept unless somebody has asked for it.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::Arc;

use crate::network::connection::Packet;
use crate::network::id::ConnectionId;
use crate::smtp::client::Client;
use crate::smtp::envelope::Message;
use crate::smtp::envelope::Sasl;
use crate::smtp::reply::Reply;
use crate::smtp::session::Session;
use crate::time::Time;

/// How much those who judge may not have asked for yet.
const FACTS: usize = 50_000;

/// Connections of which something is remembered until it is needed.
const KNOWN: usize = 1_000;

/// Something that has happened.
#[derive(Clone, Debug)]
pub enum Fact {
    /// A program has connected, or tried to, or its connection has ended.
    Connection {
        /// Whither.
        to: Arc<Target>,
        /// What came of it.
        outcome: Outcome,
    },
    /// A line was sent to a server.
    Said {
        /// The server's host.
        host: Arc<Target>,
        /// The line without its end.
        line: String,
        /// It is part of a message.
        is_content: bool,
    },
    /// A server has replied.
    Exchange(Box<Exchange>),
    /// A server has accepted a message.
    Queued {
        /// The server's host.
        host: String,
        /// The message with its envelope.
        message: Arc<Message>,
    },
    /// A program has read a file.
    Read {
        /// Where it is.
        host: String,
        /// Its path.
        path: String,
    },
    /// A program has ended.
    Ended {
        /// Its words, its name first.
        words: Rc<[String]>,
        /// Its status.
        status: i32,
    },
}

/// What a program has connected to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Target {
    /// The host that has this address; empty where none has.
    pub host: String,
    /// The address.
    pub address: String,
    /// The port.
    pub port: u16,
}

/// What came of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was opened.
    Open,
    /// Nothing listens there.
    Refused,
    /// Nobody has answered.
    TimedOut,
    /// It has ended.
    Closed,
}

/// A reply, what it answers, and what the session knows after it.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// The server.
    pub to: Arc<Target>,
    /// The line that is answered; `None` for the banner and what is said unasked.
    pub line: Option<String>,
    /// That line ends a message.
    pub is_content: bool,
    /// The reply.
    pub reply: Reply,
    /// The client, as the server knows it.
    pub client: Arc<Client>,
    /// The name given with HELO or EHLO.
    pub helo: Option<Arc<str>>,
    /// `SMTP` or `ESMTP`.
    pub protocol: &'static str,
    /// The sender of the transaction in progress.
    pub sender: Option<Arc<str>>,
    /// Its recipients.
    pub recipients: Vec<Arc<str>>,
    /// The connection speaks TLS.
    pub tls: bool,
    /// Who has authenticated.
    pub sasl: Option<Sasl>,
}

/// What is known of a connection.
#[derive(Debug)]
struct Known {
    id: ConnectionId,
    to: Arc<Target>,
    /// The line that has not been answered yet.
    line: Option<(String, bool)>,
}

/// What is kept.
#[derive(Debug, Default)]
pub(in crate::network) struct Record {
    is_on: bool,
    // Files are read through a shared world.
    facts: RefCell<VecDeque<(Time, Fact)>>,
    known: VecDeque<Known>,
}

impl Record {
    /// From here on facts are kept.
    pub(in crate::network) fn begin(&mut self) {
        self.is_on = true;
    }

    /// The next fact, and when it was.
    pub(in crate::network) fn take(&mut self) -> Option<(Time, Fact)> {
        self.facts.get_mut().pop_front()
    }

    fn keep(&self, at: Time, fact: Fact) {
        if let Ok(mut facts) = self.facts.try_borrow_mut() {
            if facts.len() >= FACTS {
                facts.pop_front();
            }
            facts.push_back((at, fact));
        }
    }

    fn known(&mut self, id: ConnectionId) -> Option<&mut Known> {
        self.known.iter_mut().rev().find(|known| known.id == id)
    }

    /// A program connects.
    pub(in crate::network) fn dial(
        &mut self,
        id: ConnectionId,
        host: Option<&str>,
        address: &str,
        port: u16,
    ) {
        if !self.is_on {
            return;
        }
        if self.known.len() >= KNOWN {
            self.known.pop_front();
        }
        let to = Arc::new(Target {
            host: host.unwrap_or("").into(),
            address: address.into(),
            port,
        });
        self.known.push_back(Known { id, to, line: None });
    }

    /// Something has come to the client of a connection.
    pub(in crate::network) fn came(
        &mut self,
        id: ConnectionId,
        packet: &Packet,
        is_watched: bool,
        at: Time,
    ) {
        if !self.is_on {
            return;
        }
        let outcome = match packet {
            Packet::Opened => Outcome::Open,
            Packet::Refused => Outcome::Refused,
            Packet::TimedOut => Outcome::TimedOut,
            Packet::Closed | Packet::HungUp => Outcome::Closed,
            _ => return,
        };
        let Some(place) = self.known.iter().rposition(|known| known.id == id) else {
            return;
        };
        let to = match outcome {
            Outcome::Open => self.known.get(place).map(|known| known.to.clone()),
            _ => self.known.remove(place).map(|known| known.to),
        };
        if let Some(to) = to.filter(|_| is_watched) {
            self.keep(at, Fact::Connection { to, outcome });
        }
    }

    /// A client has said a line.
    pub(in crate::network) fn said(
        &mut self,
        id: ConnectionId,
        line: &str,
        is_content: bool,
        at: Time,
    ) {
        if !self.is_on {
            return;
        }
        let Some(known) = self.known(id) else {
            return;
        };
        known.line = Some((line.into(), is_content));
        let host = known.to.clone();
        let line = line.into();
        self.keep(
            at,
            Fact::Said {
                host,
                line,
                is_content,
            },
        );
    }

    /// A server has replied.
    pub(in crate::network) fn replied(
        &mut self,
        id: ConnectionId,
        session: &Session,
        reply: &Reply,
        at: Time,
    ) {
        if !self.is_on {
            return;
        }
        let Some(known) = self.known(id) else {
            return;
        };
        let to = known.to.clone();
        let (line, is_content) = known.line.take().unzip();
        let facts = session.facts();
        let recipients = session.message().into_iter().flat_map(|m| &m.recipients);
        let exchange = Exchange {
            to,
            line,
            is_content: is_content.unwrap_or(false),
            reply: reply.clone(),
            client: facts.client.clone(),
            helo: facts.helo.clone(),
            protocol: facts.protocol,
            sender: facts.sender.clone(),
            recipients: recipients.map(|r| r.address.clone()).collect(),
            tls: facts.tls,
            sasl: facts.sasl.clone(),
        };
        self.keep(at, Fact::Exchange(Box::new(exchange)));
    }

    /// A server has accepted a message.
    pub(in crate::network) fn queued(&mut self, host: &str, message: &Arc<Message>, at: Time) {
        if self.is_on {
            let (host, message) = (host.into(), message.clone());
            self.keep(at, Fact::Queued { host, message });
        }
    }

    /// A program has read a file.
    pub(in crate::network) fn read(&self, host: &str, path: &str, at: Time) {
        if self.is_on {
            let (host, path) = (host.to_string(), path.to_string());
            self.keep(at, Fact::Read { host, path });
        }
    }
    /// A program has ended.
    pub(in crate::network) fn ended(&mut self, words: Rc<[String]>, status: i32, at: Time) {
        if self.is_on {
            self.keep(at, Fact::Ended { words, status });
        }
    }
}
