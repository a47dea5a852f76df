//! What was found, for people, for programs, and for those who show it beside the lines.

use serde_json::{json, Value};

use crate::native::doc::check::Report;
use crate::native::doc::compare::{Rule, RULES};
use crate::native::doc::finding::Finding;

/// How a report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Style {
    /// For people.
    Text,
    /// One JSON document.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Commands that GitHub shows beside the lines.
    Github,
}

/// How much a report for people tells beside what was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// Nothing.
    Quiet,
    /// How much was looked at.
    Counted,
    /// That, and what was left out.
    Verbose,
}

/// Writes a report.
pub fn write(report: &Report, style: Style, detail: Detail) -> String {
    match style {
        Style::Text => text(report, detail),
        Style::Json => pretty(&json(report)),
        Style::Sarif => pretty(&sarif(report)),
        Style::Github => github(report),
    }
}

fn pretty(value: &Value) -> String {
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}

fn text(report: &Report, detail: Detail) -> String {
    let mut out = String::new();
    for finding in &report.findings {
        let (file, at) = (&finding.file, finding.at);
        let (line, column) = (at.line, at.column);
        out.push_str(&format!(
            "{file}:{line}:{column}: {}: {}\n",
            finding.rule.name(),
            told(finding)
        ));
        if !finding.command.is_empty() {
            out.push_str(&format!("    the client:   {}\n", finding.command));
        }
        if !finding.shown.is_empty() {
            out.push_str(&format!("    the document: {}\n", finding.shown));
        }
        for (i, line) in finding.expected.lines().enumerate() {
            let who = if i == 0 { "Postfix:" } else { "" };
            if finding.rule != Rule::WrongOrder {
                out.push_str(&format!("    {who:<13} {line}\n"));
            }
        }
    }
    if detail == Detail::Verbose {
        for note in &report.notes {
            let (line, column) = (note.at.line, note.at.column);
            out.push_str(&format!(
                "{}:{line}:{column}: note: {}\n",
                note.file, note.text
            ));
        }
    }
    // An author is told that something was looked at, or that nothing was.
    if detail != Detail::Quiet {
        let count =
            |n: usize, one: &str, many: &str| format!("{n} {}", if n == 1 { one } else { many });
        let left_out = match (report.notes.len(), detail) {
            (0, _) | (_, Detail::Verbose) => String::new(),
            (notes, _) => format!(" ({notes} left out: --verbose says why)"),
        };
        out.push_str(&format!(
            "{}, {}{left_out}, {}: {}\n",
            count(report.documents, "document", "documents"),
            count(report.conversations, "conversation", "conversations"),
            count(report.replies, "reply", "replies"),
            count(report.findings.len(), "finding", "findings"),
        ));
    }
    out
}

/// The sentence above the two lines that are shown beside each other.
fn told(finding: &Finding) -> String {
    match finding.rule {
        Rule::MissingReply => "the reply to this command is missing".into(),
        Rule::RefusedCommand => "Postfix refuses this command".into(),
        Rule::AcceptedCommand => "Postfix accepts this command".into(),
        Rule::WrongCode => "Postfix replies with another code".into(),
        Rule::WrongEnhancedCode => "Postfix replies with another enhanced code".into(),
        Rule::WrongText => "Postfix says it in other words".into(),
        Rule::BrokenReply => finding.explanation().trim_end_matches('.').to_lowercase(),
        _ => finding.message(),
    }
}

fn json(report: &Report) -> Value {
    let findings: Vec<Value> = report.findings.iter().map(finding).collect();
    let notes = report.notes.iter().map(|note| {
        let (file, at, text) = (&note.file, note.at, &note.text);
        json!({ "file": file, "line": at.line, "column": at.column, "text": text })
    });
    json!({
        "version": 1,
        "documents": report.documents,
        "conversations": report.conversations,
        "replies": report.replies,
        "findings": findings,
        "notes": notes.collect::<Vec<Value>>(),
    })
}

fn finding(finding: &Finding) -> Value {
    json!({
        "file": finding.file,
        "line": finding.at.line,
        "column": finding.at.column,
        "endColumn": finding.end_column,
        "rule": finding.rule.name(),
        "command": finding.command,
        "shown": finding.shown,
        "expected": finding.expected,
        "message": finding.message(),
    })
}

fn sarif(report: &Report) -> Value {
    let rules = RULES.iter().map(|(_, name, text)| {
        json!({
            "id": name,
            "shortDescription": { "text": text },
            "defaultConfiguration": { "level": "error" },
        })
    });
    let results = report.findings.iter().map(|finding| {
        let index = RULES.iter().position(|(rule, ..)| *rule == finding.rule);
        json!({
            "ruleId": finding.rule.name(),
            "ruleIndex": index,
            "level": "error",
            "message": { "text": finding.message() },
            "locations": [{
                "physicalLocation": {
                    "artifactLocation": { "uri": uri(&finding.file) },
                    "region": {
                        "startLine": finding.at.line,
                        "startColumn": finding.at.column,
                        "endColumn": finding.end_column,
                    },
                },
            }],
        })
    });
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {
                "driver": {
                    "name": "smtp-terminal doc check",
                    "version": env!("CARGO_PKG_VERSION"),
                    "informationUri": env!("CARGO_PKG_REPOSITORY"),
                    "rules": rules.collect::<Vec<Value>>(),
                },
            },
            "columnKind": "unicodeCodePoints",
            "results": results.collect::<Vec<Value>>(),
        }],
    })
}

/// A file's name as a reference (RFC 3986).
fn uri(file: &str) -> String {
    let mut out = String::new();
    for byte in file.replace('\\', "/").bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(char::from(byte));
            }
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// Commands of a GitHub workflow; what ends a property or a line is escaped.
fn github(report: &Report) -> String {
    let data = |text: &str| {
        let text = text.replace('%', "%25").replace('\r', "%0D");
        text.replace('\n', "%0A")
    };
    let property = |text: &str| data(text).replace(':', "%3A").replace(',', "%2C");
    let lines = report.findings.iter().map(|finding| {
        let (line, column, end) = (finding.at.line, finding.at.column, finding.end_column);
        let (file, title) = (property(&finding.file), property(finding.rule.name()));
        let message = data(&finding.message());
        format!(
            "::error file={file},line={line},col={column},endColumn={end},title={title}::{message}\n"
        )
    });
    lines.collect()
}
