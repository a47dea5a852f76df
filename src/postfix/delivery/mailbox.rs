//! A message as local and virtual write it into a mailbox: an mbox `From ` line, the envelope in
//! headers, `From ` at the start of a line quoted, an empty line at the end. Or into a folder, where
//! each message has a file.

use crate::files::errno::Errno;
use crate::files::node::Node;
use crate::files::who::Who;
use crate::postfix::lookup::fold::fold;
use crate::postfix::queue::file::{Addressee, QueueFile};
use crate::postfix::queue::history::Next;
use crate::postfix::queue::outcome::{Outcome, Status};
use crate::postfix::queue::text::split;
use crate::postfix::server::Server;
use crate::smtp::address::{quote_local, quote_local_info};
use crate::smtp::bytes::decode;
use crate::time::Time;

/// The headers that a delivery puts first, and where they say it whom it has been delivered to.
pub fn envelope_headers(sender: &str, recipient: &Addressee, delivered_to: Option<&str>) -> String {
    let mut text = format!("Return-Path: <{}>\n", quote_local_info(sender));
    // A list does not say by which address it was reached.
    if !recipient.original.is_empty() {
        text.push_str(&format!(
            "X-Original-To: {}\n",
            quote_local(&recipient.original)
        ));
    }
    if let Some(address) = delivered_to {
        text.push_str(&format!("Delivered-To: {}\n", quote_local_info(address)));
    }
    text
}

impl QueueFile {
    /// Whether it has been delivered to an address before, as its `Delivered-To:` says.
    pub(super) fn has_been_at(&self, address: &str) -> bool {
        let marker = fold(&format!("delivered-to: {}\n", quote_local(address)));
        const NAME: &[u8] = b"delivered-to:";
        let is_marker = |h: &&[u8]| {
            let name = h.get(..NAME.len()).unwrap_or(b"");
            name.eq_ignore_ascii_case(NAME) && fold(&decode(h)) == marker
        };
        split(&self.text).0.iter().any(is_marker)
    }
}

/// The text that is appended to a mailbox.
pub fn entry(
    file: &QueueFile,
    sender: &str,
    recipient: &Addressee,
    delivered_to: Option<&str>,
    now: Time,
) -> String {
    let who = match sender {
        "" => "MAILER-DAEMON".to_string(),
        sender => quote_local(sender),
    };
    let mut text = format!("From {who}  {}\n", now.mailbox_date());
    text.push_str(&envelope_headers(sender, recipient, delivered_to));
    for line in decode(&file.text).split_inclusive('\n') {
        if line.starts_with("From ") {
            text.push('>');
        }
        text.push_str(line);
    }
    text.push('\n');
    text
}

/// Where the messages of a mailbox in mbox form begin.
fn starts(text: &str) -> impl Iterator<Item = usize> + '_ {
    let (mut at, mut after_empty) = (0, true);
    text.split_inclusive('\n').filter_map(move |line| {
        let start = (after_empty && line.starts_with("From ")).then_some(at);
        at += line.len();
        after_empty = line == "\n";
        start
    })
}

/// How many messages are in a mailbox in mbox form.
pub fn count(text: &str) -> usize {
    starts(text).count()
}

/// The messages of a mailbox in mbox form.
///
/// ```
/// use smtp_terminal::postfix::delivery::mailbox::entries;
/// let text = "From a  Tue Nov 24\nSubject: x\n\n>From b\n\nFrom c  Tue Nov 24\n\n";
/// assert_eq!(entries(text).len(), 2);
/// assert_eq!(entries(text)[1], "From c  Tue Nov 24\n\n");
/// ```
pub fn entries(text: &str) -> Vec<String> {
    pieces(text).map(str::to_string).collect()
}

/// The same, where they stand.
pub fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut ends = starts(text).skip(1).chain([text.len()]);
    starts(text).filter_map(move |start| text.get(start..ends.next()?))
}

impl Server {
    pub(super) fn write_mailbox(
        &mut self,
        path: &str,
        user: &str,
        text: &str,
    ) -> (Outcome, Option<Next>) {
        let limit = self.routes().mailbox_size_limit;
        let size = self.files.get(path).map_or(0, str::len) + text.len();
        let is_too_large = limit > 0 && size as u64 > limit;
        let failure = match is_too_large {
            true => Err((Status::Bounced, "5.2.2", "File too large")),
            false => self.append(path, text),
        };
        match failure {
            Ok(()) => delivered(path, "delivered to mailbox".into()),
            Err((status, dsn, why)) => {
                let why = format!(
                    "cannot update mailbox {path} for user {user}. error writing message: {why}"
                );
                (Outcome::new(status, dsn, why), None)
            }
        }
    }

    /// Writes at the end of a file.
    pub(super) fn write_file(&mut self, path: &str, text: &str) -> (Outcome, Option<Next>) {
        match self.append(path, text) {
            Ok(()) => delivered(path, format!("delivered to file: {path}")),
            Err((status, dsn, why)) => {
                let why =
                    format!("cannot append message to file {path}: error writing message: {why}");
                (Outcome::new(status, dsn, why), None)
            }
        }
    }

    /// The disk of a host has an end, and Postfix waits for somebody to clear it up.
    fn append(
        &mut self,
        path: &str,
        text: &str,
    ) -> Result<(), (Status, &'static str, &'static str)> {
        if !self.files.contains(path) {
            self.files.insert_new(path, "");
            if let Some(node) = self.files.node_mut(path) {
                node.mode = 0o600;
            }
        }
        let written = self.files.write(path, &Who::ROOT, text, true, 0o600);
        written.map_err(|errno| match errno {
            Errno::NoSpace => (Status::Deferred, "4.3.0", errno.text()),
            errno => (Status::Bounced, "5.2.0", errno.text()),
        })
    }

    pub(super) fn put_into_maildir(
        &mut self,
        path: &str,
        headers: &str,
        file: &QueueFile,
        now: Time,
    ) -> (Outcome, Option<Next>) {
        // Named after the time, the disk, the file and the host.
        let (file_id, host) = (self.new_inode(), &self.settings().myhostname);
        let micros = now.micros();
        let name = format!("{}.V801I{file_id:x}M{micros}.{host}", now.seconds());
        let text = headers.to_string() + &decode(&file.text);
        self.write_into_maildir(path, &name, &text)
    }

    /// Puts a file into the folder of what is new.
    pub(super) fn write_into_maildir(
        &mut self,
        path: &str,
        name: &str,
        text: &str,
    ) -> (Outcome, Option<Next>) {
        for part in ["tmp", "new", "cur"] {
            let place = format!("{path}{part}");
            if !self.files.is_directory(&place) {
                let mut node = Node::directory();
                node.mode = 0o700;
                self.files.put(place, node);
                self.files.own(path.trim_end_matches('/'));
            }
        }
        let name = format!("{path}new/{name}");
        match self.append(&name, text) {
            Ok(()) => delivered(&name, "delivered to maildir".into()),
            Err((status, dsn, why)) => {
                let why = format!("maildir delivery failed: error writing message: {why}");
                (Outcome::new(status, dsn, why), None)
            }
        }
    }
}

/// What is written lies there.
fn delivered(path: &str, why: String) -> (Outcome, Option<Next>) {
    let outcome = Outcome::new(Status::Sent, "2.0.0", why);
    (outcome, Some(Next::File(path.into())))
}
