//! What a server does that has something behind its smtpd.

use std::sync::Arc;
use std::time::Duration;

use crate::dns::Dns;
use crate::postfix::access::full::verified::Terms;
use crate::postfix::cleanup::message::Cleanup;
use crate::postfix::config::main_cf::Fatal;
use crate::postfix::delivery::routes::Routes;
use crate::postfix::queue::intake::BySmtpd;
use crate::postfix::queue::size::{self, Receiver};
use crate::postfix::server::build::Built;
use crate::postfix::server::full::milter::Milters;
use crate::postfix::server::running::Server;
use crate::smtp::envelope::{Cleaned, Effect, Message};
use crate::smtp::policy::{Facts, Note, Question, Triplet, Verdict};
use crate::smtp::trail::{Said, Step};
use crate::time::Time;

/// How long master waits before it starts a daemon again that has died (`service_throttle_time`).
const THROTTLE_TIME: Duration = Duration::from_secs(60);

/// So many bytes are written to a queue file at once.
const PIECE: u64 = 4096;

impl Server {
    /// The process of a daemon, which is started when it is needed first.
    pub(in crate::postfix) fn daemon(&mut self, program: &'static str) -> u32 {
        self.writer(program, 0)
    }

    /// The process of a daemon has ended, and which it was; the next one is another.
    pub(in crate::postfix) fn end_daemon(&mut self, program: &'static str) -> u32 {
        let pid = self.daemon(program);
        self.daemons.end(program);
        pid
    }

    /// A program has started, if it has not before: what it says of the configuration.
    pub(in crate::postfix) fn begin(&mut self, program: &str, pid: u32, now: Time) {
        let is_own = |note: &mut Note| note.program == program;
        let own: Vec<Note> = self.warnings.extract_if(.., is_own).collect();
        for note in own {
            self.write(now, pid, note);
        }
    }

    /// The name in front of each line of the log: the machine's, as syslog knows it, or `myhostname` where
    /// Postfix writes the log itself (`maillog_file`) or there is no more of the machine than it.
    pub(in crate::postfix::server) fn log_host(&self, built: &Built) -> String {
        let machine = self.files.get("/etc/hostname");
        let name = machine.filter(|_| !self.config.is_set("maillog_file"));
        let name = name.and_then(|name| name.trim().split('.').next());
        name.unwrap_or(&built.host).to_string()
    }

    /// A queue file of the server's own: its ID.
    pub(in crate::postfix) fn new_queue_id(&mut self, now: Time) -> Arc<str> {
        let id = self.id_at(now);
        self.new_inode();
        id
    }

    /// What comes of asking the Milters of mail from this host.
    pub(in crate::postfix) fn non_smtpd_milters(&self) -> &Milters {
        &self.built.after_dot.non_smtpd_milters
    }

    /// Where probes come from (`address_verify_sender`).
    pub(in crate::postfix) fn verify_sender(&self) -> &str {
        &self.built.verify_sender
    }

    /// How long what probes have found out is believed.
    pub(in crate::postfix) fn terms(&self) -> &Terms {
        &self.built.after_dot.terms
    }

    /// `anvil_rate_time_unit` and `anvil_status_update_time`.
    pub(in crate::postfix) fn anvil_times(&self) -> [Duration; 2] {
        self.built.after_dot.anvil
    }

    /// `enable_long_queue_ids`.
    pub(in crate::postfix) fn has_long_ids(&self) -> bool {
        self.built.after_dot.long_ids
    }

    /// The ID of the next queue file, which its time and its inode make; long ones are never used
    /// again (`enable_long_queue_ids`).
    pub(in crate::postfix::server) fn id_at(&self, now: Time) -> Arc<str> {
        // Digits that make no words.
        const DIGITS: &[u8; 52] = b"0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz";
        if !self.built.after_dot.long_ids {
            return format!("{:05X}{:X}", now.micros(), self.next_inode).into();
        }
        let mut id = String::new();
        let times = [(now.seconds(), 6), (now.micros(), 4)];
        for (base, (number, least)) in times
            .map(|t| (52, t))
            .into_iter()
            .chain([(51, (self.next_inode, 1))])
        {
            let mut digits = Vec::new();
            let mut left = number;
            while left > 0 || digits.len() < least {
                digits.push(char::from(DIGITS[(left % base) as usize]));
                left /= base;
            }
            if base == 51 {
                id.push('z');
            }
            id.extend(digits.iter().rev());
        }
        id.into()
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
            names_user: false,
            dropped: &self.built.after_dot.checks.dropped,
        }
    }

    /// Whether a client has its headers completed (`local_header_rewrite_clients`).
    fn completes(&self, message: &Message, built: &Built) -> bool {
        let origin = &message.origin;
        let (name, addr) = (&origin.client.name, &origin.client.addr);
        let allows = |word: &String| match word.as_str() {
            "permit_inet_interfaces" => {
                addr == "127.0.0.1" || addr == "::1" || self.addresses.contains(addr)
            }
            "permit_mynetworks" => built.access.mynetworks.has_client(name, addr) == Ok(true),
            "permit_sasl_authenticated" => origin.sasl.is_some(),
            _ => false,
        };
        let rewriting = &built.after_dot.rewriting;
        let is_listed = || matches!(rewriting.local_addresses.get(addr), Ok(Some(_)));
        rewriting.local_clients.iter().any(allows) || is_listed()
    }

    /// The port at which a service listens.
    fn port_of(&self, built: &Built) -> u16 {
        match built.after_dot.port {
            0 | 25 => self.port,
            port => port,
        }
    }

    /// What becomes of messages before they are queued.
    pub(in crate::postfix) fn cleanup(&self) -> Cleanup<'_> {
        self.cleanup_of(&self.built)
    }

    /// The same for messages that the smtpd of a service takes.
    fn cleanup_of<'a>(&'a self, built: &'a Built) -> Cleanup<'a> {
        let after_dot = &built.after_dot;
        Cleanup {
            hostname: &self.settings().myhostname,
            resolver: self.resolver(),
            rewriting: &after_dot.rewriting,
            checks: &after_dot.checks,
            hopcount_limit: after_dot.hopcount_limit,
        }
    }

    /// What cleanup makes of a message that the smtpd of a service has taken.
    fn cleaned_by(&self, message: &Message, built: &Built) -> Cleaned {
        let said = BySmtpd {
            hostname: &built.settings.myhostname,
            names_user: built.after_dot.names_user,
            is_own: self.completes(message, built),
        };
        self.cleaned(message, &self.cleanup_of(built), &said)
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
    pub(in crate::postfix::server) fn enqueue(
        &mut self,
        message: &Message,
        cleaned: Option<&Cleaned>,
        pid: u32,
        now: Time,
    ) {
        let built = self.built_of(pid);
        let port = self.port_of(built);
        let own;
        let cleaned = match cleaned {
            Some(cleaned) => cleaned,
            // Nobody has asked for that yet.
            None => {
                own = self.cleaned_by(message, built);
                &own
            }
        };
        let is_own = self.completes(message, built);
        self.store(message, cleaned, (port, is_own), now);
    }

    /// Leaves so many messages in the queue, and no more than so many bytes of them.
    pub(in crate::postfix::server) fn thin_out(&mut self, most: usize, bytes: usize) {
        let files = &mut self.queue.files;
        let mut all: usize = files.iter().map(|file| file.text.len()).sum();
        while files.len() > most || all > bytes {
            let Some(oldest) = files.pop_front() else {
                return;
            };
            all -= oldest.text.len();
        }
    }

    /// Remembers whom greylisting has seen.
    pub(in crate::postfix::server) fn remember(
        &mut self,
        triplet: &Triplet,
        addr: &str,
        now: Time,
    ) {
        for greylist in self.neighbours.greylists() {
            greylist.record(triplet, addr, now);
        }
    }

    /// What others than the restrictions say to a question.
    pub(in crate::postfix::server) fn ask_others(
        &self,
        question: Question,
        facts: &Facts,
        verdict: &mut Verdict,
    ) {
        if let (Question::Recipient(about), None) = (question, &verdict.refusal) {
            self.greylist(about, facts, verdict);
        }
        if let Question::Room = question {
            self.look_for_room(facts, verdict);
        }
        // trivial-rewrite tells of what it cannot resolve once, when it is asked for that first.
        let is_others = |note: &Note| note.program != "trivial-rewrite";
        verdict.notes.retain(is_others);
        let sender = facts.sender.as_deref().unwrap_or("");
        let (sender, address) = match question {
            Question::Size(_) => ("", sender),
            Question::Recipient(address) => (sender, address),
            _ => ("", ""),
        };
        if !address.is_empty() && !self.resolver().both(address).is_empty() {
            let pair = format!("{sender}\0{address}");
            verdict.probe.addresses.push(pair);
        }
        let daemon = match question {
            Question::Size(_) => "trivial-rewrite",
            Question::Recipient(_) if facts.command == "VRFY" => "trivial-rewrite",
            Question::Room if !self.settings().delay_open => "cleanup",
            Question::Recipient(_) if verdict.refusal.is_none() => "cleanup",
            _ => return,
        };
        // One that does not start is waited for; master starts it again after a while.
        let is_passing = daemon == "cleanup" && self.built.proxy().is_some();
        let is_stopped = self.stops(&[daemon]).is_some();
        let has_news = || self.warnings.iter().any(|note| note.program == daemon);
        if !is_passing && (is_stopped || has_news()) {
            verdict.probe.addresses.insert(0, daemon.into());
            if is_stopped {
                verdict.probe.wait = Some((String::new(), THROTTLE_TIME));
            }
        }
    }

    /// An address is resolved, which trivial-rewrite may have something to say of.
    pub(in crate::postfix) fn resolve_aloud(&mut self, address: &str, now: Time) {
        for text in self.resolver().both(address) {
            self.log_as("trivial-rewrite", now, text);
        }
    }

    /// The same for smtpd, which remembers what it has heard of a sender and an address.
    pub(in crate::postfix) fn resolve_for_smtpd(&mut self, pair: &str, now: Time) {
        if let Some((_, address)) = pair.split_once('\0') {
            if self.daemons.resolves(pair) {
                self.resolve_aloud(address, now);
            }
        }
    }

    /// A daemon is needed: it starts, unless it has, or dies of main.cf.
    pub(in crate::postfix) fn call(&mut self, daemon: &'static str, now: Time) {
        match self.stops(&[daemon]).cloned() {
            Some(fatal) => self.dies(&fatal, daemon, now),
            None => {
                let pid = self.daemon(daemon);
                self.serves(daemon, pid, now);
            }
        }
    }

    /// What one of these programs does not start with.
    pub(in crate::postfix) fn stops(&self, programs: &[&str]) -> Option<&Fatal> {
        let mut faults = self.built.after_dot.faults.iter();
        faults.find(|fatal| programs.contains(&fatal.program))
    }

    /// What the program of a transport does not start with.
    pub(in crate::postfix) fn fault_of(&self, transport: &str) -> Option<Fatal> {
        let program = match self.is_smtp_client(transport) {
            true => self.client(transport),
            false => transport,
        };
        let (agent, why) = match self.stops(&[program]) {
            Some(fatal) => return Some(fatal.clone()),
            None => self.routes().fault(transport)?,
        };
        Some(Fatal {
            program: agent,
            ..Fatal::new(why)
        })
    }

    /// A daemon has ended, and master starts no other for a while.
    pub(in crate::postfix) fn throttle(&mut self, program: &'static str, now: Time) {
        let pid = self.end_daemon(program);
        let program = format!("/usr/lib/postfix/sbin/{program}");
        let text = format!("warning: process {program} pid {pid} exit status 1");
        self.log_as("master", now, text);
        let text = format!("warning: {program}: bad command startup -- throttling");
        self.log_as("master", now, text);
    }

    /// Greylisting that no restriction names, but the scenario alone.
    fn greylist(&self, about: &str, facts: &Facts, verdict: &mut Verdict) {
        let host = &self.settings().myhostname;
        let Some(answer) = self.neighbours.temper(facts, host) else {
            return;
        };
        verdict.notes.extend(answer.notes);
        verdict.triplet = answer.triplet;
        if let Some(text) = answer.action.strip_prefix("DEFER_IF_PERMIT 4.2.0 ") {
            let reply = format!("450 4.2.0 <{about}>: Recipient address rejected: {text}");
            verdict.notes.push(facts.decision("reject", &reply));
            verdict.refusal = Some(reply);
        }
        write_down(verdict, "greylisting", about);
    }

    /// Whether there is as much room in the queue as smtpd wants to see.
    fn look_for_room(&self, facts: &Facts, verdict: &mut Verdict) {
        let limit = self.settings().message_size_limit;
        let free = self.queue.free(limit);
        if self.built.after_dot.room >= free || limit >= free * 2 / 3 {
            let reply = "452 4.3.1 Insufficient system storage";
            verdict.notes.push(facts.decision("reject", reply));
            verdict.notes.push(Note::warning(format!(
                "not enough free space in mail queue: {free} bytes < 1.5*message size limit"
            )));
            verdict.refusal = Some(reply.into());
            write_down(verdict, "message_size_limit", "the room in the queue");
        }
    }

    /// What cleanup makes of a complete message, or a refusal with its log lines.
    pub(in crate::postfix::server) fn clean(
        &self,
        message: &Message,
        built: &Built,
        dns: &Dns,
    ) -> Result<Option<Box<Cleaned>>, (String, Vec<Note>)> {
        let note = |text| Note {
            program: "cleanup",
            text,
        };
        let mut cleaned = self.cleaned_by(message, built);
        let is_unfinished = message.effects.contains(&Effect::Unfinished);
        if self.exceeds(built, message, is_unfinished, &mut cleaned) {
            cleaned.refusal = Some("552 5.3.4 Error: message file too big".into());
        }
        if is_unfinished {
            // Nobody is told that, nor asked.
            cleaned.refusal.get_or_insert_default();
        }
        let (id, origin) = (&message.queue_id, &message.origin);
        let evidence = match &origin.helo {
            Some(helo) => format!(" proto={} helo=<{helo}>", origin.protocol),
            None => format!(" proto={}", origin.protocol),
        };
        self.ask_milters(
            &self.milters_of(built, &origin.client.addr, dns),
            (id, message.arrival),
            (Some(&origin.client), &evidence),
            Some(dns),
            &mut cleaned,
        );
        match cleaned.refusal.take() {
            Some(refusal) => {
                let own = cleaned.notes.into_iter().map(note);
                let beside = cleaned.beside.into_iter();
                let beside = beside.map(|(program, text)| Note { program, text });
                let notes = own.chain(beside).collect();
                Err((refusal, notes))
            }
            None => Ok(Some(Box::new(cleaned))),
        }
    }

    /// Whether cleanup notices that the queue file exceeds `message_size_limit`, and what it says then. A file
    /// is written in pieces, and nobody notices before the next one is, or the file is complete.
    fn exceeds(
        &self,
        built: &Built,
        message: &Message,
        is_unfinished: bool,
        cleaned: &mut Cleaned,
    ) -> bool {
        let limit = self.settings().message_size_limit;
        if limit == 0 || size::bound(message) <= limit {
            return false;
        }
        let mut receiver = self.receiver();
        receiver.address.1 = self.port_of(built);
        receiver.names_user = built.after_dot.names_user;
        let mut written = size::size(message, &receiver, self.resolver());
        // What comes after a line that is refused is not written.
        let is_whole = cleaned.refusal.is_none() && !cleaned.discard;
        if !is_whole {
            let rest = message.content.get(cleaned.text.len()..).unwrap_or(&[]);
            let lines = rest.iter().filter(|&&b| b == b'\n').count();
            written = written.saturating_sub((rest.len() + lines) as u64);
        }
        let flushed = match is_whole && !is_unfinished {
            true => written,
            false => written - written % PIECE,
        };
        let id = &message.queue_id;
        if flushed > limit {
            let text = format!("warning: {id}: queue file size limit exceeded");
            cleaned.notes.push(text);
        }
        if written > limit {
            let text = "warning: mail_stream_cleanup: close error";
            cleaned.notes.push(text.into());
        }
        flushed > limit
    }
}

/// For those who watch: what was asked beside the restrictions, and whether it has refused.
fn write_down(verdict: &mut Verdict, what: &'static str, about: &str) {
    let said = match verdict.refusal {
        Some(_) => Said::Reject,
        None => Said::Nothing,
    };
    if let Some(trail) = &mut verdict.trail {
        trail.step(Step {
            list: what,
            about: about.into(),
            depth: 0,
            words: what.into(),
            said,
        });
    }
}
