//! What only the full build has in a scenario.

use serde::de::{Deserializer, Error};
use serde::Deserialize;

use super::values::{is_path, Map, Name, Text, Whole, NAME};
use crate::files::node::{self, Node};
use crate::files::{debian, Files};
use crate::network::{Host, Port};
use crate::postfix::config::master_cf::{self, MASTER_CF};
use crate::postfix::neighbour::people::PEOPLE;
use crate::postfix::neighbour::place::QUEUE;
use crate::postfix::neighbour::policy::TEMPER;
use crate::postfix::neighbour::socket::ANYWHERE;
use crate::postfix::neighbour::{Kind, Neighbour, Neighbours, KINDS, LIST};
use crate::postfix::server::full::wording;

/// The rest of the default world, which has room where mail is delivered.
pub const INTERNET: Option<&str> = Some(include_str!("../../www/scenarios/internet.json"));

/// A year, in seconds.
pub type Greylist = Whole<31_536_000>;
/// A text.
pub type MasterCf = Text;
/// By how replies begin.
pub type Wording = Map<Worded>;
/// What answers beside the mail server.
pub type Services = Vec<Service>;

/// A reply in words of its own, each line with its code: `250 2.1.0 OK`.
#[derive(Debug)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Worded(Text);

impl<'de> Deserialize<'de> for Worded {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Worded, D::Error> {
        let text = Text::deserialize(deserializer)?;
        let is_coded = |line: &str| {
            let is_code = matches!(line.as_bytes(), [b'2'..=b'5', b'0'..=b'9', b'0'..=b'9', ..]);
            is_code && matches!(line.as_bytes().get(3), None | Some(b' ' | b'-'))
        };
        match !text.0.is_empty() && text.0.lines().all(is_coded) {
            true => Ok(Worded(text)),
            false => Err(D::Error::custom(
                "each line of a reply begins with its code, three digits from 200 to 599, and a blank",
            )),
        }
    }
}

/// Something that answers on a host beside its mail server.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// Where it answers, as main.cf names it: `inet:127.0.0.1:10023`, `unix:private/dovecot-lmtp`; a
    /// table's type and name (`mysql:/etc/postfix/users.cf`); `pipe:` and the name of a service of
    /// master.cf for a program.
    pub at: Name,
    /// What it is. Policy services: `greylist` (postgrey), `spf` (policyd-spf), `table` (an attribute's
    /// value to an action of access(5)). Milters: `dkim` (signs and verifies), `scan` (patterns to what
    /// is to be done), `milter` (patterns for commands as well). `filter` (a content filter, or one before
    /// the queue, that hands back), `lmtp` (Dovecot), `program` (for
    /// pipe(8)), `database` (a table that Postfix asks elsewhere).
    pub kind: Trade,
    /// How long, in seconds, a `greylist` lets a newcomer wait; 300 where nothing is written.
    pub delay: Option<Whole<31_536_000>>,
    /// The attribute that a `table` goes by, such as `sender`, `client_address` or `sasl_username`;
    /// `recipient` where nothing is written.
    pub attribute: Option<Name>,
    /// The domain that `dkim` signs for.
    pub domain: Option<Name>,
    /// The selector of the signatures of `dkim`; `mail` where nothing is written.
    pub selector: Option<Name>,
    /// The port that a `filter` hands back to; 10025 where nothing is written.
    pub back: Option<Whole<65_535>>,
    /// What it knows. `table`: values (of an address also its domain) and actions. `scan`: regular
    /// expressions, which are tried on each line of the message, and `reject 550 5.7.1 text`,
    /// `tempfail`, `discard`, `quarantine` or `add Name: value`; without entries the test strings GTUBE
    /// and EICAR are rejected. `milter`: the same, tried on each command too. `filter`: the same, where it
    /// stands before the queue. `database`: keys and values, several values with commas between them.
    /// `lmtp`: addresses of people without an account there, each with its Maildir.
    pub entries: Option<Map<Text>>,
    /// What a `table` says where no entry does (`DUNNO` if nothing is written); what a `program` ends
    /// with: its status, and what it has written, such as `75 over quota`.
    pub default: Option<Text>,
}

/// What a service is.
#[derive(Debug)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(extend("enum" = KINDS)))]
pub struct Trade(String);

impl<'de> Deserialize<'de> for Trade {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Trade, D::Error> {
        let Name(name) = Name::deserialize(deserializer)?;
        match KINDS.contains(&name.as_str()) {
            true => Ok(Trade(name)),
            false => Err(D::Error::unknown_variant(&name, &KINDS)),
        }
    }
}

/// A service as the host has it.
fn neighbour(given: Service) -> Option<Neighbour> {
    let text = |given: Option<Name>, default: &str| given.map_or(default.into(), |name| name.0);
    let by = match given.kind.0.as_str() {
        "table" => text(given.attribute, "recipient"),
        "dkim" => text(given.selector, "mail"),
        _ => given.back.map_or(10_025, |port| port.0).to_string(),
    };
    let entries = given.entries.into_iter().flat_map(|entries| entries.0);
    Some(Neighbour {
        at: given.at.0,
        kind: Kind::named(&given.kind.0, given.delay.map(|delay| delay.0))?,
        domain: text(given.domain, ""),
        by,
        entries: entries.map(|(key, Text(value))| (key, value)).collect(),
        default: given.default.unwrap_or_default().0,
    })
}

/// Whether a file can have this path, beside those that are there already. A table that is asked elsewhere has
/// the name that main.cf has for it.
pub fn has_place(path: &str, files: &Files, main_cf: &Option<Text>) -> bool {
    if !path.contains('/') && !path.is_empty() {
        let name = format!(":{path}");
        return main_cf.as_ref().is_some_and(|text| text.0.contains(&name));
    }
    let above = |(at, _): (usize, &str)| path.get(..at).unwrap_or("");
    let mut above = path.match_indices('/').skip(1).map(above);
    is_path(path)
        && !files.is_full()
        && !files.is_directory(path)
        && !debian::has(path, 'd')
        && !above
            .any(|path| files.contains(path) && !files.is_directory(path) || debian::has(path, '-'))
}

/// Why no file can be where a path says that is one.
pub fn no_place(path: &str, files: &Files) -> Option<&'static str> {
    if is_path(path) {
        return Some(match files.is_full() {
            true => "there are more than 20000 files and folders",
            false => {
                "no file can be there: it is a folder, or a file stands where its folder would be"
            }
        });
    }
    let is_long = path.len() > NAME;
    is_long.then_some("no file can be there: a path has 4096 bytes at most, and a name in it 255")
}

/// Writes master.cf, which says what listens. Without one the ports that a scenario names are written
/// into Debian's.
pub fn offer(
    files: &mut Files,
    given: Option<MasterCf>,
    is_named: bool,
    ports: &[(u16, Port)],
    services: &Option<Services>,
    main_cf: &str,
) {
    let services = services.iter().flatten();
    let mut list = String::new();
    let texts = [main_cf, given.as_ref().map_or("", |text| &text.0)];
    if texts.iter().any(|text| text.contains("dovecot")) {
        list = format!("{ANYWHERE}\n");
    }
    for service in services {
        list.push_str(&service.at.0);
        list.push('\n');
        if let ("database", Some(entries)) = (service.kind.0.as_str(), &service.entries) {
            let lines = entries
                .0
                .iter()
                .map(|(key, Text(value))| format!("{key}\t{value}\n"));
            files.insert(&service.at.0, lines.collect::<String>());
        }
    }
    files.insert(LIST, list);
    if let Some(Text(text)) = given {
        files.insert(MASTER_CF, text + "\n");
    }
    let is_smtp = |port: &&(u16, Port)| port.1 == Port::Smtp;
    let text = files.get(MASTER_CF).map(str::to_string);
    let text = text.unwrap_or_else(|| debian::text(MASTER_CF));
    for entry in master_cf::parse(&text).unwrap_or_default() {
        let folder = if entry.field(2) == "n" {
            "public"
        } else {
            "private"
        };
        if entry.field(1).starts_with("unix") {
            let socket = Node {
                kind: node::Kind::Socket,
                mode: 0o666,
                uid: 102,
                gid: 108,
                ..Node::file("")
            };
            files.put(format!("{QUEUE}{folder}/{}", entry.field(0)), socket);
        }
    }
    if is_named && !files.contains(MASTER_CF) {
        let mut text = debian::text(MASTER_CF);
        if !ports.iter().any(|port| is_smtp(&port) && port.0 == 25) {
            text = text.replacen("\nsmtp      inet", "\n#smtp      inet", 1);
        }
        for (number, _) in ports.iter().filter(is_smtp) {
            if *number != 25 {
                text +=
                    &format!("{number:<9} inet  n       -       y       -       -       smtpd\n");
            }
            if *number == 465 {
                text += "  -o smtpd_tls_wrappermode=yes\n";
            }
        }
        files.insert(MASTER_CF, text);
    }
}

/// Gives a host what a light build's has not.
pub fn furnish(
    host: &mut Host,
    files: Option<Files>,
    services: Option<Services>,
    greylist: Option<Greylist>,
    words: Option<Wording>,
) {
    if let Some(server) = &mut host.server {
        let temper = greylist.and_then(|wait| {
            let kind = Kind::named("greylist", Some(wait.0))?;
            Some(Neighbour::new(TEMPER, kind))
        });
        let services = services.into_iter().flatten().filter_map(neighbour);
        let list = server.files.get(LIST).unwrap_or("");
        let dovecot = list.lines().any(|own| own == ANYWHERE).then(|| Neighbour {
            default: PEOPLE.into(),
            ..Neighbour::new(ANYWHERE, Kind::Program)
        });
        let all = services.chain(temper).chain(dovecot);
        server.neighbours = Neighbours(all.collect());
        let words = words.into_iter().flat_map(|words| words.0);
        server.wording =
            wording::Wording::new(words.map(|(start, Worded(text))| (start, text.0)).collect());
    }
    host.files = files.unwrap_or_default();
}
