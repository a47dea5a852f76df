//! The Cyrus library as smtpd's file for it (`smtpd.conf`) has it: which mechanisms there are, and where passwords
//! are. Without one it is as if it named those that Postfix has been set up with here, and the accounts.

use crate::files::who::Access;
use crate::files::Files;
use crate::postfix::neighbour::place::QUEUE;
use crate::postfix::neighbour::socket::{allows, reach};
use crate::smtp::passwords::Keeper;

/// Where the file is: on Debian, of the library itself, on Red Hat's systems.
const FOLDERS: [&str; 3] = ["/etc/postfix/sasl/", "/usr/lib/sasl2/", "/etc/sasl2/"];
/// How a `pwcheck_method` is called that asks another daemon.
pub const DAEMON: &str = "saslauthd";

/// What a file of the library says of something.
fn said<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let mut lines = text.lines().filter_map(|line| line.split_once(':'));
    let found = lines.find(|(own, _)| own.trim() == name)?;
    Some(found.1.trim())
}

/// What the library comes to for a service of that name (`smtpd_sasl_path`).
pub fn keeper(name: &str, realm: &str, files: &Files) -> Keeper {
    let mut texts = FOLDERS
        .iter()
        .filter_map(|folder| files.get(&format!("{folder}{name}.conf")));
    let mut keeper = Keeper {
        realm: realm.into(),
        ..Keeper::default()
    };
    let Some(text) = texts.next() else {
        return keeper;
    };
    let listed = said(text, "mech_list").unwrap_or("DIGEST-MD5 CRAM-MD5 PLAIN LOGIN");
    let listed = listed.to_ascii_uppercase();
    let listed: Vec<&str> = listed.split_whitespace().collect();
    keeper.mechanisms = listed.join(" ");
    let database = said(text, "sasldb_path").unwrap_or("/etc/sasldb2");
    match said(text, "pwcheck_method") {
        Some(DAEMON) => {
            let folder = said(text, "saslauthd_path").unwrap_or("/var/run/saslauthd");
            let path = match folder.ends_with("/mux") {
                true => folder.to_string(),
                false => format!("{folder}/mux"),
            };
            // Where smtpd is in its jail, the socket is there.
            let jailed = format!("{QUEUE}{}", path.trim_start_matches('/'));
            let path = match files.node(&jailed) {
                Some(_) => jailed,
                None => path.replacen("/var/run/", "/run/", 1),
            };
            if let Err(why) = reach(&path, files) {
                // Who ends takes his socket along.
                let why = why.replace("Connection refused", "No such file or directory");
                keeper.gone = format!("cannot connect to saslauthd server: {why}");
            }
            keeper.place = DAEMON.into();
        }
        method if method.is_some() || files.contains(database) => {
            if let Err("Permission denied") = allows(database, Access::Read, files) {
                keeper.gone = format!("unable to open Berkeley db {database}: Permission denied");
            }
            keeper.place = database.into();
        }
        _ => {}
    }
    keeper
}

/// Somebody's password in a sasldb, which is a text here.
pub fn secret<'a>(keeper: &Keeper, user: &str, files: &'a Files) -> Option<&'a str> {
    let path = if keeper.place == DAEMON {
        "/etc/sasldb2"
    } else {
        &keeper.place
    };
    let mut name = user.to_string();
    if !name.contains('@') {
        name = format!("{name}@{}", keeper.realm);
    }
    let text = files.get(path).filter(|_| keeper.gone.is_empty())?;
    let mut lines = text.lines().filter_map(|line| line.split_once(':'));
    lines.find(|(own, _)| *own == name).map(|(_, kept)| kept)
}
