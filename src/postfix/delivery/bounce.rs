//! bounce(8): who is told what, and sends it.

use std::sync::Arc;

use crate::files::who::Who;
use crate::postfix::cleanup::message::{Arrival, Source};
use crate::postfix::config::main_cf::Config;
use crate::postfix::delivery::notification::{message_id, wrap_at, Notice, Writer};
use crate::postfix::delivery::report::by_domain;
use crate::postfix::delivery::template::{Template, Templates};
use crate::postfix::queue::file::{Addressee, QueueFile};
use crate::postfix::queue::history::Happened;
use crate::postfix::queue::outcome::{Outcome, Status, RELAYED};
use crate::postfix::server::Server;
use crate::smtp::bytes::encode;
use crate::smtp::envelope::ForwardPath;
use crate::smtp::policy::Classes;
use crate::smtp::printable::printable;
use crate::smtp::session::Report;
use crate::time::Time;

/// How the envelope begins of what the mail system itself has written.
const WRITTEN: &str = "named_attribute: log_message_origin=local\nnamed_attribute: trace_flags=0\n";

impl Server {
    /// bounce: tells the sender about the recipients of one status.
    pub(in crate::postfix) fn notify(
        &mut self,
        notice: Notice,
        file: &QueueFile,
        status: Status,
        now: Time,
    ) {
        let mut about: Vec<(Addressee, Outcome)> = file
            .recipients
            .iter()
            .filter_map(|r| Some((r.clone(), r.reason.clone()?)))
            .filter(|(_, outcome)| notice == Notice::Trace || outcome.status == status)
            // Another host that knows about notifications sends them itself.
            .filter(|(_, outcome)| {
                notice != Notice::Success || outcome.remote.is_none() || outcome.action == RELAYED
            })
            .map(|(r, mut outcome)| {
                if notice == Notice::Trace || outcome.action == RELAYED {
                    let relay = self.queue.history.relay(&file.id, &r.address);
                    if relay != "none" {
                        outcome.why = format!("delivery via {relay}: {}", outcome.why);
                    }
                }
                if notice == Notice::Success && outcome.action.is_empty() {
                    let agent = match self.resolver().resolve(&r.address) {
                        Ok(resolved) => resolved.transport,
                        Err(_) => "local".into(),
                    };
                    outcome.why = format!("delivery via {agent}: {}", outcome.why);
                }
                (r, outcome)
            })
            .collect();
        // In the order in which the queue manager goes about them; aliases have come before that.
        about.sort_by_cached_key(|(r, outcome)| match outcome.action {
            "expanded" => String::new(),
            _ => by_domain(&r.address),
        });
        if about.is_empty() {
            return;
        }
        let notices = self.routes().notices.clone();
        if notices.has_threads && message_id(file) == Some(Err(())) {
            let why = "ignoring malformed Message-ID";
            self.log_as("bounce", now, format!("warning: {}: {why}", file.id));
        }
        let double = notices.double.as_str();
        let (_, name) = notice.copy();
        if file.sender == double {
            if notice == Notice::Failure {
                let why = "undeliverable postmaster notification discarded";
                self.log_as("bounce", now, format!("warning: {}: {why}", file.id));
            }
        } else if file.sender.is_empty() {
            if let Some(to) = notices.second_to(notice) {
                self.post(notice, file, &about, Some((to, double)), name, now);
            }
        } else {
            self.tell_sender(notice, file, &about, now);
        }
    }

    /// Whether who sent a message hears of each recipient on its own (`disable_verp_bounces`).
    fn names_recipients(&self, notice: Notice, file: &QueueFile) -> bool {
        notice == Notice::Failure && file.verp().is_some() && !self.routes().notices.is_one
    }

    /// bounce: tells the sender, and the postmaster who wants a copy.
    fn tell_sender(
        &mut self,
        notice: Notice,
        file: &QueueFile,
        about: &[(Addressee, Outcome)],
        now: Time,
    ) {
        let notices = self.routes().notices.clone();
        let is_each = self.names_recipients(notice, file);
        for about in about.chunks(if is_each { 1 } else { about.len() }) {
            let wanted = about.iter().filter(|(r, _)| notice.is_wanted(r));
            let wanted: Vec<(Addressee, Outcome)> = wanted.cloned().collect();
            if !wanted.is_empty() {
                self.post(notice, file, &wanted, None, notice.log_name(), now);
            } else if notice == Notice::Failure && !is_each {
                // It has begun one, and given it up when nobody wanted to be told.
                let id = self.new_queue_id(now);
                let (c, host) = (now.calendar(), &self.settings().myhostname);
                let text = format!(
                    "{id}: message-id=<{:04}{:02}{:02}{:02}{:02}{:02}.{id}@{host}>",
                    c.year, c.month, c.day, c.hour, c.minute, c.second
                );
                self.log_as("cleanup", now, text);
            }
            if let Some(to) = notices.copy_to(notice) {
                let copy = Some((to, notices.double.as_str()));
                self.post(notice, file, about, copy, notice.copy().1, now);
            }
        }
    }

    /// bounce: sends a notification, to the sender or as a copy to somebody, from somebody.
    fn post(
        &mut self,
        notice: Notice,
        file: &QueueFile,
        about: &[(Addressee, Outcome)],
        copy: Option<(&str, &str)>,
        name: &'static str,
        now: Time,
    ) {
        let id = self.new_queue_id(now);
        let (template, opening) = self.template(notice, now);
        let writer = Writer {
            hostname: &self.settings().myhostname,
            mail_name: self.mail_name(),
            template: (&template, &opening),
            pace: &self.routes().pace,
            has_threads: self.routes().notices.has_threads,
            is_ascii: self.routes().notices.is_ascii && !file.is_8bit(),
            size_limit: self.routes().bounce_size_limit,
        };
        let sender = match about
            .first()
            .filter(|_| self.names_recipients(notice, file))
        {
            Some((recipient, _)) => file.sender_to(recipient),
            None => file.sender.clone(),
        };
        let (to, from) = copy.unwrap_or((&sender, ""));
        let text = writer.notification(notice, file, about, (to, copy.is_some()), now);
        let new = self.written(&id, from, to, &text, now);
        let new = QueueFile {
            lineage: file.lineage.clone(),
            ..new
        };
        self.enter(new, now);
        let told = Happened::Told {
            notice: name,
            id: Arc::clone(&id),
        };
        self.queue.history.note(&file.id, told, now);
        self.log_as("bounce", now, format!("{}: {name}: {id}", file.id));
    }

    /// In whose words bounce writes (`bounce_template_file`), and their text. Where it could not go on,
    /// because of what stands in the file, it says so and takes the words that it has itself.
    fn template(&mut self, notice: Notice, now: Time) -> (Template, String) {
        let path = self.config.get("bounce_template_file");
        let own = match path.is_empty() {
            true => Ok(String::new()),
            false => self.files.read(&path, &Who::ROOT).map(str::to_string),
        };
        let mut said = Vec::new();
        let own = own.map_err(|errno| format!("open {path}: {errno}"));
        let done = own.and_then(|text| worded(&path, &text, notice, &self.config, &mut said));
        for warning in said {
            self.log_as("bounce", now, format!("warning: {warning}"));
        }
        done.unwrap_or_else(|why| {
            self.log_as("bounce", now, format!("fatal: {why}"));
            worded("", "", notice, &self.config, &mut Vec::new()).unwrap_or_default()
        })
    }

    /// smtpd: tells the postmaster of a session in which something went wrong.
    pub(in crate::postfix) fn report(&mut self, report: &Report, now: Time) {
        let id = self.new_queue_id(now);
        let notices = &self.routes().notices;
        let is_bounce = report.classes.has(Classes::BOUNCE);
        let (to, from) = (
            notices.error_to(is_bounce).to_string(),
            notices.double.clone(),
        );
        let mut text = format!(
            "Date: {}\nFrom: Mail Delivery System <MAILER-DAEMON@{}>\nTo: Postmaster <{}>\n\
             Subject: {} SMTP server: errors from {}\n\nTranscript of session follows.\n\n",
            now.header_date(),
            self.settings().myhostname,
            notices.error_to(false),
            self.mail_name(),
            report.client,
        );
        for line in &report.lines {
            wrap_at(&mut text, &printable(line, '?', false), " ", 78);
        }
        match report.reason {
            Some(reason) => text.push_str(&format!("\nSession aborted, reason: {reason}\n")),
            None => text.push_str("\n\n"),
        }
        text.push_str("For other details, see the local mail logfile\n");
        let file = self.written(&id, &from, &to, &text, now);
        self.enter(file, now);
    }

    /// A message that a program of the mail system has written.
    fn written(&mut self, id: &Arc<str>, from: &str, to: &str, text: &str, now: Time) -> QueueFile {
        let start = format!(
            "Received: by {} ({})\n\tid {id}; {}\n",
            self.settings().myhostname,
            self.mail_name(),
            now.header_date()
        );
        let cleaned = self.cleanup().clean(&Arrival {
            is_extracted: false,
            id,
            at: now,
            source: Source::Inside,
            is_own: true,
            sender: from,
            recipients: vec![ForwardPath {
                dsn_original: String::new(),
                ..ForwardPath::new(to)
            }],
            start,
            content: &encode(text),
            origin: String::new(),
            evidence: String::new(),
            effects: &[],
            full_name: "",
        });
        let mut file = self.file(Arc::clone(id), now, &cleaned, now);
        file.envelope.insert_str(0, WRITTEN);
        file
    }
}

/// The template of a file for one kind of notification, and its text.
fn worded(
    path: &str,
    text: &str,
    notice: Notice,
    config: &Config,
    said: &mut Vec<String>,
) -> Result<(Template, String), String> {
    let place = match notice {
        Notice::Failure => 0,
        Notice::Delay => 1,
        Notice::Success => 2,
        Notice::Trace => 3,
    };
    let own = Templates::read(path, text, said)?.of(place, said);
    let text = own.expand(config, said)?;
    Ok((own, text))
}
