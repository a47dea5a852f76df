//! The command `smtp-terminal`: a workstation fed from a pipe, and what it says of mistakes.

#![allow(clippy::unwrap_used)]

use std::io::Write;
use std::process::{Command, Output, Stdio};

mod support;

fn run(arguments: &[&str], input: impl AsRef<[u8]>) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_smtp-terminal"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that fails at once does not read its input.
    let _ = child.stdin.take().unwrap().write_all(input.as_ref());
    child.wait_with_output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn complained(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A file for one test, removed at its end.
struct File(std::path::PathBuf);

impl File {
    fn new(name: &str, text: &str) -> File {
        let path = std::env::temp_dir().join(format!("st-{}-{name}", std::process::id()));
        std::fs::write(&path, text).unwrap();
        File(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for File {
    fn drop(&mut self) {
        // A file that is gone already needs no removing.
        let _ = std::fs::remove_file(&self.0);
    }
}

#[test]
fn a_pipe_has_bytes() {
    let output = run(&["shell"], b"echo caf\xe9 \xc3\xa9 \xef\x9f\xa9\n");
    assert!(output.status.success(), "{}", complained(&output));
    let line = b"\ncaf\xe9 \xc3\xa9 \xef\x9f\xa9\n";
    let found = output.stdout.windows(line.len()).any(|part| part == line);
    assert!(found, "{}", said(&output));
}

#[test]
fn a_pipe_gives_the_screen() {
    let typed = "telnet smtp.safeer.in 25\nHELO penguinpower\nQUIT\nwhoami\n";
    let output = run(&["shell"], typed);
    assert!(output.status.success());
    assert_eq!(
        said(&output),
        "\
safeer@penguinpower:~$ telnet smtp.safeer.in 25
Trying 10.25.0.1...
Connected to smtp.safeer.in.
Escape character is '^]'.
220 smtp.safeer.in ESMTP Postfix (Ubuntu)
HELO penguinpower
250 smtp.safeer.in
QUIT
221 2.0.0 Bye
Connection closed by foreign host.
safeer@penguinpower:~$ whoami
safeer
safeer@penguinpower:~$ "
    );
    assert_eq!(complained(&output), "");
}

#[test]
fn a_pipe_without_a_last_line_end_and_with_cr_lf() {
    let output = run(&["shell"], "echo one\r\necho two");
    let prompt = "safeer@penguinpower:~$ ";
    assert_eq!(
        said(&output),
        format!("{prompt}echo one\none\n{prompt}echo two\ntwo\n{prompt}")
    );
}

#[test]
fn clearing_a_screen_does_not_take_back_what_a_pipe_has_printed() {
    let output = run(&["shell"], "echo one\nclear\necho two\n");
    let prompt = "safeer@penguinpower:~$ ";
    let seen = said(&output);
    assert!(
        seen.starts_with(&format!("{prompt}echo one\none\n")),
        "{seen}"
    );
    assert!(
        seen.ends_with(&format!("{prompt}echo two\ntwo\n{prompt}")),
        "{seen}"
    );
}

/// What has no end never passes here.
#[test]
fn what_never_ends_gets_ctrl_c_from_a_pipe() {
    for (line, seen) in [
        ("while :; do :; done & sleep 1; jobs; kill %1", "Running"),
        // Behind a prompt it goes on, and keeps nobody from the next line.
        ("while :; do :; done &", "[1] "),
        ("while :; do (:); done", "^C"),
    ] {
        let output = run(&["shell"], format!("{line}\necho on it goes\n"));
        let text = said(&output);
        assert!(text.contains(seen), "{line}: {text}");
        assert!(text.contains("\non it goes\n"), "{line}: {text}");
    }
}

#[test]
fn exit_ends_the_pipe() {
    let output = run(&["shell"], "exit\necho not read\n");
    assert!(output.status.success());
    assert!(!said(&output).contains("not read"));
}

#[test]
fn the_same_input_gives_the_same_output() {
    let typed = "telnet smtp.safeer.in 25\nMAIL FROM:<>\nRCPT TO:<safeer>\nDATA\n.\nQUIT\n";
    let once = said(&run(&["shell"], typed));
    assert!(once.contains("queued as "), "{once}");
    assert_eq!(once, said(&run(&["shell"], typed)));
}

#[test]
fn a_scenario_of_ones_own() {
    let file = File::new("asha.json", r#"{ "workstation": { "user": "asha" } }"#);
    let output = run(&["shell", "--scenario", file.path()], "whoami\n");
    assert_eq!(
        said(&output),
        "asha@penguinpower:~$ whoami\nasha\nasha@penguinpower:~$ "
    );
}

#[test]
fn mistakes_are_named() {
    let odd = File::new("odd.json", r#"{ "workstation": { "usr": "asha" } }"#);
    let broken = File::new("broken.json", "{ \"workstation\": ");
    let cf = File::new(
        "bad.cf",
        "myhostname = x.example\nsmtpd_helo_required = perhaps\n",
    );
    let open = File::new(
        "open.cf",
        "compatibility_level = 3.6\nsmtpd_relay_restrictions = permit, reject\n",
    );
    let typo = File::new("typo.cf", "myhostname x.example\n");
    let place = format!("{}, line 1: missing '='", typo.path());
    let cases: [(&[&str], &str); 11] = [
        (
            &["shell", "--scenario", "/no/such/file"],
            "/no/such/file: No such file",
        ),
        (
            &["shell", "--scenario", odd.path()],
            "at workstation: there is no \"usr\" here; use host, user, prompt",
        ),
        (
            &["shell", "--scenario", broken.path()],
            "not JSON: EOF while parsing",
        ),
        (
            &["serve", "--config", "/no/such/file"],
            "/no/such/file: No such file",
        ),
        (
            &["serve", "--listen", "127.0.0.1:0", "--config", cf.path()],
            "bad boolean configuration: smtpd_helo_required = perhaps",
        ),
        (
            &["serve", "--listen", "127.0.0.1:0", "--config", open.path()],
            "smtp-terminal: warning: restriction `reject' after `permit' is ignored\n\
             smtp-terminal: fatal: in parameter smtpd_relay_restrictions or smtpd_recipient_restrictions, ",
        ),
        (&["serve", "--config", typo.path()], &place),
        (&["serve", "--listen", "nowhere"], "--listen nowhere: "),
        (
            &["serve", "--user", "asha"],
            "--user asha: write it as NAME:PASSWORD",
        ),
        (
            &["serve", "--client", "x"],
            "--client x: write it as NAME[ADDRESS]",
        ),
        (
            &["serve", "--client", "x[999.1.1.1]"],
            "--client x[999.1.1.1]: 999.1.1.1 is not an IP address",
        ),
    ];
    for (arguments, wanted) in cases {
        let output = run(arguments, "");
        let text = complained(&output);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {text}");
        assert!(
            text.contains(wanted),
            "{arguments:?}: {text:?} does not say {wanted:?}"
        );
    }
}

#[test]
fn an_author_is_told_of_a_main_cf_that_nothing_starts_with() {
    let host = File::new(
        "host.json",
        r#"{ "workstation": { "host": "x", "user": "root", "prompt": "$ " },
             "hosts": [ { "name": "x", "main_cf": "nonsense" } ] }"#,
    );
    let output = run(&["shell", "--scenario", host.path()], "postfix start\n");
    let fatal =
        "fatal: /etc/postfix/main.cf, line 1: missing '=' after attribute name: \"nonsense\"\n";
    let warned = format!("smtp-terminal: warning: x: every program does not start: {fatal}");
    assert_eq!(complained(&output), warned);
    let shown = String::from_utf8(output.stdout).unwrap();
    assert_eq!(shown, format!("$ postfix start\npostfix: {fatal}$ "));
}

#[test]
fn serve_names_what_it_does_not_model() {
    let file = File::new(
        "unmodelled.cf",
        "compatibility_level = 3.6\nmyhostname = x.example\nsmtpd_min_data_rate = 0\nsmtpd_restriction_classes = mine\nmine = permit\n\
         smtpd_tls_security_level = may\nsmtpd_tls_cert_file = /etc/cert.pem\n",
    );
    let served = support::served::Served::start(&["--config", file.path()]);
    let log = served.log_with("made just now");
    assert!(
        log.contains("not modelled and have no effect: smtpd_min_data_rate\n"),
        "{log}"
    );
    let made = "TLS has a certificate for x.example that was made just now (/etc/cert.pem: ";
    assert!(log.contains(made), "{log}");
}

#[test]
fn help_and_version() {
    let help = said(&run(&["--help"], ""));
    for command in ["shell", "serve"] {
        assert!(help.contains(command), "{help}");
    }
    assert!(said(&run(&["--version"], "")).starts_with("smtp-terminal 0."));
}
