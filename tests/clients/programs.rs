//! The workstation's programs beside Debian's own: the same command lines, the same text.

use std::path::Path;
use std::process::Command;

use smtp_terminal::simulator::Simulator;
use smtp_terminal::smtp::sasl::from_base64;
use smtp_terminal::smtp::sasl::hmac::hmac_md5;

use super::is_here;
use super::support::dialogue::mask;
use super::support::sabotage::Sabotage;
use super::support::served::Served;
use super::support::{shape, tests};

const PROMPT: &str = "safeer@penguinpower:~$ ";

/// So many command lines, runs of swaks, dialogues with mail, complaints of mail and command lines of
/// mail's programs there are at least.
const LEAST: [usize; 5] = [530, 43, 14, 15, 137];

/// What a program of Debian's and ours print, and the line that both are given.
pub(super) struct Pair {
    pub(super) line: String,
    pub(super) theirs: String,
    pub(super) ours: String,
}

/// Compares; `mask` takes out what is different every time, and is given our text as it came.
pub(super) fn compare(what: &str, pairs: &[Pair], least: usize, masked: impl Fn(&str) -> String) {
    let mut problems = Vec::new();
    let mut sabotage = Sabotage::default();
    for Pair { line, theirs, ours } in pairs {
        let theirs = masked(theirs);
        if theirs != masked(ours) {
            let ours = masked(ours);
            problems.push(format!("{line}\n--- Debian\n{theirs}\n--- we\n{ours}"));
            continue;
        }
        sabotage.plant(what, &[ours], 3, |_, spoilt| {
            masked(&String::from_utf8_lossy(&spoilt)) != theirs
        });
    }
    println!("{} {what}, {} differ", pairs.len(), problems.len());
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
    assert!(pairs.len() >= least, "there were {least} {what}");
    assert!(sabotage.verdict(&[what]));
}

/// What bash prints for a line.
pub(super) fn theirs(folder: &Path, line: &str) -> String {
    let script = format!("{{ {line}\n}} 2>&1");
    let output = Command::new("bash")
        .args(["-c", &script])
        .current_dir(folder)
        .env("LC_ALL", "C.UTF-8")
        .env("TZ", "UTC")
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    // A shell that is not interactive says in which line.
    let line = |line: &str| match line.strip_prefix("bash: line 1: ") {
        Some(rest) => format!("bash: {rest}"),
        None => line.into(),
    };
    let lines: Vec<String> = text.split('\n').map(line).collect();
    lines.join("\n")
}

/// What the simulated workstation prints for a line: what is on the screen between that and the
/// next prompt, which must be there.
pub(super) fn ours(simulator: &mut Simulator, line: &str) -> String {
    let before = simulator.transcript().len();
    simulator.run(line);
    simulator.settle();
    let screen = simulator.transcript();
    let text = &screen[before + line.len() + 1..];
    let prompt = text.rsplit('\n').next().unwrap_or("");
    let prompt = &prompt[prompt.find("safeer@").unwrap_or(prompt.len())..];
    match text.strip_suffix(prompt).filter(|_| prompt.ends_with("$ ")) {
        Some(text) => text.into(),
        None => format!("{text}(no prompt)"),
    }
}

/// A folder for one test, removed at its end.
pub(super) struct Folder(pub(super) std::path::PathBuf);

impl Folder {
    pub(super) fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("st-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What is gone already needs no removing.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn programs_say_what_debians_say() {
    if is_here("bash") && is_here("nc") && is_here("file") {
        lines_say_the_same("programs", "command lines", LEAST[0]);
    }
}

#[test]
fn programs_of_mail_say_what_debians_say() {
    let needed = ["bash", "nc", "swaks", "telnet", "dig", "host", "openssl"];
    if needed.into_iter().all(is_here) {
        lines_say_the_same("mail-programs", "command lines of mail", LEAST[4]);
    }
}

/// Gives the lines of a file to Debian's programs and to ours.
fn lines_say_the_same(file: &str, what: &str, least: usize) {
    let text = std::fs::read_to_string(tests(&format!("clients/{file}.txt"))).unwrap();
    let folder = Folder::new(file);
    let mut simulator = Simulator::new("{}").unwrap();
    assert!(simulator.transcript().ends_with(PROMPT));
    let pair = |line: &str| Pair {
        line: line.into(),
        theirs: theirs(&folder.0, line),
        ours: ours(&mut simulator, line),
    };
    let lines = text.lines().filter(|l| !l.starts_with('#'));
    let pairs: Vec<Pair> = lines.map(pair).collect();
    compare(what, &pairs, least, str::to_string);
}

/// What swaks shows, without what is different every time.
fn without_moments(text: &str) -> String {
    let digits = |t: &str, count: usize| t.len() == count && t.bytes().all(|b| b.is_ascii_digit());
    let line = |line: &str| {
        // Its moment, the number of its process, the machine.
        let id = line.strip_prefix(" -> Message-Id: <");
        let id = id.and_then(|rest| rest.strip_suffix('>')?.split_once('@'));
        if let Some((time, process)) = id.and_then(|(id, _)| id.split_once('.')) {
            let is_host = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
            let is_shaped = digits(time, 14) && digits(process, 6);
            let host = id.map_or("", |(_, host)| host);
            if is_shaped && !host.is_empty() && host.chars().all(is_host) {
                return " -> Message-Id: <(moment).(process)@(host)>".into();
            }
        }
        mask(&shape::without_moments(&without_number(
            line,
            "_MIME_BOUNDARY_00",
        )))
    };
    // A challenge is another each time, and so is what answers it rightly.
    let mut challenge = None;
    let mut lines: Vec<String> = Vec::new();
    for text in text.split('\n') {
        let answer = text.strip_prefix(" -> ").and_then(|t| from_base64(t).ok());
        let is_right = |challenge: &String| {
            let right = |word: &&str| {
                let digest = hmac_md5(word.as_bytes(), challenge.as_bytes());
                answer == Some(format!("safeer {digest}"))
            };
            ["penguin", "wrong"].iter().any(right)
        };
        let is_right = challenge.take().is_some_and(|c| is_right(&c));
        let asked = text
            .strip_prefix("<-  334 ")
            .and_then(|t| from_base64(t).ok());
        challenge = asked.filter(|t| {
            let number = t
                .strip_prefix('<')
                .and_then(|t| t.strip_suffix("@smtp.safeer.in>"));
            number.is_some_and(|n| n.split('.').all(|n| n.parse::<u64>().is_ok()))
        });
        lines.push(match is_right {
            true => " -> (the right answer)".into(),
            false if challenge.is_some() => "<-  334 (a challenge)".into(),
            false => line(text),
        });
    }
    lines.join("\n")
}

/// The number of a process in a boundary.
fn without_number(line: &str, start: &str) -> String {
    let Some((before, after)) = line.split_once(start) else {
        return line.into();
    };
    let (which, number) = after.split_at(after.len().min(2));
    let rest = number.trim_start_matches(|c: char| c.is_ascii_digit());
    format!("{before}{start}{which}(process){rest}")
}

/// What swaks said, with the simulated network's names in the place of this machine's. On a screen
/// CR LF is the end of a line.
fn from_the_simulated(said: &str, address: &str, port: &str) -> String {
    said.replace("\r\n", "\n")
        .replace(
            &format!("Trying {address}:{port}...\n"),
            "Trying smtp.safeer.in:25...\n",
        )
        .replace(
            &format!("Connected to {address}.\n"),
            "Connected to smtp.safeer.in.\n",
        )
}

#[test]
fn swaks_says_what_debians_says() {
    if !is_here("swaks") {
        return;
    }
    let base = "--ehlo penguinpower --from safeer@safeer.in";
    let cases = [
        "--to asha@safeer.in",
        "--to nosuch@safeer.in",
        "--to asha@safeer.in,nosuch@safeer.in",
        "--to asha@safeer.in --quit-after RCPT",
        "--to asha@safeer.in --quit-after MAIL",
        "--to asha@safeer.in --header Subject:hello --h-X-Test yes --body short",
        "--to asha@safeer.in -n",
        "--to asha@safeer.in --quit-after EHLO",
        "-to asha@safeer.in -q connect",
        "-t asha@safeer.in --quit first-ehlo",
        "--to nosuch@safeer.in,asha@safeer.in,nobody2@safeer.in",
        "--to asha@safeer.in --drop-after RCPT; echo $?",
        "--to asha@safeer.in --drop-after-send MAIL; echo $?",
        "--to asha@safeer.in --das data; echo $?",
        "--to asha@safeer.in --da dot; echo $?",
        "--to asha@safeer.in --protocol SMTP",
        "--to asha@safeer.in --lhlo other --protocol LMTP; echo $?",
        "--to asha@safeer.in --pipeline",
        "--to nosuch@safeer.in,asha@safeer.in --pipeline -n",
        "--to nosuch@safeer.in --pipeline; echo $?",
        "--to asha@safeer.in --pipeline -q rcpt",
        "--to asha@safeer.in --tls; echo $?",
        "--to asha@safeer.in -tlso -q tls; echo $?",
        "--to asha@safeer.in -tlsos -q helo",
        "--to asha@safeer.in --auth PLAIN -au x -ap y; echo $?",
        "--to asha@safeer.in --auth-optional PLAIN -au x -ap y -q auth; echo $?",
        "--to asha@safeer.in --xclient-name x.example; echo $?",
        "--to asha@safeer.in --xclient NAME=x --xclient-optional -q rcpt; echo $?",
        "--to asha@safeer.in --prdr; echo $?",
        "--to asha@safeer.in --silent; echo $?",
        "--to nosuch@safeer.in --silent; echo $?",
        "--to nosuch@safeer.in -S 2; echo $?",
        "--to nosuch@safeer.in --hide-all; echo $?",
        "--to asha@safeer.in --hide-receive --hide-informational",
        "--to asha@safeer.in --hs -q rcpt",
        "--to asha@safeer.in --no-hints -n",
        "--to asha@safeer.in --nsh --nih -q mail",
        "--to asha@safeer.in --from '<>' -q rcpt",
        "--to asha@safeer.in --data 'Subject: own\\nTo: %TO_ADDRESS%\\n\\nhi\\n.\\nmore'",
        "--to asha@safeer.in --add-header 'X-A: 1' --add-header 'X-B: 2' --header 'Subject: other'",
        "--to asha@safeer.in --attach-type text/html --attach-name n.html --attach '<b>' --attach-body text",
        "--to asha@safeer.in --attach - --body 'see below' < /dev/null",
        "--to asha@safeer.in --body 'two\\nlines' --suppress-data",
    ];
    let served = Served::start(&[]);
    let [address, port] = [
        served.address.ip().to_string(),
        served.address.port().to_string(),
    ];
    let folder = Folder::new("swaks");
    let pair = |case: &&str| {
        let line = format!("swaks --server {address}:{port} {base} {case}");
        let said = from_the_simulated(&theirs(&folder.0, &line), &address, &port);
        let line = format!("swaks --server smtp.safeer.in:25 {base} {case}");
        Pair {
            line: case.to_string(),
            theirs: said,
            ours: ours(&mut Simulator::new("{}").unwrap(), &line),
        }
    };
    let pairs: Vec<Pair> = cases.iter().map(pair).collect();
    compare("runs of swaks", &pairs, LEAST[1], without_moments);
}

/// A workstation and a server with this main.cf, on which safeer has a password.
pub(super) fn world(main_cf: &str) -> serde_json::Value {
    serde_json::json!({
        "workstation": { "host": "penguinpower", "user": "safeer" },
        "hosts": [
            { "name": "penguinpower", "addresses": ["192.0.2.7"] },
            {
                "name": "smtp.safeer.in",
                "addresses": ["192.0.2.1"],
                "users": [{ "name": "safeer", "password": "penguin" }, { "name": "asha" }],
                "main_cf": main_cf
            }
        ]
    })
}

#[test]
fn swaks_with_a_password_says_what_debians_says() {
    if !is_here("swaks") {
        return;
    }
    let base = "--ehlo penguinpower --from safeer@safeer.in --to praveen@gmail.com";
    let cases = [
        "--auth PLAIN -au safeer -ap penguin -q auth",
        "--auth LOGIN -au safeer -ap penguin -q auth",
        "-a LOGIN,PLAIN -au safeer -ap wrong; echo $?",
        "--auth-user safeer --auth-password penguin -q rcpt",
        "-a -au safeer -ap wrong; echo $?",
        "-ao -au safeer -ap wrong -q auth; echo $?",
        "-aos LOGIN -au safeer -ap wrong; echo $?",
        "-a NTLM -au x -ap y; echo $?",
        "-a CRAM-SHA1 -au x -ap y; echo $?",
        "-a PLAIN -au safeer -ap penguin -apt -q auth",
        "-a LOGIN -au safeer -ap penguin -apt -ahp -q auth",
        "-a PLAIN -au safeer -ap penguin -ahp hidden -q auth",
        "--am FOO=PLAIN -a FOO -au safeer -ap penguin; echo $?",
        "--protocol ESMTPA -a LOGIN -au safeer -ap penguin -q rcpt -hr",
        "-q rcpt; echo $?",
    ];
    let config = std::env::temp_dir().join(format!("st-{}-swaks.cf", std::process::id()));
    let main_cf = std::fs::read_to_string(tests("transcripts/main.cf")).unwrap();
    let lines = [
        "smtpd_sasl_auth_enable = yes".to_string(),
        "mynetworks = 10.0.0.0/8".into(),
    ];
    let main_cf = super::support::with_lines(&main_cf, &lines);
    std::fs::write(&config, &main_cf).unwrap();
    let path = config.display().to_string();
    let served = Served::start(&["--config", &path, "--user", "safeer:penguin"]);
    std::fs::remove_file(&config).unwrap();
    let [address, port] = [
        served.address.ip().to_string(),
        served.address.port().to_string(),
    ];
    let scenario = world(&main_cf);
    let folder = Folder::new("swaks-auth");
    let pair = |case: &&str| {
        let line = format!("swaks --server {address}:{port} {base} {case}");
        let said = from_the_simulated(&theirs(&folder.0, &line), &address, &port);
        let line = format!("swaks --server smtp.safeer.in:25 {base} {case}");
        let mut simulator = Simulator::new(&scenario.to_string()).unwrap();
        Pair {
            line: case.to_string(),
            theirs: said,
            ours: ours(&mut simulator, &line),
        }
    };
    let pairs: Vec<Pair> = cases.iter().map(pair).collect();
    compare("runs of swaks", &pairs, cases.len(), without_moments);
}

/// What is typed to mail, reading the mailbox of `mailbox.txt`.
const MAIL: [&str; 14] = [
    "h",
    "1",
    "t 1-2",
    "t *",
    "n\nn\nn",
    "d 1\nh\nu 1\nh",
    "d 9\nd x\nt 1-9",
    "top 1",
    "dp\ndp\nh",
    "f 1 2\n=\n+\n=\n-",
    "nonsense\nz",
    "d *\n\nh",
    "d\n\nd\nn",
    "s 1 kept\ns 2 kept\nh",
];

/// What mail is started with in vain.
const VAIN: [&str; 15] = [
    "mail -x",
    "mail -Z file asha",
    "mail -H",
    "mail -s",
    "mail -b",
    "mail -s subject; echo $?",
    "mail -c asha",
    "mail -r asha@safeer.in",
    "mail -u nosuch; echo $?",
    "mail -f nosuch; echo $?",
    "mail --version",
    "mailx -V",
    "mailx -s",
    "mail -E -s x asha < /dev/null; echo $?",
    "s-nail -V",
];

#[test]
fn mail_complains_as_debians_does() {
    if !is_here("mail") || !is_here("s-nail") {
        return;
    }
    let folder = Folder::new("vain");
    let scenario = r#"{ "workstation": { "host": "smtp.safeer.in" },
        "hosts": [{ "name": "smtp.safeer.in", "addresses": ["10.25.0.1"],
        "users": [{ "name": "safeer" }],
        "main_cf": "compatibility_level = 3.6\nmyhostname = smtp.safeer.in" }] }"#;
    let mut simulator = Simulator::new(scenario).unwrap();
    let pair = |line: &&str| Pair {
        line: line.to_string(),
        theirs: theirs(&folder.0, line),
        ours: ours(&mut simulator, line),
    };
    let pairs: Vec<Pair> = VAIN.iter().map(pair).collect();
    compare("complaints of mail", &pairs, LEAST[3], str::to_string);
}

#[test]
fn mail_says_what_debians_says() {
    if !is_here("mail") {
        return;
    }
    let mailbox = std::fs::read_to_string(tests("clients/mailbox.txt")).unwrap();
    let pair = |typed: &&str| {
        let folder = Folder::new("mail");
        std::fs::write(folder.0.join("box"), format!("{mailbox}\n")).unwrap();
        let script = typed.replace('\n', "\\n");
        let line = format!("printf '{script}\\nx\\n' | mail -f box");
        let said = theirs(&folder.0, &line).replace(&folder.0.display().to_string(), "/tmp");
        let scenario = serde_json::to_string(&mailbox).unwrap();
        let scenario = format!(
            r#"{{ "workstation": {{ "host": "smtp.safeer.in" }},
            "hosts": [{{ "name": "smtp.safeer.in", "addresses": ["10.25.0.1"],
            "users": [{{ "name": "safeer" }}], "files": {{ "/tmp/box": {scenario} }},
            "main_cf": "compatibility_level = 3.6\nmyhostname = smtp.safeer.in" }}] }}"#
        );
        let mut simulator = Simulator::new(&scenario).unwrap();
        simulator.run("cd /tmp");
        simulator.settle();
        Pair {
            line: typed.to_string(),
            theirs: said,
            ours: ours(&mut simulator, &line),
        }
    };
    let pairs: Vec<Pair> = MAIL.iter().map(pair).collect();
    compare("dialogues with mail", &pairs, LEAST[2], str::to_string);
}
