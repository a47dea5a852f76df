//! What the engine that takes no mail says to each command.

use crate::postfix::config::settings::keywords;
use crate::postfix::server::full::postscreen::{Screen, Stage};
use crate::postfix::server::running::Server;
use crate::postfix::server::{Exchanged, Screened};
use crate::smtp::address::quote_local_info;
use crate::smtp::command::Verb;
use crate::smtp::reply::Reply;
use crate::smtp::session::noise;
use crate::smtp::settings::{discarding, Tls};
use crate::smtp::tls::USUAL;

impl Screen {
    /// Answers a command; `Some` where that was the last word.
    pub(super) fn answer(
        &mut self,
        server: &mut Server,
        verb: Verb,
        rest: &str,
    ) -> Option<Screened> {
        use Verb::*;
        let argument = rest.split(' ').find(|word| !word.is_empty());
        let needs_tls = self.rules.tls == Tls::Encrypt && !self.facts.tls;
        let has_sender = self.facts.sender.is_some();
        let is_unknown = matches!(verb, Unknown | Help | Xclient | Xforward | Auth);
        let needs_helo = self.facts.helo.is_none() && self.rules.number("helo_required") != 0;
        let lacks_helo = "503 5.5.1 Error: send HELO/EHLO first";
        let (has_no_list, has_no_sender) = (
            "554 5.5.1 Error: no valid recipients",
            "503 5.5.1 Error: need MAIL command",
        );
        let text = match (verb, argument) {
            _ if is_unknown => "502 5.5.2 Error: command not recognized",
            _ if needs_tls && !matches!(verb, Helo | Ehlo | Starttls | Noop | Quit) => {
                "530 5.7.0 Must issue a STARTTLS command first"
            }
            (Helo, None) => "501 Syntax: HELO hostname",
            (Ehlo, None) => "501 Syntax: EHLO hostname",
            (Helo | Ehlo, Some(name)) => {
                self.facts.helo = Some(name.into());
                self.facts.sender = None;
                if verb == Ehlo {
                    self.facts.protocol = "ESMTP";
                    return self.extensions(server);
                }
                self.reply(format!("250 {}", self.rules.shared().get("myhostname")));
                return None;
            }
            (Starttls, Some(_)) => "501 Syntax: EHLO hostname",
            (Starttls, None) if self.facts.tls => "554 5.5.1 Error: TLS already active",
            (Starttls, None) if self.rules.tls == Tls::None || self.discards("STARTTLS") => {
                "502 5.5.1 Error: command not implemented"
            }
            (Starttls, None) if !server.settings().tls_certificate => {
                "454 4.7.0 TLS not available due to local problem"
            }
            (Starttls, None) => {
                self.stage = Stage::Handshake;
                self.until = None;
                server.log_as("tlsproxy", self.now, format!("CONNECT from {}", self.from));
                "220 2.0.0 Ready to start TLS"
            }
            (Mail | Etrn, _) if needs_helo => lacks_helo,
            (Mail, _) if has_sender => "503 5.5.1 Error: nested MAIL command",
            (Mail, _) => match rest.split_once(':') {
                None => "501 5.5.4 Syntax: MAIL FROM:<address>",
                Some((_, address)) => {
                    self.facts.sender = Some(extract(address).into());
                    "250 2.1.0 Ok"
                }
            },
            (Rcpt, _) if !has_sender => has_no_sender,
            (Rcpt, _) => match rest.split_once(':') {
                None => "501 5.5.4 Syntax: RCPT TO:<address>",
                Some((_, address)) => {
                    self.refuse(server, &extract(address));
                    return None;
                }
            },
            (Data | Bdat, _) => {
                let name = verb.name();
                let from = &self.from;
                self.log(server, format!("{name} without valid RCPT from {from}"));
                let last = match (verb, argument) {
                    (Data, Some(_)) => "501 5.5.4 Syntax: DATA",
                    (Data, _) if !has_sender => "503 5.5.1 Error: need RCPT command",
                    (Bdat, _) if self.discards("CHUNKING") => {
                        "502 5.5.1 Error: command not implemented"
                    }
                    (Bdat, None) => "501 5.5.4 Syntax: BDAT count [LAST]",
                    (Bdat, _) if !has_sender => "554 5.5.1 Error: need MAIL command",
                    _ => has_no_list,
                };
                return Some(self.drop(server, last));
            }
            (Vrfy, None) => "501 5.5.4 Syntax: VRFY address",
            (Vrfy, _) if self.rules.number("disable_vrfy_command") != 0 => {
                "502 5.5.1 VRFY command is disabled"
            }
            (Vrfy, _) => {
                self.reply(self.refusal.clone());
                return None;
            }
            (Etrn, None) => "500 Syntax: ETRN domain",
            (Etrn, _) => "458 Unable to queue messages",
            (Quit, _) => return Some(self.drop(server, "221 2.0.0 Bye")),
            (Rset, _) => {
                self.facts.sender = None;
                "250 2.0.0 Ok"
            }
            _ => "250 2.0.0 Ok",
        };
        self.reply(text.into());
        None
    }

    fn discards(&self, keyword: &str) -> bool {
        self.discarded.iter().any(|own| own == keyword)
    }

    /// The reply to EHLO.
    fn extensions(&mut self, server: &mut Server) -> Option<Screened> {
        let config = self.rules.shared();
        let addr = &self.facts.client.addr;
        let own = self.rules.discard_maps.get(addr).ok().flatten();
        let own = own.map(|words| keywords(&words));
        self.discarded = keywords(&self.rules.text("discard_ehlo_keywords"));
        let mut told = None;
        if let Some(own) = own {
            if let Some(text) = discarding(&own).filter(|_| own != self.discarded) {
                // The colon is missing there, too.
                let (addr, port) = (&self.facts.client.addr, &self.facts.client.port);
                told = Some(format!("[{addr}]{port}: {text}"));
            }
            self.discarded = own;
        }
        let size = match config.size("message_size_limit") {
            0 => "SIZE".to_string(),
            limit => format!("SIZE {limit}"),
        };
        let offers_tls = self.rules.tls != Tls::None && !self.facts.tls;
        let lines = [
            ("SIZE", true),
            ("VRFY", !config.flag("disable_vrfy_command")),
            ("ETRN", true),
            ("STARTTLS", offers_tls),
            ("ENHANCEDSTATUSCODES", true),
            ("8BITMIME", true),
            ("DSN", true),
            ("SMTPUTF8", config.flag("smtputf8_enable")),
            ("CHUNKING", true),
        ];
        let mut all = vec![config.get("myhostname")];
        for (keyword, _) in lines
            .iter()
            .filter(|(k, is_on)| *is_on && !self.discards(k))
        {
            all.push(match *keyword {
                "SIZE" => size.clone(),
                other => other.into(),
            });
        }
        if let Some(text) = told {
            self.log(server, text);
        }
        self.exchanged
            .push(Exchanged::Reply(Reply::lines(250, all)));
        None
    }

    /// Refuses a recipient.
    fn refuse(&mut self, server: &mut Server, recipient: &str) {
        let mut reply = Reply::from(self.refusal.clone());
        if self.rules.shared().flag("soft_bounce") {
            reply.soften();
        }
        let (why, from) = (reply.text(), &self.from);
        let sender = quote_local_info(self.facts.sender.as_deref().unwrap_or_default());
        let recipient = quote_local_info(recipient);
        let (protocol, helo) = (
            self.facts.protocol,
            self.facts.helo.as_deref().unwrap_or_default(),
        );
        let text = format!(
            "NOQUEUE: reject: RCPT from {from}: {why}; from=<{sender}>, to=<{recipient}>, proto={protocol}, helo=<{helo}>"
        );
        self.log(server, text);
        self.reply(self.refusal.clone());
    }

    /// Waits for a handshake, or goes on after it.
    pub(super) fn wait_for_tls(&mut self, server: &mut Server) -> Screened {
        if !self.facts.tls {
            let problem = noise(self.input.make_contiguous());
            if problem.is_none() && !self.has_hung_up {
                return Screened::Waits;
            }
            let from = &self.from;
            let library = problem.map(|why| format!("warning: TLS library problem: {why}"));
            let failure = format!("TLS handshake failed for service=smtpd peer={from}");
            for text in library
                .into_iter()
                .chain([failure, format!("DISCONNECT {from}")])
            {
                server.log_as("tlsproxy", self.now, text);
            }
            return self.lose(server);
        }
        let level = server.settings().telling.level;
        if level > 0 {
            let from = &self.from;
            let text = format!("Anonymous TLS connection established from {from}: {USUAL}");
            server.log_as("tlsproxy", self.now, text);
        }
        self.stage = Stage::Deep;
        self.facts.helo = None;
        self.facts.sender = None;
        self.start_clock();
        self.converse(server)
    }

    /// From here on both sides speak TLS.
    pub fn start_tls(&mut self) {
        self.facts.tls = true;
    }
}

/// An address as the engine takes it out of MAIL or RCPT: without brackets and quotes, whatever it is.
fn extract(text: &str) -> String {
    let text = text.trim_start_matches(' ');
    let (text, end) = match text.strip_prefix('<') {
        Some(inside) => (inside, '>'),
        None => (text, ' '),
    };
    let (mut found, mut is_quoted) = (String::new(), false);
    let mut all = text.chars();
    while let Some(c) = all.next() {
        match c {
            _ if c == end && !is_quoted => break,
            '"' => is_quoted = !is_quoted,
            '\\' => found.extend(all.next()),
            other => found.push(other),
        }
    }
    match found.split_once(':') {
        Some((_, rest)) if found.starts_with('@') => rest.into(),
        _ => found,
    }
}
