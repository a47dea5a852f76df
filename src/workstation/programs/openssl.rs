//! `openssl s_client`, as Debian's OpenSSL 3.0 has it: a connection with TLS, after which the
//! session at the other end goes on. The certificate is made up; nothing here is encrypted.

use crate::network::{ConnectionId, Event, World};
use crate::smtp::bytes::{decode, encode};
use crate::smtp::sasl::to_base64;
use crate::time::Time;
use crate::workstation::programs::address::{addresses, port};
use crate::workstation::programs::job::Job;
use crate::workstation::programs::machine::{Line, Machine};
use crate::workstation::programs::output::Output;
use crate::workstation::programs::table::Program;
use crate::workstation::screen::Voice;

/// The program of this file.
pub const PROGRAMS: &[Program] = &[Program::job(
    "openssl",
    start,
    "s_client -connect HOST:PORT [-starttls smtp] [-crlf] [-quiet] [-brief]|Opens a connection with TLS.",
)];

#[derive(Debug)]
struct Session {
    client: Client,
    begun: Vec<u8>,
}

fn start(arguments: &[&str], at: &mut Machine) -> Result<Box<dyn Job>, Output> {
    let words: Vec<String> = arguments.iter().map(|w| w.to_string()).collect();
    Ok(Box::new(Session {
        client: Client::start(&words, at.host, at.world),
        begun: Vec::new(),
    }))
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
                Line::End => self.client.finish(at.world),
            }
        }
    }

    fn signal(&mut self, _: u8, at: &mut Machine) -> bool {
        self.client.abandon(at.world);
        false
    }
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
pub struct Client {
    name: String,
    starts_tls: bool,
    crlf: bool,
    quiet: bool,
    brief: bool,
    stage: Stage,
    connection: Option<ConnectionId>,
    heard: Vec<u8>,
    /// The last line of the reply to EHLO, which is shown once TLS is up.
    last: String,
    said: String,
    ended: Option<i32>,
}

impl Client {
    /// Starts with the arguments after `openssl`.
    pub fn start(arguments: &[String], from: &str, world: &mut World) -> Client {
        let mut client = Client {
            name: String::new(),
            starts_tls: false,
            crlf: false,
            quiet: false,
            brief: false,
            stage: Stage::Banner,
            connection: None,
            heard: Vec::new(),
            last: String::new(),
            said: String::new(),
            ended: None,
        };
        let mut target = String::new();
        let mut words = arguments.iter().map(String::as_str);
        match words.next() {
            Some("s_client") => {}
            Some(other) => {
                return client.stop(&format!("Invalid command '{other}'; type \"help\" for a list.\n"));
            }
            None => return client.stop("help: here there is s_client: openssl s_client -connect HOST:PORT -starttls smtp\n"),
        }
        while let Some(word) = words.next() {
            match word {
                "-connect" => target = words.next().unwrap_or("").into(),
                "-starttls" => match words.next() {
                    Some("smtp") => client.starts_tls = true,
                    other => {
                        let other = other.unwrap_or("");
                        return client.stop(&format!(
                            "s_client: Value must be one of: smtp (here), not \"{other}\"\n"
                        ));
                    }
                },
                "-crlf" => client.crlf = true,
                "-quiet" => client.quiet = true,
                "-brief" => client.brief = true,
                "-servername" | "-name" | "-CAfile" | "-CApath" => {
                    words.next();
                }
                "-showcerts" | "-ign_eof" | "-tls1_2" | "-tls1_3" | "-4" | "-6" => {}
                word if word.starts_with('-') => {
                    return client.stop(&format!(
                        "s_client: Unknown option: {word}\ns_client: Use -help for summary.\n"
                    ));
                }
                word => target = word.into(),
            }
        }
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

    /// A line has been typed. Without -quiet, one that starts with Q or R is a command to s_client:
    /// so `RCPT` never arrives, and ends it; `rcpt` does.
    pub fn line(&mut self, line: &str, world: &mut World) {
        let is_command = !self.quiet;
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
                Event::Connected if !self.starts_tls => {
                    self.connection.iter().for_each(|c| world.handshake(*c));
                }
                Event::Data(_) if !self.starts_tls && self.stage == Stage::Banner => {
                    // What answers here speaks first, and in the clear.
                    self.said.push_str("CONNECTED(00000003)\n40476AF1CB7F0000:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:../ssl/record/ssl3_record.c:350:\n");
                    self.abandon(world);
                    self.ended = Some(1);
                }
                Event::Connected => {
                    if !self.quiet && !self.brief {
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
                    let text = self.handshake(world.now());
                    self.said.push_str(&text);
                }
                Event::Closed => {
                    if !self.quiet {
                        self.said.push_str(if self.brief { "" } else { "closed\n" });
                    }
                    self.ended = Some(0);
                }
            }
        }
        (std::mem::take(&mut self.said), self.ended)
    }

    /// The talk before TLS (RFC 3207).
    fn greet(&mut self, world: &mut World) {
        let text = decode(&self.heard).into_owned();
        let last = text.lines().last().unwrap_or("").to_string();
        if !text.ends_with('\n') || last.get(3..4) == Some("-") {
            return;
        }
        self.heard.clear();
        match self.stage {
            Stage::Banner => {
                self.stage = Stage::Hello;
                self.send("EHLO mail.example.com\r\n", world);
            }
            Stage::Hello => {
                if !text.contains("STARTTLS") {
                    self.said
                        .push_str("Didn't find STARTTLS in server response, trying anyway...\n");
                }
                self.last = last;
                self.stage = Stage::Ready;
                self.send("STARTTLS\r\n", world);
            }
            _ if !text.starts_with('2') => {
                self.abandon(world);
                self.end("40476AF1CB7F0000:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:../ssl/record/ssl3_record.c:350:\n");
            }
            _ => {}
        }
    }

    /// What is shown of the handshake.
    fn handshake(&self, now: Time) -> String {
        let name = &self.name;
        let last = &self.last;
        if self.brief {
            return format!("CONNECTION ESTABLISHED\nProtocol version: TLSv1.3\nCiphersuite: TLS_AES_256_GCM_SHA384\nPeer certificate: CN = {name}\nHash used: SHA256\nSignature type: RSA-PSS\nVerification error: self-signed certificate\nServer Temp Key: X25519, 253 bits\n{last}\n");
        }
        let verified = format!("depth=0 CN = {name}\nverify error:num=18:self-signed certificate\nverify return:1\ndepth=0 CN = {name}\nverify return:1\n");
        if self.quiet {
            return format!("{verified}{last}\n");
        }
        let c = now.calendar();
        let certificate = certificate(name);
        format!(
            "{verified}---\nCertificate chain\n 0 s:CN = {name}\n   i:CN = {name}\n   a:PKEY: rsaEncryption, 2048 (bit); sigalg: RSA-SHA256\n   v:NotBefore: Jan  1 00:00:00 {year} GMT; NotAfter: Dec 30 00:00:00 {later} GMT\n---\nServer certificate\n-----BEGIN CERTIFICATE-----\n{certificate}-----END CERTIFICATE-----\nsubject=CN = {name}\nissuer=CN = {name}\n---\nNo client certificate CA names sent\nPeer signing digest: SHA256\nPeer signature type: RSA-PSS\nServer Temp Key: X25519, 253 bits\n---\nSSL handshake has read 1549 bytes and written 410 bytes\nVerification error: self-signed certificate\n---\nNew, TLSv1.3, Cipher is TLS_AES_256_GCM_SHA384\nServer public key is 2048 bit\nSecure Renegotiation IS NOT supported\nCompression: NONE\nExpansion: NONE\nNo ALPN negotiated\nEarly data was not sent\nVerify return code: 18 (self-signed certificate)\n---\n{last}\n",
            year = c.year,
            later = c.year + 9
        )
    }
}

/// Text that looks like a certificate of this name, and is none.
fn certificate(name: &str) -> String {
    let mut bytes = vec![
        0x30, 0x82, 0x02, 0xf8, 0x30, 0x82, 0x01, 0xe0, 0xa0, 0x03, 0x02, 0x01, 0x02,
    ];
    let mut state = name.bytes().fold(0x811c_9dc5_u32, |hash, b| {
        (hash ^ u32::from(b)).wrapping_mul(0x0100_0193)
    });
    bytes.extend(name.bytes());
    while bytes.len() < 764 {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        bytes.push(state as u8);
    }
    let coded = to_base64(&bytes);
    let lines = coded.as_bytes().chunks(64);
    lines
        .map(|line| String::from_utf8_lossy(line).into_owned() + "\n")
        .collect()
}
