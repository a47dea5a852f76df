//! How messages come in: from smtpd (cleanup), and from programs on this host (pickup).

use std::sync::Arc;
use std::time::Duration;

use super::queue::{Addressee, Place, QueueFile};
use super::stored::Store;
use crate::postfix::server::Server;
use crate::smtp::envelope::Message;
use crate::smtp::policy::Note;
use crate::time::Time;

/// How soon the queue manager learns of new mail.
pub(super) const NOTICE: Duration = Duration::from_millis(10);

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

    pub(super) fn store_with(&self, is_own: bool) -> Store<'_> {
        Store {
            hostname: &self.settings().myhostname,
            mail_name: self.mail_name(),
            resolver: self.resolver(),
            is_own,
        }
    }

    pub(super) fn enter(&mut self, file: QueueFile, now: Time) {
        self.mail.begun.get_or_insert(now);
        self.mail.files.push(file);
    }

    pub(super) fn log_as(&mut self, program: &'static str, now: Time, text: String) {
        let pid = self.daemon(program);
        self.write(now, pid, Note { program, text });
    }
}
