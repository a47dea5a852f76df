//! The parameters of databases that no Postfix here can ask, named in main.cf (`ldap:prefix`) or in
//! a file of their own (`ldap:/etc/postfix/people.cf`): postconf knows what each is made of.

use crate::postfix::config::syntax::{in_braces, logical_lines, next_word};
use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::postfix::postconf::book::{pair, Book};

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
            .map(|line| line.trim_start().split_ascii_whitespace());
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
const DEPTH: usize = 100;

/// Whoever names a database uses its parameters.
pub(super) fn register(book: &mut Book, value: &str, scope: Option<usize>, at: &Machine) {
    look(book, value, scope, at, DEPTH);
}

fn look(book: &mut Book, value: &str, scope: Option<usize>, at: &Machine, depth: usize) {
    let Some(depth) = depth.checked_sub(1) else {
        return;
    };
    let mut rest = value;
    while let Some(word) = next_word(&mut rest) {
        if word.starts_with('{') {
            let inner = inside(book, word, scope);
            look(book, &inner, scope, at, depth);
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
            let inner = inside(book, name, scope);
            look(book, &inner, scope, at, depth);
        } else if let Some(suffixes) = suffixes(kind).filter(|_| !name.starts_with('.')) {
            if name.starts_with('/') {
                file(book, kind, name, &suffixes, at);
                continue;
            }
            for suffix in suffixes {
                book.flag(&format!("{name}_{suffix}"), true, scope);
            }
        }
    }
}

/// What stands in braces; what is wrong with them is told.
fn inside(book: &mut Book, text: &str, scope: Option<usize>) -> String {
    match in_braces(text) {
        Ok(inner) => inner.into(),
        Err(why) => {
            let place = match scope.and_then(|service| book.services.get(service)) {
                Some(service) => format!("master.cf:{}", service.space()),
                None => "main.cf".into(),
            };
            book.warn(format!("{place}: {why}"));
            let inner = text.strip_prefix('{').unwrap_or(text);
            inner.split('}').next().unwrap_or(inner).into()
        }
    }
}

/// Looks into the file of a database.
fn file(book: &mut Book, kind: &str, path: &str, suffixes: &[&str], at: &Machine) {
    let text = match at.text(path) {
        Ok(text) => text,
        Err(errno) => {
            book.warn(format!("open \"{kind}\" configuration \"{path}\": {errno}"));
            return;
        }
    };
    for (_, line) in logical_lines(&text) {
        if let Some((name, value)) = pair(&line)
            .ok()
            .filter(|(name, _)| !suffixes.contains(name))
        {
            book.warn(format!("{kind}:{path}: unused parameter: {name}={value}"));
        }
    }
}
