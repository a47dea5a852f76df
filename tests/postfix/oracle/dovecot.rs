//! A private real Dovecot that knows passwords, at the socket `private/auth` of a real Postfix.

use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use super::root::{as_root, as_root_with, root_command};
use super::PATIENCE;

/// Debian's.
const PROGRAM: &str = "/usr/sbin/dovecot";

/// Whether it is there.
pub fn is_installed() -> bool {
    Path::new(PROGRAM).exists()
}

/// A running Dovecot; it is stopped when this is dropped.
pub struct Dovecot {
    child: Child,
}

impl Dovecot {
    /// Starts one beside a Postfix with its files in a folder. It lets nobody wait: not after a failure, and not
    /// for those before (anvil's penalty).
    pub fn start(folder: &Path, mechanisms: &str) -> Dovecot {
        let path = |name: &str| folder.join(name).display().to_string();
        let config = format!(
            "base_dir = {}\nlog_path = {}\nprotocols =\nssl = no\nauth_mechanisms = {mechanisms}\n\
             auth_failure_delay = 0\nauth_cache_size = 0\n\
             passdb {{\n driver = passwd-file\n args = scheme=PLAIN {}\n}}\n\
             userdb {{\n driver = static\n args = uid=65534 gid=65534 home=/nonexistent\n}}\n\
             service auth {{\n unix_listener {} {{\n  mode = 0666\n }}\n}}\n\
             service anvil {{\n unix_listener anvil-auth-penalty {{\n  mode = 0\n }}\n}}\n",
            path("dovecot"),
            path("dovecot.log"),
            path("etc/dovecot-users"),
            path("queue/private/auth"),
        );
        as_root_with("tee", &[&path("etc/dovecot.conf")], &config);
        as_root_with("tee", &[&path("etc/dovecot-users")], "safeer:penguin\n");
        let mut command = root_command(PROGRAM, &["-F", "-c", &path("etc/dovecot.conf")]);
        let silent = command.stdout(Stdio::null()).stderr(Stdio::null());
        let dovecot = Dovecot {
            child: silent.spawn().unwrap(),
        };
        let begun = Instant::now();
        while !as_root("test", &["-S", &path("queue/private/auth")])
            .status
            .success()
        {
            assert!(
                begun.elapsed() < PATIENCE,
                "Dovecot does not listen:\n{}",
                String::from_utf8_lossy(&as_root("cat", &[&path("dovecot.log")]).stdout)
            );
            std::thread::sleep(Duration::from_millis(20));
        }
        dovecot
    }
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        as_root("kill", &["-TERM", &self.child.id().to_string()]);
        let _ = self.child.wait();
    }
}
