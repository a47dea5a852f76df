//! The real programs, asked about many inputs: each worker has a folder of its own.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Mutex;
use std::time::{Duration, SystemTime};

use super::Input;

/// How many programs run at a time: one that dies sleeps first.
const WORKERS: usize = 16;

/// A folder that is gone when this is dropped.
pub struct Folder(pub PathBuf);

impl Folder {
    /// A fresh one that everybody may read.
    pub fn new(name: &str) -> Folder {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("st-{}-{name}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    /// Writes a file, an hour ago: one that was written in this very second is read again and
    /// again by the programs.
    pub fn write(&self, name: &str, text: &str) {
        let path = self.0.join(name);
        std::fs::write(&path, text).unwrap();
        let ago = SystemTime::now() - Duration::from_secs(3_600);
        let file = std::fs::File::options().write(true).open(path).unwrap();
        file.set_modified(ago).unwrap();
    }

    /// Its name.
    pub fn name(&self) -> String {
        self.0.display().to_string()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// What is said of each input, by several workers with a folder each.
pub fn each(
    name: &str,
    inputs: &[Input],
    prepare: &(dyn Fn(&Folder) + Sync),
    ask: &(dyn Fn(&Folder, &Input) -> String + Sync),
) -> Vec<String> {
    let next = AtomicUsize::new(0);
    let said = Mutex::new(vec![String::new(); inputs.len()]);
    std::thread::scope(|scope| {
        for _ in 0..WORKERS.min(inputs.len()) {
            scope.spawn(|| {
                let folder = Folder::new(name);
                prepare(&folder);
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(input) = inputs.get(at) else {
                        break;
                    };
                    let text = ask(&folder, input);
                    said.lock().unwrap()[at] = text;
                }
            });
        }
    });
    said.into_inner().unwrap()
}

/// Runs a program: what it says on its standard error, and then what it prints.
pub fn output(mut command: Command, folder: &Path, input: &[u8]) -> (Vec<u8>, Vec<u8>) {
    command.current_dir(folder).stdin(Stdio::piped());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // One that dies early reads nothing.
    let _ = child.stdin.take().unwrap().write_all(input);
    let output = child.wait_with_output().unwrap();
    (output.stderr, output.stdout)
}

/// Both as one text.
pub fn text(error: &[u8], output: &[u8]) -> String {
    let all = [error, output].concat();
    String::from_utf8_lossy(&all).into_owned()
}
