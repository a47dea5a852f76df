//! What stands between the delimiters of an expression.

use crate::workstation::programs::sed::parse::Parser;

impl Parser {
    /// What stands before a delimiter; `\` and the delimiter is the delimiter. In brackets neither is more than
    /// a character.
    pub(super) fn until(&mut self, delimiter: char, is_regex: bool) -> Option<String> {
        let mut out = String::new();
        loop {
            let c = self.next()?;
            if c == delimiter {
                return Some(out);
            }
            if c != '\\' {
                if c == '\n' && is_regex {
                    return None;
                }
                out.push(c);
                if c == '[' && is_regex {
                    self.set(&mut out)?;
                }
                continue;
            }
            let escaped = self.next()?;
            if escaped == delimiter {
                // It may have been special to the expression.
                if is_regex && "().*[]+?|{}^$".contains(delimiter) {
                    out.push('\\');
                }
                out.push(escaped);
            } else if escaped == 'n' && is_regex {
                out.push('\n');
            } else {
                out.extend(['\\', escaped]);
            }
        }
    }

    /// What stands in brackets, with the one that closes them.
    fn set(&mut self, out: &mut String) -> Option<()> {
        out.extend(self.take('^').then_some('^'));
        out.extend(self.take(']').then_some(']'));
        loop {
            match self.next().filter(|c| *c != '\n')? {
                ']' => break,
                '\\' if self.take('n') => out.push('\n'),
                '[' => {
                    out.push('[');
                    // `[:alpha:]`
                    if let Some(kind @ (':' | '.' | '=')) = self.peek() {
                        self.at += 1;
                        out.push(kind);
                        while self.peek()? != kind || self.text.get(self.at + 1) != Some(&']') {
                            out.push(self.next()?);
                        }
                        out.extend([kind, ']']);
                        self.at += 2;
                    }
                }
                c => out.push(c),
            }
        }
        out.push(']');
        Some(())
    }
}
