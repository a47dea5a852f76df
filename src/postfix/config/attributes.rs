//! What replies may say of a session: the names that their templates know (`smtpd_reject_footer`,
//! `default_rbl_reply`).

use crate::smtp::policy::Facts;

/// What a reply may say of a session: the names that templates of replies know.
pub fn attribute(facts: &Facts, server_name: &str, name: &str) -> Option<String> {
    let client = &facts.client;
    let text = match name {
        "server_name" => server_name.into(),
        "client" => client.namaddr(),
        "client_name" => client.name.to_string(),
        "client_address" => client.addr.clone(),
        "client_port" => client.port.clone(),
        "reverse_client_name" => client.reverse_name.to_string(),
        "helo_name" => facts.helo.as_deref().unwrap_or_default().into(),
        "localtime" => facts.now.log_stamp(),
        _ => {
            let (address, part) = match name.strip_prefix("sender") {
                Some(part) => (&facts.sender, part),
                None => (&facts.recipient, name.strip_prefix("recipient")?),
            };
            let Some(address) = address.as_deref() else {
                return Some(String::new());
            };
            let (local, domain) = address.rsplit_once('@').unwrap_or((address, ""));
            match part {
                "" | "_name" if address.is_empty() => "<>".into(),
                "" => address.into(),
                "_name" => local.into(),
                "_domain" => domain.into(),
                _ => return None,
            }
        }
    };
    Some(filtered(&text))
}

/// What `smtpd_expansion_filter` lets into a reply: printable ASCII, byte by byte.
pub fn filtered(text: &str) -> String {
    let mut safe = String::new();
    for c in text.chars() {
        match c {
            ' '..='~' | '\t' => safe.push(c),
            odd => safe.extend(std::iter::repeat_n('_', odd.len_utf8())),
        }
    }
    safe
}
