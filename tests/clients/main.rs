//! Real clients against `smtp-terminal serve`: swaks, curl and Python's smtplib each send a
//! message, and a real telnet shows what our own shows.

#![allow(clippy::unwrap_used)]

mod programs;
#[path = "../support/mod.rs"]
mod support;

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use support::dialogue::mask;
use support::screen::{play, Session};
use support::served::Served;
use support::tests;

/// Whether a program is here. In CI it must be.
fn is_here(program: &str) -> bool {
    let folders = ["/usr/bin", "/usr/local/bin", "/bin"];
    let found = folders.iter().any(|f| Path::new(f).join(program).exists());
    if !found {
        let text = format!("{program} is not installed (`make setup` installs it)");
        assert!(std::env::var_os("CI").is_none(), "{text}");
        eprintln!("SKIPPED: {text}");
    }
    found
}

/// Runs a client; gives what it printed.
fn run(program: &str, arguments: &[&str], input: &str) -> String {
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A client that does not read its input ends without it.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{program} {arguments:?} failed:\n{said}"
    );
    said
}

const MESSAGE: &str = "Subject: Happy New Year!!!\r\nFrom: safeer@safeer.in\r\nTo: asha@safeer.in\r\n\r\nHappy New Year\r\n.dot\r\n";

/// Checks the log of a server that has had one message.
fn assert_queued(served: &Served, what: &str) {
    let log = served.log_with("disconnect from localhost[127.0.0.1]");
    let queued = log
        .lines()
        .filter(|l| l.contains(": client=localhost[127.0.0.1]"))
        .count();
    assert_eq!(queued, 1, "{what}:\n{log}");
    assert!(log.contains(what), "{what} is missing:\n{log}");
}

#[test]
fn swaks() {
    if !is_here("swaks") {
        return;
    }
    let served = Served::start(&[]);
    let address = served.address.to_string();
    let arguments = [
        "--server",
        &address,
        "--from",
        "safeer@safeer.in",
        "--to",
        "asha@safeer.in",
        "--ehlo",
        "penguinpower",
        "--pipeline",
    ];
    let said = run("swaks", &arguments, "");
    assert!(said.contains("250 2.0.0 Ok: queued as "), "{said}");
    assert_queued(&served, "ehlo=1 mail=1 rcpt=1 data=1 quit=1 commands=5");
}

#[test]
fn swaks_with_a_password() {
    if !is_here("swaks") {
        return;
    }
    let config = std::env::temp_dir().join(format!("st-{}-auth.cf", std::process::id()));
    let base = std::fs::read_to_string(support::tests("transcripts/main.cf")).unwrap();
    let lines = [
        "smtpd_sasl_auth_enable = yes".to_string(),
        "mynetworks = 10.0.0.0/8".into(),
    ];
    std::fs::write(&config, support::with_lines(&base, &lines)).unwrap();
    let path = config.display().to_string();
    let served = Served::start(&["--config", &path, "--user", "safeer:penguin"]);
    std::fs::remove_file(&config).unwrap();
    let address = served.address.to_string();
    for mechanism in ["PLAIN", "LOGIN", "CRAM-MD5"] {
        let arguments = [
            "--server",
            &address,
            "--to",
            "praveen@gmail.com",
            "--from",
            "safeer@safeer.in",
            "--auth",
            mechanism,
            "--auth-user",
            "safeer",
            "--auth-password",
            "penguin",
        ];
        let said = run("swaks", &arguments, "");
        assert!(
            said.contains("235 2.7.0 Authentication successful"),
            "{mechanism}:\n{said}"
        );
        let logged = format!("sasl_method={mechanism}, sasl_username=safeer");
        let log = served.log_with(&logged);
        assert!(log.contains(&logged), "{log}");
    }
}

#[test]
fn curl() {
    if !is_here("curl") {
        return;
    }
    let served = Served::start(&[]);
    let url = format!("smtp://{}/penguinpower", served.address);
    let arguments = [
        "--silent",
        "--show-error",
        "--verbose",
        &url,
        "--mail-from",
        "safeer@safeer.in",
        "--mail-rcpt",
        "asha@safeer.in",
        "--upload-file",
        "-",
    ];
    let said = run("curl", &arguments, MESSAGE);
    assert!(said.contains("250 2.0.0 Ok: queued as "), "{said}");
    assert_queued(&served, "mail=1 rcpt=1 data=1 quit=1");
}

#[test]
fn smtplib() {
    if !is_here("python3") {
        return;
    }
    let served = Served::start(&[]);
    let script = "
import smtplib, sys
server = smtplib.SMTP('127.0.0.1', int(sys.argv[1]), 'penguinpower')
server.set_debuglevel(1)
refused = server.sendmail('safeer@safeer.in', ['asha@safeer.in', 'nosuchuser@safeer.in'], sys.stdin.read())
assert refused.keys() == {'nosuchuser@safeer.in'}, refused
assert refused['nosuchuser@safeer.in'][0] == 550, refused
print(server.verify('asha@safeer.in'))
server.quit()
";
    let port = served.address.port().to_string();
    let said = run("python3", &["-c", script, &port], MESSAGE);
    assert!(said.contains("2.0.0 Ok: queued as "), "{said}");
    assert!(said.contains("252"), "{said}");
    assert_queued(&served, "mail=1 rcpt=1/2 data=1 vrfy=1 quit=1 commands=6/7");
}

/// The arguments of a telnet that is typed at the workstation.
fn arguments(line: &str) -> Vec<String> {
    line.split(' ').skip(1).map(str::to_string).collect()
}

#[test]
fn a_real_telnet_shows_the_same() {
    if !is_here("telnet") || !is_here("python3") {
        return;
    }
    let script = tests("clients/telnet.py").display().to_string();
    let mut problems = Vec::new();
    let sessions = Session::read_all(&tests("sessions"), "telnet-");
    assert!(sessions.len() >= 15);
    for session in sessions {
        let served = Served::start(&[]);
        let port = served.address.port().to_string();
        // A name for what the simulated network has, and for what stands in for it here.
        let real = |text: &str| match text.strip_suffix("smtp.safeer.in 25") {
            Some(start) => format!("{start}127.0.0.1 {port}"),
            None => text.replace("telnet smtp.safeer.in ", "telnet 127.0.0.1 "),
        };
        let simulated = |text: &str| {
            text.replace(&format!("127.0.0.1 {port}"), "smtp.safeer.in 25")
                .replace("Trying 127.0.0.1", "Trying 10.25.0.1")
                .replace("Connected to 127.0.0.1", "Connected to smtp.safeer.in")
                .replace(
                    "lready connected to 127.0.0.1",
                    "lready connected to smtp.safeer.in",
                )
                .replace("127.0.0.1:", "smtp.safeer.in:")
        };
        // Each telnet of the session runs by itself.
        let mut screens = Vec::new();
        let mut rest = session.typed.as_slice();
        while let Some((first, more)) = rest.split_first() {
            let next = more
                .iter()
                .position(|l| l.starts_with("telnet"))
                .unwrap_or(more.len());
            let (lines, after) = more.split_at(next);
            rest = after;
            let typed: String = lines.iter().map(|l| real(l) + "\n").collect();
            let arguments: Vec<String> = arguments(&real(first));
            let mut all: Vec<&str> = vec![&script, "8"];
            all.extend(arguments.iter().map(String::as_str));
            let seen = simulated(&run("python3", &all, &typed).replace("\r\n", "\n"));
            let expected = play(&[vec![first.clone()], lines.to_vec()].concat());
            screens.push((seen, expected));
        }
        for (seen, expected) in screens {
            let seen: Vec<String> = seen.lines().map(mask).collect();
            let shown: Vec<&str> = expected.lines().skip(1).collect();
            let shown: Vec<&str> = shown
                .into_iter()
                .filter(|l| !l.starts_with("safeer@penguinpower:~$ "))
                .collect();
            let seen = seen.join("\n");
            let ours = shown.join("\n");
            let ours = ours
                .strip_suffix('|')
                .unwrap_or(&ours)
                .trim_end_matches('\n');
            if seen.trim_end_matches('\n') != ours {
                problems.push(format!(
                    "{}:\n--- telnet\n{seen}\n--- we\n{ours}\n",
                    session.path.display()
                ));
            }
        }
    }
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}
