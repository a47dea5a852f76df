//! virtual(8): mailboxes of addresses without an account.

use crate::postfix::delivery::mailbox::{entry, envelope_headers};
use crate::postfix::queue::file::{Addressee, QueueFile};
use crate::postfix::queue::history::Next;
use crate::postfix::queue::outcome::{Outcome, Status};
use crate::postfix::server::Server;
use crate::time::Time;

impl Server {
    /// A recipient as a mailbox tells of it: with `enable_original_recipient = no` there is no
    /// `X-Original-To:`.
    pub(super) fn without_original(&self, recipient: &Addressee) -> Addressee {
        let mut recipient = recipient.clone();
        if !self.config.flag("enable_original_recipient") {
            recipient.original.clear();
        }
        recipient
    }

    pub(in crate::postfix) fn put_into_virtual(
        &mut self,
        file: &QueueFile,
        recipient: &Addressee,
        now: Time,
    ) -> (Outcome, Option<Next>) {
        let recipient = &self.without_original(recipient);
        let address = &recipient.address;
        let Some(path) = self.routes().virtual_mailbox(address, self.resolver()) else {
            let why = format!("unknown user: \"{address}\"");
            return (Outcome::new(Status::Bounced, "5.1.1", why), None);
        };
        let writer = match self.routes().writer(address, self.resolver()) {
            Ok(writer) => writer,
            Err(why) => {
                self.log_as("virtual", now, format!("warning: {why}"));
                let why = "mail system configuration error";
                return (Outcome::new(Status::Deferred, "4.3.5", why), None);
            }
        };
        let written = if path.ends_with('/') {
            let headers = envelope_headers(&file.sender, recipient, address);
            self.put_into_maildir(&path, &headers, file, now)
        } else {
            let text = entry(file, &file.sender, recipient, address, now);
            self.write_mailbox(&path, address, &text)
        };
        self.files.give(path.trim_end_matches('/'), Some(writer));
        written
    }
}
