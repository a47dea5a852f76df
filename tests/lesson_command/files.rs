//! Files that are no lesson and no result, or of something else: what is said of them, and with which exit
//! status.

use crate::{err, out, result, Folder, FIRST};

/// Files that are no lesson: each command says what they are, or what to do, and ends as its help says.
#[test]
fn what_is_no_lesson_says_what_it_is() {
    let folder = Folder::new("no-lesson");
    folder.write("first-mail.json", FIRST);
    folder.write("folder/.keep", "");
    folder.write("empty.json", "\u{feff} \n");
    folder.write("latin.json", b"{\"id\": \"J\xf6rg\"}");
    let wide = |order: fn(u16) -> [u8; 2]| {
        let units = "\u{feff}{}".encode_utf16();
        units.flat_map(order).collect::<Vec<u8>>()
    };
    folder.write("little.json", wide(u16::to_le_bytes));
    folder.write("big.json", wide(u16::to_be_bytes));
    folder.write("words.json", "hello");
    folder.write("cut.json", &FIRST[..FIRST.find("steps").unwrap()]);
    folder.write("result.json", result("Asha", "quit"));
    folder.write("scenario.json", r#"{ "hosts": [] }"#);
    folder.write("course.json", r#"{ "groups": [] }"#);
    let named = |scenario: &str| {
        let id = format!("\"id\": \"first-mail\", \"scenario\": \"{scenario}\"");
        FIRST.replacen("\"id\": \"first-mail\"", &id, 1)
    };
    folder.write("lost.json", named("nowhere"));
    folder.write("odd.json", named("words"));
    folder.write("up.json", named("../scenario"));
    let done = FIRST.replacen("\"goal\"", "\"gaol\"", 1);
    folder.write("typo.json", done);
    let cases = [
        ("missing.json", "missing.json: No such file or directory"),
        ("folder", "folder: "),
        (
            "empty.json",
            "empty.json: the file is empty (`smtp-terminal lesson new` writes a lesson",
        ),
        (
            "latin.json",
            "latin.json: no UTF-8 from byte 9 on; save it again",
        ),
        (
            "little.json",
            "little.json: this is UTF-16; save it as UTF-8",
        ),
        ("big.json", "big.json: this is UTF-16; save it as UTF-8"),
        (
            "words.json",
            "words.json: lesson: not JSON: expected value at line 1 column 1",
        ),
        ("cut.json", "cut.json: lesson: not JSON: EOF while parsing"),
        (
            "result.json",
            "result.json: this is a result, and no lesson",
        ),
        (
            "scenario.json",
            "scenario.json: this is a scenario, and no lesson",
        ),
        (
            "course.json",
            "course.json: this is a course, and no lesson",
        ),
        (
            "lost.json",
            "lost.json: lesson, at scenario: nowhere.json: No such file or directory",
        ),
        (
            "odd.json",
            "odd.json: lesson, at scenario: words.json: scenario: not JSON: expected value",
        ),
        (
            "up.json",
            "up.json: lesson, at scenario: \"../scenario\" is no name of a file without .json",
        ),
        (
            "typo.json",
            "typo.json: lesson, at steps[0]: there is no \"gaol\" here; use $comment, title",
        ),
        ("/dev/zero", "/dev/zero: more than 33554432 bytes"),
    ];
    for (file, wanted) in cases {
        for command in [
            &["check", file][..],
            &["pack", file, "--bundle", "nowhere"],
            &["link", file],
            &["mark", file, "result.json"],
        ] {
            let output = folder.run(command);
            // A lesson that is wrong is what `check` looks for; what cannot be read is a mistake in the command.
            let is_found = command[0] == "check" && !["missing.json", "folder"].contains(&file);
            let (said, status) = match is_found {
                true => (out(&output), 1),
                false => (err(&output), 2),
            };
            let said = said.strip_prefix("smtp-terminal: ").unwrap_or(&said);
            assert!(said.starts_with(wanted), "{command:?}: {said}");
            assert!(said.lines().count() == 1, "{command:?}: {said}");
            assert_eq!(output.status.code(), Some(status), "{command:?}: {said}");
        }
    }
    for command in ["pack", "link", "mark"] {
        let said = err(&folder
            .run(&[command, "folder", "result.json"][..if command == "mark" { 3 } else { 2 }]));
        assert_eq!(
            said,
            "smtp-terminal: folder: this is a folder; name a file in it\n"
        );
    }
}

/// A byte order mark is no part of a lesson: not of its checksum either.
#[test]
fn a_byte_order_mark_changes_nothing() {
    let folder = Folder::new("mark-of-order");
    folder.write("first-mail.json", format!("\u{feff}{FIRST}"));
    folder.write("r.json", result("Asha", "telnet smtp.safeer.in 25"));
    assert!(out(&folder.run(&["check", "first-mail.json"])).contains(": good: "));
    let link = folder.run(&["link", "first-mail.json", "--lang", "en"]);
    assert!(link.status.success(), "{}", err(&link));
    let marked = folder.run(&["mark", "first-mail.json", "r.json"]);
    assert!(
        out(&marked).contains(" agrees\n1 result, 0 done, 1 agree\n"),
        "{}",
        out(&marked)
    );
    assert_eq!(marked.status.code(), Some(0));
}

/// A new lesson is called as its file is, and no folder is written over.
#[test]
fn a_new_lesson_is_called_as_its_file() {
    let folder = Folder::new("called");
    folder.write("folder/.keep", "");
    assert!(folder
        .run(&["new", "--output", "folder/asking.json"])
        .status
        .success());
    let check = folder.run(&["check", "folder/asking.json"]);
    assert_eq!(
        out(&check),
        "folder/asking.json: good: 2 steps, 3 mistakes\n"
    );
    let new = folder.run(&["new", "asking", "--output", "folder"]);
    assert_eq!(
        err(&new),
        "smtp-terminal: folder: this is a folder; add the file's name\n"
    );
    assert_eq!(new.status.code(), Some(2));
    let new = folder.run(&["new", "--output", "nowhere/x.json"]);
    assert!(
        err(&new).starts_with("smtp-terminal: nowhere/x.json: No such file"),
        "{}",
        err(&new)
    );
    for name in [
        "smtp-terminal.js",
        "smtp-terminal-full.js",
        "smtp-terminal-full_bg.wasm",
        "explain/en.json",
    ] {
        folder.write(&format!("dist/{name}"), "x");
    }
    let pack = folder.run(&["pack", "folder/asking.json", "--output", "folder"]);
    assert_eq!(
        err(&pack),
        "smtp-terminal: folder: this is a folder; add the file's name\n"
    );
}

/// Results that are of something else, that claim what no lesson has, or that somebody has handed in twice.
#[test]
fn results_of_something_else_say_of_what() {
    let folder = Folder::new("elsewhere");
    folder.write("first-mail.json", FIRST);
    folder.write("none/.keep", "");
    let good = result("Asha", "telnet smtp.safeer.in 25");
    let signed = |body: &str| {
        let body = body.rsplit_once(",\"checksum\"").unwrap().0;
        let sum = smtp_terminal::lesson::progress::checksum(body);
        format!("{body},\"checksum\":\"{sum}\"}}")
    };
    let step = r#"{"passed":false,"hints":0,"mistakes":0}"#;
    let cases = [
        ("a", good.clone(), "agrees"),
        ("b", good.replace("\"lesson\":\"first-mail\"", "\"lesson\":\"replies\""), "unreadable: progress, at lesson: it is of another lesson, \"replies\""),
        ("c", good.replace("\"version\":1", "\"version\":7"), "unreadable: progress, at version: the lesson has changed since; mark it with version 7 of its file"),
        ("d", good.replace("\"format\":1", "\"format\":2"), "unreadable: progress, at format: only 1 is known here"),
        ("e", signed(&good.replacen(step, &format!("{step},{step}"), 1)), "differs: steps"),
        ("f", signed(&good.replacen(step, r#"{"passed":false,"hints":99,"mistakes":0}"#, 1)), "differs: times, hints or mistakes"),
        ("g", good.replacen("{\"line\":", "{\"lime\":", 1), "unreadable: result, at progress.inputs[1]: there is no \"lime\" here"),
        ("h", good.replacen("\"hints\":0", "\"hints\":-1", 1), "unreadable: result, at claim.steps[0].hints: expected a whole number"),
        ("i", good.replacen(step, r#"{"passed":false,"hints":0,"mistakes":0,"title":"x"}"#, 1), "there is no \"title\" here"),
        ("j", FIRST.into(), "unreadable: result: this is a lesson, and no result"),
        ("k", r#"{ "hosts": [] }"#.into(), "unreadable: result: this is a scenario, and no result"),
        ("l", good.replacen("\"seed\":\"", "\"seed\":\"x", 1), "unreadable: progress, at seed: it is not a number"),
        ("m", good.replace("\"learner\":\"Asha\",", ""), "unreadable: result, at learner: expected a text in quotes"),
        ("n", result("Tomas", ""), "agrees"),
        ("p", good.replacen("\"sum\":\"", "\"sum\":\"0", 1), "the lesson has changed since, and its version is the same; mark it with the file that was handed out"),
        ("q", good.split_at(200).0.into(), "; it is cut off, ask for the result again"),
        ("o", signed(&good.replace("Connected", "Contented")), "differs: transcript"),
    ];
    for (name, text, _) in &cases {
        folder.write(&format!("r/{name}.json"), text);
    }
    let marked = folder.run(&["mark", "first-mail.json", "r", "--format", "csv"]);
    assert_eq!(marked.status.code(), Some(1));
    let said = out(&marked);
    for (name, _, wanted) in &cases {
        let row = said
            .lines()
            .find(|row| row.starts_with(&format!("r/{name}.json,")));
        let row = row.unwrap_or_default().replace("\"\"", "\"");
        assert!(row.contains(wanted), "{name}: {row}");
    }
    assert_eq!(
        err(&marked),
        "smtp-terminal: several results of Asha: r/a.json, r/e.json, r/f.json, r/o.json\n"
    );
    let none = folder.run(&["mark", "first-mail.json", "none"]);
    assert_eq!(
        err(&none),
        "smtp-terminal: none: there is no result in it\n"
    );
    assert_eq!(none.status.code(), Some(2));
}

/// A package in another language has the page's words for it, and a language that the lesson has not is named.
#[test]
fn a_package_speaks_the_language_that_is_asked_for() {
    let folder = Folder::new("pack-language");
    folder.write("first-mail.json", FIRST);
    for name in [
        "smtp-terminal.js",
        "smtp-terminal-full.js",
        "smtp-terminal-full_bg.wasm",
        "explain/en.json",
        "explain/de.json",
        "languages/de.json",
    ] {
        folder.write(&format!("b/{name}"), "{}");
    }
    let pack = |lang| folder.run(&["pack", "first-mail.json", "--bundle", "b", "--lang", lang]);
    let german = pack("de");
    assert!(german.status.success(), "{}", err(&german));
    if let Some(said) = crate::unzipped(&folder, "first-mail-scorm12.zip") {
        let lesson: serde_json::Value = serde_json::from_str(FIRST).unwrap();
        let title = lesson["title"]["de"].as_str().unwrap();
        assert!(said.starts_with(&format!("1.2 {title} ")), "{said}");
        let names = "explain/en.json languages/de.json explain/de.json\n";
        assert!(said.ends_with(names), "{said}");
    }
    let unknown = pack("fr");
    assert_eq!(unknown.status.code(), Some(2));
    let wanted = "smtp-terminal: first-mail.json: there is no text in fr; there are en, ";
    assert!(err(&unknown).starts_with(wanted), "{}", err(&unknown));
}
