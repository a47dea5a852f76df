//! A message as local and virtual write it into a mailbox: an mbox `From ` line, the envelope in
//! headers, `From ` at the start of a line quoted, an empty line at the end. Or into a folder, where
//! each message has a file.

use crate::postfix::queue::file::{Addressee, Outcome, QueueFile, Status};
use crate::postfix::server::Server;
use crate::smtp::address::{quote_local, quote_local_info};
use crate::smtp::bytes::decode;
use crate::time::Time;

/// The headers that a delivery puts first.
pub fn envelope_headers(sender: &str, recipient: &Addressee, delivered_to: &str) -> String {
    let mut text = format!("Return-Path: <{}>\n", quote_local_info(sender));
    // A list does not say by which address it was reached.
    if !recipient.original.is_empty() {
        text.push_str(&format!(
            "X-Original-To: {}\n",
            quote_local(&recipient.original)
        ));
    }
    text + &format!("Delivered-To: {}\n", quote_local_info(delivered_to))
}

/// The text that is appended to a mailbox.
pub fn entry(
    file: &QueueFile,
    sender: &str,
    recipient: &Addressee,
    delivered_to: &str,
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

/// The messages of a mailbox in mbox form.
pub fn entries(text: &str) -> Vec<String> {
    let mut letters: Vec<String> = Vec::new();
    let mut after_empty = true;
    for line in text.split_inclusive('\n') {
        if after_empty && line.starts_with("From ") {
            letters.push(String::new());
        }
        after_empty = line == "\n";
        if let Some(letter) = letters.last_mut() {
            letter.push_str(line);
        }
    }
    letters
}

impl Server {
    pub(super) fn write_mailbox(&mut self, path: &str, user: &str, text: &str) -> Outcome {
        let limit = self.routes().mailbox_size_limit;
        let size = self.files.get(path).map_or(0, str::len) + text.len();
        if limit > 0 && size as u64 > limit {
            let why = format!(
                "cannot update mailbox {path} for user {user}. error writing message: File too large"
            );
            return Outcome::new(Status::Bounced, "5.2.2", why);
        }
        self.append(path, text);
        Outcome::new(Status::Sent, "2.0.0", "delivered to mailbox")
    }

    pub(super) fn append(&mut self, path: &str, text: &str) {
        if path == "/dev/null" {
            return;
        }
        let before = self.files.get(path).unwrap_or("").to_string();
        self.files.insert(path, before + text);
    }

    pub(super) fn put_into_maildir(
        &mut self,
        path: &str,
        headers: &str,
        file: &QueueFile,
        now: Time,
    ) -> Outcome {
        // Named after the time, the disk, the file and the host.
        let (file_id, host) = (self.new_inode(), &self.settings().myhostname);
        let micros = now.micros();
        let name = format!(
            "{path}new/{}.V801I{file_id:x}M{micros}.{host}",
            now.seconds()
        );
        self.files
            .insert(name, headers.to_string() + &decode(&file.text));
        Outcome::new(Status::Sent, "2.0.0", "delivered to maildir")
    }
}
