//! The questions that a session asks, and what it tells about itself when it asks.

use std::sync::Arc;

use crate::smtp::client::Client;
use crate::smtp::command::is_forbidden_by_default;
use crate::smtp::envelope::{Cleaned, Effect, Message, Sasl};
use crate::smtp::probing::{Probe, Probing};
use crate::smtp::release::{Change, Release};
use crate::smtp::sasl::proof::{Denied, Proof};
use crate::smtp::settings::{Proxy, Settings};
use crate::smtp::tls::Agreed;
use crate::smtp::trail::Trail;
use crate::time::Time;

/// What the session knows at the moment of a question.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The client.
    pub client: Arc<Client>,
    /// The name given with HELO or EHLO, made printable.
    pub helo: Option<Arc<str>>,
    /// `SMTP` or `ESMTP`.
    pub protocol: &'static str,
    /// The sender of the transaction in progress, in internal form.
    pub sender: Option<Arc<str>>,
    /// The first accepted recipient, or the one in question.
    pub recipient: Option<Arc<str>>,
    /// How many recipients have been accepted.
    pub recipient_count: usize,
    /// `SIZE=` of the transaction, or the bytes received so far.
    pub size: u64,
    /// The queue ID, once a queue file is open.
    pub queue_id: Option<Arc<str>>,
    /// The session is encrypted.
    pub tls: bool,
    /// What it has agreed on, where that is told.
    pub agreed: Agreed,
    /// User name and mechanism of a successful AUTH.
    pub sasl: Option<Sasl>,
    /// `AUTH=` of the last MAIL, which outlives a refusal.
    pub sasl_sender: Option<String>,
    /// The command being judged, as the log names it.
    pub command: &'static str,
    /// SMTPUTF8 was asked for.
    pub smtputf8: bool,
    /// The client has sent commands ahead of their turn (RFC 2920).
    pub improper_pipelining: bool,
    /// What earlier stages have decided.
    pub memory: Memory,
    /// What has been probed for the command.
    pub probing: Probing,
    /// When the question is asked.
    pub now: Time,
    /// The release that the server shows.
    pub release: Release,
    /// What was asked before the last reply, where somebody watches.
    pub trail: Trail,
}

/// A 4xx reply that is given instead of an acceptance (Postfix's `defer_if_permit`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deferral {
    /// The reply code, as main.cf has it.
    pub code: i32,
    /// The enhanced status code.
    pub dsn: String,
    /// The text after the codes.
    pub reason: String,
}

/// What the restriction lists of one stage leave for the next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    /// The last deferral, in force where one of the stages brought it.
    pub deferral: Option<Deferral>,
    /// It was brought by the client restrictions.
    pub by_client: bool,
    /// It was brought by the HELO restrictions.
    pub by_helo: bool,
    /// It was brought by the sender restrictions.
    pub by_sender: bool,
    /// The message is to be thrown away, so nothing is asked about it any more.
    pub discard: bool,
    /// The message is to be held, which is said once.
    pub hold: bool,
    /// It was asked whether there is a sender: not again before the restrictions for senders are next.
    pub sender_checked: bool,
    /// It was asked whether there is a recipient: not again before the next one.
    pub recipient_checked: bool,
    /// DNS lists that did not answer when they were asked this: they are not asked again.
    pub unanswered: Vec<String>,
}

/// A question about access (smtpd_*_restrictions).
#[derive(Clone, Copy, Debug)]
pub enum Question<'a> {
    /// At the connection.
    Client,
    /// HELO or EHLO with this name.
    Helo(&'a str),
    /// MAIL with this sender.
    Sender(&'a str),
    /// RCPT (or VRFY) with this recipient.
    Recipient(&'a str),
    /// DATA, or the first BDAT.
    Data,
    /// The end of the message.
    EndOfData,
    /// ETRN with this domain.
    Etrn(&'a str),
    /// The declared size of a message, in bytes.
    Size(u64),
    /// Whether there is room in the queue.
    Room,
}

/// An answer: a refusal or none, and what is to be remembered, done and logged.
#[derive(Clone, Debug, Default)]
pub struct Verdict {
    /// The reply that refuses.
    pub refusal: Option<String>,
    /// Lines for the log, in order.
    pub notes: Vec<Note>,
    /// What is remembered from here on, where that has changed.
    pub memory: Option<Memory>,
    /// What is to be done with the message.
    pub effects: Vec<Effect>,
    /// Header lines to put before all others.
    pub prepend: Vec<String>,
    /// Seconds to wait before the answer (the `sleep` restriction).
    pub sleep: u64,
    /// Whom greylisting has seen.
    pub triplet: Option<Triplet>,
    /// Addresses that are to be probed, or waited for.
    pub probe: Probe,
    /// There is no answer: the process dies of the question.
    pub crash: Option<Crash>,
    /// What was asked, that of earlier questions included, where somebody watches.
    pub trail: Option<Trail>,
}

/// What greylisting remembers: a client's network, a sender and a recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Triplet {
    /// The first bytes of the client's address.
    pub network: Vec<u8>,
    /// The sender, without what differs from message to message.
    pub sender: String,
    /// The recipient.
    pub recipient: String,
}

/// How a process that serves a session dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Crash {
    /// It runs out of its stack.
    Stack,
    /// It works for so long that its watchdog ends it (`daemon_timeout`).
    Watchdog,
    /// It has said why.
    Exit,
}

/// A line for the log, without stamp and process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The program that writes it: `smtpd`, `anvil`, `cleanup` …
    pub program: &'static str,
    /// The text, `warning: ` included.
    pub text: String,
}

impl Note {
    /// A line of smtpd's.
    pub fn info(text: impl Into<String>) -> Note {
        Note {
            program: "smtpd",
            text: text.into(),
        }
    }

    /// A warning of smtpd's.
    pub fn warning(text: impl AsRef<str>) -> Note {
        Note::info(format!("warning: {}", text.as_ref()))
    }
}

/// What anvil counts for each client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Rate {
    Connection,
    Message,
    Recipient,
    NewTls,
    Auth,
}

/// A list that cannot be asked: lines for the log that say why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InDoubt(pub Vec<Note>);

/// Whether somebody or something is in a list.
pub type Listed = Result<bool, InDoubt>;

/// What a server answers to its sessions. Every method looks and changes nothing.
pub trait Policy {
    /// The parameters that the session obeys.
    fn settings(&self) -> &Settings;

    /// May the client do this?
    fn check(&self, question: Question, facts: &Facts) -> Verdict {
        let _ = (question, facts);
        Verdict::default()
    }

    /// The address that probes come from (`address_verify_sender`), where this is it. It is never
    /// refused, and stands for however it was written.
    fn verify_sender(&self, address: &str) -> Option<&str> {
        let _ = address;
        None
    }

    /// Can this address be resolved at all? `false` is a syntax error to the client.
    fn is_address(&self, address: &str, facts: &Facts, smtputf8: bool) -> bool {
        let _ = (address, facts, smtputf8);
        true
    }

    /// The ID that the next queue file will have, if it is opened now.
    fn queue_id(&self, now: Time) -> Arc<str> {
        let _ = now;
        "0".into()
    }

    /// What cleanup makes of a complete message, where there is a cleanup.
    ///
    /// # Errors
    /// The reply that refuses it, and what cleanup logs.
    fn cleanup(&self, message: &Message) -> Result<Option<Box<Cleaned>>, (String, Vec<Note>)> {
        let _ = message;
        Ok(None)
    }

    /// The count of this client's events within the time unit, this one included.
    fn rate(&self, rate: Rate, client: &Client, now: Time) -> usize {
        let _ = (rate, client, now);
        0
    }

    /// How many connections this client has open, this one included.
    fn connections(&self, client: &Client) -> usize {
        let _ = client;
        1
    }

    /// Whether the client is exempt from anvil's limits
    /// (`smtpd_client_event_limit_exceptions`).
    ///
    /// # Errors
    /// The list cannot be asked.
    fn is_exempt_from_rates(&self, client: &Client) -> Listed {
        let _ = client;
        Ok(true)
    }

    /// Whether a user is who it claims to be.
    ///
    /// # Errors
    /// Why it is not.
    fn authenticate(&self, user: &str, proof: &Proof) -> Result<(), Denied> {
        let _ = (user, proof);
        Err(Denied::NoUser)
    }

    /// The password of somebody, where it is kept as it is.
    fn secret(&self, user: &str) -> Option<String> {
        let _ = user;
        None
    }

    /// What is done with each message before a restriction has its say (`content_filter`).
    fn effects(&self) -> Vec<Effect> {
        Vec::new()
    }

    /// The filter that has each message before it is taken (`smtpd_proxy_filter`).
    fn proxy(&self) -> Option<Proxy<'_>> {
        None
    }

    /// What the Milters say (`smtpd_milters`) when they are told of a command: nothing, or the reply
    /// that refuses it, or `hold` or `discard`; and what is warned of.
    fn milter(&self, said: &str, facts: &Facts) -> (Vec<String>, String) {
        let _ = (said, facts);
        Default::default()
    }

    /// What is written where AUTH is to be offered and there is no mechanism, of which the process
    /// dies; nothing where it lives on.
    fn no_mechanisms(&self) -> Vec<Note> {
        Vec::new()
    }

    /// A user's name with its realm (`smtpd_sasl_local_domain`).
    fn sasl_username(&self, user: &str) -> String {
        user.into()
    }

    /// Whether the client may use XCLIENT, XFORWARD or XVERP.
    ///
    /// # Errors
    /// The list cannot be asked.
    fn is_authorized(&self, verb: &str, client: &Client) -> Listed {
        let _ = (verb, client);
        Ok(false)
    }

    /// Keywords to leave out of the reply to EHLO, for this client.
    ///
    /// # Errors
    /// The table cannot be asked.
    fn discarded_ehlo_keywords(&self, client: &Client) -> Result<Vec<String>, InDoubt> {
        let _ = client;
        Ok(self.settings().discard_ehlo.clone())
    }

    /// Whether the client may end lines as it likes (`smtpd_forbid_bare_newline_exclusions`).
    ///
    /// # Errors
    /// The list cannot be asked.
    fn is_bare_newline_exception(&self, client: &Client) -> Listed {
        let _ = client;
        Ok(false)
    }

    /// Whether AUTH is hidden from this client (`smtpd_sasl_exceptions_networks`).
    ///
    /// # Errors
    /// The list cannot be asked.
    fn is_sasl_exception(&self, client: &Client) -> Listed {
        let _ = client;
        Ok(false)
    }

    /// Whether a word ends the session (`smtpd_forbidden_commands`): what a web browser says,
    /// or anything that starts with no letter.
    ///
    /// # Errors
    /// The list cannot be asked.
    fn is_forbidden_command(&self, word: &str) -> Listed {
        Ok(is_forbidden_by_default(word))
    }

    /// Whether a word does nothing (`smtpd_noop_commands`).
    ///
    /// # Errors
    /// The list cannot be asked.
    fn is_noop_command(&self, word: &str) -> Listed {
        let _ = word;
        Ok(false)
    }

    /// What main.cf makes of something that is said, and what there is to say of that in the log;
    /// `None` where it stays as it is.
    fn amend(&self, what: Amended, text: &str, facts: &Facts) -> (Option<String>, Vec<Note>) {
        let _ = (what, text, facts);
        (None, Vec::new())
    }

    /// What the postmaster is told of (`notify_classes`), and how many lines of a session are kept for
    /// that (`smtpd_history_flush_threshold`).
    fn notices(&self) -> (Classes, usize) {
        Default::default()
    }

    /// Whether the queue is flushed for a domain (ETRN, `fast_flush_domains`).
    ///
    /// # Errors
    /// The list cannot be asked.
    fn flush(&self, domain: &str) -> Listed {
        let _ = domain;
        Ok(true)
    }
}

/// What may go wrong (`notify_classes`), each a bit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Classes(pub u8);

impl Classes {
    /// `policy`.
    pub const POLICY: Classes = Classes(1);
    /// `protocol`.
    pub const PROTOCOL: Classes = Classes(2);
    /// `resource`.
    pub const RESOURCE: Classes = Classes(4);
    /// `software`.
    pub const SOFTWARE: Classes = Classes(8);
    /// `bounce`.
    pub const BOUNCE: Classes = Classes(16);
    /// `data`.
    pub const DATA: Classes = Classes(32);

    /// Whether one of the others is among them.
    pub fn has(self, others: Classes) -> bool {
        self.0 & others.0 != 0
    }
}

impl std::ops::BitOrAssign for Classes {
    fn bitor_assign(&mut self, other: Classes) {
        self.0 |= other.0;
    }
}

/// What main.cf may make something else of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amended {
    /// A command (`smtpd_command_filter`); where there are notes as well, the filter cannot be asked.
    Command,
    /// A refusal, to which the footer belongs that is given (`smtpd_reject_footer_maps`,
    /// `smtpd_reject_footer`).
    Refusal,
    /// What the log calls the client (`smtpd_client_port_logging`).
    Client,
    /// An address that is not ASCII, without SMTPUTF8: there is something to say of it where
    /// `smtputf8_enable` is that of an older release.
    Undeclared,
    /// A line of a footer, which is expanded; `None` where it is malformed.
    Footer,
}

/// A server that accepts everything: for tests and for measuring the protocol alone.
#[derive(Clone, Debug, Default)]
pub struct AcceptAll {
    /// Its parameters.
    pub settings: Settings,
}

impl Policy for AcceptAll {
    fn settings(&self) -> &Settings {
        &self.settings
    }
}

impl Facts {
    /// ` from=<…> to=<…> proto=… helo=<…>`: the evidence at the end of a log line.
    pub fn evidence(&self) -> String {
        let mut text = String::new();
        for (name, address) in [("from", &self.sender), ("to", &self.recipient)] {
            if let Some(address) = address {
                let shown = match self.release.has(Change::QuotedInLog) {
                    true => crate::smtp::address::quote_local_info(address),
                    false => address.to_string(),
                };
                text.push_str(&format!(" {name}=<{shown}>"));
            }
        }
        text.push_str(&format!(" proto={}", self.protocol));
        if let Some(helo) = &self.helo {
            text.push_str(&format!(" helo=<{helo}>"));
        }
        if let Some(sasl) = &self.sasl {
            if self.release.has(Change::EvidenceNamesUser) {
                let (method, user) = (&sasl.method, &sasl.username);
                text.push_str(&format!(" sasl_method={method} sasl_username={user}"));
            }
        }
        if let Some(sender) = &self.sasl_sender {
            if self.release.has(Change::EvidenceNamesUser) {
                text.push_str(&format!(" sasl_sender={sender}"));
            }
        }
        text
    }

    /// The log line of a decision: `NOQUEUE: reject: RCPT from client[addr]: text; evidence`.
    pub fn decision(&self, what: &str, text: &str) -> Note {
        Note::info(format!(
            "{}: {what}: {} from {}: {text};{}",
            self.queue_id.as_deref().unwrap_or("NOQUEUE"),
            self.command,
            self.client.namaddr(),
            self.evidence()
        ))
    }
}
