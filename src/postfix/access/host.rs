//! Restrictions about the client and the name it gives with HELO.

use crate::dns::{Data, Kind, Missing};
use crate::postfix::access::{Abort, Cause, Checker, Status, Subject};
use crate::smtp::client::NameStatus;
use crate::smtp::hostname::{is_hostaddr, is_hostname, is_utf8_hostname, mailhost_addr};
use crate::smtp::idn::to_ascii;
#[cfg(feature = "full")]
use crate::smtp::release::Change;

/// A trailing dot does not count, unless it follows another.
fn without_dot(name: &str) -> &str {
    match name.strip_suffix('.') {
        Some(short) if !short.is_empty() && !short.ends_with('.') => short,
        _ => name,
    }
}

impl Checker<'_> {
    /// A restriction of this kind, or `None` where `word` is none.
    pub(in crate::postfix) fn host(
        &mut self,
        word: &str,
        _name: &str,
        _subject: Subject,
    ) -> Result<Option<Status>, Abort> {
        let client = self.facts.client.clone();
        let status = match word {
            "permit_mynetworks" => {
                let inside = self
                    .access
                    .mynetworks
                    .has_client(&client.name, &client.addr);
                if self.found(&client.namaddr(), inside)? {
                    self.permit(word, Subject::Client, &client.namaddr(), "")
                } else {
                    Status::Dunno
                }
            }
            "permit_inet_interfaces" => {
                if self.access.own_addresses.contains(&client.addr) {
                    self.permit(word, Subject::Client, &client.namaddr(), "")
                } else {
                    Status::Dunno
                }
            }
            "permit_sasl_authenticated" => {
                let known = self.facts.sasl.as_ref();
                if known.is_some_and(|s| !s.method.eq_ignore_ascii_case("anonymous")) {
                    self.permit(word, Subject::Client, &client.namaddr(), "")
                } else {
                    Status::Dunno
                }
            }
            // Clients of this network have no certificates.
            "permit_tls_clientcerts" | "permit_tls_all_clientcerts" => {
                if self.facts.tls {
                    self.warn(format!(
                        "{word} is requested, but \"smtpd_tls_ask_ccert = no\""
                    ));
                }
                Status::Dunno
            }
            "reject_plaintext_session" if !self.facts.tls => {
                let code = self.access.code("plaintext_reject_code");
                self.reject(
                    Cause::Policy,
                    code,
                    "4.7.1",
                    "Session encryption is required",
                )
            }
            "reject_plaintext_session" => Status::Dunno,
            "reject_unknown_client_hostname" | "reject_unknown_client" => {
                let reason = "Client host rejected: cannot find your hostname";
                self.unknown_client(client.name_status, "4.7.25", reason)
            }
            "reject_unknown_reverse_client_hostname" => {
                let reason = "Client host rejected: cannot find your reverse hostname";
                self.unknown_client(client.reverse_status, "4.7.1", reason)
            }
            "reject_invalid_helo_hostname"
            | "reject_invalid_hostname"
            | "reject_non_fqdn_helo_hostname"
            | "reject_non_fqdn_hostname"
            | "reject_unknown_helo_hostname"
            | "reject_unknown_hostname"
            | "permit_naked_ip_address" => self.helo_name(word),
            _ => return Ok(None),
        };
        Ok(Some(status))
    }

    fn unknown_client(&mut self, status: NameStatus, dsn: &str, reason: &str) -> Status {
        let code = match status {
            NameStatus::Ok => return Status::Dunno,
            NameStatus::Temporary => 450,
            NameStatus::Permanent => self.access.code("unknown_client_reject_code"),
        };
        let reason = format!("{reason}, [{}]", self.facts.client.addr);
        self.reject(Cause::Policy, code, dsn, &reason)
    }

    fn helo_name(&mut self, word: &str) -> Status {
        if word == "permit_naked_ip_address" {
            self.warn("restriction permit_naked_ip_address is deprecated. Use permit_mynetworks or permit_sasl_authenticated instead");
        }
        let Some(name) = self.facts.helo.clone() else {
            return Status::Dunno;
        };
        if word == "permit_naked_ip_address" {
            if !name
                .bytes()
                .all(|b| b.is_ascii_digit() || b == b'.' || b == b':')
            {
                return Status::Dunno;
            }
            return match self.invalid_address(&name) {
                Status::Dunno => self.permit(word, Subject::Helo, &name, ""),
                rejected => rejected,
            };
        }
        if name.starts_with('[') {
            return self.invalid_address(&name);
        }
        let bare = without_dot(&name);
        if word.starts_with("reject_unknown") {
            return self.unknown_host(&name);
        }
        let (bad, code, reason) = if word.starts_with("reject_invalid") {
            let bad = !is_hostname(bare) && !is_hostaddr(bare);
            (bad, "invalid_hostname_reject_code", "Invalid name")
        } else {
            let bad = !is_utf8_hostname(bare, self.facts.smtputf8) || !bare.contains('.');
            (bad, "non_fqdn_reject_code", "need fully-qualified hostname")
        };
        if !bad {
            return Status::Dunno;
        }
        let code = self.access.code(code);
        let reason = format!("<{name}>: Helo command rejected: {reason}");
        self.reject(Cause::Policy, code, "5.5.2", &reason)
    }

    fn invalid_address(&mut self, name: &str) -> Status {
        let inner = name
            .strip_prefix('[')
            .and_then(|n| n.strip_suffix(']'))
            .filter(|n| !n.is_empty())
            .unwrap_or(name);
        if mailhost_addr(inner).is_some() {
            return Status::Dunno;
        }
        let code = self.access.code("invalid_hostname_reject_code");
        let reason = format!("<{name}>: Helo command rejected: invalid ip address");
        self.reject(Cause::Policy, code, "5.5.2", &reason)
    }

    /// Asks the domain name system, as Postfix does: not for what is no host name at all, and in
    /// ASCII.
    pub(in crate::postfix) fn look_up(&self, name: &str, kind: Kind) -> Result<Vec<Data>, Missing> {
        let bare = name.strip_prefix("*.").unwrap_or(name);
        if is_hostname(bare) {
            self.dns.look_up(name, kind)
        } else {
            Err(Missing::NoDomain)
        }
    }

    /// The addresses of a host, in the protocols that this server speaks (`inet_protocols`).
    #[cfg(feature = "full")]
    pub(in crate::postfix) fn addresses(&self, name: &str) -> Result<Vec<String>, Missing> {
        let protocols = self.access.config.list("inet_protocols");
        let speaks = |protocol| protocols.iter().any(|p| p == protocol || p == "all");
        let mut found = self.dns.addresses(name)?;
        found.retain(|addr| speaks(if addr.contains(':') { "ipv6" } else { "ipv4" }));
        if found.is_empty() {
            return Err(Missing::NoData);
        }
        Ok(found)
    }

    /// The best that several look-ups came to: nothing, where one of them found records.
    fn missing(&self, name: &str, kinds: [Kind; 3]) -> Option<Missing> {
        // A failure that may pass says more than one that will not.
        let weight = |missing: &Missing| match missing {
            Missing::Timeout => 2,
            Missing::NullMx => 1,
            Missing::NoDomain | Missing::NoData => 0,
        };
        let mut worst = Missing::NoDomain;
        for kind in kinds {
            match self.look_up(name, kind) {
                Ok(_) => return None,
                // A domain that says first of all that it takes no mail.
                Err(Missing::NullMx) if kinds[0] == Kind::Mx => return Some(Missing::NullMx),
                Err(why) if weight(&why) >= weight(&worst) => worst = why,
                Err(_) => {}
            }
        }
        Some(worst)
    }

    fn unknown_host(&mut self, name: &str) -> Status {
        let missing = match self.missing(name, [Kind::A, Kind::Aaaa, Kind::Mx]) {
            None | Some(Missing::NullMx) => return Status::Dunno,
            Some(missing) => missing,
        };
        let reason = format!("<{name}>: Helo command rejected: Host not found");
        if missing == Missing::Timeout {
            let action = self.access.text("unknown_helo_hostname_tempfail_action");
            let immediate = action == "defer";
            return self.defer_if_permit(immediate, 450, "4.7.1", &reason);
        }
        let code = self.access.code("unknown_hostname_reject_code");
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
            #[cfg(feature = "full")]
            Some(Missing::NullMx) if !self.has(Change::NullMx) => {
                let code = self.access.code("unknown_address_reject_code");
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
            Some(Missing::Timeout) => {
                let immediate = self.access.text("unknown_address_tempfail_action") == "defer";
                self.defer_if_permit(immediate, 450, dsn, &reason)
            }
            Some(_) => {
                let code = self.access.code("unknown_address_reject_code");
                self.reject(Cause::Policy, code, dsn, &reason)
            }
        }
    }
}

/// The C library's words for a host without addresses.
#[cfg(feature = "full")]
pub(in crate::postfix) fn why_no_address(missing: Missing) -> &'static str {
    match missing {
        Missing::Timeout => "Temporary failure in name resolution",
        Missing::NoDomain => "Name or service not known",
        Missing::NoData | Missing::NullMx => "No address associated with hostname",
    }
}

/// The resolver's words for a name without records (`hstrerror`).
#[cfg(feature = "full")]
pub(in crate::postfix) fn why_no_record(missing: Missing) -> &'static str {
    match missing {
        Missing::Timeout => "Host not found, try again",
        Missing::NoDomain => "Host not found",
        Missing::NoData | Missing::NullMx => "Host found but no data record of requested type",
    }
}
