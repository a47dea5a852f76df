//! Tables that postmap has made anew while Postfix runs: a program that has one open ends, and says so,
//! before it serves again; one that has missed it goes on without it until it is idle.

use std::time::Duration;

use crate::postfix::config::main_cf::Config;
use crate::postfix::server::full::daemons::{read, Idle};
use crate::postfix::server::running::Server;
use crate::smtp::policy::Note;
use crate::smtp::reply::Reply;
use crate::time::Time;

/// Who resolves addresses for all others, and so works whenever one of them does.
const RESOLVER: &str = "trivial-rewrite";

const FOLDED: &str = "lock|fold_fix|utf8_request";
const LISTED: &str = "lock|utf8_request";
const ALL: &str = "smtpd cleanup qmgr local virtual smtp";

/// Who reads a parameter when it starts, or has its tables open, and how; master and qmgr, here both called
/// master, start once. A name with a star is that of several.
const OPEN: &[(&str, &str, &str)] = &[
    ("smtpd_*", "smtpd", FOLDED),
    ("mynetworks", "smtpd", LISTED),
    ("mydestination", ALL, LISTED),
    ("relay_domains", ALL, LISTED),
    ("relay_recipient_maps", "smtpd", FOLDED),
    ("virtual_alias_maps", "smtpd cleanup", FOLDED),
    ("virtual_alias_domains", "trivial-rewrite", LISTED),
    ("virtual_mailbox_domains", "trivial-rewrite", LISTED),
    ("*canonical_maps", "smtpd cleanup", FOLDED),
    ("*_bcc_maps", "cleanup", FOLDED),
    ("alias_maps", "smtpd", FOLDED),
    (
        "alias_maps",
        "local",
        "lock|no_regsub|no_proxy|no_unauth|fold_fix|utf8_request",
    ),
    ("virtual_mailbox_maps", "smtpd", FOLDED),
    (
        "virtual_mailbox_maps",
        "virtual",
        "lock|no_regsub|no_proxy|no_unauth|utf8_request",
    ),
    ("relocated_maps", "trivial-rewrite", FOLDED),
    (
        "transport_maps",
        "trivial-rewrite",
        "lock|no_regsub|fold_fix|utf8_request",
    ),
    (
        "sender_dependent_*",
        "trivial-rewrite",
        "lock|no_regsub|fold_fix|utf8_request",
    ),
    ("smtp_*", "smtp", FOLDED),
    ("*_transport", RESOLVER, ""),
    ("relayhost", RESOLVER, ""),
    ("home_mailbox", "local", ""),
    ("mailbox_*", "local", ""),
    ("inet_*", "master", ""),
    ("*_destination_*", "master", ""),
    ("queue_*", "master", ""),
    ("*_lifetime", "master", ""),
    ("*_backoff_time", "master", ""),
];

/// Those that name tables where main.cf says nothing of them.
const BY_DEFAULT: [&str; 3] = [
    "alias_maps",
    "virtual_alias_domains",
    "virtual_mailbox_domains",
];

fn is_named(pattern: &str, name: &str) -> bool {
    match (pattern.strip_prefix('*'), pattern.strip_suffix('*')) {
        (Some(end), _) => name.ends_with(end),
        (_, Some(start)) => name.starts_with(start),
        _ => name == pattern,
    }
}

impl Idle {
    /// Whether a process of a program has not yet waited for work as long as it may (`max_idle`).
    fn is_busy(&self, program: &str, now: Time, most: Duration) -> bool {
        let mut used = self.used.iter();
        let is_used = |own| own == program || (program == RESOLVER && own != "smtpd");
        used.any(|(own, _, at)| is_used(*own) && now - *at <= most)
    }
}

impl Server {
    /// A process of a program serves.
    pub(in crate::postfix) fn serves(&mut self, program: &'static str, pid: u32, now: Time) {
        let used = &mut self.daemons.idle.used;
        used.retain(|(own, ..)| *own != program);
        used.push((program, pid, now));
        if program != "smtpd" {
            self.begin(program, pid, now);
        }
    }

    /// smtpd says that it takes a sender, which it has resolved.
    pub(in crate::postfix::server) fn replied(&mut self, reply: &Reply, now: Time) {
        if reply.text().starts_with("250 2.1.0") {
            let used = &mut self.daemons.idle.used;
            used.retain(|(own, ..)| *own != RESOLVER);
            used.push((RESOLVER, 0, now));
        }
    }

    /// A program is to serve: the process that has an old table open ends first. One that has missed a
    /// table has ended by itself when there was no work for it, and the next one opens it, and reads main.cf.
    pub(in crate::postfix) fn restart(&mut self, program: &'static str, now: Time) {
        let most = self.config.time("max_idle");
        let idle = &self.daemons.idle;
        let mut missed = idle.missed.iter().copied();
        if missed.any(|own| (own == program || own == RESOLVER) && !idle.is_busy(own, now, most))
            || self.is_unread(now, most)
        {
            self.begin_anew(now);
        }
        let idle = &mut self.daemons.idle;
        let is_own = |own: &mut (&str, u32, String)| own.0 == program;
        let own: Vec<_> = idle.last_words.extract_if(.., is_own).collect();
        let is_there = idle.is_busy(program, now, most);
        for (program, pid, text) in own {
            if is_there || program == "qmgr" {
                self.write(now, pid, Note { program, text });
            }
        }
    }

    /// Whether main.cf has been edited since it was read, and nobody is at work who reads what is new in it.
    fn is_unread(&self, now: Time, most: Duration) -> bool {
        let [main_cf, master_cf] = read(&self.files);
        let known = &self.daemons.idle.read;
        let is_other = known[1] != master_cf && !known[1].is_empty();
        if known[0] == main_cf || is_other {
            return false;
        }
        let Ok(new) = Config::parse(main_cf) else {
            return true;
        };
        let both = self.config.explicit().chain(new.explicit());
        let mut names = both.map(|(name, _)| name);
        names.all(|name| {
            let is_same = self.config.get(name) == new.get(name);
            let mut rows = OPEN.iter().filter(|row| is_named(row.0, name)).peekable();
            let others = rows.peek().is_none().then_some(ALL);
            let programs = rows.map(|row| row.1).chain(others);
            let mut programs = programs.flat_map(|all| all.split(' '));
            is_same
                || programs.all(|own| own != "master" && !self.daemons.idle.is_busy(own, now, most))
        })
    }

    /// All programs have their tables opened; it is not forgotten who has worked of late, and what is to be
    /// said at the end.
    fn begin_anew(&mut self, now: Time) {
        let most = self.config.time("max_idle");
        let mut idle = std::mem::take(&mut self.daemons.idle);
        let is_recent = |own: &(&str, u32, Time)| own.0 == "qmgr" || now - own.2 <= most;
        idle.used.retain(is_recent);
        // What is wrong with main.cf, `postfix reload` tells.
        let _ = self.reload();
        self.daemons.idle.used = idle.used;
        self.daemons.idle.last_words = idle.last_words;
    }

    /// postmap has made a table anew, which main.cf names perhaps. Who missed it at the start, and is at work,
    /// does without it.
    pub fn rebuilt(&mut self, path: &str, now: Time) {
        let mut found: Vec<(&str, String)> = Vec::new();
        for (pattern, programs, flags) in OPEN {
            let explicit = self.config.explicit().map(|(name, _)| name);
            let names: Vec<&str> = explicit.chain(BY_DEFAULT).collect();
            let names = names.into_iter().filter(|name| is_named(pattern, name));
            for value in names.map(|name| self.config.get(name)) {
                let mut words = value.split([' ', '\t', ',', '{', '}', '\n']);
                let is_it = |word: &&str| word.split_once(':').is_some_and(|(_, own)| own == path);
                let Some(table) = words.find(is_it) else {
                    continue;
                };
                let text = format!("table {table}(0,{flags}) has changed -- restarting");
                for program in programs.split(' ') {
                    if found.iter().all(|(known, _)| *known != program) {
                        found.push((program, text.clone()));
                    }
                }
            }
        }
        let most = self.config.time("max_idle");
        let idle = &mut self.daemons.idle;
        let mut is_missed = false;
        if idle.said.contains(&format!("open database {path}.db:")) {
            for (own, _) in &found {
                if idle.is_busy(own, now, most) {
                    is_missed = true;
                    if !idle.missed.contains(own) {
                        idle.missed.push(own);
                    }
                }
            }
        }
        if is_missed {
            return;
        }
        self.begin_anew(now);
        let mut idle = std::mem::take(&mut self.daemons.idle);
        let (used, last_words) = (&idle.used, &mut idle.last_words);
        for (program, text) in found {
            // It looks every ten seconds.
            if program == RESOLVER && !used.is_empty() {
                self.log_as(RESOLVER, now, text);
                self.daemons.end(program);
            } else if let Some((program, pid, _)) = used.iter().find(|(own, ..)| *own == program) {
                if last_words.iter().all(|(own, ..)| own != program) {
                    last_words.push((program, *pid, text));
                }
                self.daemons.end(program);
            }
        }
        self.daemons.idle = idle;
    }
}
