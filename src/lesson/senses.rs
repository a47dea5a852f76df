//! Gathers what has happened in a world and at its terminal, each thing once.

use std::collections::VecDeque;

use super::condition::Condition;
use super::event::Event;
use super::model::{Lesson, Step};
use super::state::View;
use super::teacher::Teacher;
use crate::network::record::Fact;
use crate::network::World;
use crate::postfix::log::line::Line;
use crate::postfix::queue::history::Happened;
use crate::time::Time;
use crate::workstation::Shell;

/// Whether a lesson wants to know of lines of logs, each of which has to be put into words.
fn reads_logs(lesson: &Lesson) -> bool {
    let goals = lesson.steps.iter().map(|step| &step.goal);
    let own = lesson.steps.iter().flat_map(Step::mistakes);
    let mistakes = own.chain(lesson.mistakes.iter().flatten());
    goals
        .chain(mistakes.map(|mistake| &mistake.when))
        .any(wants_logs)
}

fn wants_logs(condition: &Condition) -> bool {
    match condition {
        Condition::All(list) | Condition::Any(list) | Condition::Sequence(list) => {
            list.iter().any(wants_logs)
        }
        Condition::Not(inner) => wants_logs(inner),
        Condition::Within(within) => wants_logs(&within.goal),
        Condition::Times(times) => wants_logs(&times.goal),
        Condition::Logged(_) => true,
        _ => false,
    }
}

/// Something new, and when it was.
struct News<'a> {
    at: Time,
    what: What<'a>,
}

enum What<'a> {
    Fact(&'a Fact),
    Hop(&'a str, &'a Happened),
    Logged(&'a str, &'a Line),
}

impl News<'_> {
    fn of((at, fact): &(Time, Fact)) -> News<'_> {
        News {
            at: *at,
            what: What::Fact(fact),
        }
    }
}

impl What<'_> {
    /// Whether it is what the learner has done to see what has happened.
    fn is_look(&self) -> bool {
        matches!(self, What::Fact(Fact::Read { .. } | Fact::Ended { .. }))
    }
}

/// How much may wait to be looked at.
const WAITING: usize = 10_000;

/// What has been seen of a host.
#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    lines: usize,
    hops: usize,
}

/// What has been seen so far.
#[derive(Debug, Default)]
pub struct Senses {
    hosts: Vec<Seen>,
    generation: u32,
    rows: usize,
    typed: VecDeque<String>,
    reads_logs: bool,
}

impl Senses {
    /// Those of a lesson, at its beginning.
    pub fn new(lesson: &Lesson) -> Senses {
        Senses {
            reads_logs: reads_logs(lesson),
            ..Senses::default()
        }
    }

    /// The rows that were seen are there again, under another number.
    pub fn redrawn(&mut self, generation: u32) {
        self.generation = generation;
    }

    /// A line was typed.
    pub fn typed(&mut self, line: &str) {
        if self.typed.len() < WAITING {
            self.typed.push_back(line.into());
        }
    }

    /// Tells a teacher all that is new.
    pub fn tell(&mut self, teacher: &mut Teacher, world: &mut World, shell: &Shell) {
        let mut facts: Vec<(Time, Fact)> = Vec::new();
        while let Some(fact) = world.fact() {
            facts.push(fact);
        }
        let workstation = shell.workstation().host.clone();
        let begun = teacher.begun();
        let view = View::new(world, &workstation, begun);
        for line in self.typed.drain(..) {
            teacher.see(&Event::Typed(&line), &view);
        }
        let mut news: Vec<News> = facts.iter().map(News::of).collect();
        self.hosts.resize(view.world.hosts.len(), Seen::default());
        for (seen, host) in self.hosts.iter_mut().zip(&view.world.hosts) {
            let Some(server) = &host.server else {
                continue;
            };
            let host = host.name.as_str();
            let history = &server.queue.history;
            news.extend(history.since(seen.hops).map(|hop| News {
                at: hop.at,
                what: What::Hop(host, &hop.what),
            }));
            seen.hops = history.count();
            if self.reads_logs && server.log.len() != seen.lines {
                // The oldest lines may have been forgotten, or all when the log was emptied.
                let has = server.log.len();
                let first = if has < seen.lines / 2 {
                    0
                } else {
                    seen.lines.min(has)
                };
                news.extend(server.log.iter().skip(first).map(|line| News {
                    at: line.at,
                    what: What::Logged(host, line),
                }));
            }
            seen.lines = server.log.len();
        }
        // Several commands may have been typed ahead, and what a program has looked at is worth
        // only what was there by then.
        news.sort_by_key(|news| (news.at, news.what.is_look()));
        for news in news {
            match news.what {
                What::Fact(fact) => teacher.see(&Event::Fact(fact), &view),
                What::Hop(host, what) => teacher.see(&Event::Hop { host, what }, &view),
                What::Logged(host, line) => {
                    let line = &line.to_string();
                    teacher.see(&Event::Logged { host, line }, &view);
                }
            }
        }
        self.look_at(teacher, shell, &view);
        teacher.look(&view);
    }

    /// The rows of the screen that are new.
    fn look_at(&mut self, teacher: &mut Teacher, shell: &Shell, view: &View) {
        let screen = &shell.screen;
        if screen.generation != self.generation {
            self.generation = screen.generation;
            self.rows = 0;
        }
        for row in screen.rows().iter().skip(self.rows) {
            teacher.see(&Event::Row(&row.text()), view);
        }
        self.rows = screen.rows().len();
    }
}
