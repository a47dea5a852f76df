//! A private real Postfix on loopback, beside whatever else runs on the machine.

mod asked;
mod build;
mod dovecot;
pub mod root;

use std::net::{Ipv4Addr, SocketAddr, TcpListener, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use root::{as_root, as_root_with, is_root, must, root_command, run};

use super::hosts::{Host, PEOPLE};
use super::support::scene;

pub use build::Build;
pub use dovecot::is_installed as has_dovecot;

const DAEMONS: &str = "/usr/lib/postfix/sbin";

/// Debian's test certificate, from the package that its Postfix depends on.
pub const CERTIFICATE: [&str; 2] = [
    "/etc/ssl/certs/ssl-cert-snakeoil.pem",
    "/etc/ssl/private/ssl-cert-snakeoil.key",
];

/// Folders of a queue, which `postfix start` makes for Debian's Postfix.
const QUEUE: &str = "incoming active deferred bounce defer corrupt hold pid private public \
                     maildrop trace flush saved";

/// How long something may take that happens sooner or later, however slow the machine is.
const PATIENCE: Duration = Duration::from_secs(60);

/// People of the machine who get mail, with their homes.
const HOMES: [(&str, &str); 2] = [("games", "/usr/games"), ("news", "/var/spool/news")];

/// Services that smtpd needs, and those that keep mail on this machine.
const SERVICES: [(&str, &str, u32); 22] = [
    ("cleanup", "cleanup", 0),
    ("qmgr", "qmgr", 1),
    ("rewrite", "trivial-rewrite", 100),
    ("tlsmgr", "tlsmgr", 1),
    ("bounce", "bounce", 0),
    ("defer", "bounce", 0),
    ("trace", "bounce", 0),
    ("verify", "verify", 1),
    ("flush", "flush", 0),
    ("proxymap", "proxymap", 100),
    ("smtp", "smtp", 100),
    ("relay", "smtp", 100),
    ("lmtp", "lmtp", 100),
    ("showq", "showq", 100),
    ("error", "error", 100),
    ("retry", "error", 100),
    ("discard", "discard", 100),
    ("local", "local", 100),
    ("virtual", "virtual", 100),
    ("anvil", "anvil", 1),
    ("scache", "scache", 1),
    ("pickup", "pickup", 1),
];

/// Whether a test that needs the real server can run here; the reason if not.
pub fn availability() -> Result<(), String> {
    if !Path::new("/usr/sbin/postfix").exists() {
        return Err("Debian's Postfix is not installed (`make setup` installs it)".into());
    }
    if !Path::new(DAEMONS).join("smtpd").exists() {
        return Err(format!(
            "there is no smtpd in {DAEMONS}: this test knows Debian's layout"
        ));
    }
    if !as_root("unshare", &["--mount", "true"]).status.success() {
        return Err("unshare --mount does not work here, and Postfix needs a name server".into());
    }
    if !is_root() && !run("sudo", &["-n", "true"]).is_ok_and(|o| o.status.success()) {
        return Err("a private Postfix is started by root, or by someone who may use sudo".into());
    }
    Ok(())
}

/// A running Postfix; it is stopped when this is dropped.
pub struct Postfix {
    folder: PathBuf,
    master: Option<Child>,
    dovecot: Option<dovecot::Dovecot>,
    /// Where its smtpd listens.
    pub address: SocketAddr,
    /// Keeps other processes from its port.
    _claim: Option<UdpSocket>,
}

impl Postfix {
    /// Starts one on 127.0.0.1.
    pub fn start(main_cf: &str, build: &Build, nameserver: Ipv4Addr) -> Postfix {
        Postfix::start_at(Ipv4Addr::LOCALHOST, main_cf, build, nameserver)
    }

    /// Starts one at a loopback address with a main.cf, to which what makes it private is
    /// added. It asks the name server that is given.
    pub fn start_at(
        address: Ipv4Addr,
        main_cf: &str,
        build: &Build,
        nameserver: Ipv4Addr,
    ) -> Postfix {
        Postfix::start_as(address, main_cf, None, build, nameserver)
    }

    /// Starts one as a host, with all services of its master.cf.
    pub fn start_host(host: &Host, build: &Build, nameserver: Ipv4Addr) -> Postfix {
        let main_cf = host.real_main_cf();
        Postfix::start_as(host.address, &main_cf, Some(host), build, nameserver)
    }

    fn start_as(
        address: Ipv4Addr,
        main_cf: &str,
        host: Option<&Host>,
        build: &Build,
        nameserver: Ipv4Addr,
    ) -> Postfix {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        // Short, because the paths of sockets below it have a limit.
        let folder = std::env::temp_dir().join(format!("st-{}-{number}", std::process::id()));
        let path = |name: &str| folder.join(name).display().to_string();
        let etc = path("etc");
        must("rm", &["-rf", &path("")]);
        std::fs::create_dir_all(&etc).unwrap();
        let (port, claim) = match host {
            Some(host) => (host.ports()[0].number, None),
            None => {
                let (port, claim) = free_port(address);
                (port, Some(claim))
            }
        };
        let [certificate, key] = CERTIFICATE;
        let daemons = build.daemons();
        // What is not about delivery keeps all mail on this machine, and throws it away.
        let has_people = host.is_some_and(|host| host.delivers);
        let delivers = has_people
            || main_cf.contains("virtual_mailbox_maps")
                && main_cf.contains("A server that delivers");
        let private = format!(
            "queue_directory = {}\ndata_directory = {}\nmail_spool_directory = {}\n\
             command_directory = {}\ndaemon_directory = {daemons}\n\
             mail_owner = postfix\nsetgid_group = postdrop\n\
             maillog_file = {}\nmaillog_file_prefixes = {}\n\
             inet_interfaces = 127.0.0.1\ncyrus_sasl_config_path = {etc}/sasl\n\
             default_transport = discard:\nrelay_transport = discard:\n\
             local_transport = discard:\nvirtual_transport = discard:\n\
             smtpd_tls_cert_file = {certificate}\nsmtpd_tls_key_file = {key}\n",
            path("queue"),
            path("data"),
            path("mail"),
            build.command("").trim_end_matches('/'),
            path("mail.log"),
            path(""),
        );
        // Without a certificate TLS is not offered, which is for main.cf to say.
        let with_tls = main_cf.contains("smtpd_tls_cert_file");
        let private = private.lines().filter(|l| with_tls || !l.contains("_tls_"));
        let refuses = |line: &str| {
            let mut own = main_cf.lines().filter(|l| same_parameter(l, line));
            own.any(|l| l.contains("= error:"))
        };
        let private = private.filter(|l| !l.contains("= discard:") || !delivers && !refuses(l));
        let mut private: String = private.map(|l| format!("{l}\n")).collect();
        if delivers {
            private.push_str(&format!("virtual_mailbox_base = {}\n", path("vmail")));
        }
        if delivers && !has_people {
            private.push_str("virtual_uid_maps = static:65534\nvirtual_gid_maps = static:65534\n");
        }
        // Its own aliases, in place of the machine's, whatever state those are in.
        let has_aliases = main_cf.lines().any(|l| same_parameter(l, "alias_maps ="));
        if !has_aliases {
            std::fs::write(path("etc/own-aliases"), "postmaster root\n").unwrap();
            private.push_str(&format!(
                "alias_maps = hash:{etc}/own-aliases, nis:mail.aliases\n"
            ));
        }
        let own = |line: &&str| !private.lines().any(|p| same_parameter(p, line));
        let kept: Vec<&str> = main_cf.lines().filter(own).collect();
        std::fs::write(
            path("etc/main.cf"),
            private.clone() + &kept.join("\n") + "\n",
        )
        .unwrap();
        const LOG: &str = "postlog unix-dgram n - n - 1 postlogd\n";
        let mut master = match host {
            None => {
                let here = format!("{address}:{port}");
                let own = scene::master_cf(main_cf, &here);
                let own = own.map(|text| text.replace("$program", &program(&folder)));
                own.unwrap_or_else(|| format!("{here} inet n - n - - smtpd\n")) + LOG
            }
            Some(host) => {
                let text = host.real_master_cf();
                let has_log = text.contains("\npostlog ");
                text + if has_log { "" } else { LOG }
            }
        };
        let offered = format!("\n{master}");
        if !build.logs() {
            master = master.lines().take(1).map(|l| format!("{l}\n")).collect();
        }
        let is_missing = |name: &str| !offered.contains(&format!("\n{name} unix "));
        for (name, program, limit) in SERVICES.into_iter().filter(|own| is_missing(own.0)) {
            // smtpd looks for these in the folder of public sockets.
            let public = matches!(name, "cleanup" | "qmgr" | "flush" | "showq" | "pickup");
            let private = if public { "n" } else { "-" };
            // These write mailboxes as whoever owns them.
            let unprivileged = if matches!(name, "local" | "virtual") {
                "n"
            } else {
                "-"
            };
            master.push_str(&format!(
                "{name} unix {private} {unprivileged} n - {limit} {program}\n"
            ));
        }
        let named = format!("{main_cf}\n{offered}");
        std::fs::write(path("etc/master.cf"), master).unwrap();
        let files = host.map(|host| host.files.clone());
        for (name, text) in files.unwrap_or_else(scene::tables) {
            std::fs::write(path(&format!("etc/{name}")), text).unwrap();
            let mark = format!("hash:$config_directory/{name}");
            let is_whole = |(_, rest): (usize, &str)| {
                !rest[mark.len()..].starts_with(|c: char| c.is_alphanumeric() || "._-".contains(c))
            };
            let mut marks = named.match_indices(&mark).map(|(at, _)| (at, &named[at..]));
            if marks.any(|found| is_whole(found) && !named[..found.0].ends_with("text")) {
                let table = path(&format!("etc/{name}"));
                let program = if name == "aliases" || name.ends_with("-aliases") {
                    "postalias"
                } else {
                    "postmap"
                };
                must(
                    &build.command(program),
                    &["-c", &etc, &format!("hash:{table}")],
                );
            }
        }
        for name in [
            "postfix-files",
            "postfix-files.d",
            "dynamicmaps.cf",
            "dynamicmaps.cf.d",
        ] {
            // What this Postfix does not have it does not need.
            as_root("cp", &["-r", &format!("/etc/postfix/{name}"), &etc]);
        }
        if !has_aliases {
            let table = format!("hash:{etc}/own-aliases");
            must(&build.command("postmap"), &["-c", &etc, &table]);
        }
        let queue: Vec<String> = QUEUE
            .split_whitespace()
            .map(|n| path(&format!("queue/{n}")))
            .collect();
        let folders: Vec<&str> = queue.iter().map(String::as_str).collect();
        must(
            "mkdir",
            &[&["-p", &path("data"), &path("mail")], &folders[..]].concat(),
        );
        if delivers {
            must("mkdir", &["-p", &path("vmail")]);
            must("chown", &["65534:65534", &path("vmail")]);
            must("chmod", &["1777", &path("mail")]);
            must("chmod", &["755", &path("")]);
        }
        // The homes of people, over those of the machine, for this Postfix alone.
        let mut homes = String::new();
        if has_people {
            for (number, name) in PEOPLE.into_iter().enumerate() {
                let own = path(&format!("home/{name}"));
                must("mkdir", &["-p", &own]);
                must("chown", &[&uid(number).to_string(), &own]);
            }
            must("mkdir", &["-p", &path("home/root")]);
            homes.push_str(&format!("mount --bind {} /home && ", path("home")));
        }
        for (user, home) in HOMES.into_iter().filter(|_| delivers && !has_people) {
            let own = path(&format!("home/{user}"));
            must("mkdir", &["-p", &own]);
            for (name, text) in forward_files(main_cf, user) {
                as_root_with("tee", &[&format!("{own}/{name}")], &text);
            }
            must("chown", &[user, &own]);
            must("mkdir", &["-p", home]);
            homes.push_str(&format!("mount --bind {own} {home} && "));
        }
        must("chown", &["-R", "root:root", &etc]);
        must("chown", &["postfix", &path("data")]);
        must("chown", &[&["postfix"], &folders[..]].concat());
        must("chown", &["root", &path("queue/pid")]);
        if named
            .replace(' ', "")
            .contains("smtpd_sasl_auth_enable=yes")
        {
            create_account(&folder, scene::made_up(main_cf, "cyrus_mechanisms"));
        }
        std::fs::write(path("resolv.conf"), format!("nameserver {nameserver}\n")).unwrap();
        // Only this Postfix sees this resolv.conf.
        if host.is_some() {
            let people = with_people(&std::fs::read_to_string("/etc/passwd").unwrap());
            std::fs::write(path("passwd"), people).unwrap();
            homes.push_str(&format!("mount --bind {} /etc/passwd && ", path("passwd")));
        }
        let own = scene::made_up(main_cf, "dovecot_mechanisms");
        let of_host = host
            .filter(|host| host.has_dovecot())
            .map(|_| "plain login");
        let dovecot = own
            .or(of_host)
            .map(|known| dovecot::Dovecot::start(&folder, known));
        let start = format!(
            "{homes}mount --bind {} /etc/resolv.conf && MAIL_CONFIG={etc} exec {daemons}/master -c {etc}",
            path("resolv.conf"),
        );
        let mut command = root_command("unshare", &["--mount", "sh", "-c", &start]);
        let master = command.stdout(Stdio::null()).spawn();
        let mut postfix = Postfix {
            folder,
            master: master.ok(),
            dovecot,
            address: SocketAddr::from((address, port)),
            _claim: claim,
        };
        // Whoever connects to look whether it listens has a session, which its log tells of.
        let begun = Instant::now();
        while !is_listening(postfix.address) {
            let master = postfix.master.as_mut();
            let has_ended = master.is_none_or(|m| m.try_wait().is_ok_and(|s| s.is_some()));
            assert!(
                !has_ended && begun.elapsed() < PATIENCE,
                "Postfix does not listen:\n{}",
                postfix.log()
            );
            std::thread::sleep(Duration::from_millis(20));
        }
        postfix
    }
}

impl Postfix {
    /// The folder of its own files.
    pub fn data(&self) -> String {
        format!("{}/", self.folder.join("data").display())
    }
}

impl Drop for Postfix {
    fn drop(&mut self) {
        // All that master starts is in its process group, which it ends with itself.
        let pid = std::fs::read_to_string(self.folder.join("queue/pid/master.pid"));
        if let Ok(pid) = pid {
            as_root("kill", &["-TERM", "--", pid.trim()]);
        }
        if let Some(mut master) = self.master.take() {
            let _ = master.wait();
        }
        self.dovecot.take();
        // With ST_KEEP the folder stays, to look at its log.
        if std::env::var_os("ST_KEEP").is_none() {
            as_root("rm", &["-rf", &self.folder.display().to_string()]);
        }
    }
}

/// Accounts of this machine that a host has as well, those that every Debian has and Postfix's; whoever else it
/// has is nobody's business.
pub const OWN_ACCOUNTS: [&str; 19] = [
    "root", "daemon", "bin", "sys", "sync", "games", "man", "lp", "mail", "news", "uucp", "proxy",
    "www-data", "backup", "list", "irc", "_apt", "nobody", "postfix",
];

/// Who a person of a host is to the kernel.
fn uid(number: usize) -> usize {
    61_000 + number
}

/// A passwd with the people of a host.
fn with_people(passwd: &str) -> String {
    // Nobody writes into the homes of the machine.
    let passwd = passwd.replace(":/root:", ":/home/root:");
    let is_own = |line: &&str| OWN_ACCOUNTS.contains(&line.split(':').next().unwrap_or(""));
    let own = passwd.lines().filter(is_own);
    let own: String = own.map(|line| format!("{line}\n")).collect();
    let names = PEOPLE.into_iter().chain(["postmaster", "vmail"]);
    let names = names.enumerate();
    let lines = names.map(|(number, name)| {
        let uid = uid(number);
        format!("{name}:x:{uid}:{uid}::/home/{name}:/usr/sbin/nologin\n")
    });
    own + &lines.collect::<String>()
}

/// What services of pipe(8) run: it keeps what it is given, in files with the name of the service.
fn program(folder: &Path) -> String {
    let path = folder.join("program").display().to_string();
    let kept = folder.join("mail").display().to_string();
    let text = format!("#!/bin/sh\ncat >>{kept}/stdin-$1\necho \"$*\" >>{kept}/argv-$1\n");
    std::fs::write(&path, text).unwrap();
    must("chmod", &["755", &path]);
    path
}

/// What a main.cf says in a comment about the `.forward` file of somebody.
pub fn forward_files(main_cf: &str, user: &str) -> Vec<(String, String)> {
    let start = format!("# ~{user}/");
    let lines = main_cf.lines().filter_map(|l| l.strip_prefix(&start));
    lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, text)| (name.into(), format!("{text}\n")))
        .collect()
}

/// The account of the transcripts, safeer with the password penguin, in a private sasldb.
fn create_account(folder: &Path, mechanisms: Option<&str>) {
    let path = |name: &str| folder.join(name).display().to_string();
    let database = path("data/sasldb2");
    let library = format!(
        "pwcheck_method: auxprop\nauxprop_plugin: sasldb\nsasldb_path: {database}\n\
                 mech_list: {}\n",
        mechanisms.unwrap_or("cram-md5 plain login")
    );
    // Debian's smtpd looks beside its main.cf.
    must("mkdir", &["-p", &path("etc/sasl")]);
    as_root_with("tee", &[&path("etc/sasl/smtpd.conf")], &library);
    let arguments = [
        "-p",
        "-c",
        "-f",
        &database,
        "-u",
        "smtp.safeer.in",
        "safeer",
    ];
    as_root_with("saslpasswd2", &arguments, "penguin\n");
    must("chown", &["postfix", &database]);
}

/// Whether somebody listens at an address, as the kernel has it.
fn is_listening(address: SocketAddr) -> bool {
    let SocketAddr::V4(address) = address else {
        return false;
    };
    let number = u32::from_ne_bytes(address.ip().octets());
    let own = format!("{number:08X}:{:04X}", address.port());
    let table = std::fs::read_to_string("/proc/net/tcp").unwrap();
    table.lines().any(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        words.get(1) == Some(&own.as_str()) && words.get(3) == Some(&"0A")
    })
}

/// A port that nobody listens on, below those that the system gives to clients, and a claim to it: the same
/// port for datagrams. It takes a while until Postfix listens, and other processes look for a port as well.
fn free_port(address: Ipv4Addr) -> (u16, UdpSocket) {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let first = std::process::id() % 10_000;
    loop {
        let number = first + NEXT.fetch_add(1, Ordering::Relaxed);
        let port = 20_000 + (number % 10_000) as u16;
        let claim = UdpSocket::bind((address, port));
        if let (Ok(claim), Ok(_)) = (claim, TcpListener::bind((address, port))) {
            return (port, claim);
        }
    }
}

/// Whether two lines of a main.cf set the same parameter.
fn same_parameter(one: &str, other: &str) -> bool {
    let name = |line: &str| line.split_once('=').map(|(n, _)| n.trim().to_string());
    name(one).is_some() && name(one) == name(other)
}
