//! What a server of the full build has besides: what stands behind smtpd, and greylisting.

pub mod greylist;
pub mod wording;

use std::sync::Arc;

use crate::postfix::cleanup::checks::Checks;
use crate::postfix::cleanup::message::Cleanup;
use crate::postfix::cleanup::rewriting::Rewriting;
use crate::postfix::config::expansion::{attribute, expand};
use crate::postfix::config::main_cf::{Config, Fatal};
use crate::postfix::delivery::routes::Routes;
use crate::postfix::lookup::table::Files;
use crate::postfix::queue::size::{self, Receiver};
use crate::postfix::server::processes::Processes;
use crate::postfix::server::Server;
use crate::smtp::envelope::Message;
use crate::smtp::policy::{Facts, Note, Question, Triplet, Verdict};
use crate::smtp::reply::Reply;
use crate::smtp::sasl::hmac::hmac_md5;
use crate::smtp::sasl::Proof;
use crate::time::Time;

pub(in crate::postfix) use crate::postfix::log::anvil::Statistics;
pub(super) use crate::postfix::queue::file::Queue;
pub(super) use greylist::Greylist;
pub(super) use wording::Wording;

/// What main.cf says of what happens after the dot.
#[derive(Clone, Debug)]
pub(super) struct AfterDot {
    routes: Routes,
    rewriting: Rewriting,
    checks: Checks,
    hopcount_limit: u64,
}

impl AfterDot {
    /// Reads main.cf.
    ///
    /// # Errors
    /// A value that Postfix refuses.
    pub(super) fn new(
        config: &Config,
        files: &Files,
        warnings: &mut Vec<String>,
    ) -> Result<AfterDot, Fatal> {
        let mut read = config.reader();
        let hopcount_limit = read.number_within("hopcount_limit", 1, u64::MAX);
        read.finish()?;
        Ok(AfterDot {
            routes: Routes::new(config, files, warnings)?,
            rewriting: Rewriting::new(config, files, warnings)?,
            checks: Checks::new(config, files, warnings)?,
            hopcount_limit,
        })
    }
}

/// The processes of the daemons behind smtpd.
#[derive(Clone, Debug, Default)]
pub(super) struct Daemons(Vec<(&'static str, u32)>);

impl Daemons {
    /// The process of a daemon, which is started when it is needed first.
    pub(super) fn process(
        &mut self,
        program: &'static str,
        processes: &mut Processes,
    ) -> Option<u32> {
        let running = self.0.iter().find(|(name, _)| *name == program);
        let pid = running.map_or_else(|| processes.next(1), |(_, pid)| *pid);
        if running.is_none() {
            self.0.push((program, pid));
        }
        Some(pid)
    }
}

impl Server {
    /// The process of a daemon, which is started when it is needed first.
    pub(in crate::postfix) fn daemon(&mut self, program: &'static str) -> u32 {
        self.writer(program, 0)
    }

    /// A queue file of the server's own: its ID.
    pub(in crate::postfix) fn new_queue_id(&mut self, now: Time) -> Arc<str> {
        format!("{:05X}{:X}", now.micros(), self.new_inode()).into()
    }

    /// The number of a new file.
    pub(in crate::postfix) fn new_inode(&mut self) -> u64 {
        self.next_inode += 0x11;
        self.next_inode - 0x11
    }

    /// Where messages are received.
    pub(in crate::postfix) fn receiver(&self) -> Receiver<'_> {
        let settings = self.settings();
        Receiver {
            hostname: &settings.myhostname,
            mail_name: &self.built.mail_name,
            address: (self.addresses.first().map_or("", String::as_str), self.port),
            line_limit: settings.line_length_limit,
        }
    }

    /// Whether a client is in `mynetworks`.
    pub(in crate::postfix) fn is_in_mynetworks(&self, name: &str, addr: &str) -> bool {
        let networks = &self.built.access.mynetworks;
        networks.has_client(name, addr).unwrap_or(false)
    }

    /// What becomes of messages before they are queued.
    pub(in crate::postfix) fn cleanup(&self) -> Cleanup<'_> {
        let after_dot = &self.built.after_dot;
        Cleanup {
            hostname: &self.settings().myhostname,
            resolver: self.resolver(),
            rewriting: &after_dot.rewriting,
            checks: &after_dot.checks,
            hopcount_limit: after_dot.hopcount_limit,
        }
    }

    /// Where addresses lead.
    pub fn routes(&self) -> &Routes {
        &self.built.after_dot.routes
    }

    /// `mail_name`.
    pub fn mail_name(&self) -> &str {
        &self.built.mail_name
    }

    /// Puts a message that has been accepted into the queue.
    pub(super) fn enqueue(&mut self, message: &Message, now: Time) {
        self.store(message, now);
    }

    /// Leaves so many messages in the queue.
    pub(super) fn thin_out(&mut self, most: usize) {
        let excess = self.mail.files.len().saturating_sub(most);
        self.mail.files.drain(..excess);
    }

    /// Remembers whom greylisting has seen.
    pub(super) fn remember(&mut self, triplet: &Triplet, addr: &str, now: Time) {
        if let Some(greylist) = &mut self.greylist {
            greylist.record(triplet, addr, now);
        }
    }

    /// What others than the restrictions say to a question.
    pub(super) fn ask_others(&self, question: Question, facts: &Facts, verdict: &mut Verdict) {
        if matches!(question, Question::Recipient(_)) && verdict.refusal.is_none() {
            greylist::judge(self, facts, verdict);
        }
    }

    /// What cleanup says to a complete message: a refusal or none, with its log lines.
    pub(super) fn refusal(&self, message: &Message) -> (Option<Reply>, Vec<Note>) {
        let note = |text| Note {
            program: "cleanup",
            text,
        };
        let limit = self.settings().message_size_limit;
        let may_exceed = limit > 0 && size::bound(message) > limit;
        if may_exceed && size::size(message, &self.receiver(), self.resolver()) > limit {
            let id = &message.queue_id;
            let said = format!("warning: {id}: queue file size limit exceeded");
            let reply = "552 5.3.4 Error: message file too big";
            return (Some(Reply::from(reply)), vec![note(said)]);
        }
        // A browser has no thousand sessions a second, and every byte of this would weigh there.
        if !cfg!(target_arch = "wasm32") && self.cleanup().is_safe(&message.content) {
            return (None, Vec::new());
        }
        let cleaned = self.cleaned(message);
        match cleaned.refusal {
            Some(refusal) => {
                let notes = cleaned.notes.into_iter().map(note).collect();
                (Some(Reply::from(refusal)), notes)
            }
            None => (None, Vec::new()),
        }
    }

    /// The text that `smtpd_reject_footer` adds to a refusal, expanded.
    pub(super) fn reject_footer(&self, facts: &Facts) -> String {
        let settings = self.settings();
        let value = |name: &str| attribute(facts, &settings.myhostname, name);
        expand(&settings.reject_footer, &value, false)
    }
}

/// Whether somebody knows a password.
pub(super) fn knows(password: &str, proof: &Proof) -> bool {
    match proof {
        Proof::Password(given) => *given == password,
        Proof::CramMd5 { challenge, digest } => {
            hmac_md5(password.as_bytes(), challenge.as_bytes()) == *digest
        }
    }
}
