//! The client at the other end of a session: its names, its address, and how sure they are.

use std::fmt;
use std::sync::Arc;

/// The client at the other end, as the server sees it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Client {
    /// The verified host name, or `unknown`.
    pub name: Arc<str>,
    /// The name that the address maps to, verified or not, or `unknown`.
    pub reverse_name: Arc<str>,
    /// The address, IPv6 without brackets or tag.
    pub addr: String,
    /// The port, or `unknown`.
    pub port: String,
    /// How the look-up of `name` went.
    pub name_status: NameStatus,
    /// How the look-up of `reverse_name` went.
    pub reverse_status: NameStatus,
    /// What the log calls it, where that is not its name and address (after a failed XCLIENT).
    pub called: Option<Arc<str>>,
}

/// How a look-up of the client's name went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NameStatus {
    /// It was found, and maps back to the address.
    #[default]
    Ok,
    /// It may be found later.
    Temporary,
    /// There is none.
    Permanent,
}

impl Client {
    /// A client whose name is known and verified.
    pub fn new(name: &str, addr: &str, port: u16) -> Client {
        let status = if name == "unknown" {
            NameStatus::Permanent
        } else {
            NameStatus::Ok
        };
        let name: Arc<str> = name.into();
        Client {
            reverse_name: Arc::clone(&name),
            name,
            addr: addr.into(),
            port: port.to_string(),
            name_status: status,
            reverse_status: status,
            called: None,
        }
    }

    /// A log line that ends with it, with room for what a session adds.
    pub fn after(&self, start: &[&str]) -> String {
        let mut text = String::with_capacity(128);
        for part in start {
            text.push_str(part);
        }
        for part in self.parts() {
            text.push_str(part);
        }
        text
    }

    /// What it is called, in pieces.
    fn parts(&self) -> [&str; 4] {
        if let Some(called) = &self.called {
            return [called, "", "", ""];
        }
        [&self.name, "[", &self.addr, "]"]
    }

    /// [`namaddr`](Client::namaddr) to be written into a longer text.
    pub fn named(&self) -> Named<'_> {
        Named(self)
    }

    /// `name[address]`, as replies and the log have it.
    pub fn namaddr(&self) -> String {
        self.named().to_string()
    }

    /// The address as in an address literal: IPv6 gets its tag (RFC 5321 section 4.1.3).
    pub fn rfc_addr(&self) -> String {
        if self.addr.contains(':') {
            format!("IPv6:{}", self.addr)
        } else {
            self.addr.clone()
        }
    }
}

/// A client as the log calls it.
pub struct Named<'a>(&'a Client);

impl fmt::Display for Named<'_> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        self.0.parts().iter().try_for_each(|part| f.write_str(part))
    }
}

/// What XFORWARD has said about the real client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forwarded {
    /// Its name, or `unknown`.
    pub name: String,
    /// Its address, or `unknown`.
    pub addr: String,
    /// The queue ID that the message had, or nothing.
    pub ident: String,
    /// Name and address together, as they were when last both were good.
    pub namaddr: String,
    /// Something has been said about the client.
    pub has_client: bool,
}

impl Default for Forwarded {
    fn default() -> Forwarded {
        Forwarded {
            name: "unknown".into(),
            addr: "unknown".into(),
            ident: String::new(),
            namaddr: "unknown".into(),
            has_client: false,
        }
    }
}
