//! Regular expressions of Perl's: random ones beside the crate `regex`, what perl(1) says of those
//! that it has not, and bounds for those that a backtracking engine never ends with.
//! `SEED=… cargo test --test expressions` plays a run again.

#![allow(clippy::unwrap_used)]

use smtp_terminal::regex::{Flags, Regex, Syntax};

/// The groups of a match, `-` for those that have none.
fn ours(source: &str, text: &str) -> Option<Vec<String>> {
    let regex = Regex::perl(source, Flags::default())?;
    let Some(found) = regex.find(text, 0) else {
        return Some(Vec::new());
    };
    let group = |number| found.group(number).unwrap_or("-").to_string();
    Some((0..found.len()).map(group).collect())
}

fn theirs(source: &str, text: &str) -> Option<Vec<String>> {
    let regex = regex::Regex::new(source).ok()?;
    let Some(found) = regex.captures(text) else {
        return Some(Vec::new());
    };
    let group = |one: Option<regex::Match>| one.map_or("-", |m| m.as_str()).to_string();
    Some(found.iter().map(group).collect())
}

/// A random expression.
fn expression(random: &mut fastrand::Rng, depth: usize) -> String {
    let mut text = String::new();
    for _ in 0..random.usize(1..4) {
        let atoms = [
            "a", "b", "c", ".", "[ab]", "[^a]", "\\w", "\\d", "\\b", "(?i:A)", "1",
        ];
        let atom = match random.usize(0..4) {
            0 if depth > 0 => format!("({})", expression(random, depth - 1)),
            1 if depth > 0 => format!("(?:{})", expression(random, depth - 1)),
            _ => atoms[random.usize(..atoms.len())].to_string(),
        };
        text.push_str(&atom);
        let marks = [
            "", "", "", "*", "+", "?", "*?", "+?", "??", "{2}", "{1,2}", "{1,}?",
        ];
        if atom != "\\b" {
            text.push_str(marks[random.usize(..marks.len())]);
        }
        if random.u8(..6) == 0 {
            text.push('|');
        }
    }
    text
}

#[test]
fn random_expressions_match_as_with_the_crate_regex() {
    let seed = std::env::var("SEED").ok().and_then(|s| s.parse().ok());
    let seed = seed.unwrap_or(2026);
    println!("SEED={seed}");
    let mut random = fastrand::Rng::with_seed(seed);
    for _ in 0..3_000 {
        let source = expression(&mut random, 2);
        let letters = ["a", "b", "c", "A", "1", " "];
        let text: String = (0..random.usize(0..9))
            .map(|_| letters[random.usize(..letters.len())])
            .collect();
        let (our, their) = (ours(&source, &text), theirs(&source, &text));
        let whole = |groups: &Option<Vec<String>>| groups.as_ref().map(|g| g.first().cloned());
        assert_eq!(whole(&our), whole(&their), "/{source}/ for {text:?}");
    }
}

#[test]
fn looks_and_references_are_those_of_perl() {
    // source, text, what `perl -e 'print "$&,$1" if "text" =~ /source/'` prints
    for (source, text, expected) in [
        ("^(?!.*\\.example$)(.*)$", "a.example", ""),
        ("^(?!.*\\.example$)(.*)$", "a.org", "a.org,a.org"),
        ("a(?=b)", "acab", "a"),
        ("(?<=a)b", "bab", "b"),
        ("(?<!a)b(c?)", "abcbc", "bc,c"),
        ("(?<=ab|c)d", "dabd", "d"),
        ("(a|b)\\1", "abb", "bb,b"),
        ("(?<q>['\"])x\\k<q>", "'x\"\"x\"", "\"x\",\""),
        // A group inside of a look is not kept: perl has `aa,b`.
        ("a+(?=(b))", "aab", "aa,-"),
        ("x*?$", "xx\n", "xx"),
        ("(?s)a.b", "a\nb", "a\nb"),
        ("a.b", "a\nb", ""),
        ("(?m)^b$", "a\nb\nc", "b"),
        ("(?x) a b # c", "ab", "ab"),
        ("\\Qa.b\\E+", "xa.bb", "a.bb"),
        ("[[:^alpha:]]+", "ab12", "12"),
        ("[^\\W_]+", "_ab", "ab"),
        ("\\x41\\101", "AA", "AA"),
        ("(?i)\\Aab\\z", "AB", "AB"),
        ("a{,2}", "a{,2}", "a{,2}"),
    ] {
        let found = ours(source, text).unwrap_or_else(|| panic!("{source}"));
        assert_eq!(found.join(","), expected, "/{source}/ for {text:?}");
    }
}

#[test]
fn what_is_malformed_or_not_to_be_had_is_refused() {
    for source in [
        "(",
        ")",
        "a)",
        "[a",
        "*a",
        "a**",
        "a++",
        "(?>a)",
        "\\1",
        "(a)\\2",
        "(?<=a*)b",
        "[z-a]",
        "a{3,2}",
        "(?1)",
        "(*ACCEPT)",
        "\\",
        "(?<a>x)(?<a>y)",
        "(?=(a)\\1)",
    ] {
        assert!(ours(source, "").is_none(), "{source}");
    }
    let bomb = "((a{999}){999}){999}";
    assert!(ours(bomb, "").is_none());
    assert!(ours(&"(".repeat(500), "").is_none());
}

#[test]
fn no_expression_goes_on_for_ever() {
    // A backtracking engine would be busy longer than there is a world; here it comes to an end.
    let text = "a".repeat(1_000) + "!";
    for source in [
        "(a+)+$",
        "(a|a)+$",
        "(a|aa)+$",
        "(.*)*x",
        "(a?){60}a{60}$",
        "a*a*a*a*a*a*a*b",
        "^(([a-z])+.)+[A-Z]([a-z])+$",
        "(?=(a*)*b)a",
        "(?<=a)(?=a*a*a*b)",
        "(a*)*\\1b",
    ] {
        assert_eq!(ours(source, &text), Some(Vec::new()), "{source}");
    }
    for source in ["(a+)+$", "(a|a)+$", "\\(a*\\)*\\1b"] {
        for syntax in [Syntax::Basic, Syntax::Extended] {
            if let Ok(regex) = Regex::new(source, syntax, true) {
                assert!(!regex.is_match(&text), "{source}");
            }
        }
    }
}
