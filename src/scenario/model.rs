//! What a scenario may say, a type for each object of the document. The comments here are the
//! descriptions of its JSON Schema, `www/schema/scenario.json`.

use serde::Deserialize;

use super::extras::{Greylist, MasterCf, Services, Wording};
use super::values::{Address, Map, Name, Port, Text, Whole};

/// What faults call the document.
pub const SCENARIO: &str = "scenario";
/// The last second of the year 9999, which has four digits as every date of ours.
pub const LATEST: u64 = 253_402_300_799;
/// An hour, in milliseconds.
pub const SLOWEST: u64 = 3_600_000;
/// Greater numbers are not whole ones in JavaScript.
pub const GREATEST: u64 = 9_007_199_254_740_991;

/// A whole world for smtp-terminal: hosts, names, and the workstation that the learner sits at.
/// What is not written is as in the tutorial's world.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(title = "A scenario"))]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// Where this schema is, for editors.
    #[serde(rename = "$schema")]
    pub schema: Option<Text>,
    /// What the scenario is about, for people.
    pub title: Option<Text>,
    /// Where the learner sits.
    pub workstation: Option<Workstation>,
    /// The hosts of the world, instead of all of the tutorial's.
    pub hosts: Option<Vec<Host>>,
    /// The records of the DNS, instead of all of the tutorial's. Hosts have theirs without being
    /// named here: their addresses, forward and back, and their aliases.
    pub dns: Option<Vec<Record>>,
    /// The time of a packet, in milliseconds.
    pub latency: Option<Whole<SLOWEST>>,
    /// What the clock says at first, in seconds since 1970; the page's clock where it is missing.
    pub start: Option<Whole<LATEST>>,
    /// Where random numbers begin; somewhere else each time where it is missing.
    pub seed: Option<Whole<GREATEST>>,
}

/// Where the learner sits. What is not written is as in the tutorial's world.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Workstation {
    /// The name of one of the hosts.
    pub host: Option<Name>,
    /// Who is logged in.
    pub user: Option<Name>,
    /// The prompt, where `\u` is the user, `\h` the host and `\w` the directory.
    pub prompt: Option<Text>,
}

/// A host of the world.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Host {
    /// Its name.
    pub name: Name,
    /// Its addresses, IPv4 or IPv6.
    pub addresses: Option<Vec<Address>>,
    /// More names for it (CNAME).
    pub aliases: Option<Vec<Name>>,
    /// What listens, by the port's number. A host with a mail server has `"25": "smtp"` where
    /// nothing is written. Other ports are closed.
    #[cfg_attr(test, schemars(extend("propertyNames" = { "pattern": "^[1-9][0-9]{0,4}$" })))]
    pub ports: Option<Map<Port>>,
    /// The main.cf of its mail server; a host without one has no mail server.
    pub main_cf: Option<Text>,
    /// Its master.cf, which says what listens where no `ports` are written; Debian's without one
    /// (full build).
    pub master_cf: Option<MasterCf>,
    /// Who has an account there.
    pub users: Option<Vec<User>>,
    /// Texts of files, by path.
    pub files: Option<Map<Text>>,
    /// What answers there beside the mail server: policy services, Milters, a content filter, Dovecot,
    /// programs, databases (full build).
    pub services: Option<Services>,
    /// How long, in seconds, greylisting lets a newcomer wait, whatever main.cf says (full build).
    pub greylist: Option<Greylist>,
    /// Other words for replies, by how Postfix's begin (full build). `{client}`, `{session}`,
    /// `{time}`, `{seconds}` and `{rest}` stand for what they say.
    pub wording: Option<Wording>,
}

/// An account.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct User {
    /// Its name, the local part of its mail address.
    pub name: Name,
    /// The password for AUTH; without one the account cannot use it.
    pub password: Option<Text>,
}

/// What the DNS says of a name.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// The name that is asked for.
    pub name: Name,
    /// An IPv4 address.
    pub a: Option<Address>,
    /// An IPv6 address.
    pub aaaa: Option<Address>,
    /// A mail exchanger; `.` says that the domain accepts no mail.
    pub mx: Option<Name>,
    /// The preference of the mail exchanger, 10 where nothing is written.
    pub preference: Option<Whole<65_535>>,
    /// A text.
    pub txt: Option<Text>,
    /// The name of an address, of which the name is `….in-addr.arpa`.
    pub ptr: Option<Name>,
    /// The name for which this is another.
    pub cname: Option<Name>,
    /// A name server.
    pub ns: Option<Name>,
    /// The name's servers do not answer.
    pub silent: Option<bool>,
}
