//! Dovecot's IMAP (RFC 3501) and POP3 (RFC 1939), as far as somebody types them who wants to see a mailbox: who is let
//! in, which folders there are, what a message is, and what becomes of it.
//!
//! `imap` and `pop3` are the two languages, `mail` the commands of IMAP of who has logged in, and `change` those of them
//! that change something; `folder` is a mailbox as it lies in files, `fetch` what is shown of a message, `structure` its
//! parts, `header` what is in it, `search` which ones are meant.

mod change;
mod fetch;
mod folder;
mod header;
mod imap;
mod mail;
mod pop3;
mod search;
mod structure;

use std::collections::VecDeque;

use crate::postfix::delivery::certificate::noise;
use crate::postfix::neighbour::people::{Person, PEOPLE};
use crate::postfix::neighbour::{Neighbour, Neighbours};
use crate::postfix::server::running::Server;
use crate::smtp::bytes::{decode, encode};
use crate::smtp::client::Client;
use crate::smtp::policy::Note;
use crate::smtp::sasl::{from_base64, to_base64};
use crate::time::Time;

/// How long a command may be.
const LONGEST: usize = 8_192;
/// After so many in a row that are none, the connection ends.
const MOST_BAD: u8 = 3;
/// What is said at the end of a login that its client has left.
const LEFT: &str = "Aborted login by logging out";

/// A client of Dovecot's.
#[derive(Debug, Default)]
pub(super) struct Reader {
    /// It speaks POP3.
    is_pop: bool,
    client: String,
    /// The address where it has connected.
    at: String,
    /// Who it is.
    who: Option<(String, Person)>,
    /// The folder of IMAP that is open.
    open: Option<Open>,
    /// The mailbox of POP3: its messages, whether each has been read and is to be deleted, and their size.
    drop: Vec<(folder::Mail, bool, bool)>,
    size: usize,
    /// Whom USER has named, and a number of the mailbox.
    named: Option<String>,
    validity: u64,
    /// The exchange whose response is to come: the tag, and what is known of it.
    asked: Option<Asked>,
    session: String,
    /// When it has connected, and when it has been answered last.
    begun: Option<Time>,
    last: Time,
    /// Why it has not got further.
    why: Option<&'static str>,
    is_over: bool,
    bad: u8,
    line: Vec<u8>,
    /// The last command, and the tag of an IDLE.
    verb: String,
    idle: String,
    /// Attempts to log in, whose, and what they come to.
    attempts: usize,
    tried: String,
    method: String,
    fault: &'static str,
    /// Bytes heard and said; what has been fetched, and its bytes: of headers, and of other things.
    heard: usize,
    said: usize,
    fetched: [usize; 4],
    /// What has been marked, and what has been removed.
    gone: [usize; 2],
}

/// A folder of IMAP that is open.
#[derive(Clone, Debug)]
struct Open {
    path: String,
    is_read_only: bool,
    /// What was new in it.
    new: Vec<String>,
    /// How many messages the client knows of, how many of them are new, and the number that the next one has.
    count: usize,
    recent: usize,
    next: u64,
}

/// What a client has been asked for.
#[derive(Debug)]
enum Asked {
    /// PLAIN.
    Plain(String),
    /// LOGIN: the name, where it has been said.
    Login(String, Option<String>),
}

/// Where Dovecot serves mail, by the port.
pub(super) fn serves(neighbours: &Neighbours, port: u16) -> Option<&Neighbour> {
    let found = neighbours.at(&format!("inet:127.0.0.1:{port}"));
    found.filter(|own| matches!(&*own.domain, "imap" | "pop3"))
}

impl Reader {
    pub(super) fn new(client: &Client, at: &str, is_pop: bool) -> Reader {
        Reader {
            is_pop,
            client: client.addr.clone(),
            at: at.into(),
            session: to_base64(&noise(&client.port, 12)),
            ..Reader::default()
        }
    }

    /// Hears what has been said: what there is to answer, whether the client begins TLS now, and whether this is
    /// the end.
    pub(super) fn hear(
        &mut self,
        server: &mut Server,
        input: &mut VecDeque<u8>,
        is_secure: bool,
        now: Time,
    ) -> (Vec<u8>, bool, bool) {
        let mut out = String::new();
        if self.begun.is_none() {
            self.begun = Some(now);
            out = match self.is_pop {
                true => "+OK Dovecot (Debian) ready.\n".into(),
                false => {
                    let known = self.capabilities(server, is_secure);
                    format!("* OK [CAPABILITY {known}] Dovecot (Debian) ready.\n")
                }
            };
        }
        let mut begins = false;
        while let (false, false, Some(byte)) = (self.is_over, begins, input.pop_front()) {
            self.line.push(byte);
            if byte != b'\n' && self.line.len() < LONGEST {
                continue;
            }
            let line = std::mem::take(&mut self.line);
            self.heard += line.len();
            self.last = now;
            let before = out.len();
            let line = decode(&line);
            let line = line.trim_end_matches(['\r', '\n']);
            begins = match self.is_pop {
                true => self.pop3(server, line, is_secure, now, &mut out),
                false => self.imap(server, line, is_secure, now, &mut out),
            };
            let lines = out.get(before..).unwrap_or("");
            self.said += lines.len() + lines.matches('\n').count();
        }
        if self.is_over {
            self.log_out(server, is_secure, now);
        }
        let out = encode(&out.replace('\n', "\r\n"));
        (out, begins, self.is_over)
    }

    /// The client is gone.
    pub(super) fn log_out(&mut self, server: &mut Server, tls: bool, now: Time) {
        let elapsed = |since: Time| now.seconds().saturating_sub(since.seconds());
        let kind = if self.is_pop { "pop3" } else { "imap" };
        let text = match &self.who {
            Some((name, _)) => {
                let pid = server.processes.next(0);
                let why = match self.is_over {
                    true => "Logged out".to_string(),
                    false if self.is_pop || self.verb.is_empty() => "Connection closed".into(),
                    false => format!(
                        "Connection closed ({} finished {}.001 secs ago)",
                        self.verb,
                        elapsed(self.last)
                    ),
                };
                let start = format!(
                    "{kind}({name})<{pid}><{}>: Disconnected: {why}",
                    self.session
                );
                let [one, two, three, four] = self.fetched;
                match self.is_pop {
                    true => {
                        let deleted = self.drop.iter().filter(|(_, _, is_gone)| *is_gone).count();
                        format!(
                            "{start} top={one}/{two}, retr={three}/{four}, del={deleted}/{}, size={}",
                            self.drop.len(),
                            self.size
                        )
                    }
                    false => {
                        let [deleted, expunged] = self.gone;
                        format!(
                            "{start} in={} out={} deleted={deleted} expunged={expunged} trashed=0 \
                             hdr_count={one} hdr_bytes={two} body_count={three} body_bytes={four}",
                            self.heard, self.said,
                        )
                    }
                }
            }
            None => {
                let waited = elapsed(self.begun.unwrap_or(now));
                let fault = match (self.fault, self.attempts) {
                    ("", 0) => format!("no auth attempts in {waited} secs"),
                    ("", count) => format!("auth failed, {count} attempts in {waited} secs"),
                    (fault, _) => fault.into(),
                };
                let method = match &*self.method {
                    "" => String::new(),
                    method => format!("method={method}, "),
                };
                format!(
                    "{kind}-login: Disconnected: {} ({fault}): user=<{}>, {method}{}",
                    self.why.unwrap_or("Connection closed"),
                    self.tried,
                    self.ends("", tls)
                )
            }
        };
        self.log(server, now, text);
        self.leave(server, self.is_over);
    }

    fn log(&self, server: &mut Server, now: Time, text: String) {
        let program = "dovecot";
        server.write(now, 0, Note { program, text });
    }

    /// The two ends of the connection, as the log has them.
    fn ends(&self, by: &str, tls: bool) -> String {
        let (rip, lip, session) = (&self.client, &self.at, &self.session);
        let how = match tls {
            true => "TLS, ",
            false if rip == lip => "secured, ",
            false => "",
        };
        format!("rip={rip}, lip={lip}, {by}{how}session=<{session}>")
    }

    /// Whether passwords may be said as they are.
    fn may_tell(&self, server: &Server, tls: bool) -> bool {
        tls || self.client == self.at || told(server, "plaintext") == "no"
    }

    /// The mechanisms that may be used now, in capitals.
    fn mechanisms(&self, server: &Server, tls: bool) -> String {
        match self.may_tell(server, tls) {
            true => told(server, "mechanisms").to_ascii_uppercase(),
            false => String::new(),
        }
    }

    /// Begins an exchange of SASL, with what the client has said at once: what the next response is to be asked for
    /// with, or how it ended.
    fn exchange(
        &mut self,
        server: &mut Server,
        tag: &str,
        words: &[&str],
        tls: bool,
        now: Time,
    ) -> Result<&'static str, Ended> {
        let name = words.first().copied().unwrap_or("").to_ascii_uppercase();
        self.method.clone_from(&name);
        let is_there = told(server, "mechanisms")
            .split(' ')
            .any(|own| own.eq_ignore_ascii_case(&name));
        let asked = match &*name {
            "PLAIN" if is_there => Asked::Plain(tag.into()),
            "LOGIN" if is_there => Asked::Login(tag.into(), None),
            _ => {
                self.fault = "tried to use unsupported auth mechanism";
                return Err(Ended::Unknown);
            }
        };
        match (words.get(1), asked) {
            (Some(response), asked) => self.respond(server, asked, response, tls, now),
            (None, asked) => {
                let says = if matches!(asked, Asked::Plain(_)) {
                    ""
                } else {
                    "VXNlcm5hbWU6"
                };
                self.asked = Some(asked);
                Ok(says)
            }
        }
    }

    /// Goes on with an exchange.
    fn respond(
        &mut self,
        server: &mut Server,
        asked: Asked,
        response: &str,
        tls: bool,
        now: Time,
    ) -> Result<&'static str, Ended> {
        if response == "*" {
            return Err(Ended::Aborted);
        }
        let text = from_base64(response).map_err(|_| Ended::NoBase64)?;
        match asked {
            Asked::Plain(_) => {
                let mut parts = text.split('\0').skip(1);
                let (name, password) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""));
                Err(self.log_in(server, name, password, tls, now))
            }
            Asked::Login(tag, None) => {
                self.asked = Some(Asked::Login(tag, Some(text)));
                Ok("UGFzc3dvcmQ6")
            }
            Asked::Login(_, Some(name)) => Err(self.log_in(server, &name, &text, tls, now)),
        }
    }

    /// Lets somebody in, or not.
    fn log_in(
        &mut self,
        server: &mut Server,
        name: &str,
        password: &str,
        tls: bool,
        now: Time,
    ) -> Ended {
        let is_right = server.knows(name, password) == Some(Some(true));
        let person = server.person(name).flatten().filter(|_| is_right);
        let name = name.to_ascii_lowercase();
        self.tried.clone_from(&name);
        let Some(person) = person else {
            self.attempts += 1;
            return Ended::Failed;
        };
        let pid = server.processes.next(1);
        let text = format!(
            "{}-login: Login: user=<{name}>, method={}, {}",
            if self.is_pop { "pop3" } else { "imap" },
            self.method,
            self.ends(&format!("mpid={pid}, "), tls)
        );
        self.who = Some((name, person));
        (self.heard, self.said) = (0, 0);
        self.log(server, now, text);
        Ended::In
    }
}

/// How an attempt to log in ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ended {
    In,
    Failed,
    Aborted,
    NoBase64,
    Unknown,
}

/// What Dovecot's configuration says of something.
fn told<'a>(server: &'a Server, key: &str) -> &'a str {
    let own = server.neighbours.0.iter().find(|own| own.at == PEOPLE);
    own.and_then(|own| own.entry(key)).unwrap_or("")
}
