//! Capture files, read by Wireshark's own program: what it takes apart is what was said.

#![allow(clippy::unwrap_used)]

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Whether tshark is here. In CI it must be.
fn has_tshark() -> bool {
    let is_here = Command::new("tshark").arg("--version").output().is_ok();
    if !is_here {
        let text = "tshark is not installed";
        assert!(std::env::var_os("CI").is_none(), "{text}");
        eprintln!("SKIPPED: {text}");
    }
    is_here
}

/// A capture of what some lines typed at the workstation bring about, removed at its end.
struct Capture(PathBuf);

impl Capture {
    fn of(name: &str, lines: &str) -> Capture {
        let file = format!("st-{}-{name}.pcap", std::process::id());
        let path = std::env::temp_dir().join(file);
        let mut child = Command::new(env!("CARGO_BIN_EXE_smtp-terminal"))
            .args(["shell", "--pcap"])
            .arg(&path)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut input = child.stdin.take().unwrap();
        input.write_all(lines.as_bytes()).unwrap();
        drop(input);
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success());
        Capture(path)
    }

    /// What tshark says, with checksums and sequence numbers looked at.
    fn read(&self, arguments: &[&str]) -> String {
        let output = Command::new("tshark")
            .args(["-r", self.0.to_str().unwrap()])
            .args([
                "-o",
                "tcp.check_checksum:TRUE",
                "-o",
                "ip.check_checksum:TRUE",
            ])
            .args(arguments)
            .output()
            .unwrap();
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{complaint}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// The packets that a display filter finds, with some fields of each.
    fn find(&self, filter: &str, fields: &[&str]) -> String {
        let mut arguments = vec!["-Y", filter, "-T", "fields"];
        for field in fields {
            arguments.extend(["-e", field]);
        }
        self.read(&arguments)
    }
}

impl Drop for Capture {
    fn drop(&mut self) {
        // A file that is gone already needs no removing.
        let _ = std::fs::remove_file(&self.0);
    }
}

/// What Wireshark marks as wrong.
const WRONG: &str = "_ws.malformed || tcp.checksum.status == 0 || ip.checksum.status == 0 || \
                     tcp.analysis.retransmission || tcp.analysis.lost_segment || \
                     tcp.analysis.ack_lost_segment || tcp.analysis.out_of_order || \
                     tcp.analysis.duplicate_ack";

#[test]
fn a_session_is_taken_apart() {
    if !has_tshark() {
        return;
    }
    let capture = Capture::of(
        "session",
        "telnet smtp.safeer.in 25\nEHLO penguinpower\nMAIL FROM:<safeer@safeer.in>\n\
         RCPT TO:<praveen@gmail.com>\nDATA\nSubject: Happy New Year!!!\n\nHappy New Year\n.\nQUIT\nsleep 5\n",
    );
    assert_eq!(capture.find(WRONG, &["frame.number", "_ws.col.Info"]), "");
    // A checksum that was looked at is good, not unlooked at.
    let seen = capture.find(
        "tcp.checksum.status == 1 && ip.checksum.status == 1",
        &["frame.number"],
    );
    let all = capture.read(&[]);
    assert_eq!(seen.lines().count(), all.lines().count());
    assert!(all.lines().count() > 20, "{all}");
    let own = "tcp.stream == 0 && smtp.req.command";
    let commands = capture.find(own, &["smtp.req.command"]);
    let commands: Vec<&str> = commands.lines().collect();
    assert_eq!(commands, ["EHLO", "MAIL", "RCPT", "DATA", "QUIT"]);
    let codes = capture.find(
        "tcp.stream == 0 && smtp.response.code",
        &["smtp.response.code"],
    );
    let codes: Vec<&str> = codes.lines().collect();
    assert_eq!(codes[0], "220");
    assert_eq!(codes[codes.len() - 3..], ["354", "250", "221"]);
    let subject = capture.find("imf", &["imf.subject"]);
    assert!(subject.contains("Happy New Year!!!"), "{subject}");
    // How it begins and ends.
    let flags = capture.find("tcp.stream == 0", &["tcp.flags.str"]);
    let flags: Vec<&str> = flags.lines().map(|f| f.trim_matches('·')).collect();
    assert_eq!(flags[..3], ["S", "A··S", "A"]);
    assert!(flags.contains(&"A···F"), "{flags:?}");
    // The bytes of the client, put together again.
    let followed = capture.read(&["-q", "-z", "follow,tcp,ascii,0"]);
    assert!(
        followed.contains("RCPT TO:<praveen@gmail.com>"),
        "{followed}"
    );
    // The mail on its way is there too.
    let others = capture.find(
        "tcp.stream == 1 && smtp.req.command == \"RCPT\"",
        &["ip.dst"],
    );
    assert_eq!(others.lines().count(), 1, "{others}");
}

#[test]
fn refusals_silence_and_a_long_message() {
    if !has_tshark() {
        return;
    }
    let letter = format!("{}\n", "x".repeat(500)).repeat(40);
    let capture = Capture::of(
        "others",
        &format!(
            "nc -w 2 smtp.safeer.in 26\ntelnet smtp.safeer.in 25\nMAIL FROM:<>\n\
             RCPT TO:<asha@safeer.in>\nDATA\n{letter}.\nQUIT\n"
        ),
    );
    assert_eq!(capture.find(WRONG, &["frame.number", "_ws.col.Info"]), "");
    // The last call of a host that nobody answers, as Linux repeats it.
    let silent = Capture::of("silent", "timeout 100 telnet 10.28.0.2 25\n");
    let calls = silent.find(
        "tcp.flags.str contains \"S\"",
        &["frame.time_relative", "tcp.seq"],
    );
    let calls: Vec<&str> = calls.lines().collect();
    assert_eq!(calls.len(), 7);
    assert_eq!(calls[1], "1.000000000\t0");
    let refused = capture.find("tcp.stream == 0", &["tcp.flags.str"]);
    let refused: Vec<&str> = refused.lines().map(|f| f.trim_matches('·')).collect();
    assert_eq!(refused, ["S", "A·R"]);
    let counted = capture.find("tcp.stream == 1 && tcp.srcport > 30000", &["tcp.len"]);
    let counted: usize = counted
        .lines()
        .filter_map(|l| l.parse::<usize>().ok())
        .sum();
    assert!(counted > 40 * 502, "{counted}");
}

#[test]
fn what_is_inside_tls_cannot_be_read() {
    if !has_tshark() {
        return;
    }
    let capture = Capture::of(
        "tls",
        "openssl s_client -starttls smtp -connect gmail-smtp-in.l.google.com:25 -quiet\n\
         EHLO secret-name\nQUIT\n",
    );
    assert_eq!(capture.find(WRONG, &["frame.number", "_ws.col.Info"]), "");
    let said = capture.read(&[]);
    assert!(said.contains("C: STARTTLS"), "{said}");
    let records = capture.find("tls.record.content_type == 23", &["frame.number"]);
    assert!(records.lines().count() >= 3, "{records}");
    let bytes = std::fs::read(&capture.0).unwrap();
    let has = |what: &[u8]| bytes.windows(what.len()).any(|part| part == what);
    assert!(has(b"STARTTLS") && !has(b"secret-name"));
}
