//! Lines that were typed before.

/// How many lines to programs are kept.
const PASTED: usize = 2_000;

/// Lines typed to the shell and to programs, oldest first.
#[derive(Clone, Debug, Default)]
pub struct History {
    lines: [Vec<String>; 2],
}

impl History {
    /// The lines of the shell, or those of programs.
    pub fn of(&self, program: bool) -> &[String] {
        &self.lines[usize::from(program)]
    }

    /// Keeps a line, unless it is empty or the same as the one before it.
    pub fn add(&mut self, line: &str, program: bool) {
        let lines = &mut self.lines[usize::from(program)];
        if !line.trim().is_empty() && lines.last().is_none_or(|last| last != line) {
            lines.push(line.to_string());
        }
        // What was pasted into a program need not be recalled line by line.
        if program && lines.len() > PASTED {
            lines.drain(..PASTED / 10);
        }
    }

    /// Keeps a line of the shell; one that goes on with a command that was begun is joined to it.
    pub fn add_command(&mut self, begun: &str, line: &str, is_text: bool) {
        let lines = &mut self.lines[0];
        match lines.last_mut().filter(|_| !begun.is_empty()) {
            None => {
                // As Debian has it: `HISTCONTROL=ignoreboth`.
                if !line.starts_with(' ') {
                    self.add(line, false);
                }
            }
            // A document may have many lines.
            Some(last) if is_text => {
                last.push('\n');
                last.push_str(line);
            }
            Some(last) => {
                let bare = begun.trim_end_matches('\n');
                let quotes = begun.matches('\'').count() % 2 + begun.matches('"').count() % 2;
                let word = bare.rsplit([' ', '\t', ';', '\n']).next().unwrap_or("");
                if let Some(cut) = last.strip_suffix('\\') {
                    *last = format!("{cut}{line}");
                } else if quotes > 0 || begun.contains("<<") {
                    *last = format!("{last}\n{line}");
                } else if bare.ends_with(['{', '(', '|', '&', ';'])
                    || matches!(word, "do" | "then" | "else" | "in")
                {
                    *last = format!("{last} {line}");
                } else {
                    *last = format!("{last}; {line}");
                }
            }
        }
    }

    /// Forgets the lines of the shell, or one of them.
    pub fn forget(&mut self, number: Option<usize>) {
        match number {
            None => self.lines[0].clear(),
            Some(number) if (1..=self.lines[0].len()).contains(&number) => {
                self.lines[0].remove(number - 1);
            }
            Some(_) => {}
        }
    }

    /// What `history` prints.
    pub fn list(&self) -> String {
        let lines = self.lines[0].iter().zip(1..);
        lines
            .map(|(line, number)| format!("{number:5}  {line}\n"))
            .collect()
    }
}
