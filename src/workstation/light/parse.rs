//! From a line to commands: words, quotes, variables, `;`, `&&` and `||`, as bash reads them.
//! The full build reads bash's whole language.

/// One command with its arguments.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Command {
    /// The name, then the arguments; quotes have been taken off.
    pub words: Vec<String>,
}

impl Command {
    fn is_unfinished(&self) -> bool {
        self.words.is_empty()
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
/// # Errors
/// What bash would say, without `bash: `: an open quote, an operator with nothing beside it.
pub fn parse(line: &str, variables: &[(String, String)]) -> Result<Vec<(Join, Command)>, String> {
    let mut commands = Vec::new();
    let mut join = Join::Always;
    let mut command = Command::default();
    let mut word: Option<String> = None;
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            ' ' | '\t' => command.words.extend(word.take()),
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
                command.words.extend(word.take());
                let doubled = c != ';' && chars.next_if_eq(&c).is_some();
                if !doubled && c != ';' {
                    let what = match c {
                        '|' => "a pipe",
                        _ => "a job in the background",
                    };
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
                return Err(format!(
                    "this workstation cannot redirect to files yet: `{c}'"
                ));
            }
            c => word.get_or_insert_default().push(c),
        }
    }
    command.words.extend(word);
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
