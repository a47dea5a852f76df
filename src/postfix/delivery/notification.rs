//! Delivery status notifications (RFC 3464), in the words of a [`template`](super::template).

use crate::postfix::config::main_cf::Config;
use crate::postfix::delivery::template::Template;
use crate::postfix::queue::file::{Addressee, Pace, QueueFile};
use crate::postfix::queue::outcome::{Outcome, Status, SOFT};
use crate::postfix::queue::text::{header_name, split};
use crate::smtp::address::quote_local;
use crate::smtp::bytes::decode;
use crate::smtp::envelope::Ret;
use crate::time::Time;

/// What a sender is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// It has failed.
    Failure,
    /// It takes long.
    Delay,
    /// It has arrived, as `NOTIFY=SUCCESS` asked to be told.
    Success,
    /// How it went, or how it would go (`sendmail -v`, `-bv`).
    Trace,
}

impl Notice {
    /// What bounce writes into the log.
    pub fn log_name(self) -> &'static str {
        match self {
            Notice::Failure => "sender non-delivery notification",
            Notice::Delay => "sender delay notification",
            Notice::Success | Notice::Trace => "sender delivery status notification",
        }
    }

    /// The member of `notify_classes` that asks for a copy for the postmaster, and what bounce
    /// writes into the log about it.
    pub fn copy(self) -> (&'static str, &'static str) {
        match self {
            Notice::Failure => ("bounce", "postmaster non-delivery notification"),
            Notice::Delay => ("delay", "postmaster delay notification"),
            Notice::Success | Notice::Trace => ("", ""),
        }
    }

    /// Whether a recipient's `NOTIFY=` asks for it.
    pub fn is_wanted(self, recipient: &Addressee) -> bool {
        match (self, recipient.notify) {
            (Notice::Trace, _) => true,
            (Notice::Success, notify) => notify.is_some_and(|n| n.success),
            (_, None) => true,
            (Notice::Failure, Some(notify)) => notify.failure,
            (Notice::Delay, Some(notify)) => notify.delay,
        }
    }
}

/// What main.cf says about copies for the postmaster.
#[derive(Clone, Debug)]
pub struct Notices {
    /// `notify_classes`.
    classes: Vec<String>,
    bounce: String,
    delay: String,
    second: String,
    error: String,
    /// `enable_threaded_bounces`.
    pub has_threads: bool,
    /// `disable_verp_bounces`.
    pub is_one: bool,
    /// `smtputf8_enable` is not.
    pub is_ascii: bool,
    /// Who sends what must not come back.
    pub double: String,
}

impl Notices {
    /// Reads it.
    pub fn new(config: &Config) -> Notices {
        let (double, host) = (config.get("double_bounce_sender"), config.get("myhostname"));
        Notices {
            classes: config.list("notify_classes"),
            bounce: config.get("bounce_notice_recipient"),
            delay: config.get("delay_notice_recipient"),
            error: config.get("error_notice_recipient"),
            has_threads: config.flag("enable_threaded_bounces"),
            is_one: config.flag("disable_verp_bounces"),
            is_ascii: !config.flag("smtputf8_enable"),
            second: config.get("2bounce_notice_recipient"),
            double: format!("{double}@{host}"),
        }
    }

    /// Who gets a copy of a notification, if anybody does.
    pub fn copy_to(&self, notice: Notice) -> Option<&str> {
        let to = match notice {
            Notice::Failure => &self.bounce,
            Notice::Delay => &self.delay,
            Notice::Success | Notice::Trace => return None,
        };
        self.has(notice.copy().0).then_some(to)
    }

    /// Who is told of sessions in which something went wrong, or somebody was unknown.
    pub fn error_to(&self, is_bounce: bool) -> &str {
        match is_bounce {
            true => &self.bounce,
            false => &self.error,
        }
    }

    /// Who gets what came back of a notification, if anybody does.
    pub fn second_to(&self, notice: Notice) -> Option<&str> {
        let is_wanted = self.has("bounce") || self.has("2bounce");
        (notice == Notice::Failure && is_wanted).then_some(&self.second)
    }

    fn has(&self, class: &str) -> bool {
        self.classes.iter().any(|c| c == class)
    }
}

/// Who writes it.
#[derive(Clone, Copy, Debug)]
pub struct Writer<'a> {
    /// `myhostname`.
    pub hostname: &'a str,
    /// `mail_name`.
    pub mail_name: &'a str,
    /// In whose words, and its text.
    pub template: (&'a Template, &'a str),
    /// How long mail is kept.
    pub pace: &'a Pace,
    /// It is of seven bits (`smtputf8_enable = no`).
    pub is_ascii: bool,
    /// It belongs to the thread of the message that it is about (`enable_threaded_bounces`).
    pub has_threads: bool,
    /// Of what is larger the headers alone come back (`bounce_size_limit`); 0 is none.
    pub size_limit: u64,
}

impl Writer<'_> {
    /// The notification about some recipients of a message, without the `Received:` and
    /// `Message-Id:` that storing it adds: for the sender, or a copy for the postmaster, which
    /// holds the whole message only where nobody else gets it.
    pub fn notification(
        &self,
        notice: Notice,
        file: &QueueFile,
        about: &[(Addressee, Outcome)],
        (to, is_copy): (&str, bool),
        now: Time,
    ) -> String {
        let boundary = format!("{}.{}/{}", file.id, now.seconds(), self.hostname);
        let (template, opening) = self.template;
        let charset = match template.is_ascii() {
            true if !self.is_ascii => "utf-8",
            _ => &template.charset,
        };
        let subject = template.copy_subject.as_ref().filter(|_| is_copy);
        let eight = self.encoding();
        let mut text = format!(
            "Date: {}\nFrom: {}\nSubject: {}\nTo: {}\n{}\
             Auto-Submitted: {}\nMIME-Version: 1.0\n\
             Content-Type: multipart/report; report-type=delivery-status;\n\
             \tboundary=\"{boundary}\"\n{eight}\n\
             This is a MIME-encapsulated message.\n\n\
             --{boundary}\nContent-Description: Notification\n\
             Content-Type: text/plain; charset={charset}\n{eight}\n",
            now.header_date(),
            template.from,
            subject.unwrap_or(&template.subject),
            quote_local(to),
            self.thread(file),
            match is_copy {
                true => "auto-generated",
                false => "auto-replied",
            }
        );
        if !is_copy {
            text.push_str(opening);
        }
        for (recipient, outcome) in about {
            let address = quote_local(&recipient.address);
            let original = quote_local(&recipient.original);
            let is_same = recipient.original.eq_ignore_ascii_case(&recipient.address);
            let expanded = match is_same || recipient.original.is_empty() {
                true => String::new(),
                false => format!(" (expanded from <{original}>)"),
            };
            text.push('\n');
            wrap(
                &mut text,
                &format!("<{address}>{expanded}: {}", outcome.why),
            );
        }
        self.report(&mut text, notice, file, about, &boundary);
        let headers_only = match is_copy {
            true => !file.sender.is_empty(),
            false => file.ret == Some(Ret::Headers),
        };
        self.original(&mut text, notice, file, headers_only, &boundary);
        text
    }

    /// The headers that name the message itself, if it has a name.
    fn thread(&self, file: &QueueFile) -> String {
        match message_id(file).filter(|_| self.has_threads) {
            Some(Ok(id)) => format!("References: {id}\nIn-Reply-To: {id}\n"),
            _ => String::new(),
        }
    }

    fn encoding(&self) -> &'static str {
        match self.is_ascii {
            true => "",
            false => "Content-Transfer-Encoding: 8bit\n",
        }
    }

    /// The sender; nobody has a name here.
    fn shown(&self, file: &QueueFile) -> String {
        match file.sender.as_str() {
            "" => format!("MAILER-DAEMON@{}", self.hostname),
            sender => quote_local(sender),
        }
    }

    /// The part that programs read.
    fn report(
        &self,
        text: &mut String,
        notice: Notice,
        file: &QueueFile,
        about: &[(Addressee, Outcome)],
        boundary: &str,
    ) {
        text.push_str(&format!(
            "\n--{boundary}\nContent-Description: Delivery report\n\
             Content-Type: message/delivery-status\n\nReporting-MTA: dns; {}\n",
            self.hostname
        ));
        if let Some(envid) = &file.envid {
            text.push_str(&format!("Original-Envelope-Id: {envid}\n"));
        }
        text.push_str(&format!(
            "X-{0}-Queue-ID: {1}\nX-{0}-Sender: rfc822; {2}\nArrival-Date: {3}\n",
            self.mail_name,
            file.id,
            self.shown(file),
            file.arrival.header_date()
        ));
        for (recipient, outcome) in about {
            let action = match (notice, outcome.status) {
                _ if !matches!(outcome.action, "" | SOFT) => outcome.action,
                (Notice::Failure, _) => "failed",
                (Notice::Delay, _) | (_, Status::Deferred) => "delayed",
                (Notice::Trace, Status::Bounced) => "failed",
                (_, _) if outcome.remote.is_some() => "relayed",
                (_, _) => "delivered",
            };
            text.push_str(&format!(
                "\nFinal-Recipient: rfc822; {}\n",
                quote_local(&recipient.address)
            ));
            let original = &recipient.original;
            if !recipient.dsn_original.is_empty() {
                text.push_str(&format!("Original-Recipient: {}\n", recipient.dsn_original));
            } else if !original.is_empty() && !original.eq_ignore_ascii_case(&recipient.address) {
                text.push_str(&format!("Original-Recipient: rfc822; {original}\n"));
            }
            text.push_str(&format!("Action: {action}\nStatus: {}\n", outcome.dsn));
            match &outcome.remote {
                Some((host, reply)) => {
                    wrap(text, &format!("Remote-MTA: dns; {host}"));
                    wrap(text, &format!("Diagnostic-Code: smtp; {reply}"));
                }
                None => {
                    let code = format!("Diagnostic-Code: X-{}; {}", self.mail_name, outcome.why);
                    wrap(text, &code);
                }
            }
            if notice == Notice::Delay {
                let until = file.arrival + self.pace.lifetime;
                text.push_str(&format!("Will-Retry-Until: {}\n", until.header_date()));
            }
        }
    }

    /// The message itself, or its headers.
    fn original(
        &self,
        text: &mut String,
        notice: Notice,
        file: &QueueFile,
        headers_only: bool,
        boundary: &str,
    ) {
        let is_large = self.size_limit > 0 && file.size() > self.size_limit;
        let headers_only = notice != Notice::Failure || headers_only || is_large;
        let (what, kind) = match (notice, headers_only) {
            (Notice::Success | Notice::Trace, _) => ("Message Headers", "text/rfc822-headers"),
            (_, true) => ("Undelivered Message Headers", "text/rfc822-headers"),
            (_, false) => ("Undelivered Message", "message/rfc822"),
        };
        text.push_str(&format!(
            "\n--{boundary}\nContent-Description: {what}\nContent-Type: {kind}\n\
             {}\nReturn-Path: <{}>\n",
            self.encoding(),
            self.shown(file)
        ));
        if headers_only {
            for header in split(&file.text).0 {
                text.push_str(&decode(header));
            }
        } else {
            text.push_str(&decode(&file.text));
        }
        text.push_str(&format!("\n--{boundary}--\n"));
    }
}

/// The name of a message, if it has one.
///
/// # Errors
/// It is none.
pub(super) fn message_id(file: &QueueFile) -> Option<Result<String, ()>> {
    let is_id = |h: &&[u8]| header_name(h).is_some_and(|name| name == "message-id");
    let header = decode(split(&file.text).0.into_iter().find(is_id)?).into_owned();
    let value = header.split_once(':').map_or("", |(_, value)| value.trim());
    let is_name = value.starts_with('<') && value.ends_with('>');
    let is_good = is_name && !value.contains([' ', '\n']);
    Some(is_good.then(|| value.into()).ok_or(()))
}

fn wrap(out: &mut String, text: &str) {
    wrap_at(out, text, "", 79);
}

/// Adds a text in lines of at most so many columns, each after the same margin; those after the first are
/// indented by four.
pub(super) fn wrap_at(out: &mut String, text: &str, margin: &str, columns: usize) {
    let mut limit = columns;
    let mut rest = text;
    let mut indent = "";
    loop {
        let mut end = rest.len();
        let mut next = rest.len();
        let mut word = 0;
        while let Some(space) = rest[word..].find([' ', '\t']).map(|at| word + at) {
            let after = space + 1;
            let word_end = rest[after..]
                .find([' ', '\t'])
                .map_or(rest.len(), |at| after + at);
            if word_end > limit {
                (end, next) = (space, after);
                break;
            }
            word = after;
        }
        out.push_str(margin);
        out.push_str(indent);
        out.push_str(rest[..end].trim_end());
        out.push('\n');
        if next >= rest.len() {
            return;
        }
        rest = rest[next..].trim_start();
        (indent, limit) = ("    ", columns - 4);
    }
}
