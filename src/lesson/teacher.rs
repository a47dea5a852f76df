//! Who watches a lesson: which steps have been reached, which mistakes were made, which hint is next.

use std::rc::Rc;
use std::time::Duration;

use super::condition::Condition;
use super::event::Event;
use super::goal::{Edge, Goal};
use super::model::{Lesson, Mistake, Step};
use super::state::View;
use super::words::Words;
use crate::network::record::Fact;
use crate::network::World;
use crate::time::Time;

/// A pause after which a hint is offered, where a step does not say.
const PAUSE: u64 = 90;

/// So many mistakes in a step, and a hint is offered.
const PATIENCE: usize = 2;

/// So many sentences are remembered.
const REMARKS: usize = 1_000;

/// How far a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It was reached.
    Reached(Time),
    /// It was optional and was passed over.
    Passed,
    /// It is the one to be done.
    At,
    /// It is still to come.
    Ahead,
}

/// A mistake that was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Remark {
    /// When.
    pub at: Time,
    /// In which step.
    pub step: usize,
    /// The mistake: of the step's, and after those of the lesson's.
    pub mistake: usize,
}

/// What helps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hint<'a> {
    /// A sentence.
    Words(&'a Words),
    /// What to type.
    Solution(Vec<&'a str>),
}

/// Who watches a lesson.
#[derive(Debug)]
pub struct Teacher {
    lesson: Rc<Lesson>,
    begun: Time,
    /// The step that is to be done.
    at: usize,
    standing: Vec<Standing>,
    goals: Vec<Goal>,
    /// Those of the step that is to be done, and those of the lesson.
    mistakes: Vec<Edge>,
    remarks: Vec<Remark>,
    /// A server has agreed to something since the last of them was made.
    is_mended: bool,
    /// Mistakes that were made in what is being looked at.
    made: Vec<usize>,
    /// How many hints were taken in each step.
    hints: Vec<usize>,
    /// When the step was begun, or something was done for it.
    active: Time,
}

impl Teacher {
    /// A teacher of a lesson that begins now.
    pub fn new(lesson: Rc<Lesson>, now: Time) -> Teacher {
        let steps = lesson.steps.len();
        let mut standing = vec![Standing::Ahead; steps];
        if let Some(first) = standing.first_mut() {
            *first = Standing::At;
        }
        Teacher {
            begun: now,
            at: 0,
            standing,
            goals: lesson
                .steps
                .iter()
                .map(|step| Goal::new(&step.goal))
                .collect(),
            mistakes: Vec::new(),
            remarks: Vec::new(),
            is_mended: false,
            made: Vec::new(),
            hints: vec![0; steps],
            active: now,
            lesson,
        }
    }

    /// Begins: what is so already is seen. `workstation` is the host that the learner sits at.
    pub fn begin(&mut self, world: &World, workstation: &str) {
        let view = View::new(world, workstation, self.begun);
        self.prepare(&view);
        self.advance(&view);
    }

    /// The lesson.
    pub fn lesson(&self) -> &Lesson {
        &self.lesson
    }

    /// When it began.
    pub fn begun(&self) -> Time {
        self.begun
    }

    /// The place of the step that is to be done; as many as there are when all is done.
    pub fn at(&self) -> usize {
        self.at
    }

    /// Whether all steps are done.
    pub fn is_done(&self) -> bool {
        self.at >= self.lesson.steps.len()
    }

    /// The share of steps that were reached without their solution, of a hundred. Steps that may be
    /// left out count where they were not.
    pub fn score(&self) -> u64 {
        let (mut own, mut all) = (0, 0);
        for (place, (step, standing)) in self.lesson.steps.iter().zip(&self.standing).enumerate() {
            let is_reached = matches!(standing, Standing::Reached(_));
            all += u64::from(*standing != Standing::Passed);
            own += u64::from(is_reached && self.taken(place) <= step.hints().len());
        }
        own * 100 / all.max(1)
    }

    /// How far each step is.
    pub fn standing(&self) -> &[Standing] {
        &self.standing
    }

    /// The mistakes that were made, oldest first.
    pub fn remarks(&self) -> &[Remark] {
        &self.remarks
    }

    /// The last mistake of the step that is to be done, until a server agrees to something: what was said of it
    /// has been understood then, or is no longer of interest.
    pub fn remark_now(&self) -> Option<&Remark> {
        let last = self.remarks.last();
        last.filter(|remark| remark.step == self.at && !self.is_mended)
    }

    /// What is said of one.
    pub fn sentence(&self, remark: &Remark) -> Option<&Words> {
        let step = self.lesson.steps.get(remark.step)?;
        let mut all = all_mistakes(&self.lesson, Some(step));
        all.nth(remark.mistake).map(|mistake| &mistake.say)
    }

    /// Whether a hint is to be offered: after a pause, or after mistakes.
    pub fn offers(&self, now: Time) -> bool {
        let Some(step) = self.lesson.steps.get(self.at) else {
            return false;
        };
        let taken = self.hints.get(self.at).copied().unwrap_or(0);
        let pause = step.pause.map_or(PAUSE, |pause| pause.0);
        let is_long = now >= self.active + Duration::from_secs(pause);
        let mistakes = self.remarks.iter().filter(|remark| remark.step == self.at);
        taken <= step.hints().len() && (is_long || mistakes.count() >= PATIENCE * (taken + 1))
    }

    /// How many hints were taken in a step.
    pub fn taken(&self, step: usize) -> usize {
        self.hints.get(step).copied().unwrap_or(0)
    }

    /// How many hints are left in the step that is to be done, the solution among them.
    pub fn left(&self) -> usize {
        let step = self.lesson.steps.get(self.at);
        step.map_or(0, |step| step.hints().len() + 1 - self.taken(self.at))
    }

    /// Takes the next hint; the solution after all others, and again whenever it is asked for.
    pub fn take_hint(&mut self, now: Time) {
        let Some(step) = self.lesson.steps.get(self.at) else {
            return;
        };
        self.active = now;
        if let Some(taken) = self.hints.get_mut(self.at) {
            *taken = (*taken + 1).min(step.hints().len() + 1);
        }
    }

    /// The hints that were taken in the step that is to be done.
    pub fn hints(&self) -> Vec<Hint<'_>> {
        let Some(step) = self.lesson.steps.get(self.at) else {
            return Vec::new();
        };
        let taken = self.taken(self.at);
        let words = step.hints().iter().take(taken).map(Hint::Words);
        let is_last = taken > step.hints().len();
        let solution = is_last.then(|| Hint::Solution(solution(step)));
        words.chain(solution).collect()
    }

    /// What part of the present step's goal has not come to hold, and where it stands.
    pub fn missing(&self, world: &World, workstation: &str) -> Option<(String, &Condition)> {
        let view = View::new(world, workstation, self.begun);
        let (goal, step) = (self.goals.get(self.at)?, self.lesson.steps.get(self.at)?);
        goal.missing(&step.goal, "goal".into(), &view)
    }

    /// The same of one of its mistakes, or the lesson's.
    pub fn unmade(
        &self,
        mistake: usize,
        world: &World,
        workstation: &str,
    ) -> Option<(String, &Condition)> {
        let view = View::new(world, workstation, self.begun);
        let edge = self.mistakes.get(mistake)?;
        let step = self.lesson.steps.get(self.at);
        let when = &all_mistakes(&self.lesson, step).nth(mistake)?.when;
        edge.missing(when, "when".into(), &view)
    }

    /// Something has happened.
    pub(super) fn see(&mut self, event: &Event, view: &View) {
        if self.is_done() {
            return;
        }
        let lesson = Rc::clone(&self.lesson);
        let step = lesson.steps.get(self.at);
        if let Event::Typed(_) = event {
            self.active = view.now();
        }
        if let Event::Fact(Fact::Exchange(exchange)) = event {
            self.is_mended |= exchange.reply.code() < 400;
        }
        let watched = self.mistakes.iter_mut().zip(all_mistakes(&lesson, step));
        for (place, (edge, mistake)) in watched.enumerate() {
            if edge.see(&mistake.when, event, view) {
                self.made.push(place);
            }
        }
        let mut is_news = false;
        let goals = self.goals.iter_mut().zip(&lesson.steps).enumerate();
        for (place, (goal, step)) in goals.skip(self.at) {
            if place == self.at || step.anew != Some(true) {
                is_news |= goal.see(&step.goal, event, view);
            }
        }
        if is_news {
            self.advance(view);
        }
    }

    /// Looks at what is, after all that has happened.
    pub(super) fn look(&mut self, view: &View) {
        let lesson = Rc::clone(&self.lesson);
        self.advance(view);
        let step = lesson.steps.get(self.at);
        let watched = self.mistakes.iter_mut().zip(all_mistakes(&lesson, step));
        for (place, (edge, mistake)) in watched.enumerate() {
            if edge.look(&mistake.when, view) {
                self.made.push(place);
            }
        }
        for mistake in std::mem::take(&mut self.made) {
            self.remark(mistake, view.now());
        }
    }

    fn remark(&mut self, mistake: usize, at: Time) {
        if self.remarks.len() < REMARKS {
            let step = self.at;
            self.is_mended = false;
            self.remarks.push(Remark { at, step, mistake });
        }
    }

    /// Goes on for as many steps as have been reached.
    fn advance(&mut self, view: &View) {
        while let Some(next) = self.reached(view) {
            for place in self.at..next {
                self.put(place, Standing::Passed);
            }
            self.put(next, Standing::Reached(view.now()));
            self.at = next + 1;
            self.put(self.at, Standing::At);
            // Who has reached the step by what looked like a mistake has made none.
            self.made.clear();
            self.prepare(view);
        }
    }

    fn put(&mut self, place: usize, standing: Standing) {
        if let Some(at) = self.standing.get_mut(place) {
            *at = standing;
        }
    }

    /// The step that has been reached, if one has: that which is to be done, or one behind such as
    /// may be left out.
    fn reached(&mut self, view: &View) -> Option<usize> {
        let lesson = Rc::clone(&self.lesson);
        let mut ahead = lesson.steps.iter().enumerate().skip(self.at);
        loop {
            let (place, step) = ahead.next()?;
            let is_waiting = place > self.at && step.anew == Some(true);
            let goal = self.goals.get_mut(place)?;
            if !is_waiting && goal.check(&step.goal, view) {
                return Some(place);
            }
            if step.optional != Some(true) {
                return None;
            }
        }
    }

    /// Begins the step that is to be done.
    fn prepare(&mut self, view: &View) {
        let now = view.now();
        self.active = now;
        let lesson = Rc::clone(&self.lesson);
        let step = lesson.steps.get(self.at);
        if let Some(goal) = self.goals.get_mut(self.at) {
            goal.begin(now);
        }
        let all = all_mistakes(&lesson, step).map(|mistake| {
            let mut edge = Edge::new(&mistake.when);
            edge.begin(now);
            edge.ignore(&mistake.when, view);
            edge
        });
        self.mistakes = all.collect();
    }
}

/// The mistakes of a step, and after those the lesson's.
pub fn all_mistakes<'a>(
    lesson: &'a Lesson,
    step: Option<&'a Step>,
) -> impl Iterator<Item = &'a Mistake> {
    let own = step.map(Step::mistakes).unwrap_or_default();
    own.iter().chain(lesson.mistakes.iter().flatten())
}

/// What to type.
pub fn solution(step: &Step) -> Vec<&str> {
    step.solution.iter().map(|line| line.0.as_str()).collect()
}
