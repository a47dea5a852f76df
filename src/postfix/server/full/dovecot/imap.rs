//! IMAP up to the login, and what of it holds at any time.

use super::{told, Asked, Ended, Reader, LEFT, MOST_BAD};
use crate::postfix::server::running::Server;
use crate::time::Time;

const BASE: &str = "IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE";
const MORE: &str = "SORT SORT=DISPLAY THREAD=REFERENCES THREAD=REFS THREAD=ORDEREDSUBJECT MULTIAPPEND URL-PARTIAL \
    CATENATE UNSELECT CHILDREN NAMESPACE UIDPLUS LIST-EXTENDED I18NLEVEL=1 CONDSTORE QRESYNC ESEARCH ESORT \
    SEARCHRES WITHIN CONTEXT=SEARCH LIST-STATUS BINARY MOVE SNIPPET=FUZZY PREVIEW=FUZZY PREVIEW STATUS=SIZE \
    SAVEDATE LITERAL+ NOTIFY SPECIAL-USE";
pub(super) const BAD: &str = "BAD Error in IMAP command received by server.";

impl Reader {
    pub(super) fn capabilities(&self, server: &Server, tls: bool) -> String {
        if self.who.is_some() {
            return format!("{BASE} {MORE}");
        }
        let mut known = format!("{BASE} LITERAL+");
        if !tls && told(server, "ssl") != "no" {
            known += " STARTTLS";
        }
        match self.may_tell(server, tls) {
            true => {
                for name in self.mechanisms(server, tls).split_whitespace() {
                    known += &format!(" AUTH={name}");
                }
            }
            false => known += " LOGINDISABLED",
        }
        known
    }

    /// Carries out a command; whether the client begins TLS now.
    pub(super) fn imap(
        &mut self,
        server: &mut Server,
        line: &str,
        tls: bool,
        now: Time,
        out: &mut String,
    ) -> bool {
        if self.is_idle() {
            let result = match line.eq_ignore_ascii_case("DONE") {
                true => "OK Idle completed",
                false => "BAD Expected DONE.",
            };
            let tag = std::mem::take(&mut self.idle);
            *out += &format!("{tag} {result} (0.001 + 0.000 secs).\n");
            return false;
        }
        if let Some(asked) = self.asked.take() {
            let (Asked::Plain(tag) | Asked::Login(tag, _)) = &asked;
            let tag = tag.clone();
            let ended = self.respond(server, asked, line, tls, now);
            *out += &answer(&tag, ended, "continued");
            return false;
        }
        let (tag, rest) = line.split_once(' ').unwrap_or((line, ""));
        let tag = if tag.is_empty() { "*" } else { tag };
        let (verb, rest) = rest.split_once(' ').unwrap_or((rest, ""));
        let verb = verb.to_ascii_uppercase();
        self.verb.clone_from(&verb);
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
                self.why = Some(LEFT);
                *out += "* BYE Logging out\n";
                format!("OK Logout completed{}", if is_in { "" } else { "." })
            }
            ("NOOP", false) => "OK NOOP completed.".into(),
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
                    self.refuse_plain(words.first().copied().unwrap_or(""));
                    *out += "* BAD [ALERT] Plaintext authentication not allowed without SSL/TLS, but your client \
                             did it anyway. If anyone was listening, the password was exposed.\n";
                    "NO [PRIVACYREQUIRED] Plaintext authentication disallowed on non-secure (SSL/TLS) \
                     connections."
                        .into()
                }
                true => {
                    self.method = "PLAIN".into();
                    let [name, password] = [0, 1].map(|at| words.get(at).copied().unwrap_or(""));
                    let ended = self.log_in(server, name, password, tls, now);
                    *out += &answer(tag, Err(ended), "");
                    return false;
                }
            },
            ("AUTHENTICATE", false) if !self.may_tell(server, tls) => {
                self.refuse_plain("");
                "NO [PRIVACYREQUIRED] Plaintext authentication disabled.".into()
            }
            ("AUTHENTICATE", false) if !words.is_empty() => {
                let ended = self.exchange(server, tag, &words, tls, now);
                *out += &answer(tag, ended, "initial");
                return false;
            }
            (_, false) => BAD.into(),
            ("IDLE", true) if words.is_empty() => {
                self.idle = tag.into();
                *out += "+ idling\n";
                return false;
            }
            (verb, true) => {
                let done = self.mail(server, (verb, rest, &words), now, out);
                self.look_again(server, verb, out);
                done
            }
        };
        self.bad = if done == BAD { self.bad + 1 } else { 0 };
        if self.bad >= MOST_BAD {
            self.is_over = true;
            self.why = Some("Too many invalid commands");
            *out += "* BYE Too many invalid IMAP commands.\n";
            return false;
        }
        let took = match self.who.is_some() {
            true => " (0.001 + 0.000 secs).",
            false => "",
        };
        *out += &format!("{tag} {done}{took}\n");
        begins
    }

    fn is_idle(&self) -> bool {
        !self.idle.is_empty()
    }

    /// A password was said, or was to be, where anybody can hear it.
    pub(super) fn refuse_plain(&mut self, name: &str) {
        self.fault = "tried to use disallowed plaintext auth";
        self.tried = name.into();
        self.method = "PLAIN".into();
    }
}

/// What an exchange has come to.
fn answer(tag: &str, ended: Result<&str, Ended>, when: &str) -> String {
    let text = match ended {
        Ok(challenge) => return format!("+ {challenge}\n"),
        Err(Ended::In) => format!("OK [CAPABILITY {BASE} {MORE}] Logged in"),
        Err(Ended::Failed) => "NO [AUTHENTICATIONFAILED] Authentication failed.".into(),
        Err(Ended::Aborted) => "BAD Authentication aborted by client.".into(),
        Err(Ended::NoBase64) => format!("BAD Invalid base64 data in {when} response"),
        Err(Ended::Unknown) => "NO [ALERT] Unsupported authentication mechanism.".into(),
    };
    format!("{tag} {text}\n")
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
