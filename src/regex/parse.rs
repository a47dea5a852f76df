//! Reads an expression into a tree.

/// Which of the two grammars of POSIX an expression has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// `Extended` as regcomp(3) has it, for which a brace is never a character.
    Posix,
    /// `Basic` as regcomp(3) has it.
    PosixBasic,
    /// Groups are `\(…\)`, `+`, `?` and `|` stand for themselves (grep, sed).
    Basic,
    /// Groups are `(…)` (grep -E, sed -E, bash).
    Extended,
    /// `Extended`, where a brace is a character, and a backslash makes no class (mawk).
    Awk,
}

/// What a set in brackets holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Set {
    /// Everything else matches.
    pub is_negated: bool,
    /// From the one to the other.
    pub ranges: Vec<(char, char)>,
}

impl Set {
    /// Whether a character matches.
    pub fn has(&self, c: char) -> bool {
        self.ranges.iter().any(|(a, b)| (*a..=*b).contains(&c)) != self.is_negated
    }
}

/// Where something may match without taking a character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    /// `^`
    Begin,
    /// `$`
    End,
    /// `` \` ``, in every line mode.
    TextBegin,
    /// `\'`
    TextEnd,
    /// `\<`
    WordBegin,
    /// `\>`
    WordEnd,
    /// `\b`
    Word,
    /// `\B`
    NoWord,
    /// Perl's `^` where it matches at each line.
    LineBegin,
    /// Perl's `$` there.
    LineEnd,
    /// The end, or the end of the last line.
    LastEnd,
}

/// A part of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Nothing.
    Empty,
    /// One character.
    Char(char),
    /// Any character.
    Any,
    /// One of a set.
    Set(Set),
    /// A place.
    Edge(Edge),
    /// A group with its number, from 1.
    Group(usize, Box<Part>),
    /// What a group has matched.
    Back(usize),
    /// One after the other.
    Row(Vec<Part>),
    /// One of these.
    Either(Vec<Part>),
    /// As often as that, rather often unless it is lazy; no upper number means any.
    Repeat(Box<Part>, usize, Option<usize>, bool),
    /// This fits here, or so many characters before, or it does not where that is negated.
    Look(Box<Part>, usize, bool),
}

/// How deep groups may stand in one another, and how often a part may be repeated (`RE_DUP_MAX`).
pub(super) const DEPTH: usize = 100;
pub(super) const REPEATS: usize = 32_767;

/// An expression as it was read, and how many groups it has.
pub fn parse(
    source: &str,
    syntax: Syntax,
    ignores_case: bool,
) -> Result<(Part, usize), &'static str> {
    let mut parser = Parser {
        has_capitals: ignores_case && matches!(syntax, Syntax::Posix | Syntax::PosixBasic),
        rest: source.chars().collect(),
        at: 0,
        syntax,
        groups: 0,
        open: Vec::new(),
    };
    let part = parser.alternatives(0)?;
    if parser.at < parser.rest.len() {
        return Err("Unmatched ) or \\)");
    }
    Ok((part, parser.groups))
}

struct Parser {
    rest: Vec<char>,
    at: usize,
    syntax: Syntax,
    groups: usize,
    /// Ranges are of capital letters, as regcomp(3) has them where case does not matter.
    has_capitals: bool,
    /// Groups that are not closed yet.
    open: Vec<usize>,
}

/// What comes next, whichever grammar spells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token {
    Plain(char),
    Open,
    Close,
    Or,
    Star,
    Plus,
    Question,
    Brace,
    Escaped(char),
}

impl Parser {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.rest.get(self.at + ahead).copied()
    }

    /// The next token and how many characters it has.
    fn token(&self) -> Result<Option<(Token, usize)>, &'static str> {
        let Some(c) = self.peek(0) else {
            return Ok(None);
        };
        let is_extended = self.is_extended();
        let special = |c: char| match c {
            '(' => Some(Token::Open),
            ')' => Some(Token::Close),
            '|' => Some(Token::Or),
            '+' => Some(Token::Plus),
            '?' => Some(Token::Question),
            '{' if self.syntax != Syntax::Awk => Some(Token::Brace),
            _ => None,
        };
        if c == '\\' {
            let escaped = self.peek(1).ok_or("Trailing backslash")?;
            let token = match special(escaped) {
                Some(token) if !is_extended => token,
                _ if self.syntax == Syntax::Awk && "wWsSbByB<>`'".contains(escaped) => {
                    Token::Plain(escaped)
                }
                _ => Token::Escaped(escaped),
            };
            return Ok(Some((token, 2)));
        }
        let token = match special(c) {
            Some(token) if is_extended => token,
            _ if c == '*' => Token::Star,
            _ => Token::Plain(c),
        };
        Ok(Some((token, 1)))
    }

    fn alternatives(&mut self, depth: usize) -> Result<Part, &'static str> {
        if depth > DEPTH {
            return Err("Regular expression too big");
        }
        let mut all = vec![self.row(depth)?];
        while let Some((Token::Or, length)) = self.token()? {
            self.at += length;
            all.push(self.row(depth)?);
        }
        Ok(match all.len() {
            1 => all.pop().unwrap_or(Part::Empty),
            _ => Part::Either(all),
        })
    }

    fn is_extended(&self) -> bool {
        matches!(self.syntax, Syntax::Posix | Syntax::Extended | Syntax::Awk)
    }

    fn row(&mut self, depth: usize) -> Result<Part, &'static str> {
        let mut parts: Vec<Part> = Vec::new();
        while let Some((token, length)) = self.token()? {
            let is_extended = self.is_extended();
            // At the beginning of a basic expression a star stands for itself.
            let is_first = match self.syntax {
                // regcomp(3) repeats no edge, wherever it stands.
                Syntax::Posix => matches!(parts.last(), None | Some(Part::Edge(_))),
                _ => parts.iter().all(|p| *p == Part::Edge(Edge::Begin)),
            };
            let part = match token {
                Token::Or => break,
                Token::Close if depth > 0 => break,
                Token::Close if is_extended => {
                    // Without a group that is open it stands for itself, as glibc has it.
                    self.at += length;
                    Part::Char(')')
                }
                Token::Close => return Err("Unmatched ) or \\)"),
                Token::Star if is_first && !is_extended => {
                    self.at += length;
                    Part::Char('*')
                }
                Token::Plus | Token::Question if is_first && !is_extended => {
                    self.at += length;
                    Part::Char(if token == Token::Plus { '+' } else { '?' })
                }
                Token::Star | Token::Plus | Token::Question if is_extended && is_first => {
                    return Err("Invalid preceding regular expression");
                }
                Token::Brace if is_first && self.syntax != Syntax::Extended => {
                    return Err("Invalid preceding regular expression")
                }
                Token::Brace if is_extended && parts.is_empty() => {
                    if self.peek(1).is_some_and(|c| c.is_ascii_digit()) {
                        return Err("Invalid preceding regular expression");
                    }
                    self.at += 1;
                    Part::Char('{')
                }
                // What regcomp(3) repeats in a basic expression it does not repeat again by these.
                Token::Star | Token::Brace
                    if self.syntax == Syntax::PosixBasic
                        && matches!(parts.last(), Some(Part::Repeat(..))) =>
                {
                    return Err("Invalid preceding regular expression");
                }
                Token::Star | Token::Plus | Token::Question | Token::Brace => {
                    self.repeat(token, length, &mut parts)?;
                    continue;
                }
                _ => self.atom(token, length, depth, parts.is_empty())?,
            };
            parts.push(part);
        }
        Ok(match parts.len() {
            0 => Part::Empty,
            1 => parts.pop().unwrap_or(Part::Empty),
            _ => Part::Row(parts),
        })
    }

    fn repeat(
        &mut self,
        token: Token,
        length: usize,
        parts: &mut Vec<Part>,
    ) -> Result<(), &'static str> {
        let begin = self.at;
        self.at += length;
        let (least, most) = match token {
            Token::Star => (0, None),
            Token::Plus => (1, None),
            Token::Question => (0, Some(1)),
            _ => match self.bounds()? {
                Some(bounds) => bounds,
                // In an extended expression a brace that is none stands for itself.
                None => {
                    self.at = begin + 1;
                    parts.push(Part::Char('{'));
                    return Ok(());
                }
            },
        };
        let part = parts.pop().unwrap_or(Part::Empty);
        parts.push(Part::Repeat(Box::new(part), least, most, false));
        Ok(())
    }

    /// `m}`, `m,}`, `,n}` or `m,n}`.
    #[allow(clippy::type_complexity)]
    fn bounds(&mut self) -> Result<Option<(usize, Option<usize>)>, &'static str> {
        let is_extended = self.is_extended();
        let least = self.number()?;
        let mut most = least;
        let has_comma = self.peek(0) == Some(',');
        if has_comma {
            self.at += 1;
            most = self.number()?;
        }
        let end: &[char] = if is_extended { &['}'] } else { &['\\', '}'] };
        let closes = (0..end.len()).all(|i| self.peek(i) == Some(end[i]));
        if !closes {
            return self.no_bounds();
        }
        self.at += end.len();
        match (least, most) {
            (None, None) if !has_comma => match self.syntax {
                Syntax::Extended => Ok(None),
                _ => Err("Invalid content of \\{\\}"),
            },
            (Some(least), Some(most)) if most < least => Err("Invalid content of \\{\\}"),
            (least, most) => Ok(Some((least.unwrap_or(0), most))),
        }
    }

    /// What a brace is that holds something else: a character, or a mistake, which glibc reads to
    /// where it might end.
    #[allow(clippy::type_complexity)]
    fn no_bounds(&self) -> Result<Option<(usize, Option<usize>)>, &'static str> {
        let mut rest = self.rest.get(self.at..).unwrap_or(&[]).iter();
        match (self.syntax, rest.any(|c| matches!(c, '}' | ','))) {
            (Syntax::Extended, _) => Ok(None),
            (_, false) => Err("Unmatched \\{"),
            (_, true) => Err("Invalid content of \\{\\}"),
        }
    }

    fn number(&mut self) -> Result<Option<usize>, &'static str> {
        let mut number = None;
        while let Some(digit) = self.peek(0).and_then(|c| c.to_digit(10)) {
            let value = number.unwrap_or(0) * 10 + digit as usize;
            if value > REPEATS {
                return Err("Regular expression too big");
            }
            number = Some(value);
            self.at += 1;
        }
        Ok(number)
    }

    fn atom(
        &mut self,
        token: Token,
        length: usize,
        depth: usize,
        is_first: bool,
    ) -> Result<Part, &'static str> {
        let is_extended = self.is_extended();
        self.at += length;
        Ok(match token {
            Token::Open => {
                self.groups += 1;
                let number = self.groups;
                self.open.push(number);
                let inside = self.alternatives(depth + 1)?;
                match self.token()? {
                    Some((Token::Close, length)) => self.at += length,
                    _ => return Err("Unmatched ( or \\("),
                }
                self.open.pop();
                Part::Group(number, Box::new(inside))
            }
            Token::Plain('.') => Part::Any,
            Token::Plain('[') => Part::Set(self.set()?),
            Token::Plain('^') if is_extended || is_first => Part::Edge(Edge::Begin),
            Token::Plain('$') if is_extended || self.is_last()? => Part::Edge(Edge::End),
            Token::Plain(c) => Part::Char(c),
            Token::Escaped(c) => self.escaped(c)?,
            _ => Part::Empty,
        })
    }

    /// Whether a basic expression, or a group or an alternative of one, ends here.
    fn is_last(&self) -> Result<bool, &'static str> {
        let next = self.token()?.map(|(token, _)| token);
        Ok(matches!(next, None | Some(Token::Close | Token::Or)))
    }

    fn escaped(&mut self, c: char) -> Result<Part, &'static str> {
        let of = |is_negated, ranges: &[(char, char)]| {
            let ranges = ranges.to_vec();
            Part::Set(Set { is_negated, ranges })
        };
        let word = [('a', 'z'), ('A', 'Z'), ('0', '9'), ('_', '_')];
        let space = [('\t', '\r'), (' ', ' ')];
        Ok(match c {
            '1'..='9' => {
                let number = c as usize - '0' as usize;
                if number > self.groups || self.open.contains(&number) {
                    return Err("Invalid back reference");
                }
                Part::Back(number)
            }
            'w' | 'W' => of(c == 'W', &word),
            's' | 'S' => of(c == 'S', &space),
            'b' => Part::Edge(Edge::Word),
            'B' => Part::Edge(Edge::NoWord),
            '<' => Part::Edge(Edge::WordBegin),
            '>' => Part::Edge(Edge::WordEnd),
            '`' => Part::Edge(Edge::TextBegin),
            '\'' => Part::Edge(Edge::TextEnd),
            // regcomp(3) compares capital letters, and does not make one of this.
            c if self.has_capitals && c.is_ascii_lowercase() => of(false, &[]),
            c => Part::Char(c),
        })
    }

    /// What stands in brackets; the first one has been read.
    fn set(&mut self) -> Result<Set, &'static str> {
        const OPEN: &str = "Unmatched [, [^, [:, [., or [=";
        let mut set = Set::default();
        if self.peek(0) == Some('^') {
            set.is_negated = true;
            self.at += 1;
        }
        let first = self.at;
        self.peek(0).ok_or("Invalid regular expression")?;
        loop {
            let c = self.peek(0).ok_or(OPEN)?;
            if c == ']' && self.at > first {
                self.at += 1;
                return Ok(set);
            }
            if c == '[' && self.peek(1) == Some(':') {
                let name = self.named(':').ok_or(OPEN)?;
                set.ranges.extend(class(&name)?);
                continue;
            }
            let from = self.element().ok_or(OPEN)?;
            let is_range = self.peek(0) == Some('-') && self.peek(1).is_some_and(|c| c != ']');
            if !is_range {
                set.ranges.push((from, from));
                continue;
            }
            self.at += 1;
            let to = self.element().ok_or(OPEN)?;
            let (from, to) = match self.has_capitals {
                true => (from.to_ascii_uppercase(), to.to_ascii_uppercase()),
                false => (from, to),
            };
            if to < from {
                return Err("Invalid range end");
            }
            set.ranges.push((from, to));
        }
    }

    /// A character of a set, which may be written `[.x.]` or `[=x=]`.
    fn element(&mut self) -> Option<char> {
        let c = self.peek(0)?;
        if let ('[', Some(mark @ ('.' | '='))) = (c, self.peek(1)) {
            return self.named(mark)?.chars().next();
        }
        self.at += 1;
        Some(c)
    }

    /// What stands between `[:` and `:]`.
    fn named(&mut self, mark: char) -> Option<String> {
        let begin = self.at + 2;
        let end = (begin..self.rest.len().saturating_sub(1))
            .find(|i| self.rest[*i] == mark && self.rest[i + 1] == ']')?;
        self.at = end + 2;
        Some(self.rest[begin..end].iter().collect())
    }
}

/// The characters of `[:name:]`.
pub fn class(name: &str) -> Result<&'static [(char, char)], &'static str> {
    Ok(match name {
        "alpha" => &[
            ('a', 'z'),
            ('A', 'Z'),
            ('\u{aa}', '\u{2fff}'),
            ('\u{3041}', '\u{d7ff}'),
        ],
        "digit" => &[('0', '9')],
        "alnum" => &[
            ('a', 'z'),
            ('A', 'Z'),
            ('0', '9'),
            ('\u{aa}', '\u{2fff}'),
            ('\u{3041}', '\u{d7ff}'),
        ],
        "upper" => &[('A', 'Z'), ('\u{c0}', '\u{de}')],
        "lower" => &[('a', 'z'), ('\u{df}', '\u{ff}')],
        "space" => &[('\t', '\r'), (' ', ' ')],
        "blank" => &[('\t', '\t'), (' ', ' ')],
        "punct" => &[('!', '/'), (':', '@'), ('[', '`'), ('{', '~')],
        "cntrl" => &[('\0', '\u{1f}'), ('\u{7f}', '\u{9f}')],
        "print" => &[(' ', '~'), ('\u{a0}', '\u{10ffff}')],
        "graph" => &[('!', '~'), ('\u{a1}', '\u{10ffff}')],
        "xdigit" => &[('0', '9'), ('a', 'f'), ('A', 'F')],
        _ => return Err("Invalid character class name"),
    })
}
