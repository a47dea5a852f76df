//! A message while it is being written.

use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::mailx::draft::send;
use crate::workstation::programs::mailx::Mailx;

impl Mailx {
    /// A line of a message that is being written.
    pub(super) fn write_line(&mut self, line: Option<&str>, at: &mut Machine) -> String {
        let Some(draft) = &mut self.draft else {
            return String::new();
        };
        draft.is_interrupted = false;
        if draft.is_written {
            if let Some(cc) = line.filter(|l| !l.trim().is_empty()) {
                draft.cc = cc.trim().into();
            }
            if let Some(draft) = self.draft.take() {
                send(&draft, at);
            }
        } else if draft.subject.is_none() {
            draft.subject = Some(line.unwrap_or("").into());
        } else if line.is_none_or(|l| l == ".") {
            draft.is_written = true;
            return "Cc: ".into();
        } else if let Some(line) = line {
            draft.body.push_str(&format!("{line}\n"));
        }
        String::new()
    }
}
