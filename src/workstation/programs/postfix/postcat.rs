//! postcat: a queue file as text.

use crate::postfix::queue::file::Place;
use crate::postfix::queue::text::{size, split};
use crate::smtp::bytes::decode;
use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::output::Output;

/// postcat -q, with -h, -b and -e.
pub(super) fn postcat(arguments: &[&str], at: &mut Machine) -> Output {
    let letters: String = arguments
        .iter()
        .filter_map(|w| w.strip_prefix('-'))
        .collect();
    let id = arguments.iter().find(|w| !w.starts_with('-'));
    // Without a file it would read one that is piped in.
    let Some(id) = id else {
        return Output::default();
    };
    let file = at
        .server()
        .and_then(|(server, _)| server.queue.file(id).cloned());
    let Some(file) = file else {
        return at.fatal(
            "postcat",
            format!("open queue file {id}: No such file or directory"),
        );
    };
    let has = |letter| letters.contains(letter);
    let (headers, body) = split(&file.text);
    let all = !has('h') && !has('b') && !has('e');
    // Only some folders have folders of their own (`hash_queue_names`).
    let hash = match file.place {
        Place::Deferred => format!("{}/", &file.id[..1]),
        _ => String::new(),
    };
    let path = format!("{}/{hash}{}", file.place.name(), file.id);
    let mut text = String::new();
    if all || has('e') {
        let bytes = size(&file.text);
        let count = file.recipients.len();
        let date = file.arrival.mailbox_date();
        let mut records = file.envelope.clone();
        let is_new = file.place == Place::Maildrop;
        for recipient in &file.recipients {
            if !is_new {
                records.push_str(&format!(
                    "named_attribute: dsn_orig_rcpt={}\noriginal_recipient: {}\n",
                    recipient.dsn_original, recipient.original
                ));
            }
            let done = if recipient.is_done { "done_" } else { "" };
            records.push_str(&format!("{done}recipient: {}\n", recipient.address));
        }
        // Sizes, times, and a mark stand before and after these.
        let payload = |line: &str| 2 + line.split_once(": ").map_or(0, |(_, text)| text.len());
        let offset = 142 + records.lines().map(payload).sum::<usize>();
        text.push_str(&format!("*** ENVELOPE RECORDS {path} ***\n"));
        if !is_new {
            text.push_str(&format!(
                "message_size: {bytes:>15} {offset:>15} {count:>15} {0:>15} {bytes:>15} {0:>15}\n",
                0
            ));
        }
        text.push_str(&format!("message_arrival_time: {date}\n"));
        if !is_new {
            text.push_str(&format!("create_time: {date}\n"));
        }
        text.push_str(&records);
    }
    if all || has('e') {
        text.push_str(&format!("*** MESSAGE CONTENTS {path} ***\n"));
    }
    if all || has('h') {
        headers
            .iter()
            .for_each(|header| text.push_str(&decode(header)));
    }
    if all || has('b') {
        text.push_str(&decode(body));
    }
    if all || has('e') {
        let again = "named_attribute: encoding=8bit\n";
        let again = match file.envelope.contains(again) {
            true => again,
            false => "",
        };
        text.push_str(&format!(
            "*** HEADER EXTRACTED {path} ***\n{again}*** MESSAGE FILE END {path} ***\n"
        ));
    }
    Output::good(text)
}
