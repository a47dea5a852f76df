//! A mailbox as it lies in files: a Maildir, or an mbox.

use crate::files::node::Node;
use crate::files::who::Who;
use crate::files::Files;
use crate::postfix::neighbour::people::Person;
use crate::time::Time;

/// So many messages of a folder are shown.
const MOST: usize = 1_000;

/// What a message may be marked as: the letter of a Maildir, and the flag.
pub(super) const FLAGS: [(char, &str); 5] = [
    ('R', "\\Answered"),
    ('F', "\\Flagged"),
    ('T', "\\Deleted"),
    ('S', "\\Seen"),
    ('D', "\\Draft"),
];

/// A message.
#[derive(Clone, Debug)]
pub(super) struct Mail {
    /// The file that it is, alone or with others, among which it is written so.
    path: String,
    raw: String,
    /// Its text, the lines ended by LF.
    pub(super) text: String,
    /// The letters of its flags.
    pub(super) letters: String,
    pub(super) is_recent: bool,
    pub(super) came: Time,
    pub(super) uid: u64,
}

/// How long a text is with lines that end with CR LF.
pub(super) fn size(text: &str) -> usize {
    crate::smtp::bytes::encode(text).len() + text.matches('\n').count()
}

impl Mail {
    pub(super) fn has(&self, letter: char) -> bool {
        self.letters.contains(letter)
    }

    pub(super) fn is_seen(&self) -> bool {
        self.has('S')
    }

    /// Its flags, as they are shown.
    pub(super) fn flags(&self) -> String {
        let own = FLAGS.iter().filter(|(letter, _)| self.has(*letter));
        let own = own.map(|(_, flag)| *flag);
        let all = own.chain(self.is_recent.then_some("\\Recent"));
        all.collect::<Vec<_>>().join(" ")
    }

    pub(super) fn size(&self) -> usize {
        size(&self.text)
    }

    /// Its header with the empty line, and its body.
    pub(super) fn parts(&self) -> (&str, &str) {
        let end = self.text.find("\n\n").map_or(self.text.len(), |at| at + 2);
        self.text.split_at(end)
    }

    /// What it is called in a Maildir, without its flags.
    pub(super) fn name(&self) -> &str {
        let name = self.path.rsplit('/').next().unwrap_or("");
        name.split(":2,").next().unwrap_or("")
    }

    /// Whether it lies where nobody has taken it yet.
    fn is_new(&self) -> bool {
        let folder = self.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        folder.ends_with("/new")
    }

    /// Somebody has found it, which moves it in a Maildir.
    pub(super) fn take(&self, files: &mut Files) {
        if self.is_new() {
            self.mark(files, "", true);
        }
    }

    /// It has these flags, besides those that it had, or alone: its name says so in a Maildir, its headers in an
    /// mbox.
    pub(super) fn mark(&self, files: &mut Files, letters: &str, adds: bool) {
        let kept = if adds { &self.letters } else { "" };
        let mut letters: Vec<char> = kept.chars().chain(letters.chars()).collect();
        letters.sort_unstable();
        letters.dedup();
        let letters: String = letters.into_iter().collect();
        let Some((folder, name)) = self.path.rsplit_once('/') else {
            return;
        };
        if let Some((folder, _)) = folder.rsplit_once('/').filter(|_| self.raw.is_empty()) {
            let name = name.split(":2,").next().unwrap_or("");
            let to = format!("{folder}/cur/{name}:2,{letters}");
            // Where it cannot be done, it has not been seen.
            let _ = files.rename(&self.path, &to, &Who::ROOT);
        } else if let Some(all) = files.get(&self.path) {
            let (head, body) = self.parts();
            let text = format!(
                "{}{}\n{body}",
                head.trim_end_matches('\n'),
                status(&letters)
            );
            let changed = all.replacen(&self.raw, &text, 1);
            files.insert(self.path.clone(), changed);
        }
    }

    /// It is there no more.
    pub(super) fn remove(&self, files: &mut Files) {
        if self.raw.is_empty() {
            // Who has removed it before has done it.
            let _ = files.unlink(&self.path, &Who::ROOT);
        } else if let Some(all) = files.get(&self.path) {
            let Some(at) = all.find(&self.raw) else {
                return;
            };
            let (before, behind) = all.split_at(at);
            // With its line `From `.
            let start = before
                .trim_end_matches('\n')
                .rfind("\nFrom ")
                .map_or(0, |at| at + 1);
            let behind = behind.get(self.raw.len()..).unwrap_or("");
            let behind = behind.trim_start_matches('\n');
            let left = format!("{}{behind}", before.get(..start).unwrap_or(""));
            files.insert(self.path.clone(), left);
        }
    }
}

/// The headers by which an mbox knows flags.
fn status(letters: &str) -> String {
    let has = |letter, sign| if letters.contains(letter) { sign } else { "" };
    let more = [has('R', "A"), has('F', "F"), has('D', "T"), has('T', "D")].concat();
    let more = match &*more {
        "" => String::new(),
        more => format!("\nX-Status: {more}"),
    };
    format!("\nStatus: {}O{more}\n", has('S', "R"))
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

/// The numbers of messages, and their names.
type Numbered<'a> = Vec<(u64, &'a str)>;

/// The numbers of messages that a Maildir keeps: of the folder, of the next one, and of each by its name.
fn numbers<'a>(files: &'a Files, path: &str) -> Option<(u64, u64, Numbered<'a>)> {
    let text = files.get(&format!("{path}dovecot-uidlist"))?;
    let (first, rest) = text.split_once('\n')?;
    let said = |letter: char| {
        let mut words = first.split(' ');
        words.find_map(|word| word.strip_prefix(letter)?.parse().ok())
    };
    let lines = rest.lines().filter_map(|line| {
        let (number, name) = line.split_once(" :")?;
        Some((number.parse().ok()?, name))
    });
    Some((said('V')?, said('N')?, lines.collect()))
}

/// A number that stays as long as the folder does.
pub(super) fn begun(files: &Files, path: &str) -> u64 {
    let node = files.node(path.trim_end_matches('/'));
    let kept = numbers(files, path).map(|(begun, ..)| begun);
    kept.unwrap_or_else(|| node.map_or(1, |node| node.written.seconds()))
}

/// The number that the next message will have.
pub(super) fn next(files: &Files, path: &str, mails: &[Mail]) -> u64 {
    let kept = numbers(files, path).map_or(1, |(_, next, _)| next);
    let last = mails.iter().map(|mail| mail.uid + 1).max().unwrap_or(1);
    kept.max(last)
}

/// Keeps the numbers of a Maildir's messages.
pub(super) fn keep(files: &mut Files, path: &str, mails: &[Mail]) {
    if !path.ends_with('/') {
        return;
    }
    let (begun, next) = (begun(files, path), next(files, path, mails));
    let lines = mails
        .iter()
        .map(|mail| format!("{} :{}\n", mail.uid, mail.name()));
    let text = format!("3 V{begun} N{next}\n{}", lines.collect::<String>());
    files.insert(format!("{path}dovecot-uidlist"), text);
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
    // What is only above others cannot be opened.
    let above = |name: &&str| {
        name.match_indices('.')
            .map(|(at, _)| at)
            .collect::<Vec<_>>()
    };
    let mut above: Vec<&str> = names
        .iter()
        .flat_map(|name| above(name).into_iter().filter_map(|at| name.get(..at)))
        .filter(|name| !names.contains(name))
        .collect();
    above.sort_unstable();
    above.dedup();
    let all = above
        .iter()
        .map(|name| (true, *name))
        .chain(names.iter().map(|name| (false, *name)));
    let shown = all
        .filter(|(_, name)| fits(name, pattern))
        .map(|(is_only_above, name)| {
            let below = format!("{name}.");
            let parent = match names.iter().any(|other| other.starts_with(&below)) {
                true => "\\HasChildren",
                false => "\\HasNoChildren",
            };
            let start = if is_only_above { "\\Noselect " } else { "" };
            let space = if special(name).is_empty() { "" } else { " " };
            let separator = if maildir.is_some() { "." } else { "/" };
            format!(
                "({start}{parent}{space}{}) \"{separator}\" {name}",
                special(name)
            )
        });
    shown.collect()
}

/// What a folder of that name is for.
pub(super) fn special(name: &str) -> String {
    match name {
        "Drafts" | "Junk" | "Sent" | "Trash" => format!("\\{name}"),
        _ => String::new(),
    }
}

/// Whether a name is one that a pattern means.
pub(super) fn fits(name: &str, pattern: &str) -> bool {
    match pattern.strip_suffix(['*', '%']) {
        Some(start) => name.starts_with(start) && (pattern.ends_with('*') || !name.contains('.')),
        None => name == pattern,
    }
}

/// Makes a folder.
pub(super) fn make(files: &mut Files, path: &str) {
    match path.strip_suffix('/') {
        None => {
            files.insert_new(path, "");
        }
        Some(folder) => {
            for part in ["", "/cur", "/new", "/tmp"] {
                let mut node = Node::directory();
                node.mode = 0o700;
                // What is there already stays.
                let _ = files.make(&format!("{folder}{part}"), &Who::ROOT, node);
            }
            files.own(folder);
            files.insert_new(format!("{path}maildirfolder"), "");
        }
    }
}

/// Removes a folder with what is in it.
pub(super) fn remove(files: &mut Files, path: &str) {
    let Some(folder) = path.strip_suffix('/') else {
        files.remove(path);
        return;
    };
    for part in ["/cur", "/new", "/tmp", ""] {
        let part = format!("{folder}{part}");
        let names = files.names(&part);
        let names: Vec<String> = names
            .into_iter()
            .map(|name| format!("{part}/{name}"))
            .collect();
        for name in names {
            // What cannot be removed keeps its folder.
            let _ = files.unlink(&name, &Who::ROOT);
        }
        let _ = files.remove_directory(&part, &Who::ROOT);
    }
}

/// Puts a copy of a message into a folder.
pub(super) fn add(files: &mut Files, path: &str, mail: &Mail, now: Time) {
    if !path.ends_with('/') {
        let date = now.mailbox_date();
        let (head, body) = mail.parts();
        let head = head.trim_end_matches('\n');
        let kept = files.get(path).unwrap_or("");
        let all = format!(
            "{kept}From MAILER-DAEMON  {date}\n{head}{}\n{body}\n",
            status(&mail.letters)
        );
        files.insert(path, all);
        return;
    }
    let (part, end) = match &*mail.letters {
        "" => ("new", String::new()),
        letters => ("cur", format!(":2,{letters}")),
    };
    let there = read(files, path, &[]);
    let first = now.micros() as usize;
    let mut free = (first..=first + MOST)
        .map(|number| format!("{}.M{number}P1.post", now.seconds()))
        .filter(|name| !there.iter().any(|own| own.name() == name));
    if let Some(name) = free.next() {
        files.insert(format!("{path}{part}/{name}{end}"), mail.text.clone());
    }
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
        for (at, mail) in text.split("\nFrom ").skip(1).take(MOST).enumerate() {
            let raw = mail.split_once('\n').map_or("", |(_, text)| text);
            let (head, body) = raw.split_once("\n\n").unwrap_or((raw, ""));
            let said = |name: &str| {
                let found = head.lines().find_map(|line| line.strip_prefix(name));
                found.unwrap_or("")
            };
            let (status, more) = (said("Status: "), said("X-Status: "));
            let known = [
                (status, 'R', 'S'),
                (more, 'A', 'R'),
                (more, 'F', 'F'),
                (more, 'D', 'T'),
                (more, 'T', 'D'),
            ];
            let letters = known.iter().filter(|(text, sign, _)| text.contains(*sign));
            let lines = head.lines();
            let shown = lines
                .filter(|line| !line.starts_with("Status: ") && !line.starts_with("X-Status: "));
            let shown: String = shown.map(|line| format!("{line}\n")).collect();
            mails.push(Mail {
                path: path.into(),
                text: format!("{shown}\n{body}"),
                letters: letters.map(|(_, _, letter)| *letter).collect(),
                is_recent: !status.contains('O'),
                came: node.map_or(Time::default(), |node| node.written),
                uid: at as u64 + 1,
                raw: raw.into(),
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
    let (_, mut next, kept) = numbers(files, path).unwrap_or((0, 1, Vec::new()));
    for (name, is_new) in found.into_iter().take(MOST) {
        let part = if is_new { "new" } else { "cur" };
        let path = format!("{path}{part}/{name}");
        let (bare, given) = name.split_once(":2,").unwrap_or((name, ""));
        let number = kept.iter().find(|(_, own)| *own == bare);
        let uid = number.map_or(next, |(number, _)| *number);
        next += u64::from(number.is_none());
        mails.push(Mail {
            text: files
                .get(&path)
                .unwrap_or("")
                .trim_start_matches('\n')
                .into(),
            letters: given.into(),
            is_recent: is_new || new.iter().any(|own| own == bare),
            came: files
                .node(&path)
                .map_or(Time::default(), |node| node.written),
            uid,
            raw: String::new(),
            path,
        });
    }
    mails.sort_by_key(|mail| mail.uid);
    mails
}
