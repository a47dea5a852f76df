//! `set -x`: commands are shown before they are run.

use std::rc::Rc;

use crate::workstation::shell::assign::Assign;
use crate::workstation::shell::bash::{Bash, Kind};
use crate::workstation::shell::quote::where_needed;
use crate::workstation::shell::source::Origin;
use crate::workstation::system::kernel::Kernel;

impl Bash {
    /// How many commands inside words, files and evaluated texts stand around what runs.
    pub(super) fn level(&self) -> u32 {
        let is_text = |origin| matches!(origin, Origin::Eval | Origin::File);
        let texts = self.frames.iter().filter(|frame| match &frame.kind {
            Kind::Source(source) => is_text(source.origin),
            _ => false,
        });
        self.state.level + texts.count() as u32
    }

    /// Shows a text, where that is wanted.
    pub fn trace(&mut self, text: impl FnOnce() -> String, k: &mut Kernel) {
        if self.state.is_on("xtrace") {
            let sign = self.state.text("PS4").unwrap_or_else(|| "+ ".into());
            let first: String = sign.chars().take(1).collect();
            let deeper = first.repeat(self.level() as usize);
            let _ = k.write(2, &format!("{deeper}{sign}{}\n", text()));
        }
    }

    /// Shows a simple command.
    pub fn trace_simple(&mut self, words: &[Rc<str>], assigns: &[Assign], k: &mut Kernel) {
        if !self.state.is_on("xtrace") {
            return;
        }
        for assign in assigns {
            let key = assign.subscript.as_ref();
            let key = key.map_or(String::new(), |k| format!("[{k}]"));
            let sign = if assign.adds { "+=" } else { "=" };
            let value = match &assign.list {
                None if assign.text.is_empty() => String::new(),
                None => where_needed(&assign.text),
                Some(list) => {
                    let texts: Vec<_> = list.iter().map(|(_, t)| t.clone()).collect();
                    format!("({})", Bash::traced(&texts))
                }
            };
            self.trace(|| format!("{}{key}{sign}{value}", assign.name), k);
        }
        if !words.is_empty() {
            self.trace(|| Bash::traced(words), k);
        }
    }

    /// A text as `set -x` shows it.
    pub fn traced(words: &[Rc<str>]) -> String {
        let shown: Vec<String> = words.iter().map(|w| where_needed(w)).collect();
        shown.join(" ")
    }
}
