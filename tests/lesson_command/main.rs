//! `smtp-terminal lesson …`, as it is run.

#![allow(clippy::unwrap_used)]

mod files;
mod values;

use std::path::PathBuf;
use std::process::{Command, Output};

use smtp_terminal::simulator::{Outside, Simulator};

const FIRST: &str = include_str!("../../www/lessons/first-mail.json");

/// A folder that is removed when it is no longer needed.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let id = std::process::id();
        let path = std::env::temp_dir().join(format!("smtp-terminal-{name}-{id}"));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.0.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_smtp-terminal"))
            .arg("lesson")
            .args(arguments)
            .current_dir(&self.0)
            .output()
            .unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn a_new_lesson_is_good() {
    let folder = Folder::new("new");
    let new = folder.run(&["new", "asking"]);
    assert!(new.status.success(), "{}", err(&new));
    let check = folder.run(&["check", "asking.json"]);
    assert_eq!(out(&check), "asking.json: good: 2 steps, 3 mistakes\n");
    assert!(check.status.success());
    let again = folder.run(&["new", "asking"]);
    assert_eq!(
        err(&again),
        "smtp-terminal: asking.json: there is such a file already\n"
    );
    assert_eq!(again.status.code(), Some(2));
    let shown = folder.run(&["new", "asking", "--output", "-"]);
    assert_eq!(
        out(&shown),
        std::fs::read_to_string(folder.0.join("asking.json")).unwrap()
    );
    let unnamed = folder.run(&["new"]);
    assert!(unnamed.status.success(), "{}", err(&unnamed));
    let check = folder.run(&["check", "my-lesson.json"]);
    assert_eq!(out(&check), "my-lesson.json: good: 2 steps, 3 mistakes\n");
    let bad = folder.run(&["new", "a b"]);
    assert!(
        err(&bad).contains("lesson, at id: a name is one word"),
        "{}",
        err(&bad)
    );
}

#[test]
fn what_is_wrong_is_named_with_its_place() {
    let folder = Folder::new("check");
    let good = |name: &str| FIRST.replace("\"first-mail\"", &format!("\"{name}\""));
    folder.write(
        "typo.json",
        good("typo").replacen("\"greeted\"", "\"greted\"", 1),
    );
    folder.write(
        "solution.json",
        good("solution").replace(
            "\"solution\": [\"HELO penguinpower\"]",
            "\"solution\": [\"NOOP\"]",
        ),
    );
    folder.write(
        "example.json",
        good("example")
            .replace(
                "\"telnet smtp.safeer.in 26\"",
                "\"telnet smtp.safeer.in 587\", \"ls\"",
            )
            .replace("\"HELLO penguinpower\"", "\"NOOP\""),
    );
    folder.write(
        "early.json",
        good("early").replacen(
            "{ \"greeted\": { \"host\": \"smtp.safeer.in\" } }",
            "{ \"connected\": {} }",
            1,
        ),
    );
    folder.write(
        "named.json",
        good("other").replace(
            "\"minutes\"",
            "\"prerequisites\": [\"nothing\"], \"minutes\"",
        ),
    );
    folder.write(
        "lost.json",
        good("lost").replace("\"minutes\"", "\"scenario\": \"nowhere\", \"minutes\""),
    );
    folder.write("broken.json", "{ \"id\": ");
    let files = [
        "typo.json",
        "solution.json",
        "example.json",
        "early.json",
        "named.json",
        "lost.json",
        "broken.json",
    ];
    let output = folder.run(&[&["check"], &files[..]].concat());
    assert_eq!(output.status.code(), Some(1));
    let text = out(&output);
    let wanted = [
        "typo.json: lesson, at steps[1].goal: there is no \"greted\" here; use ",
        "Did you mean \"greeted\"?",
        "solution.json: lesson, at steps[1].solution: it does not lead to the goal: goal.greeted has not come to hold; the last reply is “250 2.0.0 Ok”\n",
        "example.json: lesson, at steps[1].mistakes[0]: its example is not noticed: when.reply has not come to hold; the last reply is “250 2.0.0 Ok”\n",
        "early.json: lesson, at steps[1].goal: it holds before its solution is typed\n",
        "named.json: lesson, at id: it is not what the file is called\n",
        "named.json: lesson, at prerequisites[0]: there is no such lesson in the same folder\n",
        "lost.json: lesson, at scenario: nowhere.json: No such file",
        "broken.json: lesson: not JSON: EOF while parsing",
    ];
    for wanted in wanted {
        assert!(text.contains(wanted), "{text}\ndoes not say\n{wanted}");
    }
    let shown = out(&folder.run(&["check", "--verbose", "solution.json"]));
    assert!(shown.contains("    NOOP\n    250 2.0.0 Ok\n"), "{shown}");
    // A folder's lessons are all checked, and what is something else is passed over.
    folder.write("all/first-mail.json", FIRST);
    folder.write("all/course.json", "{ \"groups\": [] }");
    let good = folder.run(&["check", "all"]);
    assert_eq!(out(&good).lines().count(), 1, "{}", out(&good));
    assert!(good.status.success());
    folder.write("all/broken.json", "{ \"id\": ");
    let bad = folder.run(&["check", "all"]);
    assert!(
        out(&bad).contains("all/broken.json: lesson: not JSON"),
        "{}",
        out(&bad)
    );
    assert!(
        out(&bad).contains("all/first-mail.json: good"),
        "{}",
        out(&bad)
    );
    assert_eq!(bad.status.code(), Some(1));
    folder.write("none/course.json", "{ \"groups\": [] }");
    let none = folder.run(&["check", "none"]);
    assert_eq!(
        err(&none),
        "smtp-terminal: none: there is no lesson in it\n"
    );
    assert_eq!(none.status.code(), Some(2));
    let missing = folder.run(&["check", "missing.json"]);
    assert_eq!(missing.status.code(), Some(2));
    assert!(err(&missing).starts_with("smtp-terminal: missing.json: No such file"));
}

/// What looks like a key and is none would be typed as it stands.
#[test]
fn keys_that_are_none_are_named() {
    let folder = Folder::new("keys");
    let text = FIRST.replacen(
        "\"HELLO penguinpower\"",
        "\"HELLO penguinpower\", \"<wait ten>\"",
        1,
    );
    assert_ne!(text, FIRST);
    folder.write(
        "first-mail.json",
        text.replacen(
            "\"solution\": [\"QUIT\"]",
            "\"solution\": [\"QUIT\", \"<Return>\"]",
            1,
        ),
    );
    let said = out(&folder.run(&["check", "first-mail.json"]));
    for wanted in [
        "steps[1].mistakes[0].example[1]: `<wait ten>` is no key and is typed as it stands; write `<wait 5>`, ",
        "steps[6].solution[1]: `<Return>` is no key and is typed as it stands; ",
    ] {
        assert!(said.contains(wanted), "{said}");
    }
}

/// What is not in the world of a lesson can be reached by nobody, and no condition on it comes to hold.
#[test]
fn what_is_not_there_is_named() {
    let folder = Folder::new("names");
    let edited = |name: &str, from: &str, to: &str| {
        let text = FIRST.replace("\"first-mail\"", &format!("\"{name}\""));
        assert!(text.contains(from));
        folder.write(&format!("{name}.json"), text.replacen(from, to, 1));
        let output = folder.run(&["check", &format!("{name}.json")]);
        assert_eq!(output.status.code(), Some(1));
        out(&output)
    };
    let all = "in its world, but penguinpower, smtp.safeer.in, ";
    let pressed = edited(
        "pressed",
        "`> telnet smtp.safeer.in 25`",
        "`> telnet smtp.saffer.in 25`",
    );
    let wanted = "steps[0].text: `telnet smtp.saffer.in 25`: there is no host smtp.saffer.in ";
    assert!(pressed.contains(&format!("{wanted}{all}")), "{pressed}");
    let host = "{ \"greeted\": { \"host\": \"smtp.safeer.in\" } }";
    let goal = edited("goal", host, &host.replace("safeer", "saffer"));
    let wanted = "steps[1].goal.greeted.host: there is no host smtp.saffer.in ";
    assert!(goal.contains(&format!("{wanted}{all}")), "{goal}");
    let words = edited("words", "\"to\": \"HELLO\"", "\"to\": \"HELLO x\"");
    let wanted = "steps[1].mistakes[0].when.reply.to: a command is one word here: ";
    assert!(words.contains(wanted), "{words}");
    // What the lesson itself types, and gets what it wants, is left alone.
    let tried = FIRST.replace("telnet smtp.safeer.in 26", "telnet smtp.saffer.in 26");
    folder.write(
        "first-mail.json",
        tried.replace("`> QUIT`", "`> QUIT` `> telnet smtp.saffer.in 26`"),
    );
    let tried = out(&folder.run(&["check", "first-mail.json"]));
    assert!(!tried.contains("there is no host"), "{tried}");
}

/// What of a goal has not come to hold is named.
#[test]
fn the_part_that_is_missing_is_named() {
    let folder = Folder::new("missing");
    folder.run(&["new", "part"]);
    let text = std::fs::read_to_string(folder.0.join("part.json")).unwrap();
    folder.write(
        "part.json",
        text.replace("\"enhanced\": \"5.1.1\"", "\"contains\": \"unknwon\""),
    );
    let said = out(&folder.run(&["check", "part.json"]));
    let wanted = "part.json: lesson, at steps[1].solution: it does not lead to the goal: goal.all[1].reply has not \
                  come to hold; the last reply is “550 5.1.1 <nosuchuser>: Recipient address rejected: ";
    assert!(said.starts_with(wanted), "{said}");
    // Mail takes a moment to be delivered.
    let steps = r#"[{ "title": "x", "text": "x", "goal": { "mailbox": { "user": "safeer", "host": "smtp.safeer.in" } },
        "solution": ["ssh asha@smtp.safeer.in", "echo hello | mail -s hi safeer"] }]"#;
    folder.write(
        "late.json",
        format!(r#"{{ "id": "late", "title": "x", "steps": {steps} }}"#),
    );
    let said = out(&folder.run(&["check", "late.json"]));
    let wanted = "late.json: lesson, at steps[0].solution: it leads to the goal only later; end it with <wait 5>\n";
    assert_eq!(said, wanted);
}

/// The result of whom types this.
fn result(learner: &str, lines: &str) -> String {
    let mut simulator = Simulator::teach(FIRST, "", Outside::default()).unwrap();
    simulator.run(lines);
    simulator.settle();
    simulator.submission(learner).unwrap()
}

#[test]
fn results_are_marked() {
    let folder = Folder::new("mark");
    folder.write("first-mail.json", FIRST);
    let all = "telnet smtp.safeer.in 25\nhelo x\nmail from:<>\nrcpt to:<asha@safeer.in>\ndata\nto: asha\n\nx\n.\nquit";
    let asha = result("Asha", all);
    let safeer = result(
        "=Safeer, \"s\"",
        "telnet smtp.safeer.in 26\ntelnet smtp.safeer.in 25\nmail from:<a@safeer.in>",
    );
    folder.write("results/a.json", &asha);
    folder.write("results/b.json", &safeer);
    folder.write("results/c.json", safeer.replace("26", "27"));
    // Who makes a checksum anew still has to have done it.
    let claimed = safeer.replace("\"done\":false", "\"done\":true");
    let body = claimed.rsplit_once(",\"checksum\"").unwrap().0;
    let sum = smtp_terminal::lesson::progress::checksum(body);
    folder.write("results/d.json", format!("{body},\"checksum\":\"{sum}\"}}"));
    folder.write(
        "results/e.json",
        asha.replace("\"version\":1", "\"version\":2"),
    );
    folder.write("results/f.json", &asha[..asha.len() / 2]);
    let table = folder.run(&["mark", "first-mail.json", "results"]);
    assert_eq!(table.status.code(), Some(1));
    assert_eq!(
        out(&table)
            .lines()
            .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
            // Where the file was cut depends on its length.
            .map(|line| line.split(" parsing ").next().unwrap().to_string())
            .collect::<Vec<_>>(),
        [
            "file learner done steps of score seconds hints mistakes verdict",
            "results/a.json Asha yes 7 7 100 0 0 0 agrees",
            "results/b.json =Safeer, \"s\" no 3 7 33 0 0 1 agrees",
            "results/c.json =Safeer, \"s\" no 3 7 33 0 0 1 spoilt",
            "results/d.json =Safeer, \"s\" no 3 7 33 0 0 1 differs: steps",
            "results/e.json unreadable: progress, at version: the lesson has changed since; mark it with version 2 of its file",
            "results/f.json unreadable: result: not JSON: EOF while",
            "6 results, 1 done, 2 agree",
        ],
    );
    let csv = folder.run(&[
        "mark",
        "first-mail.json",
        "results/a.json",
        "results/b.json",
        "--format",
        "csv",
    ]);
    assert!(csv.status.success());
    assert_eq!(
        out(&csv),
        "file,learner,done,steps,of,score,seconds,hints,mistakes,verdict\r\n\
         results/a.json,Asha,yes,7,7,100,0,0,0,agrees\r\n\
         results/b.json,\"'=Safeer, \"\"s\"\"\",no,3,7,33,0,0,1,agrees\r\n"
    );
    // A name may have what a terminal obeys and what ends a line.
    folder.write("results/g.json", result("A\u{1b}[31m\u{7}sha\r\n=1", all));
    let csv = folder.run(&[
        "mark",
        "first-mail.json",
        "results/g.json",
        "--format",
        "csv",
    ]);
    let text = out(&csv);
    assert!(
        text.contains("\r\nresults/g.json,A\u{fffd}[31m\u{fffd}sha\u{fffd}\u{fffd}=1,yes,"),
        "{text:?}"
    );
    std::fs::remove_file(folder.0.join("results/g.json")).unwrap();
    let json = folder.run(&[
        "mark",
        "first-mail.json",
        "results",
        "--format",
        "json",
        "--threads",
        "3",
    ]);
    let json: serde_json::Value = serde_json::from_str(&out(&json)).unwrap();
    assert_eq!(json.as_array().unwrap().len(), 6);
    assert_eq!(json[0]["steps"][6]["title"], "Start over, or leave");
    assert_eq!(json[1]["steps"][1]["passed"], true);
    assert_eq!(json[3]["verdict"], "differs: steps");
    let none = folder.run(&["mark", "first-mail.json", "nothing"]);
    assert_eq!(none.status.code(), Some(2));
}

#[test]
fn a_link_has_the_lesson_in_it() {
    let folder = Folder::new("link");
    folder.run(&["new", "asking"]);
    let link = out(&folder.run(&[
        "link",
        "asking.json",
        "--page",
        "https://x.example/lesson.html",
    ]));
    let coded = link
        .trim_end()
        .strip_prefix("https://x.example/lesson.html#lesson=")
        .unwrap();
    assert!(coded
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'));
    let padded = coded.replace('-', "+").replace('_', "/") + &"=".repeat((4 - coded.len() % 4) % 4);
    let text = smtp_terminal::smtp::sasl::from_base64(&padded).unwrap();
    assert!(!text.contains("$comment"));
    assert_eq!(smtp_terminal::lesson::read(&text).unwrap().id.0, "asking");
    folder.write(
        "large.json",
        FIRST.replace("Happy New Year\"", &format!("{}\"", "Happy ".repeat(3_000))),
    );
    let large = folder.run(&["link", "large.json"]);
    assert_eq!(large.status.code(), Some(2));
    assert!(
        err(&large).contains("16384 are the most"),
        "{}",
        err(&large)
    );
    // A scenario that is named is written into it.
    folder.write("quiet.json", r#"{ "latency": 0 }"#);
    let asking = std::fs::read_to_string(folder.0.join("asking.json")).unwrap();
    folder.write(
        "asking.json",
        asking.replace("\"minutes\"", "\"scenario\": \"quiet\", \"minutes\""),
    );
    let link = folder.run(&["link", "asking.json"]);
    assert!(link.status.success(), "{}", err(&link));
}

/// The lesson that a link has in it.
fn linked(link: &str) -> smtp_terminal::lesson::Lesson {
    let coded = link.trim_end().split_once("#lesson=").unwrap().1;
    let padded = coded.replace('-', "+").replace('_', "/") + &"=".repeat((4 - coded.len() % 4) % 4);
    let text = smtp_terminal::smtp::sasl::from_base64(&padded).unwrap();
    assert!(coded.len() <= 16_384, "{}", coded.len());
    smtp_terminal::lesson::read(&text).unwrap()
}

/// Of a lesson in five languages a link has those that are asked for, or those that fit; all lessons of
/// the course can be linked to.
#[test]
fn a_link_has_the_languages_that_fit() {
    let folder = Folder::new("languages");
    folder.write("first-mail.json", FIRST);
    let tags = |lesson: &smtp_terminal::lesson::Lesson| -> Vec<String> {
        lesson.title.0.iter().map(|(tag, _)| tag.clone()).collect()
    };
    let link = folder.run(&["link", "first-mail.json"]);
    let lesson = linked(&out(&link));
    assert_eq!(tags(&lesson), ["en"]);
    assert_eq!(lesson.steps[0].hints()[0].0.len(), 1);
    assert_eq!(
        err(&link),
        "smtp-terminal: first-mail.json: left out, because the link would be too long: de, es, hi, ja (--lang chooses)\n"
    );
    let link = folder.run(&["link", "first-mail.json", "--lang", "de"]);
    assert_eq!(tags(&linked(&out(&link))), ["de"]);
    assert_eq!(err(&link), "");
    // What is asked for is not cut down.
    let link = folder.run(&["link", "first-mail.json", "--lang", "de,es"]);
    assert_eq!(link.status.code(), Some(2));
    assert!(
        err(&link).contains("choose languages with --lang"),
        "{}",
        err(&link)
    );
    let link = folder.run(&["link", "first-mail.json", "--lang", "fr"]);
    assert_eq!(
        err(&link),
        "smtp-terminal: first-mail.json: there is no text in fr; there are en, de, es, hi, ja\n"
    );
    // Two short languages fit, and a text that has only another one stays.
    folder.write(
        "short.json",
        r#"{ "id": "short", "title": { "de": "Kurz", "en": "Short" }, "steps": [
            { "title": { "en": "One", "de": "Eins" }, "text": { "en": "Type." },
              "goal": { "greeted": {} }, "solution": ["telnet smtp.safeer.in 25", "HELO x"] } ] }"#,
    );
    let link = folder.run(&["link", "short.json"]);
    assert_eq!(tags(&linked(&out(&link))), ["de", "en"]);
    let link = folder.run(&["link", "short.json", "--lang", "de"]);
    let lesson = linked(&out(&link));
    assert_eq!(lesson.steps[0].title.in_language("en"), "Eins");
    assert_eq!(lesson.steps[0].text.in_language("de"), "Type.");
    let mut count = 0;
    let lessons = concat!(env!("CARGO_MANIFEST_DIR"), "/www/lessons");
    for entry in std::fs::read_dir(lessons).unwrap() {
        let path = entry.unwrap().path();
        if path.file_stem().is_some_and(|name| name != "course") {
            let link = folder.run(&["link", path.to_str().unwrap()]);
            assert!(link.status.success(), "{}", err(&link));
            linked(&out(&link));
            count += 1;
        }
    }
    assert!(count >= 20, "only {count} lessons");
}

/// What Python's zipfile says of a package.
fn unzipped(folder: &Folder, name: &str) -> Option<String> {
    let script = "import sys, zipfile\n\
        z = zipfile.ZipFile(sys.argv[1])\n\
        assert z.testzip() is None\n\
        from xml.dom import minidom\n\
        m = minidom.parseString(z.read('imsmanifest.xml'))\n\
        files = [f.getAttribute('href') for f in m.getElementsByTagName('file')]\n\
        assert sorted(files + ['imsmanifest.xml']) == sorted(z.namelist()), (files, z.namelist())\n\
        print(m.getElementsByTagName('schemaversion')[0].firstChild.data, m.getElementsByTagName('title')[1].firstChild.data, *z.namelist())";
    let output = Command::new("python3")
        .args(["-c", script, name])
        .current_dir(&folder.0)
        .output();
    let output = output.ok()?;
    assert!(output.status.success(), "{}", err(&output));
    Some(out(&output))
}

#[test]
fn a_package_has_all_that_it_names() {
    let folder = Folder::new("pack");
    folder.write(
        "asking.json",
        FIRST
            .replace("\"first-mail\"", "\"asking\"")
            .replace("Your first mail by hand", "Ask & <answer>")
            .replace("\"minutes\"", "\"scenario\": \"quiet\", \"minutes\""),
    );
    folder.write("quiet.json", r#"{ "latency": 0 }"#);
    let none = folder.run(&["pack", "asking.json"]);
    assert_eq!(none.status.code(), Some(2));
    assert_eq!(err(&none), "smtp-terminal: dist/smtp-terminal.js: there is no bundle: No such file or directory (os error 2) (`make dist` writes one; --bundle says where it is)\n");
    folder.write("b/smtp-terminal.js", "// here");
    folder.write("b/smtp-terminal-full_bg.wasm", [0u8, 0x61, 0x73, 0x6d]);
    folder.write("b/explain/en.json", "{}");
    folder.write("b/smtp-terminal-full.js", "x".repeat(10_000));
    folder.write("b/LICENSE-MIT", "MIT");
    // What its page does not load stays where it is.
    for name in [
        "schema/lesson.json",
        "smtp-terminal.single.js",
        "smtp-terminal-full.0a1b2c3d.js",
        "smtp-terminal-light.js",
        "vue.d.ts",
        "languages/de.json",
        "lessons/first-mail.json",
    ] {
        folder.write(&format!("b/{name}"), "{}");
    }
    let files =
        "index.html scorm.js lesson.json quiet.json smtp-terminal.js smtp-terminal-full.js \
                 smtp-terminal-full_bg.wasm explain/en.json LICENSE-MIT\n";
    for (edition, name, version) in [
        ("1.2", "asking-scorm12.zip", "1.2"),
        ("2004", "asking-scorm2004.zip", "2004 3rd Edition"),
    ] {
        let pack = folder.run(&["pack", "asking.json", "--bundle", "b", "--scorm", edition]);
        assert!(pack.status.success(), "{}", err(&pack));
        assert!(
            out(&pack).starts_with(&format!("{name}: 10 files, ")),
            "{}",
            out(&pack)
        );
        let first = std::fs::read(folder.0.join(name)).unwrap();
        let large = 10_000
            + std::fs::metadata(folder.0.join("asking.json"))
                .unwrap()
                .len();
        assert!(
            (first.len() as u64) < large / 2,
            "{} bytes are not deflated",
            first.len()
        );
        folder.run(&["pack", "asking.json", "--bundle", "b", "--scorm", edition]);
        assert_eq!(
            std::fs::read(folder.0.join(name)).unwrap(),
            first,
            "the same bytes each time"
        );
        match unzipped(&folder, name) {
            Some(said) => assert_eq!(
                said,
                format!("{version} Ask & <answer> imsmanifest.xml {files}")
            ),
            None => println!("SKIPPED: there is no python3 to read the package with"),
        }
    }
}

#[test]
fn each_command_has_its_help() {
    let folder = Folder::new("help");
    for (command, wanted) in [
        ("check", "Exit status: 0 all is well, 1 something is wrong"),
        ("mark", "spoilt"),
        ("pack", "[default: dist]"),
        ("link", "--lang chooses"),
        ("new", "[default: my-lesson]"),
    ] {
        let help = out(&folder.run(&[command, "--help"]));
        assert!(help.contains(wanted), "{help}");
    }
}

#[test]
fn what_is_no_result_says_what_it_is() {
    let folder = Folder::new("odd");
    folder.write("first-mail.json", FIRST);
    let good = result("Asha", "telnet smtp.safeer.in 25");
    folder.write("r/a.json", format!("\u{feff}{good}\r\n"));
    folder.write("r/b.json", "");
    folder.write("r/c.json", "\u{feff} \n");
    folder.write("r/d.json", "[]");
    folder.write("r/e.json", "{}");
    folder.write("r/f.json", good.replace("\"done\":false", "\"done\":7"));
    folder.write("r/g.json", "[".repeat(100_000));
    folder.write("r/h.json", format!("{good}{good}"));
    folder.write("r/i.json", " ".repeat((8 << 20) + 1));
    folder.write("r/j.json", FIRST);
    let at = folder.0.join("r");
    std::fs::write(at.join("k.json"), b"{\"learner\":\"J\xf6rg\"}").unwrap();
    std::fs::create_dir(at.join("l.json")).unwrap();
    std::os::unix::fs::symlink("m.json", at.join("m.json")).unwrap();
    std::os::unix::fs::symlink("/dev/zero", at.join("n.json")).unwrap();
    let table = folder.run(&["mark", "first-mail.json", "r"]);
    assert_eq!(table.status.code(), Some(1));
    let text = out(&table);
    let row = |name: &str| {
        let row = text.lines().find(|line| line.starts_with(name));
        row.unwrap_or_default().to_string()
    };
    assert!(row("r/a.json").ends_with("agrees"), "{text}");
    for (name, why) in [
        ("r/b.json", "empty; ask for the result again"),
        ("r/c.json", "empty; ask for the result again"),
        ("r/d.json", "unreadable: result"),
        ("r/e.json", "unreadable: result"),
        ("r/f.json", "done"),
        ("r/g.json", "unreadable: result"),
        ("r/h.json", "unreadable: result"),
        ("r/i.json", "8388609 bytes are too many, 8388608 at most"),
        ("r/j.json", "unreadable: result"),
        ("r/k.json", "no UTF-8 from byte 13 on; save it again"),
        ("r/l.json", "no regular file"),
        ("r/m.json", "symbolic links"),
        ("r/n.json", "no regular file"),
    ] {
        assert!(row(name).contains(why), "{name}: {text}");
    }
}
