//! Programs that are run as root, directly or by sudo.

use std::io::Write;
use std::process::{Command, Output, Stdio};

/// Whether these tests are run by root.
pub fn is_root() -> bool {
    run("id", &["-u"]).is_ok_and(|o| o.stdout.trim_ascii() == b"0")
}

/// Runs a program as whoever runs the tests.
pub fn run(program: &str, arguments: &[&str]) -> std::io::Result<Output> {
    Command::new(program).args(arguments).output()
}

/// A program that is to run as root.
pub fn root_command(program: &str, arguments: &[&str]) -> Command {
    // What is written with a time is written in one zone, whatever that of the machine is.
    let words = ["env", "TZ=UTC", program];
    let mut command = if is_root() {
        Command::new(words[0])
    } else {
        let mut sudo = Command::new("sudo");
        sudo.args(["-n", words[0]]);
        sudo
    };
    command.args(&words[1..]).args(arguments);
    command
}

/// Runs a program as root.
pub fn as_root(program: &str, arguments: &[&str]) -> Output {
    let output = root_command(program, arguments).output();
    output.unwrap_or_else(|e| panic!("{program}: {e}"))
}

/// Runs a program as root that has to succeed.
pub fn must(program: &str, arguments: &[&str]) -> Output {
    let output = as_root(program, arguments);
    assert!(
        output.status.success(),
        "{program} {arguments:?} failed:\n{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    output
}

/// Runs a program as root with a text on its standard input.
pub fn as_root_with(program: &str, arguments: &[&str], input: &str) {
    let mut command = root_command(program, arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::null());
    let mut child = command.spawn().unwrap_or_else(|e| panic!("{program}: {e}"));
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(input.as_bytes()).unwrap();
    drop(stdin);
    assert!(child.wait().unwrap().success(), "{program} failed");
}
