//! Which Postfix is asked.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use super::root::run;
use super::DAEMONS;

/// Which Postfix is asked: Debian's, or one that was built from source.
#[derive(Clone, Debug, Default)]
pub struct Build {
    /// A folder with the daemons in `libexec` and the commands in `bin`.
    pub folder: Option<PathBuf>,
}

impl Build {
    /// The folder of its daemons.
    pub fn daemons(&self) -> String {
        match &self.folder {
            Some(folder) => folder.join("libexec").display().to_string(),
            None => DAEMONS.into(),
        }
    }

    /// One of its commands.
    pub(super) fn command(&self, name: &str) -> String {
        match &self.folder {
            Some(folder) => folder.join("bin").join(name).display().to_string(),
            None => format!("/usr/sbin/{name}"),
        }
    }

    /// `3.7.11`.
    pub fn version(&self) -> String {
        let defaults = self.defaults();
        let version = defaults
            .into_iter()
            .find(|(name, _)| name == "mail_version");
        version.map(|(_, value)| value).unwrap_or_default()
    }

    /// Whether it can write its log to a file (Postfix 3.4).
    pub fn logs(&self) -> bool {
        let defaults = self.defaults();
        defaults.iter().any(|(name, _)| name == "maillog_file")
    }

    /// The defaults of every parameter, as `postconf -d` prints them.
    pub fn defaults(&self) -> Vec<(String, String)> {
        // An old postconf stumbles over what the machine's own master.cf may hold.
        // Several ask at once, each from a folder of its own.
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("st-{}-postconf-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("main.cf"), "").unwrap();
        std::fs::write(folder.join("master.cf"), "").unwrap();
        let output = run(
            &self.command("postconf"),
            &["-c", &folder.display().to_string(), "-d"],
        );
        let output = output.unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let pair = |line: &str| {
            let (name, value) = line.split_once('=')?;
            Some((name.trim().to_string(), value.trim().to_string()))
        };
        text.lines().filter_map(pair).collect()
    }
}
