//! The real curl talks to `serve` and ours to the simulated server of the same main.cf; what they show must be
//! the same.

use crate::is_here;
use crate::programs::{compare, ours, theirs, world, Folder, Pair};
use crate::support::dialogue::mask;
use crate::support::served::Served;
use crate::support::tests;
use crate::support::with_lines;
use smtp_terminal::simulator::Simulator;
use smtp_terminal::smtp::sasl::from_base64;

/// What is sent.
const LETTER: &str = "Subject: hi\n\nhello\n";

/// What follows `curl smtp://HOST…`.
const CASES: &[&str] = &[
    "/penguinpower -sSv --mail-from a@b.example --mail-rcpt asha@safeer.in -T letter",
    "/penguinpower -sSv --mail-from '<a@b.example>' --mail-rcpt '<asha@safeer.in>' --upload-file letter --crlf",
    "/penguinpower -sSv --mail-rcpt asha@safeer.in --mail-rcpt safeer@safeer.in -T - < letter",
    "/penguinpower -sSv --mail-rcpt asha@safeer.in -T /dev/null",
    "/penguinpower -sSv --mail-rcpt nosuch@safeer.in -T letter; echo $?",
    "/penguinpower -sSv --mail-rcpt nosuch@safeer.in --mail-rcpt asha@safeer.in -T letter; echo $?",
    "/penguinpower -sSv --mail-rcpt nosuch@safeer.in --mail-rcpt asha@safeer.in --mail-rcpt-allowfails -T letter; echo $?",
    "/penguinpower -sSv --mail-rcpt nosuch@safeer.in --mail-rcpt-allowfails -T letter; echo $?",
    "/penguinpower -sSv --mail-from a@b..c --mail-rcpt asha@safeer.in -T letter; echo $?",
    "/penguinpower -sS --mail-rcpt x@far.example -T letter; echo $?",
    " -sv -T letter 2>&1 | grep '^[*>]'",
    "/penguinpower -sS; echo $?",
    "/penguinpower -s; echo $?",
    "/penguinpower -sS -X NOOP",
    "/penguinpower -sS -X 'VRFY asha'",
    "/penguinpower -sS --mail-rcpt asha@safeer.in",
    "/penguinpower -sv --mail-rcpt asha@safeer.in -X EXPN > out; echo $?",
    "/penguinpower -sv --mail-rcpt asha@safeer.in --mail-rcpt safeer@safeer.in > out; cat out",
    "/penguinpower -sSI -X NOOP; echo $?",
    "/penguinpower -sS -X NOOP -o out -w '%{response_code} %{exitcode}\\n'; cat out",
    "/penguinpower -sS -X BAD -w '%{http_code} %{errormsg}\\n'; echo $?",
    "/penguinpower -sSv --ssl-reqd -X NOOP; echo $?",
    "/penguinpower -sSv --ssl -X NOOP > out; echo $?",
    "/penguinpower --ssl -sS -X NOOP",
    "/a%20b -sv -X NOOP > out",
    "/penguinpower -sSv -u safeer:penguin --mail-rcpt x@far.example -T letter; echo $?",
    "/penguinpower -sSv -u safeer:wrong --mail-rcpt x@far.example -T letter; echo $?",
    "/penguinpower -sSv -u safeer:penguin --login-options AUTH=PLAIN --mail-rcpt x@far.example -T letter; echo $?",
    "/penguinpower -sSv -u safeer:penguin --login-options AUTH=LOGIN --mail-auth safeer@safeer.in --mail-from safeer@safeer.in --mail-rcpt x@far.example -T letter; echo $?",
    "/penguinpower -sSv -u safeer:penguin --login-options 'AUTH=PLAIN' --sasl-ir -X NOOP > out",
    "/penguinpower -sSv -u safeer:wrong --login-options AUTH=PLAIN --sasl-ir -X NOOP; echo $?",
    "/penguinpower -sSv -u safeer:penguin --login-options AUTH=NTLM -X NOOP; echo $?",
    "/penguinpower -sSv --oauth2-bearer token -u safeer: -X NOOP; echo $?",
    "/penguinpower -sv -F =text -F '=@letter' -H 'Subject: parts' --mail-rcpt asha@safeer.in",
    "/penguinpower -sv -F '=(;type=multipart/alternative' -F =plain -F '=wide;type=text/html' -F '=)' -F 'f=@letter;encoder=base64;filename=a.pdf' -H 'Subject: parts' -H 'To: asha' --mail-rcpt asha@safeer.in",
    "/penguinpower -sv -F 'a=b;headers=\"X: y\"' --form-string 'c=@d' --mail-rcpt asha@safeer.in",
    "/penguinpower -sS -F '=@nosuch' --mail-rcpt asha@safeer.in; echo $?",
    "/penguinpower -T letter -F a=b; echo $?",
    "/penguinpower -T letter -I; echo $?",
    "/penguinpower -s -T letter -T letter --mail-rcpt asha@safeer.in; echo $?",
    "/penguinpower -sS -T letter -T letter --mail-rcpt asha@safeer.in",
    "/penguinpower -T nosuch; echo $?",
    "/penguinpower -sT nosuch; echo $?",
    "/penguinpower --mail-r a; echo $?",
    "/penguinpower --mail-from; echo $?",
    "/penguinpower --nosuch; echo $?",
    "/penguinpower --url=x; echo $?",
    "/penguinpower -T; echo $?",
    "/penguinpower --uplo; echo $?",
    "/penguinpower -sSv --no-verbose -X NOOP",
];

/// Lines that reach nobody.
const VAIN: &[&str] = &[
    "curl; echo $?",
    "curl -v; echo $?",
    "curl --mail-from a@b; echo $?",
    "curl -sS smtp://127.0.0.1:1; echo $?",
    "curl -sSv smtp://127.0.0.1:1; echo $?",
    "curl -s smtp://127.0.0.1:1; echo $?",
    "curl -sS foo://127.0.0.1; echo $?",
    "curl -sS smtp://127.0.0.1:99999/; echo $?",
    "curl -sS smtp://nosuch.invalid; echo $?",
    "curl -sSv smtp://nosuch.invalid -T - < /dev/null; echo $?",
    "curl -sSv telnet://nosuch.invalid:25; echo $?",
    "curl -sSv telnet://127.0.0.1:1; echo $?",
    "curl -sS smtp://nosuch.invalid -w '%{exitcode} %{errormsg}\\n'",
];

/// `telnet://HERE` shows whatever is said.
const RAW: &[&str] = &[
    "printf 'EHLO x\\r\\nQUIT\\r\\n' | curl -sS telnet://HERE; echo $?",
    "printf 'QUIT\\n' | curl -sv -o said telnet://HERE; echo $?; cat said",
    "curl -s -m 1 telnet://HERE < /dev/null; echo $?",
    "curl -sv -m 1 -o said telnet://HERE < /dev/null; cat said",
];

/// What a challenge is answered with, by somebody who knows the word.
fn is_right(answer: &str, challenge: &str) -> bool {
    let right = |word: &str| {
        let digest =
            smtp_terminal::smtp::sasl::hmac::hmac_md5(word.as_bytes(), challenge.as_bytes());
        answer == format!("safeer {digest}")
    };
    right("penguin") || right("wrong")
}

/// Without what is different every time: the moment, a boundary, a challenge, where the server is.
fn masked(text: &str) -> String {
    let mut challenge: Option<String> = None;
    let mut lines: Vec<String> = Vec::new();
    for line in text.replace("\r\n", "\n").split('\n') {
        let answer = line.strip_prefix("> ").and_then(|t| from_base64(t).ok());
        if let (Some(asked), Some(answer)) = (challenge.take(), answer) {
            if is_right(&answer, &asked) {
                lines.push("> (the right answer)".into());
                continue;
            }
        }
        let asked = line
            .strip_prefix("< 334 ")
            .and_then(|t| from_base64(t).ok());
        challenge = asked.filter(|t| t.starts_with('<') && t.ends_with('>'));
        let (front, rest) = line.split_once(" after ").unwrap_or((line, ""));
        let number = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        lines.push(match (&challenge, number.strip_prefix(" ms: ")) {
            (Some(_), _) => "< 334 (a challenge)".into(),
            (_, Some(end)) if number.len() < rest.len() => {
                format!("{front} after (time) ms: {end}")
            }
            _ => mask(line),
        });
    }
    lines.join("\n")
}

#[test]
fn curl_says_what_debians_says() {
    if !is_here("curl") {
        return;
    }
    let main_cf = std::fs::read_to_string(tests("transcripts/main.cf")).unwrap();
    let lines = [
        "smtpd_sasl_auth_enable = yes".to_string(),
        "mynetworks = 10.0.0.0/8".into(),
    ];
    let main_cf = with_lines(&main_cf, &lines);
    let folder = Folder::new("curl");
    let config = folder.0.join("main.cf");
    std::fs::write(&config, &main_cf).unwrap();
    std::fs::write(folder.0.join("letter"), LETTER).unwrap();
    let path = config.display().to_string();
    let served = Served::start(&[
        "--config",
        &path,
        "--user",
        "safeer:penguin",
        "--user",
        "asha:word",
    ]);
    let place = served.address.to_string();
    let (address, port) = place.split_once(':').unwrap();
    let scenario = world(&main_cf);
    let start = || {
        let mut simulator = Simulator::new(&scenario.to_string()).unwrap();
        simulator.run("printf 'Subject: hi\\n\\nhello\\n' > letter");
        simulator.settle();
        simulator
    };
    let renamed = |said: &str| {
        said.replace(&place, "192.0.2.1:25")
            .replace(&format!("({address}) port {port}"), "(192.0.2.1) port 25")
            .replace(
                &format!("Connected to {address}"),
                "Connected to smtp.safeer.in",
            )
            .replace(&format!("to host {address}"), "to host smtp.safeer.in")
    };
    let pair = |case: &&str| {
        let said = theirs(&folder.0, &format!("curl smtp://{place}{case}"));
        let line = format!("curl smtp://smtp.safeer.in{case}");
        Pair {
            line: case.to_string(),
            theirs: renamed(&said),
            ours: ours(&mut start(), &line),
        }
    };
    let pairs: Vec<Pair> = CASES.iter().map(pair).collect();
    compare("runs of curl", &pairs, CASES.len(), masked);
    let pair = |line: &&str| Pair {
        line: line.to_string(),
        theirs: renamed(&theirs(&folder.0, &line.replace("HERE", &place))),
        ours: ours(&mut start(), &line.replace("HERE", "smtp.safeer.in:25")),
    };
    let pairs: Vec<Pair> = RAW.iter().map(pair).collect();
    compare("runs of curl over telnet", &pairs, RAW.len(), masked);
    let pair = |line: &&str| Pair {
        line: line.to_string(),
        theirs: theirs(&folder.0, line),
        ours: ours(&mut start(), line),
    };
    let pairs: Vec<Pair> = VAIN.iter().map(pair).collect();
    compare("runs of curl in vain", &pairs, VAIN.len(), masked);
}
