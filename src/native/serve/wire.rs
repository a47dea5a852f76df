//! The bytes of one connection: as they are, or inside TLS.
//!
//! A read waits once at most and hands out what there is, so that whoever listens can look at the clock in
//! between, however few bytes a client sends at a time.

use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use rustls::{NamedGroup, ProtocolVersion, ServerConfig, ServerConnection};

use crate::native::serve::problem;

/// How many bytes tell a client that speaks TLS from one that does not.
const RECORD: usize = 5;

/// What has come.
pub enum Heard {
    /// So many bytes for the session.
    Bytes(usize),
    /// Bytes of TLS alone.
    Nothing,
    /// The handshake is complete.
    Secured,
    /// The handshake has failed on what is no TLS: how it began.
    Noise(Vec<u8>),
    /// The handshake has failed: what OpenSSL would have called that.
    Failed(String),
    /// The client has gone, or what it says cannot be read.
    Ended,
}

/// How far TLS has come.
enum Stage {
    /// The first bytes of a handshake, while there are too few to see what they are.
    Beginning(Vec<u8>),
    Handshake,
    Secured,
}

/// One connection.
pub struct Wire<'a> {
    stream: &'a TcpStream,
    tls: Option<Box<ServerConnection>>,
    stage: Stage,
    /// How long a read waits, as it was set.
    timeout: Duration,
}

impl Wire<'_> {
    /// A connection without TLS.
    pub fn new(stream: &TcpStream) -> Wire<'_> {
        Wire {
            stream,
            tls: None,
            stage: Stage::Beginning(Vec::new()),
            timeout: Duration::ZERO,
        }
    }

    /// From here on the client's part of a handshake is waited for.
    ///
    /// # Errors
    /// rustls does not go on with its own configuration.
    pub fn expect_handshake(&mut self, config: &Arc<ServerConfig>) -> io::Result<()> {
        if self.tls.is_none() {
            let connection = ServerConnection::new(Arc::clone(config)).map_err(io::Error::other)?;
            self.tls = Some(Box::new(connection));
        }
        Ok(())
    }

    /// Sends all of this, in the clear until a handshake is complete.
    ///
    /// # Errors
    /// The client is gone, or does not take it.
    pub fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut stream = self.stream;
        let Some(tls) = self.tls.as_mut() else {
            return stream.write_all(bytes);
        };
        // Whoever is in the middle of a handshake could not read it.
        if tls.is_handshaking() {
            return Ok(());
        }
        let mut rest = bytes;
        while !rest.is_empty() {
            let taken = tls.writer().write(rest)?;
            rest = rest.get(taken..).unwrap_or_default();
            flush(tls, stream)?;
        }
        Ok(())
    }

    /// What has been agreed on, in the words of Postfix's log.
    pub fn agreed(&self) -> String {
        let Some(tls) = self.tls.as_ref() else {
            return String::new();
        };
        let is_13 = tls.protocol_version() == Some(ProtocolVersion::TLSv1_3);
        let suite = tls.negotiated_cipher_suite();
        let name = suite.and_then(|s| s.suite().as_str()).unwrap_or("");
        let bits = if name.contains("AES_128") { 128 } else { 256 };
        // OpenSSL has names of its own for what is older than TLS 1.3.
        let (version, name) = match is_13 {
            true => ("TLSv1.3", name.replace("TLS13_", "TLS_")),
            false => {
                let name = name.trim_start_matches("TLS_").replace("_WITH_", "-");
                let name = name.replace("AES_", "AES").replace("_SHA", "-SHA");
                (
                    "TLSv1.2",
                    name.replace("CHACHA20_POLY1305-SHA256", "CHACHA20-POLY1305")
                        .replace('_', "-"),
                )
            }
        };
        let group = tls.negotiated_key_exchange_group().map(|g| g.name());
        let exchange = match group {
            Some(NamedGroup::X25519) if is_13 => " key-exchange X25519",
            Some(NamedGroup::secp256r1) if is_13 => " key-exchange ECDHE (P-256)",
            Some(NamedGroup::secp384r1) if is_13 => " key-exchange ECDHE (P-384)",
            _ => "",
        };
        format!("{version} with cipher {name} ({bits}/{bits} bits){exchange}")
    }

    /// Says that nothing more will come.
    pub fn end(&mut self) {
        let is_secured = matches!(self.stage, Stage::Secured);
        if let Some(tls) = self.tls.as_mut().filter(|_| is_secured) {
            tls.send_close_notify();
            // It may not listen any more.
            let _ = flush(tls, self.stream);
        }
    }

    /// Waits for the client, for as long as that at most.
    ///
    /// # Errors
    /// Nothing has come in that time, or the connection is broken.
    pub fn listen(&mut self, wait: Duration, buffer: &mut [u8]) -> io::Result<Heard> {
        let mut stream = self.stream;
        let Some(tls) = self.tls.as_mut() else {
            self.patient(wait)?;
            return Ok(match stream.read(buffer)? {
                0 => Heard::Ended,
                n => Heard::Bytes(n),
            });
        };
        match tls.reader().read(buffer) {
            Ok(0) => return Ok(Heard::Ended),
            Ok(n) => return Ok(Heard::Bytes(n)),
            Err(e) if e.kind() == ErrorKind::WouldBlock => {}
            Err(_) => return Ok(Heard::Ended),
        }
        self.patient(wait)?;
        self.record(buffer)
    }

    fn patient(&mut self, wait: Duration) -> io::Result<()> {
        if self.timeout != wait {
            self.stream.set_read_timeout(Some(wait))?;
            self.timeout = wait;
        }
        Ok(())
    }

    /// Reads bytes of TLS, as many as one read gives.
    fn record(&mut self, buffer: &mut [u8]) -> io::Result<Heard> {
        let mut stream = self.stream;
        let Some(tls) = self.tls.as_mut() else {
            return Ok(Heard::Nothing);
        };
        let count = stream.read(buffer)?;
        let mut bytes = buffer.get(..count).unwrap_or_default();
        if bytes.is_empty() {
            return Ok(Heard::Ended);
        }
        let first;
        if let Stage::Beginning(begun) = &mut self.stage {
            begun.extend_from_slice(bytes);
            if begun.len() < RECORD {
                return Ok(Heard::Nothing);
            }
            first = std::mem::take(begun);
            // The version of every record of TLS is three point something.
            if first.get(1) != Some(&3) {
                return Ok(Heard::Noise(first));
            }
            self.stage = Stage::Handshake;
            bytes = &first;
        }
        let mut fault = None;
        while !bytes.is_empty() && fault.is_none() {
            tls.read_tls(&mut bytes)?;
            fault = tls.process_new_packets().err();
        }
        // A fault may have an alert that tells the client.
        let told = flush(tls, stream);
        match (fault, &self.stage) {
            (Some(_), Stage::Secured) => return Ok(Heard::Ended),
            (Some(fault), _) => return Ok(Heard::Failed(problem::words(&fault))),
            (None, _) => told?,
        }
        match matches!(self.stage, Stage::Handshake) && !tls.is_handshaking() {
            true => {
                self.stage = Stage::Secured;
                Ok(Heard::Secured)
            }
            false => Ok(Heard::Nothing),
        }
    }
}

fn flush(tls: &mut ServerConnection, mut stream: &TcpStream) -> io::Result<()> {
    while tls.wants_write() {
        if tls.write_tls(&mut stream)? == 0 {
            return Err(ErrorKind::WriteZero.into());
        }
    }
    Ok(())
}
