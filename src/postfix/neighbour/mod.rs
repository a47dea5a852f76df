//! What answers on a host beside its Postfix, at a port, a socket or under the name of a table: policy
//! services, Milters, a content filter, Dovecot, programs, databases. A scenario says what is there;
//! whoever asks where nothing is hears what the real Postfix hears.
//!
//! | file       | holds                                                    |
//! |------------|----------------------------------------------------------|
//! | `place`    | where something answers, and whether that is the same    |
//! | `policy`   | what a policy service says to a question (`answer`)      |
//! | `greylist` | postgrey                                                 |
//! | `spf`      | RFC 7208                                                 |
//! | `milter`   | what Milters make of a message (`letter`)                |
//! | `dkim`     | signatures, as far as they can be simulated              |
//! | `people`   | whom Dovecot knows, and their passwords                  |
//! | `socket`   | where Dovecot is asked for passwords                     |
//! | `crypt`, `sha` | how passwords are kept                               |

pub mod answer;
pub mod crypt;
pub mod cyrus;
mod dkim;
pub mod greylist;
pub mod letter;
mod milter;
pub mod people;
pub mod place;
pub mod policy;
pub mod sha;
pub mod socket;
pub mod spf;

use greylist::Greylist;
use place::is_same;

/// What something beside Postfix does.
#[derive(Clone, Debug)]
pub enum Kind {
    /// A policy service: postgrey.
    Greylist(Box<Greylist>),
    /// A policy service: policyd-spf.
    Spf,
    /// A policy service: a table of actions.
    Table,
    /// A Milter: opendkim.
    Dkim,
    /// A Milter that looks for patterns.
    Scan,
    /// A Milter that has something to say to commands.
    Milter,
    /// A content filter, which hands back what it is given.
    Filter,
    /// Dovecot's LMTP server.
    Lmtp,
    /// A program of pipe(8).
    Program,
    /// A database, or a table of another kind that Postfix asks elsewhere.
    Database,
}

/// The kinds by their names in a scenario.
pub const KINDS: [&str; 10] = [
    "greylist", "spf", "table", "dkim", "scan", "milter", "filter", "lmtp", "program", "database",
];

impl Kind {
    /// The kind of a name; `delay` in seconds is postgrey's.
    pub fn named(name: &str, delay: Option<u64>) -> Option<Kind> {
        Some(match name {
            "greylist" => Kind::Greylist(Box::new(Greylist::new(std::time::Duration::from_secs(
                delay.unwrap_or(300),
            )))),
            "spf" => Kind::Spf,
            "table" => Kind::Table,
            "dkim" => Kind::Dkim,
            "scan" => Kind::Scan,
            "milter" => Kind::Milter,
            "filter" => Kind::Filter,
            "lmtp" => Kind::Lmtp,
            "program" | "auth" | "imap" | "pop3" => Kind::Program,
            "database" => Kind::Database,
            _ => return None,
        })
    }
}

/// Something that answers.
#[derive(Clone, Debug)]
pub struct Neighbour {
    /// Where, as main.cf or master.cf would name it.
    pub at: String,
    /// What it does.
    pub kind: Kind,
    /// The domain that is signed for.
    pub domain: String,
    /// The selector of a signature, the port that a filter hands back to, the attribute that a table
    /// of actions goes by.
    pub by: String,
    /// What it knows: keys and values.
    pub entries: Vec<(String, String)>,
    /// What holds where no entry does.
    pub default: String,
}

impl Neighbour {
    /// One that is told nothing.
    pub fn new(at: &str, kind: Kind) -> Neighbour {
        Neighbour {
            at: at.into(),
            kind,
            domain: String::new(),
            by: String::new(),
            entries: Vec::new(),
            default: String::new(),
        }
    }

    /// The value of a key, letters in either case.
    pub fn entry(&self, key: &str) -> Option<&str> {
        let mut entries = self.entries.iter();
        let found = entries.find(|(known, _)| known.eq_ignore_ascii_case(key));
        found.map(|(_, value)| value.as_str())
    }
}

/// All that answers on one host.
#[derive(Clone, Debug, Default)]
pub struct Neighbours(pub Vec<Neighbour>);

/// Under this name the files of a host list where something answers, which tables and main.cf are read
/// by; it has no path, because no real host keeps it.
pub const LIST: &str = "neighbours";

impl Neighbours {
    /// What answers at a place.
    pub fn at(&self, place: &str) -> Option<&Neighbour> {
        self.0.iter().find(|own| is_same(&own.at, place))
    }

    /// Somebody has come whom greylisting will know.
    pub fn greylists(&mut self) -> impl Iterator<Item = &mut Greylist> {
        self.0.iter_mut().filter_map(|own| match &mut own.kind {
            Kind::Greylist(greylist) => Some(&mut **greylist),
            _ => None,
        })
    }
}
