//! What an attempt to deliver to one recipient has come to.

/// What the log says in the place of `bounced` with `soft_bounce`.
pub const SOFT: &str = "SOFTBOUNCE";

/// How a delivery went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Delivered.
    Sent,
    /// To be tried again.
    Deferred,
    /// Failed for good.
    Bounced,
}

impl Status {
    /// Its name in the log.
    pub fn name(self) -> &'static str {
        match self {
            Status::Sent => "sent",
            Status::Deferred => "deferred",
            Status::Bounced => "bounced",
        }
    }
}

/// What one attempt for one recipient came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// How it went.
    pub status: Status,
    /// The enhanced status code (RFC 3463).
    pub dsn: String,
    /// The words in brackets of the log line.
    pub why: String,
    /// The host that spoke, and the reply that refused, for a notification.
    pub remote: Option<(String, String)>,
    /// What a success notification calls it, where that is not `delivered` or `relayed`.
    pub action: &'static str,
}

/// The action of what was given to a host that tells nobody of it, so that this one does.
pub const RELAYED: &str = "relayed";

impl Outcome {
    /// What it would be called if nothing was delivered (`sendmail -bv`).
    pub fn probed(mut self) -> Outcome {
        self.action = match self.status {
            Status::Sent => "deliverable",
            _ => "undeliverable",
        };
        self.why = self.why.replacen("delivered to ", "delivers to ", 1);
        self
    }

    /// An outcome of this host's own.
    pub fn new(status: Status, dsn: &str, why: impl Into<String>) -> Outcome {
        Outcome {
            status,
            dsn: dsn.into(),
            why: why.into(),
            remote: None,
            action: "",
        }
    }
}
