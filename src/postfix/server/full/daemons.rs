//! The daemons behind smtpd.

use crate::files::Files;
use crate::postfix::log::last::Last;
use crate::postfix::server::full::postscreen::memory::Memory;
use crate::postfix::server::processes::Processes;
use crate::smtp::policy::Note;
use crate::time::Time;

/// How a line begins that a process writes once, however often it has reason to.
const ONCE: &str = "warning: support for restriction ";

/// How lines of bounce's end that it writes when it reads its templates first.
const TEMPLATE: [&str; 4] = [
    "ignoring this template",
    "ignoring this template for now",
    "other than us-ascii",
    "\" end marker",
];

/// The processes of the daemons behind smtpd, and what smtpd's say once.
#[derive(Clone, Debug, Default)]
pub(in crate::postfix::server) struct Daemons {
    running: Vec<(&'static str, u32)>,
    /// What has been said that is said once, and by which process.
    said: Last<(u32, String), 100>,
    /// What smtpd has had resolved, each sender with a recipient once.
    resolved: Last<String, 100>,
    /// What they do when a table has changed.
    pub(in crate::postfix::server) idle: Idle,
    /// What the postscreen of each service remembers.
    pub(super) screens: Vec<Memory>,
}

/// What programs have done last, and what they will say before they serve again.
#[derive(Clone, Debug, Default)]
pub(in crate::postfix::server) struct Idle {
    pub(super) used: Vec<(&'static str, u32, Time)>,
    pub(super) last_words: Vec<(&'static str, u32, String)>,
    /// What was said when tables were opened.
    pub(super) said: String,
    /// main.cf and master.cf as they were read.
    pub(super) read: [String; 2],
    /// Who was at work when a table was made that had been missing then.
    pub(super) missed: Vec<&'static str>,
}

/// main.cf and master.cf as they are now.
pub(super) fn read(files: &Files) -> [&str; 2] {
    let text = |path| files.get(path).unwrap_or("");
    [text("/etc/postfix/main.cf"), text("/etc/postfix/master.cf")]
}

impl Daemons {
    /// The process of a daemon, which is started when it is needed first.
    pub(in crate::postfix::server) fn process(
        &mut self,
        program: &'static str,
        processes: &mut Processes,
    ) -> Option<u32> {
        let running = self.running.iter().find(|(name, _)| *name == program);
        let pid = running.map_or_else(|| processes.next(1), |(_, pid)| *pid);
        if running.is_none() {
            self.running.push((program, pid));
        }
        Some(pid)
    }

    /// A daemon has ended; the next one of its kind is another process.
    pub(in crate::postfix::server) fn end(&mut self, program: &str) {
        self.running.retain(|(name, _)| *name != program);
    }

    /// Others come in the place of all of them, and have this to say of what they open.
    pub(in crate::postfix::server) fn forget(&mut self, notes: &[Note], files: &Files) {
        self.idle = Idle::default();
        self.idle.read = read(files).map(String::from);
        for note in notes {
            self.idle.said.push_str(&note.text);
        }
        self.resolved = Last::default();
    }

    /// Whether smtpd has a pair of addresses resolved, and does not know the answer.
    pub(in crate::postfix::server) fn resolves(&mut self, pair: &str) -> bool {
        let is_news = !self.resolved.iter().any(|known| known == pair);
        if is_news {
            self.resolved.push(pair.into());
        }
        is_news
    }

    /// Whether a line is to be written.
    pub(in crate::postfix::server) fn is_news(&mut self, pid: u32, note: &Note) -> bool {
        let is_of_restriction = note.text.starts_with(ONCE) && !note.text.contains(" removed in ");
        let is_of_template = TEMPLATE.iter().any(|end| note.text.ends_with(end));
        if !is_of_restriction && !is_of_template {
            return true;
        }
        let has_said = |(by, text): &(u32, String)| *by == pid && *text == note.text;
        let is_news = !self.said.iter().any(has_said);
        if is_news {
            self.said.push((pid, note.text.clone()));
        }
        is_news
    }
}
