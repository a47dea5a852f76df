//! A private real Postfix on loopback, beside whatever else runs on the machine.

use std::io::Write;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

const DAEMONS: &str = "/usr/lib/postfix/sbin";

/// Services that smtpd needs, and those that keep mail on this machine.
const SERVICES: [(&str, &str, u32); 20] = [
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
    ("showq", "showq", 100),
    ("error", "error", 100),
    ("retry", "error", 100),
    ("discard", "discard", 100),
    ("local", "local", 100),
    ("virtual", "virtual", 100),
    ("anvil", "anvil", 1),
    ("scache", "scache", 1),
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
    if !is_root() && !run("sudo", &["-n", "true"]).is_ok_and(|o| o.status.success()) {
        return Err("a private Postfix is started by root, or by someone who may use sudo".into());
    }
    Ok(())
}

fn is_root() -> bool {
    run("id", &["-u"]).is_ok_and(|o| o.stdout.trim_ascii() == b"0")
}

fn run(program: &str, arguments: &[&str]) -> std::io::Result<Output> {
    Command::new(program).args(arguments).output()
}

/// Runs a program as root.
fn as_root(program: &str, arguments: &[&str]) -> Output {
    let output = if is_root() {
        run(program, arguments)
    } else {
        run("sudo", &[&["-n", program], arguments].concat())
    };
    output.unwrap_or_else(|e| panic!("{program}: {e}"))
}

fn must(program: &str, arguments: &[&str]) -> Output {
    let output = as_root(program, arguments);
    assert!(
        output.status.success(),
        "{program} {arguments:?} failed:\n{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    output
}

/// A running Postfix; it is stopped when this is dropped.
pub struct Postfix {
    folder: PathBuf,
    /// Where its smtpd listens.
    pub address: SocketAddr,
}

impl Postfix {
    /// Starts one with a main.cf, to which what makes it private is added.
    pub fn start(main_cf: &str) -> Postfix {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        // Short, because the paths of sockets below it have a limit.
        let folder = std::env::temp_dir().join(format!("st-{}-{number}", std::process::id()));
        let path = |name: &str| folder.join(name).display().to_string();
        let etc = path("etc");
        must("rm", &["-rf", &path("")]);
        std::fs::create_dir_all(&etc).unwrap();
        let port = free_port();
        let private = format!(
            "queue_directory = {}\ndata_directory = {}\nmail_spool_directory = {}\n\
             command_directory = /usr/sbin\ndaemon_directory = {DAEMONS}\n\
             mail_owner = postfix\nsetgid_group = postdrop\n\
             maillog_file = {}\nmaillog_file_prefixes = {}\ninet_protocols = ipv4\n\
             default_transport = discard:\nrelay_transport = discard:\n\
             local_transport = discard:\nvirtual_transport = discard:\n",
            path("queue"),
            path("data"),
            path("mail"),
            path("mail.log"),
            path("")
        );
        let own = |line: &&str| !private.lines().any(|p| same_parameter(p, line));
        let kept: Vec<&str> = main_cf.lines().filter(own).collect();
        std::fs::write(
            path("etc/main.cf"),
            private.clone() + &kept.join("\n") + "\n",
        )
        .unwrap();
        let mut master = format!(
            "127.0.0.1:{port} inet n - n - - smtpd\npostlog unix-dgram n - n - 1 postlogd\n"
        );
        for (name, program, limit) in SERVICES {
            // smtpd looks for these in the folder of public sockets.
            let public = matches!(name, "cleanup" | "qmgr" | "flush" | "showq");
            let private = if public { "n" } else { "-" };
            master.push_str(&format!("{name} unix {private} - n - {limit} {program}\n"));
        }
        std::fs::write(path("etc/master.cf"), master).unwrap();
        for name in [
            "postfix-files",
            "postfix-files.d",
            "dynamicmaps.cf",
            "dynamicmaps.cf.d",
        ] {
            // What this Postfix does not have it does not need.
            as_root("cp", &["-r", &format!("/etc/postfix/{name}"), &etc]);
        }
        must(
            "mkdir",
            &["-p", &path("queue"), &path("data"), &path("mail")],
        );
        must("chown", &["-R", "root:root", &etc]);
        must("chown", &["postfix", &path("data")]);
        if main_cf.contains("smtpd_sasl_auth_enable = yes") {
            create_account(&folder);
        }
        must("/usr/sbin/postfix", &["-c", &etc, "start"]);
        let postfix = Postfix {
            folder,
            address: SocketAddr::from(([127, 0, 0, 1], port)),
        };
        let begun = Instant::now();
        while TcpStream::connect(postfix.address).is_err() {
            let patience = Duration::from_secs(20);
            assert!(
                begun.elapsed() < patience,
                "Postfix does not listen:\n{}",
                postfix.log()
            );
            std::thread::sleep(Duration::from_millis(20));
        }
        postfix
    }

    /// Its mail.log.
    pub fn log(&self) -> String {
        let path = self.folder.join("mail.log").display().to_string();
        String::from_utf8_lossy(&as_root("cat", &[&path]).stdout).into_owned()
    }
}

impl Drop for Postfix {
    fn drop(&mut self) {
        let etc = self.folder.join("etc").display().to_string();
        as_root("/usr/sbin/postfix", &["-c", &etc, "abort"]);
        as_root("rm", &["-rf", &self.folder.display().to_string()]);
    }
}

/// The account of the transcripts, safeer with the password penguin, in a private sasldb.
fn create_account(folder: &Path) {
    let path = |name: &str| folder.join(name).display().to_string();
    let database = path("data/sasldb2");
    let library =
        format!("pwcheck_method: auxprop\nauxprop_plugin: sasldb\nsasldb_path: {database}\n");
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

/// Runs a program as root with a text on its standard input.
fn as_root_with(program: &str, arguments: &[&str], input: &str) {
    let mut command = if is_root() {
        Command::new(program)
    } else {
        let mut sudo = Command::new("sudo");
        sudo.args(["-n", program]);
        sudo
    };
    command
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::null());
    let mut child = command.spawn().unwrap_or_else(|e| panic!("{program}: {e}"));
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(input.as_bytes()).unwrap();
    drop(stdin);
    assert!(child.wait().unwrap().success(), "{program} failed");
}

/// A port that nobody listens on, below those that the system gives to clients, and not the same
/// for two servers of this process.
fn free_port() -> u16 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let first = std::process::id() % 10_000;
    loop {
        let number = first + NEXT.fetch_add(1, Ordering::Relaxed);
        let port = 20_000 + (number % 10_000) as u16;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

/// Whether two lines of a main.cf set the same parameter.
fn same_parameter(one: &str, other: &str) -> bool {
    let name = |line: &str| line.split_once('=').map(|(n, _)| n.trim().to_string());
    name(one).is_some() && name(one) == name(other)
}

/// The defaults of every parameter, as `postconf -d` prints them.
pub fn defaults() -> Vec<(String, String)> {
    let output = run("/usr/sbin/postconf", &["-d"]).unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let pair = |line: &str| {
        let (name, value) = line.split_once('=')?;
        Some((name.trim().to_string(), value.trim().to_string()))
    };
    text.lines().filter_map(pair).collect()
}
