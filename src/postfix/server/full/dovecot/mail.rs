//! What who has logged in may ask of mail.

use super::imap::BAD;
use super::{fetch, folder, search, Open, Reader};
use crate::postfix::server::running::Server;
use crate::time::Time;

const FLAGS: &str = "\\Answered \\Flagged \\Deleted \\Seen \\Draft";

impl Reader {
    /// What is asked of mail.
    pub(super) fn mail(
        &mut self,
        server: &mut Server,
        (verb, rest, words): (&str, &str, &[&str]),
        now: Time,
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
                if verb == "LSUB" {
                    let kept = super::change::subscribed(&server.files, &place("INBOX"));
                    for folder in kept.iter().filter(|name| folder::fits(name, pattern)) {
                        *out += &format!("* LSUB ({}) \".\" {folder}\n", folder::special(folder));
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
                let next = folder::next(&server.files, &path, &mails);
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
                        ("UIDNEXT", next),
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
                    "* OK [UIDVALIDITY {begun}] UIDs valid\n* OK [UIDNEXT {next}] Predicted next UID\n"
                );
                folder::keep(&mut server.files, &path, &mails);
                let mut new: Vec<String> = names_of_new(&mails);
                if let Some(open) = self.open.take().filter(|open| open.path == path) {
                    new.extend(open.new);
                }
                if !is_read_only {
                    mails.iter().for_each(|mail| mail.take(&mut server.files));
                }
                self.open = Some(Open {
                    path,
                    is_read_only,
                    new,
                    count,
                    recent,
                    next,
                });
                match is_read_only {
                    true => "OK [READ-ONLY] Examine completed".into(),
                    false => "OK [READ-WRITE] Select completed".into(),
                }
            }
            ("NOOP", _) => "OK NOOP completed".into(),
            ("NAMESPACE", []) => {
                *out += "* NAMESPACE ((\"\" \".\")) NIL NIL\n";
                "OK Namespace completed".into()
            }
            (
                "CREATE" | "DELETE" | "RENAME" | "SUBSCRIBE" | "UNSUBSCRIBE" | "APPEND"
                | "GETQUOTAROOT",
                _,
            ) => self.change_folders(server, verb, words),
            (
                "FETCH" | "UID" | "SEARCH" | "STORE" | "CLOSE" | "UNSELECT" | "CHECK" | "EXPUNGE"
                | "COPY" | "MOVE",
                _,
            ) => {
                let Some(open) = self.open.clone() else {
                    return "BAD No mailbox selected".into();
                };
                self.inside(server, &open, (verb, rest, words), now, out)
            }
            _ => bad("Unknown command"),
        }
    }

    /// What is asked of the messages of the folder that is open.
    fn inside(
        &mut self,
        server: &mut Server,
        open: &Open,
        (verb, rest, words): (&str, &str, &[&str]),
        now: Time,
        out: &mut String,
    ) -> String {
        match verb {
            "CHECK" => return "OK Check completed".into(),
            "EXPUNGE" => {
                self.expunge(server, open, Some(out));
                return "OK Expunge completed".into();
            }
            "CLOSE" | "UNSELECT" => {
                self.open = None;
                return match verb {
                    "CLOSE" => {
                        self.expunge(server, open, None);
                        "OK Close completed".into()
                    }
                    _ => "OK Unselect completed".into(),
                };
            }
            _ => {}
        }
        let by_uid = verb == "UID";
        let (verb, rest, words) = match (by_uid, rest.split_once(' ')) {
            (false, _) => (verb.to_string(), rest, words),
            (true, found) => {
                let (verb, rest) = found.unwrap_or((rest, ""));
                let words = words.get(1..).unwrap_or(&[]);
                (verb.to_ascii_uppercase(), rest, words)
            }
        };
        if verb.is_empty() {
            return "BAD Error in IMAP command: Invalid command name".into();
        }
        let uid = if by_uid { "UID " } else { "" };
        let bad = |why: &str| format!("BAD Error in IMAP command {uid}{verb}: {why}");
        let mails = folder::read(&server.files, &open.path, &open.new);
        if verb == "SEARCH" {
            return match search::find(&mails, words) {
                Err(why) => bad(&why),
                Ok(found) => {
                    *out += "* SEARCH";
                    for (at, mail) in found {
                        *out += &match by_uid {
                            true => format!(" {}", mail.uid),
                            false => format!(" {}", at + 1),
                        };
                    }
                    *out += "\n";
                    "OK Search completed".into()
                }
            };
        }
        let (set, items) = rest.split_once(' ').unwrap_or((rest, ""));
        let asked = match verb.as_str() {
            "FETCH" => match fetch::Asked::read(items, by_uid) {
                Ok(asked) => Some(asked),
                Err(why) => return bad(&why),
            },
            "STORE" if items.is_empty() => return bad("Invalid arguments"),
            "COPY" | "MOVE" if items.is_empty() => return bad("Missing arguments"),
            "STORE" | "COPY" | "MOVE" => None,
            _ => return bad("Unknown command"),
        };
        let Some(places) = fetch::places(set, &mails, by_uid) else {
            return bad("Invalid messageset");
        };
        let meant = places.iter().filter_map(|at| Some((*at, mails.get(*at)?)));
        let meant: Vec<(usize, &folder::Mail)> = meant.collect();
        let Some(asked) = asked else {
            return match verb.as_str() {
                "STORE" => self.store(server, open, &meant, items, by_uid, out),
                _ => self.copy(server, open, &meant, words, &verb, now, out),
            };
        };
        for (at, mail) in meant {
            let sees = asked.marks && !open.is_read_only && !mail.is_seen();
            *out += &asked.show(at + 1, mail, sees, &mut self.fetched);
            if sees {
                mail.mark(&mut server.files, "S", true);
            }
        }
        "OK Fetch completed".into()
    }

    /// What has come since, which a client hears of after commands that name no messages by their places.
    pub(super) fn look_again(&mut self, server: &mut Server, verb: &str, out: &mut String) {
        let Some(open) = self
            .open
            .as_mut()
            .filter(|_| !matches!(verb, "FETCH" | "STORE" | "SEARCH"))
        else {
            return;
        };
        if !folder::is_there(&server.files, &open.path, "") {
            return;
        }
        let found = folder::read(&server.files, &open.path, &open.new);
        let later = found.iter().filter(|mail| mail.uid >= open.next);
        open.new.extend(later.map(|mail| mail.name().to_string()));
        if !open.is_read_only {
            found.iter().for_each(|mail| mail.take(&mut server.files));
        }
        let mails = folder::read(&server.files, &open.path, &open.new);
        folder::keep(&mut server.files, &open.path, &mails);
        open.next = folder::next(&server.files, &open.path, &mails);
        if mails.len() > open.count {
            *out += &format!("* {} EXISTS\n", mails.len());
        }
        let recent = mails.iter().filter(|mail| mail.is_recent).count();
        if recent != open.recent || mails.len() > open.count {
            *out += &format!("* {recent} RECENT\n");
        }
        (open.count, open.recent) = (mails.len(), recent);
    }
}

/// What those are called that are new.
fn names_of_new(mails: &[folder::Mail]) -> Vec<String> {
    let new = mails.iter().filter(|mail| mail.is_recent);
    new.map(|mail| mail.name().to_string()).collect()
}
