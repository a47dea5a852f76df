//! Tables of each type: what postmap and postalias say of their lines, and what they find.

use std::process::Command;

use fastrand::Rng;
use smtp_terminal::files::Files;

use super::alphabet::one;
use super::run::{each, output, text, Folder};
use super::{here, Input, Language};

/// Tables. The first line of an input is their type; those that begin with `?` are asked for; of a
/// table that is written in its own name, the others are that name.
pub struct Tables;

const MAIN_CF: &str = "compatibility_level = 3.6\nmyhostname = h.example\nalias_maps =\n\
                       alias_database =\nvirtual_alias_maps =\nlocal_recipient_maps =\n";

/// Where the table is at ours.
const FOLDER: &str = "/srv/t";

const KEYS: [&str; 24] = [
    "asha",
    "Bob",
    "a.example",
    ".example",
    "@a.example",
    "asha@a.example",
    "192.0.2.1",
    "10.1.2.3",
    "2001:db8::1",
    "two words",
    "",
    "x",
    "\"one two\"",
    "127.0.0.1",
    "name",
    "a,b",
    "É",
    "a=b",
    "root",
    "list-owner",
    "ab",
    "aab",
    "xyz",
    "foo+bar@a.example",
];

const VALUES: [&str; 16] = [
    "OK",
    "REJECT go away",
    "value",
    "smtp:[mail.example]:25",
    "two  words",
    "$1",
    "${1}x$(2)",
    "",
    "a, b",
    "{x}",
    "550 5.7.1 no",
    "\"quoted\"",
    "$",
    "$$1",
    "asha",
    "x y z",
];

fn lines(kind: &str, random: &mut Rng) -> Vec<String> {
    let count = random.usize(1..=6);
    let mut lines = Vec::new();
    for _ in 0..count {
        let (key, value) = (one(random, &KEYS), one(random, &VALUES));
        let blank = one(random, &[" ", "\t", "  ", " \t"]);
        let line = match kind {
            "regexp" | "pcre" => {
                let pieces = [
                    "a",
                    "asha",
                    "(a)",
                    "(.*)",
                    "[a-z]+",
                    "^",
                    "$",
                    "\\.",
                    "b*",
                    "(x|y)",
                    ".",
                    "[[:digit:]]",
                    "\\d",
                    "a{2}",
                    "(?i)",
                    "(?:b)",
                    "@",
                    "\\/",
                    "!",
                    "{",
                    ")",
                ];
                let pattern: String = (0..random.usize(1..=3))
                    .map(|_| one(random, &pieces))
                    .collect();
                let flags = one(random, &["", "", "", "i", "m", "x", "im", "s", "Q"]);
                let delimiter = one(random, &["/", "/", "/", "!", "#", ","]);
                let negation = one(random, &["", "", "", "!", "! "]);
                match random.u8(..10) {
                    0 => format!("if {negation}/{pattern}/{flags}"),
                    1 | 2 => one(random, &["endif", "endif x", "ENDIF"]).into(),
                    _ => format!("{negation}{delimiter}{pattern}{delimiter}{flags}{blank}{value}"),
                }
            }
            "cidr" => {
                let networks = [
                    "192.0.2.0/24",
                    "192.0.2.1",
                    "10.0.0.0/8",
                    "2001:db8::/32",
                    "::1",
                    "[2001:db8::1]",
                    "0.0.0.0/0",
                    "::/0",
                    "10.1.2.3/32",
                    "10.1.2.3/8",
                    "127.0.0.1",
                    "192.0.2.0/33",
                    "[::1]/128",
                    "10.1",
                    "2001:DB8::1",
                    "::ffff:192.0.2.1",
                    "1.2.3.4.5",
                ];
                let network = one(random, &networks);
                let negation = one(random, &["", "", "", "!", "! "]);
                match random.u8(..10) {
                    0 => format!("if {negation}{network}"),
                    1 | 2 => one(random, &["endif", "endif x", "Endif"]).into(),
                    _ => format!("{negation}{network}{blank}{value}"),
                }
            }
            "aliases" => match random.u8(..8) {
                0 => format!("  {value}"),
                1 => format!("# {value}"),
                2 => format!("{key}{blank}:{blank}{value}"),
                3 => format!("{key}: {value}, {key}, \"|/bin/prog -x\", :include:/list, /file"),
                _ => format!("{key}:{blank}{value}"),
            },
            _ => match random.u8(..10) {
                0 => format!("  {value}"),
                1 => format!("# {value}"),
                2 => key.into(),
                3 => format!(" {key} {value}"),
                _ => format!("{key}{blank}{value}"),
            },
        };
        lines.push(line);
    }
    lines
}

/// A table whose name is all there is of it.
fn name(random: &mut Rng, depth: usize) -> String {
    let blank = one(random, &["", "", " "]);
    let comma = one(random, &[", ", ",", " "]);
    let part = |random: &mut Rng| match random.u8(..3) {
        0 => format!("{}={}", one(random, &KEYS), one(random, &VALUES)),
        1 => format!(
            "{{{blank}{} = {}{blank}}}",
            one(random, &KEYS),
            one(random, &VALUES)
        ),
        _ => format!("{{{}={}}}", one(random, &KEYS), one(random, &VALUES)),
    };
    match random.u8(..8) {
        0..=2 => {
            let parts: Vec<String> = (0..random.usize(1..=3)).map(|_| part(random)).collect();
            format!("inline:{{{blank}{}{blank}}}", parts.join(comma))
        }
        3 => format!("static:{}", one(random, &VALUES)),
        4 => format!("static:{{{blank}{}{blank}}}", one(random, &VALUES)),
        5 => "unionmap:{static:x,inline:{a=b}}".into(),
        kind if depth > 0 => {
            let kind = if kind == 6 { "unionmap" } else { "pipemap" };
            let parts: Vec<String> = (0..random.usize(1..=3))
                .map(|_| name(random, depth - 1))
                .collect();
            format!("{kind}:{{{blank}{}{blank}}}", parts.join(comma))
        }
        6 => "fail:broken".into(),
        _ => format!(
            "{}:{}",
            one(random, &["nosuch", "inline", "static", "unionmap"]),
            one(random, &VALUES)
        ),
    }
}

/// Atomic groups, conditions, verbs, and quantifiers that give nothing back.
const UNBOUNDED: [&str; 7] = ["(?>", "(?(", "(*", "*+", "++", "?+", "}+"];

/// What is asked, and whether nothing else is said.
struct Question {
    spec: String,
    file: String,
    keys: String,
}

fn question(input: &Input) -> Question {
    let (keys, rest): (Vec<&String>, Vec<&String>) = input.lines[1..]
        .iter()
        .partition(|line| line.starts_with('?'));
    let keys = keys
        .iter()
        .map(|line| format!("{}\n", &line[1..]))
        .collect();
    let text = |end: &str| rest.iter().map(|l| format!("{l}{end}")).collect::<String>();
    let kind = input.lines[0].as_str();
    match kind {
        "name" => Question {
            spec: text(""),
            file: String::new(),
            keys,
        },
        "aliases" => Question {
            spec: "hash:map".into(),
            file: text("\n"),
            keys,
        },
        _ => Question {
            spec: format!("{kind}:map"),
            file: text("\n"),
            keys,
        },
    }
}

/// The commands: the program, and whether it reads the keys.
fn commands<'a>(kind: &str, spec: &'a str) -> Vec<(Vec<&'a str>, bool)> {
    match kind {
        "hash" => vec![
            (vec!["postmap", "map"], false),
            (vec!["postmap", "-q", "-", spec], true),
        ],
        "aliases" => {
            vec![
                (vec!["postalias", "map"], false),
                (vec!["postalias", "-q", "-", spec], true),
            ]
        }
        _ => vec![(vec!["postmap", "-q", "-", spec], true)],
    }
}

impl Language for Tables {
    fn name(&self) -> &'static str {
        "tables"
    }

    fn alphabet(&self) -> &'static [&'static str] {
        &[
            " ", "\t", "\"", "\\", "/", "!", "{", "}", "[", "]", "(", ")", ":", ",", "=", "$", "#",
            "|", "*", "+", "?", ".", "^", "@", "if ", "endif", "a", "X", "0", "1", "é", "::", "//",
            "-", "<", ">", "\u{3000}", ";", "'",
        ]
    }

    fn make(&self, random: &mut Rng) -> Input {
        let kinds = [
            "texthash", "texthash", "hash", "regexp", "pcre", "cidr", "aliases", "name", "name",
        ];
        let kind = one(random, &kinds);
        let mut all = vec![kind.to_string()];
        match kind {
            "name" => all.push(name(random, 1)),
            _ => all.extend(lines(kind, random)),
        }
        for _ in 0..random.usize(1..=4) {
            all.push(format!("?{}", one(random, &KEYS)));
        }
        Input {
            lines: all,
            fixed: 1,
        }
    }

    fn is_input(&self, input: &Input) -> bool {
        let spec = question(input).spec;
        // What ours do not have, because it cannot be had in a time that is bounded.
        let has = |what: &&str| input.lines.iter().any(|line| line.contains(*what));
        let is_refused = spec.starts_with("pcre:") && UNBOUNDED.iter().any(has);
        // What reads other files, or a random one of several.
        !spec.contains('/') && !spec.starts_with('-') && !is_refused
    }

    fn real(&self, inputs: &[Input]) -> Vec<String> {
        let prepare = |folder: &Folder| {
            folder.write("main.cf", MAIN_CF);
            folder.write("master.cf", "");
        };
        each("tables", inputs, &prepare, &|folder, input| {
            let asked = question(input);
            let _ = std::fs::remove_file(folder.0.join("map.db"));
            folder.write("map", &asked.file);
            let mut said = String::new();
            for (words, reads) in commands(&input.lines[0], &asked.spec) {
                let mut command = Command::new(words[0]);
                command.env("MAIL_CONFIG", folder.name()).args(&words[1..]);
                let keys = if reads { asked.keys.as_bytes() } else { b"" };
                let (error, output) = output(command, &folder.0, keys);
                said.push_str(&text(&error, &output));
            }
            said
        })
    }

    fn ours(&self, inputs: &[Input]) -> Vec<String> {
        let mut world = here::world(MAIN_CF, Files::default()).unwrap();
        let mut said = |input: &Input| {
            let asked = question(input);
            let files = &mut world.hosts[0].server.as_mut().unwrap().files;
            files.remove(&format!("{FOLDER}/map.db"));
            files.insert(format!("{FOLDER}/map"), asked.file);
            let mut text = String::new();
            for (words, reads) in commands(&input.lines[0], &asked.spec) {
                let keys = if reads { asked.keys.as_str() } else { "" };
                text.push_str(&here::run(&mut world, FOLDER, &words, keys));
            }
            text
        };
        inputs.iter().map(&mut said).collect()
    }
}
