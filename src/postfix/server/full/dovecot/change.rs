//! What changes messages and folders.

use super::{folder, Open, Reader};
use crate::files::who::Who;
use crate::files::Files;
use crate::postfix::server::running::Server;
use crate::time::Time;

/// Messages with their places in a folder.
type Meant<'a> = [(usize, &'a folder::Mail)];

/// The folders that somebody has subscribed to.
pub(super) fn subscribed(files: &Files, inbox: &str) -> Vec<String> {
    let text = files.get(&format!("{inbox}subscriptions")).unwrap_or("");
    let lines = text.lines().skip(2).filter(|line| !line.is_empty());
    lines.map(Into::into).collect()
}

impl Reader {
    /// STORE.
    pub(super) fn store(
        &mut self,
        server: &mut Server,
        open: &Open,
        meant: &Meant,
        items: &str,
        by_uid: bool,
        out: &mut String,
    ) -> String {
        let bad = |why: String| format!("BAD Error in IMAP command STORE: {why}");
        let items = items.to_ascii_uppercase();
        let (how, given) = items.split_once(' ').unwrap_or((&items, ""));
        let (how, is_silent) = match how.strip_suffix(".SILENT") {
            Some(how) => (how, true),
            None => (how, false),
        };
        if !matches!(how, "FLAGS" | "+FLAGS" | "-FLAGS") {
            return bad("Invalid arguments".into());
        }
        let given = given.trim_start_matches('(').trim_end_matches(')');
        let mut letters = String::new();
        for flag in given.split_whitespace() {
            let mut known = folder::FLAGS.iter();
            match known.find(|(_, own)| own.eq_ignore_ascii_case(flag)) {
                Some((letter, _)) => letters.push(*letter),
                None if flag.starts_with('\\') => {
                    return bad(format!("Invalid system flag {flag}"));
                }
                None => return "NO [CANNOT] Keywords are not simulated here.".into(),
            }
        }
        if open.is_read_only {
            return "OK Store ignored with read-only mailbox".into();
        }
        for (at, mail) in meant {
            let mut now = (*mail).clone();
            let given = |letter: &char| letters.contains(*letter);
            let kept = mail.letters.chars();
            now.letters = match how {
                "-FLAGS" => kept.filter(|own| !given(own)).collect(),
                "+FLAGS" => kept
                    .filter(|own| !given(own))
                    .chain(letters.chars())
                    .collect(),
                _ => letters.clone(),
            };
            if now.has('T') && !mail.has('T') {
                self.gone[0] += 1;
            }
            if now.flags() == mail.flags() {
                continue;
            }
            mail.mark(&mut server.files, &now.letters, false);
            if !is_silent {
                let uid = if by_uid {
                    format!("UID {} ", mail.uid)
                } else {
                    String::new()
                };
                *out += &format!("* {} FETCH ({uid}FLAGS ({}))\n", at + 1, now.flags());
            }
        }
        "OK Store completed".into()
    }

    /// Removes what is marked as deleted; the client hears of it, or not.
    pub(super) fn expunge(&mut self, server: &mut Server, open: &Open, out: Option<&mut String>) {
        let mails = folder::read(&server.files, &open.path, &open.new);
        let gone = mails.iter().enumerate().filter(|(_, mail)| mail.has('T'));
        let gone: Vec<(usize, &folder::Mail)> = gone.filter(|_| !open.is_read_only).collect();
        self.remove(server, open, &gone, out);
    }

    fn remove(&mut self, server: &mut Server, open: &Open, gone: &Meant, out: Option<&mut String>) {
        let mails = folder::read(&server.files, &open.path, &open.new);
        folder::keep(&mut server.files, &open.path, &mails);
        for (_, mail) in gone {
            mail.remove(&mut server.files);
        }
        self.gone[1] += gone.len();
        if let Some(open) = &mut self.open {
            open.count = open.count.saturating_sub(gone.len());
        }
        if let Some(out) = out {
            for (at, _) in gone.iter().rev() {
                *out += &format!("* {} EXPUNGE\n", at + 1);
            }
        }
    }

    /// COPY and MOVE.
    #[allow(clippy::too_many_arguments)]
    pub(super) fn copy(
        &mut self,
        server: &mut Server,
        open: &Open,
        meant: &Meant,
        words: &[&str],
        verb: &str,
        now: Time,
        out: &mut String,
    ) -> String {
        let (Some(name), Some((user, person))) = (words.get(1), &self.who) else {
            return format!("BAD Error in IMAP command {verb}: Missing arguments");
        };
        let path = folder::place(person, user, name);
        let shown = if name.eq_ignore_ascii_case("INBOX") {
            "INBOX"
        } else {
            name
        };
        if !folder::is_there(&server.files, &path, shown) {
            return format!("NO [TRYCREATE] Mailbox doesn't exist: {name}");
        }
        let before = folder::read(&server.files, &path, &[]);
        let first = folder::next(&server.files, &path, &before);
        folder::keep(&mut server.files, &path, &before);
        for (_, mail) in meant {
            folder::add(&mut server.files, &path, mail, now);
        }
        let after = folder::read(&server.files, &path, &[]);
        folder::keep(&mut server.files, &path, &after);
        if meant.is_empty() {
            return "OK No messages found".into();
        }
        let uids: Vec<String> = meant.iter().map(|(_, mail)| mail.uid.to_string()).collect();
        let last = first + meant.len() as u64 - 1;
        let given = match first == last {
            true => first.to_string(),
            false => format!("{first}:{last}"),
        };
        let begun = folder::begun(&server.files, &path);
        let code = format!("[COPYUID {begun} {} {given}]", runs(&uids));
        if verb == "COPY" {
            return format!("OK {code} Copy completed");
        }
        *out += &format!("* OK {code} Moved UIDs.\n");
        self.remove(server, open, meant, Some(out));
        "OK Move completed".into()
    }

    /// What is asked of folders.
    pub(super) fn change_folders(
        &mut self,
        server: &mut Server,
        verb: &str,
        words: &[&str],
    ) -> String {
        let bad = |why: &str| format!("BAD Error in IMAP command {verb}: {why}");
        let (Some(name), Some((user, person))) = (words.first(), &self.who) else {
            return bad("Missing arguments");
        };
        let files = &mut server.files;
        let is_inbox = name.eq_ignore_ascii_case("INBOX");
        let path = folder::place(person, user, name);
        let inbox = folder::place(person, user, "INBOX");
        let is_there = is_inbox || folder::is_there(files, &path, name);
        let is_odd = name.is_empty()
            || name.contains("..")
            || name.starts_with(['.', '/', '~'])
            || name.contains('/');
        match verb {
            "CREATE" if is_there => "NO [ALREADYEXISTS] Mailbox already exists".into(),
            "CREATE" | "RENAME" if is_odd => match name.contains('/') {
                true => {
                    "NO [CANNOT] Invalid mailbox name: Name must not have '/' characters".into()
                }
                false => "NO [CANNOT] Invalid mailbox name".into(),
            },
            "CREATE" => {
                folder::make(files, &path);
                "OK Create completed".into()
            }
            "DELETE" if is_inbox => "NO INBOX can't be deleted".into(),
            "DELETE" | "RENAME" if !is_there => {
                format!("NO [NONEXISTENT] Mailbox doesn't exist: {name}")
            }
            "DELETE" => {
                folder::remove(files, &path);
                "OK Delete completed".into()
            }
            "RENAME" => {
                let Some(new) = words.get(1).filter(|new| !new.contains(['/', '~'])) else {
                    return bad("Missing arguments");
                };
                let to = folder::place(person, user, new);
                if folder::is_there(files, &to, new) {
                    return "NO [ALREADYEXISTS] Target mailbox already exists".into();
                }
                let [from, to] = [&path, &to].map(|path| path.trim_end_matches('/'));
                match files.rename(from, to, &Who::ROOT) {
                    Ok(()) => "OK Rename completed".into(),
                    Err(_) => "NO [CANNOT] Renaming INBOX is not simulated here.".into(),
                }
            }
            "SUBSCRIBE" if !is_there => format!("NO Mailbox doesn't exist: {name}"),
            "SUBSCRIBE" | "UNSUBSCRIBE" => {
                let mut kept = subscribed(files, &inbox);
                kept.retain(|own| own != name);
                if verb == "SUBSCRIBE" {
                    kept.push(name.to_string());
                }
                let lines: String = kept.iter().map(|name| format!("{name}\n")).collect();
                files.insert(format!("{inbox}subscriptions"), format!("V\t2\n\n{lines}"));
                match verb {
                    "SUBSCRIBE" => "OK Subscribe completed".into(),
                    _ => "OK Unsubscribe completed".into(),
                }
            }
            verb => format!("NO [CANNOT] {verb} is not simulated here."),
        }
    }
}

/// Numbers, those that follow each other as `first:last`.
fn runs(numbers: &[String]) -> String {
    let mut runs: Vec<(u64, u64)> = Vec::new();
    for number in numbers.iter().filter_map(|text| text.parse().ok()) {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == number => *last = number,
            _ => runs.push((number, number)),
        }
    }
    let shown = runs.iter().map(|(first, last)| match first == last {
        true => first.to_string(),
        false => format!("{first}:{last}"),
    });
    shown.collect::<Vec<_>>().join(",")
}
