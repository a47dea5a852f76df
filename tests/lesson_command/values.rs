//! Values that are well-formed and never come true.

use super::{out, Folder, FIRST};

/// What is said of the first lesson with something in it written otherwise.
fn edited(folder: &Folder, from: &str, to: &str) -> String {
    checked(folder, from, to, 1)
}

fn checked(folder: &Folder, from: &str, to: &str, code: i32) -> String {
    assert!(FIRST.contains(from), "{from}");
    folder.write("first-mail.json", FIRST.replacen(from, to, 1));
    let output = folder.run(&["check", "first-mail.json"]);
    assert_eq!(output.status.code(), Some(code), "{to}");
    out(&output)
}

#[test]
fn misspelled_values_are_named_with_what_is_good() {
    let folder = Folder::new("values");
    let host = "{ \"greeted\": { \"host\": \"smtp.safeer.in\" } }";
    let place = "first-mail.json: lesson, at steps[1].goal";
    for (goal, wanted) in [
        (
            r#"{ "tried": { "status": "send" } }"#,
            ".tried.status: \"send\" is none that there is; write sent, deferred, bounced",
        ),
        (
            r#"{ "bounce": { "action": "fail" } }"#,
            ".bounce.action: \"fail\" is none that there is; write failed, delayed, delivered, ",
        ),
        (
            r#"{ "queue": { "place": "defered" } }"#,
            ".queue.place: \"defered\" is none that there is; write active, deferred, hold, ",
        ),
        (
            r#"{ "reply": { "enhanced": "9.9" } }"#,
            ".reply.enhanced: \"9.9\" is none that there is; write 2, 4 or 5 and two numbers, as 5.1.1",
        ),
        (
            r#"{ "bounce": { "status": "5.1.1." } }"#,
            ".bounce.status: \"5.1.1.\" is none",
        ),
        (
            r#"{ "tried": { "enhanced": "5.1" } }"#,
            ".tried.enhanced: \"5.1\" is none",
        ),
        (
            r#"{ "authenticated": { "mechanism": "PLIAN" } }"#,
            ".authenticated.mechanism: \"PLIAN\" is none that there is; write PLAIN, LOGIN, ",
        ),
        (
            r#"{ "reply": { "code": "65x" } }"#,
            ".reply.code: \"65x\" is not a code; write one such as 550 or \"5xx\"",
        ),
        (
            r#"{ "read": { "path": "etc/aliases" } }"#,
            ".read.path: \"etc/aliases\" is none that there is; write a path from the root, as /etc/aliases",
        ),
        (
            r#"{ "file": { "path": "./notes" } }"#,
            ".file.path: \"./notes\" is none",
        ),
        (
            r#"{ "mailbox": { "path": "Maildir/" } }"#,
            ".mailbox.path: \"Maildir/\" is none",
        ),
        (
            r#"{ "reply": { "to": "conect" } }"#,
            ".reply.to: no server answers conect; write one of connect, content, HELO, ",
        ),
        (
            r#"{ "parameter": { "name": "mynetwork" } }"#,
            ".parameter.name: Postfix has no parameter mynetwork; did you mean mynetworks?",
        ),
        (
            r#"{ "mailbox": { "user": "saffeer" } }"#,
            ".mailbox.user: there is no user saffeer in its world, but ",
        ),
        (
            r#"{ "any": [{ "ended": { "program": "swask" } }] }"#,
            ".any[0].ended.program: there is no program swask; did you mean swaks?",
        ),
        (
            r#"{ "said": { "matches": "^MAIL\\s+\\d" } }"#,
            ".said.matches: \\d is the letter d in such an expression (POSIX extended); write [0-9]",
        ),
        (
            r#"{ "reply": { "line": "a\\tb" } }"#,
            ".reply.line: \\t is the letter t",
        ),
    ] {
        let said = edited(&folder, host, goal);
        assert!(said.contains(&format!("{place}{wanted}")), "{goal}: {said}");
    }
}

/// What a lesson makes itself, and what is written in other ways, is no mistake.
#[test]
fn values_that_come_true_are_left_alone() {
    let folder = Folder::new("true-values");
    let solution = r#"["ssh asha@smtp.safeer.in", "sudo useradd -m rosa", "postconf -e my_own=1", "gruss() { true; }", "gruss", "exit"]"#;
    for goal in [
        r#"{ "any": [{ "mailbox": { "user": "rosa" } }, { "ended": { "program": "ssh" } }] }"#,
        r#"{ "any": [{ "parameter": { "name": "my_own", "is": "2" } }, { "ended": { "program": "ssh" } }] }"#,
        r#"{ "any": [{ "authenticated": { "user": "ASHA@safeer.in", "mechanism": "cram-md5" } }, { "ended": { "program": "ssh" } }] }"#,
        r#"{ "any": [{ "reply": { "to": "rcpt", "line": "\\w\\.\\bx" } }, { "ended": { "program": "ssh" } }] }"#,
        r#"{ "any": [{ "parameter": { "name": "lmtp_destination_concurrency_limit" } }, { "ended": { "program": "ssh" } }] }"#,
        r#"{ "any": [{ "mailbox": { "path": "/home/asha/Maildir/" } }, { "ended": { "program": "ssh" } }] }"#,
    ] {
        let steps =
            format!(r#"[{{ "title": "x", "text": "x", "goal": {goal}, "solution": {solution} }}]"#);
        folder.write(
            "own.json",
            format!(
                r#"{{ "id": "own", "title": {{ "en": "x", "pt-BR": "y" }}, "steps": {steps} }}"#
            ),
        );
        let said = out(&folder.run(&["check", "own.json"]));
        let is_left = ![
            "no user",
            "no param",
            "no program",
            "no server",
            "is the letter",
            "none that",
        ]
        .iter()
        .any(|words| said.contains(words));
        assert!(is_left, "{goal}: {said}");
    }
}

#[test]
fn languages_and_examples_are_looked_at() {
    let folder = Folder::new("languages");
    let title = "\"en\": \"Your first mail by hand\"";
    let strange = edited(&folder, title, &format!("{title}, \"xx\": \"?\""));
    let wanted = "lesson, at title: there is no language xx; write one as en, de, pt-BR (RFC 5646)";
    assert!(strange.contains(wanted), "{strange}");
    let lacking = edited(&folder, title, "\"fr\": \"Votre premier courrier\"");
    let wanted =
        "lesson, at title: there is no English (en), which is shown where a language is missing";
    assert!(lacking.contains(wanted), "{lacking}");
    let example = "\"example\": [\"telnet smtp.safeer.in 26\"]";
    let untried = checked(&folder, example, "\"example\": null", 0);
    let wanted = "note, at steps[0].mistakes[0]: it has no example, and was not tried; write what to type to make it";
    assert!(untried.contains(wanted), "{untried}");
}

#[test]
fn a_parameter_of_its_world_that_does_nothing_is_noted() {
    let folder = Folder::new("idle");
    let lesson = serde_json::json!({
        "id": "own",
        "title": "Own",
        "world": {
            "workstation": { "host": "lab", "user": "kim" },
            "hosts": [
                { "name": "lab", "addresses": ["192.0.2.10"] },
                {
                    "name": "mx.school.example",
                    "addresses": ["192.0.2.20"],
                    "ports": { "25": "smtp" },
                    "main_cf": [
                        "compatibility_level = 3.6",
                        "message_size_limt = 2000",
                        "my_clients = permit_mynetworks, reject",
                        "smtpd_client_restrictions = $my_clients"
                    ]
                }
            ],
            "dns": []
        },
        "steps": [{
            "title": "Connect",
            "text": "Connect.",
            "goal": { "reply": { "to": "connect", "code": 220 } },
            "solution": ["telnet mx.school.example 25"]
        }]
    });
    folder.write("own.json", lesson.to_string());
    let output = folder.run(&["check", "own.json"]);
    assert_eq!(
        out(&output),
        "own.json: note, at world.hosts[1].main_cf: Postfix has no parameter message_size_limt; \
         did you mean message_size_limit?\nown.json: good: 1 steps, 0 mistakes\n"
    );
    assert!(output.status.success());
}
