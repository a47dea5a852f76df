//! Finds the leftmost longest match.

use crate::platform;
use crate::regex::flags::Flags;
use crate::regex::parse::{parse, Edge, Part, Syntax};
use crate::regex::perl;
use crate::regex::program::{compile, Step};

/// An expression that can be looked for.
///
/// ```
/// use smtp_terminal::regex::{Regex, Syntax};
/// let status = Regex::new("status=([a-z]+)( |$)", Syntax::Extended, false).unwrap();
/// let found = status.find("dsn=2.0.0, status=sent (250 Ok)", 0).unwrap();
/// assert_eq!(found.group(1), Some("sent"));
/// assert_eq!(Regex::new("a\\(b", Syntax::Basic, false).unwrap_err(), "Unmatched ( or \\(");
/// ```
#[derive(Clone, Debug)]
pub struct Regex {
    steps: Vec<Step>,
    groups: usize,
    ignores_case: bool,
    has_back: bool,
    /// The first way that fits is taken, and not the longest.
    takes_first: bool,
    /// `^` and `$` match at line ends inside the text too (sed's flag `M`).
    pub is_multi_line: bool,
}

/// Where an expression has matched, in bytes of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Captures<'t> {
    text: &'t str,
    places: Vec<Option<usize>>,
}

impl<'t> Captures<'t> {
    /// Where the whole begins and ends.
    pub fn span(&self) -> (usize, usize) {
        self.place(0).unwrap_or((0, 0))
    }

    /// Where a group begins and ends; 0 is the whole.
    pub fn place(&self, number: usize) -> Option<(usize, usize)> {
        let begin = *self.places.get(2 * number)?;
        let end = *self.places.get(2 * number + 1)?;
        begin.zip(end)
    }

    /// The text of a group; 0 is the whole.
    pub fn group(&self, number: usize) -> Option<&'t str> {
        let (begin, end) = self.place(number)?;
        self.text.get(begin..end)
    }

    /// How many groups there are, the whole among them.
    pub fn len(&self) -> usize {
        self.places.len() / 2
    }

    /// Never: the whole is always there.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }
}

/// How many steps a search with back references may take.
const FUSE: usize = 2_000_000;

/// How many steps any other search may take. An expression of a hundred steps needs as many for a
/// text of a hundred thousand characters.
const LONGEST: usize = 10_000_000;

#[derive(Clone)]
struct Thread {
    at: usize,
    places: Vec<Option<usize>>,
}

impl Regex {
    /// Reads an expression.
    ///
    /// # Errors
    /// What regcomp(3) says of a faulty one.
    pub fn new(source: &str, syntax: Syntax, ignores_case: bool) -> Result<Regex, &'static str> {
        let (part, groups) = parse(source, syntax, ignores_case)?;
        let regex = Regex::of(&part, groups)?;
        Ok(Regex {
            ignores_case,
            ..regex
        })
    }

    /// Reads an expression of Perl's, for texts that have a character for each byte; `None` where it
    /// is malformed or asks for what is not to be had.
    ///
    /// ```
    /// use smtp_terminal::regex::{Flags, Regex};
    /// let first = Regex::perl("a+?(b|bc)", Flags::default()).unwrap();
    /// assert_eq!(first.find("xaabc", 0).unwrap().group(0), Some("aab"));
    /// assert!(Regex::perl("(?>a)", Flags::default()).is_none());
    /// ```
    pub fn perl(source: &str, flags: Flags) -> Option<Regex> {
        let (part, groups) = perl::parse(source, flags)?;
        let regex = Regex::of(&part, groups).ok()?;
        Some(Regex {
            takes_first: true,
            ..regex
        })
    }

    fn of(part: &Part, groups: usize) -> Result<Regex, &'static str> {
        let mut steps = compile(part)?;
        steps.shrink_to_fit();
        let has_back = steps.iter().any(|step| matches!(step, Step::Back(_)));
        Ok(Regex {
            steps,
            groups,
            ignores_case: false,
            has_back,
            takes_first: false,
            is_multi_line: false,
        })
    }

    /// How many groups it has.
    pub fn groups(&self) -> usize {
        self.groups
    }

    /// Whether it matches anywhere.
    pub fn is_match(&self, text: &str) -> bool {
        self.find(text, 0).is_some()
    }

    /// The first match that begins at this byte or later.
    pub fn find<'t>(&self, text: &'t str, from: usize) -> Option<Captures<'t>> {
        let mut fuse = LONGEST;
        let places = match self.has_back {
            true => self.backtrack(text, from),
            false => self.walk(text, from, 0, &mut fuse),
        }?;
        Some(Captures { text, places })
    }

    fn takes(&self, step: &Step, c: char) -> bool {
        let one = |c: char| match step {
            Step::Char(wanted) => *wanted == c,
            Step::Any => true,
            Step::Set(set) => set.has(c),
            _ => false,
        };
        // What is not in a set is so in either case.
        let is_negated = matches!(step, Step::Set(set) if set.is_negated);
        if one(c) != is_negated || !self.ignores_case {
            return one(c);
        }
        let other = [platform::lower_letter(c), platform::upper_letter(c)];
        other.into_iter().any(|c| one(c) != is_negated) != is_negated
    }

    fn is_at(&self, edge: Edge, text: &str, at: usize) -> bool {
        let before = text.get(..at).and_then(|t| t.chars().next_back());
        let after = text.get(at..).and_then(|t| t.chars().next());
        let is_word = |c: Option<char>| c.is_some_and(|c| platform::is_alphanumeric(c) || c == '_');
        let (left, right) = (is_word(before), is_word(after));
        match edge {
            Edge::Begin => before.is_none() || self.is_multi_line && before == Some('\n'),
            Edge::End => after.is_none() || self.is_multi_line && after == Some('\n'),
            Edge::TextBegin => before.is_none(),
            Edge::TextEnd => after.is_none(),
            Edge::WordBegin => !left && right,
            Edge::WordEnd => left && !right,
            Edge::Word => left != right,
            Edge::NoWord => left == right,
            Edge::LineBegin => before.is_none() || before == Some('\n') && after.is_some(),
            Edge::LineEnd => after.is_none_or(|c| c == '\n'),
            Edge::LastEnd => matches!(text.get(at..), None | Some("" | "\n")),
        }
    }

    /// All threads at once, the ones that are preferred first; the longest match wins, or the first.
    /// From another step than the first one, it has to match right here.
    fn walk(
        &self,
        text: &str,
        from: usize,
        first: usize,
        fuse: &mut usize,
    ) -> Option<Vec<Option<usize>>> {
        let mut best: Option<Vec<Option<usize>>> = None;
        let mut threads: Vec<Thread> = Vec::new();
        let mut seen = vec![usize::MAX; self.steps.len()];
        // It has to begin here, or nowhere.
        let is_fixed = first > 0
            || match self.steps.first() {
                Some(Step::Edge(Edge::TextBegin)) => true,
                Some(Step::Edge(Edge::Begin)) => !self.is_multi_line,
                _ => false,
            };
        let mut at = from;
        loop {
            let c = text.get(at..)?.chars().next();
            // A thread that begins here comes last, and none begins once something has matched.
            let mut next: Vec<Thread> = Vec::new();
            let mut begun = std::mem::take(&mut threads);
            if best.is_none() && (at == from || !is_fixed) {
                let mut places = vec![None; 2 * (self.groups + 1)];
                places[0] = Some(at);
                begun.push(Thread { at: first, places });
            }
            for thread in begun {
                self.add(thread, text, at, &mut seen, &mut next, fuse);
            }
            *fuse = fuse.checked_sub(1)?;
            for thread in next {
                match (&self.steps[thread.at], c) {
                    (Step::Match, _) => {
                        let begin = |p: &[Option<usize>]| p.first().copied().flatten();
                        let is_better = match &best {
                            None => true,
                            Some(_) if self.takes_first => true,
                            Some(best) => {
                                begin(&thread.places) < begin(best)
                                    || begin(&thread.places) == begin(best)
                                        && best.get(1).copied().flatten() < Some(at)
                            }
                        };
                        if is_better {
                            let mut places = thread.places;
                            places[1] = Some(at);
                            best = Some(places);
                        }
                        if self.takes_first {
                            // Those that are left would have been tried later.
                            break;
                        }
                    }
                    (step, Some(c)) if self.takes(step, c) => threads.push(Thread {
                        at: thread.at + 1,
                        places: thread.places,
                    }),
                    _ => {}
                }
            }
            // What began later than the best cannot win.
            if let Some(begin) = best.as_ref().and_then(|b| b.first().copied().flatten()) {
                threads.retain(|t| t.places.first().copied().flatten() <= Some(begin));
            }
            let is_done = threads.is_empty() && (best.is_some() || is_fixed);
            match c {
                Some(c) if !is_done => at += c.len_utf8(),
                _ => return best,
            }
        }
    }

    /// Whether what stands between a look and its end fits here, or so many characters before.
    fn looks(&self, look: usize, back: usize, text: &str, at: usize, fuse: &mut usize) -> bool {
        let before = text.get(..at).unwrap_or("");
        let from = match back {
            0 => Some(at),
            back => before.char_indices().rev().nth(back - 1).map(|(i, _)| i),
        };
        from.is_some_and(|from| self.walk(text, from, look + 1, fuse).is_some())
    }

    /// Follows all that takes no character; `seen` keeps a step from being added twice.
    fn add(
        &self,
        thread: Thread,
        text: &str,
        at: usize,
        seen: &mut [usize],
        next: &mut Vec<Thread>,
        fuse: &mut usize,
    ) {
        let mut stack = vec![thread];
        while let Some(mut thread) = stack.pop() {
            *fuse = fuse.saturating_sub(1);
            if seen[thread.at] == at {
                continue;
            }
            seen[thread.at] = at;
            match &self.steps[thread.at] {
                Step::Jump(to) => {
                    thread.at = *to;
                    stack.push(thread);
                }
                Step::Fork(first, second) => {
                    let mut other = thread.clone();
                    other.at = *second;
                    stack.push(other);
                    thread.at = *first;
                    stack.push(thread);
                }
                Step::Save(place) => {
                    if let Some(saved) = thread.places.get_mut(*place) {
                        *saved = Some(at);
                    }
                    thread.at += 1;
                    stack.push(thread);
                }
                Step::Edge(edge) => {
                    if self.is_at(*edge, text, at) {
                        thread.at += 1;
                        stack.push(thread);
                    }
                }
                Step::Look(end, back, is_negated) => {
                    if self.looks(thread.at, *back, text, at, fuse) != *is_negated {
                        thread.at = *end;
                        stack.push(thread);
                    }
                }
                _ => next.push(thread),
            }
        }
    }

    /// One way after the other, for expressions with back references.
    fn backtrack(&self, text: &str, from: usize) -> Option<Vec<Option<usize>>> {
        let mut fuse = FUSE;
        let mut at = from;
        loop {
            let mut places = vec![None; 2 * (self.groups + 1)];
            places[0] = Some(at);
            let mut best: Option<Vec<Option<usize>>> = None;
            let mut stack = vec![(Thread { at: 0, places }, at)];
            // A fork that comes round without a character having been taken goes nowhere.
            while let Some((mut thread, here)) = stack.pop() {
                fuse = fuse.checked_sub(1)?;
                if stack.len() > 10_000 {
                    return best;
                }
                let c = text.get(here..).and_then(|t| t.chars().next());
                match &self.steps[thread.at] {
                    Step::Match => {
                        let end = best.as_ref().and_then(|b| b.get(1).copied().flatten());
                        if end.is_none_or(|end| here > end) {
                            thread.places[1] = Some(here);
                            best = Some(thread.places);
                        }
                        if self.takes_first {
                            return best;
                        }
                    }
                    Step::Jump(to) => {
                        thread.at = *to;
                        stack.push((thread, here));
                    }
                    Step::Fork(first, second) => {
                        let mut other = thread.clone();
                        other.at = *second;
                        stack.push((other, here));
                        thread.at = *first;
                        stack.push((thread, here));
                    }
                    Step::Save(place) => {
                        if let Some(saved) = thread.places.get_mut(*place) {
                            *saved = Some(here);
                        }
                        thread.at += 1;
                        stack.push((thread, here));
                    }
                    Step::Edge(edge) => {
                        if self.is_at(*edge, text, here) {
                            thread.at += 1;
                            stack.push((thread, here));
                        }
                    }
                    Step::Look(end, back, is_negated) => {
                        if self.looks(thread.at, *back, text, here, &mut fuse) != *is_negated {
                            thread.at = *end;
                            stack.push((thread, here));
                        }
                    }
                    Step::Back(number) => {
                        let begin = thread.places.get(2 * number).copied().flatten();
                        let end = thread.places.get(2 * number + 1).copied().flatten();
                        let said = begin.zip(end).and_then(|(b, e)| text.get(b..e));
                        if let Some(said) = said.filter(|s| text[here..].starts_with(*s)) {
                            thread.at += 1;
                            stack.push((thread, here + said.len()));
                        }
                    }
                    step => {
                        if let Some(c) = c.filter(|c| self.takes(step, *c)) {
                            thread.at += 1;
                            stack.push((thread, here + c.len_utf8()));
                        }
                    }
                }
            }
            if best.is_some() {
                return best;
            }
            at += text.get(at..)?.chars().next()?.len_utf8();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(source: &str, syntax: Syntax, text: &str) -> Option<String> {
        let regex = Regex::new(source, syntax, false).unwrap();
        let groups = |c: Captures| {
            let all = (0..c.len()).map(|i| c.group(i).unwrap_or("-").to_string());
            all.collect::<Vec<_>>().join(",")
        };
        regex.find(text, 0).map(groups)
    }

    #[test]
    fn the_longest_of_the_leftmost() {
        let extended = |s, t| found(s, Syntax::Extended, t);
        assert_eq!(extended("a|ab|abc", "xabcd").as_deref(), Some("abc"));
        assert_eq!(extended("(a*)(b?)", "aab").as_deref(), Some("aab,aa,b"));
        assert_eq!(extended("x*", "aaa").as_deref(), Some(""));
        assert_eq!(
            extended("[[:digit:]]{2,3}", "a1b1234").as_deref(),
            Some("123")
        );
        assert_eq!(
            extended("^to=<([^>]*)>$", "to=<a@b>").as_deref(),
            Some("to=<a@b>,a@b")
        );
        assert_eq!(extended("\\<is\\>", "this is").as_deref(), Some("is"));
        assert_eq!(extended("(a|b)*c", "ababc").as_deref(), Some("ababc,b"));
        assert_eq!(extended("(a*)*", "b").as_deref(), Some(",-"));
        assert_eq!(extended("é+", "caféé!").as_deref(), Some("éé"));
        assert_eq!(extended("a{,2}b", "aaab").as_deref(), Some("aab"));
        assert_eq!(extended("a{x", "a{x").as_deref(), Some("a{x"));
    }

    #[test]
    fn basic_expressions() {
        let basic = |s, t| found(s, Syntax::Basic, t);
        assert_eq!(basic("\\(a\\)\\1", "xaa").as_deref(), Some("aa,a"));
        assert_eq!(basic("*a", "b*a").as_deref(), Some("*a"));
        assert_eq!(basic("a\\|b", "b").as_deref(), Some("b"));
        assert_eq!(basic("a+", "a+").as_deref(), Some("a+"));
        assert_eq!(basic("a\\{2\\}", "aaa").as_deref(), Some("aa"));
        assert_eq!(basic("a^b$c", "a^b$c").as_deref(), Some("a^b$c"));
        assert_eq!(basic("[]a]*", "]a]b").as_deref(), Some("]a]"));
    }

    #[test]
    fn what_is_faulty_is_named() {
        let says = |s, syntax| Regex::new(s, syntax, false).unwrap_err();
        assert_eq!(says("a[b", Syntax::Basic), "Unmatched [, [^, [:, [., or [=");
        assert_eq!(says("a\\", Syntax::Basic), "Trailing backslash");
        assert_eq!(says("(a", Syntax::Extended), "Unmatched ( or \\(");
        assert_eq!(says("\\(a\\)\\2", Syntax::Basic), "Invalid back reference");
        assert_eq!(says("[z-a]", Syntax::Basic), "Invalid range end");
        assert_eq!(
            says("[[:nope:]]", Syntax::Basic),
            "Invalid character class name"
        );
        assert_eq!(says("a\\{2", Syntax::Basic), "Unmatched \\{");
        let bomb = "(".repeat(500) + &")".repeat(500);
        assert_eq!(says(&bomb, Syntax::Extended), "Regular expression too big");
        let bomb = "((a{999}){999}){999}";
        assert_eq!(says(bomb, Syntax::Extended), "Regular expression too big");
    }

    #[test]
    fn time_is_proportional_to_the_text() {
        let text = "a".repeat(2_000);
        assert_eq!(found("(a*)*b", Syntax::Extended, &text), None);
        assert_eq!(found("(a|a)*b", Syntax::Extended, &text), None);
        assert_eq!(found("\\(a*\\)*\\1b", Syntax::Basic, &text), None);
    }
}
