//! What local(8) does on somebody's behalf: a command that it hands a message to, and files that it writes into.
//!
//! No program runs here; but what a command, or a script, writes with `cat > FILE` is there afterwards, and what it
//! ends with (`exit 75`) counts.

use crate::files::errno::Errno;
use crate::files::who::{Access, Who};
use crate::postfix::delivery::local::{failed, sent, Bearer, Errand};
use crate::postfix::delivery::program;
use crate::postfix::queue::history::Next;
use crate::postfix::queue::outcome::Outcome;

/// `default_privs`, by number.
const NOBODY: u32 = 65_534;

/// Where nothing stays.
const NOWHERE: &str = "/dev/null";

/// With one of these in it a command is the shell's.
const SHELLS: &[char] = &[
    '&', ';', '`', '\'', '\\', '"', '|', '*', '?', '~', '<', '>', '^', '(', ')', '[', ']', '{',
    '}', '$',
];

/// Where Debian's programs are; a name alone is looked for there.
const FOLDERS: [&str; 5] = ["", "/bin", "/sbin", "/usr/bin", "/usr/sbin"];

impl Errand<'_> {
    /// On whose behalf it is done: somebody's whose own file says so, or nobody's.
    fn privileges(&self, user: &str) -> Who {
        let text = |path| self.server.files.get(path).unwrap_or("");
        let found = Who::named(user, text("/etc/passwd"), text("/etc/group"));
        found.unwrap_or(Who {
            uid: NOBODY,
            gid: NOBODY,
            groups: Vec::new(),
            rules: false,
        })
    }

    /// Whether the host has the files that Debian has, and not only those that Postfix is told of.
    fn is_furnished(&self) -> bool {
        self.server.files.contains("/etc/hostname")
    }

    /// Writes at the end of a file.
    pub(super) fn write_file(
        &mut self,
        bearer: &Bearer,
        path: &str,
        user: &str,
    ) -> (Outcome, Option<Next>) {
        if path == NOWHERE {
            return (sent(format!("delivered to file: {path}")), None);
        }
        if self.is_furnished() {
            let who = self.privileges(user);
            let verb = match self.server.files.contains(path) {
                true => "open file",
                false => "create file exclusively",
            };
            self.lock(path, &who);
            let files = &mut self.server.files;
            if let Err(errno @ (Errno::Denied | Errno::NoEntry)) =
                files.write(path, &who, "", true, 0o600)
            {
                let why = errno.text();
                let why = format!("cannot append message to file {path}: cannot {verb}: {why}");
                return (failed("5.2.0", why), None);
            }
        }
        let text = self.text(bearer, "file");
        self.server.write_file(path, &text)
    }

    /// Makes a lock file beside a file, or warns that it cannot be made: the file is written into all the same.
    fn lock(&mut self, path: &str, who: &Who) {
        let folder = match path.rsplit_once('/') {
            Some((folder, _)) if !folder.is_empty() => folder,
            _ => "/",
        };
        let why = match self.server.files.stat(folder, who) {
            Ok(node) if who.may(Access::Write, node) => return,
            Ok(_) => Errno::Denied,
            Err(errno) => errno,
        };
        self.warn(&[format!(
            "unable to create lock file {path}.lock: {}",
            why.text()
        )]);
    }

    /// A program gets it.
    pub(super) fn command(&mut self, bearer: &Bearer, command: &str, user: &str) {
        if self.is_new(format!("command {command}")) {
            let outcome = match self.run(bearer, command, user) {
                None => sent(format!("delivered to command: {command}")),
                Some(said) => {
                    let ran = program::ran(&said, command);
                    Outcome::new(ran.status, &ran.dsn, ran.why)
                }
            };
            self.end(bearer, outcome);
        }
    }

    /// With what a command ends, and what it writes; nothing where all is well.
    fn run(&mut self, bearer: &Bearer, command: &str, user: &str) -> Option<String> {
        let who = self.privileges(user);
        let (mut name, mut script) = ("sh", command.to_string());
        if !command.contains(SHELLS) && !command.starts_with("exit ") {
            name = command.split(' ').next().unwrap_or(command);
            let (folder, program) = name.rsplit_once('/').unwrap_or(("", name));
            if program == "false" {
                return Some("1".into());
            }
            // What Debian brings is not among the files.
            let is_debians = FOLDERS.contains(&folder) || folder.starts_with("/usr/lib");
            if !self.is_furnished() || (is_debians && !self.server.files.contains(name)) {
                return None;
            }
            match self.program(name, &who) {
                Ok(text) => script = text,
                Err(errno) => {
                    return Some(format!("75 local: fatal: execvp {name}: {}", errno.text()))
                }
            }
        }
        let mut said = String::new();
        let mut status = 0;
        let mut depth: usize = 0;
        for (number, line) in statements(&script) {
            let line = line.trim();
            let first = line.split(' ').next().unwrap_or(line);
            match first {
                "if" | "for" | "while" | "until" | "case" => depth += 1,
                "fi" | "done" | "esac" | "}" => depth = depth.saturating_sub(1),
                _ if line.ends_with('{') => depth += 1,
                _ => {}
            }
            // Whether it comes to what stands in there is not known here.
            if depth > 0 || line.is_empty() || line.starts_with('#') {
                continue;
            }
            if let Some(left) = exits_with(line) {
                status = left;
                break;
            }
            status = 0;
            if let Some(words) = echoes(line) {
                said.push_str(words);
                said.push(' ');
                continue;
            }
            if self.is_furnished() && first.starts_with('/') && !first.contains(SHELLS) {
                let (folder, _) = first.rsplit_once('/').unwrap_or_default();
                let is_debians = FOLDERS.contains(&folder) || folder.starts_with("/usr/lib");
                if !is_debians && self.program(first, &who) == Err(Errno::NoEntry) {
                    status = 127;
                    said.push_str(&format!("{name}: {}: {first}: not found ", number + 1));
                }
                continue;
            }
            let Some(to) = line.strip_prefix("cat").map(str::trim_start) else {
                continue;
            };
            let path = to.trim_start_matches('>').trim().trim_matches(['"', '\'']);
            if !to.starts_with('>')
                || !path.starts_with('/')
                || path == NOWHERE
                || path.contains(SHELLS)
                || !self.is_furnished()
            {
                continue;
            }
            let text = self.text(bearer, "command");
            let text = text.strip_suffix('\n').unwrap_or(&text);
            let appends = to.starts_with(">>");
            let written = self.server.files.write(path, &who, text, appends, 0o600);
            if let Err(errno) = written {
                status = 2;
                let why = errno.text();
                said.push_str(&format!(
                    "{name}: {}: cannot create {path}: {why} ",
                    number + 1
                ));
            }
        }
        let said = said.trim_end();
        match (status, said) {
            (0, _) => None,
            (status, "") => Some(status.to_string()),
            (status, said) => Some(format!("{status} {said}")),
        }
    }

    /// The text of a program among the files that somebody may run.
    fn program(&self, name: &str, who: &Who) -> Result<String, Errno> {
        let node = self.server.files.stat(name, who)?;
        match who.may(Access::Execute, node) && !node.is_directory() {
            true => Ok(node.text.clone()),
            false => Err(Errno::Denied),
        }
    }
}

/// The statements of a script, with the numbers of their lines. Between quotes a semicolon ends nothing.
fn statements(script: &str) -> Vec<(usize, &str)> {
    let mut all = Vec::new();
    for (number, line) in script.lines().enumerate() {
        let (mut start, mut quote) = (0, None);
        for (at, c) in line.char_indices() {
            match (quote, c) {
                (None, ';') => {
                    all.push((number, line.get(start..at).unwrap_or("")));
                    start = at + 1;
                }
                (None, '"' | '\'') => quote = Some(c),
                (Some(open), c) if open == c => quote = None,
                _ => {}
            }
        }
        all.push((number, line.get(start..).unwrap_or("")));
    }
    all
}

/// With what a script ends at `exit 75`, also in a shell of its own.
fn exits_with(line: &str) -> Option<u8> {
    let inner = line
        .strip_prefix("sh -c ")
        .or(line.strip_prefix("/bin/sh -c "));
    let line = inner.map_or(line, |inner| inner.trim_matches(['"', '\'']));
    match line {
        "false" | "/bin/false" => Some(1),
        "exit" => Some(0),
        _ => line.strip_prefix("exit ")?.trim().parse().ok(),
    }
}

/// What `echo` prints, where that is plain text and goes nowhere else.
fn echoes(line: &str) -> Option<&str> {
    let words = line.strip_prefix("echo ")?.trim();
    let to = [">&2", "1>&2"].into_iter();
    let words = to
        .fold(words, |words, to| words.strip_suffix(to).unwrap_or(words))
        .trim();
    let quote = words.chars().next().filter(|c| matches!(c, '"' | '\''));
    let bare = quote.and_then(|quote| words.strip_prefix(quote)?.strip_suffix(quote));
    let bare = bare.unwrap_or(words);
    let is_plain = match quote {
        Some('\'') => !bare.contains('\''),
        Some(_) => !bare.contains(['"', '$', '`', '\\']),
        None => !bare.contains(SHELLS) && !bare.starts_with('-'),
    };
    is_plain.then_some(bare)
}
