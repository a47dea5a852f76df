//! Restrictions about the client and the name it gives with HELO.

use crate::dns::{Data, Kind, Missing};
use crate::postfix::access::checker::Checker;
use crate::postfix::access::judgement::{Cause, Check, Status, Subject};
use crate::postfix::access::parameters::Code;
use crate::postfix::access::restriction::{Call, Takes, Word};
use crate::smtp::client::NameStatus;
use crate::smtp::hostname::{is_hostaddr, is_hostname, is_utf8_hostname, mailhost_addr};
use crate::smtp::idn::to_ascii;
use crate::smtp::release::Change;

/// Restrictions about the client and its HELO.
pub(super) static WORDS: [Word; 15] = [
    Word::new("permit_mynetworks", Takes::Nothing, |c, call| {
        let client = c.facts.client.clone();
        let inside = c.access.mynetworks.has_client(&client.name, &client.addr);
        let inside = c.found(call.name, inside)?;
        if inside {
            c.uses_old_networks();
        }
        Ok(c.permit_client(call, inside))
    }),
    Word::new("permit_inet_interfaces", Takes::Nothing, |c, call| {
        let is_own = c.access.own_addresses.contains(&c.facts.client.addr);
        Ok(c.permit_client(call, is_own))
    }),
    Word::new("permit_sasl_authenticated", Takes::Nothing, |c, call| {
        // What XCLIENT says of a login counts only where there are any.
        let user = c.facts.sasl.as_ref().filter(|_| c.ground.settings.sasl);
        let is_known = user.is_some_and(|s| !s.method.eq_ignore_ascii_case("anonymous"));
        Ok(c.permit_client(call, is_known))
    }),
    Word::new("permit_tls_clientcerts", Takes::Nothing, no_certificate),
    Word::new("permit_tls_all_clientcerts", Takes::Nothing, no_certificate),
    Word::new("reject_plaintext_session", Takes::Nothing, |c, _| {
        if c.facts.tls {
            return Ok(Status::Dunno);
        }
        let code = c.access.code(Code::Plaintext);
        Ok(c.reject(
            Cause::Policy,
            code,
            "4.7.1",
            "Session encryption is required",
        ))
    }),
    Word::new(
        "reject_unknown_client_hostname",
        Takes::Nothing,
        unknown_name,
    ),
    Word::new("reject_unknown_client", Takes::Nothing, unknown_name),
    Word::new(
        "reject_unknown_reverse_client_hostname",
        Takes::Nothing,
        |c, _| {
            let reason = "Client host rejected: cannot find your reverse hostname";
            Ok(c.unknown_client(c.facts.client.reverse_status, "4.7.1", reason))
        },
    ),
    Word::new("reject_invalid_helo_hostname", Takes::Nothing, invalid_helo),
    Word::new("reject_invalid_hostname", Takes::Nothing, invalid_helo),
    Word::new(
        "reject_non_fqdn_helo_hostname",
        Takes::Nothing,
        non_fqdn_helo,
    ),
    Word::new("reject_non_fqdn_hostname", Takes::Nothing, non_fqdn_helo),
    Word::new("reject_unknown_helo_hostname", Takes::Nothing, unknown_helo),
    Word::new("reject_unknown_hostname", Takes::Nothing, unknown_helo),
];

/// Clients of this network have no certificates.
fn no_certificate(c: &mut Checker, call: &Call) -> Check {
    if c.facts.tls {
        not_asked(c, call.word);
    }
    Ok(Status::Dunno)
}

/// Nobody is asked for a certificate.
pub(super) fn not_asked(c: &mut Checker, word: &str) {
    if c.ground.settings.telling.asks() {
        return;
    }
    c.warn(format!(
        "{word} is requested, but \"smtpd_tls_ask_ccert = no\""
    ));
}

fn unknown_name(c: &mut Checker, _: &Call) -> Check {
    let reason = "Client host rejected: cannot find your hostname";
    let dsn = match c.ground.settings.release.has(Change::ClientNameCode) {
        true => "4.7.25",
        false => "4.7.1",
    };
    Ok(c.unknown_client(c.facts.client.name_status, dsn, reason))
}

fn invalid_helo(c: &mut Checker, _: &Call) -> Check {
    c.helo_name(|c, name| {
        let bare = without_dot(name);
        let is_bad = !is_hostname(bare) && !is_hostaddr(bare);
        c.bad_helo(is_bad, name, Code::InvalidHostname, "Invalid name")
    })
}

fn non_fqdn_helo(c: &mut Checker, _: &Call) -> Check {
    c.helo_name(|c, name| {
        let bare = without_dot(name);
        let is_bad = !is_utf8_hostname(bare, c.facts.smtputf8) || !bare.contains('.');
        c.bad_helo(is_bad, name, Code::NonFqdn, "need fully-qualified hostname")
    })
}

fn unknown_helo(c: &mut Checker, _: &Call) -> Check {
    c.helo_name(Checker::unknown_host)
}

/// A trailing dot does not count, unless it follows another.
fn without_dot(name: &str) -> &str {
    match name.strip_suffix('.') {
        Some(short) if !short.is_empty() && !short.ends_with('.') => short,
        _ => name,
    }
}

impl Checker<'_> {
    /// Lets the client in, or says nothing.
    fn permit_client(&mut self, call: &Call, may: bool) -> Status {
        match may {
            true => {
                let named = self.facts.client.namaddr();
                self.permit(call.word, Subject::Client, &named, "")
            }
            false => Status::Dunno,
        }
    }

    fn unknown_client(&mut self, status: NameStatus, dsn: &str, reason: &str) -> Status {
        let code = match status {
            NameStatus::Ok => return Status::Dunno,
            NameStatus::Temporary => 450,
            NameStatus::Permanent => self.access.code(Code::UnknownClient),
        };
        let reason = format!("{reason}, [{}]", self.facts.client.addr);
        self.reject(Cause::Policy, code, dsn, &reason)
    }

    /// Looks at the name that was given with HELO; one in brackets is an address.
    fn helo_name(&mut self, look: fn(&mut Self, &str) -> Status) -> Check {
        Ok(match self.facts.helo.clone() {
            None => Status::Dunno,
            Some(name) if name.starts_with('[') => self.invalid_address(&name),
            Some(name) => look(self, &name),
        })
    }

    fn bad_helo(&mut self, is_bad: bool, name: &str, code: Code, why: &str) -> Status {
        if !is_bad {
            return Status::Dunno;
        }
        let code = self.access.code(code);
        let reason = format!("<{name}>: Helo command rejected: {why}");
        self.reject(Cause::Policy, code, "5.5.2", &reason)
    }

    pub(super) fn invalid_address(&mut self, name: &str) -> Status {
        let inner = name
            .strip_prefix('[')
            .and_then(|n| n.strip_suffix(']'))
            .filter(|n| !n.is_empty())
            .unwrap_or(name);
        if mailhost_addr(inner).is_some() {
            return Status::Dunno;
        }
        let code = self.access.code(Code::InvalidHostname);
        let reason = format!("<{name}>: Helo command rejected: invalid ip address");
        self.reject(Cause::Policy, code, "5.5.2", &reason)
    }

    /// Asks the domain name system, as Postfix does: not for what is no host name at all, and in
    /// ASCII.
    pub(in crate::postfix) fn look_up(
        &mut self,
        name: &str,
        kind: Kind,
    ) -> Result<Vec<Data>, Missing> {
        let bare = name.strip_prefix("*.").unwrap_or(name);
        if is_hostname(bare) {
            self.records(name, kind)
        } else {
            Err(Missing::NoDomain)
        }
    }

    /// The best that several look-ups came to: nothing, where one of them found records.
    fn missing(&mut self, name: &str, kinds: [Kind; 3]) -> Option<Missing> {
        // A failure that may pass says more than one that will not.
        let weight = |missing: &Missing| match missing {
            Missing::Dropped => 3,
            Missing::Timeout | Missing::Unsifted => 2,
            Missing::NullMx => 1,
            Missing::NoDomain | Missing::NoData => 0,
        };
        let mut worst = Missing::NoDomain;
        for kind in kinds {
            match self.look_up(name, kind) {
                Ok(_) => return None,
                // A domain that says first of all that it takes no mail.
                Err(Missing::NullMx) if kinds[0] == Kind::Mx => return Some(Missing::NullMx),
                Err(Missing::Dropped) if (kinds[0], kind) == (Kind::Mx, Kind::Mx) => {
                    return Some(Missing::Dropped);
                }
                Err(why) if weight(&why) >= weight(&worst) => worst = why,
                Err(_) => {}
            }
        }
        Some(worst)
    }

    fn unknown_host(&mut self, name: &str) -> Status {
        let missing = match self.missing(name, [Kind::A, Kind::Aaaa, Kind::Mx]) {
            None | Some(Missing::NullMx) => return Status::Dunno,
            Some(Missing::Dropped) => return self.dropped(name, "address or MX"),
            Some(missing) => missing,
        };
        let reason = format!("<{name}>: Helo command rejected: Host not found");
        if matches!(missing, Missing::Timeout | Missing::Unsifted) {
            let immediate = self.access.parameters.defer_unknown_helo;
            return self.defer_if_permit(immediate, 450, "4.7.1", &reason);
        }
        let code = self.access.code(Code::UnknownHostname);
        self.reject(Cause::Policy, code, "4.7.1", &reason)
    }

    /// Whether a domain can receive mail, for reject_unknown_sender_domain and the like.
    pub(in crate::postfix) fn unknown_mail_host(
        &mut self,
        domain: &str,
        address: &str,
        subject: Subject,
    ) -> Status {
        let what = subject.name();
        let is_sender = subject == Subject::Sender;
        let domain = &*to_ascii(domain);
        let dsn = if is_sender { "4.1.8" } else { "4.1.2" };
        let reason = format!("<{address}>: {what} rejected: Domain not found");
        match self.missing(domain, [Kind::Mx, Kind::A, Kind::Aaaa]) {
            None => Status::Dunno,
            Some(Missing::Dropped) => self.dropped(domain, "MX or address"),
            Some(Missing::NullMx) if !self.ground.settings.release.has(Change::NullMx) => {
                let code = self.access.code(Code::UnknownAddress);
                let reason = reason.replace("Domain not found", "Malformed DNS server reply");
                self.reject(Cause::Policy, code, dsn, &reason)
            }
            Some(Missing::NullMx) => {
                let (code, dsn) = if is_sender {
                    (550, "4.7.27")
                } else {
                    (556, "4.1.10")
                };
                let reason = format!(
                    "<{address}>: {what} rejected: Domain {domain} does not accept mail (nullMX)"
                );
                self.reject(Cause::Policy, code, dsn, &reason)
            }
            Some(Missing::Timeout | Missing::Unsifted) => {
                let immediate = self.access.parameters.defer_unknown_address;
                self.defer_if_permit(immediate, 450, dsn, &reason)
            }
            Some(_) => {
                let code = self.access.code(Code::UnknownAddress);
                self.reject(Cause::Policy, code, dsn, &reason)
            }
        }
    }
}
