//! What local sends on: copies in queue files of their own.

use std::sync::Arc;

use crate::postfix::cleanup::message::{Arrival, Source};
use crate::postfix::lookup::fold::fold;
use crate::postfix::queue::file::QueueFile;
use crate::postfix::server::Server;
use crate::smtp::envelope::ForwardPath;
use crate::time::Time;

/// Recipients elsewhere of one delivery, who get one copy together.
pub(super) struct Onward {
    /// The sender, or the owner of the list.
    pub sender: String,
    /// What `Delivered-To:` will say.
    pub delivered: String,
    /// A list with an owner has sent it on: what its sender wants to be told is between the two.
    pub is_list: bool,
    /// Who gets it.
    pub recipients: Vec<ForwardPath>,
}

impl Server {
    /// Sends a message on, in a queue file of its own.
    pub(super) fn forward(&mut self, file: &QueueFile, onward: Onward, now: Time) -> Arc<str> {
        let id = self.new_queue_id(now);
        let marker = match self.routes().marks("forward") {
            true => format!("Delivered-To: {}\n", fold(&onward.delivered)),
            false => String::new(),
        };
        let start = format!(
            "Received: by {} ({})\n\tid {id}; {}\n{marker}",
            self.settings().myhostname,
            self.mail_name(),
            now.header_date()
        );
        let cleaned = self.cleanup().clean(&Arrival {
            is_extracted: false,
            id: &id,
            at: now,
            source: Source::Inside,
            is_own: file.is_own,
            sender: &onward.sender,
            recipients: onward.recipients,
            start,
            content: &file.text,
            origin: String::new(),
            evidence: String::new(),
            effects: &[],
            full_name: "",
        });
        // Who brought it is known further on too.
        let mut head = format!("sender: {}\n", cleaned.sender);
        for name in [
            "log_client_name",
            "log_client_address",
            "log_protocol_name",
            "log_helo_name",
            "log_ident",
            "rewrite_context",
        ] {
            let is_same = |l: &&str| l.split(['=', ' ']).nth(1) == Some(name);
            head.extend(file.envelope.split_inclusive('\n').find(is_same));
        }
        let new = QueueFile {
            envelope: head,
            envid: file.envid.clone().filter(|_| !onward.is_list),
            ret: file.ret.filter(|_| !onward.is_list),
            body: file.body,
            is_own: file.is_own,
            lineage: file.lineage.clone(),
            ..self.file(Arc::clone(&id), now, &cleaned, now)
        };
        self.enter(new, now);
        id
    }
}
