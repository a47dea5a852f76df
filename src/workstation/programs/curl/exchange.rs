//! What each reply leads to.

use crate::workstation::programs::curl::dialogue::{bare, Dialogue, Stage};
use crate::workstation::programs::curl::login::{answer, choose, coded};
use crate::workstation::programs::machine::Machine;

impl Dialogue {
    pub(super) fn greet(&mut self, at: &mut Machine) {
        let line = format!("EHLO {}", self.plan.greeting);
        self.send(Stage::Ehlo, &line, at);
    }

    /// What the server says after a keyword of its reply to EHLO, if it has said it.
    pub(super) fn offer(&self, keyword: &str) -> Option<&str> {
        let mut lines = self.offers.lines().skip(1).filter_map(|line| line.get(4..));
        lines.find_map(|line| {
            let (name, rest) = line.split_once(' ').unwrap_or((line, ""));
            (name == keyword).then_some(rest)
        })
    }

    pub(super) fn hear(&mut self, reply: &str, at: &mut Machine) {
        let last = reply.lines().last().unwrap_or("");
        let code = last
            .get(..3)
            .and_then(|code| code.parse().ok())
            .unwrap_or(0);
        let is_good = code / 100 == 2;
        if self.stage != Stage::Quit {
            self.code = code;
        }
        let given = &self.plan.given;
        match self.stage {
            Stage::Banner if is_good => self.greet(at),
            Stage::Banner => {
                let text = format!("Got unexpected smtp-server response: {code}");
                self.fail(8, &text, at);
            }
            Stage::Ehlo if is_good => {
                self.offers = reply.into();
                let wants = given.has("ssl") || given.has("ftp-ssl");
                let demands = given.has("ssl-reqd") || given.has("ftp-ssl-reqd");
                match self.offer("STARTTLS") {
                    Some(_) if (wants || demands) && !self.is_encrypted => {
                        self.send(Stage::Tls, "STARTTLS", at);
                    }
                    None if demands && !self.is_encrypted => {
                        self.fail(64, "STARTTLS not supported.", at);
                    }
                    _ => self.authenticate(at),
                }
            }
            Stage::Ehlo if self.is_encrypted || !given.has("ssl-reqd") => {
                let line = format!("HELO {}", self.plan.greeting);
                self.send(Stage::Helo, &line, at);
            }
            Stage::Helo if is_good => self.perform(at),
            Stage::Ehlo | Stage::Helo => {
                self.fail(9, &format!("Remote access denied: {code}"), at);
            }
            Stage::Tls if code == 220 => self.shake_hands(at),
            Stage::Tls if given.has("ssl-reqd") => {
                self.fail(64, &format!("STARTTLS denied, code {code}"), at);
            }
            Stage::Tls => self.authenticate(at),
            Stage::Auth(_) if code == 235 => {
                self.is_logged_in = true;
                self.perform(at);
            }
            Stage::Auth(step) => {
                let said = answer(&self.login, self.mechanism, step, last);
                match said.filter(|_| code == 334) {
                    Some(said) => self.send(Stage::Auth(step + 1), &coded(&said), at),
                    None => self.deny(at),
                }
            }
            Stage::Mail if is_good => self.next_recipient(at),
            Stage::Mail => self.refuse(55, &format!("MAIL failed: {code}"), at),
            Stage::Rcpt => {
                self.accepted += usize::from(is_good);
                let goes_on = given.has("mail-rcpt-allowfails");
                if !is_good && !goes_on {
                    self.refuse(55, &format!("RCPT failed: {code}"), at);
                } else if !self.recipients.is_empty() {
                    self.next_recipient(at);
                } else if self.accepted == 0 {
                    self.refuse(55, &format!("RCPT failed: {code} (last error)"), at);
                } else {
                    self.send(Stage::Data, "DATA", at);
                }
            }
            Stage::Data if code == 354 => self.send_content(at),
            Stage::Data => self.refuse(55, &format!("DATA failed: {code}"), at),
            Stage::Content if code == 250 => self.succeed(at),
            Stage::Content => {
                self.fault = (8, "Weird server reply".into());
                self.succeed(at);
            }
            Stage::Command if is_good => {
                let shown = reply.replace('\n', "\r\n") + "\r\n";
                if !given.has("head") {
                    self.report.body(&shown, at);
                }
                match self.recipients.is_empty() {
                    true => self.succeed(at),
                    false => self.command(at),
                }
            }
            Stage::Command => self.refuse(8, &format!("Command failed: {code}"), at),
            Stage::Quit => self.leave(at),
            Stage::Connecting | Stage::Handshake | Stage::Raw => {}
        }
    }

    pub(super) fn authenticate(&mut self, at: &mut Machine) {
        let offered = self.offer("AUTH").map(str::to_string);
        let (Some(offered), Some(_)) = (offered, &self.plan.user) else {
            return self.perform(at);
        };
        let wanted = self.plan.given.value("login-options").unwrap_or("");
        let Some(mechanism) = choose(&offered, wanted, &self.login) else {
            self.report
                .info("No known authentication mechanisms supported", at);
            return self.deny(at);
        };
        self.mechanism = mechanism;
        let first = match mechanism {
            "CRAM-MD5" => None,
            _ => answer(&self.login, mechanism, 0, "").filter(|_| self.plan.given.has("sasl-ir")),
        };
        match first {
            Some(first) => {
                let line = format!("AUTH {mechanism} {}", coded(&first));
                self.send(Stage::Auth(1), &line, at);
            }
            None => self.send(Stage::Auth(0), &format!("AUTH {mechanism}"), at),
        }
    }

    pub(super) fn deny(&mut self, at: &mut Machine) {
        self.fault = (67, "Login denied".into());
        self.close(at);
    }

    /// What it came for: a message, or commands.
    pub(super) fn perform(&mut self, at: &mut Machine) {
        if self.plan.message.is_none() || self.recipients.is_empty() {
            return self.command(at);
        }
        let given = &self.plan.given;
        let mut line = format!(
            "MAIL FROM:<{}>",
            bare(given.value("mail-from").unwrap_or(""))
        );
        if let Some(actor) = given.value("mail-auth").filter(|_| self.is_logged_in) {
            let actor = bare(actor);
            line.push_str(&format!(" AUTH=<{actor}>"));
        }
        if let Some(size) = self.plan.size.filter(|size| *size > 0) {
            if self.offer("SIZE").is_some() {
                line.push_str(&format!(" SIZE={size}"));
            }
        }
        let is_wide = !line.is_ascii() || self.recipients.iter().any(|r| !r.is_ascii());
        if is_wide && self.offer("SMTPUTF8").is_some() {
            line.push_str(" SMTPUTF8");
        }
        self.send(Stage::Mail, &line, at);
    }

    pub(super) fn next_recipient(&mut self, at: &mut Machine) {
        let recipient = self.recipients.pop_front().unwrap_or_default();
        self.send(Stage::Rcpt, &format!("RCPT TO:<{recipient}>"), at);
    }

    /// The message, as it is: only a dot after CR LF is doubled, so one after a lone LF ends the message for a
    /// server that takes LF for the end of a line.
    pub(super) fn send_content(&mut self, at: &mut Machine) {
        let message = self.plan.message.take().unwrap_or_default();
        let ends_lines = self.plan.given.has("crlf");
        let mut bytes = Vec::with_capacity(message.len() + 5);
        let mut before = [b'\r', b'\n'];
        for byte in message {
            if byte == b'\n' && ends_lines && before[1] != b'\r' {
                bytes.push(b'\r');
                before = [before[1], b'\r'];
            }
            if byte == b'.' && before == *b"\r\n" {
                bytes.push(b'.');
            }
            bytes.push(byte);
            before = [before[1], byte];
        }
        let sent = bytes.len();
        bytes.extend(match before == *b"\r\n" {
            true => b".\r\n".as_slice(),
            false => b"\r\n.\r\n",
        });
        self.report.moved(sent, true, at);
        self.report.info("We are completely uploaded and fine", at);
        self.sent = Some((sent, self.plan.size.unwrap_or(0)));
        if let Some(connection) = self.connection {
            at.world.send(connection, &bytes);
        }
        self.stage = Stage::Content;
        self.since = at.world.now();
    }

    /// One command: the one that was asked for, VRFY or HELP.
    pub(super) fn command(&mut self, at: &mut Machine) {
        let own = self.plan.given.value("request").unwrap_or("");
        let recipient = self.recipients.pop_front();
        let mut line = match (own, &recipient) {
            ("", Some(_)) => "VRFY".to_string(),
            ("", None) => "HELP".into(),
            (own, _) => own.into(),
        };
        if let Some(recipient) = recipient {
            line = format!("{line} {recipient}");
        }
        if own == "EXPN" && self.offer("SMTPUTF8").is_some() {
            line.push_str(" SMTPUTF8");
        }
        self.send(Stage::Command, &line, at);
    }
}
