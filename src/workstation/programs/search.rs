//! Lines that grep looks for, file by file and piece by piece.

use crate::platform;
use crate::regex::{Flags, Regex, Syntax};
use crate::smtp::bytes::encode;
use crate::workstation::programs::output::Output;
use crate::workstation::programs::work::PIECE;

/// An expression, and the group that is shown.
pub type Pattern = (Regex, usize);

/// Where an expression matches first; with -w there is no letter on either side, and GNU's grep looks
/// for a shorter match in the same place before it goes on.
fn place(
    (regex, group): &Pattern,
    line: &str,
    from: usize,
    is_word: bool,
) -> Option<(usize, usize)> {
    let letter = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let find = |text, from| regex.find(text, from)?.place(*group);
    let (mut start, mut end) = find(line, from)?;
    loop {
        let (before, after) = (line.get(..start)?, line.get(end..)?);
        let stands_apart = !letter(before.chars().next_back()) && !letter(after.chars().next());
        if !is_word || stands_apart {
            break;
        }
        let last = line.get(start..end)?.chars().next_back();
        let shorter = last.and_then(|c| find(line.get(..end - c.len_utf8())?, start));
        (start, end) = match shorter.filter(|(s, e)| *s == start && e > s) {
            Some(shorter) => shorter,
            None => find(line, start + line.get(start..)?.chars().next()?.len_utf8())?,
        };
    }
    Some((start, end))
}

/// Whether one of the words in order is the line, or stands in it.
fn holds(line: &str, wanted: &[String], is_whole: bool) -> bool {
    let begins = |from: usize| {
        let rest = line.get(from..).unwrap_or("");
        let before = wanted.partition_point(|word| word.as_str() <= rest);
        let near = before.checked_sub(1).and_then(|at| wanted.get(at));
        near.is_some_and(|word| match is_whole {
            true => word == rest,
            false => rest.starts_with(word.as_str()),
        })
    };
    let last = if is_whole { 0 } else { line.len() };
    (0..=last).any(|from| line.is_char_boundary(from) && begins(from))
}

/// The places of those words in order that begin a text.
fn beginning(words: &[(String, usize)], text: &str, found: &mut Vec<usize>) {
    let mut text = text;
    loop {
        let end = words.partition_point(|(word, _)| word.as_str() <= text);
        let Some((near, place)) = end.checked_sub(1).and_then(|at| words.get(at)) else {
            return;
        };
        // A word that comes before is no longer than what these two have in common.
        let both = near.bytes().zip(text.bytes());
        let mut common = both.take_while(|(a, b)| a == b).count();
        if common == near.len() {
            found.push(*place);
            let Some(shorter) = common.checked_sub(1) else {
                return;
            };
            common = shorter;
        }
        while !text.is_char_boundary(common) {
            common -= 1;
        }
        text = text.get(..common).unwrap_or("");
    }
}

/// What is looked for.
#[derive(Default)]
pub struct Wanted {
    /// Words in order, of which one has to stand in the line: that is all.
    pub plain: Option<Vec<String>>,
    /// Expressions, made when they are needed first.
    pub patterns: Vec<Lazy>,
    /// Those that are words: the words in order, each with the place of its expression. Who looks for many looks
    /// only for those that are there.
    pub words: Vec<(String, usize)>,
    /// The places of all others.
    pub others: Vec<usize>,
}

/// An expression that is not made before it is needed.
pub struct Lazy {
    kind: char,
    /// As it was written.
    pub text: String,
    letters: String,
    made: Option<Pattern>,
}

/// An expression of Perl's, and the group that is shown: what stands before `\K` is not.
fn perl(text: &str, has: &dyn Fn(char) -> bool) -> Option<(Regex, usize)> {
    let flags = Flags {
        ignores_case: has('i') || has('y'),
        ..Flags::default()
    };
    let (mut source, mut group) = (text.to_string(), 0);
    if let Some((before, after)) = text.split_once("\\K") {
        group = 1 + Regex::perl(before, flags)?.groups();
        source = format!("{before}({after})");
    }
    if has('x') {
        source = format!("^(?:{source})$");
    }
    Regex::perl(&source, flags).map(|regex| (regex, group))
}

/// What is wrong with an expression of Perl's.
fn wrong(source: &str) -> &'static str {
    let (mut depth, mut begins) = (0, true);
    let mut rest = source;
    while let Some(c) = rest.chars().next() {
        rest = rest.get(c.len_utf8()..).unwrap_or("");
        match c {
            '\\' => rest = rest.get(1..).unwrap_or(""),
            '[' => match rest.char_indices().skip(1).find(|(_, c)| *c == ']') {
                Some((end, _)) => rest = rest.get(end + 1..).unwrap_or(""),
                None => return "missing terminating ] for character class",
            },
            '(' => depth += 1,
            ')' if depth == 0 => return "unmatched closing parenthesis",
            ')' => depth -= 1,
            '*' | '+' | '?' if begins => return "quantifier does not follow a repeatable item",
            _ => {}
        }
        begins = matches!(c, '|');
    }
    match depth {
        0 => "the expression cannot be read",
        _ => "missing closing parenthesis",
    }
}

impl Lazy {
    /// An expression of a kind (`EFGP`), with the options that were given.
    pub fn new(kind: char, text: String, letters: String) -> Lazy {
        Lazy {
            kind,
            text,
            letters,
            made: None,
        }
    }

    /// Makes it.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn make(&mut self) -> Result<(), Output> {
        let has = |letter| self.letters.contains(letter);
        let mut source = self.text.clone();
        if self.kind == 'P' {
            self.made = perl(&source, &has);
            return match self.made {
                Some(_) => Ok(()),
                None => Err(Output::bad(format!("grep: {}", wrong(&source)), 2)),
            };
        }
        if self.kind == 'F' {
            source = String::new();
            for c in self.text.chars() {
                if ".[]*^$\\".contains(c) {
                    source.push('\\');
                }
                source.push(c);
            }
        }
        let extended = self.kind == 'E';
        if has('x') {
            let (open, close) = if extended { ("(", ")") } else { ("\\(", "\\)") };
            source = format!("^{open}{source}{close}$");
        }
        let syntax = if extended {
            Syntax::Extended
        } else {
            Syntax::Basic
        };
        match Regex::new(&source, syntax, has('i') || has('y')) {
            Ok(regex) => {
                self.made = Some((regex, 0));
                Ok(())
            }
            Err(why) => {
                let brackets = why.starts_with("Unmatched [, ");
                let why = if brackets {
                    "Invalid regular expression"
                } else {
                    why
                };
                Err(Output::bad(format!("grep: {why}"), 2))
            }
        }
    }
}

impl Wanted {
    /// Those that may match a line.
    fn near(&mut self, line: &str, ignores_case: bool) -> Vec<usize> {
        let mut near = self.others.clone();
        if !self.words.is_empty() {
            let folded = ignores_case.then(|| platform::lower(line));
            let line = folded.as_deref().unwrap_or(line);
            for (at, _) in line.char_indices().chain([(line.len(), ' ')]) {
                beginning(&self.words, line.get(at..).unwrap_or(""), &mut near);
            }
            near.sort_unstable();
            near.dedup();
        }
        for place in &near {
            if let Some(pattern) = self.patterns.get_mut(*place) {
                if pattern.made.is_none() {
                    // A word can always be read.
                    let _ = pattern.make();
                }
            }
        }
        near
    }

    fn pattern(&self, place: &usize) -> Option<&Pattern> {
        self.patterns.get(*place)?.made.as_ref()
    }
}

/// A search, and how far it has come.
#[derive(Default)]
pub struct Search {
    /// What is looked for.
    pub wanted: Wanted,
    /// The options.
    pub letters: String,
    /// Names stand before what was found.
    pub shows_names: bool,
    /// What is between lines that are shown with those around them is marked.
    pub has_context: bool,
    /// `-l`: files in which something was found are named, and not the others (`-L`).
    pub lists: bool,
    /// So many lines after what was found are shown.
    pub after: usize,
    /// And before it.
    pub before: usize,
    /// So many are enough.
    pub most: usize,
    /// How far it has come.
    pub begun: Begun,
}

/// How far a search has come.
#[derive(Default)]
pub struct Begun {
    any: bool,
    file: Option<File>,
}

/// A file that is being read.
#[derive(Default)]
struct File {
    name: String,
    text: String,
    /// Lines that have been read: where each begins and ends, and where it begins in bytes.
    lines: Vec<(usize, usize, usize)>,
    place: usize,
    bytes: usize,
    count: usize,
    shown: usize,
    due: usize,
}

impl File {
    fn line(&self, number: usize) -> &str {
        let (begin, end, _) = self.lines.get(number).copied().unwrap_or_default();
        self.text.get(begin..end).unwrap_or("")
    }
}

impl Search {
    /// Whether an option was given.
    pub fn has(&self, letter: char) -> bool {
        self.letters.contains(letter)
    }

    fn is_quiet(&self) -> bool {
        "qlLc".chars().any(|letter| self.has(letter))
    }

    /// Begins a file.
    pub fn open(&mut self, name: String, text: String) {
        self.begun.file = Some(File {
            name,
            text,
            ..File::default()
        });
    }

    /// Whether the file has been read, or there was none.
    pub fn is_over(&self) -> bool {
        self.begun.file.is_none()
    }

    /// Reads some more lines of the file, where so much was done in this piece; how much now.
    pub fn go_on(&mut self, mut done: usize, output: &mut Output) -> usize {
        let Some(mut file) = self.begun.file.take() else {
            return done;
        };
        while done < PIECE {
            let rest = file.text.get(file.place..).unwrap_or("");
            let is_enough = file.count >= self.most && file.due == 0;
            if rest.is_empty() || is_enough {
                self.close(&file, output);
                return done;
            }
            let length = rest.find('\n').unwrap_or(rest.len());
            let line = rest.get(..length).unwrap_or("");
            let bytes = if self.has('b') {
                encode(line).len() + 1
            } else {
                0
            };
            let others = self.wanted.others.len().max(1);
            done += (length + 16).saturating_mul(others);
            file.lines
                .push((file.place, file.place + length, file.bytes));
            file.place += length + 1;
            file.bytes += bytes;
            self.look(&mut file, output);
        }
        self.begun.file = Some(file);
        done
    }

    /// What stands before a part of a line.
    fn label(&self, file: &File, mark: char, number: usize, before: &str, text: &mut String) {
        if self.shows_names {
            text.push_str(&file.name);
            text.push(mark);
        }
        if self.has('n') {
            text.push_str(&format!("{}{mark}", number + 1));
        }
        if self.has('b') {
            let begin = file.lines.get(number).map_or(0, |(_, _, bytes)| *bytes);
            let begin = begin + encode(before).len();
            text.push_str(&format!("{begin}{mark}"));
        }
    }

    fn show(&self, file: &File, mark: char, number: usize, output: &mut Output) {
        if !self.has('o') {
            self.label(file, mark, number, "", &mut output.text);
            output.text.push_str(file.line(number));
            output.text.push('\n');
        }
    }

    /// Looks at the line that was read last.
    fn look(&mut self, file: &mut File, output: &mut Output) {
        let number = file.lines.len().saturating_sub(1);
        let (begin, end, _) = file.lines.last().copied().unwrap_or_default();
        let line = file.text.get(begin..end).unwrap_or("");
        let is_word = self.has('w');
        let mut near = Vec::new();
        let is_found = match &self.wanted.plain {
            Some(words) => holds(line, words, self.has('x')),
            None => {
                near = self.wanted.near(line, self.has('i') || self.has('y'));
                let mut patterns = near.iter().filter_map(|at| self.wanted.pattern(at));
                patterns.any(|pattern| place(pattern, line, 0, is_word).is_some())
            }
        };
        if file.count >= self.most || is_found == self.has('v') {
            if file.due > 0 && !self.is_quiet() {
                file.due -= 1;
                file.shown = number + 1;
                self.show(file, '-', number, output);
            }
            return;
        }
        file.count += 1;
        file.due = self.after;
        if self.is_quiet() {
            return;
        }
        let first = number.saturating_sub(self.before).max(file.shown);
        let parts = file.shown > 0 && first > file.shown
            || file.shown == 0 && self.begun.any && file.count == 1;
        if self.has_context && parts {
            output.text.push_str("--\n");
        }
        for before in first..number {
            self.show(file, '-', before, output);
        }
        file.shown = number + 1;
        self.show(file, ':', number, output);
        let mut from = 0;
        while self.has('o') && from <= line.len() && !self.has('v') {
            let patterns = near.iter().filter_map(|at| self.wanted.pattern(at));
            let spans = patterns.filter_map(|pattern| place(pattern, line, from, is_word));
            let Some((start, end)) = spans.min_by_key(|(s, e)| (*s, usize::MAX - *e)) else {
                break;
            };
            if end > start {
                let before = line.get(..start).unwrap_or("");
                self.label(file, ':', number, before, &mut output.text);
                output.text.push_str(line.get(start..end).unwrap_or(""));
                output.text.push('\n');
                from = end;
            } else {
                let next = line.get(end..).and_then(|rest| rest.chars().next());
                from = end + next.map_or(1, char::len_utf8);
            }
        }
    }

    /// A file has been read.
    fn close(&mut self, file: &File, output: &mut Output) {
        self.begun.any |= file.count > 0;
        if self.has('q') {
            return;
        }
        if self.has('l') || self.has('L') {
            if (file.count > 0) == self.lists {
                output.text.push_str(&file.name);
                output.text.push('\n');
            }
        } else if self.has('c') {
            if self.shows_names {
                output.text.push_str(&format!("{}:", file.name));
            }
            output.text.push_str(&format!("{}\n", file.count));
        }
    }

    /// All have been read.
    pub fn end(&self, output: &mut Output) {
        if self.has('q') && self.begun.any {
            output.status = 0;
        } else if output.status == 0 && !self.begun.any {
            output.status = 1;
        }
    }
}
