//! What a policy service says to a question (SMTPD_POLICY_README): an action of access(5).

use crate::dns::Dns;
use crate::postfix::config::attributes::attribute;
use crate::postfix::neighbour::answer::Answer;
use crate::postfix::neighbour::spf::{check, Outcome};
use crate::postfix::neighbour::{Kind, Neighbour, Neighbours};
use crate::smtp::policy::{Facts, Note};

/// The place of greylisting that is asked after the restrictions, whatever main.cf says.
pub const TEMPER: &str = "smtpd";

impl Neighbours {
    /// Asks what answers at a place, on behalf of a host, in a context; nothing where nothing does, or nothing of that
    /// trade.
    pub fn ask(
        &self,
        [place, hostname, context]: [&str; 3],
        facts: &Facts,
        dns: &Dns,
    ) -> Option<Answer> {
        let service = self.at(place)?;
        Some(match &service.kind {
            Kind::Greylist(greylist) => greylist.ask(facts, hostname),
            Kind::Spf => spf(facts, dns),
            Kind::Table => Answer {
                action: service.look_up(facts, hostname, context),
                ..Answer::default()
            },
            _ => return None,
        })
    }
}

impl Neighbours {
    /// What greylisting says that nothing in main.cf asks.
    pub fn temper(&self, facts: &Facts, hostname: &str) -> Option<Answer> {
        match &self.at(TEMPER)?.kind {
            Kind::Greylist(greylist) => Some(greylist.ask(facts, hostname)),
            _ => None,
        }
    }
}

impl Neighbour {
    /// What the entry of an attribute's value says: of the whole value, of an address's domain.
    fn look_up(&self, facts: &Facts, hostname: &str, context: &str) -> String {
        let value = match self.by.as_str() {
            "policy_context" => context.into(),
            by => value(facts, hostname, by),
        };
        let found = self.entry(&value).or_else(|| {
            let (_, domain) = value.rsplit_once('@')?;
            self.entry(domain)
        });
        match found.unwrap_or(&self.default) {
            "" => "DUNNO".into(),
            action => action.into(),
        }
    }
}

/// An attribute as smtpd sends it.
fn value(facts: &Facts, hostname: &str, name: &str) -> String {
    let text = |value: &Option<std::sync::Arc<str>>| value.as_deref().unwrap_or("").to_string();
    match name {
        "request" => "smtpd_access_policy".into(),
        // Chunks are data to a policy service.
        "protocol_state" if facts.command == "BDAT" => "DATA".into(),
        "protocol_state" => facts.command.into(),
        "protocol_name" => facts.protocol.into(),
        "sender" => text(&facts.sender),
        "recipient" => text(&facts.recipient),
        // Before the message they are not counted.
        "recipient_count" if matches!(facts.command, "DATA" | "BDAT" | "END-OF-MESSAGE") => {
            facts.recipient_count.to_string()
        }
        "recipient_count" => "0".into(),
        "queue_id" => text(&facts.queue_id),
        "size" => facts.size.to_string(),
        "sasl_username" => facts
            .sasl
            .as_ref()
            .map_or(String::new(), |s| s.username.clone()),
        "sasl_method" => facts
            .sasl
            .as_ref()
            .map_or(String::new(), |s| s.method.clone()),
        "sasl_sender" => facts.sasl_sender.clone().unwrap_or_default(),
        "encryption_protocol" if facts.tls => "TLSv1.3".into(),
        name => attribute(facts, hostname, name).unwrap_or_default(),
    }
}

/// policyd-spf as Debian sets it up: a failure refuses, of HELO's name or of the sender; everything
/// else is written into the message, once.
fn spf(facts: &Facts, dns: &Dns) -> Answer {
    let ip = &facts.client.addr;
    let sender = facts.sender.as_deref().unwrap_or("");
    let recipient = facts.recipient.as_deref().unwrap_or("");
    let receiver = recipient
        .rsplit_once('@')
        .map_or(recipient, |(_, domain)| domain);
    let of_sender = sender
        .rsplit_once('@')
        .map_or("unknown", |(_, domain)| domain);
    let helo = facts
        .helo
        .as_deref()
        .filter(|h| !h.is_empty())
        .unwrap_or(of_sender);
    let shown = if sender.is_empty() { "<>" } else { sender };
    let detail = |identity: &str| {
        format!("identity={identity}; client-ip={ip}; helo={helo}; envelope-from={shown}; receiver={receiver} ")
    };
    let refuse = |why: &str, what: &str, id: &str| {
        format!(
            "550 5.7.23 Message rejected due to: {why}. Please see http://www.openspf.net/Why?s={what};id={id};ip={ip};r={receiver}"
        )
    };
    let action = if ip.starts_with("127.") || ip == "::1" {
        let rest =
            format!("client-ip={ip}; helo={helo}; envelope-from={sender}; receiver={receiver} ");
        format!("X-Comment: SPF check N/A for local connections - {rest}")
    } else {
        let by_name = check(ip, &format!("postmaster@{helo}"), helo, dns);
        let by_sender = match sender {
            "" => None,
            sender => Some(check(ip, sender, helo, dns)),
        };
        match (by_name, by_sender) {
            ((Outcome::Fail, why), _) => refuse(&why, "helo", helo),
            (_, Some((Outcome::Fail, why))) => refuse(&why, "mfrom", sender),
            ((name, _), Some((of, _))) if of != Outcome::None || name == Outcome::None => {
                format!(
                    "Received-SPF: {} (mailfrom) {}",
                    of.title(),
                    detail("mailfrom")
                )
            }
            ((name, why), _) => {
                let why = if name == Outcome::None {
                    "no SPF record"
                } else {
                    &why
                };
                format!("Received-SPF: {} ({why}) {}", name.title(), detail("helo"))
            }
        }
    };
    let note = |text: String| Note {
        program: "policyd-spf",
        text,
    };
    let is_refusal = action.starts_with("550 ");
    if !is_refusal && facts.recipient_count > 0 {
        return Answer {
            action: "dunno".into(),
            ..Answer::default()
        };
    }
    let text = match is_refusal {
        true => action,
        false => format!("prepend {action}"),
    };
    Answer {
        action: text.trim_end().into(),
        notes: vec![note(text)],
        ..Answer::default()
    }
}
