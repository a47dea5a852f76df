//! The dialogue with a host that has answered: each reply brings the next command.

use std::sync::Arc;

use crate::postfix::config::settings::keywords;
use crate::postfix::delivery::exchanger::Step;
use crate::postfix::delivery::smtp::awaited::Awaited;
use crate::postfix::delivery::smtp::{Tls, Transfer, Wish};
use crate::postfix::queue::file::Addressee;
use crate::postfix::queue::outcome::{Outcome, Status, RELAYED};
use crate::smtp::address::quote_local;
use crate::smtp::envelope::{Body, Ret};
use crate::smtp::settings::discarding;

impl Transfer {
    pub(super) fn say(&mut self, awaited: Awaited, line: String) {
        self.awaited = awaited;
        let mut bytes = crate::smtp::bytes::encode(&line);
        bytes.extend_from_slice(b"\r\n");
        self.wishes.push_back(Wish::Send(bytes));
    }

    /// Does not see what it was told not to (`smtp_discard_ehlo_keywords`).
    fn discard(&mut self) {
        let addr = self.host.as_ref().map_or("", |h| &h.addr);
        let own = self.way.discard_maps.get(addr).ok().flatten();
        let words = keywords(own.as_deref().unwrap_or(&self.way.discarded));
        let named = discarding(&words);
        self.offers.retain(|offer| {
            let keyword = offer.split(' ').next().unwrap_or("");
            !words.iter().any(|word| word == keyword)
        });
        named.into_iter().for_each(|text| self.note(text));
    }

    pub(super) fn offers(&self, keyword: &str) -> bool {
        self.offers
            .iter()
            .any(|o| o.split(' ').next() == Some(keyword))
    }

    pub(super) fn answer(&mut self, reply: &str) {
        let good = reply.starts_with('2');
        match self.awaited {
            Awaited::Banner if good => self.greet(reply),
            Awaited::Ehlo if good => {
                self.offers = reply
                    .lines()
                    .skip(1)
                    .filter_map(|l| l.get(4..))
                    .map(str::to_ascii_uppercase)
                    .collect();
                self.discard();
                if self.way.notes_offers && self.level.tls == Tls::None && self.offers("STARTTLS") {
                    let host = self.host.as_ref().map_or("", |h| h.name.as_str());
                    self.note(format!("Host offered STARTTLS: [{host}]"));
                }
                match (self.is_encrypted, self.level.tls, self.offers("STARTTLS")) {
                    (false, Tls::May | Tls::Encrypt | Tls::Verify, true) => {
                        self.say(Awaited::StartTls, "STARTTLS".into())
                    }
                    (false, Tls::Encrypt | Tls::Verify, false) => {
                        let why = format!(
                            "TLS is required, but was not offered by host {}",
                            self.named()
                        );
                        self.fail_all(&Outcome::new(Status::Deferred, "4.7.4", why));
                    }
                    _ => self.authenticate(),
                }
            }
            Awaited::Ehlo if !reply.starts_with("421") => {
                self.say(Awaited::Helo, format!("HELO {}", self.way.helo))
            }
            Awaited::Helo if good => self.mail(),
            Awaited::Banner | Awaited::Ehlo | Awaited::Helo => {
                let why = format!(
                    "host {} refused to talk to me: {}",
                    self.named(),
                    flat(reply)
                );
                let mut outcome = self.refusal(reply, why);
                if self.awaited == Awaited::Banner {
                    // Another host of the domain may be in a better mood.
                    outcome.status = Status::Deferred;
                    outcome.dsn.replace_range(..1, "4");
                }
                self.fail_all(&outcome);
            }
            Awaited::StartTls if good => {
                self.awaited = Awaited::Handshake;
                self.wishes.push_back(Wish::Handshake);
            }
            Awaited::StartTls if self.level.tls == Tls::May => self.authenticate(),
            Awaited::Challenge if reply.starts_with('3') => {
                self.respond(reply.get(4..).unwrap_or(""));
            }
            Awaited::Auth if good => self.mail(),
            Awaited::Challenge | Awaited::Auth => self.disbelieved(reply),
            Awaited::Mail if good && self.further.is_empty() => self.rcpt(0),
            Awaited::Mail if good => self.go_on(),
            Awaited::Mail => {
                let outcome = self.said(reply);
                let all = std::mem::take(&mut self.recipients);
                self.fail(all.into_iter().map(|r| r.0).collect(), &outcome);
                self.go_on();
            }
            Awaited::Rcpt(n) => {
                if good {
                    if let Some(recipient) = self.recipients.get_mut(n) {
                        recipient.1 = true;
                        if self.file.trace.is_dry() {
                            let mut outcome = Outcome::new(Status::Sent, &code(reply), flat(reply));
                            let host = self.host.as_ref().map_or(String::new(), |h| h.name.clone());
                            outcome.remote = Some((host, flat(reply)));
                            self.wishes.push_back(Wish::Settle(recipient.0, outcome));
                        }
                    }
                } else {
                    let outcome = self.said(reply);
                    let place = self.recipients.get(n).map(|r| r.0);
                    self.fail(place.into_iter().collect(), &outcome);
                }
                match self.further.is_empty() {
                    true => self.rcpt(n + 1),
                    false => self.go_on(),
                }
            }
            Awaited::Data if reply.starts_with('3') => self.content(),
            Awaited::Content if good => {
                let outcome = Outcome {
                    status: Status::Sent,
                    dsn: code(reply),
                    why: flat(reply),
                    remote: Some((
                        self.host.as_ref().map_or(String::new(), |h| h.name.clone()),
                        flat(reply),
                    )),
                    // Who knows of no notifications sends none.
                    action: if self.offers("DSN") { "" } else { RELAYED },
                };
                for place in self.accepted() {
                    self.wishes.push_back(Wish::Settle(place, outcome.clone()));
                }
                self.quit();
            }
            Awaited::Data => {
                let outcome = self.said(reply);
                self.fail(self.accepted(), &outcome);
                self.abandon();
            }
            Awaited::Content => {
                let outcome = self.said(reply);
                self.fail(self.accepted(), &outcome);
                self.quit();
            }
            Awaited::Over | Awaited::Connect | Awaited::Handshake => {}
            _ => {
                let outcome = self.said(reply);
                self.fail_all(&outcome);
            }
        }
    }

    pub(super) fn mail(&mut self) {
        self.mailed = Some(self.now);
        // Only hosts that come so far count.
        self.sessions += 1;
        while self.sessions == self.way.sessions
            && matches!(self.untried.front(), Some(Step::Try(_)))
        {
            self.untried.pop_front();
        }
        let mut line = format!("MAIL FROM:<{}>", external(&self.file.sender));
        if self.offers("SIZE") && !self.converts() {
            line.push_str(&format!(
                " SIZE={}",
                crate::postfix::queue::text::size(&self.file.text)
            ));
        }
        if let Some(body) = self.file.body.filter(|_| self.offers("8BITMIME")) {
            line.push_str(match body {
                Body::EightBitMime => " BODY=8BITMIME",
                Body::SevenBit => " BODY=7BIT",
            });
        }
        if self.offers("DSN") {
            match self.file.ret {
                Some(Ret::Full) => line.push_str(" RET=FULL"),
                Some(Ret::Headers) => line.push_str(" RET=HDRS"),
                None => {}
            }
            if let Some(envid) = &self.file.envid {
                line.push_str(&format!(" ENVID={}", xtext(envid)));
            }
        }
        if !self.offers("PIPELINING") {
            return self.say(Awaited::Mail, line);
        }
        // All at once, as far as the message (RFC 2920).
        let recipients = self.recipients.iter();
        let recipients = recipients.filter_map(|(place, _)| self.file.recipients.get(*place));
        let rcpts: Vec<String> = recipients.map(|r| self.rcpt_line(r)).collect();
        self.further = (0..rcpts.len()).map(Awaited::Rcpt).collect();
        let mut all = [&[line], &rcpts[..]].concat();
        if !self.file.trace.is_dry() {
            self.further.push_back(Awaited::Data);
            all.push("DATA".into());
        }
        self.say(Awaited::Mail, all.join("\r\n"));
    }

    /// Waits for the reply to what was sent at once with the command that was answered.
    fn go_on(&mut self) {
        match self.further.pop_front() {
            Some(next) => self.awaited = next,
            None => self.abandon(),
        }
    }

    fn is_accepted(&self) -> bool {
        self.recipients.iter().any(|r| r.1)
    }

    fn rcpt(&mut self, n: usize) {
        let place = self.recipients.get(n).map(|r| r.0);
        match place.and_then(|p| self.file.recipients.get(p)).cloned() {
            Some(recipient) => {
                let line = self.rcpt_line(&recipient);
                self.say(Awaited::Rcpt(n), line);
            }
            None if self.is_accepted() && !self.file.trace.is_dry() => {
                self.say(Awaited::Data, "DATA".into())
            }
            None => self.abandon(),
        }
    }

    fn rcpt_line(&self, recipient: &Addressee) -> String {
        let mut line = format!("RCPT TO:<{}>", external(&recipient.address));
        if self.offers("DSN") {
            if let Some(notify) = recipient.notify {
                let words = [
                    (notify.never, "NEVER"),
                    (notify.success, "SUCCESS"),
                    (notify.failure, "FAILURE"),
                    (notify.delay, "DELAY"),
                ];
                let words: Vec<&str> = words.iter().filter(|w| w.0).map(|w| w.1).collect();
                line.push_str(&format!(" NOTIFY={}", words.join(",")));
            }
            if let Some((kind, address)) = recipient.dsn_original.split_once(';') {
                line.push_str(&format!(" ORCPT={kind};{}", xtext(address)));
            }
        }
        line
    }

    /// Sends the message, dots stuffed (RFC 5321 section 4.5.2); a server that has accepted nobody
    /// and wants it all the same gets nothing but the dot.
    fn content(&mut self) {
        let text = match self.is_accepted() {
            true => self.checked(),
            false => Some(Arc::default()),
        };
        let Some(text) = text else {
            self.awaited = Awaited::Over;
            self.wishes.push_back(Wish::Hangup);
            return self.fail_all(&self.data_error());
        };
        let mut bytes = Vec::with_capacity(text.len() + 64);
        let text = text.strip_suffix(b"\n").unwrap_or(&text);
        let lines = text.split(|&b| b == b'\n').filter(|_| self.is_accepted());
        let longest = self.way.longest;
        let mut is_broken = false;
        for line in lines {
            if line.starts_with(b".") {
                bytes.push(b'.');
            }
            // What is too long for others goes on in the next line.
            let (mut rest, mut room) = (line, longest);
            while longest > 1 && rest.len() > room {
                let (piece, after) = rest.split_at(room);
                bytes.extend_from_slice(piece);
                bytes.extend_from_slice(b"\r\n ");
                (rest, room, is_broken) = (after, longest - 1, true);
            }
            bytes.extend_from_slice(rest);
            bytes.extend_from_slice(b"\r\n");
        }
        bytes.extend_from_slice(b".\r\n");
        if is_broken {
            let id = &self.id;
            self.note(format!(
                "{id}: breaking line > {longest} bytes with <CR><LF>SPACE"
            ));
        }
        self.awaited = Awaited::Content;
        self.wishes.push_back(Wish::Send(bytes));
    }

    /// Nobody gets the message.
    fn abandon(&mut self) {
        self.wishes.push_back(Wish::Send(b"RSET\r\n".to_vec()));
        self.quit();
    }

    pub(super) fn quit(&mut self) {
        self.awaited = Awaited::Over;
        self.wishes.push_back(Wish::Send(b"QUIT\r\n".to_vec()));
        self.wishes.push_back(Wish::Hangup);
        self.recipients = self.kept.drain(..).map(|place| (place, false)).collect();
        if self.recipients.is_empty() {
            self.wishes.push_back(Wish::Done);
        }
    }

    fn accepted(&self) -> Vec<usize> {
        let accepted = self.recipients.iter().filter(|r| r.1);
        accepted.map(|r| r.0).collect()
    }

    /// An outcome for some recipients; those who have failed for now wait for the next host, if there
    /// is one.
    fn fail(&mut self, places: Vec<usize>, outcome: &Outcome) {
        if places.is_empty() {
            return;
        }
        let is_soft = outcome.status == Status::Deferred || self.way.is_soft;
        if is_soft && !self.untried.is_empty() {
            self.note(format!("{}: {}", self.id, outcome.why));
            self.failure = Some(outcome.clone());
            return self.kept.extend(places);
        }
        for place in places {
            self.wishes.push_back(Wish::Settle(place, outcome.clone()));
        }
    }

    /// The same for all that have no outcome yet.
    pub(super) fn fail_all(&mut self, outcome: &Outcome) {
        let open = self.connected.is_some() && self.awaited != Awaited::Over;
        let all = std::mem::take(&mut self.recipients);
        self.fail(all.into_iter().map(|r| r.0).collect(), outcome);
        if open {
            return self.quit();
        }
        self.awaited = Awaited::Over;
        self.wishes.push_back(Wish::Done);
    }

    /// Something of this host's own could not be looked up.
    pub(super) fn data_error(&self) -> Outcome {
        let why = format!("local data error while talking to {}", self.named());
        Outcome::new(Status::Deferred, "4.3.0", why)
    }

    /// A refusal in the host's words.
    fn said(&self, reply: &str) -> Outcome {
        let why = format!(
            "host {} said: {} (in reply to {})",
            self.named(),
            flat(reply),
            self.awaited.name()
        );
        self.refusal(reply, why)
    }

    pub(super) fn refusal(&self, reply: &str, why: String) -> Outcome {
        let status = match reply.starts_with('5') {
            true => Status::Bounced,
            false => Status::Deferred,
        };
        let host = self.host.as_ref().map_or(String::new(), |h| h.name.clone());
        Outcome {
            status,
            dsn: code(reply),
            why,
            remote: Some((host, flat(reply))),
            action: "",
        }
    }
}

/// The enhanced status code of a reply, or what its code stands for.
fn code(reply: &str) -> String {
    let class = reply.get(..1).unwrap_or("4");
    let word = reply
        .get(4..)
        .and_then(|r| r.split([' ', '\n']).next())
        .unwrap_or("");
    let is_code = word.starts_with(class)
        && word.split('.').count() == 3
        && word
            .split('.')
            .all(|p| !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit()));
    match is_code {
        true => word.into(),
        false => format!("{class}.0.0"),
    }
}

pub(super) fn flat(reply: &str) -> String {
    reply.replace('\n', " ")
}

fn external(address: &str) -> String {
    match address {
        "" => String::new(),
        _ => quote_local(address),
    }
}

/// RFC 3461 section 4.
fn xtext(text: &str) -> String {
    let mut out = String::new();
    for b in text.bytes() {
        match b {
            b'!'..=b'~' if b != b'+' && b != b'=' => out.push(char::from(b)),
            _ => out.push_str(&format!("+{b:02X}")),
        }
    }
    out
}
