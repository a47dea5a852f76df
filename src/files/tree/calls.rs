//! The door of whoever types: system calls, refused where Unix refuses them.

use super::{split, Files};
use crate::files::errno::Errno;
use crate::files::node::{Kind, Node};
use crate::files::who::{Access, Who};

/// How many links a path may lead over (`ELOOP`).
const LINKS: usize = 40;
/// How many bytes a name may have, and a path (`NAME_MAX`, `PATH_MAX`).
const NAME: usize = 255;
const PATH: usize = 4_096;
/// What all files of a host may hold, in bytes, and how many there may be.
const BYTES: usize = 64 << 20;
const NODES: usize = 20_000;

impl Files {
    /// Whether there are as many files and folders as a host may have.
    pub fn is_full(&self) -> bool {
        self.nodes.len() > NODES
    }

    /// Where a path leads, over all links, as far as this user may go there. The last part need
    /// not be there.
    ///
    /// # Errors
    /// A part that is not there, is no directory, may not be entered, or links without end.
    pub fn follow(&self, path: &str, who: &Who) -> Result<String, Errno> {
        self.walk(path, who, true)
    }

    /// The same, but a link in the last place stays.
    ///
    /// # Errors
    /// As [`Files::follow`].
    pub fn place(&self, path: &str, who: &Who) -> Result<String, Errno> {
        self.walk(path, who, false)
    }

    fn walk(&self, path: &str, who: &Who, follows_last: bool) -> Result<String, Errno> {
        if path.len() > PATH {
            return Err(Errno::NameTooLong);
        }
        let mut rest: Vec<String> = path.split('/').rev().map(str::to_string).collect();
        let mut at = String::from("/");
        let mut links = 0;
        while let Some(part) = rest.pop() {
            if part.is_empty() || part == "." {
                continue;
            }
            if part == ".." {
                at = split(&at).0.to_string();
                continue;
            }
            if part.len() > NAME {
                return Err(Errno::NameTooLong);
            }
            match self.nodes.get(&at) {
                Some(node) if !node.is_directory() => return Err(Errno::NotDirectory),
                Some(node) if !who.may(Access::Execute, node) => return Err(Errno::Denied),
                None if at != "/" => return Err(Errno::NoEntry),
                _ => {}
            }
            let next = match at.as_str() {
                "/" => format!("/{part}"),
                at => format!("{at}/{part}"),
            };
            let is_last = rest.iter().all(|part| part.is_empty());
            match self.nodes.get(&next) {
                Some(node) if node.kind == Kind::Link && (follows_last || !is_last) => {
                    links += 1;
                    if links > LINKS {
                        return Err(Errno::Loop);
                    }
                    if node.text.starts_with('/') {
                        at = "/".into();
                    }
                    rest.extend(node.text.split('/').rev().map(str::to_string));
                }
                _ => at = next,
            }
        }
        // A slash at the end asks for a directory.
        let wants_directory = path.ends_with('/') || path.ends_with("/.");
        match self.nodes.get(&at) {
            Some(node) if wants_directory && !node.is_directory() => Err(Errno::NotDirectory),
            _ => Ok(at),
        }
    }

    /// What `stat` says, over links.
    ///
    /// # Errors
    /// It is not there, or may not be reached.
    pub fn stat(&self, path: &str, who: &Who) -> Result<&Node, Errno> {
        let at = self.follow(path, who)?;
        self.nodes.get(&at).ok_or(Errno::NoEntry)
    }

    /// Whether something may be done.
    ///
    /// # Errors
    /// Why not.
    pub fn check(&self, path: &str, who: &Who, access: Access) -> Result<(), Errno> {
        match who.may(access, self.stat(path, who)?) {
            true => Ok(()),
            false => Err(Errno::Denied),
        }
    }

    /// Reads a file.
    ///
    /// # Errors
    /// As open(2) and read(2).
    pub fn read(&self, path: &str, who: &Who) -> Result<&str, Errno> {
        let node = self.stat(path, who)?;
        if !who.may(Access::Read, node) {
            return Err(Errno::Denied);
        }
        match node.kind {
            Kind::Directory => Err(Errno::IsDirectory),
            _ => Ok(&node.text),
        }
    }

    /// The names in a directory, in order.
    ///
    /// # Errors
    /// As opendir(3).
    pub fn list(&self, path: &str, who: &Who) -> Result<Vec<&str>, Errno> {
        let at = self.follow(path, who)?;
        let node = self.nodes.get(&at).ok_or(Errno::NoEntry)?;
        match node.is_directory() {
            false => Err(Errno::NotDirectory),
            true if !who.may(Access::Read, node) => Err(Errno::Denied),
            true => Ok(self.names(&at)),
        }
    }

    /// Whether names may be put into the directory of a path, or taken out.
    fn may_change(&self, path: &str, who: &Who) -> Result<(), Errno> {
        let parent = split(path).0;
        let node = self.nodes.get(parent).ok_or(Errno::NoEntry)?;
        match node.is_directory() {
            false => Err(Errno::NotDirectory),
            true if !who.may(Access::Write, node) => Err(Errno::Denied),
            true => Ok(()),
        }
    }

    /// In a sticky directory such as /tmp only the owner takes a name out.
    fn may_take(&self, path: &str, who: &Who) -> Result<(), Errno> {
        self.may_change(path, who)?;
        let (Some(parent), Some(node)) = (self.nodes.get(split(path).0), self.nodes.get(path))
        else {
            return Err(Errno::NoEntry);
        };
        let is_sticky = parent.mode & 0o1000 != 0;
        let owns = who.is_root() || [node.uid, parent.uid].contains(&who.uid);
        match is_sticky && !owns {
            true => Err(Errno::NotPermitted),
            false => Ok(()),
        }
    }

    /// Writes a file, or appends to it; a new one gets `mode`.
    ///
    /// # Errors
    /// As open(2) and write(2).
    pub fn write(
        &mut self,
        path: &str,
        who: &Who,
        text: &str,
        appends: bool,
        mode: u16,
    ) -> Result<(), Errno> {
        let at = self.follow(path, who)?;
        if self.bytes + text.len() > BYTES || self.is_full() {
            return Err(Errno::NoSpace);
        }
        let now = self.now;
        if let Some(node) = self.nodes.get_mut(&at) {
            match node.kind {
                Kind::Directory => return Err(Errno::IsDirectory),
                _ if !who.may(Access::Write, node) => return Err(Errno::Denied),
                Kind::Device | Kind::Socket => return Ok(()),
                Kind::File | Kind::Link => {}
            }
            if !appends {
                self.bytes = self.bytes.saturating_sub(node.text.len());
                node.text.clear();
            }
            self.bytes += text.len();
            node.text.push_str(text);
            node.written = now;
            return Ok(());
        }
        if path.ends_with('/') {
            return Err(Errno::IsDirectory);
        }
        self.may_change(&at, who)?;
        self.bytes += text.len();
        let file = Node {
            mode,
            ..Node::file(text)
        };
        self.enter(at, who, file);
        Ok(())
    }

    /// Puts a new node in a directory, which hands its group on where it is set to.
    fn enter(&mut self, path: String, who: &Who, mut node: Node) {
        (node.uid, node.gid, node.written) = (who.uid, who.gid, self.now);
        if let Some(parent) = self.nodes.get_mut(split(&path).0) {
            parent.written = self.now;
            if parent.mode & 0o2000 != 0 {
                node.gid = parent.gid;
                if node.is_directory() {
                    node.mode |= 0o2000;
                }
            }
        }
        self.nodes.insert(path, node);
    }

    /// Makes a directory or a link.
    ///
    /// # Errors
    /// As mkdir(2) and symlink(2).
    pub fn make(&mut self, path: &str, who: &Who, node: Node) -> Result<(), Errno> {
        let at = self.place(path.trim_end_matches('/'), who)?;
        if self.nodes.contains(&at) {
            return Err(Errno::Exists);
        }
        if self.is_full() {
            return Err(Errno::NoSpace);
        }
        self.may_change(&at, who)?;
        self.enter(at, who, node);
        Ok(())
    }

    /// Takes a file or a link away.
    ///
    /// # Errors
    /// As unlink(2).
    pub fn unlink(&mut self, path: &str, who: &Who) -> Result<(), Errno> {
        let at = self.place(path, who)?;
        let node = self.nodes.get(&at).ok_or(Errno::NoEntry)?;
        if node.is_directory() {
            return Err(Errno::IsDirectory);
        }
        self.may_take(&at, who)?;
        self.remove(&at);
        Ok(())
    }

    /// Takes an empty directory away.
    ///
    /// # Errors
    /// As rmdir(2).
    pub fn remove_directory(&mut self, path: &str, who: &Who) -> Result<(), Errno> {
        let at = self.place(path, who)?;
        let node = self.nodes.get(&at).ok_or(Errno::NoEntry)?;
        if !node.is_directory() {
            return Err(Errno::NotDirectory);
        }
        if !self.names(&at).is_empty() {
            return Err(Errno::NotEmpty);
        }
        self.may_take(&at, who)?;
        self.remove(&at);
        Ok(())
    }

    /// Gives something another path; what was there before is replaced.
    ///
    /// # Errors
    /// As rename(2).
    pub fn rename(&mut self, from: &str, to: &str, who: &Who) -> Result<(), Errno> {
        let (from, to) = (self.place(from, who)?, self.place(to, who)?);
        if from == to {
            return Ok(());
        }
        let is_directory = self.nodes.get(&from).ok_or(Errno::NoEntry)?.is_directory();
        if to.starts_with(&format!("{from}/")) {
            return Err(Errno::Invalid);
        }
        self.may_take(&from, who)?;
        match self.nodes.get(&to) {
            Some(node) if node.is_directory() && !is_directory => return Err(Errno::IsDirectory),
            Some(node) if !node.is_directory() && is_directory => {
                return Err(Errno::NotDirectory);
            }
            Some(_) if !self.names(&to).is_empty() => return Err(Errno::NotEmpty),
            Some(_) => {
                self.may_take(&to, who)?;
                self.remove(&to);
            }
            None => self.may_change(&to, who)?,
        }
        let below = format!("{from}/");
        let moved: Vec<String> = self
            .nodes
            .iter()
            .filter(|(path, _)| *path == from || path.starts_with(&below))
            .map(|(path, _)| path.clone())
            .collect();
        for path in moved {
            if let (Some(rest), Some(node)) = (path.strip_prefix(&from), self.nodes.remove(&path)) {
                self.nodes.insert(format!("{to}{rest}"), node);
            }
        }
        Ok(())
    }

    /// Changes the permissions.
    ///
    /// # Errors
    /// As chmod(2).
    pub fn chmod(&mut self, path: &str, who: &Who, mode: u16) -> Result<(), Errno> {
        let at = self.follow(path, who)?;
        let node = self.nodes.get_mut(&at).ok_or(Errno::NoEntry)?;
        if !who.is_root() && who.uid != node.uid {
            return Err(Errno::NotPermitted);
        }
        node.mode = mode & 0o7777;
        Ok(())
    }

    /// Changes the owner and the group.
    ///
    /// # Errors
    /// As chown(2).
    pub fn chown(
        &mut self,
        path: &str,
        who: &Who,
        uid: Option<u32>,
        gid: Option<u32>,
    ) -> Result<(), Errno> {
        let at = self.follow(path, who)?;
        let node = self.nodes.get_mut(&at).ok_or(Errno::NoEntry)?;
        let keeps_owner = uid.is_none_or(|uid| uid == node.uid);
        let may_have = gid.is_none_or(|gid| who.is_in(gid));
        if !(who.is_root() || who.uid == node.uid && keeps_owner && may_have) {
            return Err(Errno::NotPermitted);
        }
        node.uid = uid.unwrap_or(node.uid);
        node.gid = gid.unwrap_or(node.gid);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ASHA: Who = Who {
        uid: 1000,
        gid: 1000,
        groups: Vec::new(),
        rules: false,
    };

    fn debian() -> Files {
        let mut files = Files::default();
        files.insert("/etc/passwd", "asha:x:1000:1000::/home/asha:/bin/bash\n");
        files.insert("/home/asha/notes", "one\n");
        files.put(
            "/tmp",
            Node {
                mode: 0o1777,
                ..Node::directory()
            },
        );
        files.put(
            "/etc/shadow",
            Node {
                mode: 0o640,
                gid: 42,
                ..Node::file("secret")
            },
        );
        files
    }

    #[test]
    fn a_user_reads_and_writes_what_is_theirs() {
        let mut files = debian();
        assert_eq!(files.read("/home/asha/notes", &ASHA), Ok("one\n"));
        assert_eq!(
            files.write("/home/asha/notes", &ASHA, "two\n", true, 0o644),
            Ok(())
        );
        assert_eq!(files.get("/home/asha/notes"), Some("one\ntwo\n"));
        assert_eq!(files.read("/etc/shadow", &ASHA), Err(Errno::Denied));
        let refused = files.write("/etc/passwd", &ASHA, "", false, 0o644);
        assert_eq!(refused, Err(Errno::Denied));
        assert_eq!(
            files.write("/etc/new", &ASHA, "", false, 0o644),
            Err(Errno::Denied)
        );
        assert_eq!(files.read("/etc", &ASHA), Err(Errno::IsDirectory));
        assert_eq!(files.read("/etc/passwd/x", &ASHA), Err(Errno::NotDirectory));
    }

    #[test]
    fn links_are_followed_and_do_not_go_round_for_ever() {
        let mut files = debian();
        files
            .make("/home/asha/link", &ASHA, Node::link("notes"))
            .unwrap();
        files
            .make("/home/asha/up", &ASHA, Node::link("../asha"))
            .unwrap();
        assert_eq!(files.read("/home/asha/up/link", &ASHA), Ok("one\n"));
        assert_eq!(files.get("/home/asha/link"), Some("one\n"));
        files.make("/tmp/a", &ASHA, Node::link("/tmp/b")).unwrap();
        files.make("/tmp/b", &ASHA, Node::link("/tmp/a")).unwrap();
        assert_eq!(files.read("/tmp/a", &ASHA), Err(Errno::Loop));
        assert_eq!(files.get("/tmp/a"), None);
    }

    #[test]
    fn names_come_and_go_as_the_directory_allows() {
        let mut files = debian();
        let bob = Who {
            uid: 1001,
            gid: 1001,
            groups: Vec::new(),
            rules: false,
        };
        files.write("/tmp/mine", &ASHA, "", false, 0o600).unwrap();
        assert_eq!(files.unlink("/tmp/mine", &bob), Err(Errno::NotPermitted));
        assert_eq!(files.read("/tmp/mine", &bob), Err(Errno::Denied));
        files.make("/tmp/d", &ASHA, Node::directory()).unwrap();
        files.rename("/tmp/mine", "/tmp/d/mine", &ASHA).unwrap();
        assert_eq!(
            files.remove_directory("/tmp/d", &ASHA),
            Err(Errno::NotEmpty)
        );
        files.rename("/tmp/d", "/home/asha/d", &ASHA).unwrap();
        assert_eq!(files.names("/home/asha"), ["d", "notes"]);
        assert_eq!(files.list("/home/asha/d", &ASHA), Ok(vec!["mine"]));
        assert_eq!(
            files.rename("/home/asha/d", "/home/asha/d/e", &ASHA),
            Err(Errno::Invalid)
        );
        assert_eq!(
            files.chown("/home/asha/d", &ASHA, Some(1001), None),
            Err(Errno::NotPermitted)
        );
        assert_eq!(
            files.chmod("/home/asha/d", &bob, 0o700),
            Err(Errno::NotPermitted)
        );
        files.chmod("/home/asha/d", &ASHA, 0).unwrap();
        assert_eq!(files.list("/home/asha/d", &ASHA), Err(Errno::Denied));
    }
}
