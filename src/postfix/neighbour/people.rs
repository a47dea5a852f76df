//! Whom Dovecot knows: its `passdb` and `userdb`, as far as they are files, accounts or said once for
//! all. Its own programs say what its configuration comes to, and files are read when they are asked.

use crate::files::who::fields_of;
use crate::files::Files;
use crate::platform;
use crate::postfix::delivery::certificate::noise;
use crate::postfix::neighbour::crypt::{alike, own_salt};
use crate::postfix::neighbour::sha::Sha;
use crate::postfix::neighbour::{Neighbour, Neighbours};
use crate::smtp::bytes::encode;
use crate::smtp::sasl::{from_base64, to_base64};

/// The name of what the configuration comes to, among all that answers.
pub const PEOPLE: &str = "dovecot";

/// What `doveadm user` says of one of them.
#[derive(Debug, Default)]
pub struct Person {
    /// The number of whom Dovecot works for.
    pub uid: u32,
    /// The same of a group.
    pub gid: u32,
    /// The home.
    pub home: String,
    /// `mail_location`, for this one.
    pub mail: String,
}

impl Person {
    /// The Maildir.
    pub fn maildir(&self) -> String {
        let path = self.mail.strip_prefix("maildir:").unwrap_or("~/Maildir");
        let path = path.split(':').next().unwrap_or("");
        let path = path.replacen('~', &self.home, 1);
        path.trim_end_matches('/').to_string() + "/"
    }
}

/// Who asks for somebody: the host's files, and the passwords of its accounts.
#[derive(Clone, Copy)]
pub struct Host<'a> {
    /// The files.
    pub files: &'a Files,
    /// The password of an account; an empty one where it has none.
    pub account: &'a dyn Fn(&str) -> Option<&'a str>,
}

/// A setting with its `%` variables: `%u` the whole name, `%n` and `%d` what is before and behind its
/// `@`; `%L` before one makes letters small.
fn filled(setting: &str, user: &str) -> String {
    let (name, domain) = user.split_once('@').unwrap_or((user, ""));
    let small = setting.replace("%L", "%");
    let text = small.replace("%u", user);
    let text = text.replace("%n", name).replace("%d", domain);
    match small.len() < setting.len() {
        true => platform::lower(&text),
        false => text,
    }
}

/// The value of `name=` among the words of a setting.
fn said<'a>(setting: &'a str, name: &str) -> &'a str {
    let mut words = setting.split(' ');
    let found = words.find_map(|word| word.strip_prefix(name)?.strip_prefix('='));
    found.unwrap_or("")
}

/// The line of somebody in the file that a setting means: its driver, and its arguments, of which the
/// last is a path.
fn line<'a>(setting: &str, user: &str, files: &'a Files) -> Option<Vec<&'a str>> {
    let mut name = filled(said(setting, "username_format"), user);
    if name.is_empty() {
        name = user.into();
    }
    let path = match setting.rsplit_once(' ') {
        Some((_, path)) => filled(path, user),
        None => "/etc/passwd".into(),
    };
    fields_of(files.get(&path)?, &name)
}

/// A password in one of Dovecot's schemes, salted as another one is that is kept so; `None` where the
/// scheme is not computed here.
pub fn hashed(scheme: &str, password: &str, kept: &str) -> Option<String> {
    let scheme = scheme.to_ascii_uppercase();
    let bytes = encode(password);
    let kinds = "CRYPT$2y$05 BLF-CRYPT$2y$05 MD5-CRYPT$1 MD5$1 SHA256-CRYPT$5 SHA512-CRYPT$6";
    let mut kinds = kinds.split(' ').filter_map(|kind| kind.split_once('$'));
    if let Some((_, kind)) = kinds.find(|(known, _)| *known == scheme) {
        return match kept.starts_with('$') {
            true => alike(password, kept),
            false => alike(password, &format!("${kind}${}", own_salt(password, 22))),
        };
    }
    let is_salted = scheme.starts_with("SSHA");
    let (bits, size) = match scheme.trim_start_matches('S').strip_prefix("HA") {
        Some("" | "1") => (160, 20),
        Some("256") => (256, 32),
        Some("512") => (512, 64),
        _ => {
            let is_plain = matches!(scheme.as_str(), "PLAIN" | "CLEAR" | "CLEARTEXT");
            return is_plain.then(|| password.into());
        }
    };
    let decoded = from_base64(kept).unwrap_or_default();
    let salt = match encode(&decoded).get(size..) {
        _ if !is_salted => Vec::new(),
        Some(salt) => salt.to_vec(),
        None => noise(password, 4),
    };
    let mut digest = Sha::new(bits).hash(&[&*bytes, &salt].concat());
    digest.extend(salt);
    Some(to_base64(&digest))
}

/// Whether a password is the one that is kept, in a scheme where nothing names another.
fn is_kept(kept: &str, scheme: &str, password: &str) -> bool {
    let named = kept.strip_prefix('{').and_then(|rest| rest.split_once('}'));
    let (scheme, kept) = named.unwrap_or((scheme, kept));
    hashed(scheme, password, kept).is_some_and(|own| own == kept)
}

impl Neighbours {
    /// What Dovecot's configuration comes to, and what it calls somebody.
    fn people(&self, user: &str) -> Option<(&Neighbour, String)> {
        let own = self.0.iter().find(|own| own.at == PEOPLE)?;
        Some((own, filled(own.entry("format").unwrap_or("%Lu"), user)))
    }

    /// Somebody's password, where it is kept as it is; the outer `None` is where nothing is said of people.
    pub fn secret(&self, user: &str, host: Host) -> Option<Option<String>> {
        let (own, user) = self.people(user)?;
        let files = own.entries.iter().filter(|(kind, _)| kind == "passdb");
        let mut kept = files.filter_map(|(_, setting)| {
            let scheme = match said(setting, "scheme") {
                "" if setting.starts_with("static") => "PLAIN",
                "" => "CRYPT",
                scheme => scheme,
            };
            let kept = match setting.split(' ').next() {
                Some("passwd-file") => line(setting, &user, host.files)?.get(1).copied()?,
                Some("static") => said(setting, "password"),
                _ => return None,
            };
            let named = kept.strip_prefix('{').and_then(|rest| rest.split_once('}'));
            let (scheme, kept) = named.unwrap_or((scheme, kept));
            let is_plain = hashed(scheme, kept, "").is_some_and(|own| own == kept);
            is_plain.then(|| kept.to_string())
        });
        Some(kept.next())
    }

    /// Whether somebody's password is right; false within where it is wrong, and nothing where there is
    /// nobody of that name. The outer `None` is where nothing is said of people.
    pub fn is_right(&self, user: &str, password: &str, host: Host) -> Option<Option<bool>> {
        let (own, user) = self.people(user)?;
        let mut found = None;
        for (_, setting) in own.entries.iter().filter(|(kind, _)| kind == "passdb") {
            let line = line(setting, &user, host.files);
            let (kept, scheme) = match setting.split(' ').next() {
                Some("passwd-file") => (line.and_then(|fields| fields.get(1).copied()), "CRYPT"),
                Some("static") if setting.contains("nopassword") => (Some(password), "PLAIN"),
                Some("static") => (Some(said(setting, "password")), "PLAIN"),
                Some("oauth2") => (None, ""),
                _ => ((host.account)(&user), "PLAIN"),
            };
            let scheme = Some(said(setting, "scheme"))
                .filter(|s| !s.is_empty())
                .unwrap_or(scheme);
            if let Some(kept) = kept {
                let is_right = is_kept(kept, scheme, password);
                found = found.max(Some(is_right && !kept.is_empty()));
            }
        }
        Some(found)
    }

    /// Somebody whom Dovecot knows; the outer `None` is where nothing is said of people.
    pub fn person(&self, user: &str, host: Host) -> Option<Option<Person>> {
        let has_password = self.is_right(user, "", host)?.is_some();
        let (own, user) = self.people(user)?;
        for (_, setting) in own.entries.iter().filter(|(kind, _)| kind == "userdb") {
            let fields = match setting.starts_with("static") {
                true if has_password || setting.contains("allow_all_users=yes") => Some(Vec::new()),
                true => None,
                false => line(setting, &user, host.files),
            };
            let Some(fields) = fields else {
                continue;
            };
            let get = |at: usize, name| match fields.get(at) {
                None | Some(&"") => filled(said(setting, name), &user),
                Some(text) => text.to_string(),
            };
            let number = |at, name, path| {
                let text = get(at, name);
                let found = fields_of(host.files.get(path).unwrap_or(""), &text);
                let number = found.and_then(|fields| fields.get(2).copied());
                number.unwrap_or(&text).parse().unwrap_or(0)
            };
            return Some(Some(Person {
                uid: number(2, "uid", "/etc/passwd"),
                gid: number(3, "gid", "/etc/group"),
                home: get(5, "home"),
                mail: filled(own.entry("mail").unwrap_or(""), &user),
            }));
        }
        Some(None)
    }
}
