//! Lines of the shell's language at random: quotes, expansions, redirections, pipes, compound
//! commands, over what the shell has itself and simple programs. Nothing in them depends on time,
//! on numbers of processes or on what runs first.

use fastrand::Rng;

/// A line, or a script of a few.
pub fn line(random: &mut Rng) -> String {
    let mut maker = Maker { random, depth: 0 };
    let mut text = String::new();
    if maker.one_in(2) {
        text.push_str(&maker.settings());
    }
    let count = maker.random.usize(1..4);
    for i in 0..count {
        if i > 0 {
            text.push_str(maker.pick(&["; ", "\n", "\n", " ; "]));
        }
        text.push_str(&maker.list());
    }
    if maker.one_in(4) {
        text.push_str("\necho $? \"${x-}\" \"$#\"");
    }
    text
}

const LITERALS: &[&str] = &[
    "a",
    "b",
    "abc",
    "x1",
    "hello",
    "A",
    "1",
    "2",
    "42",
    "-",
    "-n",
    ".",
    "..",
    "a.txt",
    "foo=bar",
    "@",
    "%",
    "+",
    ",",
    "a:b",
    "/",
    "é",
    "ü",
    "words",
    "numbers.txt",
    "d",
    "to",
    "_",
    "=",
];
const SPECIALS: &[&str] = &[
    "*.txt", "d/*", "?", "[ab]", "*", "{a,b}", "{1..3}", "~", "{x", "a{1,2}b", "[!a]*", "d/?.txt",
    "*.nosuch", "{,c}", "!", "]", "[", "}",
];
const QUOTED: &[&str] = &[
    "a b", "  ", "", "*", "$x", "a\\b", "#", "~", "'", ";", "|", "&", "a\tb", "(x)", "{a,b}", "!",
    "\\n", "%s", "[a]",
];
const NAMES: &[&str] = &["x", "y", "z", "nosuch", "arr", "n", "e"];
const PATTERNS: &[&str] = &[
    "a*", "*b", "?", "[a-c]", "*", "abc", "'*'", "h*o", "[!a]", "l", "*.", "\\*", "a", "o*",
    "\"$x\"",
];

struct Maker<'r> {
    random: &'r mut Rng,
    depth: u32,
}

impl Maker<'_> {
    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.random.usize(..from.len())]
    }

    fn one_in(&mut self, count: usize) -> bool {
        self.random.usize(..count) == 0
    }

    fn settings(&mut self) -> String {
        let mut text = String::new();
        for _ in 0..self.random.usize(1..4) {
            let line = match self.random.u8(..12) {
                0 => "x=hello",
                1 => "x='a b  c'",
                2 => "y='*.txt'",
                3 => "arr=(one 'two three' four)",
                4 => "set -- p1 'p 2' p3",
                5 => "n=7",
                6 => "e=",
                7 => "IFS=:",
                8 => "f() { echo \"f:$#:$1\"; return ${2:-0}; }",
                9 => "z=a:b::c",
                10 => "declare -A m=([k]=v [a b]=c)",
                _ => "x=$'l1\\nl2'",
            };
            text.push_str(line);
            text.push_str(self.pick(&["; ", "\n"]));
        }
        text
    }

    fn name(&mut self) -> &'static str {
        self.pick(NAMES)
    }

    /// A list of commands.
    fn list(&mut self) -> String {
        let mut text = self.pipeline();
        while self.one_in(4) {
            text.push_str(self.pick(&[" && ", " || ", "; ", " || ", " && "]));
            text.push_str(&self.pipeline());
        }
        text
    }

    fn pipeline(&mut self) -> String {
        let mut text = String::new();
        if self.one_in(12) {
            text.push_str("! ");
        }
        text.push_str(&self.command());
        if self.one_in(5) {
            text.push_str(" | ");
            text.push_str(&self.filter());
        }
        text
    }

    /// What reads its input and ends.
    fn filter(&mut self) -> String {
        match self.random.u8(..9) {
            0 | 1 => "cat".into(),
            2 => "cat -n".into(),
            3 => "head -1".into(),
            4 => "wc -l".into(),
            5 => "grep -c a".into(),
            6 => "{ read -r l; echo \"<$l>\"; cat; }".into(),
            7 => "while read -r a b; do echo \"$b|$a\"; done".into(),
            _ => "tail -n 2".into(),
        }
    }

    fn words(&mut self, most: usize) -> String {
        let count = self.random.usize(0..=most);
        let words: Vec<String> = (0..count).map(|_| self.word()).collect();
        words.join(" ")
    }

    fn command(&mut self) -> String {
        self.depth += 1;
        let deep = self.depth > 3;
        let kind = match deep {
            true => self.random.u8(..13),
            false => self.random.u8(..32),
        };
        let text = match kind {
            0..=5 => format!("echo {}", self.words(4)),
            6 => format!("printf '<%s>' {}; echo", self.words(3)),
            7 => self.assignment(),
            8 => self.pick(&["true", "false", ":", "(exit 3)", "f a 2", "f"]).to_string(),
            9 => format!("[ {} ]", self.test()),
            10 => format!("cat {}", self.pick(&["numbers.txt", "words", "nosuch", "d/x.txt empty"])),
            11 => format!("printf '{}\\n' {}", self.pick(&["%s-%s", "%5s|", "%-4s|", "%d", "%x", "%b", "%q", "%03d"]), self.words(3)),
            12 => format!("set -- {}; echo $# \"$@\"", self.words(3)),
            13 => format!("[[ {} ]]", self.condition()),
            14 => format!("(( {} ))", self.arithmetic()),
            15 => format!("for i in {}; do {}; done", self.words(3), self.body("i")),
            16 => {
                let test = self.list();
                format!("if {test}; then {}; else {}; fi", self.list(), self.list())
            }
            17 => {
                let word = self.word();
                let (a, b) = (self.pick(PATTERNS), self.pick(PATTERNS));
                let end = self.pick(&[";;", ";&", ";;&", ";;"]);
                format!("case {word} in {a}) {} {end} {b}|q) {} ;; *) echo other;; esac", self.list(), self.list())
            }
            18 => format!("( {} )", self.list()),
            19 => format!("{{ {}; }}", self.list()),
            // A function of another name at each depth: none calls itself.
            20 => {
                let g = format!("g{}", self.depth);
                let (word, list, words) = (self.word(), self.list(), self.words(2));
                format!("{g}() {{ local x={word}; {list}; }}; {g} {words}; echo \"$x\"")
            }
            // Each loop has a counter of its own, so that all of them end.
            21 => {
                let c = format!("c{}", self.depth);
                format!("{c}=0; while [ ${c} -lt 3 ]; do {c}=$(({c}+1)); {}; done", self.body(&c))
            }
            22 => format!("eval {}", self.quote_for_eval()),
            23 => format!("cat <<< {}", self.word()),
            24 => format!("cat <<E\n{}\nE\n:", self.document()),
            25 => format!("read -r a b <<< {}; echo \"$a|$b\"", self.word()),
            26 => format!("x={} y={} && echo \"$x$y\"", self.word(), self.word()),
            27 => {
                let c = format!("c{}", self.depth);
                format!("for (({c}=0; {c}<3; {c}++)); do {}; done", self.body(&c))
            }
            28 => format!("arr=({}); echo ${{#arr[@]}} \"${{arr[@]}}\" ${{arr[*]}}", self.words(4).replace(" [", " x[").trim_start_matches('[')),
            29 => format!("IFS={} read -ra arr <<< {}; echo ${{#arr[@]}}; printf '[%s]' \"${{arr[@]}}\"; echo", self.pick(&[":", ",", "' '", "a", ""]), self.word()),
            30 => format!("x={} ; echo \"${{x}}\"; unset x; echo ${{x-unset}}", self.word()),
            _ => format!("bash -c {} name a1", self.quote_for_eval()),
        };
        self.depth -= 1;
        if self.one_in(8) {
            let redirect = match self.random.u8(..10) {
                0 => "> f1; cat f1",
                1 => "2>&1",
                2 => "> /dev/null",
                3 => "2> /dev/null",
                4 => ">> f3; cat f3",
                5 => "< numbers.txt",
                6 => "&> f2; cat f2",
                7 => ">&2",
                8 => "< nosuch",
                _ => "> d",
            };
            return format!("{text} {redirect}");
        }
        text
    }

    fn body(&mut self, name: &str) -> String {
        match self.random.u8(..6) {
            0 => format!("echo ${name}; break"),
            1 => format!("[ \"${name}\" = 1 ] && continue; echo \"<${name}>\""),
            2 => format!("echo \"${name}\" {}", self.words(2)),
            _ => self.list(),
        }
    }

    fn assignment(&mut self) -> String {
        match self.random.u8(..7) {
            0 | 1 => format!("{}={}", self.pick(&["x", "y", "z"]), self.word()),
            2 => format!("x+={}", self.word()),
            3 => format!(
                "arr[{}]={}",
                self.pick(&["0", "1", "n", "2+1", "-1"]),
                self.word()
            ),
            4 => format!("n=$(( {} ))", self.arithmetic()),
            5 => format!("declare -i n={}", self.pick(&["3+4", "abc", "7", "x"])),
            _ => format!("x={} ; y=$x; echo \"$y\"", self.word()),
        }
    }

    fn quote_for_eval(&mut self) -> String {
        let inner = self.list();
        format!("'{}'", inner.replace('\'', "'\\''"))
    }

    fn document(&mut self) -> String {
        let mut lines = Vec::new();
        for _ in 0..self.random.usize(1..3) {
            let expansion = self.expansion();
            lines.push(format!(
                "{} {expansion} \\$x \"q\" 'r'",
                self.pick(LITERALS)
            ));
        }
        lines.join("\n")
    }

    fn test(&mut self) -> String {
        let word = self.word();
        match self.random.u8(..9) {
            0 => format!("-n {word}"),
            1 => format!("-z {word}"),
            2 => format!("{word} = {}", self.word()),
            3 => format!("\"{}\" -eq {}", self.random.u8(..5), self.random.u8(..5)),
            4 => format!("-f {}", self.pick(&["words", "d", "nosuch"])),
            5 => format!("-d {}", self.pick(&["words", "d", "nosuch"])),
            6 => format!("{} -lt {}", self.random.u8(..5), self.random.u8(..5)),
            7 => format!("! {word} != {}", self.word()),
            _ => word,
        }
    }

    fn condition(&mut self) -> String {
        let word = self.quoted();
        match self.random.u8(..9) {
            0 => format!("$x == {}", self.pick(PATTERNS)),
            1 => format!("{word} != {}", self.pick(PATTERNS)),
            2 => format!("-n $y && {word} == {word}"),
            3 => "! -z $nosuch || $x".to_string(),
            4 => "$n -gt 3".to_string(),
            5 => "$x < $y".to_string(),
            6 => format!(
                "$x =~ {}",
                self.pick(&["^h", "l+", "(a|b) ", "^(.)(.*)$", "[0-9]", "o$", "\"a b\""])
            ),
            7 => "( $x == a* || -f words ) && -d d".to_string(),
            _ => word,
        }
    }

    fn arithmetic(&mut self) -> String {
        let mut text = self.number();
        for _ in 0..self.random.usize(0..4) {
            text.push_str(self.pick(&[
                "+", "-", "*", " / ", "%", "**", "<<", ">", "==", "&&", "||", "&", "|", "^", " < ",
                "!=", ",",
            ]));
            text.push_str(&self.number());
        }
        if self.one_in(6) {
            text = format!("{text} ? {} : {}", self.number(), self.number());
        }
        if self.one_in(5) {
            text = format!("x = {text}");
        }
        text
    }

    fn number(&mut self) -> String {
        match self.random.u8(..12) {
            0..=5 => self.random.u8(..20).to_string(),
            6 => "n".into(),
            7 => "nosuch".into(),
            8 => format!("({})", self.random.u8(..9)),
            9 => self
                .pick(&["-3", "~2", "!1", "+4", "n++", "--n", "0x1f", "010", "2#101"])
                .into(),
            10 => "$n".into(),
            _ => "${#x}".into(),
        }
    }

    fn word(&mut self) -> String {
        let mut text = String::new();
        for _ in 0..self.random.usize(1..4) {
            let part = match self.random.u8(..14) {
                0..=3 => self.pick(LITERALS).to_string(),
                4 => self.pick(SPECIALS).to_string(),
                5..=7 => self.quoted(),
                8 => format!(
                    "\\{}",
                    self.pick(&[" ", "$", "\"", "'", "\\", "*", "a", "~", "{", "#", ";"])
                ),
                _ => self.expansion(),
            };
            text.push_str(&part);
        }
        text
    }

    fn quoted(&mut self) -> String {
        match self.random.u8(..5) {
            0 => format!("'{}'", self.pick(QUOTED).replace('\'', "")),
            1 => format!(
                "$'{}'",
                self.pick(&["a\\tb", "\\n", "\\x41", "it\\'s", "", "\\101", "\\\\"])
            ),
            2 => format!(
                "\"{}\"",
                self.pick(&[
                    "a b",
                    "$x",
                    "${y}z",
                    "",
                    "\\$x \\\" \\\\ \\a",
                    "'q'",
                    "$@",
                    "$*",
                    "*",
                    "~",
                    "${arr[@]}"
                ])
            ),
            _ => format!("\"{}{}\"", self.pick(&["", "p ", "*"]), self.expansion()),
        }
    }

    fn expansion(&mut self) -> String {
        self.depth += 1;
        let name = self.name();
        let kind = match self.depth > 4 {
            true => self.random.u8(..6),
            false => self.random.u8(..28),
        };
        let text = match kind {
            0 | 1 => format!("${name}"),
            2 => format!("${{{name}}}"),
            3 => self
                .pick(&["$1", "$2", "$#", "$?", "$@", "$*", "${#x}", "${#}", "$0"])
                .into(),
            4 => self
                .pick(&[
                    "${arr[1]}",
                    "${arr[@]}",
                    "${arr[*]}",
                    "${#arr[@]}",
                    "${!arr[@]}",
                    "${arr[-1]}",
                    "${#arr}",
                    "${arr[@]:1}",
                    "${m[k]}",
                    "${arr[@]#o}",
                ])
                .into(),
            5 => format!("$(( {} ))", self.arithmetic()),
            6 | 7 => format!("$({})", self.list()),
            8 => format!("`echo {}`", self.pick(LITERALS)),
            9..=11 => {
                let operator = self.pick(&[":-", "-", ":+", "+", ":="]);
                let name = self.pick(&["x", "nosuch", "e", "y", "u"]);
                format!("${{{name}{operator}{}}}", self.operand())
            }
            12..=15 => {
                let operator = self.pick(&["#", "##", "%", "%%"]);
                format!("${{{name}{operator}{}}}", self.pick(PATTERNS))
            }
            16..=18 => {
                let operator = self.pick(&["/", "//", "/#", "/%"]);
                format!(
                    "${{{name}{operator}{}/{}}}",
                    self.pick(&["a", "l", "?", "[a-l]", "o*", " ", "b", "*"]),
                    self.pick(&["", "X", "a b", "$y", "[&]", "\"q\""])
                )
            }
            19 | 20 => {
                let from = self.pick(&["0", "1", " -2", "n", "1+1", "9"]);
                let length = self.pick(&["", ":1", ":2", ":-1", ":n", ":0"]);
                format!(
                    "${{{}:{from}{length}}}",
                    self.pick(&["x", "y", "z", "@", "arr[@]", "*"])
                )
            }
            21 => format!(
                "${{{name}{}}}",
                self.pick(&["^", "^^", ",", ",,", "^^[a-l]", "@Q", "@U", "@L"])
            ),
            22 => "${!y}".into(),
            23 => format!("$(cat {})", self.pick(&["words", "numbers.txt", "empty"])),
            24 => "$(<words)".into(),
            25 => format!("${{x:-$({})}}", self.command()),
            26 => format!(
                "$((n{}{}))",
                self.pick(&["+", "*", "-"]),
                self.random.u8(1..9)
            ),
            _ => "${@:1:2}".into(),
        };
        self.depth -= 1;
        text
    }

    fn operand(&mut self) -> String {
        match self.random.u8(..6) {
            0 => String::new(),
            1 => "a b".into(),
            2 => "'q r'".into(),
            3 => "\"d q\"".into(),
            4 => "$y".into(),
            _ => self.pick(LITERALS).to_string(),
        }
    }
}
