//! What a scenario leaves out is as in the tutorial's world.

use super::model::{Document, Workstation};

/// What was given, and where nothing was, what is the standard. A workstation may be given in part.
#[inline(never)]
pub fn over(standard: Document, given: Document) -> Document {
    Document {
        schema: None,
        title: given.title.or(standard.title),
        workstation: match (standard.workstation, given.workstation) {
            (Some(standard), Some(given)) => Some(Workstation {
                host: given.host.or(standard.host),
                user: given.user.or(standard.user),
                prompt: given.prompt.or(standard.prompt),
            }),
            (standard, given) => given.or(standard),
        },
        hosts: given.hosts.or(standard.hosts),
        dns: given.dns.or(standard.dns),
        latency: given.latency.or(standard.latency),
        start: given.start.or(standard.start),
        seed: given.seed.or(standard.seed),
    }
}

/// The hosts and records of both.
pub fn add(document: &mut Document, more: Document) {
    let hosts = document.hosts.get_or_insert_default();
    hosts.extend(more.hosts.unwrap_or_default());
    let records = document.dns.get_or_insert_default();
    records.extend(more.dns.unwrap_or_default());
}
