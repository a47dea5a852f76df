//! `smtp-terminal serve`: the same server engine behind a real TCP port, a thread a connection.
//!
//! | file      | holds                                             |
//! |-----------|---------------------------------------------------|
//! | `config`  | main.cf and the tables that it names              |
//! | `door`    | the port, and how many are let in                 |
//! | `talk`    | one connection                                    |
//! | `store`   | where messages are stored: `maildir`, `mbox`      |
//! | `log`     | standard error                                    |

mod config;
mod door;
mod log;
mod maildir;
mod mbox;
mod store;
mod talk;

use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use smtp_terminal::files::Files;
use smtp_terminal::postfix::config::main_cf::Fatal;
use smtp_terminal::postfix::server::{Server, User};
use smtp_terminal::scenario::Scenario;
use smtp_terminal::smtp::settings::Tls;

use self::door::Door;
use self::log::Log;
use self::store::Store;
use self::talk::{converse, now, refuse, Shared};

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
}

/// Listens until the process is stopped.
///
/// # Errors
/// What of it is not possible.
pub fn run(wanted: &Wanted) -> Result<(), String> {
    let users = accounts(wanted.users)?;
    let client = client(wanted.client)?;
    let listen = wanted.listen;
    let listener = door::bind(listen).map_err(|e| format!("--listen {listen}: {e}"))?;
    let address = listener.local_addr().map_err(|e| e.to_string())?;
    let log = Log::start().map_err(|e| format!("no thread for the log: {e}"))?;
    let scenario = Scenario::standard().map_err(|fault| fault.to_string())?;
    let (main_cf, files, users) = match &wanted.config {
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
    let own = address.ip().to_string();
    let mut server = Server::new(&main_cf, files, users, vec![own]).map_err(complaint)?;
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
    if server.settings().tls != Tls::None {
        let what = "serve does not speak TLS; STARTTLS is answered with 454";
        remarks.push(format!("warning: {what}"));
        server.without_tls();
    }
    if !address.ip().is_loopback() {
        remarks.push(open_to_all(address));
    }
    let name = server.settings().myhostname.clone();
    let door = Arc::new(Door::default());
    let shared = Arc::new(Shared {
        server: Mutex::new(server),
        dns: scenario.world.dns,
        client,
        store,
        log,
        door: Arc::clone(&door),
        coming_in: AtomicUsize::new(0),
        taken: AtomicUsize::new(0),
    });
    shared.tell(&mut shared.server());
    for remark in remarks {
        shared.log.say(remark);
    }
    if let Err(e) = door.watch(address) {
        shared.log.say_once("signals end this at once", e);
    }
    let said = writeln!(std::io::stdout(), "listening on {address} as {name}");
    if let Err(e) = said.and_then(|()| std::io::stdout().flush()) {
        shared.log.say(format!(
            "listening on {address} as {name} (standard output: {e})"
        ));
    }
    let serving = Arc::clone(&shared);
    door.open(&listener, &shared.log, &refuse, &move |stream, _guest| {
        if let Err(e) = converse(stream, &serving) {
            serving.log.say(format!("connection lost: {e}"));
        }
    });
    // Nobody else is let in; a message that is coming in may come to its end.
    drop(listener);
    door.wait(GRACE);
    let taken = shared.taken.load(Ordering::Relaxed);
    shared.log.say(format!("stopped; messages taken: {taken}"));
    shared.log.flush();
    Ok(())
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
    let parts = parts.map(|(name, addr)| (name.to_string(), addr.to_string()));
    parts
        .map(Some)
        .ok_or_else(|| format!("--client {text}: write it as NAME[ADDRESS]"))
}

/// The tutorial's server.
fn standard(scenario: &Scenario, users: Vec<User>) -> Result<(String, Files, Vec<User>), String> {
    let host = scenario.world.hosts.iter().find_map(|h| h.server.as_ref());
    let server = host.ok_or("the default scenario has no server")?;
    let text = server.files.get("/etc/postfix/main.cf").unwrap_or_default();
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

/// What Postfix says of a main.cf that it does not start with.
fn complaint(fatal: Fatal) -> String {
    for warning in &fatal.warnings {
        let kind = match warning.starts_with("error: ") {
            true => "",
            false => "warning: ",
        };
        // Where standard error is full or closed, the status says it.
        let _ = writeln!(std::io::stderr(), "smtp-terminal: {kind}{warning}");
    }
    fatal.to_string()
}
