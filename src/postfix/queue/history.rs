//! What has become of each message, as values that are recorded where it happens. The log says the
//! same, and more, in words for people.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::postfix::queue::outcome::Outcome;
use crate::time::Time;

/// How much is remembered; the oldest is forgotten first.
const REMEMBERED: usize = 10_000;

/// What happened to a message on one host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hop {
    /// When.
    pub at: Time,
    /// The message's queue ID on this host.
    pub id: Arc<str>,
    /// What.
    pub what: Happened,
}

/// What can happen to a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Happened {
    /// It has come: from a client, `name[address]`, or from a person on this host.
    Taken {
        /// Who brought it.
        from: String,
    },
    /// cleanup has put others in a recipient's place.
    Expanded {
        /// The recipient.
        recipient: String,
        /// The others.
        into: Vec<String>,
    },
    /// It was tried to deliver it.
    Tried {
        /// To whom.
        recipient: String,
        /// Through which agent or host, as the log names it.
        relay: String,
        /// What came of it.
        outcome: Outcome,
        /// Where it is now.
        next: Option<Next>,
    },
    /// Its sender, or the postmaster, was told of that.
    Told {
        /// What it is called: `sender non-delivery notification`.
        notice: &'static str,
        /// The queue ID of the notification.
        id: Arc<str>,
    },
    /// Too many messages have come of one; this one waits for somebody to look at it.
    Stopped,
}

/// Where a message went on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// It lies in this mailbox or file.
    File(String),
    /// It is in a queue file of its own on this host.
    Queue(Arc<str>),
    /// Another host has it.
    Host {
        /// That host's name in the network.
        host: String,
        /// Its queue ID there.
        id: Arc<str>,
    },
}

/// All that is remembered of the messages of a host, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    hops: VecDeque<Hop>,
    /// How many have been forgotten.
    forgotten: usize,
}

impl History {
    /// Remembers.
    pub fn note(&mut self, id: &Arc<str>, what: Happened, at: Time) {
        if self.hops.len() >= REMEMBERED {
            self.hops.pop_front();
            self.forgotten += 1;
        }
        let id = Arc::clone(id);
        self.hops.push_back(Hop { at, id, what });
    }

    /// What happened to one message, in order.
    pub fn of<'a>(&'a self, id: &'a str) -> impl Iterator<Item = &'a Hop> {
        self.hops.iter().filter(move |hop| &*hop.id == id)
    }

    /// How much has ever happened.
    pub fn count(&self) -> usize {
        self.forgotten + self.hops.len()
    }

    /// What has happened since there were so many, in order.
    pub fn since(&self, count: usize) -> impl Iterator<Item = &Hop> {
        self.hops.iter().skip(count.saturating_sub(self.forgotten))
    }

    /// Which host or agent had the last attempt for a recipient.
    pub fn relay<'a>(&'a self, id: &'a str, to: &str) -> &'a str {
        let mut found = "none";
        for hop in self.of(id) {
            if let Happened::Tried {
                recipient, relay, ..
            } = &hop.what
            {
                if recipient == to {
                    found = relay;
                }
            }
        }
        found
    }

    /// The messages of which anything is known; one may come more than once.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.hops.iter().map(|hop| &*hop.id)
    }

    /// Whether anything is known of a message.
    pub fn knows(&self, id: &str) -> bool {
        self.of(id).next().is_some()
    }
}
