//! The command `smtp-terminal serve`, running.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A server that is stopped when this is dropped.
pub struct Served {
    child: Child,
    log: Arc<Mutex<String>>,
    /// Where it listens.
    pub address: SocketAddr,
    /// Where else.
    pub others: Vec<SocketAddr>,
}

impl Served {
    /// Starts one on a free port with these further arguments.
    pub fn start(arguments: &[&str]) -> Served {
        let mut child = Command::new(env!("CARGO_BIN_EXE_smtp-terminal"))
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let log = Arc::new(Mutex::new(String::new()));
        let mut errors = child.stderr.take().unwrap();
        let written = Arc::clone(&log);
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(n @ 1..) = errors.read(&mut buffer) {
                written
                    .lock()
                    .unwrap()
                    .push_str(&String::from_utf8_lossy(&buffer[..n]));
            }
        });
        let mut said = BufReader::new(child.stdout.take().unwrap());
        let mut address = || {
            let mut line = String::new();
            said.read_line(&mut line).unwrap();
            let address = line.strip_prefix("listening on ");
            let address = address.and_then(|l| l.split(' ').next());
            let address = address.and_then(|a| a.parse().ok());
            address.unwrap_or_else(|| panic!("serve said {line:?}: {}", log.lock().unwrap()))
        };
        let further = |word: &&&str| matches!(**word, "--tls-listen" | "--service");
        let others = arguments.iter().filter(further).count();
        let (address, others) = (address(), (0..others).map(|_| address()).collect());
        Served {
            child,
            log,
            address,
            others,
        }
    }

    /// What it has written to standard error.
    pub fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// Asks it to stop, as a system does.
    pub fn stop(&self) {
        let id = self.child.id().to_string();
        let _ = Command::new("kill").args(["-TERM", &id]).status();
    }

    /// The most memory that it had, in bytes.
    pub fn memory(&self) -> usize {
        let path = format!("/proc/{}/status", self.child.id());
        let text = std::fs::read_to_string(path).unwrap_or_default();
        let line = text.lines().find_map(|l| l.strip_prefix("VmHWM:"));
        let kilobytes = line
            .unwrap_or("")
            .trim_matches(|c: char| !c.is_ascii_digit());
        kilobytes.parse::<usize>().unwrap_or(0) * 1_024
    }

    /// What it has written to standard error once that contains `text`, or after a while.
    pub fn log_with(&self, text: &str) -> String {
        for _ in 0..6_000 {
            if self.log.lock().unwrap().contains(text) {
                break;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        self.log()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // It may have ended by itself, which its client has noticed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
