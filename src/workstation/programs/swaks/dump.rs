//! `--support`, `--dump` and `--dump-mail`: what swaks knows, and what it would do.

use crate::workstation::programs::swaks::message::DUMPED;
use crate::workstation::programs::swaks::options::{rows, Given};
use crate::workstation::programs::swaks::plan::Plan;
use crate::workstation::programs::swaks::transcript::{Kind, Transcript};

/// What it can do, and after `!` what not and for want of what.
const SUPPORT: &str = "AUTH CRAM-MD5,AUTH CRAM-SHA1,!AUTH DIGEST-MD5=Authen::SASL,\
!AUTH NTLM=Authen::NTLM,Basic AUTH,Date Manipulation,High Resolution Timing,\
IPv6,Local Hostname Detection,MX Routing,Netrc Credentials,\
Pipe Transport,Socket Transport,TLS";

/// `--support`.
pub(super) fn support(shown: &mut Transcript) {
    for feature in SUPPORT.split(',') {
        match feature.strip_prefix('!').and_then(|f| f.split_once('=')) {
            Some((name, what)) => {
                shown.add(
                    Kind::Error,
                    &format!("{name} not available: requires {what}"),
                );
            }
            None => shown.add(Kind::Info, &format!("{feature} supported")),
        }
    }
}

/// A word as the shell takes it.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// The options as they were understood, in the order of the table.
fn command_line(given: &Given) -> String {
    let mut line = String::new();
    for row in rows() {
        for (name, value) in given.options.iter().filter(|(name, _)| *name == row.name()) {
            line.push_str(&format!(" --{name}"));
            if row.takes_value() && !value.is_empty() {
                line.push_str(&format!(" {}", quoted(value)));
            }
        }
    }
    line
}

/// The sections of `--dump`, each line a label and what stands there: `?NAME` is whether an option
/// was given, `=NAME` its value, other words are looked up in the plan.
const SECTIONS: &str = "\
App Info:
  X-Mailer = |mailer
  Cmd Line = /usr/bin/swaks|line

Output Info:
  show_time_lapse    = |lapse
  show_raw_text      = |?show-raw-text
  suppress_data      = |?suppress-data
  protect_prompt     = |?protect-prompt
  no_hints_send      = |?no-send-hints
  no_hints_recv      = |?no-receive-hints
  no_hints_info      = |?no-info-hints
  silent             = |silent
  dump_mail          = |?dump-mail
  hide_send          = |?hide-send
  hide_receive       = |?hide-receive
  hide_informational = |?hide-informational
  hide_all           = |?hide-all
  trans_fh_of        = STDOUT|
  trans_fh_ef        = STDERR|

Transport Info:
  type            = socket-inet|
  inet protocol   = |inet
  server          = |server
  port            = |port
  local interface = |=local-interface
  local port      = |=local-port
  copy routing    = |routing

Protocol Info:
  protocol        = |protocol
  helo            = |helo
  from            = |from
  to              = |to
  force getpwuid  = |?force-getpwuid
  quit after      = |0
  drop after      = |1
  drop after send = |2
  server_only     = |only
  timeout         = |timeout
  pipeline        = |?pipeline
  prdr            = |?prdr

XCLIENT Info:
|xclient

PROXY Info:
|proxy

TLS / Encryption Info:
|tls

Authentication Info:
|auth

DATA Info:
  data = <<.
|data";

const TLS: &str = "  peer cert           = |=tls-get-peer-cert
  local cert          = |=tls-cert
  local key           = |=tls-key
  local cipher list   = |=tls-cipher
  ca path             = |=tls-ca-path
  sni string          = |=tls-sni
  verify server cert  = |?tls-verify
  available protocols = SSLv2, SSLv3, TLSv1, TLSv1_1, TLSv1_2, TLSv1_3|
  requested protocols = |=tls-protocol";

const NECESSITY: [&str; 3] = ["required", "optional", "optional-strict"];

fn value(plan: &Plan, name: &str) -> String {
    let given = &plan.given;
    let truth = |yes: bool| if yes { "TRUE" } else { "FALSE" }.to_string();
    if let Some(option) = name.strip_prefix('?') {
        let all = option.starts_with("no-") && option != "no-info-hints" && given.has("no-hints");
        return truth(all || given.has(option));
    }
    if let Some(option) = name.strip_prefix('=') {
        return given.value(option).unwrap_or("").into();
    }
    let necessity = |number: u8| NECESSITY.get(usize::from(number)).copied().unwrap_or("");
    match name {
        "mailer" => "swaks v20201014.0 jetmore.org/john/code/swaks/".into(),
        "line" => command_line(given),
        "lapse" => match given.value("show-time-lapse") {
            None => truth(false),
            Some("") => "TRUE (hires)".into(),
            Some(_) => "TRUE (integer)".into(),
        },
        "silent" => given.value("silent").unwrap_or("0").into(),
        "inet" => match (given.has("4"), given.has("6")) {
            (true, _) => "4",
            (_, true) => "6",
            _ => "any",
        }
        .into(),
        "server" => plan.server.clone(),
        "port" => plan.port.to_string(),
        "routing" => given.value("copy-routing").unwrap_or("FALSE").into(),
        "protocol" => plan.protocol.into(),
        "helo" => plan.helo.clone(),
        "from" => plan.from.clone(),
        "to" => plan.to.clone(),
        "0" | "1" | "2" => {
            let place = name.parse().unwrap_or(0);
            plan.ends.get(place).cloned().unwrap_or_default()
        }
        "only" => truth(
            plan.ends
                .iter()
                .any(|e| !matches!(e.as_str(), "" | "rcpt" | "data" | "dot")),
        ),
        "timeout" => plan.timeout.to_string(),
        "xclient" if plan.xclient.is_empty() => "  xclient = no".into(),
        "xclient" => {
            let number = match (
                given.has("xclient-optional-strict"),
                given.has("xclient-optional"),
            ) {
                (true, _) => 2,
                (_, yes) => u8::from(yes),
            };
            let strings = plan.xclient.join("\n                    XCLIENT ");
            format!(
                "  xclient         = {}\n  no_verify       = {}\n  before starttls = {}\n  strings         = XCLIENT {strings}",
                necessity(number),
                value(plan, "?xclient-no-verify"),
                value(plan, "?xclient-before-starttls")
            )
        }
        "proxy" if plan.proxy.is_empty() => "  proxy = no".into(),
        "proxy" => format!(
            "  proxy       = yes\n  version     = 1\n  raw string  = {}",
            plan.proxy
        ),
        "tls" if !plan.tls && !plan.tls_on_connect => "  tls = no".into(),
        "tls" => {
            let how = match plan.tls {
                true => format!("starttls ({})", necessity(plan.tls_optional)),
                false => "starttls on connect (required)".into(),
            };
            format!("  tls                 = {how}\n{}", filled(plan, TLS))
        }
        "auth" if plan.types.is_empty() => "  auth = no".into(),
        "auth" => {
            let types: Vec<&str> = plan.types.iter().map(|(name, _)| name.as_str()).collect();
            format!(
                "  auth           = {}\n  username       = '{}'\n  password       = {}\n  show plaintext = {}\n  hide password  = {}\n  allowed types  = {}\n  extras         = {}\n  type map       = CRAM-MD5 = CRAM-MD5\n                   CRAM-SHA1 = CRAM-SHA1\n                   DIGEST-MD5 = DIGEST-MD5\n                   LOGIN = LOGIN\n                   NTLM = NTLM, SPA, MSN\n                   PLAIN = PLAIN",
                necessity(plan.auth_optional),
                plan.user,
                quoted(&plan.password),
                value(plan, "?auth-plaintext"),
                plan.hidden.as_deref().unwrap_or("FALSE"),
                types.join(", "),
                value(plan, "=auth-extra")
            )
        }
        "data" => plan.data.clone(),
        _ => String::new(),
    }
}

/// Lines with their values.
fn filled(plan: &Plan, lines: &str) -> String {
    let mut text = String::new();
    for line in lines.split('\n') {
        if !text.is_empty() {
            text.push('\n');
        }
        let (label, name) = line.split_once('|').unwrap_or((line, ""));
        text.push_str(label);
        text.push_str(&value(plan, name));
    }
    text
}

/// Some sections, with a line between them.
fn sections(plan: &Plan, wanted: &str, is_all: bool) -> String {
    let mut text = String::new();
    for section in SECTIONS.split("\n\n") {
        let name = section.split([' ', '\n']).next().unwrap_or("");
        let name = if name == "Authentication" {
            "AUTH"
        } else {
            name
        };
        let is_wanted = |w: &str| w.trim().eq_ignore_ascii_case(name);
        if is_all || wanted.split(',').any(is_wanted) {
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(&filled(plan, section));
            text.push('\n');
        }
    }
    text
}

/// Whether all sections are wanted.
fn is_all(wanted: &str) -> bool {
    wanted.is_empty()
        || wanted
            .split(',')
            .any(|w| w.trim().eq_ignore_ascii_case("all"))
}

/// What is shown instead of a transaction.
pub(super) fn dumped(plan: &Plan) -> Option<String> {
    if let Some(wanted) = plan.given.value("dump") {
        let all = is_all(wanted);
        let mut text = String::new();
        if all
            || wanted
                .split(',')
                .any(|w| w.trim().eq_ignore_ascii_case("support"))
        {
            let mut shown = Transcript::default();
            support(&mut shown);
            shown.said.iter().for_each(|(_, line)| text.push_str(line));
        }
        let rest = sections(plan, wanted, all);
        if !text.is_empty() && !rest.is_empty() {
            text.push('\n');
        }
        return Some(text + &rest);
    }
    let mail = plan.data.strip_suffix("\n.").unwrap_or(&plan.data);
    plan.given.has("dump-mail").then(|| mail.to_string())
}

/// The message, in which `--dump-as-body` has its place.
pub(super) fn body(plan: &Plan) -> String {
    if !plan.data.contains(DUMPED) {
        return plan.data.clone();
    }
    let wanted = plan.given.value("dump-as-body").unwrap_or("");
    let text = sections(plan, wanted, is_all(wanted));
    let end = text.find("\nDATA Info:").unwrap_or(text.len());
    let mut text = text.get(..end).unwrap_or("").to_string();
    if !plan.given.has("dump-as-body-shows-password") && !plan.password.is_empty() {
        let shown = plan.hidden.as_deref().unwrap_or("PROVIDED_BUT_REMOVED");
        text = text.replace(&quoted(&plan.password), &quoted(shown));
    }
    plan.data.replace(DUMPED, &text.replace('\n', "\r\n"))
}
