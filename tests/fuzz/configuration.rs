//! What an administrator writes: main.cf, master.cf and tables of each type.

use smtp_terminal::files::Files;
use smtp_terminal::postfix::config::main_cf::Config;
use smtp_terminal::postfix::config::master_cf;
use smtp_terminal::postfix::lookup::table::Manner;
use smtp_terminal::postfix::lookup::tables::Tables;
use smtp_terminal::postfix::server::Server;
use smtp_terminal::smtp::bytes::decode;

use crate::machine::fuzz;

#[test]
fn main_cf() {
    let words = [
        "$myhostname",
        "${x?{a}:{b}}",
        "inline:{a=b}",
        "regexp:/t",
        "cidr:{{1.2.3.4/8 OK}}",
        "permit_mynetworks",
        "reject",
        "check_client_access ",
        "\n  ",
        "smtpd_recipient_restrictions = ",
        "mynetworks = ",
        "1d",
        "unionmap:{",
        "pipemap:{",
    ];
    fuzz("main_cf", 400, &words, |input, _| {
        let text = decode(input);
        if let Ok(config) = Config::parse(&text) {
            let _ = Tables::new(&config, &Files::default()).finish();
        }
        let mut files = Files::default();
        files.insert("/t", "/x/ REJECT\n");
        // A fault has words.
        if let Err(fatal) = Server::new(
            &text,
            files,
            vec![crate::machine::asha()],
            vec!["10.25.0.1".into()],
        ) {
            assert!(!fatal.reason.is_empty());
        }
    });
}

#[test]
fn master_cf() {
    let words = [
        "smtp inet n - y - - smtpd\n",
        "  -o a=b\n",
        "unix",
        "pass",
        "-o { a = b }",
        "?",
        "y",
        "n",
        "-",
    ];
    fuzz("master_cf", 20_000, &words, |input, _| {
        let _ = master_cf::parse(&decode(input));
    });
}

#[test]
fn tables_of_each_type() {
    let words = [
        "/^x/",
        "/x/i ",
        "!/x/",
        "if ",
        "endif\n",
        "10.0.0.0/8 ",
        "::/0 ",
        "OK\n",
        "REJECT x\n",
        "$1",
        "${1}",
        "\n ",
        "a: b, c\n",
        "|x",
        ":include:/t",
    ];
    let config = Config::parse("compatibility_level = 3.6\n").unwrap();
    let kinds = [
        "hash", "btree", "texthash", "regexp", "pcre", "cidr", "inline", "static", "unionmap",
        "pipemap", "randmap", "fail", "lmdb", "tcp", "sqlite",
    ];
    fuzz("tables", 4_000, &words, |input, random| {
        let text = decode(input);
        let kind = kinds[random.usize(..kinds.len())];
        let mut files = Files::default();
        files.insert("/t", text.as_ref());
        let specs = [
            format!("{kind}:/t"),
            format!("{kind}:{text}"),
            format!("{kind}:{{{text}}}"),
        ];
        for spec in &specs {
            let mut tables =
                Tables::new(&config, &files).in_manner(Manner::default(), "/etc/postfix");
            let table = tables.open(spec);
            for key in ["x", "", "asha@safeer.in", "10.25.0.57", "::1", "\u{f7e9}"] {
                let _ = table.get(key);
            }
            let _ = table.entries();
            let _ = tables.finish();
        }
    });
}
