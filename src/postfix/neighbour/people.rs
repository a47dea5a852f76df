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
use crate::smtp::sasl::hmac::md5;
use crate::smtp::sasl::{from_base64, to_base64};

/// The name of what the configuration comes to, among all that answers.
pub const PEOPLE: &str = "dovecot";

/// One of them.
#[derive(Debug)]
pub struct Person {
    /// What `doveadm user` says: `uid`, `gid`, `home`, `mail` and so on.
    pub fields: Vec<(&'static str, String)>,
}

impl Person {
    /// A field, or nothing.
    pub fn field(&self, name: &str) -> &str {
        let found = self.fields.iter().find(|(known, _)| *known == name);
        found.map_or("", |(_, value)| value)
    }

    /// Where the mail lies: a Maildir's path ends with `/`.
    pub fn place(&self) -> String {
        let (kind, path) = self.field("mail").split_once(':').unwrap_or_default();
        let inbox = path.split_once("INBOX=").map(|(_, inbox)| inbox);
        let path = inbox.unwrap_or(path).split(':').next().unwrap_or("");
        let path = match path.strip_prefix('~') {
            Some(rest) => self.field("home").to_string() + rest,
            None => path.to_string(),
        };
        let end = if kind == "mbox" { "" } else { "/" };
        path.trim_end_matches('/').to_string() + end
    }
}

/// A setting with its `%` variables: `%u` the whole name, `%n` and `%d` what is before and behind its
/// `@`; `%L` before one makes letters small.
fn filled(setting: &str, user: &str) -> String {
    let (name, domain) = user.split_once('@').unwrap_or((user, ""));
    let mut text = String::new();
    let mut chars = setting.chars();
    while let Some(c) = chars.next() {
        if c != '%' {
            text.push(c);
            continue;
        }
        let mut letter = chars.next();
        let is_small = letter == Some('L');
        if is_small {
            letter = chars.next();
        }
        let value = match letter {
            Some('u') => user,
            Some('n') => name,
            Some('d') => domain,
            Some('h') => "~",
            _ => "%",
        };
        match is_small {
            true => text.push_str(&platform::lower(value)),
            false => text.push_str(value),
        }
    }
    text
}

/// The value of `name=` among the words of a setting.
fn said<'a>(arguments: &'a str, name: &str) -> Option<&'a str> {
    let mut words = arguments.split(' ');
    words.find_map(|word| word.strip_prefix(name)?.strip_prefix('='))
}

/// The line of somebody in the file that a setting ends with.
fn line<'a>(arguments: &str, user: &str, files: &'a Files) -> Option<Vec<&'a str>> {
    let path = arguments.rsplit(' ').next().unwrap_or("");
    let name = filled(said(arguments, "username_format").unwrap_or("%u"), user);
    let text = files.get(&filled(path, user))?;
    fields_of(text, &name).filter(|_| !name.is_empty())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A password in one of Dovecot's schemes, salted as another one is that is kept so; `None` where the scheme is not
/// computed here.
pub fn hashed(scheme: &str, password: &str, kept: &str) -> Option<String> {
    let (scheme, coding) = scheme.split_once('.').unwrap_or((scheme, ""));
    let scheme = scheme.to_ascii_uppercase();
    let bytes = encode(password);
    let kinds = [
        ("CRYPT", "$2y$05$"),
        ("BLF-CRYPT", "$2y$05$"),
        ("MD5-CRYPT", "$1$"),
        ("MD5", "$1$"),
        ("SHA256-CRYPT", "$5$"),
        ("SHA512-CRYPT", "$6$"),
    ];
    if let Some((_, kind)) = kinds.iter().find(|(known, _)| *known == scheme) {
        let count = match *kind {
            "$1$" => 8,
            "$2y$05$" => 22,
            _ => 16,
        };
        return match kept.starts_with('$') {
            true => alike(password, kept),
            false => alike(password, &format!("{kind}{}", own_salt(password, count))),
        };
    }
    let (is_salted, plain) = match scheme.as_str() {
        "PLAIN" | "CLEAR" | "CLEARTEXT" => return Some(password.into()),
        "PLAIN-MD5" => return Some(hex(&md5(&bytes))),
        "SMD5" => (true, "MD5"),
        "LDAP-MD5" => (false, "MD5"),
        scheme => match scheme.strip_prefix('S').filter(|rest| rest.starts_with("SHA")) {
            Some(rest) => (true, rest),
            None => (false, scheme),
        },
    };
    let (bits, size) = match plain {
        "MD5" => (0, 16),
        "SHA" | "SHA1" => (160, 20),
        "SHA256" => (256, 32),
        "SHA512" => (512, 64),
        _ => return None,
    };
    let decoded = from_base64(kept).unwrap_or_default();
    let salt = match encode(&decoded).get(size..) {
        _ if !is_salted => Vec::new(),
        Some(salt) => salt.to_vec(),
        None => noise(password, 4),
    };
    let text = [&*bytes, &salt].concat();
    let mut digest = match bits {
        0 => md5(&text).to_vec(),
        bits => Sha::new(bits).hash(&text),
    };
    digest.extend(salt);
    Some(match coding {
        "HEX" | "hex" => hex(&digest),
        _ => to_base64(&digest),
    })
}

/// Whether a password is the one that is kept, in a scheme where nothing names another.
pub fn is_kept(kept: &str, scheme: &str, password: &str) -> bool {
    let named = kept.strip_prefix('{').and_then(|rest| rest.split_once('}'));
    let (scheme, kept) = named.unwrap_or((scheme, kept));
    hashed(scheme, password, kept).is_some_and(|own| own == kept)
}

impl Neighbours {
    fn people(&self) -> Option<&Neighbour> {
        self.0.iter().find(|own| own.at == PEOPLE)
    }

    /// Whether somebody's password is right, where Dovecot knows more than the accounts of the host, of which `account`
    /// says the same. `Err` where there is nobody of that name.
    pub fn is_right(
        &self,
        user: &str,
        password: &str,
        account: &dyn Fn(&str) -> Option<bool>,
        files: &Files,
    ) -> Option<Result<bool, ()>> {
        let own = self.people()?;
        let user = filled(own.entry("format").unwrap_or("%Lu"), user);
        let mut found = Err(());
        for (kind, setting) in &own.entries {
            if kind != "passdb" {
                continue;
            }
            let (driver, arguments) = setting.split_once(' ').unwrap_or((setting, ""));
            let is = match driver {
                "static" => match said(arguments, "password") {
                    Some(own) => Some(is_kept(own, "PLAIN", password)),
                    None => Some(arguments.contains("nopassword")),
                },
                "passwd-file" => line(arguments, &user, files).map(|fields| {
                    let kept = fields.get(1).copied().unwrap_or("");
                    is_kept(kept, said(arguments, "scheme").unwrap_or("CRYPT"), password)
                }),
                "pam" | "passwd" | "shadow" | "bsdauth" => account(&user),
                _ => None,
            };
            match is {
                Some(true) => return Some(Ok(true)),
                Some(false) => found = Ok(false),
                None => {}
            }
        }
        Some(found)
    }

    /// Somebody whom Dovecot knows; the outer `None` is where nothing is said of people.
    pub fn person(
        &self,
        user: &str,
        account: &dyn Fn(&str) -> Option<bool>,
        files: &Files,
    ) -> Option<Option<Person>> {
        let own = self.people()?;
        let user = filled(own.entry("format").unwrap_or("%Lu"), user);
        let passwd = files.get("/etc/passwd").unwrap_or("");
        let number = |name: &str, path: &str| match name.parse::<u32>() {
            Ok(_) => name.to_string(),
            Err(_) => {
                let found = fields_of(files.get(path).unwrap_or(""), name);
                found.and_then(|f| f.get(2).map(|n| n.to_string())).unwrap_or_default()
            }
        };
        let has_password = self.is_right(&user, "", account, files) != Some(Err(()));
        for (kind, setting) in &own.entries {
            if kind != "userdb" {
                continue;
            }
            let (driver, arguments) = setting.split_once(' ').unwrap_or((setting, ""));
            let found = match driver {
                "passwd" => fields_of(passwd, &user).map(|f| {
                    [2, 3, 5].map(|at| f.get(at).copied().unwrap_or("").to_string())
                }),
                "static" if has_password || arguments.contains("allow_all_users=yes") => {
                    let set = |name| filled(said(arguments, name).unwrap_or(""), &user);
                    Some([set("uid"), set("gid"), set("home")])
                }
                "passwd-file" => line(arguments, &user, files).map(|f| {
                    let fields = [(2, "uid"), (3, "gid"), (5, "home")];
                    fields.map(|(at, name)| match f.get(at) {
                        Some(&"") | None => filled(said(arguments, name).unwrap_or(""), &user),
                        Some(text) => text.to_string(),
                    })
                }),
                _ => None,
            };
            let Some([uid, gid, home]) = found else {
                continue;
            };
            let default = |text: String, name| match text.is_empty() {
                true => own.entry(name).unwrap_or("").to_string(),
                false => text,
            };
            let mail = said(arguments, "mail").or(own.entry("mail")).unwrap_or("");
            let mut fields = vec![
                ("uid", number(&default(uid, "mail_uid"), "/etc/passwd")),
                ("gid", number(&default(gid, "mail_gid"), "/etc/group")),
                ("home", home),
                ("mail", filled(mail, &user)),
            ];
            if driver == "passwd" {
                fields.push(("system_groups_user", user));
            }
            fields.retain(|(_, value)| !value.is_empty());
            return Some(Some(Person { fields }));
        }
        Some(None)
    }
}
