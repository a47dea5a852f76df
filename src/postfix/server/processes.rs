//! The processes that serve sessions, and what master does when one of them dies.

use std::time::Duration;

use crate::smtp::policy::Note;
use crate::time::Time;

/// The program, as master names it.
const SMTPD: &str = "/usr/lib/postfix/sbin/smtpd";

/// How long master waits before it starts another process of a service that does not start
/// (`service_throttle_time`).
const THROTTLE_TIME: Duration = Duration::from_secs(60);

/// The processes of one server.
#[derive(Clone, Debug)]
pub(super) struct Processes {
    last: u32,
    /// Those that wait for a client, and whether it will be the first.
    free: Vec<(u32, bool)>,
    busy: Vec<Busy>,
    /// master starts no smtpd until then.
    throttled_until: Option<Time>,
}

/// A process that serves a client.
#[derive(Clone, Debug)]
struct Busy {
    pid: u32,
    /// It is the first.
    is_first: bool,
    /// It is the last: main.cf has been read again.
    is_last: bool,
}

impl Processes {
    /// Processes whose numbers begin at one.
    pub(super) fn new(first: u32) -> Processes {
        Processes {
            last: first,
            free: Vec::new(),
            busy: Vec::new(),
            throttled_until: None,
        }
    }

    /// The number of a process that is started when so many others have been.
    pub(super) fn next(&mut self, others: u32) -> u32 {
        self.last = self.last.wrapping_add(others);
        self.last
    }

    /// A process of smtpd that is started for a client.
    pub(super) fn start(&mut self) -> u32 {
        let pid = self.next(3);
        self.serve(pid, true)
    }

    /// A process that has waited for a client.
    pub(super) fn take(&mut self) -> Option<u32> {
        let (pid, is_first) = self.free.pop()?;
        Some(self.serve(pid, is_first))
    }

    /// A process that has just been started has no client yet.
    pub(super) fn wait(&mut self, pid: u32) {
        if let Some(busy) = self.leave(pid) {
            self.free.push((pid, busy.is_first));
        }
    }

    fn serve(&mut self, pid: u32, is_first: bool) -> u32 {
        self.busy.push(Busy {
            pid,
            is_first,
            is_last: false,
        });
        pid
    }

    fn leave(&mut self, pid: u32) -> Option<Busy> {
        let at = self.busy.iter().position(|busy| busy.pid == pid)?;
        Some(self.busy.swap_remove(at))
    }

    /// A process has served its client, and waits for another.
    pub(super) fn give(&mut self, pid: u32) {
        // One that has died is not there any more.
        if self.leave(pid).is_some_and(|busy| !busy.is_last) {
            self.free.push((pid, false));
        }
    }

    /// Others come for the next clients, with another main.cf.
    pub(super) fn replace(&mut self) {
        self.free.clear();
        self.busy.iter_mut().for_each(|busy| busy.is_last = true);
    }

    /// There is another master.
    pub(super) fn unthrottle(&mut self) {
        self.throttled_until = None;
    }

    /// Until when no process is started.
    pub(super) fn throttled_until(&self, now: Time) -> Option<Time> {
        self.throttled_until.filter(|until| now < *until)
    }

    /// A process has died: what master says.
    pub(super) fn die(&mut self, pid: u32, how: &str, now: Time) -> Vec<Note> {
        let master = |text: String| Note {
            program: "master",
            text: format!("warning: {text}"),
        };
        let mut notes = vec![master(format!("process {SMTPD} pid {pid} {how}"))];
        // One that dies of its first client would die again.
        if self.leave(pid).is_some_and(|busy| busy.is_first) {
            self.throttled_until = Some(now + THROTTLE_TIME);
            let text = format!("{SMTPD}: bad command startup -- throttling");
            notes.push(master(text));
        }
        notes
    }
}
