//! What daemons beside this server say of themselves when they start; whom Dovecot knows.

use crate::files::node::{self, Node};
use crate::files::who::fields_of;
use crate::postfix::neighbour::people::{Host, Person};
use crate::postfix::neighbour::socket::TOKENS;
use crate::postfix::neighbour::{cyrus, Kind, Neighbour, LIST};
use crate::postfix::server::Server;
use crate::smtp::passwords::Keeper;
use crate::smtp::policy::Note;
use crate::smtp::sasl::proof::{Denied, Proof};
use crate::time::Time;

impl Server {
    /// A daemon beside Postfix has read its configuration: a line for each place where it answers (its kind, the
    /// place, a domain, and by what it goes), and of Dovecot one each for what it knows of people (`passdb`, `userdb`,
    /// `mail`, `format`). Nothing at all is said of one that is down.
    pub fn hear_daemon(&mut self, daemon: &str, told: &str) {
        self.neighbours.0.retain(|own| own.default != daemon);
        let mut people = Neighbour::new(daemon, Kind::Program);
        people.default = daemon.into();
        for line in told.lines() {
            let (key, value) = line.split_once(' ').unwrap_or((line, ""));
            let mut words = value.split(' ');
            let mut next = || words.next().unwrap_or("");
            let (at, domain, by, group) = (next(), next(), next(), next());
            match Kind::named(key, by.parse().ok()) {
                None => people.entries.push((key.into(), value.into())),
                Some(kind) if self.neighbours.at(at).is_none() => {
                    if let (Some(path), false) = (at.strip_prefix("unix:"), group.is_empty()) {
                        self.put_socket(path, domain, by, group);
                    }
                    self.neighbours.0.push(Neighbour {
                        domain: domain.into(),
                        by: by.into(),
                        default: daemon.into(),
                        ..Neighbour::new(at, kind)
                    })
                }
                Some(_) => {}
            }
        }
        if !people.entries.is_empty() {
            self.neighbours.0.push(people);
        }
        let places = self.neighbours.0.iter();
        // Of Dovecot the list says which mechanisms it has as well.
        let known = |own: &Neighbour| own.entry("mechanisms").unwrap_or("").to_string();
        let list: String = places
            .map(|own| format!("{}\n", (own.at.clone() + " " + &known(own)).trim_end()))
            .collect();
        self.files.insert(LIST, list);
        self.build_again();
    }

    /// A daemon listens at a path, with a mode, for a user and a group.
    fn put_socket(&mut self, path: &str, mode: &str, user: &str, group: &str) {
        let id = |file, name: &str| -> Option<u32> {
            let fields = fields_of(self.files.get(file)?, name)?;
            fields.get(2)?.parse().ok()
        };
        let socket = Node {
            kind: node::Kind::Socket,
            mode: u16::from_str_radix(mode, 8).unwrap_or(0o600),
            uid: id("/etc/passwd", user).unwrap_or(0),
            gid: id("/etc/group", group).unwrap_or(0),
            ..Node::file("")
        };
        self.files.put(path, socket);
    }

    /// Dovecot's master has something to say.
    pub fn note_daemon(&mut self, now: Time, text: &str) {
        for line in text.lines() {
            let (program, text) = ("dovecot", line.into());
            self.write(now, 0, Note { program, text });
        }
    }

    /// Asks Dovecot of somebody.
    fn ask_dovecot<T>(&self, ask: impl Fn(Host) -> Option<T>) -> Option<T> {
        let account = |name: &str| {
            let found = self.users.iter().find(|user| user.name == name)?;
            Some(found.password.as_deref().unwrap_or(""))
        };
        ask(Host {
            files: &self.files,
            account: &account,
        })
    }

    /// Somebody whom Dovecot knows; the outer `None` is where it has not said whom.
    pub fn person(&self, name: &str) -> Option<Option<Person>> {
        self.ask_dovecot(|host| self.neighbours.person(name, host))
    }

    /// Whether a password is right for Dovecot, as far as it has said whom it knows; nothing within where it knows
    /// nobody of that name.
    pub fn knows(&self, name: &str, password: &str) -> Option<Option<bool>> {
        self.ask_dovecot(|host| self.neighbours.is_right(name, password, host))
    }

    /// Somebody's password, where it is kept as it is; the outer `None` is where only the accounts have one.
    fn kept(&self, keeper: &Keeper, user: &str, computes: bool) -> Option<Option<String>> {
        let realm = user.split_once('@').map(|(_, realm)| realm);
        let is_elsewhere = realm.is_some_and(|realm| realm != keeper.realm);
        let name = user.to_ascii_lowercase();
        let account = || {
            let own = self.users.iter().find(|own| own.name == user)?;
            own.password.clone()
        };
        match (keeper.is_dovecot(), &*keeper.place) {
            (true, _) => self.ask_dovecot(|host| self.neighbours.secret(&name, host)),
            // A response is of a name as it is in a database.
            (false, "") if computes && is_elsewhere => Some(account()),
            (false, "") => None,
            (false, cyrus::DAEMON) => Some(account().filter(|_| keeper.gone.is_empty())),
            (false, _) => Some(cyrus::secret(keeper, user, &self.files).map(Into::into)),
        }
    }

    /// Somebody's password, for who has to compute with it.
    pub(in crate::postfix::server) fn secret(&self, keeper: &Keeper, user: &str) -> Option<String> {
        self.kept(keeper, user, true).unwrap_or_else(|| {
            let own = self.users.iter().find(|own| own.name == user)?;
            own.password.clone()
        })
    }

    /// What is said of who wants to be let in by who is asked, where that is not the accounts.
    pub(in crate::postfix::server) fn asked_beside(
        &self,
        keeper: &Keeper,
        user: &str,
        proof: &Proof,
    ) -> Option<Result<(), Denied>> {
        let is_dovecot = keeper.is_dovecot();
        let tokens = self.neighbours.at(TOKENS).filter(|_| is_dovecot);
        if tokens.and_then(|own| own.entry(user)) == Some(proof.said()) {
            return Some(Ok(()));
        }
        // Dovecot may keep a password as something that is computed of it.
        let known = match is_dovecot && !proof.is_response() {
            true => self.knows(user, proof.said())?,
            false => self
                .kept(keeper, user, proof.is_response())?
                .map(|kept| proof.holds(&kept)),
        };
        Some(match known {
            Some(true) => Ok(()),
            Some(false) => Err(Denied::WrongPassword),
            None => Err(Denied::NoUser),
        })
    }
}
