//! A message that is being written.

use crate::smtp::bytes::encode;
use crate::smtp::sasl::to_base64;
use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::output::Become;
use crate::workstation::programs::postfix::sendmail::hand_in;

/// A message that is being written.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub(super) to: String,
    pub(super) subject: Option<String>,
    pub(super) cc: String,
    pub(super) bcc: String,
    pub(super) from: String,
    /// Headers that an option or an answer adds.
    pub(super) more: String,
    pub(super) body: String,
    /// Files by name.
    pub(super) attached: Vec<(String, String)>,
    pub(super) is_nail: bool,
    /// What `-S` and ~/.mailrc set, for s-nail.
    pub(super) variables: Vec<(String, String)>,
    /// How often -v was given.
    pub(super) loudness: usize,
    /// Nothing is sent where there is no text (-E).
    pub(super) skips_empty: bool,
    pub(super) is_verbose: bool,
    /// Its text has been written; copies are asked for.
    pub(super) is_written: bool,
    /// Ctrl-C has been pressed once.
    pub(super) is_interrupted: bool,
}

impl Draft {
    /// The server that s-nail hands the message to itself, where it has been told one.
    fn server(&self) -> Option<&str> {
        let mut set = self.variables.iter().rev();
        let (name, url) = set.find(|(name, _)| name == "mta" || name == "smtp")?;
        (name == "smtp" || url.contains("://")).then_some(url.as_str())
    }
}

/// Its headers, as they are sent.
pub(super) fn headers(draft: &Draft, at: &Machine) -> String {
    let subject = draft.subject.clone().unwrap_or_default();
    let now = at.world.now();
    let mut date = String::new();
    if draft.is_nail {
        date = now
            .header_date()
            .replace(" (UTC)", "")
            .replace(",  ", ", 0");
    }
    let mut text = String::new();
    let fields = match draft.is_nail {
        false => ["From", "To", "Subject", "Cc", "Bcc"],
        true => ["From", "To", "Cc", "Bcc", "Subject"],
    };
    if !date.is_empty() {
        text.push_str(&format!("Date: {date}\n"));
    }
    for name in fields {
        let value = match name {
            "From" => &draft.from,
            "To" => &draft.to,
            "Subject" => &subject,
            "Cc" => &draft.cc,
            _ => &draft.bcc,
        };
        if !value.is_empty() {
            text.push_str(&format!("{name}: {value}\n"));
        }
    }
    if let (true, Some(host)) = (draft.is_nail, draft.server()) {
        let t = now.calendar();
        let name = match draft.from.is_empty() {
            true => host,
            false => draft
                .from
                .rsplit('<')
                .next()
                .unwrap_or("")
                .trim_end_matches('>'),
        };
        text.push_str(&format!(
            "Message-ID: <{}{:02}{:02}{:02}{:02}{:02}.{:05}%{name}>\n",
            t.year,
            t.month,
            t.day,
            t.hour,
            t.minute,
            t.second,
            now.micros() % 100_000
        ));
    }
    text.push_str(&draft.more);
    let has = |name: &str| {
        let mut lines = draft.more.lines();
        lines.any(|l| l.to_ascii_lowercase().starts_with(name))
    };
    if draft.is_nail {
        text.push_str("User-Agent: s-nail v14.9.24\n");
        return text;
    }
    for (name, line) in [
        ("mime-version:", "MIME-Version: 1.0\n"),
        (
            "content-type:",
            "Content-Type: text/plain; charset=\"UTF-8\"\n",
        ),
        (
            "content-transfer-encoding:",
            "Content-Transfer-Encoding: 8bit\n",
        ),
    ] {
        if !has(name) {
            text.push_str(line);
        }
    }
    text
}

/// Gives a message to sendmail.
pub(super) fn send(draft: &mut Draft, at: &mut Machine) {
    let mixed = !draft.is_nail && !draft.attached.is_empty();
    let bound = match mixed {
        true => format!(
            "1804289383-{}=:{}",
            at.world.now().seconds(),
            2_000 + draft.body.len() % 999
        ),
        false => format!("=-=W{}{:x}=-=", at.world.now().seconds(), draft.body.len()),
    };
    if mixed {
        draft.more.push_str(&format!(
            "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"{bound}\"\n"
        ));
    }
    let mut text = headers(draft, at);
    let end = if draft.body.is_empty() || draft.body.ends_with('\n') {
        ""
    } else {
        "\n"
    };
    if draft.attached.is_empty() {
        text.push_str(&format!("\n{}{end}", draft.body));
    } else if mixed {
        text.push_str(&format!("\n--{bound}\nContent-Type: text/plain; charset=UTF-8\nContent-Disposition: inline\nContent-Transfer-Encoding: 8bit\n\n{}{end}\n", draft.body));
        for (name, body) in &draft.attached {
            text.push_str(&format!("--{bound}\nContent-Type: application/octet-stream; name=\"{name}\"\nContent-Disposition: attachment; filename=\"{name}\"\nContent-Transfer-Encoding: base64\n\n"));
            for (at, letter) in to_base64(&encode(body)).char_indices() {
                text.push_str(if at % 76 == 0 && at > 0 { "\n" } else { "" });
                text.push(letter);
            }
            text.push('\n');
        }
        text.push_str(&format!("--{bound}--\n"));
    } else {
        text.push_str(&format!("MIME-Version: 1.0\nContent-Type: multipart/mixed;\n boundary=\"{bound}\"\n\nThis is a multi-part message in MIME format.\n"));
        let part = |how: &str, body: &str| {
            let end = if body.ends_with('\n') { "" } else { "\n" };
            format!("\n--{bound}\nContent-Type: text/plain; charset=us-ascii\nContent-Disposition: {how}\n\n{body}{end}")
        };
        text.push_str(&part("inline", &draft.body));
        for (name, body) in &draft.attached {
            text.push_str(&part(&format!("attachment; filename=\"{name}\""), body));
        }
        text.push_str(&format!("\n--{bound}--\n"));
    }
    if let Some(server) = draft.server() {
        let path = format!("/tmp/s-nail-{}", at.world.now().0);
        let to = [&draft.to, &draft.cc, &draft.bcc].map(|list| list.as_str());
        let to = to.join(" ");
        let mut words: Vec<String> = vec![
            "/usr/lib/machine/s-nail-smtp".into(),
            draft.loudness.to_string(),
            server.into(),
            draft.from.clone(),
            to,
            path.clone(),
        ];
        let set = draft.variables.iter();
        words.extend(set.map(|(name, value)| format!("{name}={value}")));
        // Where it cannot be written, there is nothing to send.
        let _ = at.write(&path, &text, false);
        at.become_other(Become {
            words,
            ..Become::default()
        });
        return;
    }
    let mut options = vec!["-i", "-t"];
    if !draft.from.is_empty() {
        options.extend(["-f", &draft.from]);
    }
    if draft.is_verbose {
        options.push("-v");
    }
    match hand_in(&options, Some(&text), at) {
        Ok(output) => at.print(&output.text),
        Err(output) => {
            at.complain(&output.error());
            at.complain(match draft.is_nail {
                true => "s-nail: ... message not sent\n",
                false => "Can't send mail: sendmail process failed with error code 75\n",
            });
        }
    }
}
