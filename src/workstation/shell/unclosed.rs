//! What is not seen before a word is expanded: commands between backquotes that are none, and what a
//! here-document leaves open.

use crate::workstation::programs::predicates::quoted;
use crate::workstation::shell::expand::{Expanded, Expander, Mode, Stop};
use crate::workstation::shell::fault::Fault;
use crate::workstation::shell::parser::{Parser, INSIDE};
use crate::workstation::shell::scan;
use crate::workstation::shell::syntax::Tree;

impl Expander<'_> {
    /// The commands between backquotes; where they are none, one that says so.
    pub(super) fn parse(&self, text: &str, is_quoted: bool) -> Expanded<Option<Tree>> {
        let text = unescape(text, is_quoted);
        let read = |text: String| {
            let mut parser = Parser::new(text.into(), 0, self.state.line, 1);
            (parser.list_in_parentheses(), parser)
        };
        let (tree, parser) = read(format!("{text}\n)"));
        let fault = match tree {
            Ok(tree) => return Ok(tree),
            Err(Fault::Deep) => return Err(Stop::Fault(Fault::Deep.text())),
            Err(Fault::Token(token)) if token == ")" => Fault::End,
            Err(fault) => fault,
        };
        let said = parser.complaint(&fault, parser.line_text(), 0);
        let said = said.replace(INSIDE, &format!("{}: ", self.state.name));
        let text = format!("printf '%s\\n' {} >&2; exit 2)", quoted(&said));
        let (tree, _) = read(text);
        tree.map_err(|fault| Stop::Fault(fault.text()))
    }

    /// What is not closed in a here-document; elsewhere that has been seen before.
    pub(super) fn unclosed(
        &self,
        text: &str,
        at: usize,
        what: &str,
        mode: Mode,
    ) -> Expanded<usize> {
        if mode != Mode::Document {
            return Ok(text.len() + 1);
        }
        let rest = text.get(at..).unwrap_or("");
        let behind = rest.get(scan::name_end(rest, 2)..).unwrap_or("");
        let has_name =
            rest.starts_with("${") && !behind.starts_with([':', '-', '+', '=', '?', '#', '%', '/']);
        Err(Stop::Fault(match has_name {
            true => format!("{text}: bad substitution"),
            false => format!("bad substitution: no closing {what} in {rest}"),
        }))
    }
}

/// What stands between backquotes, without the backslashes that are for them.
fn unescape(text: &str, quoted: bool) -> String {
    let mut out = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some(c @ ('$' | '`' | '\\')) => out.push(c),
                Some('"') if quoted => out.push('"'),
                Some(c) => out.extend(['\\', c]),
                None => out.push('\\'),
            },
            c => out.push(c),
        }
    }
    out
}
