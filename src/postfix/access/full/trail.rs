//! Writes down what each restriction says, where somebody watches the session.

use crate::postfix::access::checker::Checker;
use crate::postfix::access::judgement::{Abort, Status};
use crate::postfix::access::lists::{Place, PLACES};
use crate::postfix::access::restriction::{Call, Takes};
use crate::postfix::access::words::find;
use crate::smtp::trail::{Said, Step};

/// A restriction that is being asked: where it stands, and how things stood before.
pub(in crate::postfix::access) struct Mark {
    place: usize,
    is_deferring: bool,
    defers_rejection: bool,
    notes: usize,
}

impl Checker<'_> {
    /// A list begins.
    pub(in crate::postfix::access) fn enter(&mut self, place: Place) {
        self.position = Some(place);
    }

    /// A restriction is about to be asked.
    pub(in crate::postfix::access) fn mark(&mut self, call: &Call) -> Option<Mark> {
        if !self.facts.trail.is_kept() {
            return None;
        }
        let warns = self.warn_if_reject == self.recursion;
        let warns = if warns { "warn_if_reject " } else { "" };
        let words = [warns, call.word].concat();
        let place = self.write_down(call.name, words, Said::Died);
        Some(Mark {
            place,
            is_deferring: self.deferring,
            defers_rejection: self.defer_if_reject.is_some(),
            notes: self.verdict.notes.len(),
        })
    }

    /// What it said.
    pub(in crate::postfix::access) fn tell(
        &mut self,
        mark: Option<Mark>,
        call: &Call,
        outcome: &Result<(Status, bool), Abort>,
    ) {
        let Some(mark) = mark else {
            return;
        };
        let new = self.verdict.notes.get(mark.notes..).unwrap_or_default();
        let has_warned = new.iter().any(|n| n.text.contains(": reject_warning: "));
        let said = match outcome {
            Err(Abort) if self.verdict.crash.is_some() => Said::Died,
            Err(Abort) | Ok((Status::Reject, _)) => Said::Reject,
            Ok((Status::Ok, _)) => Said::Ok,
            Ok(_) if self.deferring && !mark.is_deferring => Said::DeferIfPermit,
            Ok(_) if self.defer_if_reject.is_some() && !mark.defers_rejection => {
                Said::DeferIfReject
            }
            Ok(_) if has_warned => Said::Warned,
            Ok(_) => Said::Nothing,
        };
        let release = self.ground.settings.release;
        let takes = find(call.word, release).map(|word| word.takes);
        let argument = match outcome {
            Ok((_, has_taken)) => call.next.filter(|_| *has_taken),
            Err(Abort) => call
                .next
                .filter(|_| takes.is_some_and(|t| t != Takes::Nothing)),
        };
        if let Some(step) = self.facts.trail.at(mark.place) {
            step.said = said;
            if let Some(word) = argument {
                step.words.push(' ');
                step.words.push_str(word);
            }
        }
    }

    /// The restrictions that are not asked any more.
    pub(in crate::postfix::access) fn pass_over(&mut self, rest: &[String], name: &str) {
        if !self.facts.trail.is_kept() {
            return;
        }
        let release = self.ground.settings.release;
        let mut rest = rest.iter();
        let mut words = String::new();
        while let Some(word) = rest.next() {
            words.push_str(word);
            if word.eq_ignore_ascii_case("warn_if_reject") {
                words.push(' ');
                continue;
            }
            let takes = find(word, release).map(|word| word.takes);
            if takes.is_some_and(|t| t != Takes::Nothing) {
                if let Some(argument) = rest.next() {
                    words.push(' ');
                    words.push_str(argument);
                }
            }
            self.write_down(name, std::mem::take(&mut words), Said::NotAsked);
        }
    }

    /// What is asked although no list names it: the parameter that asks, and what came of it.
    pub(in crate::postfix::access) fn implied(
        &mut self,
        what: &'static str,
        about: &str,
        is: Status,
    ) {
        if !self.facts.trail.is_kept() {
            return;
        }
        let said = match is {
            Status::Reject => Said::Reject,
            Status::Ok => Said::Ok,
            Status::Dunno => Said::Nothing,
        };
        self.facts.trail.step(Step {
            list: what,
            about: about.into(),
            depth: 0,
            words: what.into(),
            said,
        });
    }

    fn write_down(&mut self, about: &str, words: String, said: Said) -> usize {
        let list = self.position.map_or("", |place| PLACES[place as usize]);
        self.facts.trail.step(Step {
            list,
            about: about.into(),
            depth: self.recursion.saturating_sub(1),
            words,
            said,
        })
    }
}
