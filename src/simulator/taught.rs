//! A simulator with a lesson in it. Its twin in the light build is `untaught`.

use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

use super::desk::{Desk, Taught};
use super::{Outside, Simulator};
use crate::json::Writer;
use crate::lesson::inputs::{Input, Inputs};
use crate::lesson::model::LESSON;
use crate::lesson::progress::{self, Run};
use crate::lesson::statement::statement;
use crate::lesson::submission::{self, Claim};
use crate::lesson::teacher::solution;
use crate::lesson::typing::{acts, Act};
use crate::lesson::{self, Lesson, Senses, Teacher};
use crate::scenario::{Fault, Scenario};
use crate::workstation::answer::Asked;
use crate::workstation::line::key::Key;

/// What the simulator says of itself while a lesson is done; each does nothing without one.
impl Simulator {
    fn hear(&mut self, input: impl FnOnce() -> Input) {
        if let Some(desk) = &mut self.taught.0 {
            desk.inputs.add(input());
        }
    }

    pub(super) fn hear_line(&mut self, line: &str) {
        self.hear(|| Input::Line(line.into()));
        if let Some(desk) = &mut self.taught.0 {
            desk.senses.typed(line);
        }
    }

    pub(super) fn hear_key(&mut self, key: Key) {
        if let Some(desk) = &mut self.taught.0 {
            desk.inputs.add(Input::Key(key));
            if key == Key::Enter {
                desk.senses.typed(&self.shell.editor.text());
            }
        }
    }

    pub(super) fn hear_set(&mut self, text: &str, cursor: usize) {
        self.hear(|| Input::Set(text.into(), cursor));
    }

    pub(super) fn hear_break(&mut self) {
        self.hear(|| Input::BreakOff);
    }

    /// The clock is about to go on.
    pub(super) fn hear_tick(&mut self, elapsed: Duration) {
        if self.taught.0.is_some() {
            let until = self.start + elapsed + self.world.skipped();
            let is_due =
                self.shell.is_running() || self.world.deadline().is_some_and(|at| at <= until);
            if let Some(desk) = &mut self.taught.0 {
                desk.inputs.tick(elapsed, is_due);
            }
        }
    }

    /// Lets the teacher see what has happened, and types on.
    pub(super) fn look(&mut self) {
        if let Some(desk) = &mut self.taught.0 {
            desk.looks += 1;
            let Desk {
                teacher, senses, ..
            } = &mut **desk;
            senses.tell(teacher, &mut self.world, &self.shell);
            let inputs = desk.inputs.list().len();
            desk.begun.resize(desk.teacher.at() + 1, inputs);
        }
        self.type_on();
    }

    /// The same scenario, or lesson, from the start.
    pub(super) fn fresh(&self) -> Result<Simulator, Fault> {
        match &self.taught.0 {
            None => Simulator::with(&self.scenario, self.outside),
            Some(desk) => {
                let mut fresh = match desk.teacher.lesson().steps.is_empty() {
                    true => Simulator::keep(&desk.scenario, self.outside)?,
                    false => Simulator::teach(&desk.text, &desk.scenario, self.outside)?,
                };
                let edits = desk.inputs.list().contains(&Input::Edits);
                if edits {
                    fresh.let_edit();
                }
                Ok(fresh)
            }
        }
    }
}

/// What a front end does with a lesson.
impl Simulator {
    /// Builds the world of a lesson (JSON), and watches what is done there. `scenario` is the text
    /// of the scenario that the lesson names; empty for the tutorial's.
    ///
    /// # Errors
    /// What is wrong with the lesson or the scenario, and where.
    pub fn teach(lesson: &str, scenario: &str, outside: Outside) -> Result<Simulator, Fault> {
        Simulator::watch(lesson::read(lesson)?, lesson, scenario, outside)
    }

    /// Builds the world of a scenario and writes down what is done there, so that it can be kept and
    /// [taken up](Simulator::resume) again: a lesson without steps, of which nothing is seen.
    ///
    /// # Errors
    /// What is wrong with the scenario, and where.
    pub fn keep(scenario: &str, outside: Outside) -> Result<Simulator, Fault> {
        let none = crate::json::read(LESSON, r#"{ "id": "terminal", "title": "", "steps": [] }"#)?;
        Simulator::watch(none, scenario, scenario, outside)
    }

    fn watch(
        mut read: Lesson,
        text: &str,
        scenario: &str,
        outside: Outside,
    ) -> Result<Simulator, Fault> {
        let built = match read.world.take() {
            Some(world) => Scenario::of(world)?,
            None if scenario.trim().is_empty() => Scenario::parse("{}")?,
            None => Scenario::parse(scenario)?,
        };
        let mut simulator = Simulator::of(built, outside);
        simulator.world.record();
        let teacher = Teacher::new(Rc::new(read), simulator.world.now());
        let desk = Desk {
            text: text.into(),
            scenario: scenario.into(),
            senses: Senses::new(teacher.lesson()),
            teacher,
            inputs: Inputs::default(),
            begun: vec![0],
            looks: 0,
            script: VecDeque::new(),
            is_typing: false,
            lost: Duration::ZERO,
        };
        simulator.taught = Taught(Some(Box::new(desk)));
        simulator.begin_lesson();
        Ok(simulator)
    }

    fn begin_lesson(&mut self) {
        if let Some(desk) = &mut self.taught.0 {
            let host = &self.shell.workstation().host;
            desk.teacher.begin(&self.world, host);
        }
        self.look();
    }

    /// Who watches the lesson; nobody where there is none.
    pub fn teacher(&self) -> Option<&Teacher> {
        let teacher = self.taught.0.as_ref().map(|desk| &desk.teacher);
        teacher.filter(|teacher| !teacher.lesson().steps.is_empty())
    }

    /// The lesson.
    pub fn lesson(&self) -> Option<&Lesson> {
        self.teacher().map(Teacher::lesson)
    }

    /// How often the teacher has looked at what happened.
    pub fn looks(&self) -> u64 {
        self.taught.0.as_ref().map_or(0, |desk| desk.looks)
    }

    /// What was done so far, as values.
    pub fn inputs(&self) -> &[Input] {
        let desk = self.taught.0.as_ref();
        desk.map_or(&[], |desk| desk.inputs.list())
    }

    /// Takes the next hint; [`Teacher::hints`] has those that were taken.
    pub fn hint(&mut self) {
        let now = self.world.now();
        if let Some(desk) = &mut self.taught.0 {
            desk.inputs.add(Input::Hint);
            desk.teacher.take_hint(now);
        }
    }

    /// Types the solution of the step that is to be done, which is its last hint. What was typed
    /// since the step began is taken back first, so that it is typed where it belongs.
    pub fn play(&mut self) {
        for _ in 0..self.teacher().map_or(0, Teacher::left) {
            self.hint();
        }
        let Some(desk) = &self.taught.0 else {
            return;
        };
        let done = desk.inputs.list().get(desk.step_began()..);
        if done.unwrap_or(&[]).iter().any(Input::is_typing) {
            self.restart_step();
        }
        let Some(desk) = &mut self.taught.0 else {
            return;
        };
        let lesson = desk.teacher.lesson();
        if let Some(step) = lesson.steps.get(desk.teacher.at()) {
            desk.script = solution(step).into_iter().flat_map(acts).collect();
        }
        self.type_on();
    }

    /// Types lines as a lesson writes them, with its keys and pauses.
    pub fn perform(&mut self, lines: &[&str]) {
        if let Some(desk) = &mut self.taught.0 {
            desk.script = lines.iter().flat_map(|line| acts(line)).collect();
        }
        self.type_on();
    }

    /// Whether a solution is being typed.
    pub fn is_playing(&self) -> bool {
        let desk = self.taught.0.as_ref();
        desk.is_some_and(|desk| !desk.script.is_empty())
    }

    /// Types what is next of a solution when whoever reads it is ready.
    fn type_on(&mut self) {
        loop {
            let is_ready = self.world.is_quiet()
                && !self.shell.has_input_waiting()
                && !self.shell.is_running();
            let desk = self.taught.0.as_mut();
            let Some(desk) = desk.filter(|desk| is_ready && !desk.is_typing) else {
                return;
            };
            let Some(act) = desk.script.pop_front() else {
                return;
            };
            desk.is_typing = true;
            match act {
                Act::Line(line) => self.run(&line),
                Act::Text(text) => self.set_line(&text, text.chars().count()),
                Act::Key(key) => self.press(key),
                Act::Wait(span) => self.skip(span),
            }
            if let Some(desk) = &mut self.taught.0 {
                desk.is_typing = false;
            }
        }
    }

    fn so_far(&self) -> Run {
        Run {
            now: self.outside.now,
            seed: self.outside.seed,
            inputs: self.inputs().to_vec(),
        }
    }

    /// What was done so far, as a document that can be kept and [taken up](Simulator::resume) again.
    pub fn progress(&self) -> Option<String> {
        let desk = self.taught.0.as_ref()?;
        let mut out = Writer::default();
        progress::write(desk.teacher.lesson(), &desk.text, &self.so_far(), &mut out);
        Some(out.done())
    }

    /// Takes up what was kept: the lesson is where it was then.
    ///
    /// # Errors
    /// What is wrong with the document; it is of another lesson, or the lesson has changed.
    pub fn resume(&mut self, kept: &str) -> Result<(), Fault> {
        let Some(desk) = &self.taught.0 else {
            return Ok(());
        };
        let kept = progress::read(kept)?.run(desk.teacher.lesson(), &desk.text)?;
        self.outside = Outside {
            now: kept.now,
            seed: kept.seed,
        };
        self.replay(&kept.inputs)
    }

    /// Whether more was done than [`progress`](Simulator::progress) has room for.
    pub fn is_cut(&self) -> bool {
        let desk = self.taught.0.as_ref();
        desk.is_some_and(|desk| desk.inputs.is_full())
    }

    /// What has come of the lesson so far.
    pub fn claim(&self) -> Option<Claim> {
        let teacher = self.teacher()?;
        Some(Claim::of(teacher, self.transcript()))
    }

    /// What a learner hands in: what was done, and what has come of it.
    pub fn submission(&self, learner: &str) -> Option<String> {
        let desk = self.taught.0.as_ref()?;
        let (lesson, run) = (desk.teacher.lesson(), self.so_far());
        Some(submission::write(
            lesson,
            &desk.text,
            &run,
            learner,
            &self.claim()?,
        ))
    }

    /// What a learning record store is told (xAPI), in a page with this address.
    pub fn statement(&self, page: &str) -> Option<String> {
        self.teacher().map(|teacher| statement(teacher, page))
    }

    /// Whether there is a line to be taken back.
    pub fn can_undo(&self) -> bool {
        let desk = self.taught.0.as_ref();
        desk.is_some_and(|desk| !desk.inputs.is_full() && desk.inputs.before_last_line().is_some())
    }

    /// Goes back to before the last line that was typed; whether there was one. The world is played
    /// again up to there; hints that were taken stay taken.
    pub fn undo(&mut self) -> bool {
        let desk = self.taught.0.as_ref().filter(|desk| !desk.inputs.is_full());
        let before = desk.and_then(|desk| desk.inputs.before_last_line());
        before.is_some_and(|before| self.go_back(before))
    }

    /// Goes back to where the step was begun; whether that was possible.
    pub fn restart_step(&mut self) -> bool {
        let desk = self.taught.0.as_ref().filter(|desk| !desk.inputs.is_full());
        let began = desk.map(|desk| desk.step_began());
        began.is_some_and(|began| self.go_back(began))
    }

    /// Plays the first of all inputs again, and of the others only the hints.
    fn go_back(&mut self, count: usize) -> bool {
        let inputs = self.inputs();
        let kept = inputs.get(..count).unwrap_or(inputs);
        let hints = inputs
            .get(count..)
            .unwrap_or(&[])
            .iter()
            .filter(|i| **i == Input::Hint);
        let again: Vec<Input> = kept.iter().chain(hints).cloned().collect();
        self.replay(&again).is_ok()
    }

    /// Starts over, and does all this.
    ///
    /// # Errors
    /// None but for a lesson that has been read before.
    pub fn replay(&mut self, inputs: &[Input]) -> Result<(), Fault> {
        let mut fresh = self.fresh()?;
        fresh.again(inputs);
        // Those who watch have heard of it.
        while fresh.poll().is_some() {}
        let generation = fresh.shell.screen.generation + self.shell.screen.generation + 1;
        fresh.shell.screen.generation = generation;
        // The front end's clock goes on from where it is, and ours from where it is now.
        fresh.seen = self.seen;
        fresh.put_back = fresh.elapsed.max(self.put_back);
        if let Some(desk) = &mut fresh.taught.0 {
            desk.senses.redrawn(generation);
            desk.lost = (fresh.seen + fresh.put_back).saturating_sub(fresh.elapsed);
        }
        *self = fresh;
        Ok(())
    }

    /// Does all this.
    pub(super) fn again(&mut self, inputs: &[Input]) {
        inputs.iter().for_each(|input| self.redo(input));
    }

    fn redo(&mut self, input: &Input) {
        match input {
            Input::Line(line) => self.type_line(line),
            Input::Key(key) => self.press(*key),
            Input::Set(text, cursor) => self.set_line(text, *cursor),
            Input::Tick(elapsed) => {
                self.hear_tick(*elapsed);
                self.elapsed = *elapsed;
                self.go_on();
            }
            Input::Skip(span) => self.skip(*span),
            Input::Configure(host, text) => {
                // What is wrong with it was said before.
                let _ = self.configure(host, text);
            }
            Input::Edits => self.let_edit(),
            Input::Edit(asked) => self.edit(asked.clone()),
            Input::BreakOff => self.break_off(),
            Input::Hint => self.hint(),
        }
    }

    pub(super) fn hear_skip(&mut self, span: Duration) {
        self.hear(|| Input::Skip(span));
    }

    pub(super) fn hear_main_cf(&mut self, host: &str, text: &str) {
        self.hear(|| Input::Configure(host.into(), text.into()));
    }

    pub(super) fn hear_editor(&mut self) {
        // Once is enough, and what is played again says it too.
        if !self.inputs().contains(&Input::Edits) {
            self.hear(|| Input::Edits);
        }
    }

    pub(super) fn hear_edit(&mut self, asked: &Asked) {
        self.hear(|| Input::Edit(asked.clone()));
    }
}
