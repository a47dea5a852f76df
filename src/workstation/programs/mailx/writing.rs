//! A message while it is being written.

use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::mailx::draft::{headers, send};
use crate::workstation::programs::mailx::Mailx;

/// What a line that begins with a tilde may be.
const ESCAPES: &str = "~b name...   more blind copies        ~p        show the message so far
~c name...   more copies              ~q, ~x    give up
~t name...   more recipients          ~r file   read a file into the message
~s text      the subject              ~w file   write the message to a file
~h           show the header fields   ~~text    a line that begins with a tilde
~.           end the message
";

impl Mailx {
    /// A line of a message that is being written.
    pub(super) fn write_line(&mut self, line: Option<&str>, at: &mut Machine) -> String {
        let Some(draft) = &mut self.draft else {
            return String::new();
        };
        draft.is_interrupted = false;
        if draft.is_written {
            if let Some(cc) = line.filter(|l| !l.trim().is_empty()) {
                draft.cc = cc.trim().into();
            }
            return self.finish(at);
        }
        if draft.subject.is_none() {
            draft.subject = Some(line.unwrap_or("").into());
            return String::new();
        }
        match line {
            None | Some("." | "~.") => {
                // Copies that were named are not asked for.
                if draft.cc.is_empty() {
                    draft.is_written = true;
                    return "Cc: ".into();
                }
                self.finish(at)
            }
            Some(line) => {
                let escape = line.strip_prefix('~').filter(|rest| !rest.starts_with('~'));
                match escape {
                    Some(escape) => self.escape(escape, at),
                    None => {
                        let line = line.strip_prefix('~').unwrap_or(line);
                        draft.body.push_str(&format!("{line}\n"));
                        String::new()
                    }
                }
            }
        }
    }

    fn finish(&mut self, at: &mut Machine) -> String {
        match self.draft.take() {
            Some(draft) if draft.skips_empty && draft.body.is_empty() => {}
            Some(mut draft) => send(&mut draft, at),
            None => {}
        }
        String::new()
    }

    /// A command in the middle of a message.
    fn escape(&mut self, escape: &str, at: &mut Machine) -> String {
        let Some(draft) = &mut self.draft else {
            return String::new();
        };
        let (letter, rest) = match escape.chars().next() {
            Some(letter) => (letter, escape[letter.len_utf8()..].trim()),
            None => (' ', ""),
        };
        let more = |list: &mut String| {
            for name in rest.split_whitespace() {
                if !list.is_empty() {
                    list.push(' ');
                }
                list.push_str(name);
            }
        };
        match letter {
            't' => more(&mut draft.to),
            'c' => more(&mut draft.cc),
            'b' => more(&mut draft.bcc),
            's' => draft.subject = Some(rest.into()),
            'h' => return headers(draft, at),
            'p' => {
                let headers = headers(draft, at);
                return format!("-------\nMessage contains:\n{headers}\n{}", draft.body);
            }
            'r' | '<' | 'd' => {
                let path = if letter == 'd' { "~/dead.letter" } else { rest };
                match at.text(path) {
                    Ok(text) => {
                        draft.body.push_str(&text);
                        let (lines, size) = (text.lines().count(), text.len());
                        return format!("\"{path}\" {lines}/{size}\n");
                    }
                    Err(errno) => return format!("mail: {path}: {}\n", errno.text()),
                }
            }
            'w' => {
                let text = draft.body.clone();
                return match at.write(rest, &text, false) {
                    Ok(()) => format!("\"{rest}\" {}/{}\n", text.lines().count(), text.len()),
                    Err(why) => format!("mail: {why}\n"),
                };
            }
            'q' | 'x' => {
                let draft = self.draft.take().unwrap_or_default();
                if letter == 'q' && !draft.body.is_empty() {
                    // Where it cannot be kept it is lost.
                    let _ = at.write("~/dead.letter", &draft.body, false);
                    return "Interrupt\n".into();
                }
            }
            '?' => return ESCAPES.into(),
            _ => return "Unknown tilde escape.\n".into(),
        }
        String::new()
    }
}
