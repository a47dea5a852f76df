//! What mailq and `postqueue -p` show of a queue.

use crate::postfix::queue::file::{Addressee, Place};
use crate::postfix::queue::folder::Queue;
use crate::smtp::address::quote_local;

/// The list, in Postfix's columns; in those of releases before 3.1, where it is so, or in those for
/// long queue IDs. Whose sender has no name is shown with `nobody` (`empty_address_recipient`).
pub fn list(queue: &Queue, nobody: &str, is_old: bool, long_ids: bool) -> String {
    if queue.files.is_empty() {
        return "Mail queue is empty\n".into();
    }
    let (mut text, widths) = match long_ids {
        true => (
            String::from(
                "----Queue ID----- --Size-- ---Arrival Time---- --Sender/Recipient------\n",
            ),
            [17, 8, 19],
        ),
        false => (
            String::from("-Queue ID-  --Size-- ----Arrival Time---- -Sender/Recipient-------\n"),
            [11, 7, 20],
        ),
    };
    let [first, second, third] = widths;
    if is_old {
        text = text.replacen("  --Size--", " --Size--", 1);
    }
    let mut total = 0;
    for (i, file) in queue.files.iter().enumerate() {
        if i > 0 {
            text.push('\n');
        }
        let mark = match file.place {
            Place::Active => "*",
            Place::Hold => "!",
            _ => "",
        };
        let bytes = file.size();
        total += bytes;
        let sender = match file.sender.as_str() {
            "" => nobody.to_string(),
            sender => quote_local(sender),
        };
        let date = file.arrival.mailbox_date();
        let expired = if file.is_expired && !is_old { "#" } else { "" };
        let id = format!("{}{mark}{expired}", file.id);
        text.push_str(&format!(
            "{id:<first$} {bytes:>second$} {date:>third$.third$} {sender}\n"
        ));
        let mut before = "";
        let waiting = file.recipients.iter().filter(|r| !r.is_done);
        let waiting: Vec<(&str, &Addressee)> = waiting
            .map(|r| (r.reason.as_ref().map_or("", |r| r.why.trim_end()), r))
            .collect();
        // One attempt tells of all whom it was for.
        let place = |why: &str| waiting.iter().position(|(own, _)| *own == why);
        let mut sorted = waiting.clone();
        sorted.sort_by_key(|(why, _)| place(why));
        for (why, recipient) in sorted {
            if why != before {
                before = why;
                let shown = if why.is_empty() {
                    "reason unavailable"
                } else {
                    why
                };
                let indent = 76_usize.saturating_sub(shown.len());
                text.push_str(&format!("{:indent$}({shown})\n", ""));
            }
            let address = quote_local(&recipient.address);
            let margin = first + second + third + 3;
            text.push_str(&format!("{:margin$}{address}\n", ""));
        }
    }
    let count = queue.files.len();
    let plural = if count == 1 { "" } else { "s" };
    text + &format!("\n-- {} Kbytes in {count} Request{plural}.\n", total / 1024)
}
