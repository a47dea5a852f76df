//! Real clients against `smtp-terminal serve`: swaks, curl and Python's smtplib each send a
//! message, and a real telnet shows what our own shows.

#![allow(clippy::unwrap_used)]

mod curl;
mod programs;
#[path = "../support/mod.rs"]
mod support;
mod telnet;
mod tls;

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use support::served::Served;

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
