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
        let text = self.text(bearer);
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
            // What Debian brings is not among the files.
            let is_own =
                name.starts_with('/') && !name.starts_with("/usr/") && !name.contains("bin/");
            if !is_own || !self.is_furnished() {
                return None;
            }
            let found = self.server.files.stat(name, &who);
            let found = found.and_then(|node| match who.may(Access::Execute, node) {
                true => Ok(node.text.clone()),
                false => Err(Errno::Denied),
            });
            match found {
                Ok(text) => script = text,
                Err(errno) => {
                    return Some(format!("75 local: fatal: execvp {name}: {}", errno.text()))
                }
            }
        }
        let mut said = None;
        // Between quotes a semicolon ends nothing.
        let end = if script.contains(['"', '\'']) {
            '\n'
        } else {
            ';'
        };
        let lines = script.lines().enumerate();
        let parts =
            lines.flat_map(|(number, line)| line.split(end).map(move |part| (number, part)));
        for (number, line) in parts {
            let line = line.trim();
            if let Some(status) = line.strip_prefix("exit ") {
                return Some(status.trim().into()).filter(|status| status != "0");
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
            let text = self.text(bearer);
            let text = text.strip_suffix('\n').unwrap_or(&text);
            let appends = to.starts_with(">>");
            let written = self.server.files.write(path, &who, text, appends, 0o600);
            said = written.err().map(|errno| {
                let why = errno.text();
                format!("2 {name}: {}: cannot create {path}: {why}", number + 1)
            });
        }
        said
    }
}
