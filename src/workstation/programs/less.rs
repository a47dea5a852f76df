//! less: a text, a page at a time. Its keys are read as lines here: Enter goes on, `q` ends.

use crate::workstation::pipeline::Dialog;
use crate::workstation::programs::machine::Machine;

/// Lines of a page.
const PAGE: usize = 22;

/// A text that is being read.
#[derive(Debug)]
pub struct Less {
    lines: Vec<String>,
    place: usize,
}

impl Less {
    /// Opens a text; what is shown first.
    pub fn start(text: &str) -> (Box<dyn Dialog>, String) {
        let mut less = Less {
            lines: text.lines().map(str::to_string).collect(),
            place: 0,
        };
        let shown = less.page();
        (Box::new(less), shown)
    }

    fn page(&mut self) -> String {
        let end = (self.place + PAGE).min(self.lines.len());
        let lines = self.lines[self.place..end].iter();
        let text: String = lines.map(|l| format!("{l}\n")).collect();
        self.place = end;
        match end == self.lines.len() {
            true => text + "(END)",
            false => text + ":",
        }
    }
}

impl Dialog for Less {
    fn line(&mut self, line: Option<&str>, _: &mut Machine) -> (String, Option<i32>) {
        match line.map(str::trim) {
            Some("q" | "Q" | ":q") | None => return (String::new(), Some(0)),
            Some("g" | "<") => self.place = 0,
            Some("b") => self.place = self.place.saturating_sub(2 * PAGE),
            Some("G" | ">") => self.place = self.lines.len().saturating_sub(PAGE),
            Some(text) => {
                if let Some(pattern) = text.strip_prefix('/') {
                    let mut after = self.lines.iter().skip(self.place);
                    match after.position(|l| l.contains(pattern)) {
                        Some(further) => self.place += further,
                        None => return ("Pattern not found  (press RETURN)".into(), None),
                    }
                }
            }
        }
        (self.page(), None)
    }
}
