//! What the shell does about its jobs: looks, tells, remembers.

use crate::workstation::programs::io::{signal, Io, State as Stand};
use crate::workstation::shell::bash::Bash;
use crate::workstation::shell::job::Job;
use crate::workstation::shell::print;
use crate::workstation::shell::syntax::Tree;
use crate::workstation::system::kernel::Kernel;

/// How many that have ended are remembered.
const REMEMBERED: usize = 60;

impl Bash {
    /// Looks how all jobs stand.
    pub fn look_at_jobs(&mut self, k: &mut Kernel) {
        for job in &mut self.jobs {
            let before = job.stand();
            for (pid, stand) in &mut job.pids {
                if !stand.is_some_and(Stand::has_ended) {
                    *stand = k.os.state(*pid).or(Some(Stand::Exited(127)));
                }
            }
            if job.stand() != before {
                job.is_told = false;
            }
        }
    }

    fn next_stamp(&self) -> u32 {
        self.jobs.iter().map(|j| j.stamp).max().unwrap_or(0) + 1
    }

    fn new_job(&mut self, pids: Vec<(u32, Option<Stand>)>, tree: &Tree) -> u32 {
        let ended = |j: &Job| j.stand().has_ended() && j.is_told;
        if self.jobs.len() > REMEMBERED {
            self.jobs.retain(|j| !ended(j));
        }
        let id = self.jobs.iter().map(|j| j.id).max().unwrap_or(0) + 1;
        let job = Job {
            id,
            pids,
            text: print::command(tree),
            stamp: self.next_stamp(),
            is_told: false,
            was_in_front: false,
        };
        self.jobs.push(job);
        id
    }

    /// A command has been started in the background.
    pub fn add_job(&mut self, pid: u32, tree: &Tree, k: &mut Kernel) {
        if !self.state.is_interactive || self.is_subshell {
            // Those that nobody will hear about any more make room.
            self.look_at_jobs(k);
            if self.jobs.len() > REMEMBERED {
                self.jobs.retain(|j| !j.stand().has_ended());
            }
        }
        let id = self.new_job(vec![(pid, None)], tree);
        if self.state.is_interactive && !self.is_subshell {
            let _ = k.write(2, &format!("[{id}] {pid}\n"));
        }
    }

    /// A command in front has been stopped.
    pub fn stop_job(&mut self, pids: Vec<u32>, tree: &Tree, k: &mut Kernel) {
        let pids: Vec<_> = pids
            .into_iter()
            .map(|pid| (pid, k.os.process(pid).map(|p| p.state)))
            .collect();
        let known = self
            .jobs
            .iter_mut()
            .find(|j| Some(j.group()) == pids.first().map(|p| p.0));
        let stamp = known.as_ref().map(|_| 0);
        match known {
            Some(job) => job.pids = pids,
            None => {
                self.new_job(pids, tree);
            }
        }
        let next = self.next_stamp();
        let place = match stamp {
            Some(_) => self
                .jobs
                .iter()
                .position(|j| matches!(j.stand(), Stand::Stopped(_)) && !j.is_told),
            None => self.jobs.len().checked_sub(1),
        };
        if let Some(job) = place.and_then(|at| self.jobs.get_mut(at)) {
            job.stamp = next;
            job.is_told = true;
            let line = job.line('+', false);
            let _ = k.write(2, &format!("\n{line}"));
        }
    }

    /// The mark of a job: `+` is the current one, `-` the one before.
    pub fn mark(&self, id: u32) -> char {
        let mut order: Vec<&Job> = self.jobs.iter().collect();
        let is_stopped = |j: &Job| matches!(j.stand(), Stand::Stopped(_));
        order.sort_by_key(|j| (is_stopped(j), j.stamp));
        match order.iter().rev().position(|j| j.id == id) {
            Some(0) => '+',
            Some(1) => '-',
            _ => ' ',
        }
    }

    /// Says what has become of jobs, before the next prompt.
    pub fn report_jobs(&mut self, k: &mut Kernel) {
        self.look_at_jobs(k);
        let mut text = String::new();
        for job in &self.jobs {
            let news = matches!(
                job.stand(),
                Stand::Exited(_) | Stand::Killed(_) | Stand::Stopped(_)
            );
            if news && !job.is_told {
                text.push_str(&job.line(self.mark(job.id), false));
            }
        }
        for job in &mut self.jobs {
            job.is_told |= matches!(job.stand(), Stand::Stopped(_));
        }
        self.jobs.retain(|j| !j.stand().has_ended());
        let _ = k.write(2, &text);
    }

    /// Whether it warns that there are stopped jobs instead of leaving.
    pub fn warns_of_jobs(&mut self, k: &mut Kernel) -> bool {
        self.look_at_jobs(k);
        let stopped = self
            .jobs
            .iter()
            .any(|j| matches!(j.stand(), Stand::Stopped(_)));
        let warns =
            stopped && self.state.is_interactive && !std::mem::replace(&mut self.has_warned, true);
        if warns {
            let _ = k.write(2, "There are stopped jobs.\n");
        }
        if !warns && stopped {
            for group in self.jobs.iter().map(Job::group).collect::<Vec<_>>() {
                k.os.kill_group(group, signal::KILL);
            }
        }
        warns
    }

    /// The job that `%1`, `%%`, `%name` stands for; the current one where nothing is said.
    pub fn find_job(&self, word: Option<&str>) -> Option<usize> {
        let marked = |mark| self.jobs.iter().position(|j| self.mark(j.id) == mark);
        let Some(word) = word else {
            return marked('+');
        };
        match word.strip_prefix('%') {
            Some("" | "%" | "+") => marked('+'),
            Some("-") => marked('-').or_else(|| marked('+')),
            Some(rest) => match (rest.parse::<u32>(), rest.strip_prefix('?')) {
                (Ok(id), _) => self.jobs.iter().position(|j| j.id == id),
                (_, Some(part)) => self.jobs.iter().position(|j| j.text.contains(part)),
                _ => self.jobs.iter().position(|j| j.text.starts_with(rest)),
            },
            None => {
                let pid: u32 = word.parse().ok()?;
                self.jobs
                    .iter()
                    .position(|j| j.pids.iter().any(|(p, _)| *p == pid))
            }
        }
    }
}
