//! A queue file: a message, with the recipients that are still to be served.

use std::sync::Arc;
use std::time::Duration;

use crate::postfix::queue::lineage::Lineage;
use crate::postfix::queue::outcome::{Outcome, Status};
use crate::smtp::envelope::{Body, ForwardPath, Notify, Ret};
use crate::time::Time;

/// In which folder a queue file lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// It has just come.
    Incoming,
    /// It is being delivered.
    Active,
    /// It waits to be tried again.
    Deferred,
    /// A program has left it, and cleanup would not take it yet.
    Maildrop,
    /// It waits for the administrator (`postsuper -h`).
    Hold,
    /// It is thrown away before it is in any folder.
    Discarded,
}

impl Place {
    /// Whether its time will come by itself.
    pub fn is_waiting(self) -> bool {
        matches!(self, Place::Incoming | Place::Deferred | Place::Maildrop)
    }

    /// The name of the folder.
    pub fn name(self) -> &'static str {
        match self {
            Place::Incoming => "incoming",
            Place::Active => "active",
            Place::Deferred => "deferred",
            Place::Hold => "hold",
            Place::Maildrop => "maildrop",
            Place::Discarded => "",
        }
    }
}

/// What its sender has asked to be told of each attempt (`sendmail -v`, `-bv`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Trace {
    /// Nothing.
    #[default]
    No,
    /// How the delivery went.
    Record,
    /// How it would go; nothing is delivered.
    Verify,
    /// The same, and verify(8) hears of it instead of the sender.
    Probe,
}

impl Trace {
    /// Whether nothing is delivered.
    pub fn is_dry(self) -> bool {
        matches!(self, Trace::Verify | Trace::Probe)
    }
}

/// One recipient of a queue file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addressee {
    /// Where the message goes now, in internal form.
    pub address: String,
    /// What it was before aliases.
    pub original: String,
    /// `ORCPT=` or what RCPT said.
    pub dsn_original: String,
    /// `NOTIFY=`.
    pub notify: Option<Notify>,
    /// Why it has not been delivered yet.
    pub reason: Option<Outcome>,
    /// It has been delivered or returned.
    pub is_done: bool,
    /// It is no record of the queue file: it stands for what an alias has led to, until that has
    /// been told.
    pub is_note: bool,
}

impl Addressee {
    /// One whose turn is still to come.
    pub fn new(path: &ForwardPath) -> Addressee {
        Addressee {
            address: path.address.clone(),
            original: path.original.clone(),
            dsn_original: path.dsn_original.clone(),
            notify: path.notify,
            reason: None,
            is_done: false,
            is_note: false,
        }
    }

    /// One that virtual aliases have replaced by others, which its sender wants to hear of.
    pub fn expanded(path: &ForwardPath) -> Addressee {
        let expanded = Outcome::new(Status::Sent, "2.0.0", "alias expanded");
        Addressee {
            is_done: true,
            is_note: true,
            reason: Some(Outcome {
                action: "expanded",
                ..expanded
            }),
            ..Addressee::new(path)
        }
    }

    /// What is known of it apart from its delivery.
    pub fn path(&self) -> ForwardPath {
        ForwardPath {
            address: self.address.clone(),
            original: self.original.clone(),
            dsn_original: self.dsn_original.clone(),
            notify: self.notify,
        }
    }
}

/// A message in the queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueFile {
    /// Its queue ID.
    pub id: Arc<str>,
    /// Where it lies.
    pub place: Place,
    /// When it came.
    pub arrival: Time,
    /// The sender, in internal form.
    pub sender: String,
    /// `ENVID=`.
    pub envid: Option<String>,
    /// `RET=`.
    pub ret: Option<Ret>,
    /// `BODY=`, or what a header says of it.
    pub body: Option<Body>,
    /// The addresses in its headers are made complete (`rewrite_context`).
    pub is_own: bool,
    /// Header and body, shared with everyone who has a copy.
    pub text: Arc<[u8]>,
    /// How many bytes of it Milters have added, which nobody counts, less what `line_length_limit` adds.
    pub added: u64,
    /// What postcat shows in front of the recipients.
    pub envelope: String,
    /// Its recipients.
    pub recipients: Vec<Addressee>,
    /// It goes to this address instead of to its recipients.
    pub redirect: Option<String>,
    /// It goes through this filter, `transport:destination`; in the maildrop folder, the full
    /// name of the person who has left it.
    pub filter: Option<String>,
    /// When it is due.
    pub due: Time,
    /// The next attempt is asked for (`postqueue -f`), whatever `defer_transports` says.
    pub is_flushed: bool,
    /// Since when its delivery agent does not start: it stays in the active queue, and is tried again.
    pub stalled: Option<Time>,
    /// It is returned at the next attempt (`postsuper -e`).
    pub is_expired: bool,
    /// It lies in the maildrop folder as the queue file that it was (`postsuper -r`).
    pub is_requeued: bool,
    /// What the sender hears of an attempt.
    pub trace: Trace,
    /// Who has handed it in, while it lies in the maildrop folder.
    pub uid: u32,
    /// The sender has been told that it takes long.
    pub is_warned: bool,
    /// How many messages have come of the same one.
    pub lineage: Lineage,
}

/// How the queue manager goes about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// `queue_run_delay`.
    pub run_delay: Duration,
    /// `minimal_backoff_time`.
    pub least: Duration,
    /// `maximal_backoff_time`.
    pub most: Duration,
    /// `maximal_queue_lifetime`.
    pub lifetime: Duration,
    /// `bounce_queue_lifetime`.
    pub bounce_lifetime: Duration,
    /// `delay_warning_time`.
    pub warning: Duration,
    /// `confirm_delay_cleared`.
    pub confirms: bool,
}

impl QueueFile {
    /// Whether it has bytes of eight bits.
    pub fn is_8bit(&self) -> bool {
        self.body == Some(Body::EightBitMime)
    }

    /// Whether its next turn is awaited.
    pub fn is_waiting(&self) -> bool {
        self.place.is_waiting() || self.stalled.is_some()
    }

    /// How long ago it has arrived, and how much of that it has waited in the active queue.
    pub fn delays(&self, now: Time) -> [Duration; 2] {
        let since = |time| now - time;
        [
            since(self.arrival),
            self.stalled.map(since).unwrap_or_default(),
        ]
    }

    /// The size that qmgr, mailq and postqueue give.
    pub fn size(&self) -> u64 {
        let content = crate::postfix::queue::text::size(&self.text).wrapping_sub(self.added);
        if self.place != Place::Maildrop || self.is_requeued {
            return content;
        }
        // There it is that of the whole file: a time, attributes, three marks.
        let record = |text: &str| 2 + text.len() as u64;
        let name = self.filter.as_deref().filter(|n| !n.is_empty());
        let recipients = self.recipients.iter().map(|r| record(&r.address));
        let envelope = record("1795600227.123456") + record("rewrite_context=local");
        let people = name.map_or(0, record) + record(&self.sender) + recipients.sum::<u64>();
        envelope + people + 6 + content
    }
}

/// Whether a queue ID says to the microsecond when the file was made (`enable_long_queue_ids`).
pub fn is_long(id: &str) -> bool {
    id.len() > 14
}
