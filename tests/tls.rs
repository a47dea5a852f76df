//! `smtp-terminal serve` speaks TLS: STARTTLS and ports that begin with it, certificates that are given
//! or made, and clients that are slow, silent or speak something else.

#![cfg(unix)]
#![allow(clippy::unwrap_used)]

mod support;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use support::served::Served;
use support::tls;

/// A client with a line in front of it, encrypted or not.
struct Client<S: Read + Write>(BufReader<S>);

impl<S: Read + Write> Client<S> {
    /// The last line of a reply; nothing where the other end is gone.
    fn reply(&mut self) -> String {
        let mut line = String::new();
        loop {
            line.clear();
            match self.0.read_line(&mut line) {
                Ok(1..) if line.get(3..4) == Some("-") => {}
                Ok(1..) => return line.trim_end().into(),
                _ => return String::new(),
            }
        }
    }

    fn ask(&mut self, line: &str) -> String {
        // Where it is gone, there is no reply.
        let _ = write!(self.0.get_mut(), "{line}\r\n");
        self.reply()
    }

    fn send(&mut self) {
        for (line, code) in [
            ("EHLO penguinpower", "250 "),
            ("MAIL FROM:<asha@safeer.in>", "250 "),
            ("RCPT TO:<safeer@safeer.in>", "250 "),
            ("DATA", "354 "),
            (
                "Subject: under lock and key\r\n\r\nnobody reads this\r\n.",
                "250 ",
            ),
            ("QUIT", "221 "),
        ] {
            let reply = self.ask(line);
            assert!(reply.starts_with(code), "{line}: {reply}");
        }
    }
}

fn plain(address: SocketAddr) -> Client<TcpStream> {
    Client(BufReader::new(TcpStream::connect(address).unwrap()))
}

/// TLS from the first byte.
fn wrapped(address: SocketAddr) -> Client<tls::Stream> {
    let stream = tls::start(TcpStream::connect(address).unwrap()).unwrap();
    let mut client = Client(BufReader::new(stream));
    assert!(client.reply().starts_with("220 "));
    client
}

fn starttls(address: SocketAddr) -> Client<tls::Stream> {
    let mut client = plain(address);
    assert!(client.reply().starts_with("220 "));
    client.ask("EHLO penguinpower");
    assert_eq!(client.ask("STARTTLS"), "220 2.0.0 Ready to start TLS");
    Client(BufReader::new(tls::start(client.0.into_inner()).unwrap()))
}

/// A folder for one test, removed at its end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("st-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    fn path(&self, name: &str) -> String {
        self.0.join(name).display().to_string()
    }

    fn file(&self, name: &str, text: &str) -> String {
        std::fs::write(self.0.join(name), text).unwrap();
        self.path(name)
    }

    /// A certificate and its key, by the real openssl.
    fn certificate(&self, name: &str) -> (String, String) {
        let (cert, key) = (
            self.path(&format!("{name}.crt")),
            self.path(&format!("{name}.key")),
        );
        let made = Command::new("openssl")
            .args([
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
            ])
            .args([
                "-subj",
                "/CN=smtp.safeer.in",
                "-addext",
                "subjectAltName=DNS:smtp.safeer.in",
            ])
            .args(["-out", &cert, "-keyout", &key])
            .output();
        assert!(made.unwrap().status.success());
        (cert, key)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn a_letter_by_starttls_and_one_at_the_other_port() {
    let folder = Folder::new("tls-mail");
    let mail = folder.path("mail");
    let other = "--tls-listen";
    let served = Served::start(&["--tls", "--maildir", &mail, other, "127.0.0.1:0"]);
    starttls(served.address).send();
    wrapped(served.others[0]).send();
    let log = served.log_with("] ehlo=1 mail=1 rcpt=1 data=1 quit=1 commands=5");
    assert!(
        log.contains("] ehlo=2 starttls=1 mail=1 rcpt=1 data=1 quit=1 commands=7"),
        "{log}"
    );
    let files = std::fs::read_dir(folder.0.join("mail/new")).unwrap();
    let texts: Vec<_> = files
        .map(|f| std::fs::read_to_string(f.unwrap().path()).unwrap())
        .collect();
    assert_eq!(texts.len(), 2);
    assert!(
        texts.iter().all(|text| text.contains(" with ESMTPS id ")),
        "{texts:?}"
    );
}

#[test]
fn whoever_does_not_speak_tls_is_told_apart() {
    let served = Served::start(&["--tls", "--tls-listen", "127.0.0.1:0"]);
    for (says, problem) in [
        ("EHLO penguinpower\r\n", "wrong version number"),
        ("GET / HTTP/1.1\r\n\r\n", "http request"),
        ("CONNECT x:25 HTTP/1.1\r\n\r\n", "https proxy request"),
    ] {
        let mut client = plain(served.address);
        client.reply();
        client.ask("STARTTLS");
        assert_eq!(
            client.ask(says),
            "",
            "the connection is closed without a word"
        );
        let log = served.log_with(problem);
        assert!(
            log.contains("SSL_accept error from localhost[127.0.0.1]: -1\n"),
            "{log}"
        );
        assert!(log.contains(&format!("SSL routines::{problem}:")), "{log}");
        assert!(served
            .log_with("lost connection after STARTTLS from localhost")
            .contains("starttls=0/1"));
    }
    let mut client = plain(served.others[0]);
    assert_eq!(client.ask("EHLO penguinpower"), "");
    served.log_with("lost connection after CONNECT from localhost");
    // What looks like TLS and is none.
    let record = [0x16, 3, 1, 0, 4, 0xFF, 0, 0, 0];
    let mut stream = TcpStream::connect(served.others[0]).unwrap();
    stream.write_all(&record).unwrap();
    let mut heard = Vec::new();
    let _ = stream.read_to_end(&mut heard);
    assert_eq!(heard.first(), Some(&0x15), "an alert tells why");
}

#[test]
fn who_is_slow_or_says_nothing_holds_up_nobody() {
    let served = Served::start(&["--tls", "--tls-listen", "127.0.0.1:0"]);
    // Some connect and say nothing, some stop in the middle of their first record.
    let silent: Vec<_> = (0..20)
        .map(|n| {
            let mut stream = TcpStream::connect(served.others[0]).unwrap();
            stream.write_all(&[0x16, 3, 1, 2, 0, 1][..n % 7]).unwrap();
            stream
        })
        .collect();
    // One sends a byte at a time.
    let mut client = plain(served.address);
    client.reply();
    client.ask("STARTTLS");
    let mut slow = tls::start(client.0.into_inner()).unwrap();
    let mut hello = Vec::new();
    slow.conn.write_tls(&mut hello).unwrap();
    slow.sock.set_nodelay(true).unwrap();
    for byte in hello {
        slow.sock.write_all(&[byte]).unwrap();
    }
    let mut slow = Client(BufReader::new(slow));
    slow.send();
    wrapped(served.others[0]).send();
    drop(silent);
}

#[test]
fn who_says_nothing_is_not_waited_for_without_end() {
    let folder = Folder::new("tls-silent");
    let main_cf = std::fs::read_to_string(support::tests("transcripts/main.cf")).unwrap();
    let config = folder.file("main.cf", &(main_cf + "\nsmtpd_starttls_timeout = 1s\n"));
    let served = Served::start(&["--config", &config, "--tls-listen", "127.0.0.1:0"]);
    let mut stream = TcpStream::connect(served.others[0]).unwrap();
    stream.write_all(&[0x16, 3]).unwrap();
    let mut heard = Vec::new();
    let _ = stream.read_to_end(&mut heard);
    assert_eq!(heard, b"", "nothing is said in the clear");
    served.log_with("SSL_accept error from localhost[127.0.0.1]: Connection timed out");
}

#[test]
fn many_speak_tls_at_once() {
    let served = Served::start(&["--tls"]);
    let before = served.memory();
    let many = 200;
    let mut clients: Vec<_> = (0..many).map(|_| starttls(served.address)).collect();
    for client in &mut clients {
        assert_eq!(client.ask("EHLO penguinpower"), "250 CHUNKING");
    }
    let each = (served.memory() - before) / many;
    println!("{many} connections with TLS: {each} bytes each");
    assert!(each < 200_000, "{each}");
    for client in &mut clients {
        assert_eq!(client.ask("QUIT"), "221 2.0.0 Bye");
    }
}

#[test]
fn the_certificate_is_the_one_that_is_named() {
    let folder = Folder::new("tls-files");
    let (cert, key) = folder.certificate("own");
    let served = Served::start(&["--tls-cert", &cert, "--tls-key", &key]);
    let mut client = starttls(served.address);
    assert_eq!(client.ask("EHLO penguinpower"), "250 CHUNKING");
    let shown = client.0.get_ref().conn.peer_certificates().unwrap()[0].to_vec();
    let der = Command::new("openssl")
        .args(["x509", "-in", &cert, "-outform", "DER"])
        .output()
        .unwrap();
    assert_eq!(shown, der.stdout);
    // main.cf may name it as well, and what it names may not be on this machine.
    let main_cf = std::fs::read_to_string(support::tests("transcripts/main.cf")).unwrap();
    let lines = format!("\nsmtpd_tls_security_level = may\nsmtpd_tls_cert_file = {cert}\nsmtpd_tls_key_file = {key}\n");
    let config = folder.file("main.cf", &format!("{main_cf}{lines}"));
    let served = Served::start(&["--config", &config]);
    let mut client = starttls(served.address);
    assert_eq!(client.ask("EHLO penguinpower"), "250 CHUNKING");
    assert_eq!(
        client.0.get_ref().conn.peer_certificates().unwrap()[0].to_vec(),
        shown
    );
    let config = folder.file(
        "main.cf",
        &format!("{main_cf}{}", lines.replace("own.", "no.")),
    );
    let served = Served::start(&["--config", &config]);
    starttls(served.address).send();
    let log = served.log();
    assert!(
        log.contains("certificate for smtp.safeer.in that was made just now"),
        "{log}"
    );
    assert!(log.contains("No such file or directory"), "{log}");
}

#[test]
fn bad_files_are_named() {
    let folder = Folder::new("tls-bad");
    let (cert, key) = folder.certificate("own");
    let (other, _) = folder.certificate("other");
    let locked = folder.path("locked.key");
    let made = Command::new("openssl")
        .args([
            "pkey", "-in", &key, "-out", &locked, "-aes128", "-passout", "pass:x",
        ])
        .output();
    assert!(made.unwrap().status.success());
    let empty = folder.file("empty", "");
    let broken = folder.file(
        "broken",
        "-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----\n",
    );
    let none = folder.path("none");
    for (arguments, says) in [
        (vec!["--tls-cert", &*cert], "--tls-cert: give the key, too"),
        (
            vec!["--tls-key", &*key],
            "--tls-key: give the certificate, too",
        ),
        (
            vec!["--tls-cert", &*none, "--tls-key", &*key],
            "No such file or directory",
        ),
        (
            vec!["--tls-cert", &*empty, "--tls-key", &*key],
            "there is no certificate in it",
        ),
        (
            vec!["--tls-cert", &*broken, "--tls-key", &*key],
            "the certificate cannot be read",
        ),
        (
            vec!["--tls-cert", &*cert, "--tls-key", &*empty],
            "there is no private key in it",
        ),
        (
            vec!["--tls-cert", &*cert, "--tls-key", &*locked],
            "the key has a password",
        ),
        (
            vec!["--tls-cert", &*other, "--tls-key", &*key],
            "is not the key of the certificate in",
        ),
        (vec!["--tls-listen", "nowhere"], "--tls-listen nowhere: "),
        (
            vec!["--service", "submission"],
            "write it as NAME=ADDRESS:PORT",
        ),
        (
            vec!["--service", "submission=127.0.0.1:0"],
            "say with --master which master.cf has it",
        ),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_smtp-terminal"))
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args(&arguments)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {said}");
        assert!(said.contains(says), "{arguments:?}: {said}");
        assert_eq!(said.lines().count(), 1, "{said}");
    }
}

#[test]
fn services_of_master_cf_have_ports_of_their_own() {
    let folder = Folder::new("tls-master");
    let master = folder.file(
        "master.cf",
        "smtp      inet  n       -       y       -       -       smtpd\n\
         submission inet n       -       y       -       -       smtpd\n  \
           -o syslog_name=postfix/submission -o smtpd_tls_security_level=encrypt\n  \
           -o { smtpd_banner = hello there }\n\
         smtps     inet  n       -       y       -       -       smtpd\n  \
           -o syslog_name=postfix/smtps -o smtpd_tls_wrappermode=yes\n",
    );
    let [submission, smtps] = ["submission", "smtps"].map(|name| format!("{name}=127.0.0.1:0"));
    let arguments = [
        "--tls",
        "--master",
        &master,
        "--service",
        &submission,
        "--service",
        &smtps,
    ];
    let served = Served::start(&arguments);
    starttls(served.address).send();
    let mut client = plain(served.others[0]);
    assert_eq!(client.reply(), "220 hello there");
    assert_eq!(
        client.ask("MAIL FROM:<asha@safeer.in>"),
        "530 5.7.0 Must issue a STARTTLS command first"
    );
    starttls(served.others[0]).send();
    wrapped(served.others[1]).send();
    for name in [
        "postfix/smtpd[",
        "postfix/submission/smtpd[",
        "postfix/smtps/smtpd[",
    ] {
        served.log_with(name);
    }
}

#[test]
fn postscreen_stands_before_the_smtpd_of_master_cf() {
    let folder = Folder::new("tls-postscreen");
    let master = folder.file(
        "master.cf",
        "smtp      inet  n       -       y       -       1       postscreen\n\
         smtpd     pass  -       -       y       -       -       smtpd\n  \
           -o { smtpd_banner = behind it }\n",
    );
    let main_cf = folder.file(
        "main.cf",
        "compatibility_level = 3.6\nmyhostname = mx.example\nmynetworks = 192.0.2.1\n\
         postscreen_greet_wait = 1s\n",
    );
    let arguments = ["--config", &main_cf, "--master", &master];
    let served = Served::start(&[&arguments[..], &["--client", "[203.0.113.9]"]].concat());
    let mut client = plain(served.address);
    assert_eq!(client.reply(), "220 behind it");
    assert_eq!(client.ask("QUIT"), "221 2.0.0 Bye");
    let log = served.log_with("disconnect from");
    assert!(log.contains("PASS NEW [203.0.113.9]:"), "{log}");
}

#[test]
fn a_stop_ends_what_is_encrypted_as_well() {
    let served = Served::start(&["--tls", "--tls-listen", "127.0.0.1:0"]);
    let mut client = wrapped(served.others[0]);
    let mut waiting = TcpStream::connect(served.others[0]).unwrap();
    waiting
        .set_read_timeout(Some(Duration::from_secs(60)))
        .unwrap();
    served.stop();
    assert_eq!(client.reply(), "421 4.3.2 Service shutting down");
    assert_eq!(waiting.read(&mut [0]).unwrap_or(0), 0);
    served.log_with("stopped; messages taken: 0");
}
