//! A message as local and virtual write it into a mailbox: an mbox `From ` line, the envelope in
//! headers, `From ` at the start of a line quoted, an empty line at the end.

use crate::postfix::mail::queue::{Addressee, QueueFile};
use crate::smtp::address::quote_local;
use crate::smtp::text::decode;
use crate::time::Time;

/// The headers that a delivery puts first.
pub fn envelope_headers(file: &QueueFile, recipient: &Addressee, delivered_to: &str) -> String {
    format!(
        "Return-Path: <{}>\nX-Original-To: {}\nDelivered-To: {}\n",
        quoted(&file.sender),
        quoted(&recipient.original),
        quoted(delivered_to)
    )
}

/// The text that is appended to a mailbox.
pub fn entry(file: &QueueFile, recipient: &Addressee, delivered_to: &str, now: Time) -> String {
    let sender = match file.sender.as_str() {
        "" => "MAILER-DAEMON".to_string(),
        sender => quoted(sender),
    };
    let mut text = format!("From {sender}  {}\n", now.mailbox_date());
    text.push_str(&envelope_headers(file, recipient, delivered_to));
    for line in decode(&file.text).split_inclusive('\n') {
        if line.starts_with("From ") {
            text.push('>');
        }
        text.push_str(line);
    }
    text.push('\n');
    text
}

/// In external form; the empty address stays empty.
fn quoted(address: &str) -> String {
    match address {
        "" => String::new(),
        _ => quote_local(address),
    }
}
