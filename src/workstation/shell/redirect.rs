//! `<`, `>` and their like.

use std::rc::Rc;

use crate::files::tree::absolute;
use crate::files::who::Access;
use crate::workstation::programs::files::{files, files_mut, settle};
use crate::workstation::shell::bash::{Bash, Changed};
use crate::workstation::shell::builtins::table;
use crate::workstation::shell::expand::{Expanded, Expander, Stop};
use crate::workstation::shell::parser::INSIDE;
use crate::workstation::shell::syntax::{Redirect, Tree};
use crate::workstation::system::kernel::Kernel;
use crate::workstation::system::kernel::Step;
use crate::workstation::system::open::{File, Handle, Open};

/// What a redirection opens.
enum Target {
    Handle(Handle),
    Close,
}

impl Bash {
    /// Makes the next redirection of the command on top.
    pub fn redirect_next(&mut self, tree: &Tree, k: &mut Kernel) -> Result<Step, Changed> {
        let top = self.frames.len().saturating_sub(1);
        let place = self.frames.get(top).map_or(0, |f| f.redirected);
        let Some(redirect) = tree.redirects.get(place) else {
            return Ok(Step::Went);
        };
        let (descriptor, target) = match self.target(redirect, k)? {
            Ok(Some(found)) => found,
            Ok(None) => return Ok(Step::Waits),
            Err(why) => {
                self.complain(&why, k);
                self.finish(1, k);
                self.unopened = top;
                return Ok(Step::Went);
            }
        };
        if let Some(frame) = self.frames.get_mut(top) {
            frame.redirected += 1;
            frame.connecting = None;
        }
        let (handle, is_both) = match target {
            Target::Handle(handle) => (Some(handle), redirect.operator.starts_with('&')),
            Target::Close => (None, false),
        };
        let mut descriptors = vec![descriptor];
        if is_both
            || (redirect.operator == ">&"
                && redirect.descriptor.is_none()
                && self.is_file(redirect))
        {
            descriptors = vec![1, 2];
        }
        for descriptor in descriptors {
            let before = k.os.me_mut().redirect(descriptor, handle.clone());
            if redirect.variable.is_none() {
                if let Some(frame) = self.frames.get_mut(top) {
                    frame.saved.push((descriptor, before));
                }
            }
        }
        Ok(Step::Went)
    }

    /// `>&word` is for both outputs, unless the word is a number.
    fn is_file(&self, redirect: &Redirect) -> bool {
        let text = redirect.target.trim_end_matches('-');
        !redirect.target.starts_with('$') && !text.bytes().all(|b| b.is_ascii_digit())
    }

    /// What a redirection is about, and what it opens; `None` while that takes time.
    #[allow(clippy::type_complexity)]
    fn target(
        &mut self,
        redirect: &Redirect,
        k: &mut Kernel,
    ) -> Result<Result<Option<(i32, Target)>, String>, Changed> {
        let usual = i32::from(!redirect.operator.starts_with('<'));
        let mut descriptor = redirect.descriptor.unwrap_or(usual);
        if let Some(name) = &redirect.variable {
            let closes = redirect.target.as_ref() == "-";
            descriptor = match closes {
                true => self
                    .state
                    .text(name)
                    .and_then(|t| t.parse().ok())
                    .unwrap_or(-1),
                false => {
                    let me = k.os.me();
                    (10..).find(|n| me.open(*n).is_none()).unwrap_or(10)
                }
            };
            if !closes {
                self.state.set(name, descriptor.to_string());
            }
        }
        let name = self
            .simple()
            .and_then(|simple| simple.words.first().cloned());
        let is_other =
            name.is_some_and(|n| table::find(&n).is_none() && self.state.function(&n).is_none());
        let handle = match redirect.operator {
            "<<" | "<<-" => {
                let (text, expands) = match redirect.document.get() {
                    Some((text, expands)) => (text.clone(), *expands),
                    None => ("".into(), false),
                };
                let text = match expands {
                    true => match self.expand(k, |e| aside(is_other, e, |e| e.document(&text)))? {
                        Ok(text) => text,
                        Err(why) => return Ok(Err(why)),
                    },
                    false => text.to_string(),
                };
                Open::text(crate::smtp::bytes::encode(&text))
            }
            "<<<" => {
                let text = match self.expand(k, |e| {
                    aside(is_other, e, |e| {
                        e.joins = true;
                        e.single(&redirect.target)
                    })
                })? {
                    Ok(text) => text,
                    Err(why) => return Ok(Err(why)),
                };
                Open::text(crate::smtp::bytes::encode(&(text + "\n")))
            }
            operator => {
                let words =
                    match self.expand(k, |e| aside(is_other, e, |e| e.fields(&redirect.target)))? {
                        Ok(words) => words,
                        Err(why) => return Ok(Err(why)),
                    };
                let [path] = words.as_slice() else {
                    return Ok(Err(format!("{}: ambiguous redirect", redirect.target)));
                };
                if matches!(operator, "<&" | ">&") {
                    if let Some(found) = self.duplicate(path, k) {
                        return Ok(found.map(|target| Some((descriptor, target))));
                    }
                    if operator == "<&" || redirect.descriptor.is_some() {
                        return Ok(Err(format!("{}: ambiguous redirect", redirect.target)));
                    }
                }
                match self.open(path, operator, k) {
                    Ok(Some(handle)) => handle,
                    Ok(None) => return Ok(Ok(None)),
                    Err(why) => return Ok(Err(format!("{path}: {why}"))),
                }
            }
        };
        Ok(Ok(Some((descriptor, Target::Handle(handle)))))
    }

    /// `2>&1`, `>&-`, `3>&1-`: what another descriptor stands for.
    fn duplicate(&mut self, word: &str, k: &mut Kernel) -> Option<Result<Target, String>> {
        if word == "-" {
            return Some(Ok(Target::Close));
        }
        let (number, moves) = match word.strip_suffix('-') {
            Some(number) => (number, true),
            None => (word, false),
        };
        if number.is_empty() || !number.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let number: i32 = number.parse().unwrap_or(-1);
        let Some(handle) = k.open(number) else {
            return Some(Err(format!("{word}: Bad file descriptor")));
        };
        if moves {
            k.os.me_mut().redirect(number, None);
        }
        Some(Ok(Target::Handle(handle)))
    }

    /// Opens a path; `None` while a connection is being made.
    fn open(
        &mut self,
        path: &str,
        operator: &str,
        k: &mut Kernel,
    ) -> Result<Option<Handle>, &'static str> {
        const NONE: &str = "No such file or directory";
        let own = |descriptor: i32, k: &Kernel| k.open(descriptor).map(Some).ok_or(NONE);
        match path {
            "/dev/null" => return Ok(Some(Rc::new(Open::Null))),
            "/dev/zero" | "/dev/random" | "/dev/urandom" => {
                return Ok(Some(Open::noise(path)));
            }
            "/dev/tty" => return Ok(Some(Rc::new(Open::Terminal))),
            "/dev/stdin" => return own(0, k),
            "/dev/stdout" => return own(1, k),
            "/dev/stderr" => return own(2, k),
            _ => {}
        }
        if let Some(number) = path.strip_prefix("/dev/fd/") {
            return own(number.parse().unwrap_or(-1), k);
        }
        if let Some(rest) = path.strip_prefix("/dev/tcp/") {
            return self.connect(path, rest, k);
        }
        let me = k.os.me();
        let (host, umask) = (me.host.clone(), me.umask);
        let full = absolute(&me.directory, path);
        let full = if path.ends_with('/') {
            full + "/"
        } else {
            full
        };
        if path.is_empty() {
            return Err(NONE);
        }
        let who = k.who();
        let (reads, writes, appends) = match operator {
            "<" => (true, false, false),
            "<>" => (true, true, false),
            ">>" | "&>>" => (false, true, true),
            _ => (false, true, false),
        };
        if writes {
            let is_there = files(k.world, &host).is_some_and(|f| f.stat(&full, &who).is_ok());
            if is_there && operator == ">" && self.state.is_on("noclobber") {
                return Err("cannot overwrite existing file");
            }
            settle(k.world, &host, &full);
            let Some(files) = files_mut(k.world, &host) else {
                return Err(NONE);
            };
            let keeps = appends || reads;
            let mode = 0o666 & !umask;
            files
                .write(&full, &who, "", keeps, mode)
                .map_err(|errno| errno.text())?;
        }
        let files = files(k.world, &host).ok_or(NONE)?;
        let node = files.stat(&full, &who).map_err(|errno| errno.text())?;
        if reads && !who.may(Access::Read, node) {
            return Err("Permission denied");
        }
        let full = files.follow(&full, &who).map_err(|errno| errno.text())?;
        if node.is_directory() {
            // It can be opened, and what is read from it is an error.
            return match writes {
                true => Err("Is a directory"),
                false => Ok(Some(Rc::new(Open::Directory))),
            };
        }
        let file = File::new(&host, full, reads, writes, appends);
        Ok(Some(Rc::new(Open::File(file))))
    }

    /// `/dev/tcp/HOST/PORT`
    fn connect(
        &mut self,
        path: &str,
        rest: &str,
        k: &mut Kernel,
    ) -> Result<Option<Handle>, &'static str> {
        let top = self.frames.len().saturating_sub(1);
        let begun = self.frames.get(top).and_then(|f| f.connecting.clone());
        let handle = match begun {
            Some(handle) => handle,
            None => {
                let (host, service) = rest.split_once('/').ok_or("No such file or directory")?;
                let own = k.os.me().host.clone();
                let port = crate::workstation::programs::address::port(k.world, &own, service);
                let Some(port) = port else {
                    self.complain(&format!("{service}: invalid service"), k);
                    return Err("Invalid argument");
                };
                let found = crate::workstation::programs::address::addresses(k.world, &own, host);
                let Some(address) = found.into_iter().next() else {
                    self.complain(&format!("{host}: Name or service not known"), k);
                    return Err("Invalid argument");
                };
                let handle = k.connect(&address, port);
                if let Some(frame) = self.frames.get_mut(top) {
                    frame.connecting = Some(handle.clone());
                }
                handle
            }
        };
        let Open::Connection(connection) = &*handle else {
            return Ok(Some(handle));
        };
        match connection.state(k.world) {
            None => Ok(None),
            Some(Ok(())) => Ok(Some(handle.clone())),
            Some(Err(why)) => {
                let _ = path;
                self.complain(&format!("{INSIDE}connect: {why}"), k);
                Err(why)
            }
        }
    }
}

/// What stands in a redirection of another program is expanded in its process: what that changes is
/// lost, and a mistake keeps nothing else from being done.
fn aside<T>(
    is_other: bool,
    e: &mut Expander,
    act: impl FnOnce(&mut Expander) -> Expanded<T>,
) -> Expanded<Result<T, String>> {
    match act(e) {
        Err(Stop::Fault(why) | Stop::Fatal(why)) if is_other => Ok(Err(why)),
        found => {
            let found = found?;
            if is_other {
                e.forget();
            }
            Ok(Ok(found))
        }
    }
}
