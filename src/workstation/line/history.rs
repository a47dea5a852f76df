//! Lines that were typed before.

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
    }

    /// What `history` prints.
    pub fn list(&self) -> String {
        let lines = self.lines[0].iter().zip(1..);
        lines
            .map(|(line, number)| format!("{number:5}  {line}\n"))
            .collect()
    }
}
