//! main.cf and the tables that it names, read from the disk.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use smtp_terminal::files::Files;
use smtp_terminal::smtp::bytes::decode;

/// How much of a file is read, in bytes, and of all together.
const BIGGEST: u64 = 16 << 20;
const ALL: u64 = 64 << 20;

/// Reads a file of any bytes.
///
/// # Errors
/// It cannot be read, is no file, or too big.
pub fn read(path: &Path) -> Result<String, String> {
    let fail = |e: io::Error| format!("{}: {e}", path.display());
    let refuse = |why: &str| Err(format!("{}: {why}", path.display()));
    // A device has no end, and a pipe may have none.
    match std::fs::metadata(path).map_err(fail)? {
        data if data.is_dir() => return refuse("Is a directory"),
        data if !data.is_file() => return refuse("is no regular file"),
        data if data.len() > BIGGEST => return refuse("is bigger than 16 MiB"),
        _ => {}
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(fail)?;
    file.take(BIGGEST).read_to_end(&mut bytes).map_err(fail)?;
    Ok(decode(&bytes).into_owned())
}

/// The files of tables that a main.cf names, and what is wrong with those that cannot be read.
pub fn tables(main_cf: &str) -> (Files, Vec<String>) {
    let (mut files, mut faults) = (Files::default(), Vec::new());
    let mut all = 0;
    let separators = [' ', '\t', '\r', '\n', ',', '{', '}', '='];
    let lines = main_cf.lines().filter(|line| !line.starts_with('#'));
    for word in lines.flat_map(|line| line.split(separators)) {
        let path = word.rsplit(':').next().unwrap_or("");
        // Folders and programs are named as well, and other files that are not there.
        let is_file = |path: &str| path.starts_with('/') && Path::new(path).exists();
        if !is_file(path) || Path::new(path).is_dir() || files.contains(path) {
            continue;
        }
        match read(Path::new(path)) {
            Ok(text) if all + text.len() as u64 <= ALL => {
                all += text.len() as u64;
                files.insert(path, text);
            }
            Ok(_) => faults.push(format!(
                "{path}: the files of main.cf have more than 64 MiB"
            )),
            Err(fault) => faults.push(fault),
        }
    }
    faults.sort();
    faults.dedup();
    (files, faults)
}
