//! Documents of the page's and of teachers': a fault names the document and its place.

use std::process::Command;

use fastrand::Rng;
use smtp_terminal::explain::Explain;
use smtp_terminal::lesson::{markdown, progress, submission};
use smtp_terminal::postfix::cleanup::mime;
use smtp_terminal::simulator::{marked, Outside, Simulator};
use smtp_terminal::smtp::bytes::decode;
use smtp_terminal::views;

use crate::machine::{fuzz, input};

const LESSON: &str = include_str!("corpus/lesson/small.json");

fn has_place(fault: &str) {
    let (document, _) = fault.split_once([':', ',']).unwrap_or((fault, ""));
    assert!(
        [
            "scenario",
            "lesson",
            "progress",
            "result",
            "explanations",
            "submission"
        ]
        .contains(&document),
        "{fault}"
    );
}

#[test]
fn scenarios() {
    let words = [
        "\"hosts\":",
        "\"name\":",
        "\"dns\":",
        "\"addresses\":",
        "[\"10.25.0.1\"]",
        "\"latency\":",
        "\"ports\":",
        "\"title\":",
        "18446744073709551615",
        "[[[[",
        "{\"a\":",
        "\"main_cf\":",
        "\"files\":",
    ];
    fuzz("scenario", 150, &words, |input, _| {
        match Simulator::new(&decode(input)) {
            Ok(mut simulator) => {
                simulator.run("telnet smtp.safeer.in 25\nHELO x\nQUIT");
                simulator.settle();
            }
            Err(fault) => has_place(&fault.to_string()),
        }
    });
}

#[test]
fn lessons_and_their_texts() {
    let words = [
        "\"goal\":",
        "\"all\":[",
        "\"typed\":{\"matches\":\"(a+)+\"}",
        "**",
        "`> ",
        "```type\n",
        "[a](b)",
        "\"en\":",
        "\"steps\":",
        "\"world\":{}",
        "\\u202e",
    ];
    fuzz("lesson", 120, &words, |input, _| {
        let text = decode(input);
        let _ = markdown::parse(&text);
        match Simulator::teach(&text, "", Outside::default()) {
            Ok(mut simulator) => {
                simulator.run("whoami");
                simulator.settle();
                simulator.play();
                simulator.settle();
                simulator.undo();
            }
            Err(fault) => has_place(&fault.to_string()),
        }
    });
}

#[test]
fn results_and_progress() {
    let words = [
        "\"inputs\":",
        "\"line\":",
        "\"tick\":",
        "\"key\":\"<Enter>\"",
        "\"set\":{\"text\":\"\",\"cursor\":99}",
        "\"hint\"",
        "\"skip\":",
        "18446744073709551615",
        "\"edit\":",
    ];
    fuzz("result", 40, &words, |input, _| {
        let text = decode(input);
        let _ = (progress::read(&text), submission::read(&text));
        if let Err(fault) = marked::mark(LESSON, "", &text) {
            has_place(&fault.to_string());
        }
        let mut simulator = Simulator::teach(LESSON, "", Outside::default()).unwrap();
        let before = simulator.transcript();
        if simulator.resume(&text).is_err() {
            assert_eq!(simulator.transcript(), before);
        }
    });
}

#[test]
fn explanations() {
    fuzz(
        "explain",
        1_000,
        &["{queue-id}", "{", "}", "`", "[RFC 5321]", "\"says\":"],
        |input, _| {
            let text = decode(input);
            if let Err(fault) = Explain::read(&text) {
                has_place(&fault.to_string());
            }
        },
    );
}

/// Mail as it lies in a mailbox: letters, parts of MIME, reports.
#[test]
fn mailboxes_and_reports() {
    let words = [
        "\nFrom x Thu Jan  1 00:00:00 2026\n",
        "Content-Type: multipart/report; boundary=\"b\"\n",
        "--b\n",
        "--b--\n",
        "Final-Recipient: rfc822; a@b\n",
        "Status: 5.1.1\n",
        "Content-Transfer-Encoding: base64\n",
        "=?utf-8?Q?=C3?=",
        "Content-Type: message/rfc822\n",
    ];
    let texts = include_str!("../../www/explain/en.json");
    let explain = Explain::read(texts).unwrap();
    fuzz("mailbox", 250, &words, |input, _| {
        mime::pieces(input, &mime::Rules::default(), &mut |_| {});
        let text = decode(input).into_owned();
        let world = serde_json::json!({
            "hosts": [{ "name": "penguinpower", "addresses": ["10.25.0.57"], "users": [{ "name": "safeer" }],
                "files": { "/var/mail/safeer": text, "/home/safeer/letter": text } }],
            "workstation": { "host": "penguinpower", "user": "safeer" }
        });
        let Ok(mut simulator) = Simulator::new(&world.to_string()) else {
            return;
        };
        let _ = views::mailboxes(simulator.world());
        let _ = views::count(simulator.world());
        simulator.run("cat letter\nmail\n1\nh\nq");
        simulator.settle();
        for row in 0..simulator.screen().rows().len().min(40) {
            let _ = simulator.explain(&explain, row);
        }
    });
}

/// The command reads a folder at a time.
#[test]
fn documents_for_the_checker() {
    let corpus: Vec<Vec<u8>> = ["a.md", "b.html", "c.txt"]
        .iter()
        .map(|name| {
            std::fs::read(format!(
                "{}/tests/fuzz/corpus/documents/{name}",
                env!("CARGO_MANIFEST_DIR")
            ))
            .unwrap()
        })
        .collect();
    let words = [
        "```smtp\n",
        "S: 250 Ok\n",
        "C: QUIT\n",
        "<pre>",
        "</pre>",
        "<code>",
        "&lt;",
        "<!-- smtp:",
        "-->",
        "::",
        "> ",
        "    ",
    ];
    let folder = std::env::temp_dir().join(format!("smtp-terminal-fuzz-{}", std::process::id()));
    fuzz("documents", 12, &words, |_, random| {
        std::fs::create_dir_all(&folder).unwrap();
        let seed = random.u64(..);
        let mut names = Vec::new();
        for number in 0..40 {
            let kind = ["md", "html", "txt", "rst"][Rng::with_seed(seed ^ number).usize(..4)];
            let name = folder.join(format!("{number}.{kind}"));
            std::fs::write(&name, input(&corpus, &words, seed, number)).unwrap();
            names.push(name);
        }
        let output = Command::new(env!("CARGO_BIN_EXE_smtp-terminal"))
            .args(["doc", "check"])
            .args(&names)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(
            output.status.code().is_some_and(|code| code < 100) && !said.contains("panicked"),
            "{said}"
        );
        std::fs::remove_dir_all(&folder).unwrap();
    });
}
