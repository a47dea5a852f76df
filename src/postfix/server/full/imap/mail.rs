//! What who has logged in may ask of mail.

use super::{fetch, folder, Imap, BAD};
use crate::postfix::server::running::Server;

const FLAGS: &str = "\\Answered \\Flagged \\Deleted \\Seen \\Draft";

impl Imap {
    /// What is asked of mail.
    pub(super) fn mail(
        &mut self,
        server: &mut Server,
        (verb, rest, words): (&str, &str, &[&str]),
        out: &mut String,
    ) -> String {
        let Some((name, person)) = &self.who else {
            return BAD.into();
        };
        let place = |folder: &str| folder::place(person, name, folder);
        let bad = |why: &str| format!("BAD Error in IMAP command {verb}: {why}");
        match (verb, words) {
            ("LIST" | "LSUB", [_, pattern]) => {
                if pattern.is_empty() {
                    *out += "* LIST (\\Noselect) \".\" \"\"\n";
                } else if verb == "LIST" {
                    for folder in folder::all(&server.files, &place("INBOX"), pattern) {
                        *out += &format!("* LIST {folder}\n");
                    }
                }
                let verb = if verb == "LIST" { "List" } else { "Lsub" };
                format!("OK {verb} completed")
            }
            ("SELECT" | "EXAMINE" | "STATUS", [folder, items @ ..]) => {
                let path = place(folder);
                let shown = match folder.eq_ignore_ascii_case("INBOX") {
                    true => "INBOX",
                    false => folder,
                };
                if !folder::is_there(&server.files, &path, shown) {
                    return format!("NO Mailbox doesn't exist: {shown}");
                }
                let mails = folder::read(&server.files, &path, &[]);
                let count = mails.len();
                let recent = mails.iter().filter(|mail| mail.is_recent).count();
                let first = mails.iter().position(|mail| !mail.is_seen());
                let begun = folder::begun(&server.files, &path);
                if verb == "STATUS" {
                    let unseen = mails.iter().filter(|mail| !mail.is_seen()).count();
                    let items = items.join(" ").to_ascii_uppercase();
                    let items = items.trim_start_matches('(').trim_end_matches(')');
                    if items.is_empty() {
                        return bad("Missing arguments");
                    }
                    // They come in this order.
                    let known = [
                        ("MESSAGES", count as u64),
                        ("RECENT", recent as u64),
                        ("UIDNEXT", count as u64 + 1),
                        ("UIDVALIDITY", begun),
                        ("UNSEEN", unseen as u64),
                    ];
                    let is_known = |item: &&str| known.iter().any(|(own, _)| own == item);
                    if let Some(other) = items.split(' ').find(|item| !is_known(item)) {
                        return bad(&format!("Invalid status item {other}"));
                    }
                    let asked = known
                        .iter()
                        .filter(|(own, _)| items.split(' ').any(|i| i == *own));
                    let said: Vec<String> = asked.map(|(own, n)| format!("{own} {n}")).collect();
                    *out += &format!("* STATUS {shown} ({})\n", said.join(" "));
                    return "OK Status completed".into();
                }
                if self.open.is_some() {
                    *out += "* OK [CLOSED] Previous mailbox closed.\n";
                }
                let is_read_only = verb == "EXAMINE";
                let (permanent, why) = match is_read_only {
                    true => (String::new(), "Read-only mailbox."),
                    false => (format!("{FLAGS} \\*"), "Flags permitted."),
                };
                *out += &format!(
                    "* FLAGS ({FLAGS})\n* OK [PERMANENTFLAGS ({permanent})] {why}\n* {count} EXISTS\n* {recent} RECENT\n"
                );
                if let Some(first) = first {
                    *out += &format!("* OK [UNSEEN {}] First unseen.\n", first + 1);
                }
                *out += &format!(
                    "* OK [UIDVALIDITY {begun}] UIDs valid\n* OK [UIDNEXT {}] Predicted next UID\n",
                    count + 1
                );
                let mut new: Vec<String> =
                    mails.iter().filter_map(folder::Mail::new_name).collect();
                match &self.open {
                    Some((open, _, before)) if *open == path => new.extend(before.iter().cloned()),
                    _ => {}
                }
                if !is_read_only {
                    mails
                        .iter()
                        .for_each(|mail| mail.take(&mut server.files, ""));
                }
                self.open = Some((path, is_read_only, new));
                match is_read_only {
                    true => "OK [READ-ONLY] Examine completed".into(),
                    false => "OK [READ-WRITE] Select completed".into(),
                }
            }
            (
                "FETCH" | "UID" | "SEARCH" | "STORE" | "CLOSE" | "UNSELECT" | "CHECK" | "EXPUNGE",
                _,
            ) => {
                let Some((path, is_read_only, new)) = self.open.clone() else {
                    return "BAD No mailbox selected".into();
                };
                match verb {
                    "CHECK" => return "OK Check completed".into(),
                    "CLOSE" | "UNSELECT" => {
                        self.open = None;
                        let verb = if verb == "CLOSE" { "Close" } else { "Unselect" };
                        return format!("OK {verb} completed");
                    }
                    "SEARCH" if words.len() == 1 => {
                        let mails = folder::read(&server.files, &path, &new);
                        let is_it =
                            |mail: &folder::Mail| match words[0].to_ascii_uppercase().as_str() {
                                "UNSEEN" => !mail.is_seen(),
                                "SEEN" => mail.is_seen(),
                                _ => true,
                            };
                        *out += "* SEARCH";
                        for (at, _) in mails.iter().enumerate().filter(|(_, mail)| is_it(mail)) {
                            *out += &format!(" {}", at + 1);
                        }
                        *out += "\n";
                        return "OK Search completed".into();
                    }
                    "FETCH" | "UID" => {}
                    _ => return format!("NO [CANNOT] {verb} is not simulated here."),
                }
                let by_uid = verb == "UID";
                let rest = match by_uid {
                    true => rest.split_once(' ').map_or("", |(_, rest)| rest),
                    false => rest,
                };
                let (set, items) = rest.split_once(' ').unwrap_or((rest, ""));
                let asked = match fetch::Asked::read(items, by_uid) {
                    Ok(asked) => asked,
                    Err(why) => return format!("BAD Error in IMAP command FETCH: {why}"),
                };
                let mails = folder::read(&server.files, &path, &new);
                let Some(places) = fetch::places(set, mails.len(), by_uid) else {
                    return "BAD Error in IMAP command FETCH: Invalid messageset".into();
                };
                for place in places {
                    if let Some(mail) = mails.get(place) {
                        let sees = asked.marks && !is_read_only && !mail.is_seen();
                        *out += &asked.show(place + 1, mail, sees, &mut self.fetched);
                        if sees {
                            mail.take(&mut server.files, "S");
                        }
                    }
                }
                "OK Fetch completed".into()
            }
            _ => bad("Unknown command"),
        }
    }
}
