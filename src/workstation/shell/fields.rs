//! From what a word has come to, to the words that a program gets: splitting and file names.

use std::rc::Rc;

use crate::workstation::shell::fit::{Fit, STEPS};
use crate::workstation::shell::glob;
use crate::workstation::shell::pattern::{self, letter, Sign, Style, BREAK, EMPTY, EXPANDED};
use crate::workstation::shell::trim::escaped;

use crate::workstation::shell::expand::{Expanded, Expander, Stop, MEMORY};

/// How many words a word may be split into.
const WORDS: usize = 1 << 18;

/// Steps that are as much work as a character of a word.
const CHARACTER: usize = 8;

impl Expander<'_> {
    /// File names that a word stands for, or the word.
    pub(super) fn paths(&mut self, signs: &[Sign], found: &mut Vec<Rc<str>>) -> Expanded<()> {
        let plain = pattern::text(signs);
        if self.state.is_on("noglob") || !pattern::is_pattern(signs) {
            found.push(plain.into());
            return Ok(());
        }
        let names = glob::names(&escaped(signs.to_vec()), &self.place, self.state);
        match names.is_empty() {
            false => found.extend(names.into_iter().map(Rc::from)),
            true if self.state.is_on("failglob") => {
                return Err(Stop::Fault(format!("no match: {plain}")));
            }
            true if self.state.is_on("nullglob") => {}
            true => found.push(plain.into()),
        }
        Ok(())
    }

    /// Characters that split words.
    pub(super) fn separators(&self) -> Rc<str> {
        match self.state.variables.find("IFS") {
            Some(variable) => variable.value.text().cloned().unwrap_or_default(),
            None => " \t\n".into(),
        }
    }

    /// The words that a word is split into.
    pub(super) fn split(&self, signs: &[Sign]) -> Expanded<Vec<Vec<Sign>>> {
        let separators = self.separators();
        let mut fields = Vec::new();
        let mut field: Option<Vec<Sign>> = None;
        // A blank has ended a field: a separator right behind it ends nothing more.
        let mut after_blank = false;
        for sign in signs {
            if fields.len() > WORDS {
                return Err(Stop::Fault(MEMORY.into()));
            }
            match *sign {
                BREAK => {
                    fields.extend(field.take());
                    after_blank = false;
                }
                EMPTY => {
                    field.get_or_insert_default();
                    after_blank = false;
                }
                sign if sign & EXPANDED != 0 && separators.contains(letter(sign)) => {
                    let is_blank = matches!(letter(sign), ' ' | '\t' | '\n');
                    if !is_blank && !std::mem::take(&mut after_blank) {
                        field.get_or_insert_default();
                    }
                    after_blank |= is_blank && field.is_some();
                    fields.extend(field.take());
                }
                sign => {
                    field.get_or_insert_default().push(sign);
                    after_blank = false;
                }
            }
        }
        fields.extend(field);
        Ok(fields)
    }

    /// Whether a pattern fits the whole of a text.
    pub(super) fn fits(&mut self, pattern: &[Sign], text: &[char], style: Style) -> Expanded<bool> {
        let mut steps = STEPS;
        let is = Fit::new(pattern, text, style, &mut steps).is_whole(0);
        self.walked(STEPS - steps)?;
        Ok(is)
    }

    /// Counts what patterns have walked: as work of this turn, and as too much.
    pub(super) fn walked(&mut self, steps: usize) -> Expanded<()> {
        self.length += steps / CHARACTER;
        match steps < STEPS {
            true => Ok(()),
            false => Err(Stop::Fault(
                "the pattern takes too long and was stopped".into(),
            )),
        }
    }
}
