//! From a line to commands: words, quotes, variables, `;`, `&&` and `||`, as bash reads them.

/// One command with its arguments.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Command {
    /// The name, then the arguments; quotes have been taken off.
    pub words: Vec<String>,
    /// The commands that read what this one prints, in order.
    pub pipe: Vec<Vec<String>>,
    /// The file that the first command reads.
    pub input: Option<String>,
    /// The file that the last one writes, and whether what is in it stays.
    pub output: Option<(String, bool)>,
}

impl Command {
    /// With a character replaced in all words.
    pub fn with(mut self, from: char, to: &str) -> Command {
        let words = self.words.iter_mut().chain(self.pipe.iter_mut().flatten());
        words.for_each(|word| *word = word.replace(from, to));
        self
    }
}

/// Which word comes next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    Argument,
    Input,
    Output,
    Addition,
}

impl Command {
    /// Takes a word as what it is.
    fn take(&mut self, word: Option<String>, next: &mut Next) {
        let Some(word) = word else {
            return;
        };
        match std::mem::replace(next, Next::Argument) {
            Next::Argument => self.pipe.last_mut().unwrap_or(&mut self.words).push(word),
            Next::Input => self.input = Some(word),
            Next::Output => self.output = Some((word, false)),
            Next::Addition => self.output = Some((word, true)),
        }
    }

    /// Whether the command at the end of the pipe has no name.
    fn is_unfinished(&self) -> bool {
        self.pipe.last().unwrap_or(&self.words).is_empty()
    }
}

/// When a command runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Join {
    /// After `;` or at the start.
    Always,
    /// After `&&`.
    IfGood,
    /// After `||`.
    IfBad,
}

/// Reads a line.
///
/// ```
/// use smtp_terminal::workstation::parse::parse;
/// let commands = parse("echo 'a  b' \"$USER\" && whoami # who?", &[("USER".into(), "safeer".into())]).unwrap();
/// assert_eq!(commands[0].1.words, ["echo", "a  b", "safeer"]);
/// assert_eq!(commands[1].1.words, ["whoami"]);
/// ```
///
/// # Errors
/// What bash would say, without `bash: `: an open quote, an operator with nothing beside it.
pub fn parse(line: &str, variables: &[(String, String)]) -> Result<Vec<(Join, Command)>, String> {
    let mut commands = Vec::new();
    let mut join = Join::Always;
    let mut command = Command::default();
    let mut word: Option<String> = None;
    let mut next = Next::Argument;
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            ' ' | '\t' => command.take(word.take(), &mut next),
            '#' if word.is_none() => break,
            '\'' => {
                let text = word.get_or_insert_default();
                loop {
                    match chars.next() {
                        Some('\'') => break,
                        Some(c) => text.push(c),
                        None => return Err(unclosed('\'')),
                    }
                }
            }
            '"' => {
                word.get_or_insert_default();
                loop {
                    let text = word.get_or_insert_default();
                    match chars.next() {
                        Some('"') => break,
                        Some('\\') => match chars.next() {
                            Some(c @ ('"' | '\\' | '$' | '`')) => text.push(c),
                            Some(c) => text.extend(['\\', c]),
                            None => return Err(unclosed('"')),
                        },
                        Some('$') => text.push_str(&variable(&mut chars, variables)),
                        Some(c) => text.push(c),
                        None => return Err(unclosed('"')),
                    }
                }
            }
            '\\' => word.get_or_insert_default().extend(chars.next()),
            '$' => {
                let value = variable(&mut chars, variables);
                // An empty value outside quotes makes no word.
                if !value.is_empty() || word.is_some() {
                    word.get_or_insert_default().push_str(&value);
                }
            }
            ';' | '&' | '|' => {
                command.take(word.take(), &mut next);
                let doubled = c != ';' && chars.next_if_eq(&c).is_some();
                if c == '|' && !doubled && !command.is_unfinished() && next == Next::Argument {
                    command.pipe.push(Vec::new());
                    continue;
                }
                if !doubled && c != ';' {
                    if c == '|' {
                        return Err("syntax error near unexpected token `|'".into());
                    }
                    let what = "a job in the background";
                    return Err(format!("this workstation cannot run {what} yet: `{c}'"));
                }
                if command.is_unfinished() {
                    let shown = if doubled { format!("{c}{c}") } else { c.into() };
                    return Err(format!("syntax error near unexpected token `{shown}'"));
                }
                commands.push((join, std::mem::take(&mut command)));
                join = match c {
                    '&' => Join::IfGood,
                    '|' => Join::IfBad,
                    _ => Join::Always,
                };
            }
            '<' | '>' => {
                command.take(word.take(), &mut next);
                next = match (c, chars.next_if_eq(&'>').is_some()) {
                    ('<', _) => Next::Input,
                    (_, false) => Next::Output,
                    (_, true) => Next::Addition,
                };
            }
            c => word.get_or_insert_default().push(c),
        }
    }
    command.take(word, &mut next);
    if next != Next::Argument {
        return Err("syntax error near unexpected token `newline'".into());
    }
    if command.is_unfinished() {
        if join != Join::Always || !command.words.is_empty() {
            return Err("syntax error: unexpected end of file".into());
        }
    } else {
        commands.push((join, command));
    }
    Ok(commands)
}

fn unclosed(quote: char) -> String {
    format!("unexpected EOF while looking for matching `{quote}'")
}

fn variable(
    chars: &mut std::iter::Peekable<std::str::Chars>,
    variables: &[(String, String)],
) -> String {
    let braced = chars.next_if_eq(&'{').is_some();
    let mut name = String::new();
    if let Some(c) = chars.next_if_eq(&'?') {
        name.push(c);
    } else {
        while let Some(c) = chars.next_if(|c| c.is_ascii_alphanumeric() || *c == '_') {
            name.push(c);
        }
    }
    if braced {
        chars.next_if_eq(&'}');
    } else if name.is_empty() {
        return "$".into();
    }
    variables
        .iter()
        .find(|(n, _)| *n == name)
        .map(|(_, value)| value.clone())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        let commands = parse(line, &[("?".into(), "1".into())]).unwrap();
        commands.into_iter().flat_map(|(_, c)| c.words).collect()
    }

    #[test]
    fn quotes() {
        assert_eq!(words(r#"a 'b c' "d\"e" f\ g"#), ["a", "b c", "d\"e", "f g"]);
        assert_eq!(words("echo ''"), ["echo", ""]);
        assert_eq!(words("echo $? $NONE ${?}x"), ["echo", "1", "1x"]);
        assert!(parse("echo 'x", &[]).is_err());
    }

    #[test]
    fn lists() {
        let commands = parse("a; b && c || d", &[]).unwrap();
        let joins: Vec<Join> = commands.iter().map(|(j, _)| *j).collect();
        assert_eq!(
            joins,
            [Join::Always, Join::Always, Join::IfGood, Join::IfBad]
        );
        assert!(parse("; a", &[]).is_err());
        assert!(parse("a &&", &[]).is_err());
    }
}
