//! What is told of TLS: in the log (`smtpd_tls_loglevel`), in `Received:` (`smtpd_tls_received_header`).

use std::sync::Arc;
use std::time::Duration;

use crate::smtp::client::Client;
use crate::time::Time;

/// What two programs agree on that both use OpenSSL 3, and the certificate has a key of RSA.
pub const USUAL: &str =
    "TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits) key-exchange X25519 \
    server-signature RSA-PSS (2048 bits) server-digest SHA256";

/// What a handshake writes into the log with `smtpd_tls_loglevel = 2` once the client has spoken.
const STEPS: &str = "before SSL initialization|SSLv3/TLS read client hello|SSLv3/TLS write server hello|\
    SSLv3/TLS write change cipher spec|TLSv1.3 write encrypted extensions|SSLv3/TLS write certificate|\
    TLSv1.3 write server certificate verify|SSLv3/TLS write finished|TLSv1.3 early data|\
    TLSv1.3 early data|SSLv3/TLS read finished";

/// How long the key of a session ticket is used.
const TICKET: Duration = Duration::from_secs(1_800);

/// Lines for the log.
pub type Told = Vec<String>;

/// How much is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Telling {
    /// `smtpd_tls_loglevel`, up to 2.
    pub level: u8,
    /// `smtpd_tls_received_header`.
    pub header: bool,
    /// `smtpd_tls_ask_ccert`.
    pub asks: bool,
    /// `smtpd_tls_req_ccert`, where TLS is required.
    pub requires: bool,
    /// `smtpd_starttls_timeout`, where something else than `smtpd_timeout` holds for a handshake.
    pub timeout: Option<Duration>,
}

impl Telling {
    /// Whether clients are asked for a certificate.
    pub fn asks(&self) -> bool {
        self.asks
    }

    /// Whether clients without a certificate are sent away.
    pub fn requires(&self) -> bool {
        self.requires
    }

    /// A handshake is waited for.
    pub fn of_wait(&self, client: &Client) -> Told {
        if self.level < 2 {
            return Vec::new();
        }
        let from = client.namaddr();
        let ciphers = "aNULL:-aNULL:HIGH:MEDIUM:+RC4:@STRENGTH";
        vec![
            format!("setting up TLS connection from {from}"),
            format!("{from}: TLS cipher list \"{ciphers}\""),
            "SSL_accept:before SSL initialization".into(),
        ]
    }

    /// It has failed.
    pub fn of_failure(&self) -> Told {
        match self.level {
            0 | 1 => Vec::new(),
            _ => vec!["SSL_accept:error in error".into()],
        }
    }

    /// It is complete; `words` are what was agreed on, [the usual](USUAL) where there are none.
    pub fn of_success(&self, client: &Client, now: Time, words: &str) -> (Told, Agreed) {
        let words = if words.is_empty() { USUAL } else { words };
        let from = client.namaddr();
        let mut told = Vec::new();
        if self.level > 1 {
            let steps = STEPS.split('|');
            told.extend(steps.map(|step| format!("SSL_accept:{step}")));
            let end = (now + TICKET).seconds();
            told.push(format!(
                "{from}: Issuing session ticket, key expiration: {end}"
            ));
            told.push("SSL_accept:SSLv3/TLS write session ticket".into());
        }
        if self.level > 0 {
            let what = "Anonymous TLS connection established from";
            told.push(format!("{what} {from}: {words}"));
        }
        let words = words.replacen(" key-exchange", "\n\t key-exchange", 1);
        let shown = match self.asks {
            true => "Client did not present a certificate",
            false => "No client certificate requested",
        };
        let agreed = format!("\t(using {words})\n\t({shown})\n");
        let agreed = self.header.then(|| agreed.into());
        (told, Agreed(agreed))
    }
}

/// The lines of `Received:` about what the two ends have agreed on; nothing without TLS.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Agreed(pub Option<Arc<str>>);

impl Agreed {
    /// These lines.
    pub fn header(&self) -> &str {
        self.0.as_deref().unwrap_or("")
    }
}

/// The number that a log level's name stands for; what has no level of its own counts as the next.
pub fn level(text: &str) -> u8 {
    match text.split([',', ' ']).next().unwrap_or("") {
        "" | "0" | "none" => 0,
        "1" | "routine" | "summary" => 1,
        _ => 2,
    }
}
