//! virtual(8): mailboxes of addresses without an account.

use crate::files::errno::Errno;
use crate::files::who::{Access, Who};
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
        let who = Who {
            uid: writer.0,
            gid: writer.1,
            groups: Vec::new(),
            rules: false,
        };
        let is_maildir = path.ends_with('/');
        let mut folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        // The folders of a maildir are made, whichever are missing.
        while is_maildir && !folder.is_empty() && !self.files.is_directory(folder) {
            folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
        }
        let mut own = path.get(folder.len() + 1..).unwrap_or("").split('/');
        let own = format!("{folder}/{}", own.next().unwrap_or(""));
        // Who only asks is told what would be written.
        let refused = self.files.check(folder, &who, Access::Write).err();
        let written = if let Some(fault) = refused.filter(|_| !file.trace.is_dry()) {
            let why = match is_maildir {
                true => self.no_maildir(&path, writer, fault, now),
                false => format!(
                    "delivery failed to mailbox {path}: unable to create lock file {path}.lock: {fault}"
                ),
            };
            return (Outcome::new(Status::Deferred, "4.2.0", why), None);
        } else if is_maildir {
            let headers = envelope_headers(&file.sender, recipient, Some(address));
            self.put_into_maildir(&path, &headers, file, now)
        } else {
            let text = entry(file, &file.sender, recipient, Some(address), now);
            self.write_mailbox(&path, address, &text)
        };
        self.files.give(own.trim_end_matches('/'), Some(writer));
        written
    }

    /// Why nothing is written into a maildir, which is warned of as well.
    fn no_maildir(
        &mut self,
        path: &str,
        (uid, gid): (u32, u32),
        fault: Errno,
        now: Time,
    ) -> String {
        let (seconds, pid) = (now.seconds(), self.daemon("virtual"));
        let host = &self.settings().myhostname;
        let why = format!("create maildir file {path}tmp/{seconds}.P{pid}.{host}: {fault}");
        let problem = format!("warning: maildir access problem for UID/GID={uid}/{gid}: {why}");
        self.log_as("virtual", now, problem);
        let advice = "warning: perhaps you need to create the maildirs in advance";
        self.log_as("virtual", now, advice.into());
        format!("maildir delivery failed: {why}")
    }
}
