//! A message as local and virtual write it into a mailbox: an mbox `From ` line, the envelope in
//! headers, `From ` at the start of a line quoted, an empty line at the end.

use crate::postfix::queue::file::{Addressee, QueueFile};
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
