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
    /// Those that wait for a client.
    free: Vec<Process>,
    /// Those that serve one.
    busy: Vec<Process>,
    /// master starts none for these services until then.
    throttled: Vec<(usize, Time)>,
}

/// A process of smtpd.
#[derive(Clone, Copy, Debug)]
struct Process {
    pid: u32,
    /// The service that it is of, by its place.
    service: usize,
    /// Its client is the first.
    is_first: bool,
    /// Its client is the last: main.cf has been read again.
    is_last: bool,
}

impl Processes {
    /// Processes whose numbers begin at one.
    pub(super) fn new(first: u32) -> Processes {
        Processes {
            last: first,
            free: Vec::new(),
            busy: Vec::new(),
            throttled: Vec::new(),
        }
    }

    /// The number of a process that is started when so many others have been.
    pub(super) fn next(&mut self, others: u32) -> u32 {
        self.last = self.last.wrapping_add(others);
        self.last
    }

    /// A process of smtpd that is started for a client of a service.
    pub(super) fn start(&mut self, service: usize) -> u32 {
        let pid = self.next(3);
        self.busy.push(Process {
            pid,
            service,
            is_first: true,
            is_last: false,
        });
        pid
    }

    /// A process that has waited for a client.
    pub(super) fn take(&mut self, service: usize) -> Option<u32> {
        let at = self.free.iter().rposition(|p| p.service == service)?;
        let process = self.free.remove(at);
        self.busy.push(process);
        Some(process.pid)
    }

    /// The service that a process is of.
    // The light build has one.
    #[allow(dead_code)]
    pub(super) fn service(&self, pid: u32) -> usize {
        let mut all = self.busy.iter().chain(&self.free);
        let found = all.find(|p| p.pid == pid);
        found.map_or(0, |process| process.service)
    }

    /// A process that has just been started has no client yet.
    pub(super) fn wait(&mut self, pid: u32) {
        let process = self.leave(pid);
        self.free.extend(process);
    }

    fn leave(&mut self, pid: u32) -> Option<Process> {
        let at = self.busy.iter().position(|busy| busy.pid == pid)?;
        Some(self.busy.swap_remove(at))
    }

    /// A process has served its client, and waits for another.
    pub(super) fn give(&mut self, pid: u32) {
        // One that has died is not there any more.
        if let Some(process) = self.leave(pid).filter(|process| !process.is_last) {
            self.free.push(Process {
                is_first: false,
                ..process
            });
        }
    }

    /// Others come for the next clients, with another main.cf.
    pub(super) fn replace(&mut self) {
        self.free.clear();
        self.busy.iter_mut().for_each(|busy| busy.is_last = true);
    }

    /// There is another master.
    pub(super) fn unthrottle(&mut self) {
        self.throttled.clear();
    }

    /// Until when no process is started for a service.
    pub(super) fn throttled_until(&self, service: usize, now: Time) -> Option<Time> {
        let mut throttled = self.throttled.iter();
        let found = throttled.rfind(|(s, until)| *s == service && now < *until);
        found.map(|(_, until)| *until)
    }

    /// A process has died: what master says, and until when no other is started.
    pub(super) fn die(&mut self, pid: u32, how: &str, now: Time) -> (Vec<Note>, Time) {
        let master = |text: String| Note {
            program: "master",
            text: format!("warning: {text}"),
        };
        let mut notes = vec![master(format!("process {SMTPD} pid {pid} {how}"))];
        let mut until = now;
        // One that dies of its first client would die again.
        if let Some(process) = self.leave(pid).filter(|process| process.is_first) {
            until = now + THROTTLE_TIME;
            self.throttled.retain(|(_, until)| now < *until);
            self.throttled.push((process.service, until));
            let text = format!("{SMTPD}: bad command startup -- throttling");
            notes.push(master(text));
        }
        (notes, until)
    }
}
