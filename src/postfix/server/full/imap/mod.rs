//! Dovecot's IMAP (RFC 3501) and POP3 (`pop`), as far as somebody types it who wants to see a mailbox: who is let in, which
//! folders there are, and what a message is. Nothing is changed but that messages have been seen.
//!
//! `mail` are the commands of who has logged in, `folder` is a mailbox as it lies in files, `fetch` what is shown of
//! a message.

mod fetch;
mod folder;
mod mail;
mod pop;

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

const BASE: &str = "IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE";
const MORE: &str = "SORT SORT=DISPLAY THREAD=REFERENCES THREAD=REFS THREAD=ORDEREDSUBJECT MULTIAPPEND URL-PARTIAL \
    CATENATE UNSELECT CHILDREN NAMESPACE UIDPLUS LIST-EXTENDED I18NLEVEL=1 CONDSTORE QRESYNC ESEARCH ESORT \
    SEARCHRES WITHIN CONTEXT=SEARCH LIST-STATUS BINARY MOVE SNIPPET=FUZZY PREVIEW=FUZZY PREVIEW STATUS=SIZE \
    SAVEDATE LITERAL+ NOTIFY SPECIAL-USE";
const BAD: &str = "BAD Error in IMAP command received by server.";

/// A client of Dovecot's.
#[derive(Debug, Default)]
pub(super) struct Imap {
    client: String,
    /// The address where it has connected.
    at: String,
    /// Who it is.
    who: Option<(String, Person)>,
    /// The folder that is open, whether it may be changed, and what was new in it.
    open: Option<(String, bool, Vec<String>)>,
    /// The tag of an AUTHENTICATE whose response is to come.
    asked: Option<String>,
    session: String,
    /// When it has connected.
    begun: Option<Time>,
    /// Why it has not got further.
    why: Option<&'static str>,
    is_over: bool,
    bad: u8,
    line: Vec<u8>,
    /// Bytes heard and said; what has been fetched, and its bytes: of headers, and of other things.
    heard: usize,
    said: usize,
    fetched: [usize; 4],
    /// It speaks POP3: whom USER has named, which messages are deleted, and the bytes of all.
    is_pop: bool,
    session_user: Option<String>,
    gone: Vec<bool>,
    total: usize,
}

/// Where Dovecot serves mail, by the port.
pub(super) fn serves(neighbours: &Neighbours, port: u16) -> Option<&Neighbour> {
    let found = neighbours.at(&format!("inet:127.0.0.1:{port}"));
    found.filter(|own| matches!(&*own.domain, "imap" | "pop3"))
}

impl Imap {
    pub(super) fn new(client: &Client, at: &str, is_pop: bool) -> Imap {
        Imap {
            is_pop,
            client: client.addr.clone(),
            at: at.into(),
            session: to_base64(&noise(&client.port, 12)),
            ..Imap::default()
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
            let known = self.capabilities(server, is_secure);
            out = match self.is_pop {
                true => "+OK Dovecot (Debian) ready.\n".into(),
                false => format!("* OK [CAPABILITY {known}] Dovecot (Debian) ready.\n"),
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
            let before = out.len();
            let line = decode(&line);
            let line = line.trim_end_matches(['\r', '\n']);
            begins = match self.is_pop {
                true => self.pop(server, line, is_secure, now, &mut out),
                false => self.command(server, line, is_secure, now, &mut out),
            };
            let lines = out.get(before..).unwrap_or("");
            self.said += lines.len() + lines.matches('\n').count();
        }
        if self.is_over {
            self.log_out(server, now);
        }
        let out = encode(&out.replace('\n', "\r\n"));
        (out, begins, self.is_over)
    }

    /// The client is gone.
    pub(super) fn log_out(&mut self, server: &mut Server, now: Time) {
        let [headers, bytes_of_headers, bodies, bytes] = self.fetched;
        let text = match &self.who {
            Some((name, _)) if self.is_pop => {
                let pid = server.processes.next(0);
                format!("pop3({name})<{pid}><{}>: {}", self.session, self.counted())
            }
            Some((name, _)) => format!(
                "imap({name})<{}><{}>: Disconnected: Logged out in={} out={} deleted=0 expunged=0 trashed=0 \
                 hdr_count={headers} hdr_bytes={bytes_of_headers} body_count={bodies} body_bytes={bytes}",
                server.processes.next(0),
                self.session,
                self.heard,
                self.said,
            ),
            None => format!(
                "{}-login: Disconnected: {} (no auth attempts in {} secs): user=<>, {}",
                self.service(),
                self.why.unwrap_or("Connection closed"),
                now.seconds() - self.begun.unwrap_or(now).seconds(),
                self.ends("", false)
            ),
        };
        self.log(server, now, text);
    }

    fn service(&self) -> &'static str {
        if self.is_pop {
            "pop3"
        } else {
            "imap"
        }
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

    fn capabilities(&self, server: &Server, tls: bool) -> String {
        if self.who.is_some() {
            return format!("{BASE} {MORE}");
        }
        let mut known = format!("{BASE} LITERAL+");
        if !tls && told(server, "ssl") != "no" {
            known += " STARTTLS";
        }
        match self.may_tell(server, tls) {
            true => {
                for name in told(server, "mechanisms").split_whitespace() {
                    known += &format!(" AUTH={}", name.to_ascii_uppercase());
                }
            }
            false => known += " LOGINDISABLED",
        }
        known
    }

    /// Carries out a command; whether the client begins TLS now.
    fn command(
        &mut self,
        server: &mut Server,
        line: &str,
        tls: bool,
        now: Time,
        out: &mut String,
    ) -> bool {
        if let Some(tag) = self.asked.take() {
            let result = self.authenticate(server, line, tls, now);
            *out += &format!("{tag} {result}\n");
            return false;
        }
        let (tag, rest) = line.split_once(' ').unwrap_or((line, ""));
        let tag = if tag.is_empty() { "*" } else { tag };
        let (verb, rest) = rest.split_once(' ').unwrap_or((rest, ""));
        let verb = verb.to_ascii_uppercase();
        let words = words(rest);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let mut begins = false;
        let done = match (verb.as_str(), self.who.is_some()) {
            ("CAPABILITY", is_in) => {
                let known = self.capabilities(server, tls);
                *out += &format!("* CAPABILITY {known}\n");
                match is_in {
                    true => "OK Capability completed".into(),
                    false => "OK Pre-login capabilities listed, post-login capabilities have more."
                        .into(),
                }
            }
            ("LOGOUT", is_in) => {
                self.is_over = true;
                self.why = Some("Aborted login by logging out");
                *out += "* BYE Logging out\n";
                format!("OK Logout completed{}", if is_in { "" } else { "." })
            }
            ("NOOP", is_in) => format!("OK NOOP completed{}", if is_in { "" } else { "." }),
            ("ID", _) => {
                *out += "* ID (\"name\" \"Dovecot\")\n";
                "OK ID completed".into()
            }
            ("STARTTLS", false) => match tls || told(server, "ssl") == "no" {
                true if tls => "BAD TLS is already active.".into(),
                true => "BAD TLS support isn't enabled.".into(),
                false => {
                    begins = true;
                    "OK Begin TLS negotiation now.".into()
                }
            },
            ("LOGIN", false) if words.len() == 2 => match self.may_tell(server, tls) {
                false => {
                    *out += "* BAD [ALERT] Plaintext authentication not allowed without SSL/TLS, but your client \
                             did it anyway. If anyone was listening, the password was exposed.\n";
                    "NO [PRIVACYREQUIRED] Plaintext authentication disallowed on non-secure (SSL/TLS) \
                     connections."
                        .into()
                }
                true => {
                    let pair = format!("\0{}\0{}", words[0], words[1]);
                    self.answer(server, &pair, tls, now)
                }
            },
            ("AUTHENTICATE", false) if !self.may_tell(server, tls) => {
                "NO [PRIVACYREQUIRED] Plaintext authentication disabled.".into()
            }
            ("AUTHENTICATE", false) => match words.as_slice() {
                [mechanism, response @ ..] if mechanism.eq_ignore_ascii_case("PLAIN") => {
                    match response.first() {
                        Some(response) => self.authenticate(server, response, tls, now),
                        None => {
                            self.asked = Some(tag.into());
                            *out += "+ \n";
                            return false;
                        }
                    }
                }
                [_, ..] => "NO [ALERT] Unsupported authentication mechanism.".into(),
                [] => BAD.into(),
            },
            (_, false) => BAD.into(),
            (verb, true) => self.mail(server, (verb, rest, &words), out),
        };
        self.bad = if done == BAD { self.bad + 1 } else { 0 };
        if self.bad >= MOST_BAD {
            self.is_over = true;
            self.why = Some("Too many invalid commands");
            *out += "* BYE Too many invalid IMAP commands.\n";
            return false;
        }
        let took = if done.ends_with(['.', ']']) || done.ends_with("in") {
            ""
        } else {
            " (0.001 + 0.000 secs)."
        };
        *out += &format!("{tag} {done}{took}\n");
        begins
    }

    /// What PLAIN says.
    fn authenticate(
        &mut self,
        server: &mut Server,
        response: &str,
        tls: bool,
        now: Time,
    ) -> String {
        match from_base64(response) {
            Ok(text) => self.answer(server, &text, tls, now),
            Err(_) => "NO [AUTHENTICATIONFAILED] Invalid base64 data in continued response".into(),
        }
    }

    fn answer(&mut self, server: &mut Server, said: &str, tls: bool, now: Time) -> String {
        match self.log_in(server, said, tls, now) {
            true => format!("OK [CAPABILITY {BASE} {MORE}] Logged in"),
            false => "NO [AUTHENTICATIONFAILED] Authentication failed.".into(),
        }
    }

    /// Whether this is somebody's password.
    fn log_in(&mut self, server: &mut Server, said: &str, tls: bool, now: Time) -> bool {
        let mut parts = said.split('\0').skip(1);
        let (name, password) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""));
        let is_right = server.knows(name, password) == Some(Some(true));
        let person = server.person(name).flatten().filter(|_| is_right);
        let Some(person) = person else {
            return false;
        };
        let name = name.to_ascii_lowercase();
        let pid = server.processes.next(1);
        let text = format!(
            "{}-login: Login: user=<{name}>, method=PLAIN, {}",
            self.service(),
            self.ends(&format!("mpid={pid}, "), tls)
        );
        self.who = Some((name, person));
        (self.heard, self.said) = (0, 0);
        self.log(server, now, text);
        true
    }
}

/// What Dovecot's configuration says of something.
fn told<'a>(server: &'a Server, key: &str) -> &'a str {
    let own = server.neighbours.0.iter().find(|own| own.at == PEOPLE);
    own.and_then(|own| own.entry(key)).unwrap_or("")
}

/// The words of a command; what stands in quotes is one.
fn words(text: &str) -> Vec<String> {
    let (mut words, mut word, mut is_quoted, mut is_open) =
        (Vec::new(), String::new(), false, false);
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' if is_quoted => word.extend(letters.next()),
            '"' => (is_quoted, is_open) = (!is_quoted, true),
            ' ' if !is_quoted => {
                if is_open {
                    words.push(std::mem::take(&mut word));
                }
                is_open = false;
            }
            letter => {
                word.push(letter);
                is_open = true;
            }
        }
    }
    if is_open {
        words.push(word);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_in_quotes_are_one() {
        assert_eq!(words(r#""" "a \"b" c"#), ["", "a \"b", "c"]);
    }
}
