//! POP3.

use super::{folder, told, Ended, Reader, LEFT, MOST_BAD};
use crate::postfix::server::running::Server;
use crate::time::Time;

/// What is known of the language, whoever asks.
const KNOWN: &str = "CAPA\nTOP\nUIDL\nRESP-CODES\nPIPELINING\nAUTH-RESP-CODE\n";
const OPEN: &str =
    "-ERR [AUTH] Plaintext authentication disallowed on non-secure (SSL/TLS) connections.\n";

impl Reader {
    /// Carries out a command; whether the client begins TLS now.
    pub(super) fn pop3(
        &mut self,
        server: &mut Server,
        line: &str,
        tls: bool,
        now: Time,
        out: &mut String,
    ) -> bool {
        if let Some(asked) = self.asked.take() {
            let ended = self.respond(server, asked, line, tls, now);
            *out += &self.answer(server, ended, "continued");
            return false;
        }
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        let verb = verb.to_ascii_uppercase();
        if self.who.is_some() {
            *out += &self.transact(&verb, rest);
            return false;
        }
        let may_tell = self.may_tell(server, tls);
        let mechanisms = self.mechanisms(server, tls);
        let said = match verb.as_str() {
            "CAPA" => {
                let starts = if tls || told(server, "ssl") == "no" {
                    ""
                } else {
                    "STLS\n"
                };
                let user = if may_tell { "USER\n" } else { "" };
                let list = format!("SASL {mechanisms}");
                format!("+OK\n{KNOWN}{starts}{user}{}\n.\n", list.trim_end())
            }
            "STLS" if !tls && told(server, "ssl") != "no" => {
                *out += "+OK Begin TLS negotiation now.\n";
                return true;
            }
            "STLS" if tls => "-ERR TLS is already active.\n".into(),
            "STLS" => "-ERR TLS support isn't enabled.\n".into(),
            "QUIT" => {
                self.is_over = true;
                self.why = Some(LEFT);
                "+OK Logging out\n".into()
            }
            "USER" | "PASS" if !may_tell => {
                self.refuse_plain(if verb == "USER" { rest } else { "" });
                OPEN.into()
            }
            "USER" => {
                self.named = Some(rest.into());
                "+OK\n".into()
            }
            "PASS" => match self.named.take() {
                None => "-ERR No username given.\n".into(),
                Some(name) => {
                    self.method = "PLAIN".into();
                    let ended = self.log_in(server, &name, rest, tls, now);
                    self.answer(server, Err(ended), "")
                }
            },
            "APOP" => "-ERR APOP not enabled.\n".into(),
            "AUTH" if rest.is_empty() => {
                let lines = mechanisms
                    .split_whitespace()
                    .map(|name| format!("{name}\n"));
                format!("+OK\n{}.\n", lines.collect::<String>())
            }
            "AUTH" if !may_tell => "-ERR [AUTH] Plaintext authentication disabled.\n".into(),
            "AUTH" => {
                let words: Vec<&str> = rest.split(' ').collect();
                let ended = self.exchange(server, "", &words, tls, now);
                self.answer(server, ended, "initial")
            }
            _ => {
                self.bad += 1;
                if self.bad >= MOST_BAD {
                    self.is_over = true;
                    self.why = Some("Disconnected: Too many bad commands");
                    *out += "-ERR Unknown command.\n-ERR Too many invalid bad commands.\n";
                    return false;
                }
                "-ERR Unknown command.\n".into()
            }
        };
        *out += &said;
        false
    }

    /// What an exchange has come to; who has got in finds the mailbox.
    fn answer(&mut self, server: &mut Server, ended: Result<&str, Ended>, when: &str) -> String {
        match ended {
            Ok(challenge) => return format!("+ {challenge}\n"),
            Err(Ended::In) => {
                if let Some((name, person)) = &self.who {
                    let path = folder::place(person, name, "INBOX");
                    let mails = folder::read(&server.files, &path, &[]);
                    folder::keep(&mut server.files, &path, &mails);
                    for mail in &mails {
                        mail.take(&mut server.files);
                    }
                    self.size = mails.iter().map(|mail| mail.size()).sum();
                    self.validity = folder::begun(&server.files, &path);
                    // Where each lies now.
                    let mails = folder::read(&server.files, &path, &[]).into_iter();
                    self.drop = mails.map(|mail| (mail, false, false)).collect();
                }
                "+OK Logged in.\n"
            }
            Err(Ended::Failed) => "-ERR [AUTH] Authentication failed.\n",
            Err(Ended::Aborted) => "-ERR Authentication aborted by client.\n",
            Err(Ended::NoBase64) => {
                return format!("-ERR [AUTH] Invalid base64 data in {when} response\n")
            }
            Err(Ended::Unknown) => "-ERR [AUTH] Unsupported authentication mechanism.\n",
        }
        .into()
    }

    /// The message that a number means, by its place.
    fn message(&self, number: &str) -> Result<usize, String> {
        let Ok(place) = number.parse::<usize>() else {
            return Err(format!("-ERR Invalid message number: {number}\n"));
        };
        match place.checked_sub(1).and_then(|at| self.drop.get(at)) {
            None => Err(format!("-ERR There's no message {place}.\n")),
            Some((_, _, true)) => Err("-ERR Message is deleted.\n".into()),
            Some(_) => Ok(place - 1),
        }
    }

    /// What who has logged in may say.
    fn transact(&mut self, verb: &str, rest: &str) -> String {
        self.transaction(verb, rest)
            .unwrap_or_else(|refusal| refusal)
    }

    fn transaction(&mut self, verb: &str, rest: &str) -> Result<String, String> {
        let (number, more) = rest.split_once(' ').unwrap_or((rest, ""));
        let there = || {
            self.drop
                .iter()
                .enumerate()
                .filter(|(_, (_, _, is_gone))| !is_gone)
        };
        let about = |at: usize, mail: &folder::Mail| match verb {
            "LIST" => format!("{} {}", at + 1, mail.size()),
            _ => format!("{} {:08x}{:08x}", at + 1, mail.uid, self.validity),
        };
        Ok(match verb {
            "CAPA" => format!("+OK\n{KNOWN}.\n"),
            "NOOP" => "+OK\n".into(),
            "STAT" => {
                let size: usize = there().map(|(_, (mail, ..))| mail.size()).sum();
                format!("+OK {} {size}\n", there().count())
            }
            "LIST" | "UIDL" if rest.is_empty() => {
                let lines = there().map(|(at, (mail, ..))| about(at, mail) + "\n");
                let lines: String = lines.collect();
                match verb {
                    "LIST" => format!("+OK {} messages:\n{lines}.\n", there().count()),
                    _ => format!("+OK\n{lines}.\n"),
                }
            }
            "LIST" | "UIDL" => {
                let at = self.message(number)?;
                let found = self.drop.get(at).map(|(mail, ..)| about(at, mail));
                format!("+OK {}\n", found.unwrap_or_default())
            }
            "RETR" | "TOP" => {
                let at = self.message(number)?;
                let count = match (verb, more.parse::<usize>()) {
                    ("RETR", _) => usize::MAX,
                    (_, Ok(count)) => count,
                    _ => return Err(format!("-ERR Noise after message number: {more}\n")),
                };
                let Some((mail, is_read, _)) = self.drop.get_mut(at) else {
                    return Err(String::new());
                };
                let (head, body) = mail.parts();
                let body: String = body.split_inclusive('\n').take(count).collect();
                let text = format!("{head}{body}");
                let first = match verb {
                    "RETR" => format!("+OK {} octets\n", mail.size()),
                    _ => "+OK\n".into(),
                };
                *is_read |= verb == "RETR";
                let place = if verb == "RETR" { 2 } else { 0 };
                self.fetched[place] += 1;
                let stuffed = format!("\n{text}").replace("\n.", "\n..");
                let stuffed = stuffed.get(1..).unwrap_or("");
                self.fetched[place + 1] += folder::size(&first) + folder::size(stuffed);
                let end = if text.ends_with('\n') { "" } else { "\n" };
                format!("{first}{stuffed}{end}.\n")
            }
            "DELE" => {
                let at = self.message(number)?;
                if let Some((_, _, is_gone)) = self.drop.get_mut(at) {
                    *is_gone = true;
                }
                "+OK Marked to be deleted.\n".into()
            }
            "RSET" => {
                self.drop
                    .iter_mut()
                    .for_each(|own| (own.1, own.2) = (false, false));
                "+OK\n".into()
            }
            "QUIT" => {
                self.is_over = true;
                match there().count() == self.drop.len() {
                    true => "+OK Logging out.\n".into(),
                    false => "+OK Logging out, messages deleted.\n".into(),
                }
            }
            verb => return Err(format!("-ERR Unknown command: {verb}\n")),
        })
    }

    /// Who leaves has read what has been read, and with QUIT deleted what was to be.
    pub(super) fn leave(&mut self, server: &mut Server, deletes: bool) {
        for (mail, is_read, is_gone) in std::mem::take(&mut self.drop) {
            match is_gone && deletes {
                true => mail.remove(&mut server.files),
                false if is_read => mail.mark(&mut server.files, "S", true),
                false => {}
            }
        }
    }
}
