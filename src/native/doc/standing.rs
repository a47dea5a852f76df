//! Where a conversation stands: what the server has been told and has agreed to.

use crate::native::doc::dialogue::Conversation;
use crate::native::doc::words::{is_command, verb};

/// Something that the client says.
#[derive(Clone, Copy, Debug)]
pub struct Exchange<'a> {
    /// The line.
    pub said: &'a str,
    /// It is the dot after a message.
    pub is_dot: bool,
}

/// What has been agreed to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    hello: Option<&'static str>,
    is_secured: bool,
    wants_tls: bool,
    is_authenticated: bool,
    /// The mechanism of an exchange that goes on.
    dialog: Option<String>,
    has_sender: bool,
    has_recipient: bool,
    is_in_data: bool,
    /// The server has hung up.
    pub is_closed: bool,
}

impl Standing {
    /// TLS is on, and nothing has been said under it.
    pub fn secured() -> Standing {
        Standing {
            is_secured: true,
            ..Standing::default()
        }
    }

    /// Where a part of a conversation may begin, the likeliest first.
    pub fn middles(before: Option<&Standing>) -> Vec<Standing> {
        let fresh = Standing::default();
        let greeted = Standing {
            hello: Some("EHLO"),
            ..Standing::default()
        };
        let sender = Standing {
            has_sender: true,
            ..greeted.clone()
        };
        let recipient = Standing {
            has_recipient: true,
            ..sender.clone()
        };
        let data = Standing {
            is_in_data: true,
            ..recipient.clone()
        };
        let secured = Standing {
            is_secured: true,
            ..greeted.clone()
        };
        let login = Standing {
            dialog: Some("LOGIN".into()),
            ..greeted.clone()
        };
        let all = [fresh, greeted, sender, recipient, data, secured, login];
        before.cloned().into_iter().chain(all).collect()
    }

    /// Where a conversation with a beginning begins.
    pub fn at_the_beginning(conversation: &Conversation) -> Standing {
        let opened = conversation.opened.as_ref();
        match opened.is_some_and(|opened| opened.is_started) {
            true => Standing::secured(),
            false => Standing::default(),
        }
    }

    /// The banner has come.
    pub fn greet(&mut self, code: u16) {
        self.is_closed = matches!(code, 421 | 521);
    }

    /// Whether STARTTLS has been agreed to.
    pub fn awaits_tls(&self) -> bool {
        self.wants_tls
    }

    /// Whether an exchange of AUTH goes on.
    pub fn is_in_dialog(&self) -> bool {
        self.dialog.is_some()
    }

    /// Leaves an exchange of AUTH, where a command gets a reply that no challenge gets: it has ended before, and
    /// the document does not show it.
    pub fn leaves_dialog(&mut self, exchange: &Exchange, code: u16) -> bool {
        let is_command = exchange.is_dot || is_command(exchange.said);
        let is_other = is_command && !matches!(code, 235 | 334 | 400..);
        is_other && self.dialog.take().is_some()
    }

    /// Whether a message is being sent.
    pub fn is_in_data(&self) -> bool {
        self.is_in_data
    }

    /// A message is being sent, whatever was said before.
    pub fn enter_data(&mut self) {
        self.is_in_data = true;
    }

    /// Whether there is a recipient without a sender, which no Postfix agrees to.
    pub fn lacks_sender(&self) -> bool {
        self.has_recipient && !self.has_sender
    }

    /// Its mechanism.
    pub fn mechanism(&self) -> String {
        self.dialog.clone().unwrap_or_default()
    }

    /// TLS has started: the server has forgotten all.
    pub fn secure(&mut self) {
        *self = Standing::secured();
    }

    /// What comes of a reply.
    pub fn after(&mut self, exchange: &Exchange, code: u16) {
        if matches!(code, 221 | 421 | 521) {
            self.is_closed = true;
            return;
        }
        if self.dialog.is_some() {
            // A code that no server gives there is an agreement, or a challenge, all the same.
            if !matches!(code, 300..=399) {
                self.dialog = None;
                self.is_authenticated |= code < 300;
            }
            return;
        }
        if exchange.is_dot {
            self.forget();
            return;
        }
        let verb = verb(exchange.said);
        match (verb.as_str(), code) {
            // A code that no server gives there is an agreement all the same.
            ("HELO", 200..=399) => self.greeted("HELO"),
            ("EHLO", 200..=399) => self.greeted("EHLO"),
            ("MAIL", 200..=399) => self.has_sender = true,
            ("RCPT", 200..=399) => self.has_recipient = true,
            ("DATA", 354) => self.is_in_data = true,
            ("RSET", 200..=399) => self.forget(),
            ("BDAT", 250) if exchange.said.to_ascii_uppercase().contains("LAST") => self.forget(),
            ("STARTTLS", 220) => self.wants_tls = true,
            ("AUTH", 200..=299) => self.is_authenticated = true,
            ("AUTH", 300..=399) => {
                let mechanism = exchange.said.split_whitespace().nth(1).unwrap_or("");
                self.dialog = Some(mechanism.to_ascii_uppercase());
            }
            _ => {}
        }
    }

    fn greeted(&mut self, hello: &'static str) {
        self.forget();
        self.hello = Some(hello);
    }

    /// No message has been begun.
    pub fn forget(&mut self) {
        self.has_sender = false;
        self.has_recipient = false;
        self.is_in_data = false;
    }

    /// Commands that lead here from the banner; `(TLS)` is the handshake.
    pub fn way(&self) -> Vec<&'static str> {
        let mut way = Vec::new();
        if self.is_secured || self.wants_tls {
            way.extend(["EHLO client.example.com", "STARTTLS"]);
        }
        if self.is_secured && !self.wants_tls {
            way.push("(TLS)");
        }
        match self.hello {
            Some("HELO") => way.push("HELO client.example.com"),
            Some(_) => way.push("EHLO client.example.com"),
            None => {}
        }
        if let Some(mechanism) = &self.dialog {
            way.push(match mechanism.as_str() {
                "PLAIN" => "AUTH PLAIN",
                "CRAM-MD5" => "AUTH CRAM-MD5",
                _ => "AUTH LOGIN",
            });
            // Whoever is in it answers challenges. A document may have a second one, or one in the middle of a
            // transaction, which no server begins: that has been said, and what follows is not held against it.
            return way;
        }
        if self.is_authenticated {
            // user, password
            way.push("AUTH PLAIN AHVzZXIAcGFzc3dvcmQ=");
        }
        if self.has_sender || self.has_recipient || self.is_in_data {
            way.push("MAIL FROM:<sender@example.com>");
        }
        if self.has_recipient || self.is_in_data {
            way.push("RCPT TO:<recipient@example.com>");
        }
        if self.is_in_data {
            way.push("DATA");
        }
        way
    }
}
