//! Whether a condition has come to hold. Each happening is looked at once, when it comes; what it
//! was is not kept, only what has come of it.

use std::time::Duration;

use super::condition::Condition;
use super::event::{is_it, pattern_of, regex, Event};
use super::state::{holds, is_state, View};
use crate::regex::Regex;
use crate::time::Time;

/// What is known of a condition so far.
#[derive(Debug)]
pub struct Goal {
    form: Form,
}

#[derive(Debug)]
enum Form {
    /// Something that happens.
    Event {
        met: bool,
        pattern: Option<Regex>,
    },
    /// Something that is.
    State {
        pattern: Option<Regex>,
    },
    Group(Vec<Goal>),
    Sequence {
        at: usize,
        items: Vec<Goal>,
    },
    Within {
        since: Option<Time>,
        met: bool,
        goal: Box<Goal>,
    },
    Times {
        count: u64,
        edge: Box<Edge>,
    },
}

impl Goal {
    /// One of which nothing is known yet.
    pub fn new(condition: &Condition) -> Goal {
        let all = |list: &[Condition]| list.iter().map(Goal::new).collect();
        let form = match condition {
            Condition::All(list) | Condition::Any(list) => Form::Group(all(list)),
            Condition::Not(inner) => Form::Group(vec![Goal::new(inner)]),
            Condition::Sequence(list) => Form::Sequence {
                at: 0,
                items: all(list),
            },
            Condition::Within(within) => Form::Within {
                since: None,
                met: false,
                goal: Box::new(Goal::new(&within.goal)),
            },
            Condition::Times(times) => Form::Times {
                count: 0,
                edge: Box::new(Edge::new(&times.goal)),
            },
            leaf if is_state(leaf) => Form::State {
                pattern: compile(leaf),
            },
            leaf => Form::Event {
                met: false,
                pattern: compile(leaf),
            },
        };
        Goal { form }
    }

    /// From now on time counts.
    pub fn begin(&mut self, now: Time) {
        match &mut self.form {
            Form::Group(goals) => goals.iter_mut().for_each(|goal| goal.begin(now)),
            Form::Sequence { at, items } => {
                if let Some(goal) = items.get_mut(*at) {
                    goal.begin(now);
                }
            }
            Form::Within { since, goal, .. } => {
                since.get_or_insert(now);
                goal.begin(now);
            }
            Form::Times { edge, .. } => edge.goal.begin(now),
            Form::Event { .. } | Form::State { .. } => {}
        }
    }

    /// Something has happened; whether that may change whether it holds. What is, is not looked at
    /// for it, because it is looked at after all that has happened.
    pub fn see(&mut self, condition: &Condition, event: &Event, view: &View) -> bool {
        // What has come to be is looked at late, but before what somebody does because of it.
        if self.has_waited_for(condition, event) {
            self.check(condition, view);
        }
        let is_news = match (&mut self.form, condition) {
            (Form::Event { met, pattern }, leaf) => {
                let is_first = !*met && is_it(leaf, pattern.as_ref(), event);
                *met |= is_first;
                return is_first;
            }
            (Form::Group(goals), Condition::All(list) | Condition::Any(list)) => {
                let mut is_news = false;
                for (goal, condition) in goals.iter_mut().zip(list) {
                    is_news |= goal.see(condition, event, view);
                }
                return is_news;
            }
            (Form::Group(goals), Condition::Not(inner)) => {
                let mut is_news = false;
                for goal in goals {
                    is_news |= goal.see(inner, event, view);
                }
                return is_news;
            }
            (Form::Sequence { at, items }, Condition::Sequence(list)) => {
                match (items.get_mut(*at), list.get(*at)) {
                    (Some(goal), Some(condition)) => goal.see(condition, event, view),
                    _ => false,
                }
            }
            (Form::Within { goal, .. }, Condition::Within(within)) => {
                goal.see(&within.goal, event, view)
            }
            (Form::Times { count, edge }, Condition::Times(times)) => {
                let is_news = edge.see(&times.goal, event, view);
                *count += u64::from(is_news);
                return is_news;
            }
            _ => false,
        };
        // What is timed or in order is so at this very happening.
        if is_news {
            self.check(condition, view);
        }
        is_news
    }

    /// Whether this is a sequence in which something that is stands before what has happened.
    fn has_waited_for(&self, condition: &Condition, event: &Event) -> bool {
        let (Form::Sequence { at, items }, Condition::Sequence(list)) = (&self.form, condition)
        else {
            return false;
        };
        let next = items.get(at + 1).zip(list.get(at + 1));
        list.get(*at).is_some_and(is_state)
            && next.is_some_and(|(goal, condition)| goal.is_met_by(condition, event))
    }

    /// Whether it, or a part of it, is met by what has happened.
    fn is_met_by(&self, condition: &Condition, event: &Event) -> bool {
        match (&self.form, condition) {
            (Form::Event { pattern, .. }, leaf) => is_it(leaf, pattern.as_ref(), event),
            (Form::Group(goals), Condition::All(list) | Condition::Any(list)) => goals
                .iter()
                .zip(list)
                .any(|(goal, condition)| goal.is_met_by(condition, event)),
            (Form::Within { goal, .. }, Condition::Within(within)) => {
                goal.is_met_by(&within.goal, event)
            }
            _ => false,
        }
    }

    /// Whether it holds.
    pub fn check(&mut self, condition: &Condition, view: &View) -> bool {
        match (&mut self.form, condition) {
            (Form::Event { met, .. }, _) => *met,
            (Form::State { pattern }, leaf) => holds(leaf, pattern.as_ref(), view),
            (Form::Group(goals), Condition::All(list)) => {
                let mut pairs = goals.iter_mut().zip(list);
                pairs.all(|(goal, condition)| goal.check(condition, view))
            }
            (Form::Group(goals), Condition::Any(list)) => {
                let mut pairs = goals.iter_mut().zip(list);
                pairs.any(|(goal, condition)| goal.check(condition, view))
            }
            (Form::Group(goals), Condition::Not(inner)) => {
                !goals.iter_mut().any(|goal| goal.check(inner, view))
            }
            (Form::Sequence { at, items }, Condition::Sequence(list)) => {
                while let (Some(goal), Some(condition)) = (items.get_mut(*at), list.get(*at)) {
                    if !goal.check(condition, view) {
                        return false;
                    }
                    *at += 1;
                    if let Some(next) = items.get_mut(*at) {
                        next.begin(view.now());
                    }
                }
                true
            }
            (Form::Within { since, met, goal }, Condition::Within(within)) => {
                let last = since.map(|since| since + Duration::from_secs(within.seconds.0));
                let in_time = last.is_none_or(|last| view.now() <= last);
                *met = *met || (in_time && goal.check(&within.goal, view));
                *met
            }
            (Form::Times { count, edge }, Condition::Times(times)) => {
                *count += u64::from(edge.look(&times.goal, view));
                *count >= times.least.0
            }
            _ => false,
        }
    }
}

impl Goal {
    /// The first part of it that has not come to hold, and its place in the document, which begins with that
    /// of the whole. As it was when it was [checked](Goal::check) last.
    pub fn missing<'c>(
        &self,
        condition: &'c Condition,
        place: String,
        view: &View,
    ) -> Option<(String, &'c Condition)> {
        let is_met = match (&self.form, condition) {
            (Form::Event { met, .. }, _) => *met,
            (Form::State { pattern }, leaf) => holds(leaf, pattern.as_ref(), view),
            (Form::Group(goals), Condition::All(list)) => {
                return goals
                    .iter()
                    .zip(list)
                    .enumerate()
                    .find_map(|(i, (goal, one))| {
                        goal.missing(one, format!("{place}.all[{i}]"), view)
                    });
            }
            (Form::Group(goals), Condition::Any(list)) => goals
                .iter()
                .zip(list)
                .any(|(goal, one)| goal.missing(one, String::new(), view).is_none()),
            (Form::Group(goals), Condition::Not(inner)) => goals
                .iter()
                .all(|goal| goal.missing(inner, String::new(), view).is_some()),
            (Form::Sequence { at, items }, Condition::Sequence(list)) => {
                let next = items.get(*at).zip(list.get(*at));
                return next.and_then(|(goal, one)| {
                    goal.missing(one, format!("{place}.sequence[{at}]"), view)
                });
            }
            (Form::Within { met, goal, .. }, Condition::Within(within)) if !met => {
                let inner = goal.missing(&within.goal, format!("{place}.within.goal"), view);
                return inner.or(Some((place, condition)));
            }
            (Form::Within { .. }, _) => true,
            (Form::Times { count, .. }, Condition::Times(times)) => *count >= times.least.0,
            _ => false,
        };
        (!is_met).then_some((place, condition))
    }
}

fn compile(leaf: &Condition) -> Option<Regex> {
    pattern_of(leaf).and_then(|source| regex(source).ok())
}

/// A condition that may come to hold again and again.
#[derive(Debug)]
pub struct Edge {
    goal: Goal,
    was: bool,
}

impl Edge {
    /// One that has not come to hold.
    pub fn new(condition: &Condition) -> Edge {
        Edge {
            goal: Goal::new(condition),
            was: false,
        }
    }

    /// From now on time counts.
    pub fn begin(&mut self, now: Time) {
        self.goal.begin(now);
    }

    /// What of it has not come to hold.
    pub fn missing<'c>(
        &self,
        condition: &'c Condition,
        place: String,
        view: &View,
    ) -> Option<(String, &'c Condition)> {
        self.goal.missing(condition, place, view)
    }

    /// What is so already is no news.
    pub fn ignore(&mut self, condition: &Condition, view: &View) {
        self.was = self.goal.check(condition, view);
    }

    /// Something has happened; whether the condition has come to hold by it.
    pub fn see(&mut self, condition: &Condition, event: &Event, view: &View) -> bool {
        self.goal.see(condition, event, view) && self.look(condition, view)
    }

    /// Whether it has come to hold since the last look.
    pub fn look(&mut self, condition: &Condition, view: &View) -> bool {
        let is_so = self.goal.check(condition, view);
        let is_news = is_so && !self.was;
        self.was = is_so;
        if is_news {
            self.goal = Goal::new(condition);
            self.goal.begin(view.now());
            self.was = self.goal.check(condition, view);
        }
        is_news
    }
}
