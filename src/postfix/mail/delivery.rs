//! One turn of the queue manager: every recipient of a message that is due is tried once.

use std::sync::Arc;
use std::time::Duration;

use super::bounce::{Notice, Writer};
use super::mailbox::{entry, envelope_headers};
use super::queue::{Addressee, Outcome, Place, QueueFile, Status};
use super::routes::destinations;
use super::stored::{size, Store};
use super::transfer::{Tls, Transfer};
use crate::dns::Dns;
use crate::postfix::log::span;
use crate::postfix::server::Server;
use crate::smtp::address::quote_local;
use crate::smtp::envelope::Message;
use crate::smtp::policy::Note;
use crate::smtp::text::decode;
use crate::time::Time;

/// How soon the queue manager learns of new mail.
const NOTICE: Duration = Duration::from_millis(10);

/// How often aliases may lead to aliases.
const DEPTH: usize = 20;

/// Where a line about a delivery comes from.
struct Agent<'a> {
    program: &'static str,
    relay: &'a str,
    spans: [Duration; 2],
}

impl Agent<'_> {
    fn own(program: &'static str, relay: &'static str) -> Agent<'static> {
        Agent {
            program,
            relay,
            spans: [Duration::ZERO; 2],
        }
    }
}

impl Server {
    /// cleanup: stores a message that smtpd has accepted.
    pub(crate) fn store(&mut self, message: &Message, now: Time) {
        let addr = &message.origin.client.addr;
        let is_own = addr.starts_with("127.") || addr == "::1" || self.addresses.contains(addr);
        let stored = self.store_with(is_own).message(message);
        let text = format!("{}: message-id={}", message.queue_id, stored.message_id);
        self.log_as("cleanup", now, text);
        let mut recipients: Vec<Addressee> = Vec::new();
        for recipient in &message.recipients {
            for address in self.routes().expand(&recipient.address, self.resolver()) {
                // The same mailbox twice over would get the same letter twice.
                let is_same = |r: &Addressee| r.address.eq_ignore_ascii_case(&address);
                if !recipients.iter().any(is_same) {
                    recipients.push(Addressee {
                        original: recipient.address.to_string(),
                        dsn_original: format!("{};{}", recipient.original.0, recipient.original.1),
                        notify: recipient.notify,
                        ..Addressee::new(&address)
                    });
                }
            }
        }
        let bcc = self.routes().always_bcc.clone();
        if !bcc.is_empty() {
            recipients.push(Addressee::new(&self.resolver().rewrite(&bcc)));
        }
        let sender = self.resolver().rewrite(&message.sender);
        self.enter(
            QueueFile {
                id: Arc::clone(&message.queue_id),
                place: Place::Incoming,
                arrival: message.arrival,
                sender,
                envid: message.envid.clone(),
                ret: message.ret,
                is_8bit: message.body.is_some() || message.smtputf8,
                text: stored.text,
                recipients,
                due: now + NOTICE,
                is_warned: false,
            },
            now,
        );
    }

    /// pickup: takes a message from a program on this host.
    pub fn submit(&mut self, sender: &str, recipients: &[String], content: &[u8], now: Time) {
        let id = self.new_queue_id(now);
        self.log_as("pickup", now, format!("{id}: uid=1000 from=<{sender}>"));
        let received = format!(
            "Received: by {} ({}, from userid 1000)\n\tid {id}; {}\n",
            self.settings().myhostname,
            self.mail_name(),
            now.header_date()
        );
        let sender = self.resolver().rewrite(sender);
        let stored = self
            .store_with(true)
            .text(received, content, &id, &sender, now);
        self.log_as(
            "cleanup",
            now,
            format!("{id}: message-id={}", stored.message_id),
        );
        let mut addressees: Vec<Addressee> = Vec::new();
        for recipient in recipients {
            for address in self.routes().expand(recipient, self.resolver()) {
                if !addressees
                    .iter()
                    .any(|r| r.address.eq_ignore_ascii_case(&address))
                {
                    addressees.push(Addressee {
                        original: recipient.clone(),
                        dsn_original: format!("rfc822;{recipient}"),
                        ..Addressee::new(&address)
                    });
                }
            }
        }
        self.enter(
            QueueFile {
                id,
                place: Place::Incoming,
                arrival: now,
                sender,
                envid: None,
                ret: None,
                is_8bit: false,
                text: stored.text,
                recipients: addressees,
                due: now + NOTICE,
                is_warned: false,
            },
            now,
        );
    }

    fn store_with(&self, is_own: bool) -> Store<'_> {
        Store {
            hostname: &self.settings().myhostname,
            mail_name: self.mail_name(),
            resolver: self.resolver(),
            is_own,
        }
    }

    fn enter(&mut self, file: QueueFile, now: Time) {
        self.mail.begun.get_or_insert(now);
        self.mail.files.push(file);
    }

    fn log_as(&mut self, program: &'static str, now: Time, text: String) {
        let pid = self.daemon(program);
        self.write(now, pid, Note { program, text });
    }

    /// When something is to be done next.
    pub fn deadline(&self) -> Option<Time> {
        let anvil = self.anvil.due(self.is_busy());
        self.mail.deadline().into_iter().chain(anvil).min()
    }

    /// Lets the queue manager do what is due: messages for this host are delivered, those for
    /// others are given back as transfers for the network.
    pub fn wake(&mut self, now: Time, dns: &Dns) -> Vec<Transfer> {
        let busy = self.is_busy();
        if self.anvil.due(busy).is_some_and(|due| due <= now) {
            for line in self.anvil.report(busy, now) {
                self.log_as("anvil", now, line);
            }
        }
        let mut transfers = Vec::new();
        while let Some(id) = self.mail.due(now) {
            transfers.extend(self.attempt(&id, now, dns));
        }
        transfers
    }

    /// What mailq shows.
    pub fn mailq(&self) -> String {
        super::mailq::list(&self.mail)
    }

    /// Makes all deferred mail due now (`postqueue -f`), or one file (`postqueue -i`).
    pub fn flush(&mut self, id: Option<&str>, now: Time) {
        for file in &mut self.mail.files {
            if file.place == Place::Deferred && id.is_none_or(|id| &*file.id == id) {
                file.due = now;
            }
        }
    }

    fn attempt(&mut self, id: &str, now: Time, dns: &Dns) -> Vec<Transfer> {
        let Some(file) = self.mail.file_mut(id) else {
            return Vec::new();
        };
        file.place = Place::Active;
        let file = file.clone();
        let left = file.recipients.iter().filter(|r| !r.is_done).count();
        let text = format!(
            "{id}: from=<{}>, size={}, nrcpt={left} (queue active)",
            external(&file.sender),
            size(&file.text)
        );
        self.log_as("qmgr", now, text);
        let mut remote: Vec<(String, Vec<usize>)> = Vec::new();
        for (place, recipient) in file
            .recipients
            .iter()
            .enumerate()
            .filter(|(_, r)| !r.is_done)
        {
            let resolved = match self.resolver().resolve(&recipient.address) {
                Ok(resolved) if !resolved.error => resolved,
                _ => {
                    let why = "bad address syntax";
                    let outcome = Outcome::new(Status::Bounced, "5.1.3", why);
                    self.settle(id, place, outcome, &Agent::own("error", "none"), now);
                    continue;
                }
            };
            match resolved.transport.as_str() {
                "local" => self.deliver_here(&file, place, now),
                "virtual" => {
                    let outcome = self.put_into_virtual(&file, recipient, now);
                    self.settle(id, place, outcome, &Agent::own("virtual", "virtual"), now);
                }
                "discard" => {
                    let why = match resolved.nexthop.as_str() {
                        "" => "discarded",
                        nexthop => nexthop,
                    };
                    let outcome = Outcome::new(Status::Sent, "2.0.0", why);
                    self.settle(id, place, outcome, &Agent::own("discard", "none"), now);
                }
                "error" | "retry" => {
                    let (status, class) = match resolved.transport.as_str() {
                        "error" => (Status::Bounced, '5'),
                        _ => (Status::Deferred, '4'),
                    };
                    let (dsn, why) = split_code(&resolved.nexthop, class);
                    let outcome = Outcome::new(status, &dsn, why);
                    self.settle(id, place, outcome, &Agent::own("error", "none"), now);
                }
                _ => match remote.iter_mut().find(|(hop, _)| *hop == resolved.nexthop) {
                    Some((_, places)) => places.push(place),
                    None => remote.push((resolved.nexthop, vec![place])),
                },
            }
        }
        let helo = self.routes().helo_name.clone();
        let tls = match self.config.get("smtp_tls_security_level").as_str() {
            "may" => Tls::May,
            "" | "none" => Tls::None,
            _ => Tls::Encrypt,
        };
        let begin = |(hop, places): (String, Vec<usize>)| {
            Transfer::begin(file.clone(), places, &hop, &helo, tls, dns, now)
        };
        let transfers: Vec<Transfer> = remote.into_iter().map(begin).collect();
        if transfers.is_empty() {
            self.finish(id, now);
        }
        transfers
    }

    /// What a transfer has come to for one recipient.
    pub fn settle_transfer(
        &mut self,
        transfer: &Transfer,
        place: usize,
        outcome: Outcome,
        now: Time,
    ) {
        let relay = transfer.relay();
        let agent = Agent {
            program: "smtp",
            relay: &relay,
            spans: transfer.spans(),
        };
        self.settle(&transfer.id, place, outcome, &agent, now);
    }

    /// A line of smtp's.
    pub fn note_transfer(&mut self, note: Note, now: Time) {
        self.log_as(note.program, now, note.text);
    }

    /// Notes an outcome in the log and in the queue file.
    fn settle(&mut self, id: &str, place: usize, outcome: Outcome, agent: &Agent, now: Time) {
        let Some(file) = self.mail.file_mut(id) else {
            return;
        };
        let arrival = file.arrival;
        let Some(recipient) = file.recipients.get_mut(place) else {
            return;
        };
        recipient.is_done = outcome.status != Status::Deferred;
        recipient.reason = Some(outcome.clone());
        let recipient = recipient.clone();
        let line = delivery_line(
            id,
            &recipient.address,
            &recipient.original,
            &outcome,
            agent,
            now - arrival,
        );
        self.log_as(agent.program, now, line);
    }

    /// local: aliases first, then `.forward`, then the mailbox.
    fn deliver_here(&mut self, file: &QueueFile, place: usize, now: Time) {
        let recipient = file.recipients[place].clone();
        let mut results: Vec<(String, Outcome)> = Vec::new();
        let mut elsewhere: Vec<String> = Vec::new();
        let mut left = vec![(recipient.address.clone(), 0, String::new())];
        let mut seen: Vec<String> = Vec::new();
        while let Some((address, depth, from)) = left.pop() {
            let local = address
                .rsplit_once('@')
                .map_or(address.as_str(), |(l, _)| l)
                .to_string();
            let is_here = self
                .resolver()
                .resolve(&address)
                .is_ok_and(|r| r.transport == "local");
            if !is_here {
                elsewhere.push(address);
                continue;
            }
            if seen.contains(&address) {
                continue;
            }
            seen.push(address.clone());
            let delimiter = self.resolver().delimiter.clone();
            let alias = match depth < DEPTH && from != local {
                true => self.routes().alias(&local, &delimiter),
                false => None,
            };
            let user = crate::postfix::maps::without_extension(&local, &delimiter)
                .unwrap_or(local.clone());
            let forward = self
                .files
                .get(&format!("/home/{user}/.forward"))
                .map(destinations);
            let targets = alias.or_else(|| forward.filter(|_| self.has_account(&user)));
            match targets {
                Some(targets) => {
                    for target in targets.iter().rev() {
                        let own = target.trim_start_matches('\\');
                        let mine = own == user
                            || own.strip_suffix(&format!("@{}", self.resolver().myorigin))
                                == Some(&user);
                        if mine {
                            let outcome = self.put_into_mailbox(file, &recipient, &user, now);
                            results.push((self.resolver().rewrite(own), outcome));
                        } else if own.starts_with('/') {
                            self.append(own, &entry(file, &recipient, &recipient.address, now));
                            results.push((
                                own.into(),
                                Outcome::new(
                                    Status::Sent,
                                    "2.0.0",
                                    format!("delivered to file: {own}"),
                                ),
                            ));
                        } else {
                            left.push((self.resolver().rewrite(own), depth + 1, local.clone()));
                        }
                    }
                }
                None => {
                    let outcome = self.put_into_mailbox(file, &recipient, &user, now);
                    results.push((address, outcome));
                }
            }
        }
        if !elsewhere.is_empty() {
            let id = self.forward(file, &recipient, &elsewhere, now);
            let outcome = Outcome::new(Status::Sent, "2.0.0", format!("forwarded as {id}"));
            results.push((recipient.address.clone(), outcome));
        }
        let agent = Agent::own("local", "local");
        for (address, outcome) in &results {
            let line = delivery_line(
                &file.id,
                address,
                &recipient.original,
                outcome,
                &agent,
                now - file.arrival,
            );
            self.log_as("local", now, line);
        }
        let failed = results
            .into_iter()
            .rev()
            .find(|(_, o)| o.status != Status::Sent);
        let sent = || {
            (
                recipient.address.clone(),
                Outcome::new(Status::Sent, "2.0.0", "delivered to mailbox"),
            )
        };
        let (address, outcome) = failed.unwrap_or_else(sent);
        if let Some(stored) = self
            .mail
            .file_mut(&file.id)
            .and_then(|f| f.recipients.get_mut(place))
        {
            stored.is_done = outcome.status != Status::Deferred;
            stored.address = address;
            stored.reason = Some(outcome);
        }
    }

    fn has_account(&self, user: &str) -> bool {
        self.files.get("passwd.byname").is_some_and(|accounts| {
            accounts.lines().any(|l| {
                l.split(' ')
                    .next()
                    .is_some_and(|n| n.eq_ignore_ascii_case(user))
            })
        })
    }

    fn put_into_mailbox(
        &mut self,
        file: &QueueFile,
        recipient: &Addressee,
        user: &str,
        now: Time,
    ) -> Outcome {
        if !self.has_account(user) {
            return Outcome::new(
                Status::Bounced,
                "5.1.1",
                format!("unknown user: \"{user}\""),
            );
        }
        let marker = format!("Delivered-To: {}\n", quote_local(&recipient.address));
        let headers = super::stored::split(&file.text).0;
        if headers.iter().any(|h| decode(h) == marker) {
            let why = format!("mail forwarding loop for {}", recipient.address);
            return Outcome::new(Status::Bounced, "5.4.6", why);
        }
        let path = self.routes().mailbox(user);
        self.write_mailbox(
            &path,
            user,
            &entry(file, recipient, &recipient.address, now),
        )
    }

    fn write_mailbox(&mut self, path: &str, user: &str, text: &str) -> Outcome {
        let limit = self.routes().mailbox_size_limit;
        let size = self.files.get(path).map_or(0, str::len) + text.len();
        if limit > 0 && size as u64 > limit {
            let why = format!(
                "cannot update mailbox {path} for user {user}. error writing message: File too large"
            );
            return Outcome::new(Status::Bounced, "5.2.2", why);
        }
        self.append(path, text);
        Outcome::new(Status::Sent, "2.0.0", "delivered to mailbox")
    }

    fn append(&mut self, path: &str, text: &str) {
        let before = self.files.get(path).unwrap_or("").to_string();
        self.files.insert(path, before + text);
    }

    fn put_into_virtual(&mut self, file: &QueueFile, recipient: &Addressee, now: Time) -> Outcome {
        let address = &recipient.address;
        let Some(path) = self.routes().virtual_mailbox(address, self.resolver()) else {
            let why = format!("unknown user: \"{address}\"");
            return Outcome::new(Status::Bounced, "5.1.1", why);
        };
        if path.ends_with('/') {
            let name = format!("{path}new/{}.{}", now.seconds(), file.id);
            let text = envelope_headers(file, recipient, address) + &decode(&file.text);
            self.files.insert(name, text);
            return Outcome::new(Status::Sent, "2.0.0", "delivered to maildir");
        }
        let text = entry(file, recipient, address, now);
        self.write_mailbox(&path, address, &text)
    }

    /// Sends a message on to other hosts, in a queue file of its own.
    fn forward(
        &mut self,
        file: &QueueFile,
        recipient: &Addressee,
        to: &[String],
        now: Time,
    ) -> Arc<str> {
        let id = self.new_queue_id(now);
        let received = format!(
            "Received: by {} ({})\n\tid {id}; {}\nDelivered-To: {}\n",
            self.settings().myhostname,
            self.mail_name(),
            now.header_date(),
            recipient.address
        );
        let stored = self
            .store_with(true)
            .text(received, &file.text, &id, &file.sender, now);
        self.log_as(
            "cleanup",
            now,
            format!("{id}: message-id={}", stored.message_id),
        );
        let addressee = |address: &String| Addressee {
            original: recipient.original.clone(),
            dsn_original: recipient.dsn_original.clone(),
            notify: recipient.notify,
            ..Addressee::new(address)
        };
        self.enter(
            QueueFile {
                id: Arc::clone(&id),
                place: Place::Incoming,
                arrival: now,
                text: stored.text,
                recipients: to.iter().map(addressee).collect(),
                due: now + NOTICE,
                is_warned: false,
                ..file.clone()
            },
            now,
        );
        id
    }

    /// The end of a turn: notifications go out, what is left waits, what is done is removed.
    pub fn finish(&mut self, id: &str, now: Time) {
        let pace = self.routes().pace;
        let Some(file) = self.mail.file_mut(id) else {
            return;
        };
        let life = match file.sender.is_empty() {
            true => pace.bounce_lifetime,
            false => pace.lifetime,
        };
        let age = now - file.arrival;
        let waits = file.recipients.iter().any(|r| !r.is_done);
        let is_expired = waits && age >= life;
        if is_expired {
            for recipient in file.recipients.iter_mut().filter(|r| !r.is_done) {
                recipient.is_done = true;
                if let Some(reason) = &mut recipient.reason {
                    reason.status = Status::Bounced;
                }
            }
            let sender = external(&file.sender);
            self.log_as(
                "qmgr",
                now,
                format!("{id}: from=<{sender}>, status=expired, returned to sender"),
            );
        }
        let Some(file) = self.mail.file_mut(id) else {
            return;
        };
        let waits = waits && !is_expired;
        let warns = waits && !pace.warning.is_zero() && age >= pace.warning && !file.is_warned;
        file.is_warned |= warns;
        let file = file.clone();
        self.notify(Notice::Failure, &file, Status::Bounced, now);
        self.notify(Notice::Success, &file, Status::Sent, now);
        if warns {
            self.notify(Notice::Delay, &file, Status::Deferred, now);
        }
        if waits {
            // What has been told once is not told again.
            if let Some(file) = self.mail.file_mut(id) {
                file.recipients.retain(|r| !r.is_done);
            }
            self.mail.defer(id, now, &pace);
        } else {
            self.mail.files.retain(|f| &*f.id != id);
            self.log_as("qmgr", now, format!("{id}: removed"));
        }
    }

    /// bounce: tells the sender about the recipients of one status.
    fn notify(&mut self, notice: Notice, file: &QueueFile, status: Status, now: Time) {
        let about: Vec<(Addressee, Outcome)> = file
            .recipients
            .iter()
            .filter_map(|r| Some((r.clone(), r.reason.clone()?)))
            .filter(|(r, outcome)| outcome.status == status && notice.is_wanted(r))
            // Another host that knows about notifications sends them itself.
            .filter(|(_, outcome)| notice != Notice::Success || outcome.remote.is_none())
            .map(|(r, mut outcome)| {
                if notice == Notice::Success {
                    let agent = match self.resolver().resolve(&r.address) {
                        Ok(resolved) => resolved.transport,
                        Err(_) => "local".into(),
                    };
                    outcome.why = format!("delivery via {agent}: {}", outcome.why);
                }
                (r, outcome)
            })
            .collect();
        if about.is_empty() || file.sender.is_empty() {
            return;
        }
        let id = self.new_queue_id(now);
        let daemon = self.resolver().rewrite("MAILER-DAEMON");
        let writer = Writer {
            hostname: &self.settings().myhostname,
            mail_name: self.mail_name(),
            daemon: &daemon,
            pace: &self.routes().pace,
        };
        let text = writer.notification(notice, file, &about, now);
        let received = format!(
            "Received: by {} ({})\n\tid {id}; {}\n",
            writer.hostname,
            writer.mail_name,
            now.header_date()
        );
        let content = crate::smtp::text::encode(&text);
        let stored = self.store_with(true).text(received, &content, &id, "", now);
        self.log_as(
            "cleanup",
            now,
            format!("{id}: message-id={}", stored.message_id),
        );
        let recipients = self.routes().expand(&file.sender, self.resolver());
        self.enter(
            QueueFile {
                id: Arc::clone(&id),
                place: Place::Incoming,
                arrival: now,
                sender: String::new(),
                envid: None,
                ret: None,
                is_8bit: true,
                text: stored.text,
                recipients: recipients.iter().map(|r| Addressee::new(r)).collect(),
                due: now + NOTICE,
                is_warned: false,
            },
            now,
        );
        self.log_as(
            "bounce",
            now,
            format!("{}: {}: {id}", file.id, notice.log_name()),
        );
    }
}

/// `to=<…>, relay=…, delay=…, delays=…, dsn=…, status=… (…)`.
fn delivery_line(
    id: &str,
    address: &str,
    original: &str,
    outcome: &Outcome,
    agent: &Agent,
    delay: Duration,
) -> String {
    let was = match original.is_empty() || original.eq_ignore_ascii_case(address) {
        true => String::new(),
        false => format!(", orig_to=<{}>", external(original)),
    };
    let status = match outcome.status {
        Status::Sent => "sent",
        Status::Deferred => "deferred",
        Status::Bounced => "bounced",
    };
    let [connect, send] = agent.spans;
    let before = delay.saturating_sub(connect + send);
    format!(
        "{id}: to=<{}>{was}, relay={}, delay={}, delays={}/0/{}/{}, dsn={}, status={status} ({})",
        external(address),
        agent.relay,
        span(delay),
        span(before),
        span(connect),
        span(send),
        outcome.dsn,
        outcome.why
    )
}

fn external(address: &str) -> String {
    match address {
        "" => String::new(),
        _ => quote_local(address),
    }
}

/// The code at the start of an error transport's text.
fn split_code(text: &str, class: char) -> (String, String) {
    let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
    let is_code =
        word.split('.').count() == 3 && word.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    match is_code {
        true => (format!("{class}{}", &word[1..]), rest.into()),
        false => (format!("{class}.0.0"), text.into()),
    }
}
