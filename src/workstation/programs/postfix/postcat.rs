//! postcat: a queue file as text.

use crate::postfix::queue::file::{Place, QueueFile};
use crate::postfix::queue::intake::EXTRACTED;
use crate::postfix::queue::text::{size, split};
use crate::smtp::bytes::decode;
use crate::smtp::envelope::Body;
use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::output::{Outcome, Output};
use crate::workstation::programs::postfix::spool::place;

const USAGE: &str = "usage: postcat [-b (body text)] [-c config_dir] [-d (decimal record type)] [-e (envelope records)] [-h (header text)] [-q (access queue)] [-v] [file(s)...]";

/// postcat, with -q, -h, -b, -e, -o, -d and -v.
pub(super) fn postcat(arguments: &[&str], at: &mut Machine) -> Outcome {
    let mut letters = String::new();
    let mut names: Vec<&str> = Vec::new();
    let mut words = arguments.iter().copied();
    while let Some(word) = words.next() {
        let Some(option) = word.strip_prefix('-').filter(|o| !o.is_empty()) else {
            names.push(word);
            names.extend(words);
            break;
        };
        if let Some(odd) = option.chars().find(|c| !"bcdehoqvrs".contains(*c)) {
            let mut output = at.fatal("postcat", USAGE.into());
            output.complain_first(format!("postcat: invalid option -- '{odd}'\n"));
            return Err(output);
        }
        if option.contains('c') {
            words.next();
        }
        letters.push_str(option);
    }
    // Without a file it would read one that is piped in.
    let mut output = Output::default();
    for name in names {
        let is_id = letters.contains('q');
        let id = name.rsplit('/').next().unwrap_or(name);
        let path = at.path(name);
        let file = at.server().and_then(|(server, _)| {
            let file = server.queue.file(id)?;
            let folder = format!("/var/spool/postfix/{}/", file.place.name());
            (is_id || path.starts_with(&folder)).then(|| file.clone())
        });
        let Some(file) = file else {
            let what = if is_id { "queue file " } else { "" };
            if !is_id && at.read(name).is_some() {
                let text = format!("warning: {name}: input is not a valid queue file");
                at.report("postcat", &mut output, text);
                continue;
            }
            let text = format!("open {what}{name}: No such file or directory");
            let mut fatal = at.fatal("postcat", text);
            fatal.text = output.text;
            return Err(fatal);
        };
        let always = at
            .server()
            .map(|(server, _)| server.config.get("always_bcc"));
        let has_late = always.is_some_and(|to| !to.is_empty());
        let own = place(&file);
        show(
            &file,
            (if is_id { &own } else { name }, has_late),
            &letters,
            &mut output.text,
        );
    }
    Ok(output)
}

/// The number of a kind of record.
fn number(name: &str) -> u8 {
    match name {
        "message_size" => b'C',
        "message_arrival_time" => b'T',
        "sender_fullname" => b'F',
        "content_filter" => b'L',
        "warning_message_time" => b'W',
        "sender" => b'S',
        "original_recipient" => b'O',
        "recipient" => b'R',
        "verp_delimiters" => b'V',
        "done_recipient" => b'D',
        _ => b'A',
    }
}

fn show(file: &QueueFile, (path, has_late): (&str, bool), letters: &str, text: &mut String) {
    let has = |letter| letters.contains(letter);
    let (headers, body) = split(&file.text);
    let all = !has('h') && !has('b') && !has('e');
    let bytes = file.size();
    let count = file.recipients.len();
    let date = file.arrival.mailbox_date();
    let is_new = file.place == Place::Maildrop && !file.is_requeued;
    let head = file.envelope.strip_suffix(EXTRACTED);
    let is_extracted = head.is_some();
    // smtpd puts it after the times, pickup before them.
    let is_early = !file.envelope.contains("log_ident=");
    let filter = file.filter.as_ref().filter(|_| !is_new);
    let filter = filter.map(|filter| format!("content_filter: {filter}\n"));
    let filter = filter.unwrap_or_default();
    let mut records = match is_early {
        true => String::new(),
        false => filter.clone(),
    };
    records.push_str(head.unwrap_or(&file.envelope));
    let (mut early, mut people, mut late) = (String::new(), String::new(), String::new());
    let mut options = 0;
    for (place, recipient) in file.recipients.iter().enumerate() {
        let is_copy = recipient.dsn_original.is_empty();
        // That of always_bcc is the last.
        let is_last = is_copy && has_late && place + 1 == count;
        let list = match is_extracted || is_last {
            true => &mut late,
            // That of sender_bcc_maps comes with the sender.
            false if is_copy && place == 0 => &mut early,
            false => &mut people,
        };
        if let Some(notify) = recipient.notify.filter(|_| !is_new) {
            let all = [notify.never, notify.success, notify.failure, notify.delay];
            let flags = (0..4).map(|bit| u8::from(all[bit]) << bit).sum::<u8>();
            options |= if is_copy { 0 } else { flags << 1 };
            list.push_str(&format!("named_attribute: notify_flags={flags}\n"));
        }
        if !is_new {
            if !is_copy {
                let original = &recipient.dsn_original;
                list.push_str(&format!("named_attribute: dsn_orig_rcpt={original}\n"));
            }
            list.push_str(&format!("original_recipient: {}\n", recipient.original));
        }
        let done = if recipient.is_done { "done_" } else { "" };
        list.push_str(&format!("{done}recipient: {}\n", recipient.address));
    }
    if is_new {
        people.push_str(&std::mem::take(&mut late));
    }
    records.push_str(&people);
    let sender = records.find("\nsender: ").map_or(0, |at| at + 1);
    let after = records.get(sender..).and_then(|rest| rest.find('\n'));
    records.insert_str(after.map_or(sender, |at| sender + at + 1), &early);
    // Sizes, times, and a mark stand before and after these.
    let payload = |line: &str| match line.split_once(": ") {
        Some(("warning_message_time", _)) => 17,
        Some((_, text)) => 2 + text.len(),
        None => 2,
    };
    let first = filter.lines().filter(|_| is_early);
    let first: Vec<_> = first
        .map(|line| (payload(line), line.to_string()))
        .collect();
    // What is kept free for Milters is more than what a line that was cut takes.
    let free = if bytes >= size(&file.text) + 34 {
        17
    } else {
        0
    };
    let start = 142 + free + records.lines().map(payload).sum::<usize>();
    let start = start + first.iter().map(|(length, _)| length).sum::<usize>();
    let mut lines = Vec::new();
    if !is_new {
        lines.push((
            97,
            format!(
                "message_size: {bytes:>15} {start:>15} {count:>15} {options:>15} {bytes:>15} {0:>15}",
                0
            ),
        ));
    }
    lines.extend(first);
    lines.push((19, format!("message_arrival_time: {date}")));
    if !is_new {
        lines.push((24, format!("create_time: {date}")));
    }
    lines.extend(
        records
            .lines()
            .map(|line| (payload(line), line.to_string())),
    );
    let envelope = all || has('e');
    if envelope {
        text.push_str(&format!("*** ENVELOPE RECORDS {path} ***\n"));
    }
    let mut at = 0;
    let mut add = |shows: bool, kind: u8, length: usize, line: &str| {
        if shows {
            if has('o') {
                text.push_str(&format!("{at:>9} "));
            }
            if has('d') {
                text.push_str(&format!("{kind:>3} "));
            }
            if has('v') && kind == b'N' {
                text.push_str("regular_text: ");
            }
            text.push_str(line);
            text.push('\n');
        }
        at += length;
    };
    for (length, line) in &lines {
        let name = line.split(':').next().unwrap_or("");
        add(envelope, number(name), *length, line);
    }
    add(
        envelope,
        b'M',
        2,
        &format!("*** MESSAGE CONTENTS {path} ***"),
    );
    for header in headers {
        for line in decode(header).lines() {
            add(all || has('h'), b'N', 2 + line.len(), line);
        }
    }
    for line in decode(body).lines() {
        add(all || has('b'), b'N', 2 + line.len(), line);
    }
    add(
        envelope,
        b'X',
        2,
        &format!("*** HEADER EXTRACTED {path} ***"),
    );
    let again = match file.body {
        Some(Body::SevenBit) => "named_attribute: encoding=7bit",
        _ => "named_attribute: encoding=8bit",
    };
    if let Some(to) = &file.redirect {
        let line = format!("redirect_to: {to}");
        add(envelope, b'>', payload(&line), &line);
    }
    if file.body.is_some() && !is_new {
        add(envelope, b'A', 15, again);
    }
    for line in late.lines() {
        let name = line.split(':').next().unwrap_or("");
        add(envelope, number(name), payload(line), line);
    }
    add(
        envelope,
        b'E',
        2,
        &format!("*** MESSAGE FILE END {path} ***"),
    );
}
