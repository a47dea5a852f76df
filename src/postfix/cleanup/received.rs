//! cleanup: how a message is stored, with the `Received:` header that smtpd puts first.

use crate::smtp::address::quote_local;
use crate::smtp::envelope::Message;

/// The header lines that smtpd puts before the content (RFC 5321 section 4.4).
///
/// ```
/// use smtp_terminal::postfix::cleanup::received::received;
/// use smtp_terminal::smtp::client::Client;
/// use smtp_terminal::smtp::envelope::{Message, Origin};
/// let message = Message {
///     queue_id: "C53E7265CB0".into(),
///     origin: Origin {
///         helo: Some("penguinpower".into()),
///         client: Client::new("penguinpower", "10.25.0.57", 40000).into(),
///         protocol: "SMTP",
///         ..Origin::default()
///     },
///     ..Message::default()
/// };
/// let header = received(&message, "smtp.safeer.in", "Postfix");
/// assert!(header.starts_with("Received: from penguinpower (penguinpower [10.25.0.57])\n\tby smtp.safeer.in (Postfix) with SMTP id C53E7265CB0;\n"));
/// ```
pub fn received(message: &Message, hostname: &str, mail_name: &str) -> String {
    let origin = &message.origin;
    let helo = origin.helo.as_deref().unwrap_or(&origin.client.name);
    let mut text = format!(
        "Received: from {helo} ({} [{}])\n",
        origin.client.name, origin.client.addr
    );
    text += origin.agreed.header();
    let protocol = if message.smtputf8 {
        "UTF8SMTP"
    } else {
        origin.protocol
    };
    let is_esmtp = origin.protocol == "ESMTP";
    let tls = if origin.tls && is_esmtp { "S" } else { "" };
    let auth = if origin.sasl.is_some() && is_esmtp {
        "A"
    } else {
        ""
    };
    text.push_str(&format!(
        "\tby {hostname} ({mail_name}) with {protocol}{tls}{auth}"
    ));
    // What a filter gets before it is queued has none.
    if !message.queue_id.is_empty() {
        text.push_str(&format!(" id {}", message.queue_id));
    }
    let date = message.arrival.header_date();
    match message.recipients.as_slice() {
        [only] => text.push_str(&format!(
            "\n\tfor <{}>; {date}\n",
            quote_local(&only.address)
        )),
        _ => text.push_str(&format!(";\n\t{date}\n")),
    }
    text
}
