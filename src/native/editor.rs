//! nano and its kind in a real terminal: this machine's own editor has the file.

use std::io;

use smtp_terminal::simulator::Simulator;
use smtp_terminal::smtp::bytes::{decode, encode};
use smtp_terminal::workstation::answer::Asked;

/// Programs may hand over a file to be edited.
pub fn prepare(simulator: &mut Simulator) {
    simulator.let_edit();
}

/// Whether one has.
pub fn is_wanted(simulator: &Simulator) -> bool {
    simulator.document().is_some()
}

/// Lets `$EDITOR` have the file.
pub fn edit(simulator: &mut Simulator) -> io::Result<()> {
    let Some(document) = simulator.document() else {
        return Ok(());
    };
    let name = document.name.rsplit('/').next().unwrap_or("file");
    let before = encode(&document.text.borrow());
    let path = std::env::temp_dir().join(format!("st-{}-{name}", std::process::id()));
    std::fs::write(&path, &before)?;
    let (editor, why) = match std::env::var("EDITOR") {
        Ok(editor) if !editor.trim().is_empty() => (editor, "as $EDITOR says"),
        _ => ("vi".into(), "since $EDITOR names no other"),
    };
    // Which editor this is shows, with its keys, only where it is said.
    eprintln!(
        "({} here is this machine's {editor}, {why}.)",
        document.program
    );
    // It may be named with options.
    let mut words = editor.split_whitespace();
    let ended = std::process::Command::new(words.next().unwrap_or("vi"))
        .args(words)
        .arg(&path)
        .status();
    let after = std::fs::read(&path).unwrap_or_else(|_| before.clone());
    // What is gone already needs no removing.
    let _ = std::fs::remove_file(&path);
    match ended {
        Ok(_) if after != before => simulator.edit(Asked::Save(decode(&after).into_owned())),
        Ok(_) => {}
        Err(why) => eprintln!("smtp-terminal: {editor}: {why}"),
    }
    simulator.edit(Asked::Close);
    Ok(())
}
