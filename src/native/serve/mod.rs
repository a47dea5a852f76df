//! `smtp-terminal serve`: the same server engine behind real TCP ports, a thread a connection.
//!
//! | file      | holds                                             |
//! |-----------|---------------------------------------------------|
//! | `config`  | main.cf and the tables that it names              |
//! | `ports`   | the ports, each with its service of master.cf     |
//! | `door`    | who is let in at a port, and how many             |
//! | `talk`    | one connection                                    |
//! | `store`   | where messages are stored: `maildir`, `mbox`      |
//! | `wire`    | its bytes, as they are or inside TLS              |
//! | `tls`     | certificate and key, given or made                |
//! | `problem` | what OpenSSL calls a handshake that has failed    |
//! | `log`     | standard error                                    |

mod config;
mod door;
mod log;
mod maildir;
mod mbox;
mod ports;
mod problem;
mod store;
mod talk;
mod tls;
mod wire;

use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rustls::ServerConfig;
use smtp_terminal::files::Files;
use smtp_terminal::postfix::config::main_cf::{Config, Fatal};
use smtp_terminal::postfix::config::master_cf::MASTER_CF;
use smtp_terminal::postfix::server::{Server, User};
use smtp_terminal::scenario::Scenario;
use smtp_terminal::smtp::settings::Tls;

use self::door::Door;
use self::log::Log;
use self::store::Store;
use self::talk::{converse, now, refuse, Shared};

/// Where main.cf is in the simulated world.
const MAIN_CF: &str = "/etc/postfix/main.cf";

/// How long those who are inside may take to come to an end when the server is stopped.
const GRACE: Duration = Duration::from_secs(10);

/// What the command line asks for.
pub struct Wanted<'a> {
    /// Where to listen.
    pub listen: &'a str,
    /// main.cf.
    pub config: Option<PathBuf>,
    /// Accounts: `NAME:PASSWORD`.
    pub users: &'a [String],
    /// Whom clients are taken for: `NAME[ADDRESS]`.
    pub client: Option<&'a str>,
    /// Where messages are stored: a folder, or one file.
    pub maildir: Option<PathBuf>,
    /// The file.
    pub mbox: Option<PathBuf>,
    /// TLS is offered, whatever main.cf says.
    pub tls: bool,
    /// The certificate in PEM, and its key.
    pub tls_files: (Option<PathBuf>, Option<PathBuf>),
    /// Where to listen with TLS from the first byte.
    pub tls_listen: Option<&'a str>,
    /// master.cf.
    pub master: Option<PathBuf>,
    /// Its services with ports of their own: `NAME=ADDRESS:PORT`.
    pub services: &'a [String],
}

/// Listens until the process is stopped.
///
/// # Errors
/// What of it is not possible.
pub fn run(wanted: &Wanted) -> Result<(), String> {
    let users = accounts(wanted.users)?;
    let client = client(wanted.client)?;
    let certificate = tls::Files::given(wanted.tls_files.0.clone(), wanted.tls_files.1.clone())?;
    // What was asked for is not replaced by something else.
    let certificate = match certificate {
        Some(files) => Some(tls::load(&files).map_err(|e| format!("--tls-cert, --tls-key: {e}"))?),
        None => None,
    };
    let ports = ports::open(&ports::Asked {
        listen: wanted.listen,
        tls_listen: wanted.tls_listen,
        master: wanted.master.as_deref(),
        services: wanted.services,
    })?;
    let address = ports
        .all
        .first()
        .map(|port| port.address)
        .ok_or("no port")?;
    let log = Log::start().map_err(|e| format!("no thread for the log: {e}"))?;
    let scenario = Scenario::standard().map_err(|fault| fault.to_string())?;
    let (mut main_cf, mut files, users) = match &wanted.config {
        Some(path) => {
            let text = config::read(path)?;
            let (files, faults) = config::tables(&text);
            for fault in faults {
                log.say(format!("smtp-terminal: warning: {fault}"));
            }
            (text, files, users)
        }
        None => standard(&scenario, users)?,
    };
    let asks = wanted.tls || certificate.is_some() || wanted.tls_listen.is_some();
    main_cf.push_str(&offering(&main_cf, asks));
    let ip = |port: &ports::Port| port.address.ip().to_string();
    let own: Vec<String> = ports.all.iter().map(ip).collect();
    files.insert(MASTER_CF, ports::master_cf(&ports));
    let read = wanted.config.as_deref().unwrap_or(Path::new(MAIN_CF));
    let mut server = Server::new(&main_cf, files, users, own).map_err(|e| complaint(e, read))?;
    let store = Store::open(
        wanted.maildir.as_deref(),
        wanted.mbox.as_deref(),
        &server.settings().myhostname,
    )?;
    server.port = address.port();
    server.stand_by(now());
    let unmodelled = server.config.unmodelled();
    let mut remarks = Vec::new();
    if !unmodelled.is_empty() {
        let names = unmodelled.join(", ");
        let what = "these parameters are not modelled and have no effect";
        remarks.push(format!("warning: {what}: {names}"));
    }
    let name = server.settings().myhostname.clone();
    let (tls, remark) = match certificate {
        Some(tls) => (tls, None),
        None => found(&server.config, &name)?,
    };
    let speaks = |tls| tls != Tls::None;
    if speaks(server.settings().tls) || wanted.tls_listen.is_some() {
        remarks.extend(remark);
    }
    for address in ports.all.iter().map(|port| port.address) {
        if !address.ip().is_loopback() {
            remarks.push(open_to_all(address));
        }
    }
    let mut places = Vec::new();
    for (number, port) in ports.all.iter().enumerate() {
        let ip = port.address.ip().to_string();
        places.push(match number == 0 && port.is_plain() {
            true => 0,
            false => server
                .listens(&ip, port.address.port(), false)
                .ok_or("services of master.cf are in the full build alone")?,
        });
    }
    let door = Arc::new(Door::default());
    let shared = Arc::new(Shared {
        server: Mutex::new(server),
        dns: scenario.world.dns,
        client,
        store,
        tls,
        log,
        door: Arc::clone(&door),
        coming_in: AtomicUsize::new(0),
        taken: AtomicUsize::new(0),
    });
    shared.tell(&mut shared.server());
    for remark in remarks {
        shared.log.say(remark);
    }
    if let Err(e) = door.watch(ports.all.iter().map(|port| port.address).collect()) {
        shared.log.say_once("signals end this at once", e);
    }
    let mut lines = format!("listening on {address} as {name}\n");
    for port in ports.all.iter().skip(1) {
        lines.push_str(&format!(
            "listening on {} for {}\n",
            port.address, port.name
        ));
    }
    let said = std::io::stdout().write_all(lines.as_bytes());
    if let Err(e) = said.and_then(|()| std::io::stdout().flush()) {
        let line = format!("listening on {address} as {name} (standard output: {e})");
        shared.log.say(line);
    }
    std::thread::scope(|scope| {
        for (port, place) in ports.all.iter().zip(places) {
            let (door, serving) = (&door, Arc::clone(&shared));
            let open = move || {
                let log = Arc::clone(&serving);
                door.open(&port.listener, &log.log, &refuse, &move |stream, _guest| {
                    if let Err(e) = converse(stream, place, &serving) {
                        serving.log.say(format!("connection lost: {e}"));
                    }
                });
            };
            if let Err(e) = std::thread::Builder::new().spawn_scoped(scope, open) {
                shared
                    .log
                    .say(format!("smtp-terminal: {}: {e}", port.address));
            }
        }
    });
    // Nobody else is let in; a message that is coming in may come to its end.
    drop(ports);
    door.wait(GRACE);
    let taken = shared.taken.load(Ordering::Relaxed);
    shared.log.say(format!("stopped; messages taken: {taken}"));
    shared.log.flush();
    Ok(())
}

/// What stands in main.cf for a certificate that is made.
const MADE: &str = "/made/at/the/start.pem";

/// What main.cf lacks of TLS where the command line asks for it.
fn offering(main_cf: &str, asks: bool) -> String {
    let mut lines = String::new();
    let Ok(config) = Config::parse(main_cf).map_err(drop) else {
        return lines;
    };
    if asks {
        let levels = [
            "smtpd_tls_security_level",
            "smtpd_use_tls",
            "smtpd_enforce_tls",
        ];
        if levels
            .iter()
            .all(|name| matches!(config.get(name).as_str(), "" | "no"))
        {
            lines.push_str("\nsmtpd_tls_security_level = may\n");
        }
        let files = ["smtpd_tls_cert_file", "smtpd_tls_chain_files"];
        if files.iter().all(|name| config.get(name).is_empty()) {
            lines.push_str(&format!("\nsmtpd_tls_cert_file = {MADE}\n"));
        }
    }
    lines
}

/// The certificate that main.cf names, where it is on this machine; elsewhere one is made.
fn found(config: &Config, host: &str) -> Result<(Arc<ServerConfig>, Option<String>), String> {
    let chain = config.list("smtpd_tls_chain_files");
    let own = |name| PathBuf::from(config.get(name));
    let files = match chain.first() {
        Some(file) => tls::Files {
            certificate: file.into(),
            key: file.into(),
        },
        None => tls::Files {
            certificate: own("smtpd_tls_cert_file"),
            key: own("smtpd_tls_key_file"),
        },
    };
    let is_named = files.certificate != Path::new("") && files.certificate != Path::new(MADE);
    let why = match tls::load(&files) {
        Ok(tls) => return Ok((tls, None)),
        Err(why) if is_named => format!(" ({why})"),
        Err(_) => String::new(),
    };
    let what = format!("TLS has a certificate for {host} that was made just now");
    Ok((
        tls::make(host)?,
        Some(format!("smtp-terminal: {what}{why}")),
    ))
}

fn accounts(users: &[String]) -> Result<Vec<User>, String> {
    let account = |user: &String| match user.split_once(':') {
        Some((name, password)) => Ok(User {
            name: name.into(),
            password: Some(password.into()),
        }),
        None => Err(format!("--user {user}: write it as NAME:PASSWORD")),
    };
    users.iter().map(account).collect()
}

fn client(text: Option<&str>) -> Result<Option<(String, String)>, String> {
    let Some(text) = text else {
        return Ok(None);
    };
    let parts = text.strip_suffix(']').and_then(|t| t.split_once('['));
    let (name, addr) =
        parts.ok_or_else(|| format!("--client {text}: write it as NAME[ADDRESS]"))?;
    match addr.parse::<std::net::IpAddr>() {
        Ok(_) => Ok(Some((name.to_string(), addr.to_string()))),
        Err(_) => Err(format!("--client {text}: {addr} is not an IP address")),
    }
}

/// The tutorial's server.
fn standard(scenario: &Scenario, users: Vec<User>) -> Result<(String, Files, Vec<User>), String> {
    let host = scenario.world.hosts.iter().find_map(|h| h.server.as_ref());
    let server = host.ok_or("the default scenario has no server")?;
    let text = server.files.get(MAIN_CF).unwrap_or_default();
    // One that is named again gets another password.
    let named = |name: &str| users.iter().any(|u| u.name == name);
    let own = server.users.iter().filter(|u| !named(&u.name)).cloned();
    let users = own.chain(users.clone()).collect();
    Ok((text.to_string(), server.files.clone(), users))
}

/// Whoever lets others than this machine connect is to know it.
fn open_to_all(address: SocketAddr) -> String {
    let line = "*".repeat(72);
    format!(
        "{line}\nwarning: this listens on {address}, and not on this machine alone: whoever\n\
         reaches that address can hand mail in here. Nothing is ever sent anywhere.\n{line}"
    )
}

/// What Postfix says of a main.cf that it does not start with, by the name of the file that was read.
fn complaint(fatal: Fatal, read: &Path) -> String {
    for warning in &fatal.warnings {
        let kind = match warning.starts_with("error: ") {
            true => "",
            false => "warning: ",
        };
        // Where standard error is full or closed, the status says it.
        let _ = writeln!(std::io::stderr(), "smtp-terminal: {kind}{warning}");
    }
    fatal
        .to_string()
        .replace(MAIN_CF, &read.display().to_string())
}
