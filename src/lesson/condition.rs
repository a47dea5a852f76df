//! Conditions: what has to have happened, or has to be. The comments here are the descriptions of
//! the JSON Schema; `docs/LESSONS.md` has an example of each.

use std::fmt;

use serde::de::{Deserializer, Error, Visitor};
use serde::Deserialize;

use super::known::{Action, Enhanced, Location, Mechanism, Place, Status};
use crate::json::quote;
use crate::scenario::values::{Map, Name, Text, Whole};

/// A condition over what has happened and what is.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// All of these hold.
    All(Vec<Condition>),
    /// One of these holds.
    Any(Vec<Condition>),
    /// This does not hold.
    Not(Box<Condition>),
    /// These have come to hold one after the other.
    Sequence(Vec<Condition>),
    /// This has come to hold within some time after the step before was reached.
    Within(Box<Within>),
    /// This has happened so many times.
    Times(Box<Times>),

    /// A connection was opened, or tried.
    Connected(Connected),
    /// A server has accepted HELO or EHLO.
    Greeted(Greeted),
    /// A server has accepted a sender (MAIL).
    Sender(Sender),
    /// A server has accepted recipients (RCPT), all in one transaction.
    Recipients(Recipients),
    /// A server has replied.
    Reply(Reply),
    /// A line was sent to a server, by whatever program.
    Said(Said),
    /// A server has accepted a message.
    Accepted(Accepted),
    /// A server has accepted somebody's password (AUTH).
    Authenticated(Authenticated),
    /// A connection speaks TLS.
    Tls(Encrypted),
    /// A line was typed at the terminal, into whatever program.
    Typed(Typed),
    /// A program has ended.
    Ended(Ended),
    /// The terminal has shown a line.
    Shown(Typed),
    /// A program has read the log of a mail server.
    LogRead(Host),
    /// A program has read a file.
    Read(Read),

    /// A mail server has written a line into its log.
    Logged(Logged),
    /// An attempt to deliver has come to something.
    Tried(Tried),

    /// A message lies in a mailbox.
    Mailbox(Mailbox),
    /// A notification that a message was not delivered, or late, lies in a mailbox.
    Bounce(Bounce),
    /// Messages wait in a queue.
    Queue(Queue),
    /// A file is there, and what it holds.
    File(File),
    /// The value of a parameter of main.cf that is in force.
    Parameter(Parameter),
    /// A mail server runs.
    Running(Running),
    /// Time has passed since the lesson began.
    Passed(Passed),
}

/// A condition with a limit in time.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Within {
    /// So many seconds.
    pub seconds: Whole<31_536_000>,
    /// What has to come to hold.
    pub goal: Condition,
}

/// A condition that has to come true more than once.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Times {
    /// So many times at least.
    pub least: Whole<1_000>,
    /// What has to happen.
    pub goal: Condition,
}

/// A connection that was opened, or tried.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Connected {
    /// The host's name or an address of it; any where nothing is written.
    pub host: Option<Name>,
    /// The port.
    pub port: Option<Whole<65_535>>,
    /// What came of it; `open` where nothing is written.
    pub outcome: Option<Reached>,
}

/// What came of a connection that was tried.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Reached {
    /// It was opened.
    #[default]
    Open,
    /// Nothing listens there.
    Refused,
    /// Nobody answers.
    TimedOut,
    /// It has ended, at whichever side.
    Closed,
}

/// A greeting that a server has accepted.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Greeted {
    /// The command, where only one of them will do.
    pub by: Option<Greeting>,
    /// The name that was given.
    pub name: Option<Text>,
    /// The server; any where nothing is written.
    pub host: Option<Name>,
}

/// A command that greets.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "UPPERCASE")]
pub enum Greeting {
    /// The old one.
    Helo,
    /// The one that asks what the server can do.
    Ehlo,
}

/// A sender that a server has accepted.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Sender {
    /// The address without brackets; empty for `<>`. Any where nothing is written.
    pub is: Option<Text>,
    /// The server; any where nothing is written.
    pub host: Option<Name>,
}

/// Recipients that a server has accepted in one transaction.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Recipients {
    /// These and no others, in any order.
    pub are: Option<Vec<Text>>,
    /// These, and others may be there too.
    pub include: Option<Vec<Text>>,
    /// So many at least.
    pub least: Option<Whole<10_000>>,
    /// The sender of the same transaction.
    pub sender: Option<Text>,
    /// The server; any where nothing is written.
    pub host: Option<Name>,
}

/// A reply of a server.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Reply {
    /// What it answers: a command's name, `connect` for the banner, `content` for the end of a
    /// message. Any where nothing is written.
    pub to: Option<Text>,
    /// A regular expression (POSIX extended, letters in both cases) that the line has which it
    /// answers.
    pub line: Option<Text>,
    /// Its code: `550`, or `"5xx"` for all that begin with 5.
    pub code: Option<Code>,
    /// Its enhanced code: `"5.1.1"`.
    pub enhanced: Option<Enhanced>,
    /// Words that it has (letters in both cases).
    pub contains: Option<Text>,
    /// The connection speaks TLS, or does not.
    pub tls: Option<bool>,
    /// The server; any where nothing is written.
    pub host: Option<Name>,
}

/// A line that was sent to a server.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Said {
    /// A regular expression (POSIX extended, letters in both cases) that it has.
    pub matches: Text,
    /// It is part of a message, or is not.
    pub content: Option<bool>,
    /// The server; any where nothing is written.
    pub host: Option<Name>,
}

/// A message that a server has accepted.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Accepted {
    /// The sender of its envelope; empty for `<>`.
    pub sender: Option<Text>,
    /// The recipients of its envelope, all of them, in any order.
    pub recipients: Option<Vec<Text>>,
    /// Headers that it has, and words in them; an empty text where there need only be one.
    pub header: Option<Map<Text>>,
    /// Headers that it has not.
    pub without: Option<Vec<Text>>,
    /// Words of its body (letters in both cases).
    pub body: Option<Text>,
    /// A regular expression (POSIX extended, letters in both cases) that a line of it has.
    pub matches: Option<Text>,
    /// Who had authenticated.
    pub user: Option<Text>,
    /// It came over TLS, or did not.
    pub tls: Option<bool>,
    /// The server; any where nothing is written.
    pub host: Option<Name>,
}

/// A password that a server has accepted.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Authenticated {
    /// Whose.
    pub user: Option<Text>,
    /// `PLAIN`, `LOGIN`, `CRAM-MD5`.
    pub mechanism: Option<Mechanism>,
    /// The server; any where nothing is written.
    pub host: Option<Name>,
}

/// A connection that speaks TLS.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Encrypted {
    /// A server has accepted HELO or EHLO after the handshake, or not yet.
    pub greeted: Option<bool>,
    /// The server; any where nothing is written.
    pub host: Option<Name>,
}

/// A line.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Typed {
    /// A regular expression (POSIX extended, letters in both cases) that it has.
    pub matches: Text,
}

/// A program that has ended.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Ended {
    /// Its name.
    pub program: Name,
    /// A regular expression (POSIX extended, letters in both cases) that its words have, put
    /// together with blanks.
    pub matches: Option<Text>,
    /// Its status; any where nothing is written.
    pub status: Option<Whole<255>>,
}

/// A mail server.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Host {
    /// Its name; any where nothing is written.
    pub host: Option<Name>,
}

/// A file that a program has read.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Read {
    /// Its path.
    pub path: Location,
    /// Where it is; any host where nothing is written.
    pub host: Option<Name>,
}

/// Messages in a mailbox.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Mailbox {
    /// Whose it is; that of anybody where nothing is written.
    pub user: Option<Name>,
    /// Its file, or its folder with a `/` at the end, where it is not that of an account.
    pub path: Option<Location>,
    /// Where it is; any host where nothing is written.
    pub host: Option<Name>,
    /// Headers that the message has, and words in them; an empty text where there need only be
    /// one.
    pub header: Option<Map<Text>>,
    /// Headers that it has not.
    pub without: Option<Vec<Text>>,
    /// Words of its body (letters in both cases).
    pub body: Option<Text>,
    /// So many such messages, neither more nor less.
    pub count: Option<Whole<10_000>>,
    /// So many at least; 1 where nothing is written.
    pub least: Option<Whole<10_000>>,
}

/// A notification in a mailbox.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Bounce {
    /// Whose mailbox; that of anybody where nothing is written.
    pub user: Option<Name>,
    /// Where it is; any host where nothing is written.
    pub host: Option<Name>,
    /// The recipient that it is about.
    pub recipient: Option<Text>,
    /// The enhanced code: `"5.1.1"`.
    pub status: Option<Enhanced>,
    /// What came of the message: `failed`, `delayed`, `delivered`, `relayed`, `expanded`.
    pub action: Option<Action>,
}

/// Messages that wait in a queue.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Queue {
    /// Where; all hosts together where nothing is written.
    pub host: Option<Name>,
    /// The sender of the message; empty for `<>`.
    pub sender: Option<Text>,
    /// A recipient that it still waits for.
    pub recipient: Option<Text>,
    /// Words of the reason why it waits (letters in both cases).
    pub reason: Option<Text>,
    /// `active`, `deferred`, `hold`, `incoming`.
    pub place: Option<Place>,
    /// So many such messages, neither more nor less; 0 for none.
    pub count: Option<Whole<100_000>>,
    /// So many at least; 1 where nothing is written.
    pub least: Option<Whole<100_000>>,
}

/// An attempt to deliver.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Tried {
    /// To whom.
    pub recipient: Option<Text>,
    /// What came of it: `sent`, `deferred`, `bounced`.
    pub status: Option<Status>,
    /// The enhanced code: `"4.4.1"`.
    pub enhanced: Option<Enhanced>,
    /// Words of the relay, as the log has it (letters in both cases).
    pub relay: Option<Text>,
    /// Words of the reason, as the log has it (letters in both cases).
    pub reason: Option<Text>,
    /// The server that has tried; any where nothing is written.
    pub host: Option<Name>,
}

/// A file.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct File {
    /// Its path.
    pub path: Location,
    /// Where it is; the workstation where nothing is written.
    pub host: Option<Name>,
    /// It is there, or is not.
    pub exists: Option<bool>,
    /// Words that it has (letters in both cases).
    pub contains: Option<Text>,
    /// A regular expression (POSIX extended, letters in both cases) that a line of it has.
    pub matches: Option<Text>,
}

/// A parameter of main.cf.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// Its name.
    pub name: Name,
    /// Its value, after `$name` in it was replaced; blanks and commas between words are all alike.
    pub is: Option<Text>,
    /// A regular expression (POSIX extended, letters in both cases) that the value has.
    pub matches: Option<Text>,
    /// The server; the first that there is where nothing is written.
    pub host: Option<Name>,
}

/// A mail server that runs.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Running {
    /// The server; the first that there is where nothing is written.
    pub host: Option<Name>,
    /// smtpd answers on this port.
    pub port: Option<Whole<65_535>>,
}

/// A line of a log.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Logged {
    /// A regular expression (POSIX extended, letters in both cases) that it has.
    pub matches: Text,
    /// The server that wrote it; any where nothing is written.
    pub host: Option<Name>,
}

/// Time.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Passed {
    /// In seconds.
    pub seconds: Whole<31_536_000>,
}

/// A code of a reply: three digits, or a pattern of digits and `x`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code(pub String);

impl Code {
    /// Whether a code is one of these.
    pub fn fits(&self, code: u16) -> bool {
        let code = format!("{code:03}");
        let is_same = |(wanted, digit): (char, char)| wanted == 'x' || wanted == digit;
        code.len() == self.0.len() && self.0.chars().zip(code.chars()).all(is_same)
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Code, D::Error> {
        struct Digits;
        impl Visitor<'_> for Digits {
            type Value = Code;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a code such as 550 or \"5xx\"")
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<Code, E> {
                self.visit_str(&number.to_string())
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Code, E> {
                let is_known = |c: char| c.is_ascii_digit() || c == 'x';
                match text.len() == 3
                    && text.starts_with(['x', '2', '3', '4', '5'])
                    && text.chars().all(is_known)
                {
                    true => Ok(Code(text.into())),
                    false => Err(E::custom(format!(
                        "{} is not a code; write one such as 550 or \"5xx\"",
                        quote(text)
                    ))),
                }
            }
        }
        deserializer.deserialize_any(Digits)
    }
}
