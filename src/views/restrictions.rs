//! What was asked before the last reply, list by list, and who decided. No Postfix shows that in one
//! picture; here each restriction was written down where it was evaluated.

use crate::network::World;
use crate::smtp::trail::{Path, Said, Step};
use crate::views::sentence::Sentence;

/// The last reply, and all that was asked for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// The command that was answered.
    pub command: &'static str,
    /// The reply.
    pub reply: String,
    /// The lists, in the order in which they were asked.
    pub lists: Vec<List>,
    /// Who decided, in a sentence.
    pub sentence: Sentence,
}

/// A list of restrictions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List {
    /// The parameter that has it.
    pub name: &'static str,
    /// Who or what was judged.
    pub about: String,
    /// Its restrictions, in order.
    pub rows: Vec<Row>,
}

/// A restriction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The restriction with its argument.
    pub words: String,
    /// How many classes it is inside of.
    pub depth: usize,
    /// What it said, in a word or two.
    pub verdict: &'static str,
    /// `ok`, `reject`, `later`, `nothing` or `unasked`.
    pub kind: &'static str,
    /// It has decided.
    pub decides: bool,
}

fn verdict(said: Said) -> (&'static str, &'static str) {
    match said {
        Said::Died => ("the process died", "reject"),
        Said::Nothing => ("no opinion", "nothing"),
        Said::Ok => ("lets it pass", "ok"),
        Said::Reject => ("refuses", "reject"),
        Said::Warned => ("would refuse, only warns", "later"),
        Said::DeferIfPermit => ("4xx, should others accept", "later"),
        Said::DeferIfReject => ("4xx, should others refuse", "later"),
        Said::NotAsked => ("not asked any more", "unasked"),
    }
}

/// What was asked for the last reply of the learner's session.
pub fn judgement(world: &World) -> Option<Judgement> {
    let path = world.watched()?.facts.trail.path()?;
    (!path.reply.is_empty()).then(|| read(path))
}

fn read(path: &Path) -> Judgement {
    let is_refused = path.reply.starts_with(['4', '5']);
    let mut lists: Vec<List> = Vec::new();
    // Whoever has refused last has decided, for nothing is asked after a refusal.
    let is_refusal = |step: &Step| matches!(step.said, Said::Reject | Said::Died);
    let decider = path.steps.iter().rposition(is_refusal);
    let decider = decider.filter(|_| is_refused);
    for (place, step) in path.steps.iter().enumerate() {
        let is_same = |list: &List| list.name == step.list && list.about == step.about;
        if !lists.last().is_some_and(is_same) {
            lists.push(List {
                name: step.list,
                about: step.about.clone(),
                rows: Vec::new(),
            });
        }
        let (verdict, kind) = verdict(step.said);
        let row = Row {
            words: step.words.clone(),
            depth: step.depth,
            verdict,
            kind,
            decides: decider == Some(place),
        };
        if let Some(list) = lists.last_mut() {
            list.rows.push(row);
        }
    }
    Judgement {
        command: path.command,
        reply: path.reply.clone(),
        sentence: sentence(path, decider),
        lists,
    }
}

fn sentence(path: &Path, decider: Option<usize>) -> Sentence {
    let command = path.command;
    let asked = path.steps.iter().filter(|s| s.said != Said::NotAsked);
    let asked = asked.count() + path.more;
    match decider.and_then(|place| path.steps.get(place)) {
        Some(step) if step.words == step.list => Sentence::of("{} has decided.", &[&step.words]),
        Some(step) => Sentence::of("{} in {} has decided.", &[&step.words, step.list]),
        None if asked == 0 => Sentence::of(
            "No restriction was asked: the session answered {} by itself.",
            &[command],
        ),
        None if path.reply.starts_with(['4', '5']) => Sentence::of(
            "{} were asked and none refused; the session itself did.",
            &[&asked.to_string()],
        ),
        None => Sentence::of("{} were asked and none refused.", &[&asked.to_string()]),
    }
}
