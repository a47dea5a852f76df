//! local(8): aliases first, then `.forward`, then the mailbox of a person with an account.

use crate::files::sorted::Sorted;
use crate::postfix::delivery::beside::Handed;
use crate::postfix::delivery::forward::Onward;
use crate::postfix::delivery::mailbox::{entry, envelope_headers};
use crate::postfix::delivery::report::delivery_line;
use crate::postfix::delivery::routes::destinations;
use crate::postfix::lookup::fold::fold;
use crate::postfix::lookup::maps::without_extension;
use crate::postfix::queue::file::{Addressee, QueueFile, Trace};
use crate::postfix::queue::history::Next;
use crate::postfix::queue::outcome::{Outcome, Status};
use crate::postfix::server::Server;
use crate::time::Time;

/// How deep aliases may lead to aliases, counted as local(8) does: a recipient, what kind it is, its
/// alias or file, and the address in there are a level each.
const DEPTH: usize = 100;

/// How deep `:include:` files may name each other, for which Postfix has no bound but its memory.
const INCLUDES: usize = 2 * DEPTH;

/// How much is remembered as done (`duplicate_filter_limit`).
const DUPLICATES: usize = 1_000;

/// How many addresses, and how many ends, one recipient may lead to. Postfix has no bound for
/// aliases that double with each level, and is busy for days.
const ADDRESSES: usize = 10_000;
const ENDS: usize = 1_000;

/// A recipient on the way from alias to alias.
#[derive(Clone)]
pub(super) struct Bearer {
    pub(super) recipient: Addressee,
    /// The sender, or the owner of the list.
    sender: String,
    /// For whom copies are made: they are sent on in a queue file of their own.
    owner: Option<String>,
    /// What `Delivered-To:` will say.
    delivered: String,
    /// The alias that it comes from.
    from: Option<String>,
    /// It stands in an `:include:` file.
    is_included: bool,
    level: usize,
}

/// The delivery for one recipient of a queue file.
pub(super) struct Errand<'a> {
    pub(super) server: &'a mut Server,
    pub(super) file: &'a QueueFile,
    pub(super) now: Time,
    /// What has been done already, which is not done twice.
    been_here: Sorted<()>,
    /// How many addresses it has led to.
    addresses: usize,
    has_given_up: bool,
    results: Vec<(Addressee, Outcome, Option<Next>)>,
    /// What others than local have done.
    pub(super) beside: Vec<(Addressee, Handed)>,
    /// What goes elsewhere.
    onward: Vec<Onward>,
}

pub(super) fn failed(dsn: &str, why: impl Into<String>) -> Outcome {
    Outcome::new(Status::Bounced, dsn, why)
}

pub(super) fn sent(why: impl Into<String>) -> Outcome {
    Outcome::new(Status::Sent, "2.0.0", why)
}

/// `NOTIFY=` for those behind an alias: the alias itself tells of success.
fn behind_alias(recipient: &Addressee) -> Addressee {
    let mut inner = recipient.clone();
    if let Some(notify) = &mut inner.notify {
        notify.success = false;
        notify.never = !notify.failure && !notify.delay;
    }
    inner
}

impl Errand<'_> {
    /// Whether this is done for the first time.
    pub(super) fn is_new(&mut self, what: String) -> bool {
        if self.been_here.contains(&what) {
            return false;
        }
        if self.been_here.len() < DUPLICATES {
            self.been_here.insert(what, ());
        }
        true
    }

    pub(super) fn end(&mut self, bearer: &Bearer, outcome: Outcome) {
        self.lies(bearer, (outcome, None));
    }

    pub(super) fn lies(&mut self, bearer: &Bearer, (outcome, next): (Outcome, Option<Next>)) {
        self.results.push((bearer.recipient.clone(), outcome, next));
    }

    /// An address in an alias or a file.
    pub(super) fn resolve(&mut self, mut bearer: Bearer, address: &str) {
        bearer.level += 1;
        let resolver = self.server.resolver();
        let address = resolver.rewrite(address);
        match resolver.resolve(&address) {
            Ok(resolved) if resolved.error => {
                let why = format!("bad recipient address syntax: {}", resolved.address);
                self.end(&bearer, failed("5.1.3", why));
            }
            Ok(resolved) => {
                bearer.recipient.address = resolved.address;
                match resolved.transport == "local" {
                    true => self.recipient(bearer),
                    false => self.send_on(bearer),
                }
            }
            Err(_) => {
                let why = Outcome::new(Status::Deferred, "4.3.0", "address resolver failure");
                self.end(&bearer, why);
            }
        }
    }

    /// Puts it into a queue file that leaves this host, or comes back to it by itself.
    fn send_on(&mut self, bearer: Bearer) {
        let address = &bearer.recipient.address;
        if !self.is_new(format!("indirect {} {}", bearer.sender, fold(address))) {
            return;
        }
        if self.file.trace == Trace::Verify {
            let outcome = sent(format!("forwards to {address}"));
            return self.end(&bearer, outcome);
        }
        let recipient = bearer.recipient.path();
        let same = |o: &&mut Onward| o.delivered == bearer.delivered && o.sender == bearer.sender;
        match self.onward.iter_mut().find(same) {
            Some(onward) => onward.recipients.push(recipient),
            None => self.onward.push(Onward {
                sender: bearer.sender,
                delivered: bearer.delivered,
                is_list: recipient.dsn_original.is_empty(),
                recipients: vec![recipient],
            }),
        }
    }

    fn recipient(&mut self, mut bearer: Bearer) {
        bearer.level += 1;
        let address = bearer.recipient.address.clone();
        if !self.is_new(format!("recipient {} {address}", bearer.level)) {
            return;
        }
        self.addresses += 1;
        if self.addresses >= ADDRESSES || self.results.len() >= ENDS {
            return self.give_up(&bearer);
        }
        if self.file.has_been_at(&address) {
            let why = format!("mail forwarding loop for {address}");
            return self.end(&bearer, failed("5.4.6", why));
        }
        let local = fold(address.rsplit_once('@').map_or(&address, |(user, _)| user));
        let bare = without_extension(&local, self.server.resolver().delimiters());
        let user = bare.clone().unwrap_or(local.clone());
        for name in [Some(&local), bare.as_ref()].into_iter().flatten() {
            if bearer.from.as_ref().is_some_and(|from| fold(from) == *name) {
                continue;
            }
            if bearer.level + 2 > DEPTH {
                let why = format!("alias database loop for {name}");
                self.server
                    .log_as("local", self.now, format!("warning: {why}"));
                return self.end(&bearer, failed("5.4.6", why));
            }
            match self.server.routes().alias(name) {
                Ok(Some(found)) => {
                    bearer.level += 2;
                    return self.alias(bearer, name, found);
                }
                Ok(None) => {}
                Err(retry) => return self.has_no_aliases(&bearer, retry.warnings.lines()),
            }
        }
        bearer.level += 2;
        if bearer.is_included || bearer.owner.as_ref().is_some_and(|o| fold(o) != user) {
            return self.send_on(bearer);
        }
        match self.forward_file(&bearer, &local, &user) {
            Some((path, text)) if !self.been_here.contains(&path) => {
                if self.file.trace == Trace::Probe {
                    return self.end(&bearer, sent(format!("forward via file: {path}")));
                }
                self.is_new(path);
                let targets = destinations(&text);
                if targets.is_empty() {
                    return self.mailbox(bearer, &local, &user);
                }
                let inner = Bearer {
                    owner: Some(user.clone()),
                    from: Some(local),
                    recipient: behind_alias(&bearer.recipient),
                    ..bearer.clone()
                };
                self.tokens(&inner, targets, &user);
                self.expanded(&bearer, "expanded");
            }
            // Its own address stands in it: that is the mailbox.
            _ => self.mailbox(bearer, &local, &user),
        }
    }

    /// What Postfix would do for days is stopped, and said once.
    fn give_up(&mut self, bearer: &Bearer) {
        if !std::mem::replace(&mut self.has_given_up, true) {
            let id = &self.file.id;
            let text = format!(
                "{id}: stopped, because its aliases have led to {} addresses; Postfix would go on",
                self.addresses
            );
            self.server.remark(text, self.now);
            let why = format!("alias database loop for {}", bearer.recipient.address);
            self.end(bearer, failed("5.4.6", why));
        }
    }

    fn alias(&mut self, bearer: Bearer, name: &str, found: String) {
        if self.file.trace == Trace::Probe {
            return self.end(&bearer, sent(format!("aliased to {found}")));
        }
        let owner = self.server.routes().owner(name);
        let resets = self.server.routes().resets_owner;
        let mut inner = Bearer {
            from: Some(name.into()),
            owner: bearer.owner.clone().filter(|_| !resets),
            recipient: behind_alias(&bearer.recipient),
            is_included: false,
            ..bearer.clone()
        };
        if let Some(owner) = &owner {
            inner.sender = self.server.resolver().rewrite(owner);
            inner.owner = Some(inner.sender.clone());
            inner.recipient.original.clear();
            inner.recipient.dsn_original.clear();
        }
        let targets = destinations(&found);
        if targets.is_empty() {
            let warning = format!("no recipient in alias lookup result for {name}");
            return self.has_no_aliases(&bearer, &[warning]);
        }
        self.tokens(&inner, targets, "");
        let action = match owner.is_some() {
            true => "delivered",
            false => "expanded",
        };
        self.expanded(&bearer, action);
    }

    /// The aliases cannot be read, for reasons that go into the log.
    fn has_no_aliases(&mut self, bearer: &Bearer, warnings: &[String]) {
        self.warn(warnings);
        let why = Outcome::new(Status::Deferred, "4.3.0", "alias database unavailable");
        self.end(bearer, why);
    }

    pub(super) fn warn(&mut self, warnings: &[String]) {
        for warning in warnings {
            let text = format!("warning: {warning}");
            self.server.log_as("local", self.now, text);
        }
    }

    /// Tells of an alias, where success was to be told of.
    fn expanded(&mut self, bearer: &Bearer, action: &'static str) {
        if bearer.recipient.notify.is_some_and(|n| n.success) {
            let told = Addressee {
                is_done: true,
                is_note: true,
                reason: Some(Outcome {
                    action,
                    ..sent("delivery via local: alias expanded")
                }),
                ..bearer.recipient.clone()
            };
            if let Some(file) = self.server.queue.file_mut(&self.file.id) {
                file.recipients.push(told);
            }
        }
    }

    /// What stands in an alias or a file; `~` is the home of `user`.
    fn tokens(&mut self, bearer: &Bearer, targets: Vec<String>, user: &str) {
        let place = match (bearer.is_included, user) {
            (true, _) => 2,
            (_, "") => 0,
            _ => 1,
        };
        for target in targets {
            let bearer = bearer.clone();
            let home = target.strip_prefix("~/").filter(|_| !user.is_empty());
            if let Some(path) = home {
                self.put_into_file(&bearer, format!("/home/{user}/{path}"), (user, place));
            } else if target.starts_with('/') {
                self.put_into_file(&bearer, target, (user, place));
            } else if let Some(command) = target.strip_prefix('|') {
                if self.may(&bearer, "command", place) {
                    self.command(&bearer, command.trim(), user);
                }
            } else if let Some(path) = target.get(..9).filter(|t| fold(t) == ":include:") {
                let path = target[path.len()..].trim().to_string();
                self.include(bearer, &path, user);
            } else {
                self.resolve(bearer, &target);
            }
        }
    }

    fn include(&mut self, mut bearer: Bearer, path: &str, user: &str) {
        bearer.level += 1;
        if !self.is_new(format!("include {path}")) {
            return;
        }
        if bearer.level > INCLUDES {
            return self.give_up(&bearer);
        }
        match self.server.files.get(path).map(destinations) {
            Some(targets) => {
                bearer.is_included = true;
                bearer.owner.get_or_insert(bearer.recipient.address.clone());
                self.tokens(&bearer, targets, user);
            }
            None => {
                let why = format!(
                    "warning: unable to lookup :include: file {path}: No such file or directory"
                );
                self.server.log_as("local", self.now, why);
                self.end(&bearer, failed("5.3.5", "mail system configuration error"));
            }
        }
    }

    /// What a mailbox, a `command` or a `file` gets.
    pub(super) fn text(&self, bearer: &Bearer, what: &str) -> String {
        let recipient = self.server.without_original(&bearer.recipient);
        let marks = what == "mailbox" || self.server.routes().marks(what);
        let delivered = Some(bearer.delivered.as_str()).filter(|_| marks);
        entry(self.file, &bearer.sender, &recipient, delivered, self.now)
    }

    /// Whether mail may go to a command, or a file, that stands in this kind of place.
    fn may(&mut self, bearer: &Bearer, what: &str, place: usize) -> bool {
        let is_allowed = self.server.routes().allows(what, place);
        if !is_allowed {
            let why = format!("mail to {what} is restricted");
            self.end(bearer, failed("5.7.1", why));
        }
        is_allowed
    }

    fn put_into_file(&mut self, bearer: &Bearer, path: String, (user, place): (&str, usize)) {
        if !self.may(bearer, "file", place) || !self.is_new(format!("file {path}")) {
            return;
        }
        let outcome = match path.ends_with('/') {
            true => self.put_into_maildir(bearer, &path),
            false => self.write_file(bearer, &path, user),
        };
        self.lies(bearer, outcome);
    }

    pub(super) fn put_into_maildir(
        &mut self,
        bearer: &Bearer,
        path: &str,
    ) -> (Outcome, Option<Next>) {
        let recipient = self.server.without_original(&bearer.recipient);
        let headers = envelope_headers(&bearer.sender, &recipient, Some(&bearer.delivered));
        self.server
            .put_into_maildir(path, &headers, self.file, self.now)
    }
}

impl Server {
    /// local: one recipient of a queue file.
    pub(in crate::postfix) fn deliver_here(&mut self, file: &QueueFile, place: usize, now: Time) {
        let recipient = file.recipients[place].clone();
        let mut errand = Errand {
            server: self,
            file,
            now,
            been_here: Sorted::default(),
            addresses: 0,
            has_given_up: false,
            results: Vec::new(),
            beside: Vec::new(),
            onward: Vec::new(),
        };
        errand.recipient(Bearer {
            sender: file.sender.clone(),
            owner: None,
            delivered: recipient.address.clone(),
            from: None,
            is_included: false,
            level: 0,
            recipient: recipient.clone(),
        });
        let Errand {
            mut results,
            beside,
            onward,
            ..
        } = errand;
        for onward in onward {
            let id = self.forward(file, onward, now);
            let told = behind_alias(&recipient);
            let outcome = sent(format!("forwarded as {id}"));
            results.push((told, outcome, Some(Next::Queue(id))));
        }
        let results = results.into_iter().map(|(to, outcome, next)| {
            let own = Handed {
                outcome,
                next,
                program: "local",
                relay: "local".into(),
            };
            (to, own)
        });
        let handed = beside.iter().filter(|(_, own)| own.is_lmtp()).count();
        let mut waits = None;
        for (to, handed) in results.chain(beside) {
            let agent = handed.agent();
            let outcome = self.filtered(handed.outcome.clone(), agent.program, now);
            let next = handed.next.clone();
            self.note_attempt(&file.id, &to.address, &agent, &outcome, next, now);
            let (address, was) = (&to.address, &to.original);
            let line = delivery_line(&file.id, address, was, &outcome, &agent, file.delays(now));
            self.log_as(agent.program, now, line);
            if outcome.status == Status::Deferred {
                waits = Some(outcome);
            } else if let Some(file) = self.queue.file_mut(&file.id) {
                file.recipients.push(Addressee {
                    is_done: true,
                    is_note: true,
                    reason: Some(outcome),
                    ..to
                });
            }
        }
        self.leave_dovecot(handed, now);
        let file = self.queue.file_mut(&file.id);
        if let Some(stored) = file.and_then(|f| f.recipients.get_mut(place)) {
            stored.is_done = waits.is_none();
            stored.reason = waits;
        }
    }

    pub(super) fn has_account(&self, user: &str) -> bool {
        self.files.get("passwd.byname").is_some_and(|accounts| {
            accounts.lines().any(|l| {
                l.split(' ')
                    .next()
                    .is_some_and(|n| n.eq_ignore_ascii_case(user))
            })
        })
    }
}
