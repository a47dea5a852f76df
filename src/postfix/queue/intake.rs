//! How messages come in: from smtpd (cleanup), and from programs on this host (pickup).

use std::sync::Arc;
use std::time::Duration;

use crate::files::who::fields_of;
use crate::postfix::cleanup::message::{Arrival, Cleanup, Source};
use crate::postfix::cleanup::received::received;
use crate::postfix::delivery::notification::Notice;
use crate::postfix::delivery::report::{delivery_line, Agent};
use crate::postfix::log::line::REMARKS;
use crate::postfix::lookup::fold::fold;
use crate::postfix::queue::file::{Addressee, Place, QueueFile, Trace};
use crate::postfix::queue::history::Happened;
use crate::postfix::queue::lineage::{Lineage, LIMIT};
use crate::postfix::queue::outcome::{Outcome, Status};
use crate::postfix::queue::size::envelope;
use crate::postfix::queue::text::{size, size_by};
use crate::postfix::server::Server;
use crate::smtp::envelope::{Cleaned, ForwardPath, Message, Notify, Ret};
use crate::smtp::policy::Note;
use crate::time::Time;

/// How soon the queue manager learns of new mail.
pub(in crate::postfix) const NOTICE: Duration = Duration::from_millis(10);

/// How often pickup looks for what it could not hand on.
/// Who rewrites and resolves.
const RESOLVER: &str = "trivial-rewrite";

const PICKUP: Duration = Duration::from_secs(60);

/// The end of the envelope of a file whose recipients come after the message.
pub const EXTRACTED: &str = "extracted\n";

/// How the envelope begins of what a program on this host hands in.
fn head(given: &Submission) -> String {
    let name = match given.full_name {
        "" => String::new(),
        name => format!("sender_fullname: {name}\n"),
    };
    let own = given
        .envid
        .map(|id| format!("named_attribute: envelope_id={id}\n"));
    let own = own.unwrap_or_default();
    format!("{own}named_attribute: rewrite_context=local\n{name}")
}

/// The record of what stands between the sender and each recipient.
fn record(delimiters: &str) -> String {
    match delimiters {
        "" => String::new(),
        delimiters => format!("verp_delimiters: {delimiters}\n"),
    }
}

/// What a program on this host hands in.
#[derive(Clone, Copy, Debug, Default)]
pub struct Submission<'a> {
    /// Who runs it.
    pub uid: u32,
    /// That person's name, if there is one.
    pub full_name: &'a str,
    /// The sender.
    pub sender: &'a str,
    /// The recipients.
    pub recipients: &'a [String],
    /// The message.
    pub content: &'a [u8],
    /// What the sender wants to hear of it.
    pub trace: Trace,
    /// It comes from elsewhere: its headers are left alone (`sendmail -G`).
    pub is_remote: bool,
    /// Of which deliveries (`NOTIFY=`).
    pub notify: Option<Notify>,
    /// How much of it comes back (`RET=`).
    pub ret: Option<Ret>,
    /// What stands between the sender and each recipient (`sendmail -XV`); nothing where that is not wanted.
    pub verp: &'a str,
    /// `ENVID=` (`sendmail -V`).
    pub envid: Option<&'a str>,
    /// Its recipients stand in its headers (`sendmail -t`).
    pub is_extracted: bool,
    /// The queue file that it was, and when that came (`postsuper -r`).
    pub origin: Option<(&'a str, Time)>,
}

/// What smtpd says of a message besides it.
pub(in crate::postfix) struct BySmtpd<'a> {
    /// `myhostname`.
    pub(in crate::postfix) hostname: &'a str,
    /// The user's name stands in `Received:` (`smtpd_sasl_authenticated_header`).
    pub(in crate::postfix) names_user: bool,
    /// The client has its headers completed (`local_header_rewrite_clients`).
    pub(in crate::postfix) is_own: bool,
}

impl Server {
    /// What a cleanup makes of a message from an smtpd.
    pub(in crate::postfix) fn cleaned(
        &self,
        message: &Message,
        cleanup: &Cleanup,
        said: &BySmtpd,
    ) -> Cleaned {
        let origin = &message.origin;
        let mut start: String = message.prepend.iter().map(|l| format!("{l}\n")).collect();
        start.push_str(&received(message, said.hostname, self.mail_name()));
        if let Some(sasl) = &origin.sasl {
            let user = &sasl.username;
            if said.names_user {
                let line = format!("\n\t(Authenticated sender: {user})\n\tby ");
                start = start.replacen("\n\tby ", &line, 1);
            }
        }
        let recipients = message.recipients.iter().map(|recipient| ForwardPath {
            dsn_original: format!("{};{}", recipient.original.0, recipient.original.1),
            notify: recipient.notify,
            ..ForwardPath::new(&recipient.address)
        });
        let mut evidence = format!(" proto={}", origin.protocol);
        if let Some(helo) = &origin.helo {
            evidence.push_str(&format!(" helo=<{helo}>"));
        }
        cleanup.clean(&Arrival {
            is_extracted: false,
            id: &message.queue_id,
            at: message.arrival,
            source: Source::Outside,
            is_own: said.is_own,
            sender: &message.sender,
            recipients: recipients.collect(),
            start,
            content: &message.content,
            origin: origin.client.namaddr(),
            evidence,
            effects: &message.effects,
            full_name: "",
        })
    }

    /// cleanup: stores a message that smtpd has accepted, as it has been cleaned.
    pub(in crate::postfix) fn store(
        &mut self,
        message: &Message,
        cleaned: &Cleaned,
        (port, is_own): (u16, bool),
        now: Time,
    ) {
        let mut receiver = self.receiver();
        receiver.address.1 = port;
        let mut head = envelope(message, &receiver, is_own, &cleaned.sender);
        head.push_str(&self.warning(&cleaned.sender, message.arrival));
        let file = QueueFile {
            envelope: head,
            envid: message.envid.clone(),
            ret: message.ret,
            body: cleaned.body.or(message.body),
            is_own,
            ..self.file(Arc::clone(&message.queue_id), message.arrival, cleaned, now)
        };
        self.note_taken(&file.id, message.origin.client.namaddr(), now);
        self.enter(file, now);
    }

    /// When the sender hears that it takes long, as the envelope says it.
    fn warning(&self, sender: &str, arrival: Time) -> String {
        let pace = &self.routes().pace;
        match pace.warning.is_zero() || sender.is_empty() {
            true => String::new(),
            false => {
                let date = (arrival + pace.warning).mailbox_date();
                format!("warning_message_time: {date}\n")
            }
        }
    }

    fn note_taken(&mut self, id: &Arc<str>, from: String, now: Time) {
        self.queue.history.note(id, Happened::Taken { from }, now);
    }

    /// pickup: takes a message from a program on this host.
    pub fn submit(&mut self, given: &Submission, now: Time) {
        let Submission {
            uid,
            full_name,
            sender,
            recipients,
            content,
            trace,
            is_remote,
            notify,
            ret,
            verp,
            envid,
            is_extracted,
            origin,
        } = given;
        let id = self.new_queue_id(now);
        if self.is_stopped || self.stops(&["cleanup", RESOLVER]).is_some() {
            // pickup finds it when it is there again.
            return self.leave(id, given, now, now);
        }
        let (was, arrival) = match origin {
            Some((was, arrival)) => (format!(" orig_id={was}"), *arrival),
            None => (String::new(), now),
        };
        let text = format!("{id}: uid={uid} from=<{sender}>{was}");
        self.log_as("pickup", now, text);
        // cleanup asks it for each address.
        self.call(RESOLVER, now);
        let start = format!(
            "Received: by {} ({}, from userid {uid})\n\tid {id}; {}\n",
            self.settings().myhostname,
            self.mail_name(),
            now.header_date()
        );
        let recipients = recipients.iter().map(|r| ForwardPath {
            notify: *notify,
            // cleanup puts down what it makes of the address.
            dsn_original: String::new(),
            ..ForwardPath::new(r)
        });
        let mut cleaned = self.cleanup().clean(&Arrival {
            is_extracted: *is_extracted,
            id: &id,
            at: now,
            source: Source::Outside,
            is_own: !is_remote,
            sender,
            recipients: recipients.collect(),
            start,
            content,
            origin: "local".into(),
            evidence: String::new(),
            effects: &self.effects(),
            full_name,
        });
        let milters = self.non_smtpd_milters();
        let mut notes: Vec<String> = milters
            .warnings
            .iter()
            .map(|w| format!("warning: {w}"))
            .collect();
        if let Some((_, why)) = milters.reply.split_once(' ') {
            let from = format!(
                "CONNECT from localhost[127.0.0.1]: {why}; from=<{}>",
                cleaned.sender
            );
            notes.push(format!("{id}: milter-reject: {from}"));
            cleaned.refusal = Some(milters.reply.clone());
            cleaned.notes.clear();
        }
        cleaned.hold |= milters.reply == "hold";
        cleaned.notes.splice(..0, notes);
        self.ask_milters(
            self.non_smtpd_milters(),
            (&id, now),
            (None, ""),
            None,
            &mut cleaned,
        );
        // Nobody waits for a reply: what is refused comes back, what may be taken later is kept.
        let refusal = cleaned.refusal.take();
        if refusal.as_ref().is_some_and(|r| r.starts_with('4')) {
            self.tell(&cleaned, now);
            return self.leave(id, given, now + PICKUP, now);
        }
        let mut file = self.file(Arc::clone(&id), arrival, &cleaned, now);
        (file.trace, file.ret, file.is_own) = (*trace, *ret, !is_remote);
        file.envid = envid.map(String::from);
        file.envelope.insert_str(0, &head(given));
        file.envelope.push_str(&record(verp));
        if *is_extracted {
            file.envelope.push_str(EXTRACTED);
        }
        self.note_taken(&id, format!("userid {uid}"), now);
        if let Some(refusal) = refusal {
            let (_, reason) = refusal.split_once(' ').unwrap_or(("", &refusal));
            let (dsn, why) = reason.split_once(' ').unwrap_or(("5.0.0", reason));
            for recipient in &mut file.recipients {
                recipient.is_done = true;
                recipient.reason = Some(Outcome::new(Status::Bounced, dsn, why));
            }
            let outcome = Outcome::new(Status::Bounced, dsn, why);
            for recipient in &file.recipients {
                let (to, was) = (&recipient.address, &recipient.original);
                let agent = Agent::own("cleanup", "none");
                let line = delivery_line(
                    &id,
                    to,
                    was,
                    &outcome,
                    &agent,
                    [now - arrival, Duration::ZERO],
                );
                self.log_as("cleanup", now, line);
            }
            file.place = Place::Active;
            self.enter(file.clone(), now);
            // The queue manager never hears of it, and what is no good is not sent back.
            file.ret = Some(Ret::Headers);
            self.notify(Notice::Failure, &file, Status::Bounced, now);
            self.queue.remove(&id);
        } else {
            self.enter(file, now);
        }
    }

    /// A message stays in the maildrop folder until pickup looks there.
    fn leave(&mut self, id: Arc<str>, given: &Submission, due: Time, now: Time) {
        let recipient = |r: &String| {
            Addressee::new(&ForwardPath {
                notify: given.notify,
                ..ForwardPath::new(r)
            })
        };
        let file = QueueFile {
            place: Place::Maildrop,
            envelope: format!(
                "{}sender: {}\n{}",
                head(given),
                given.sender,
                record(given.verp)
            ),
            envid: given.envid.map(String::from),
            sender: given.sender.into(),
            text: given.content.into(),
            recipients: given.recipients.iter().map(recipient).collect(),
            due,
            filter: Some(given.full_name.into()),
            uid: given.uid,
            trace: given.trace,
            is_own: !given.is_remote,
            ret: given.ret,
            ..self.file(id, now, &Cleaned::default(), now)
        };
        self.enter(file, now);
    }

    /// Writes to the log what cleanup and the Milters have to say.
    fn tell(&mut self, cleaned: &Cleaned, now: Time) {
        for note in &cleaned.notes {
            self.log_as("cleanup", now, note.clone());
        }
        for (program, text) in &cleaned.beside {
            self.log_as(program, now, text.clone());
        }
    }

    /// A queue file of what cleanup has left; what it noted is logged.
    pub(in crate::postfix) fn file(
        &mut self,
        id: Arc<str>,
        arrival: Time,
        cleaned: &Cleaned,
        now: Time,
    ) -> QueueFile {
        self.tell(cleaned, now);
        let limit = self.settings().line_length_limit;
        let cut = size_by(&cleaned.text, limit).wrapping_sub(size(&cleaned.text));
        let warning = self.warning(&cleaned.sender, arrival);
        let expanded = cleaned.expanded.iter().map(Addressee::expanded);
        let recipients = cleaned.recipients.iter().map(Addressee::new);
        QueueFile {
            id,
            place: match (cleaned.discard, cleaned.hold) {
                (true, _) => Place::Discarded,
                (_, true) => Place::Hold,
                _ => Place::Incoming,
            },
            arrival,
            envelope: format!("sender: {}\n{warning}", cleaned.sender),
            sender: cleaned.sender.clone(),
            envid: None,
            ret: None,
            body: cleaned.body,
            is_own: true,
            text: Arc::clone(&cleaned.text),
            added: cleaned.added.wrapping_sub(cut),
            recipients: expanded.chain(recipients).collect(),
            redirect: cleaned.redirect.clone(),
            filter: cleaned.filter.clone(),
            due: now + NOTICE,
            is_flushed: false,
            stalled: None,
            is_expired: false,
            is_requeued: false,
            trace: Trace::No,
            uid: 0,
            is_warned: false,
            lineage: Lineage::default(),
        }
    }

    /// pickup's next try with what cleanup would not take for the time being.
    pub(in crate::postfix) fn pick_up(&mut self, id: &str, now: Time) {
        let Some(file) = self.queue.remove(id) else {
            return;
        };
        let notify = file.recipients.first().and_then(|r| r.notify);
        let verp = file.verp().unwrap_or_default().to_string();
        let waiting = file.recipients.into_iter().filter(|r| !r.is_done);
        let recipients: Vec<String> = waiting.map(|r| r.address).collect();
        let requeued = file.is_requeued;
        let owner = self.files.get("/etc/passwd");
        let owner = owner.and_then(|text| fields_of(text, "postfix")?.get(2)?.parse().ok());
        let given = Submission {
            is_extracted: false,
            uid: owner.filter(|_| requeued).unwrap_or(file.uid),
            full_name: match requeued {
                true => "",
                false => file.filter.as_deref().unwrap_or(""),
            },
            sender: &file.sender,
            recipients: &recipients,
            content: &file.text,
            trace: file.trace,
            is_remote: !file.is_own,
            notify,
            ret: file.ret,
            verp: &verp,
            envid: file.envid.as_deref(),
            origin: requeued.then_some((&*file.id, file.arrival)),
        };
        self.submit(&given, now);
    }

    /// Puts a file into the queue.
    pub(in crate::postfix) fn enter(&mut self, file: QueueFile, now: Time) {
        self.queue.begun.get_or_insert(now);
        if file.place == Place::Discarded {
            return;
        }
        let (id, lineage) = (Arc::clone(&file.id), file.lineage.clone());
        self.note_expansion(&file, now);
        self.queue.files.push_back(file);
        self.descends(&id, &lineage, now);
    }

    /// A message has come of another one: a copy, or a notification. Where there are too many, a
    /// real Postfix would go on for ever; this one lets somebody look.
    pub fn descends(&mut self, id: &Arc<str>, lineage: &Lineage, now: Time) {
        let Some(file) = self.queue.file_mut(id) else {
            return;
        };
        file.lineage = lineage.clone();
        if lineage.grow() {
            file.place = Place::Hold;
            self.queue.history.note(id, Happened::Stopped, now);
            let text = format!(
                "{id}: held, because {LIMIT} messages have come of one; \
                 Postfix would go on (postsuper -H {id} lets it)"
            );
            self.remark(text, now);
        }
    }

    /// Remembers whom virtual aliases have put in the place of whom.
    fn note_expansion(&mut self, file: &QueueFile, now: Time) {
        let mut expanded: Vec<(&str, Vec<String>)> = Vec::new();
        for recipient in file.recipients.iter().filter(|r| !r.is_note) {
            let original = recipient.original.as_str();
            if original.is_empty() || fold(original) == fold(&recipient.address) {
                continue;
            }
            match expanded.iter_mut().find(|(known, _)| *known == original) {
                Some((_, into)) => into.push(recipient.address.clone()),
                None => expanded.push((original, vec![recipient.address.clone()])),
            }
        }
        for (recipient, into) in expanded {
            let recipient = recipient.to_string();
            let what = Happened::Expanded { recipient, into };
            self.queue.history.note(&file.id, what, now);
        }
    }

    /// A line that no Postfix writes: what only this simulator does.
    pub fn remark(&mut self, text: String, now: Time) {
        self.log_as(REMARKS, now, text);
    }

    pub(in crate::postfix) fn log_as(&mut self, program: &'static str, now: Time, text: String) {
        self.restart(program, now);
        let pid = self.daemon(program);
        self.serves(program, pid, now);
        self.write(now, pid, Note { program, text });
    }
}
