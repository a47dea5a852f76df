//! A mailbox as it lies in files: a Maildir, or an mbox.

use crate::files::who::Who;
use crate::files::Files;
use crate::postfix::neighbour::people::Person;
use crate::time::Time;

/// So many messages of a folder are shown.
const MOST: usize = 1_000;

/// A message.
pub(super) struct Mail {
    /// The file that it is, alone or with others.
    path: String,
    /// Its text, the lines ended by LF.
    pub(super) text: String,
    pub(super) flags: String,
    pub(super) is_recent: bool,
    pub(super) came: Time,
}

impl Mail {
    pub(super) fn is_seen(&self) -> bool {
        self.flags.contains("Seen")
    }

    /// What it is called in a Maildir, where nobody has taken it yet.
    pub(super) fn new_name(&self) -> Option<String> {
        let (folder, name) = self.path.rsplit_once('/')?;
        folder.ends_with("/new").then(|| name.into())
    }

    /// Somebody has taken it, or read it (`S`): its name says so in a Maildir, its headers in an mbox.
    pub(super) fn take(&self, files: &mut Files, flag: &str) {
        let Some((folder, name)) = self.path.rsplit_once('/') else {
            return;
        };
        if let Some((folder, _)) = folder.rsplit_once('/').filter(|(_, last)| is_part(last)) {
            let (name, flags) = name.split_once(":2,").unwrap_or((name, ""));
            let mut flags: Vec<char> = flags.chars().chain(flag.chars()).collect();
            flags.sort_unstable();
            let flags: String = flags.into_iter().collect();
            let to = format!("{folder}/cur/{name}:2,{flags}");
            // Where it cannot be done, it has not been seen.
            let _ = files.rename(&self.path, &to, &Who::ROOT);
        } else if let (false, Some(all)) = (
            flag.is_empty() || self.text.is_empty(),
            files.get(&self.path),
        ) {
            let (head, body) = self.text.split_once("\n\n").unwrap_or((&self.text, ""));
            let seen = all.replacen(&self.text, &format!("{head}\nStatus: RO\n\n{body}"), 1);
            files.insert(self.path.clone(), seen);
        }
    }

    /// Takes it away.
    pub(super) fn remove(&self, files: &mut Files) {
        let mut folders = self.path.rsplit('/').skip(1);
        if folders.next().is_some_and(is_part) {
            files.remove(&self.path);
            return;
        }
        let all = files.get(&self.path).unwrap_or("");
        let Some((before, after)) = all.split_once(&self.text) else {
            return;
        };
        // Its first line says from whom it came.
        let head = before.trim_end_matches('\n');
        let start = head.rfind('\n').map_or(0, |at| at + 1);
        let left = format!(
            "{}{}",
            head.get(..start).unwrap_or(""),
            after.trim_start_matches('\n')
        );
        files.insert(self.path.clone(), left);
    }
}

fn is_part(name: &str) -> bool {
    matches!(name, "cur" | "new")
}

/// Where a folder of somebody's lies; a Maildir ends with a slash.
pub(super) fn place(person: &Person, user: &str, folder: &str) -> String {
    let is_inbox = folder.eq_ignore_ascii_case("INBOX");
    if let Some(mbox) = person.mail.strip_prefix("mbox:") {
        let (root, inbox) = mbox.split_once(":INBOX=").unwrap_or((mbox, ""));
        return match (is_inbox, inbox) {
            (true, "") => format!("/var/mail/{user}"),
            (true, path) => path.into(),
            (false, _) => format!("{}/{folder}", root.replacen('~', &person.home, 1)),
        };
    }
    let maildir = person.maildir();
    match is_inbox {
        true => maildir,
        false => format!("{maildir}.{folder}/"),
    }
}

pub(super) fn is_there(files: &Files, path: &str, folder: &str) -> bool {
    folder == "INBOX" || files.contains(path) || files.is_directory(path.trim_end_matches('/'))
}

/// A number that stays as long as the folder does.
pub(super) fn begun(files: &Files, path: &str) -> u64 {
    let node = files.node(path.trim_end_matches('/'));
    node.map_or(1, |node| node.written.seconds())
}

/// The folders that a pattern means, as LIST shows them.
pub(super) fn all(files: &Files, inbox: &str, pattern: &str) -> Vec<String> {
    let maildir = inbox.strip_suffix('/');
    let names = maildir.map_or(Vec::new(), |path| files.names(path));
    let mut names: Vec<&str> = names
        .iter()
        .filter_map(|name| name.strip_prefix('.'))
        .collect();
    names.push("INBOX");
    let fits = |name: &str| match pattern.strip_suffix(['*', '%']) {
        Some(start) => name.starts_with(start) && (pattern.ends_with('*') || !name.contains('.')),
        None => name == pattern,
    };
    let shown = names.iter().filter(|name| fits(name)).map(|name| {
        let below = format!("{name}.");
        let parent = match names.iter().any(|other| other.starts_with(&below)) {
            true => "\\HasChildren",
            false => "\\HasNoChildren",
        };
        let special = match *name {
            "Drafts" | "Junk" | "Sent" | "Trash" => format!(" \\{name}"),
            _ => String::new(),
        };
        let separator = if maildir.is_some() { "." } else { "/" };
        format!("({parent}{special}) \"{separator}\" {name}")
    });
    shown.collect()
}

/// The messages of a folder, some of which are new to who looks.
pub(super) fn read(files: &Files, path: &str, new: &[String]) -> Vec<Mail> {
    let mut mails = Vec::new();
    if !path.ends_with('/') {
        let node = files.node(path);
        let text = files.get(path).unwrap_or("");
        // The empty line after the last one is none of its own.
        let last = text.strip_suffix('\n').filter(|t| t.ends_with('\n'));
        let text = format!("\n{}", last.unwrap_or(text));
        for mail in text.split("\nFrom ").skip(1).take(MOST) {
            let mail = mail.split_once('\n').map_or("", |(_, text)| text);
            let head = mail.split("\n\n").next().unwrap_or("");
            let status = head.lines().find_map(|line| line.strip_prefix("Status: "));
            let status = status.unwrap_or("");
            mails.push(Mail {
                path: path.into(),
                text: mail.into(),
                flags: if status.contains('R') { "\\Seen" } else { "" }.into(),
                is_recent: !status.contains('O'),
                came: node.map_or(Time::default(), |node| node.written),
            });
        }
        return mails;
    }
    let mut found: Vec<(&str, bool)> = Vec::new();
    for part in ["cur", "new"] {
        let names = files.names(&format!("{path}{part}"));
        found.extend(names.into_iter().map(|name| (name, part == "new")));
    }
    found.sort_unstable();
    for (name, is_new) in found.into_iter().take(MOST) {
        let part = if is_new { "new" } else { "cur" };
        let path = format!("{path}{part}/{name}");
        let (bare, given) = name.split_once(":2,").unwrap_or((name, ""));
        let is_recent = is_new || new.iter().any(|own| own == bare);
        let known = [
            ("R", "Answered"),
            ("F", "Flagged"),
            ("T", "Deleted"),
            ("S", "Seen"),
            ("D", "Draft"),
        ];
        let known = known.iter().filter(|(sign, _)| given.contains(sign));
        let flags: Vec<String> = known.map(|(_, flag)| format!("\\{flag}")).collect();
        mails.push(Mail {
            text: files.get(&path).unwrap_or("").into(),
            flags: flags.join(" "),
            is_recent,
            came: files
                .node(&path)
                .map_or(Time::default(), |node| node.written),
            path,
        });
    }
    mails
}
