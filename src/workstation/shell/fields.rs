//! From what a word has come to, to the words that a program gets: splitting and file names.

use std::rc::Rc;

use crate::workstation::shell::glob;
use crate::workstation::shell::pattern::{self, letter, Sign, BREAK, EMPTY, EXPANDED};
use crate::workstation::shell::trim::escaped;

use crate::workstation::shell::expand::{Expanded, Expander, Stop};

/// How many words a word may be split into.
const WORDS: usize = 1 << 18;

/// What is said where there is no room for more.
pub(super) const MEMORY: &str = "xrealloc: cannot allocate memory";

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
}
