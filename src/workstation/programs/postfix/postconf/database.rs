//! The parameters of databases that no Postfix here can ask, named in main.cf (`ldap:prefix`) or in
//! a file of their own (`ldap:/etc/postfix/people.cf`): postconf knows what each is made of.

use crate::postfix::config::syntax::{in_braces, logical_lines, name_value, next_word};
use crate::postfix::config::template::curly;

/// The types, each with its parameters, and those of all that are asked in SQL.
const SUFFIXES: &str = "ldap bind bind_dn bind_pw cache cache_expiry cache_size debuglevel \
    dereference leaf_result_attribute query_filter result_attribute result_filter result_format \
    sasl_authz_id sasl_mechs sasl_minssf sasl_realm scope search_base server_host server_port \
    size_limit special_result_attribute start_tls terminal_result_attribute timeout \
    tls_ca_cert_dir tls_ca_cert_file tls_cert tls_cipher_suite tls_key tls_random_file \
    tls_require_cert version recursion_limit expansion_limit chase_referrals\n\
    mysql dbname hosts option_file option_group password query require_result_set result_format \
    tls_CAfile tls_CApath tls_cert_file tls_ciphers tls_key_file tls_verify_cert user \
    expansion_limit SQL\n\
    pgsql dbname hosts password query result_format select_function user expansion_limit SQL\n\
    sqlite dbpath expansion_limit query result_format SQL\n\
    memcache backup data_size_limit flags key_format line_size_limit max_try memcache retry_pause \
    timeout ttl\n\
    SQL table select_field where_field additional_conditions";

/// The parameters of a type.
fn suffixes(kind: &str) -> Option<Vec<&'static str>> {
    let of = |kind: &str| {
        let mut lines = SUFFIXES
            .lines()
            .map(|line| line.trim_ascii_start().split_ascii_whitespace());
        lines.find_map(|mut words| (words.next() == Some(kind)).then_some(words))
    };
    let mut all: Vec<&str> = of(kind)?.collect();
    if all.last() == Some(&"SQL") {
        all.extend(of("SQL").into_iter().flatten());
    }
    all.push("domain");
    Some(all)
}

/// So deep are tables in tables looked into. Postfix has no limit but its stack.
pub(super) const DEPTH: usize = 100;

/// Reads a file; why it cannot be read.
type Read<'r> = &'r dyn Fn(&str) -> Result<String, &'static str>;

/// What is met: the name of a parameter, or something to warn of.
type Met = Vec<Result<String, String>>;

/// Looks into a value, of whose databases the parameters are met.
pub(super) fn look(value: &str, place: &str, read: Read, met: &mut Met, depth: usize) {
    let Some(depth) = depth.checked_sub(1) else {
        return;
    };
    let mut rest = value;
    while let Some(word) = next_word(&mut rest) {
        if word.starts_with('{') {
            let inner = inside(word, place, met);
            look(inner, place, read, met, depth);
            continue;
        }
        let mut parts = word.split_once(':');
        while let Some(("proxy", rest)) = parts {
            parts = rest.split_once(':');
        }
        let Some((kind, name)) = parts else {
            continue;
        };
        if name.starts_with('{') {
            let inner = inside(name, place, met);
            look(inner, place, read, met, depth);
        } else if let Some(suffixes) = suffixes(kind).filter(|_| !name.starts_with('.')) {
            if name.starts_with('/') {
                file(kind, name, &suffixes, read, met);
                continue;
            }
            for suffix in suffixes {
                met.push(Ok(format!("{name}_{suffix}")));
            }
        }
    }
}

/// What stands in braces; what is wrong with them is told.
fn inside<'t>(text: &'t str, place: &str, met: &mut Met) -> &'t str {
    in_braces(text).unwrap_or_else(|why| {
        met.push(Err(format!("{place}: {why}")));
        // Without a partner, only the bracket itself is taken off.
        let bare = text.strip_prefix('{').unwrap_or(text);
        curly(text).map_or(bare, |(inner, _)| inner)
    })
}

/// Looks into the file of a database.
fn file(kind: &str, path: &str, suffixes: &[&str], read: Read, met: &mut Met) {
    let text = match read(path) {
        Ok(text) => text,
        Err(why) => {
            met.push(Err(format!(
                "open \"{kind}\" configuration \"{path}\": {why}"
            )));
            return;
        }
    };
    for (_, line) in logical_lines(&text) {
        let unused = name_value(&line)
            .ok()
            .filter(|(name, _)| !suffixes.contains(name));
        if let Some((name, value)) = unused {
            met.push(Err(format!(
                "{kind}:{path}: unused parameter: {name}={value}"
            )));
        }
    }
}
