//! Servers in worlds of their own: what a scenario's main.cf and master.cf say is lived through.

#![allow(clippy::unwrap_used)]

use serde_json::json;
use smtp_terminal::simulator::Simulator;

/// The screen of a workstation beside one server, whose host is given; `typed` is line by line.
fn screen(host: serde_json::Value, typed: &str) -> String {
    let mut server = json!({
        "name": "mail.example.com",
        "addresses": ["192.0.2.1"],
        "users": [{ "name": "asha", "password": "monsoon" }, { "name": "bob" }],
    });
    for (name, value) in host.as_object().unwrap() {
        server[name] = value.clone();
    }
    let scenario = json!({
        "workstation": { "host": "laptop", "user": "root", "prompt": "$ " },
        "hosts": [{ "name": "laptop", "addresses": ["192.0.2.7"] }, server],
        "start": 1_795_514_400_u64,
        "seed": 7,
    });
    let mut simulator = Simulator::new(&scenario.to_string()).unwrap();
    simulator.settle();
    for line in typed.lines() {
        simulator.run(line);
        simulator.settle();
    }
    simulator.transcript()
}

/// What Debian's package writes for an "Internet Site".
const STOCK: &str = include_str!("worlds/debian-main.cf");

#[track_caller]
fn says(screen: &str, lines: &[&str]) {
    for line in lines {
        assert!(screen.contains(line), "no {line:?} in\n{screen}");
    }
}

#[test]
fn debians_own_main_cf_works_as_it_is() {
    let host = json!({ "main_cf": STOCK, "files": { "/etc/mailname": "example.com" } });
    let screen = screen(
        host,
        "telnet mail.example.com 25\nehlo x\nmail from: asha\nrcpt to: bob\nquit\n\
         ssh mail.example.com\necho hi | mail -s one bob\nsleep 2\ncat /var/mail/bob /var/log/mail.log\n",
    );
    says(
        &screen,
        &[
            "\n220 vm ESMTP Postfix (Debian/GNU)\n",
            "\n250-STARTTLS\n",
            "\n250 2.1.0 Ok\nrcpt to: bob\n250 2.1.5 Ok\n",
            "from=<root@example.com>",
            "to=<bob@example.com>, orig_to=<bob>, relay=local",
        ],
    );
}

#[test]
fn a_mailname_that_is_not_there_stops_everything() {
    for (text, why) in [
        ("", "myorigin file /etc/name is empty"),
        (
            "# a name",
            "myorigin parameter setting must not contain multiple values: # a name",
        ),
    ] {
        let host = json!({
            "main_cf": "compatibility_level = 3.6\nmyorigin = /etc/name",
            "files": { "/etc/name": text },
        });
        let screen = screen(
            host,
            "telnet mail.example.com 25\nssh mail.example.com\npostfix start\n",
        );
        let fatal = format!("\npostfix: fatal: {why}\n");
        says(&screen, &["Connection refused", &fatal]);
    }
}

#[test]
fn ports_are_those_that_the_scenario_names() {
    let host = json!({
        "main_cf": "compatibility_level = 3.6\nsmtpd_tls_cert_file = /x",
        "ports": { "465": "smtp", "2525": "smtp", "26": "filtered" },
    });
    let screen = screen(
        host,
        "nc mail.example.com 25\nnc -v mail.example.com 2525\nquit\n\
         openssl s_client -connect mail.example.com:465 -quiet\nquit\n\
         telnet mail.example.com 465\nehlo x\nssh mail.example.com\n\
         grep -c ^smtp.*inet /etc/postfix/master.cf\ntail -n 5 /var/log/mail.log\n",
    );
    says(
        &screen,
        &[
            "$ nc mail.example.com 25\n$ nc -v",
            "\nverify return:1\n220 localhost ESMTP Postfix\n",
            "Escape character is '^]'.\nehlo x\nConnection closed by foreign host.\n",
            "\n0\n",
            ": SSL_accept error from laptop[192.0.2.7]: -1\n",
            ": warning: TLS library problem: error:0A00010B:SSL routines::wrong version number:../ssl/record/ssl3_record.c:350:\n",
            ": lost connection after CONNECT from laptop[192.0.2.7]\n",
            ": disconnect from laptop[192.0.2.7] commands=0/0\n",
        ],
    );
}

#[test]
fn each_service_has_its_own_settings() {
    let host = json!({
        "main_cf": ["compatibility_level = 3.6", "smtpd_tls_cert_file = /x",
            "mua_client_restrictions = permit_sasl_authenticated, reject"],
        "master_cf": [
            "smtp inet n - y - - smtpd -o smtpd_banner=out",
            "587 inet n - y - - smtpd",
            "  -o syslog_name=postfix/submission -o smtpd_tls_security_level=encrypt",
            "  -o smtpd_client_restrictions=$mua_client_restrictions -o smtpd_delay_reject=no",
            "127.0.0.1:10025 inet n - n - - smtpd -o { smtpd_banner = in here }",
            "2525 inet n - n - - smtpd -o smtpd_helo_required=maybe",
            "2526 inet n - n - - smtpd -o smtpd_tls_wrappermode=yes -o smtpd_tls_cert_file=",
        ],
    });
    let screen = screen(
        host,
        "nc mail.example.com 25\nquit\nnc mail.example.com 587\nquit\nnc mail.example.com 10025\n\
         nc mail.example.com 2526\nssh mail.example.com\nnc 127.0.0.1 10025\nquit\n\
         telnet 127.0.0.1 2525\n\x1d\nclose\ncat /var/log/mail.log\n",
    );
    says(
        &screen,
        &[
            "\n220 out\nquit\n",
            "\n554 5.7.1 <laptop[192.0.2.7]>: Client host rejected: Access denied\n",
            "$ nc mail.example.com 10025\n$ nc mail.example.com 2526\n$ ssh",
            "\n220 in here\n",
            "postfix/submission/smtpd[",
            "fatal: bad boolean configuration: smtpd_helo_required = maybe\n",
            ": warning: Wrapper-mode request dropped from laptop[192.0.2.7] for service 2526. TLS context \
             initialization failed. For details see earlier warnings in your logs.\n",
        ],
    );
}

#[test]
fn interfaces_that_are_not_listened_on_refuse() {
    for (interfaces, outside, inside) in [
        ("all", true, true),
        ("loopback-only", false, true),
        ("localhost", false, true),
        ("192.0.2.1", true, false),
        ("$myhostname, localhost", true, true),
    ] {
        let lines = ["compatibility_level = 3.6", "myhostname = mail.example.com"];
        let interfaces = format!("inet_interfaces = {interfaces}");
        let host = json!({ "main_cf": [lines[0], lines[1], &interfaces] });
        let screen = screen(
            host,
            "telnet mail.example.com 25\nquit\nssh mail.example.com\ntelnet localhost 25\nquit\n",
        );
        let (first, second) = screen.split_once("ssh mail").unwrap();
        assert_eq!(first.contains("\n220 "), outside, "{interfaces}: {screen}");
        assert_eq!(second.contains("\n220 "), inside, "{interfaces}: {screen}");
    }
    for (interfaces, why) in [
        (
            "9.9.9.9",
            "parameter inet_interfaces: no local interface found for 9.9.9.9",
        ),
        (
            "eth0",
            "config variable inet_interfaces: host not found: eth0",
        ),
    ] {
        let host = json!({ "main_cf": format!("compatibility_level = 3.6\ninet_interfaces = {interfaces}") });
        let screen = screen(host, "ssh mail.example.com\npostfix start\n");
        says(&screen, &[&format!("\npostfix: fatal: {why}\n")]);
    }
}

#[test]
fn dovecot_has_its_own_words() {
    let host = json!({ "main_cf": ["compatibility_level = 3.6", "smtpd_sasl_auth_enable = yes",
        "smtpd_sasl_type = dovecot", "smtpd_sasl_path = private/auth"] });
    let screen = screen(
        host,
        "telnet mail.example.com 25\nehlo x\nauth cram-md5\nauth login\nYXNoYQ==\nd3Jvbmc=\n\
         auth login\n???\nauth plain ???\nauth plain AGFzaGEAbW9uc29vbg==\nquit\n\
         ssh mail.example.com\ngrep SASL /var/log/mail.log\n",
    );
    says(
        &screen,
        &[
            "\n250-AUTH PLAIN LOGIN\n",
            "\n535 5.7.8 Error: authentication failed: Invalid authentication mechanism\n",
            "\n535 5.7.8 Error: authentication failed: (reason unavailable)\n",
            "\n535 5.7.8 Error: authentication failed: Invalid base64 data in continued response\n",
            "\n535 5.7.8 Error: authentication failed: Invalid base64 data in initial response\n",
            "\n235 2.7.0 Authentication successful\n",
            ": warning: laptop[192.0.2.7]: SASL login authentication failed: (reason unavailable), sasl_username=asha\n",
        ],
    );
}

#[test]
fn a_server_without_mechanisms_dies_of_its_first_client() {
    for (lines, warning) in [
        (
            ["smtpd_sasl_type = dovecot", ""],
            ": warning: SASL: Connect to Dovecot auth socket 'smtpd' failed: No such file or directory\n",
        ),
        (
            ["smtpd_sasl_type = dovecot", "smtpd_sasl_path = private/auth\nsmtpd_sasl_security_options = noplaintext"],
            "]: connect from laptop[192.0.2.7]\n",
        ),
    ] {
        let host = json!({ "main_cf": ["compatibility_level = 3.6", "smtpd_sasl_auth_enable = yes",
            lines[0], lines[1]] });
        let screen = screen(host, "nc mail.example.com 25\nssh mail.example.com\ncat /var/log/mail.log\n");
        says(
            &screen,
            &[
                "$ nc mail.example.com 25\n$ ssh",
                warning,
                ": fatal: no SASL authentication mechanisms\n",
                ": warning: /usr/lib/postfix/sbin/smtpd: bad command startup -- throttling\n",
            ],
        );
    }
}

#[test]
fn mail_waits_for_a_queue_manager_that_does_not_start() {
    let host = json!({ "main_cf": ["compatibility_level = 3.6", "mydestination = example.com",
        "mydomain = example.com", "myorigin = example.com", "queue_run_delay = z"] });
    let screen = screen(
        host,
        "ssh mail.example.com\necho hi | mail -s one bob\nsleep 70\nmailq\ncat /var/log/mail.log\n\
         postconf -e 'queue_run_delay = 5m'\npostfix reload\nsleep 60\nmailq\n",
    );
    says(
        &screen,
        &[
            "root@example.com\n                                         bob@example.com\n",
            ": fatal: parameter queue_run_delay: bad time value or unit: z\n",
            ": warning: /usr/lib/postfix/sbin/qmgr: bad command startup -- throttling\n",
            "mailq\nMail queue is empty\n",
        ],
    );
    // Once a minute.
    assert_eq!(
        screen.matches("bad time value or unit: z\n").count(),
        2,
        "{screen}"
    );
}

#[test]
fn long_queue_ids_say_when_a_file_was_made() {
    let host = json!({ "main_cf": ["compatibility_level = 3.6", "mydomain = example.com",
        "enable_long_queue_ids = yes", "relayhost = [127.0.0.1]:10025"] });
    let screen = screen(
        host,
        "ssh mail.example.com\necho hi | mail -s one a@gmail.com\nsleep 2\nmailq\ngrep message-id /var/log/mail.log\n",
    );
    let (_, list) = screen.split_once("mailq\n").unwrap();
    let mut lines = list.lines();
    let head = "----Queue ID----- --Size-- ---Arrival Time---- --Sender/Recipient------";
    assert_eq!(lines.next(), Some(head));
    let entry = lines.next().unwrap();
    let id = entry.split(' ').next().unwrap();
    // Six digits for the seconds, four for the millionths, and a z before the inode.
    assert!(
        id.starts_with("4jYdb4") && id.get(10..11) == Some("z"),
        "{id}"
    );
    assert_eq!(entry.get(27..46), Some("Tue Nov 24 10:00:00"));
    says(&screen, &[&format!("message-id=<{id}@localhost>")]);
}
