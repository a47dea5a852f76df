//! The message that swaks sends.

use crate::smtp::bytes::encode;
use crate::smtp::sasl::to_base64;
use crate::workstation::programs::swaks::plan::{Plan, Planner, Stop};

const MIXED: &str = "multipart/mixed";

/// A part of a message.
struct Part {
    text: String,
    mime: String,
    name: Option<String>,
}

/// A part in its coding; one of the text itself is no attachment.
fn encode_part(part: &Part, bound: &str, is_body: bool) -> String {
    let mut text = format!("--{bound}\nContent-Type: {}", part.mime);
    if part.mime.eq_ignore_ascii_case("text/plain") && part.name.is_none() {
        text.push_str(&format!("\n\n{}\n", part.text));
        return text;
    }
    match &part.name {
        Some(name) => text.push_str(&format!("; name=\"{name}\"\nContent-Description: {name}\nContent-Disposition: attachment; filename=\"{name}\"\n")),
        None if is_body && part.mime.to_ascii_lowercase().starts_with("text/") => text.push('\n'),
        None => text.push_str("\nContent-Disposition: attachment\n"),
    }
    text.push_str("Content-Transfer-Encoding: BASE64\n\n");
    let code = to_base64(&encode(&part.text));
    let mut rest = code.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(76));
        text.push_str(line);
        text.push('\n');
        rest = after;
    }
    text + "\n"
}

/// The body with what is attached, and the type of the whole.
fn attach(
    planner: &mut Planner,
    body: String,
    bound: &str,
) -> Result<(String, &'static str), Stop> {
    let (mut bodies, mut rest): (Vec<Part>, Vec<Part>) = (Vec::new(), Vec::new());
    let (mut mime, mut name) = (String::new(), None);
    for (option, value) in planner.given.options.clone() {
        match option {
            "attach-type" => mime = planner.settle(option, value)?,
            "attach-name" => name = Some(value),
            "attach-body" => {
                let mime = match std::mem::take(&mut mime) {
                    mime if mime.is_empty() => "text/plain".into(),
                    mime => mime,
                };
                let text = planner.settle(option, value)?;
                let name = None;
                bodies.push(Part { text, mime, name });
            }
            "attach" => {
                let text = planner.settle(option, value.clone())?;
                let path = value.strip_prefix('@').unwrap_or(&value);
                let is_file = value != "-" && value != text && planner.at.text(path).is_ok();
                // The sign of a file stays where no folder stands before the name.
                let own = value.rsplit('/').next().unwrap_or(path).to_string();
                let name = name.take().or(is_file.then_some(own));
                let mime = match mime.as_str() {
                    "" => "application/octet-stream".into(),
                    mime => mime.to_string(),
                };
                rest.push(Part { text, mime, name });
            }
            _ => {}
        }
    }
    if bodies.is_empty() {
        bodies.push(Part {
            text: body,
            mime: "text/plain".into(),
            name: None,
        });
    }
    let (mut text, mut kind) = (String::new(), MIXED);
    let is_many = bodies.len() > 1;
    let own = bound.replace("_000_", "_004_");
    let inner = match is_many && !rest.is_empty() {
        true => own.as_str(),
        false => bound,
    };
    if inner != bound {
        text.push_str(&format!(
            "--{bound}\nContent-Type: multipart/alternative; boundary=\"{own}\"\n\n"
        ));
    } else if is_many {
        kind = "multipart/alternative";
    }
    for part in &bodies {
        text.push_str(&encode_part(part, inner, true));
    }
    if inner != bound {
        text.push_str(&format!("--{inner}--\n"));
    }
    for part in &rest {
        text.push_str(&encode_part(part, bound, false));
    }
    Ok((text + "--" + bound + "--\n", kind))
}

impl Planner<'_, '_> {
    /// All that follows DATA.
    pub(super) fn data(&mut self, plan: &Plan) -> Result<String, Stop> {
        let mut body = String::from("This is a test mailing");
        if self.given.has("dump-as-body") || self.given.has("dump-as-body-shows-password") {
            body = DUMPED.into();
        }
        if let Some(value) = self.given.value("body").map(str::to_string) {
            body = self.settle("body", value)?;
        }
        let attaches = self
            .given
            .options
            .iter()
            .any(|(name, _)| name.starts_with("attach"));
        let mut mime = String::new();
        if attaches {
            let bound = format!("----=_MIME_BOUNDARY_000_{}", plan.process);
            let kind;
            (body, kind) = attach(self, body, &bound)?;
            mime = format!("MIME-Version: 1.0\\nContent-Type: {kind}; boundary=\"{bound}\"\\n");
        }
        let mut text = match self.given.value("data").map(str::to_string) {
            Some(value) => self.settle("data", value)?,
            None => String::new(),
        };
        if text.is_empty() {
            text = format!("Date: %DATE%\\nTo: %TO_ADDRESS%\\nFrom: %FROM_ADDRESS%\\nSubject: test %DATE%\\nMessage-Id: <%MESSAGEID%>\nX-Mailer: swaks v%SWAKS_VERSION% jetmore.org/john/code/swaks/\\n{mime}%NEW_HEADERS%\\n%BODY%\\n");
        }
        if self.given.has("no-data-fixup") {
            return Ok(text);
        }
        text = with_headers(self, &text.replace("%BODY%", &body).replace("\\n", "\r\n"))?;
        let now = self.at.world.now();
        let c = now.calendar();
        let id = format!(
            "{:04}{:02}{:02}{:02}{:02}{:02}.{:06}@{}",
            c.year, c.month, c.day, c.hour, c.minute, c.second, plan.process, self.at.host
        );
        let date = now
            .header_date()
            .replace(" (UTC)", "")
            .replace(",  ", ", 0");
        for (token, value) in [
            ("\\n", "\r\n"),
            ("%NEWLINE%", "\r\n"),
            ("%FROM_ADDRESS%", &plan.from),
            ("%TO_ADDRESS%", &plan.to),
            ("%MESSAGEID%", &id),
            ("%SWAKS_VERSION%", "20201014.0"),
            ("%DATE%", &date),
        ] {
            text = text.replace(token, value);
        }
        if text.starts_with("From ") && !self.given.has("no-strip-from") {
            text = text
                .split_once('\n')
                .map_or(String::new(), |(_, rest)| rest.into());
        }
        // A dot that ends it already.
        let cut = text.strip_suffix('\n').unwrap_or(&text);
        let cut = cut.strip_suffix('\r').unwrap_or(cut);
        if let Some(before) = cut.strip_suffix("\n.") {
            text = before.strip_suffix('\r').unwrap_or(before).into();
        }
        let text = text.replace("\n.", "\n..").replace("\r\n", "\n");
        Ok(text.replace('\n', "\r\n") + "\r\n.")
    }
}

/// Stands for what `--dump-as-body` shows.
pub(super) const DUMPED: &str = "DUMP_AS_BODY_HAS_BEEN_SET";

/// A message with what `--header` replaces and `--add-header` adds. Up to the first empty line all is
/// header, even where there is none, as in swaks' own message, whose body belongs to it.
fn with_headers(planner: &mut Planner, text: &str) -> Result<String, Stop> {
    let mut added: Vec<String> = Vec::new();
    let mut replacing: Vec<String> = Vec::new();
    for (name, value) in planner.given.options.clone() {
        match name {
            "add-header" => added.push(planner.settle(name, value)?),
            "header" => {
                let value = planner.settle(name, value)?;
                replacing.extend(value.split("\\n").map(str::to_string));
            }
            _ => {}
        }
    }
    let mut lines: Vec<String> = Vec::new();
    let mut rest = text;
    loop {
        let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
        let is_last = line.len() == rest.len();
        rest = after;
        let line = line.strip_suffix('\r').unwrap_or(line);
        if line.is_empty() {
            break;
        }
        match lines.last_mut() {
            Some(last) if line.starts_with(char::is_whitespace) => {
                last.push_str("\r\n");
                last.push_str(line);
            }
            _ => lines.push(line.into()),
        }
        if is_last {
            break;
        }
    }
    for header in replacing {
        let name = header.split_once(':').map(|(name, _)| format!("{name}:"));
        let place = name.and_then(|name| lines.iter().rposition(|line| line.starts_with(&name)));
        match place {
            Some(place) => lines[place] = header,
            None => added.push(header),
        }
    }
    let mut block = String::new();
    let mut is_placed = false;
    let added: String = added.iter().map(|line| format!("{line}\r\n")).collect();
    for line in lines {
        is_placed |= line.contains("%NEW_HEADERS%");
        block.push_str(&line.replace("%NEW_HEADERS%", &added));
        block.push_str("\r\n");
    }
    if !is_placed {
        block.push_str(&added);
    }
    Ok(block + "\r\n" + rest)
}
