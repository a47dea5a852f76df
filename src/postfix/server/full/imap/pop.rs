//! Dovecot's POP3 (RFC 1939): who is let in sees, takes and deletes what is in the inbox.

use super::{folder, told, Imap, MOST_BAD};
use crate::postfix::server::running::Server;
use crate::time::Time;

const PLAIN: &str =
    "-ERR [AUTH] Plaintext authentication disallowed on non-secure (SSL/TLS) connections.\n";
const UNKNOWN: &str = "-ERR Unknown command.\n";
const FAILED: &str = "-ERR [AUTH] Authentication failed.\n";
const CAPA: &str = "+OK\nCAPA\nTOP\nUIDL\nRESP-CODES\nPIPELINING\nAUTH-RESP-CODE\n";

/// After so many in a row that are none, a session ends.
const MOST_UNKNOWN: u8 = 20;

impl Imap {
    /// Carries out a command; whether the client begins TLS now.
    pub(super) fn pop(
        &mut self,
        server: &mut Server,
        line: &str,
        tls: bool,
        now: Time,
        out: &mut String,
    ) -> bool {
        let before = out.len();
        if self.asked.take().is_some() {
            self.enter(server, line, tls, now, out);
            return false;
        }
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        let verb = verb.to_ascii_uppercase();
        let may = self.may_tell(server, tls);
        let mut begins = false;
        match (verb.as_str(), self.who.is_some()) {
            (verb, true) => self.take(server, verb, rest, out),
            ("CAPA", _) => {
                *out += CAPA;
                *out += if tls || told(server, "ssl") == "no" {
                    ""
                } else {
                    "STLS\n"
                };
                *out += if may { "USER\n" } else { "" };
                let mechanisms = told(server, "mechanisms").to_ascii_uppercase();
                let space = if may { " " } else { "" };
                *out += &format!("SASL{space}{}\n.\n", if may { &mechanisms } else { "" });
            }
            ("USER" | "PASS", _) if !may => *out += PLAIN,
            ("USER", _) => {
                self.session_user = Some(rest.into());
                *out += "+OK\n";
            }
            ("PASS", _) => match self.session_user.take() {
                None => *out += "-ERR No username given.\n",
                Some(user) => self.let_in(server, &format!("\0{user}\0{rest}"), tls, now, out),
            },
            ("AUTH", _) => match rest.split_once(' ').unwrap_or((rest, "")) {
                ("", _) if may => {
                    let mechanisms = told(server, "mechanisms").to_ascii_uppercase();
                    *out += &format!("+OK\n{}\n.\n", mechanisms.replace(' ', "\n"));
                }
                ("", _) => *out += "+OK\n.\n",
                _ if !may => *out += PLAIN,
                (name, "") if name.eq_ignore_ascii_case("PLAIN") => {
                    self.asked = Some(String::new());
                    *out += "+ \n";
                }
                (name, response) if name.eq_ignore_ascii_case("PLAIN") => {
                    self.enter(server, response, tls, now, out);
                }
                _ => *out += "-ERR Unsupported authentication mechanism.\n",
            },
            ("STLS", _) if tls => *out += "-ERR TLS is already active.\n",
            ("STLS", _) if told(server, "ssl") == "no" => {
                *out += "-ERR TLS support isn't enabled.\n";
            }
            ("STLS", _) => {
                begins = true;
                *out += "+OK Begin TLS negotiation now.\n";
            }
            ("QUIT", _) => {
                self.is_over = true;
                self.why = Some("Aborted login by logging out");
                *out += "+OK Logging out\n";
            }
            _ => *out += UNKNOWN,
        }
        let is_bad = out
            .get(before..)
            .is_some_and(|text| text.starts_with("-ERR Unknown"));
        self.bad = if is_bad { self.bad + 1 } else { 0 };
        let (most, what) = match self.who {
            Some(_) => (MOST_UNKNOWN, "-ERR Too many bad commands.\n"),
            None => (MOST_BAD - 1, "-ERR Too many invalid bad commands.\n"),
        };
        if self.bad > most {
            self.is_over = true;
            self.why = Some("Too many bad commands");
            *out += what;
        }
        begins
    }

    /// What AUTH PLAIN says.
    fn enter(&mut self, server: &mut Server, said: &str, tls: bool, now: Time, out: &mut String) {
        match crate::smtp::sasl::from_base64(said) {
            Ok(text) => self.let_in(server, &text, tls, now, out),
            Err(_) => *out += FAILED,
        }
    }

    fn let_in(&mut self, server: &mut Server, said: &str, tls: bool, now: Time, out: &mut String) {
        if !self.log_in(server, said, tls, now) {
            *out += FAILED;
            return;
        }
        *out += "+OK Logged in.\n";
        let Some((name, person)) = &self.who else {
            return;
        };
        let path = folder::place(person, name, "INBOX");
        let mails = folder::read(&server.files, &path, &[]);
        for mail in &mails {
            mail.take(&mut server.files, "");
        }
        self.total = mails.iter().map(|mail| octets(&mail.text)).sum();
        self.gone = vec![false; mails.len()];
        self.open = Some((path, true, Vec::new()));
    }

    /// What who has logged in may ask.
    fn take(&mut self, server: &mut Server, verb: &str, rest: &str, out: &mut String) {
        let path = self.open.as_ref().map_or("", |(path, ..)| path).to_string();
        let mails = folder::read(&server.files, &path, &[]);
        let begun = folder::begun(&server.files, &path);
        let (first, more) = rest.split_once(' ').unwrap_or((rest, ""));
        // Which message is meant.
        let one = || -> Result<usize, String> {
            let bad = || format!("-ERR Invalid message number: {first}\n");
            let number: usize = first.parse().map_err(|_| bad())?;
            match number.checked_sub(1).and_then(|at| self.gone.get(at)) {
                Some(true) => Err("-ERR Message is deleted.\n".into()),
                Some(false) if number <= mails.len() => Ok(number - 1),
                _ => Err(format!("-ERR There's no message {number}.\n")),
            }
        };
        let size = |at: usize| mails.get(at).map_or(0, |mail| octets(&mail.text));
        let left = || (0..mails.len()).filter(|at| self.gone.get(*at) == Some(&false));
        let told = |at: usize| match verb {
            "UIDL" => format!("{} {:08x}{begun:08x}\n", at + 1, at + 1),
            _ => format!("{} {}\n", at + 1, size(at)),
        };
        let result = match verb {
            "STAT" => {
                let sum: usize = left().map(size).sum();
                Ok(format!("+OK {} {sum}\n", left().count()))
            }
            "LIST" | "UIDL" if rest.is_empty() => {
                let lines: String = left().map(told).collect();
                let count = match verb {
                    "LIST" => format!(" {} messages:", left().count()),
                    _ => String::new(),
                };
                Ok(format!("+OK{count}\n{lines}.\n"))
            }
            "LIST" | "UIDL" => one().map(|at| format!("+OK {}", told(at))),
            "RETR" | "TOP" => one().and_then(|at| {
                let mail = mails.get(at).ok_or(UNKNOWN)?;
                let (head, body) = mail.text.split_once("\n\n").unwrap_or((&mail.text, ""));
                let lines = match verb {
                    "RETR" => usize::MAX,
                    _ => more
                        .parse()
                        .map_err(|_| format!("-ERR Noise after message number: {more}\n"))?,
                };
                let shown = match verb {
                    "RETR" => format!("+OK {} octets\n", size(at)),
                    _ => "+OK\n".into(),
                };
                let mut text = format!("{head}\n\n");
                for line in body.split_inclusive('\n').take(lines) {
                    text += if line.starts_with('.') { "." } else { "" };
                    text += line;
                }
                text += if text.ends_with('\n') { "" } else { "\n" };
                let counts = if verb == "RETR" { 2 } else { 0 };
                self.fetched[counts] += 1;
                self.fetched[counts + 1] += octets(&shown) + octets(&text);
                // In an mbox that would be another line of its headers.
                if verb == "RETR" && path.ends_with('/') {
                    mail.take(&mut server.files, "S");
                }
                Ok(format!("{shown}{text}.\n"))
            }),
            "DELE" => one().map(|at| {
                self.gone[at] = true;
                "+OK Marked to be deleted.\n".into()
            }),
            "RSET" => {
                self.gone.fill(false);
                Ok("+OK\n".into())
            }
            "NOOP" => Ok("+OK\n".into()),
            "CAPA" => Ok(format!("{CAPA}.\n")),
            "QUIT" => {
                self.is_over = true;
                for (mail, gone) in mails.iter().zip(&self.gone) {
                    if *gone {
                        mail.remove(&mut server.files);
                    }
                }
                match self.gone.contains(&true) {
                    true => Ok("+OK Logging out, messages deleted.\n".into()),
                    false => Ok("+OK Logging out.\n".into()),
                }
            }
            verb => Err(format!("-ERR Unknown command: {verb}\n")),
        };
        *out += &result.unwrap_or_else(|bad| bad);
    }

    /// How a session has ended, for the log.
    pub(super) fn counted(&self) -> String {
        let [tops, top, retrieved, bytes] = self.fetched;
        let gone = match self.is_over {
            true => self.gone.iter().filter(|gone| **gone).count(),
            false => 0,
        };
        let why = match self.why {
            Some(why) => format!("{why}."),
            None if self.is_over => "Logged out".into(),
            None => "Connection closed".into(),
        };
        format!(
            "Disconnected: {why} top={tops}/{top}, retr={retrieved}/{bytes}, del={gone}/{}, size={}",
            self.gone.len(),
            self.total
        )
    }
}

/// How many bytes a text has whose lines end with CR LF.
fn octets(text: &str) -> usize {
    text.len() + text.matches('\n').count()
}
