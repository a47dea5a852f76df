//! The envelope of a message, apart from its content (RFC 5321 section 2.3.1), and the
//! delivery status notification parameters that travel with it (RFC 3461).

use std::borrow::Cow;
use std::sync::Arc;

use crate::smtp::client::Client;
use crate::smtp::tls::Agreed;
use crate::time::Time;

/// What VERP puts between addresses (`default_verp_delimiters`).
pub type Delimiters = String;

/// A message that has been accepted: envelope, origin and content.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// The name of its queue file, as in `250 2.0.0 Ok: queued as C53E7265CB0`.
    pub queue_id: Arc<str>,
    /// When MAIL was accepted.
    pub arrival: Time,
    /// The reverse-path in internal form, empty for `<>`.
    pub sender: Arc<str>,
    /// The forward-paths in the order in which they were accepted.
    pub recipients: Vec<Recipient>,
    /// `BODY=`.
    pub body: Option<Body>,
    /// `SMTPUTF8` was given.
    pub smtputf8: bool,
    /// `RET=`: what a bounce is to contain.
    pub ret: Option<Ret>,
    /// `ENVID=`, decoded.
    pub envid: Option<String>,
    /// `XVERP`: what stands between the sender and each recipient.
    pub verp: Option<Delimiters>,
    /// `AUTH=` of MAIL.
    pub auth_sender: Option<String>,
    /// Who sent it.
    pub origin: Origin,
    /// Header lines that an access table asks to put before all others.
    pub prepend: Vec<String>,
    /// What access tables asked to be done with the message: HOLD, DISCARD, FILTER …
    pub effects: Vec<Effect>,
    /// The content as received, lines ended by LF, dots unstuffed.
    pub content: Vec<u8>,
    /// Bytes received, counting two for each line end.
    pub size: u64,
}

/// A message as cleanup leaves it: what is written into its queue file. Who asks what cleanup says
/// to a message gets it, and hands it on to who stores the message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cleaned {
    /// The sender, in internal form.
    pub sender: String,
    /// The recipients.
    pub recipients: Vec<ForwardPath>,
    /// Recipients that stood for others, and whose sender wants to hear of that.
    pub expanded: Vec<ForwardPath>,
    /// A header says that there are eight bits.
    pub body: Option<Body>,
    /// Header and body, lines ended by LF; everyone who has a copy of the message shares it.
    pub text: Arc<[u8]>,
    /// Lines for the log, without the queue ID.
    pub notes: Vec<String>,
    /// Lines for the log of the programs that have looked at it, each with its program.
    pub beside: Vec<(&'static str, String)>,
    /// How much larger those have made it, as the queue manager counts.
    pub added: u64,
    /// The reply of smtpd's, where the message is not taken.
    pub refusal: Option<String>,
    /// It waits for the administrator.
    pub hold: bool,
    /// It is taken and thrown away.
    pub discard: bool,
    /// It goes to this address instead.
    pub redirect: Option<String>,
    /// It goes through this filter, `transport:destination`.
    pub filter: Option<String>,
}

/// A recipient, before and after cleanup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForwardPath {
    /// Where the message goes now, in internal form.
    pub address: String,
    /// What it was before aliases.
    pub original: String,
    /// `ORCPT=` or what RCPT said.
    pub dsn_original: String,
    /// `NOTIFY=`.
    pub notify: Option<Notify>,
}

impl ForwardPath {
    /// One with nothing but an address.
    pub fn new(address: &str) -> ForwardPath {
        ForwardPath {
            address: address.into(),
            original: address.into(),
            dsn_original: format!("rfc822;{address}"),
            notify: None,
        }
    }
}

/// A successful authentication.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sasl {
    /// The mechanism as the client wrote it.
    pub method: String,
    /// The user, with the realm.
    pub username: String,
}

/// Where a message came from: what its `Received:` header will say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The client, shared with the session.
    pub client: Arc<Client>,
    /// The name given with HELO or EHLO.
    pub helo: Option<Arc<str>>,
    /// `SMTP` or `ESMTP`.
    pub protocol: &'static str,
    /// The session was encrypted.
    pub tls: bool,
    /// What was agreed on, where that is told.
    pub agreed: Agreed,
    /// Who had authenticated, and how.
    pub sasl: Option<Sasl>,
}

/// One accepted RCPT.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// The address in internal form.
    pub address: Arc<str>,
    /// `NOTIFY=`, as a set of [`Notify`] bits; `None` where it was not given.
    pub notify: Option<Notify>,
    /// `ORCPT=`, or what RCPT said: a type and a decoded address.
    pub original: (Cow<'static, str>, Arc<str>),
}

/// `RET=` (RFC 3461 section 4.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ret {
    /// Return the whole message.
    Full,
    /// Return the headers only.
    Headers,
}

/// `BODY=` (RFC 6152).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Body {
    SevenBit,
    EightBitMime,
}

/// `NOTIFY=` (RFC 3461 section 4.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Notify {
    /// `NEVER`, which excludes the others.
    pub never: bool,
    /// `SUCCESS`.
    pub success: bool,
    /// `FAILURE`.
    pub failure: bool,
    /// `DELAY`.
    pub delay: bool,
}

impl Notify {
    /// Whether a word may stand in `NOTIFY=`.
    pub fn knows(word: &str) -> bool {
        let words = ["NEVER", "SUCCESS", "FAILURE", "DELAY"];
        words.iter().any(|w| w.eq_ignore_ascii_case(word))
    }

    /// Reads the value of `NOTIFY=`; `None` where it is malformed or mixes NEVER with others.
    ///
    /// ```
    /// use smtp_terminal::smtp::envelope::Notify;
    /// assert!(Notify::parse("success,FAILURE").is_some());
    /// assert!(Notify::parse("NEVER,DELAY").is_none());
    /// ```
    pub fn parse(value: &str) -> Option<Notify> {
        let mut notify = Notify::default();
        // Postfix separates with commas and white space alike, and skips empty items.
        for word in value
            .split([',', ' ', '\t', '\r', '\n'])
            .filter(|w| !w.is_empty())
        {
            let flag = match word.to_ascii_uppercase().as_str() {
                "NEVER" => &mut notify.never,
                "SUCCESS" => &mut notify.success,
                "FAILURE" => &mut notify.failure,
                "DELAY" => &mut notify.delay,
                _ => return None,
            };
            *flag = true;
        }
        let others = notify.success || notify.failure || notify.delay;
        (notify.never != others).then_some(notify)
    }
}

/// What an access table asks to be done with the message besides accepting it
/// (Postfix's access(5), "OTHER ACTIONS").
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Put it into the hold queue.
    Hold,
    /// Accept and throw it away.
    Discard,
    /// Send it through a content filter, `transport:destination`.
    Filter(String),
    /// Send it to this address instead.
    Redirect(String),
    /// Send a copy to this address.
    Bcc(String),
    /// Rewrite and copy nothing (`receive_override_options`).
    Unmapped,
    /// Look at no content (`receive_override_options`).
    Unchecked,
    /// Nothing: it is given up before its end, and only what cleanup has said of it by then counts.
    Unfinished,
}
