//! What `stat` says of a path, and what the programs that change files share.

use crate::files::errno::Errno;
use crate::files::node::Kind;
use crate::files::who::{name_of, Who};
use crate::files::Files;
use crate::smtp::bytes::encode;
use crate::time::Time;
use crate::workstation::programs::files::{files_mut, log_text, LOGS};
use crate::workstation::programs::machine::Machine;

/// What is known of a file beside its text.
#[derive(Clone, Debug)]
pub struct Meta {
    /// What it is.
    pub kind: Kind,
    /// Its twelve bits.
    pub mode: u16,
    /// The owner.
    pub uid: u32,
    /// The group.
    pub gid: u32,
    /// Bytes.
    pub size: usize,
    /// When it was written.
    pub written: Time,
    /// Where a link leads.
    pub target: String,
    /// As `ls -l` shows the permissions.
    pub shown: String,
    /// Links to it: of a directory, those of the directories in it too.
    pub links: usize,
}

impl Meta {
    /// Whether it is a directory.
    pub fn is_directory(&self) -> bool {
        self.kind == Kind::Directory
    }

    /// Blocks of 1,024 bytes that it takes.
    pub fn blocks(&self) -> usize {
        match self.kind {
            Kind::Link | Kind::Device | Kind::Socket => 0,
            _ => self.size.div_ceil(4_096) * 4,
        }
    }

    /// `regular file`, as stat and rm call it.
    pub fn kind_name(&self) -> &'static str {
        match self.kind {
            Kind::File if self.size == 0 => "regular empty file",
            Kind::File => "regular file",
            Kind::Directory => "directory",
            Kind::Link => "symbolic link",
            Kind::Device => "character special file",
            Kind::Socket => "socket",
        }
    }
}

/// The last part of a path.
pub fn base(path: &str) -> &str {
    let path = match path.trim_end_matches('/') {
        "" if path.starts_with('/') => return "/",
        path => path,
    };
    path.rsplit('/').next().unwrap_or(path)
}

/// A path below another.
pub fn join(directory: &str, name: &str) -> String {
    match directory.ends_with('/') {
        true => format!("{directory}{name}"),
        false => format!("{directory}/{name}"),
    }
}

impl Machine<'_> {
    /// What there is to know of a path.
    ///
    /// # Errors
    /// As stat(2).
    pub fn meta(&self, path: &str, follows: bool) -> Result<Meta, Errno> {
        if path.is_empty() {
            return Err(Errno::NoEntry);
        }
        let mut full = self.path(path);
        if path.len() > 1 && path.ends_with('/') {
            full.push('/');
        }
        let who = self.who();
        let files = self.files().ok_or(Errno::NoEntry)?;
        let at = match follows || path.ends_with('/') {
            true => files.follow(&full, &who)?,
            false => files.place(&full, &who)?,
        };
        let node = files.node(&at).ok_or(Errno::NoEntry)?;
        let mut links = 1;
        let mut size = encode(&node.text).len();
        let mut written = node.written;
        if node.is_directory() {
            size = 4_096;
            links = 2;
            for name in files.names(&at) {
                let inner = files.node(&join(&at, name));
                links += usize::from(inner.is_some_and(|n| n.is_directory()));
            }
        }
        let server = self.world.host(self.host).and_then(|h| h.server.as_ref());
        if let Some(server) = server.filter(|_| LOGS.contains(&at.as_str())) {
            size = encode(&log_text(server, &at)).len();
            written = server.log.last().map_or(written, |line| line.at);
        }
        Ok(Meta {
            kind: node.kind,
            mode: node.mode,
            uid: node.uid,
            gid: node.gid,
            size,
            written,
            target: match node.kind {
                Kind::Link => node.text.clone(),
                _ => String::new(),
            },
            shown: node.permissions(),
            links,
        })
    }

    /// Does something with the files, on behalf of whoever runs the program.
    ///
    /// # Errors
    /// What the system says to it.
    pub fn act(
        &mut self,
        act: &mut dyn FnMut(&mut Files, &Who) -> Result<(), Errno>,
    ) -> Result<(), Errno> {
        let who = self.who();
        match files_mut(self.world, self.host) {
            Some(files) => act(files, &who),
            None => Err(Errno::NoEntry),
        }
    }

    /// The permissions that new files do not get.
    pub fn umask(&mut self) -> u16 {
        self.system().map_or(0o022, |system| system.umask(None))
    }

    /// The name of a user's or, in /etc/group, a group's number.
    pub fn name_of(&self, file: &str, number: u32) -> String {
        let text = self.files().and_then(|f| f.get(file)).unwrap_or("");
        name_of(text, number).map_or_else(|| number.to_string(), str::to_string)
    }

    /// The number of a name in /etc/passwd or /etc/group.
    pub fn number_of(&self, file: &str, name: &str) -> Option<u32> {
        let text = self.files().and_then(|f| f.get(file)).unwrap_or("");
        match crate::files::who::fields_of(text, name) {
            Some(fields) => fields.get(2)?.parse().ok(),
            None => name.parse().ok(),
        }
    }

    /// All that is in a directory, as paths after it, each directory before what is in it.
    pub fn below(&self, path: &str) -> Vec<String> {
        let mut found = Vec::new();
        let Some(files) = self.files() else {
            return found;
        };
        let who = self.who();
        let full = self.path(path);
        let Ok(top) = files.follow(&full, &who) else {
            return found;
        };
        let mut rest = vec![String::new()];
        while let Some(part) = rest.pop() {
            let directory = format!("{top}{part}");
            if !part.is_empty() {
                found.push(part.clone());
                let node = files.node(&directory);
                if !node.is_some_and(|n| n.is_directory()) {
                    continue;
                }
            }
            let names = files.list(&directory, &who).unwrap_or_default();
            for name in names.into_iter().rev() {
                rest.push(format!("{part}/{name}"));
            }
        }
        found
    }
}
