//! What is to be done, and where.

use std::time::Duration;

use crate::smtp::bytes::{decode, encode};
use crate::workstation::programs::curl::options::Given;
use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::output::Output;

/// What is to be done, once everything that has to be read has been.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) given: Given,
    pub(super) host: String,
    pub(super) port: u16,
    /// TLS from the first byte.
    pub(super) wrapped: bool,
    /// `telnet://`: bytes go to and fro as they are.
    pub(super) raw: bool,
    pub(super) greeting: String,
    pub(super) user: Option<String>,
    pub(super) password: String,
    /// The message, where there is one.
    pub(super) message: Option<Vec<u8>>,
    /// Its size, where that is known before it is sent.
    pub(super) size: Option<usize>,
    pub(super) timeout: Option<Duration>,
    pub(super) patience: Option<Duration>,
    pub(super) anchors: String,
}

/// `text` with each `%41` as the byte that it stands for.
fn unescaped(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some((front, back)) = rest.split_once('%') {
        bytes.extend(encode(front));
        let code = back
            .get(..2)
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        rest = match code {
            Some(byte) => {
                bytes.push(byte);
                &back[2..]
            }
            None => {
                bytes.push(b'%');
                back
            }
        };
    }
    bytes.extend(encode(rest));
    decode(&bytes).into_owned()
}

fn bad(text: &str, status: i32) -> Output {
    Output::bad(format!("curl: {text}"), status)
}

/// Reads the address into the plan.
pub(super) fn locate(plan: &mut Plan, url: &str, at: &Machine) -> Result<(), Output> {
    let is_mute = plan.given.has("silent") && !plan.given.has("show-error");
    let no_web = |rest: &str| {
        let host = rest.split(['/', ':', '?']).next().unwrap_or(rest);
        match is_mute {
            true => Output::status(6),
            false => bad(
                &format!("(6) Could not resolve host: {host} (there is no web here)"),
                6,
            ),
        }
    };
    let (scheme, rest) = match url.split_once("://") {
        Some((scheme, rest)) => (scheme.to_ascii_lowercase(), rest),
        None if url.starts_with("smtp.") || url.starts_with("mail.") => ("smtp".into(), url),
        None if url.ends_with(":25") || url.ends_with(":587") => ("smtp".into(), url),
        None => return Err(no_web(url)),
    };
    plan.port = match scheme.as_str() {
        "smtp" => 25,
        "smtps" => 465,
        "telnet" => 23,
        "http" | "https" => return Err(no_web(rest)),
        _ => {
            let text = format!("(1) Protocol \"{scheme}\" not supported or disabled in libcurl");
            return Err(bad(&text, 1));
        }
    };
    plan.wrapped = scheme == "smtps";
    plan.raw = scheme == "telnet";
    let (place, path) = rest.split_once('/').unwrap_or((rest, ""));
    let place = match place.rsplit_once('@') {
        Some((login, place)) => {
            let (user, password) = login.split_once(':').unwrap_or((login, ""));
            let user = user.split(';').next().unwrap_or(user);
            plan.user = Some(unescaped(user));
            plan.password = unescaped(password);
            place
        }
        None => place,
    };
    let (host, port) = match place.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (place, None),
    };
    if let Some(port) = port.filter(|port| !port.is_empty()) {
        let text = "(3) URL using bad/illegal format or missing URL";
        plan.port = port.parse().map_err(|_| bad(text, 3))?;
    }
    if host.is_empty() {
        return Err(bad("(3) URL using bad/illegal format or missing URL", 3));
    }
    plan.host = host.trim_start_matches('[').trim_end_matches(']').into();
    plan.greeting = unescaped(path);
    // The file's name is put behind an address that ends with a slash, or has no path.
    if let Some(file) = plan
        .given
        .value("upload-file")
        .filter(|f| *f != "-" && *f != ".")
    {
        if path.is_empty() || path.ends_with('/') {
            plan.greeting
                .push_str(file.rsplit('/').next().unwrap_or(file));
        }
    }
    if plan.greeting.is_empty() {
        plan.greeting = at.host.into();
    }
    Ok(())
}
