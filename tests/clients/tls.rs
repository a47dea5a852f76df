//! Real clients that speak TLS with `serve`: by STARTTLS and at a port that begins with it, and one that
//! does not believe the certificate.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use crate::support::served::Served;
use crate::{assert_queued, is_here, run, MESSAGE};

fn served() -> Served {
    Served::start(&["--tls", "--tls-listen", "127.0.0.1:0"])
}

#[test]
fn swaks() {
    if !is_here("swaks") {
        return;
    }
    for (option, place, counts) in [
        (
            "-tls",
            0,
            "ehlo=2 starttls=1 mail=1 rcpt=1 data=1 quit=1 commands=7",
        ),
        ("-tlsc", 1, "ehlo=1 mail=1 rcpt=1 data=1 quit=1 commands=5"),
    ] {
        let served = served();
        let address = [served.address, served.others[0]][place].to_string();
        let parties = ["--from", "safeer@safeer.in", "--to", "asha@safeer.in"];
        let mut arguments = vec!["--server", &address, option];
        arguments.extend(parties);
        let said = run("swaks", &arguments, "");
        assert!(
            said.contains("TLS started with cipher TLSv1.3:TLS_AES_256_GCM_SHA384:256"),
            "{said}"
        );
        assert!(
            said.contains("TLS peer DN=\"/CN=smtp.safeer.in\""),
            "{said}"
        );
        assert!(said.contains("<~  250 2.0.0 Ok: queued as "), "{said}");
        assert_queued(&served, counts);
    }
}

#[test]
fn curl() {
    if !is_here("curl") {
        return;
    }
    let served = served();
    let url = format!("smtp://{}/penguinpower", served.address);
    let parties = [
        "--mail-from",
        "safeer@safeer.in",
        "--mail-rcpt",
        "asha@safeer.in",
    ];
    let mut arguments = vec![
        "-sSv",
        "--insecure",
        "--ssl-reqd",
        &url,
        "--upload-file",
        "-",
    ];
    arguments.extend(parties);
    let said = run("curl", &arguments, MESSAGE);
    assert!(said.contains("250 2.0.0 Ok: queued as "), "{said}");
    assert_queued(
        &served,
        "ehlo=2 starttls=1 mail=1 rcpt=1 data=1 quit=1 commands=7",
    );
    // It believes nobody who signs for himself, and says so with an alert.
    let url = format!("smtps://{}/penguinpower", served.others[0]);
    let refused = Command::new("curl")
        .args(["-sS", &url])
        .args(parties)
        .output();
    assert_eq!(refused.unwrap().status.code(), Some(60));
    let log = served.log_with("lost connection after CONNECT");
    let problem = "tlsv1 alert unknown ca:../ssl/record/rec_layer_s3.c:1601:SSL alert number 48:";
    assert!(log.contains(problem), "{log}");
}

#[test]
fn smtplib() {
    if !is_here("python3") {
        return;
    }
    let served = served();
    let script = "
import smtplib, ssl, sys
context = ssl.create_default_context()
context.check_hostname = False
context.verify_mode = ssl.CERT_NONE
with smtplib.SMTP('127.0.0.1', int(sys.argv[1]), 'penguinpower') as server:
    server.starttls(context=context)
    print(server.sock.version())
    assert not server.sendmail('safeer@safeer.in', ['asha@safeer.in'], sys.stdin.read())
context.maximum_version = ssl.TLSVersion.TLSv1_2
with smtplib.SMTP_SSL('127.0.0.1', int(sys.argv[2]), 'penguinpower', context=context) as server:
    print(server.sock.version(), server.noop())
";
    let ports = [served.address, served.others[0]].map(|address| address.port().to_string());
    let said = run("python3", &["-c", script, &ports[0], &ports[1]], MESSAGE);
    assert!(
        said.contains("TLSv1.3\nTLSv1.2 (250, b'2.0.0 Ok')"),
        "{said}"
    );
    assert_queued(
        &served,
        "ehlo=2 starttls=1 mail=1 rcpt=1 data=1 quit=1 commands=7",
    );
}

#[test]
fn openssl() {
    if !is_here("openssl") {
        return;
    }
    let served = served();
    for (address, options) in [
        (served.address, &["-starttls", "smtp"][..]),
        (served.others[0], &[]),
    ] {
        let mut child = Command::new("openssl")
            .args([
                "s_client",
                "-quiet",
                "-crlf",
                "-connect",
                &address.to_string(),
            ])
            .args(options)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut input = child.stdin.take().unwrap();
        input.write_all(b"EHLO penguinpower\nNOOP\nQUIT\n").unwrap();
        let output = child.wait_with_output().unwrap();
        drop(input);
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(
            said.contains("250 CHUNKING\r\n250 2.0.0 Ok\r\n221 2.0.0 Bye\r\n"),
            "{said}"
        );
        let remarks = String::from_utf8_lossy(&output.stderr);
        assert!(
            remarks.contains("verify error:num=18:self-signed certificate"),
            "{remarks}"
        );
    }
}

/// What a telnet sees that goes on in the clear.
#[test]
fn telnet() {
    if !is_here("telnet") {
        return;
    }
    let served = served();
    let port = served.address.port().to_string();
    let mut child = Command::new("telnet")
        .args(["127.0.0.1", &port])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut screen = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut until = |text: &str| screen.any(|line| line.unwrap().trim_end() == text);
    assert!(until("220 smtp.safeer.in ESMTP Postfix (Ubuntu)"));
    input.write_all(b"STARTTLS\r\n").unwrap();
    assert!(until("220 2.0.0 Ready to start TLS"));
    input.write_all(b"EHLO penguinpower\r\n").unwrap();
    // Nothing more comes.
    assert!(!until("250 CHUNKING"));
    let output = child.wait_with_output().unwrap();
    let remarks = String::from_utf8_lossy(&output.stderr);
    assert_eq!(remarks, "Connection closed by foreign host.\n");
    let log = served.log_with("lost connection after STARTTLS from localhost");
    assert!(log.contains("SSL routines::wrong version number:"), "{log}");
}
