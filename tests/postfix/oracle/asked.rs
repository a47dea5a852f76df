//! What the real server says when it is asked: its log, its queue, its mailboxes, its commands.

use std::io::{BufRead, BufReader, Write};
use std::net::{Shutdown, TcpStream};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::Stdio;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use super::super::support::shape;
use super::root::{as_root, must, root_command};
use super::{Postfix, DAEMONS, PATIENCE};

/// Who writes the tests' own lines into mail.log.
const MARKER: &str = "postfix/tests";

impl Postfix {
    /// What it could not go on after: the configuration makes no sense to it.
    pub fn fatal(&self) -> Vec<String> {
        let log = self.log();
        let fatal = log
            .lines()
            .filter(|l| l.contains("fatal: ") || l.contains("panic: "));
        let mut lines: Vec<String> = fatal
            .filter_map(|l| l.split_once("]: ").map(|(_, text)| text.to_string()))
            .collect();
        lines.dedup();
        lines.truncate(5);
        lines
    }

    /// Where it delivers mail for people without accounts.
    pub fn virtual_mailboxes(&self) -> String {
        self.folder.join("vmail").display().to_string()
    }

    /// What is said of its queue, as if every message had come at a moment with six digits of
    /// microseconds: they are written without zeros before them, and sizes count them.
    pub fn sized(&self, said: &str) -> String {
        let folder = self.folder.join("queue").display().to_string();
        let found = as_root("find", &[&folder, "-type", "f", "-size", "+0"]).stdout;
        let mut said = said.to_string();
        for path in String::from_utf8_lossy(&found).lines() {
            let id = path.rsplit('/').next().unwrap_or("");
            if !shape::is_queue_id(id) || !said.contains(id) {
                continue;
            }
            let file = as_root("cat", &[path]).stdout;
            let Some(missing) = digits_of_arrival(&file).and_then(|n| 6_usize.checked_sub(n))
            else {
                continue;
            };
            let is_maildrop = path.contains("/maildrop/");
            let size = file.len();
            let is_about_it = said.starts_with("*** ENVELOPE")
                && said.lines().next().is_some_and(|l| l.contains(id));
            // With -o each record follows its place in the file, with -d its kind; the first is at 0.
            let (mut has_places, mut is_behind) = (false, false);
            let line = |line: &str| {
                if is_maildrop && line.starts_with(id) {
                    let [before, after] = [size, size + missing].map(|n| format!(" {n:>7} "));
                    line.replace(&before, &after)
                } else if is_maildrop && line.contains(&format!("\"queue_id\": \"{id}\"")) {
                    let [before, after] =
                        [size, size + missing].map(|n| format!("\"message_size\": {n},"));
                    line.replace(&before, &after)
                } else if is_about_it {
                    let (place, record) = placed(line);
                    let width = line.len() - record.len();
                    let mark = match place {
                        Some(place) if has_places && is_behind => {
                            format!("{:>1$} ", place + missing, width - 1)
                        }
                        _ => line[..width].to_string(),
                    };
                    is_behind |= record.starts_with("message_arrival_time: ");
                    if !record.starts_with("message_size: ") {
                        return mark + record;
                    }
                    has_places = place == Some(0);
                    // The second number is where the content begins.
                    let (start, rest) = record.split_at(29);
                    let (number, rest) = rest.split_at(rest.len().min(16));
                    let number: usize = number.trim().parse().unwrap_or(0);
                    format!("{mark}{start}{:>16}{rest}", number + missing)
                } else {
                    line.into()
                }
            };
            let lines: Vec<String> = said.split('\n').map(line).collect();
            said = lines.join("\n");
        }
        said
    }

    /// How many files there are in some of its queues.
    pub fn count(&self, queues: &[&str]) -> usize {
        let path = |queue: &&str| self.folder.join("queue").join(queue).display().to_string();
        let mut words: Vec<String> = queues.iter().map(path).collect();
        words.extend(["-type", "f"].map(String::from));
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let found = as_root("find", &words).stdout;
        found.iter().filter(|b| **b == b'\n').count()
    }

    /// Its mail.log with everything that its processes have written up to now: they hand their
    /// lines to one process, so a line of ours that has arrived comes after them.
    pub fn whole_log(&self) -> String {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let mark = format!("the tests have read up to here, {number}");
        let etc = self.folder.join("etc").display().to_string();
        must("postlog", &["-c", &etc, "-t", MARKER, &mark]);
        let begun = Instant::now();
        loop {
            let log = self.log();
            let is_marker = |l: &&str| l.contains(&format!(" {MARKER}["));
            if log.lines().filter(is_marker).any(|l| l.ends_with(&mark)) {
                let own = log.lines().filter(|l| !is_marker(l));
                return own.map(|l| format!("{l}\n")).collect();
            }
            assert!(
                begun.elapsed() < PATIENCE,
                "postlogd does not write:\n{log}"
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// What its mailq says.
    pub fn mailq(&self) -> String {
        let etc = self.folder.join("etc").display().to_string();
        let output = as_root("postqueue", &["-c", &etc, "-p"]);
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// What one of its commands says.
    pub fn command(&self, words: &[&str]) -> String {
        let etc = self.folder.join("etc").display().to_string();
        let option = if words[0] == "sendmail" { "-C" } else { "-c" };
        let arguments = [&[option, &etc], &words[1..]].concat();
        let output = as_root(words[0], &arguments);
        let said = [output.stderr, output.stdout].concat();
        String::from_utf8_lossy(&said).into_owned()
    }

    /// Hands in a letter with its sendmail, as root; gives what that says.
    pub fn sendmail(&self, arguments: &[&str], text: &str) -> String {
        let etc = self.folder.join("etc").display().to_string();
        let mut command = root_command("/usr/sbin/sendmail", &["-C", &etc]);
        command.args(arguments).stdin(Stdio::piped());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(text.as_bytes()).unwrap();
        drop(stdin);
        let output = child.wait_with_output().unwrap();
        let said = [output.stderr, output.stdout].concat();
        String::from_utf8_lossy(&said).into_owned()
    }

    /// Takes a letter in over SMTP: its queue ID.
    pub fn take_in(&self, sender: &str, recipient: &str, content: &str) -> String {
        let stream = TcpStream::connect(self.address).unwrap();
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        let mut writer = stream;
        let turns = [
            String::new(),
            "EHLO h.example\r\n".to_string(),
            format!("MAIL FROM:<{sender}>\r\n"),
            format!("RCPT TO:<{recipient}>\r\n"),
            "DATA\r\n".into(),
            format!("{content}.\r\n"),
            "QUIT\r\n".into(),
        ];
        let mut said = String::new();
        for turn in turns {
            writer.write_all(turn.as_bytes()).unwrap();
            loop {
                let mut line = String::new();
                let read = reader.read_line(&mut line).unwrap();
                said.push_str(&line);
                if read == 0 || line.get(3..4) != Some("-") {
                    break;
                }
            }
        }
        let id = said.split("queued as ").nth(1);
        let id = id.and_then(|rest| rest.split_ascii_whitespace().next());
        id.map_or(said.clone(), String::from)
    }

    /// Hands a request to a process of one of its programs, by hand: what that logs.
    pub fn hand(&self, program: &str, arguments: &[&str], request: &str) -> String {
        let pid = self
            .folder
            .join("queue/pid/master.pid")
            .display()
            .to_string();
        let pid = String::from_utf8_lossy(&as_root("cat", &[&pid]).stdout)
            .trim()
            .to_string();
        let config = format!("MAIL_CONFIG={}", self.folder.join("etc").display());
        let program = format!("{DAEMONS}/{program}");
        // Where it sees the name server that the others see.
        let words = [
            "--mount", "--target", &pid, "env", &config, &program, "-S", "-V",
        ];
        let mut command = root_command("nsenter", &[&words, arguments].concat());
        // It waits for the request where it answers.
        let (own, its) = UnixStream::pair().unwrap();
        let stdin = Stdio::from(OwnedFd::from(its.try_clone().unwrap()));
        command.stdin(stdin).stdout(Stdio::from(OwnedFd::from(its)));
        let child = command.stderr(Stdio::piped()).spawn().unwrap();
        // What it has of the sockets goes with it.
        drop(command);
        // One that dies early reads nothing.
        let _ = (&own).write_all(request.as_bytes());
        // It waits until the one who asks has gone.
        let _ = own.shutdown(Shutdown::Write);
        let output = child.wait_with_output().unwrap();
        String::from_utf8_lossy(&output.stderr).into_owned()
    }

    /// The mailboxes that it has written: name and text.
    pub fn mailboxes(&self) -> Vec<(String, String)> {
        let mut found = Vec::new();
        for folder in ["mail", "vmail", "home"] {
            let folder = self.folder.join(folder).display().to_string();
            let output = as_root("find", &[&folder, "-type", "f"]);
            for path in String::from_utf8_lossy(&output.stdout).lines() {
                if path.contains("/.forward") {
                    continue;
                }
                let name = path[folder.len() + 1..].split("/new/").next().unwrap_or("");
                let text = as_root("cat", &[path]).stdout;
                found.push((name.into(), String::from_utf8_lossy(&text).into_owned()));
            }
        }
        found
    }

    /// Its mail.log, as if it were not a private one: with the names that a folder and a port
    /// usually have.
    pub fn log(&self) -> String {
        let path = self.folder.join("mail.log").display().to_string();
        let log = String::from_utf8_lossy(&as_root("cat", &[&path]).stdout).into_owned();
        let etc = self.folder.join("etc").display().to_string();
        let service = format!(" for service {}", self.address);
        let log = log.replace(&etc, "/etc/postfix");
        let log = log.replace(&service, " for service smtp");
        // What the Unicode library thinks of a name, in its own words and once a process.
        let own = |l: &&str| !l.contains("]: warning: midna_domain_to_ascii_create: ");
        log.lines().filter(own).map(|l| format!("{l}\n")).collect()
    }
}

/// A line of postcat's: the number before a record, and the record.
fn placed(line: &str) -> (Option<usize>, &str) {
    let parts = || {
        let (number, record) = line.trim_start().split_once(' ')?;
        Some((Some(number.parse().ok()?), record))
    };
    parts().unwrap_or((None, line))
}

/// How many digits of microseconds the time in a queue file has: its record `T`, after a length,
/// is seconds, a space and microseconds.
fn digits_of_arrival(file: &[u8]) -> Option<usize> {
    let mut rest = file;
    loop {
        let [kind, length, after @ ..] = rest else {
            return None;
        };
        // The records before it are short.
        let (data, next) = after.split_at_checked(usize::from(*length))?;
        if *kind == b'T' {
            return data.rsplit(|b| *b == b' ').next().map(<[u8]>::len);
        }
        rest = next;
    }
}
