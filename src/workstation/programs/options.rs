//! Options, as GNU's getopt_long reads them, with its words for mistakes.

use crate::workstation::programs::output::Output;

/// What a program knows.
///
/// ```text
/// let known = Known { program: "head", short: "c:n:qvz", long: &["lines=n", "quiet=q"], status: 1 };
/// let Options { given, operands } = known.read(arguments)?;
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Known<'k> {
    /// Its name, for complaints.
    pub program: &'k str,
    /// Letters; one with a `:` after it takes a value, one with `::` may have one joined to it. A
    /// `+` in front ends the options at the first operand.
    pub short: &'k str,
    /// Long names, each with the letter that it stands for: `lines=n`.
    pub long: &'k [&'k str],
    /// The exit status of a mistake.
    pub status: i32,
}

/// What a command line says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options<'a> {
    /// Letters with their values, in order.
    pub given: Vec<(char, &'a str)>,
    /// What is no option.
    pub operands: Vec<&'a str>,
}

impl<'a> Options<'a> {
    /// Whether an option was given.
    pub fn has(&self, letter: char) -> bool {
        self.given.iter().any(|(l, _)| *l == letter)
    }

    /// Which of some letters was given last.
    pub fn last_of(&self, letters: &str) -> Option<char> {
        let mut given = self.given.iter().rev().map(|(letter, _)| *letter);
        given.find(|letter| letters.contains(*letter))
    }

    /// The last value of an option.
    pub fn value(&self, letter: char) -> Option<&'a str> {
        let mut given = self.given.iter().rev();
        given.find(|(l, _)| *l == letter).map(|(_, value)| *value)
    }
}

impl<'k> Known<'k> {
    /// How many values a letter takes: none, one, or perhaps one (2).
    fn takes(&self, letter: char) -> Option<usize> {
        let at = self.short.find(letter).filter(|_| letter != ':')?;
        let rest = self.short.get(at + letter.len_utf8()..).unwrap_or("");
        Some(rest.len() - rest.trim_start_matches(':').len())
    }

    /// A complaint, and where to read more.
    pub fn mistake(&self, what: &str) -> Output {
        let name = self.program;
        let text = format!("{name}: {what}\nTry '{name} --help' for more information.");
        Output::bad(text, self.status)
    }

    /// Reads a command line.
    ///
    /// # Errors
    /// What getopt says of an option that is not known, or lacks its value.
    pub fn read<'a>(&self, arguments: &[&'a str]) -> Result<Options<'a>, Output> {
        let mut found = Options::default();
        let mut words = arguments.iter().copied();
        while let Some(word) = words.next() {
            let Some(option) = word.strip_prefix('-').filter(|o| !o.is_empty()) else {
                found.operands.push(word);
                if self.short.starts_with('+') {
                    break;
                }
                continue;
            };
            if option == "-" {
                break;
            }
            if let Some(long) = option.strip_prefix('-') {
                let (name, value) = match long.split_once('=') {
                    Some((name, value)) => (name, Some(value)),
                    None => (long, None),
                };
                let (name, letter) = self.long(name, word)?;
                let value = match (self.takes(letter).unwrap_or(0), value) {
                    (0, Some(_)) => {
                        let text = format!("option '--{name}' doesn't allow an argument");
                        return Err(self.mistake(&text));
                    }
                    (1, None) => words.next().ok_or_else(|| {
                        self.mistake(&format!("option '--{name}' requires an argument"))
                    })?,
                    (_, value) => value.unwrap_or(""),
                };
                found.given.push((letter, value));
                continue;
            }
            for (at, letter) in option.char_indices() {
                let Some(takes) = self.takes(letter) else {
                    return Err(self.mistake(&format!("invalid option -- '{letter}'")));
                };
                let rest = option.get(at + letter.len_utf8()..).unwrap_or("");
                if takes == 0 {
                    found.given.push((letter, ""));
                    continue;
                }
                let value = match (rest, takes) {
                    ("", 1) => words.next().ok_or_else(|| {
                        self.mistake(&format!("option requires an argument -- '{letter}'"))
                    })?,
                    (rest, _) => rest,
                };
                found.given.push((letter, value));
                break;
            }
        }
        found.operands.extend(words);
        Ok(found)
    }

    /// The letter of a long name, which may be shortened.
    fn long(&self, name: &str, word: &str) -> Result<(&'k str, char), Output> {
        let pairs = || self.long.iter().filter_map(|l| l.split_once('='));
        let exact = pairs().filter(|(long, _)| *long == name);
        let mut fitting: Vec<_> = exact.collect();
        if fitting.is_empty() {
            fitting = pairs().filter(|(l, _)| l.starts_with(name)).collect();
        }
        let Some((full, code)) = fitting.first().copied() else {
            return Err(self.mistake(&format!("unrecognized option '{word}'")));
        };
        if fitting.iter().any(|(_, other)| *other != code) {
            let all = fitting.iter().map(|(long, _)| format!(" '--{long}'"));
            let all: String = all.collect();
            let text = format!("option '{word}' is ambiguous; possibilities:{all}");
            return Err(self.mistake(&text));
        }
        Ok((full, code.chars().next().unwrap_or('-')))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: Known = Known {
        program: "head",
        short: "c:n:qvzV",
        long: &[
            "lines=n",
            "bytes=c",
            "quiet=q",
            "silent=q",
            "verbose=v",
            "version=V",
        ],
        status: 1,
    };

    fn complaint(words: &[&str]) -> String {
        HEAD.read(words).unwrap_err().error()
    }

    #[test]
    fn options_and_operands() {
        let found = HEAD.read(&["-qn", "3", "a", "--lines=4", "-n5", "--", "-x"]);
        let found = found.unwrap();
        assert_eq!(found.value('n'), Some("5"));
        assert_eq!(found.given.len(), 4);
        assert_eq!(found.operands, ["a", "-x"]);
        assert!(found.has('q') && !found.has('v'));
    }

    #[test]
    fn mistakes_in_the_words_of_getopt() {
        let more = "\nTry 'head --help' for more information.\n";
        for (words, said) in [
            (&["-x"][..], "head: invalid option -- 'x'"),
            (&["-n"], "head: option requires an argument -- 'n'"),
            (&["--nosuch=1"], "head: unrecognized option '--nosuch=1'"),
            (&["--lines"], "head: option '--lines' requires an argument"),
            (
                &["--qui=1"],
                "head: option '--quiet' doesn't allow an argument",
            ),
            (
                &["--v"],
                "head: option '--v' is ambiguous; possibilities: '--verbose' '--version'",
            ),
        ] {
            assert_eq!(complaint(words), format!("{said}{more}"));
        }
    }
}
