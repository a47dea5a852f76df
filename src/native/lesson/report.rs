//! Marks as a table, CSV or JSON.

use clap::ValueEnum;
use serde_json::{json, Value};
use smtp_terminal::json::shown;
use smtp_terminal::lesson::Lesson;
use smtp_terminal::simulator::marked::Verdict;

use super::mark::Marked;
use super::told::Told;

/// How marks are printed.
#[derive(Clone, Copy, ValueEnum)]
pub enum Style {
    /// Columns for people.
    Table,
    /// Comma-separated values (RFC 4180), with a line of names.
    Csv,
    /// A list of objects.
    Json,
}

/// What there is to say of marks; all is well where every result agrees.
pub fn tell(lesson: &Lesson, marks: &[Marked], style: Style) -> Told {
    Told {
        text: write(lesson, marks, style),
        is_well: marks.iter().all(agrees),
    }
}

/// Whether a result says what is so.
fn agrees(marked: &Marked) -> bool {
    matches!(&marked.mark, Ok(mark) if mark.verdict == Verdict::Agrees)
}

/// The names of the columns.
const COLUMNS: [&str; 10] = [
    "file", "learner", "done", "steps", "of", "score", "seconds", "hints", "mistakes", "verdict",
];

/// Writes marks.
fn write(lesson: &Lesson, marks: &[Marked], style: Style) -> String {
    match style {
        Style::Table => table(lesson, marks),
        Style::Csv => {
            let head = COLUMNS.map(String::from).to_vec();
            let rows = marks.iter().map(|marked| row(lesson, marked).to_vec());
            let lines = [head].into_iter().chain(rows);
            lines
                .map(|line| line.iter().map(|f| field(f)).collect::<Vec<_>>().join(",") + "\r\n")
                .collect()
        }
        Style::Json => {
            let all: Vec<Value> = marks.iter().map(|marked| object(lesson, marked)).collect();
            format!("{:#}\n", Value::Array(all))
        }
    }
}

/// What is to be said of a verdict.
fn verdict(marked: &Marked) -> String {
    match &marked.mark {
        Err(why) => format!("unreadable: {why}"),
        Ok(mark) => match mark.verdict {
            Verdict::Agrees => "agrees".into(),
            Verdict::Spoilt => "spoilt".into(),
            Verdict::Differs(what) => format!("differs: {what}"),
        },
    }
}

fn row(lesson: &Lesson, marked: &Marked) -> [String; 10] {
    let verdict = verdict(marked);
    let file = marked.file.clone();
    let Ok(mark) = &marked.mark else {
        let empty = String::new;
        return [
            file,
            empty(),
            empty(),
            empty(),
            empty(),
            empty(),
            empty(),
            empty(),
            empty(),
            verdict,
        ];
    };
    let found = &mark.found;
    let reached = found
        .steps
        .iter()
        .filter(|step| step.reached.is_some() || step.passed);
    let hints: u64 = found.steps.iter().map(|step| step.hints.0).sum();
    let mistakes: u64 = found.steps.iter().map(|step| step.mistakes.0).sum();
    [
        file,
        mark.learner.clone(),
        if found.done { "yes" } else { "no" }.into(),
        reached.count().to_string(),
        lesson.steps.len().to_string(),
        found.score.0.to_string(),
        (found.took.0 / 1_000_000).to_string(),
        hints.to_string(),
        mistakes.to_string(),
        verdict,
    ]
}

/// So many characters of a field: more than a spreadsheet's cell has room for.
const LONGEST: usize = 32_767;

/// A field of CSV. What a spreadsheet would take for a formula is text, and what a terminal would obey is shown.
fn field(text: &str) -> String {
    let text = shown(text, LONGEST);
    let text = match text.starts_with(['=', '+', '-', '@']) {
        true => format!("'{text}"),
        false => text,
    };
    match text.contains(['"', ',']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text,
    }
}

fn table(lesson: &Lesson, marks: &[Marked]) -> String {
    let head = COLUMNS.map(String::from);
    let shorten = |mut row: [String; 10]| {
        for (place, cell) in row.iter_mut().enumerate() {
            // The last says what to do, and widens no other.
            *cell = shown(cell, if place == 9 { 400 } else { 100 });
        }
        row
    };
    let rows: Vec<[String; 10]> = [head]
        .into_iter()
        .chain(marks.iter().map(|marked| shorten(row(lesson, marked))))
        .collect();
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..COLUMNS.len()).map(width).collect();
    let mut text = String::new();
    for row in &rows {
        let mut line = String::new();
        for (place, (cell, width)) in row.iter().zip(&widths).enumerate() {
            let pad = " ".repeat(width - cell.chars().count());
            // Numbers stand to the right.
            match (3..9).contains(&place) {
                true => line.push_str(&format!("{pad}{cell}  ")),
                false => line.push_str(&format!("{cell}{pad}  ")),
            }
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    let good = marks.iter().filter(|marked| agrees(marked)).count();
    let is_done = |marked: &&Marked| matches!(&marked.mark, Ok(mark) if mark.found.done);
    let done = marks.iter().filter(is_done).count();
    let (count, s) = (marks.len(), if marks.len() == 1 { "" } else { "s" });
    text + &format!("{count} result{s}, {done} done, {good} agree\n")
}

fn object(lesson: &Lesson, marked: &Marked) -> Value {
    let Ok(mark) = &marked.mark else {
        return json!({ "file": marked.file, "verdict": verdict(marked) });
    };
    let found = &mark.found;
    let step = |(step, claim): (
        &smtp_terminal::lesson::Step,
        &smtp_terminal::lesson::submission::StepClaim,
    )| {
        json!({
            "title": step.title.in_language("en"),
            "reached": claim.reached.map(|at| at.0 as f64 / 1e6),
            "passed": claim.passed,
            "hints": claim.hints.0,
            "mistakes": claim.mistakes.0,
        })
    };
    let steps: Vec<Value> = lesson.steps.iter().zip(&found.steps).map(step).collect();
    json!({
        "file": marked.file,
        "learner": mark.learner,
        "done": found.done,
        "score": found.score.0,
        "seconds": found.took.0 as f64 / 1e6,
        "steps": steps,
        "verdict": verdict(marked),
    })
}
