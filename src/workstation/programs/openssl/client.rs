//! `openssl s_client`: a connection with TLS, after which the
//! session at the other end goes on. The certificate is made up; nothing here is encrypted.

use crate::network::{ConnectionId, Event, World};
use crate::postfix::delivery::certificate::{noise, Certificate};
use crate::smtp::bytes::{decode, encode};
use crate::time::Time;
use crate::workstation::programs::address::{addresses, port};
use crate::workstation::programs::files::files;
use crate::workstation::programs::job::Job;
use crate::workstation::programs::machine::{Line, Machine};
use crate::workstation::programs::openssl::shown::hex;
use crate::workstation::screen::Voice;

#[derive(Debug)]
struct Session {
    client: Client,
    begun: Vec<u8>,
}

/// Starts it with the words after `openssl`.
pub(super) fn start(words: &[String], at: &mut Machine) -> Box<dyn Job> {
    Box::new(Session {
        client: Client::start(words, at.host, at.world),
        begun: Vec::new(),
    })
}

impl Job for Session {
    fn poll(&mut self, at: &mut Machine) -> Option<i32> {
        loop {
            let (text, ended) = self.client.advance(at.world);
            at.say(Voice::Server, &text);
            if ended.is_some() || !self.client.is_ready(at.world) {
                return ended;
            }
            match at.read_line(&mut self.begun) {
                Line::Text(line) => self.client.line(&line, at.world),
                Line::Wait => return None,
                Line::End if self.client.stays => return None,
                Line::End => self.client.finish(at.world),
            }
        }
    }

    fn signal(&mut self, _: u8, at: &mut Machine) -> bool {
        self.client.abandon(at.world);
        false
    }
}

/// What may follow -starttls.
const PROTOCOLS: &str = "s_client: Value must be one of:\n\tsmtp\n\tpop3\n\timap\n\tftp\n\txmpp\n\txmpp-server\n\ttelnet\n\tirc\n\tmysql\n\tpostgres\n\tlmtp\n\tnntp\n\tsieve\n\tldap\n";

/// What is no handshake.
const WRONG: &str = "40476AF1CB7F0000:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:../ssl/record/ssl3_record.c:350:\n";

/// What it shows where there was no handshake.
const NOTHING: &str = "---\nno peer certificate available\n---\nNo client certificate CA names sent\n---\nSSL handshake has read 5 bytes and written 297 bytes\nVerification: OK\n---\nNew, (NONE), Cipher is (NONE)\nSecure Renegotiation IS NOT supported\nCompression: NONE\nExpansion: NONE\nNo ALPN negotiated\nEarly data was not sent\nVerify return code: 0 (ok)\n---\n";

/// What a server says of a TLS that it does not speak.
const OLD: &str = "809BC9B1857F0000:error:0A000438:SSL routines:ssl3_read_bytes:tlsv1 alert internal error:../ssl/record/rec_layer_s3.c:1601:SSL alert number 80\n";

/// What is shown of a session before TLS 1.3.
fn session(
    release: &str,
    cipher: &str,
    seed: &str,
    now: Time,
    verified: &str,
    extended: &str,
) -> String {
    let made = |size: usize| match seed {
        "" => String::new(),
        seed => hex(&noise(&format!("{seed} {} {size}", now.micros()), size), ""),
    };
    format!(
        "SSL-Session:\n    Protocol  : {release}\n    Cipher    : {cipher}\n    Session-ID: {}\n    Session-ID-ctx: \n    Master-Key: {}\n    PSK identity: None\n    PSK identity hint: None\n    SRP username: None\n    Start Time: {}\n    Timeout   : 7200 (sec)\n    Verify return code: {verified}\n    Extended master secret: {extended}\n",
        made(32),
        made(48),
        now.seconds()
    )
}

/// What comes next from the other end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Banner,
    Hello,
    Ready,
    Open,
}

/// A running s_client.
#[derive(Debug)]
struct Client {
    name: String,
    starts_tls: &'static str,
    crlf: bool,
    quiet: bool,
    /// It goes on after the end of its input.
    stays: bool,
    brief: bool,
    /// The release of TLS that was asked for: 1.3 where none was.
    release: u8,
    stage: Stage,
    connection: Option<ConnectionId>,
    heard: Vec<u8>,
    /// The last line of the reply to EHLO, which is shown once TLS is up.
    last: String,
    said: String,
    ended: Option<i32>,
    /// The texts of the certificates that it believes in.
    anchors: String,
}

impl Client {
    /// Starts with the arguments after `openssl`.
    pub fn start(arguments: &[String], from: &str, world: &mut World) -> Client {
        let mut client = Client {
            name: String::new(),
            starts_tls: "",
            crlf: false,
            quiet: false,
            stays: false,
            brief: false,
            release: 3,
            stage: Stage::Banner,
            connection: None,
            heard: Vec::new(),
            last: String::new(),
            said: String::new(),
            ended: None,
            anchors: String::new(),
        };
        let mut target = String::new();
        let mut believed = vec!["/etc/ssl/certs".to_string()];
        let mut words = arguments.iter().map(String::as_str).skip(1);
        while let Some(word) = words.next() {
            match word {
                "-connect" => target = words.next().unwrap_or("").into(),
                "-starttls" => match words.next() {
                    Some("smtp") => client.starts_tls = "STARTTLS\r\n",
                    Some("imap") => client.starts_tls = ". STARTTLS\r\n",
                    Some("pop3") => client.starts_tls = "STLS\r\n",
                    other => {
                        let why = match other {
                            Some("lmtp" | "ftp" | "xmpp" | "sieve" | "nntp") => {
                                "s_client: here mail servers speak smtp (-starttls smtp)\n"
                            }
                            _ => PROTOCOLS,
                        };
                        return client.stop(why);
                    }
                },
                "-crlf" => client.crlf = true,
                "-quiet" => (client.quiet, client.stays) = (true, true),
                "-ign_eof" => client.stays = true,
                "-no_ign_eof" => client.stays = false,
                "-brief" => (client.quiet, client.brief) = (true, true),
                "-host" => target = words.next().unwrap_or("").into(),
                "-port" => target = format!("{target}:{}", words.next().unwrap_or("")),
                "-CAfile" | "-CApath" => believed.extend(words.next().map(String::from)),
                "-servername" | "-name" | "-cert" | "-key" | "-verify" | "-cipher"
                | "-ciphersuites" | "-alpn" | "-verify_hostname" | "-xmpphost" => {
                    words.next();
                }
                "-tls1_2" | "-no_tls1_3" => client.release = 2,
                // No server of Debian 12 speaks these.
                "-tls1" | "-tls1_1" => client.release = 0,
                "-showcerts"
                | "-tls1_3"
                | "-status"
                | "-noservername"
                | "-4"
                | "-6"
                | "-state"
                | "-debug"
                | "-no_tls1"
                | "-no_tls1_1"
                | "-no_tls1_2"
                | "-no_ssl3"
                | "-nocommands"
                | "-verify_return_error"
                | "-reconnect"
                | "-msg"
                | "-prexit" => {}
                word if word.starts_with('-') => {
                    return client.stop(&format!(
                        "s_client: Unknown option: {word}\ns_client: Use -help for summary.\n"
                    ));
                }
                word => target = word.into(),
            }
        }
        client.anchors = files(world, from).map_or(String::new(), |files| {
            Certificate::anchors(files, &believed)
        });
        let (host, service) = target.rsplit_once(':').unwrap_or((&target, "4433"));
        let port = port(world, from, service);
        let address = addresses(world, from, host).into_iter().next();
        match (address, port) {
            (Some(address), Some(port)) => {
                client.name = host.into();
                client.connection = Some(world.connect(from, &address, port));
                client
            }
            _ => client.stop("40973F42027F0000:error:10080002:BIO routines:BIO_lookup_ex:system lib:../crypto/bio/bio_addr.c:746:Name or service not known\nconnect:errno=0\n"),
        }
    }

    fn stop(mut self, text: &str) -> Client {
        self.end(text);
        self
    }

    fn end(&mut self, text: &str) {
        self.said.push_str(text);
        self.ended = Some(1);
    }

    /// Its input has ended.
    pub fn finish(&mut self, world: &mut World) {
        self.abandon(world);
        self.said.push_str("DONE\n");
        self.ended = Some(0);
    }

    /// Whether it reads the next line that is typed.
    pub fn is_ready(&self, world: &World) -> bool {
        self.stage == Stage::Open && world.is_quiet()
    }

    /// A line has been typed. Without -quiet or -ign_eof, one that starts with Q or R is a command to s_client:
    /// so `RCPT` never arrives, and ends it; `rcpt` does.
    pub fn line(&mut self, line: &str, world: &mut World) {
        let is_command = !self.stays;
        match line.chars().next() {
            Some('Q') if is_command => {
                self.finish(world);
            }
            Some('R') if is_command => {
                // TLS 1.3 has no renegotiation, and s_client ends.
                self.abandon(world);
                self.end("RENEGOTIATING\n4037B452A37F0000:error:0A00010A:SSL routines:can_renegotiate:wrong ssl version:../ssl/ssl_lib.c:2287:\n");
            }
            _ => {
                let end = if self.crlf { "\r\n" } else { "\n" };
                self.send(&format!("{line}{end}"), world);
            }
        }
    }

    fn send(&mut self, text: &str, world: &mut World) {
        if let Some(connection) = self.connection {
            world.send(connection, &encode(text));
        }
    }

    /// Gives up the connection.
    pub fn abandon(&mut self, world: &mut World) {
        if let Some(connection) = self.connection.take() {
            world.close(connection);
        }
    }

    /// What it has said since, and its exit status once it has ended.
    pub fn advance(&mut self, world: &mut World) -> (String, Option<i32>) {
        while let Some(event) = self
            .connection
            .and_then(|c| world.receive(c))
            .filter(|_| self.ended.is_none())
        {
            match event {
                Event::Connected if self.starts_tls.is_empty() => self.shake(world),
                Event::Data(_) if self.starts_tls.is_empty() && self.stage == Stage::Banner => {
                    // What answers here speaks first, and in the clear.
                    if !self.quiet {
                        self.said.push_str("CONNECTED(00000003)\n");
                    }
                    self.end(WRONG);
                    if !self.quiet {
                        self.end(NOTHING);
                    }
                    self.abandon(world);
                    self.ended = Some(1);
                }
                Event::Connected => {
                    if !self.quiet {
                        self.said.push_str("CONNECTED(00000003)\n");
                    }
                }
                Event::Refused | Event::TimedOut => {
                    let (why, number) = match event {
                        Event::Refused => ("Connection refused", 111),
                        _ => ("Connection timed out", 110),
                    };
                    self.end(&format!("40778AFAD67F0000:error:8000006F:system library:BIO_connect:{why}:../crypto/bio/bio_sock2.c:117:calling connect()\n40778AFAD67F0000:error:10000067:BIO routines:BIO_connect:connect error:../crypto/bio/bio_sock2.c:119:\nconnect:errno={number}\n"));
                }
                Event::Data(bytes) if self.stage == Stage::Open => {
                    self.said.push_str(&decode(&bytes))
                }
                Event::Data(bytes) => {
                    self.heard.extend_from_slice(&bytes);
                    self.greet(world);
                }
                Event::TlsStarted => {
                    self.stage = Stage::Open;
                    if !self.quiet && self.starts_tls.is_empty() {
                        self.said.push_str("CONNECTED(00000003)\n");
                    }
                    let text = self.handshake(world);
                    self.said.push_str(&text);
                }
                Event::Closed => {
                    if !self.quiet {
                        self.said.push_str("closed\n");
                    }
                    self.ended = Some(0);
                }
            }
        }
        (std::mem::take(&mut self.said), self.ended)
    }

    /// The talk before TLS (RFC 3207, RFC 2595).
    fn greet(&mut self, world: &mut World) {
        let text = decode(&self.heard).into_owned();
        let last = text.lines().last().unwrap_or("").to_string();
        let is_imap = self.starts_tls.starts_with('.');
        let goes_on = match is_imap {
            true => self.stage != Stage::Banner && !last.starts_with('.'),
            false => last.get(3..4) == Some("-"),
        };
        if !text.ends_with('\n') || goes_on {
            return;
        }
        self.heard.clear();
        match self.stage {
            Stage::Banner if !self.starts_tls.starts_with("STLS") => {
                self.stage = Stage::Hello;
                let said = if is_imap {
                    ". CAPABILITY\r\n"
                } else {
                    "EHLO mail.example.com\r\n"
                };
                self.send(said, world);
            }
            Stage::Banner | Stage::Hello => {
                if self.stage == Stage::Hello && !text.contains("STARTTLS") {
                    self.said
                        .push_str("Didn't find STARTTLS in server response, trying anyway...\n");
                }
                self.last = last;
                self.stage = Stage::Ready;
                self.send(self.starts_tls, world);
            }
            _ if !text.starts_with(['2', '+']) && !text.starts_with(". OK") => {
                self.abandon(world);
                self.end(WRONG);
                if !self.quiet {
                    self.end(NOTHING);
                }
            }
            _ => self.shake(world),
        }
    }

    /// Begins TLS, which a server refuses where it is too old.
    fn shake(&mut self, world: &mut World) {
        if self.release > 0 {
            self.connection.iter().for_each(|c| world.handshake(*c));
            return;
        }
        self.abandon(world);
        let session = session("TLSv1", "0000", "", world.now(), "0 (ok)", "no");
        let until = NOTHING.find("Early").unwrap_or(0);
        let nothing = format!("{}{session}---\n", NOTHING.get(..until).unwrap_or(""));
        self.end(OLD);
        if !self.quiet {
            self.end(&nothing);
        }
    }

    /// What is shown of the handshake.
    fn handshake(&self, world: &World) -> String {
        let now = world.now();
        let shown = world.certificate(self.connection, &self.name);
        let (subject, issuer) = (&shown.subject, &shown.issuer);
        let fault = shown.fault(&self.anchors, now);
        let (code, why) = match fault {
            0 => (0, "ok"),
            10 => (10, "certificate has expired"),
            20 => (21, "unable to verify the first certificate"),
            _ => (18, "self-signed certificate"),
        };
        let result = match code {
            0 => "Verification: OK".to_string(),
            _ => format!("Verification error: {why}"),
        };
        // What the server said before TLS.
        let last = match self.starts_tls {
            "" => String::new(),
            _ => format!("{}\n", self.last),
        };
        let end = match fault {
            10 => format!("notAfter={}\n", shown.ends),
            _ => String::new(),
        };
        let at = format!("depth=0 {subject}\n");
        let verified = match fault {
            0 => format!("depth=1 {issuer}\nverify return:1\n"),
            10 => format!("depth=1 {issuer}\nverify return:1\n{at}verify error:num=10:{why}\n{end}verify return:1\n"),
            20 => format!("{at}verify error:num=20:unable to get local issuer certificate\nverify return:1\n{at}verify error:num=21:{why}\nverify return:1\n"),
            _ => format!("{at}verify error:num=18:{why}\nverify return:1\n"),
        } + &format!("{at}{end}verify return:1\n");
        let (release, cipher) = match self.release {
            2 => ("TLSv1.2", "ECDHE-RSA-AES256-GCM-SHA384"),
            _ => ("TLSv1.3", "TLS_AES_256_GCM_SHA384"),
        };
        if self.brief {
            let points = match self.release {
                2 => "Supported Elliptic Curve Point Formats: uncompressed:ansiX962_compressed_prime:ansiX962_compressed_char2\n",
                _ => "",
            };
            // Of the chain it says what is wrong alone.
            let lines: Vec<&str> = verified.lines().collect();
            let wrong = lines.windows(2).filter(|pair| pair[1].contains(" error:"));
            let wrong: String = wrong.map(|pair| pair.join("\n") + "\n").collect();
            return format!("{wrong}CONNECTION ESTABLISHED\nProtocol version: {release}\nCiphersuite: {cipher}\nPeer certificate: {subject}\nHash used: SHA256\nSignature type: RSA-PSS\n{result}\n{points}Server Temp Key: X25519, 253 bits\n{last}");
        }
        if self.quiet {
            return format!("{verified}{last}");
        }
        let certificate = shown.write();
        let verified_as = format!("{code} ({why})");
        let (not, session) = match self.release {
            2 => {
                let seed = &shown.key;
                ("", session(release, cipher, seed, now, &verified_as, "yes"))
            }
            _ => {
                let text = format!("Early data was not sent\nVerify return code: {verified_as}\n");
                ("NOT ", text)
            }
        };
        format!(
            "{verified}---\nCertificate chain\n 0 s:{subject}\n   i:{issuer}\n   a:PKEY: rsaEncryption, 2048 (bit); sigalg: RSA-SHA256\n   v:NotBefore: {begins}; NotAfter: {ends}\n---\nServer certificate\n{certificate}subject={subject}\nissuer={issuer}\n---\nNo client certificate CA names sent\nPeer signing digest: SHA256\nPeer signature type: RSA-PSS\nServer Temp Key: X25519, 253 bits\n---\nSSL handshake has read 1549 bytes and written 410 bytes\n{result}\n---\nNew, {release}, Cipher is {cipher}\nServer public key is 2048 bit\nSecure Renegotiation IS {not}supported\nCompression: NONE\nExpansion: NONE\nNo ALPN negotiated\n{session}---\n{last}",
            begins = shown.begins,
            ends = shown.ends
        )
    }
}
