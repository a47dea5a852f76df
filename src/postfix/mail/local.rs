//! Delivery on this host: aliases and `.forward` first, then the mailbox of a person with an account
//! (local) or of an address without one (virtual).

use std::sync::Arc;

use super::cleaning::{Arrival, Source};
use super::delivery::{delivery_line, Agent};
use super::mailbox::{entry, envelope_headers};
use super::queue::{Addressee, Outcome, QueueFile, Status};
use super::routes::destinations;
use crate::postfix::server::Server;
use crate::smtp::address::quote_local;
use crate::smtp::text::decode;
use crate::time::Time;

/// How often aliases may lead to aliases.
const DEPTH: usize = 20;

impl Server {
    /// local: aliases first, then `.forward`, then the mailbox.
    pub(super) fn deliver_here(&mut self, file: &QueueFile, place: usize, now: Time) {
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

    pub(super) fn put_into_virtual(
        &mut self,
        file: &QueueFile,
        recipient: &Addressee,
        now: Time,
    ) -> Outcome {
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
        let start = format!(
            "Received: by {} ({})\n\tid {id}; {}\nDelivered-To: {}\n",
            self.settings().myhostname,
            self.mail_name(),
            now.header_date(),
            recipient.address
        );
        let addressee = |address: &String| Addressee {
            original: recipient.original.clone(),
            dsn_original: recipient.dsn_original.clone(),
            notify: recipient.notify,
            ..Addressee::new(address)
        };
        let cleaned = self.cleanup().clean(&Arrival {
            id: &id,
            at: now,
            source: Source::Forwarded,
            is_own: true,
            sender: &file.sender,
            recipients: to.iter().map(addressee).collect(),
            start,
            content: &file.text,
            origin: String::new(),
            evidence: String::new(),
            effects: &[],
            full_name: "",
        });
        let new = QueueFile {
            envid: file.envid.clone(),
            ret: file.ret,
            is_8bit: file.is_8bit,
            ..self.file(Arc::clone(&id), now, cleaned, now)
        };
        self.enter(new, now);
        id
    }
}
