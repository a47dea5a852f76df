//! What curl says of a transfer: the dialogue with -v, the meter, the end.

use crate::workstation::programs::curl::options::Given;
use crate::workstation::programs::machine::Machine;

const HEADING: &str = "  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n                                 Dload  Upload   Total   Spent    Left  Speed\n";

/// What is shown, by the options.
#[derive(Debug)]
pub(super) struct Report {
    verbose: bool,
    mute: bool,
    meter: bool,
    /// Messages go to the output, as `--stderr -` wants it.
    joined: bool,
    output: Option<String>,
    has_written: bool,
    write_out: Option<String>,
    /// There are more files than addresses.
    has_more: bool,
    /// What TLS has moved is said once, until something else is.
    data: Option<bool>,
}

/// A number of bytes in five columns.
fn amount(bytes: usize) -> String {
    match bytes {
        0..=99_999 => format!("{bytes:5}"),
        100_000..=10_239_999 => format!("{:4}k", bytes / 1_024),
        _ => format!(
            "{:2}.{}M",
            bytes / 1_048_576,
            bytes % 1_048_576 * 10 / 1_048_576
        ),
    }
}

impl Report {
    pub(super) fn new(given: &Given, uploads: bool, at: &Machine) -> Report {
        let silent = given.has("silent");
        let output = given.value("output").map(str::to_string);
        // Where the reply itself is to be seen, no meter comes between.
        let seen = !uploads && output.is_none() && at.is_terminal(1);
        Report {
            verbose: given.has("verbose"),
            mute: silent && !given.has("show-error"),
            meter: !silent && !given.has("no-progress-meter") && !seen,
            joined: given.value("stderr") == Some("-"),
            output,
            has_written: false,
            write_out: given.value("write-out").map(str::to_string),
            has_more: !silent
                && ["output", "upload-file"]
                    .iter()
                    .any(|name| given.all(name).count() > given.urls.len()),
            data: None,
        }
    }

    pub(super) fn complain(&self, text: &str, at: &mut Machine) {
        match self.joined {
            true => at.print(text),
            false => at.complain(text),
        }
    }

    fn tell(&mut self, sign: char, text: &str, end: &str, at: &mut Machine) {
        if self.verbose {
            self.data = None;
            for line in text.split('\n') {
                self.complain(&format!("{sign} {line}{end}"), at);
            }
        }
    }

    /// A line of its own.
    pub(super) fn info(&mut self, text: &str, at: &mut Machine) {
        self.tell('*', text, "\n", at);
    }

    /// What it sends, and what it hears.
    pub(super) fn said(&mut self, text: &str, is_own: bool, at: &mut Machine) {
        self.tell(if is_own { '>' } else { '<' }, text, "\r\n", at);
    }

    /// Bytes that are not shown.
    pub(super) fn moved(&mut self, bytes: usize, is_own: bool, at: &mut Machine) {
        if self.verbose && self.data != Some(is_own) {
            let sign = if is_own { '}' } else { '{' };
            self.complain(&format!("{sign} [{bytes} bytes data]\n"), at);
            self.data = Some(is_own);
        }
    }

    /// The head of the meter.
    pub(super) fn begin(&self, at: &mut Machine) {
        if self.meter {
            self.complain(HEADING, at);
        }
    }

    /// The last line of the meter; `took` in microseconds.
    pub(super) fn end(&self, sent: Option<(usize, usize)>, took: u64, at: &mut Machine) {
        if !self.meter {
            return;
        }
        let (mut sum, mut moved, mut speed) = (0, 0, 0);
        let mut percent = 0;
        if let Some((bytes, size)) = sent.filter(|(_, size)| *size > 0) {
            (sum, moved) = (size, bytes);
            percent = bytes * 100 / size;
            let rate = (bytes as u64).saturating_mul(1_000_000) / took.max(1);
            speed = usize::try_from(rate).unwrap_or(usize::MAX);
        }
        let (sum, moved, speed) = (amount(sum), amount(moved), amount(speed));
        let text = format!("{percent:3} {sum}    0     0  {percent:3} {moved}      0  {speed} --:--:-- --:--:-- --:--:-- {speed}\n");
        self.complain(&text, at);
    }

    /// What the server has said for whoever called.
    pub(super) fn body(&mut self, text: &str, at: &mut Machine) {
        match self.output.clone() {
            Some(path) if path != "-" => {
                // Where it cannot be written, it is lost.
                let _ = at.write(&path, text, self.has_written);
                self.has_written = true;
            }
            _ => at.print(text),
        }
    }

    /// The end: the fault, if there was one, and what --write-out wants.
    pub(super) fn finish(
        &self,
        fault: &str,
        status: i32,
        facts: &[(&str, String)],
        at: &mut Machine,
    ) {
        if status != 0 && !self.mute {
            self.complain(&format!("curl: ({status}) {fault}\n"), at);
            if status == 60 {
                self.complain("More details here: https://curl.se/docs/sslcerts.html\n\ncurl failed to verify the legitimacy of the server and therefore could not\nestablish a secure connection to it. To learn more about this situation and\nhow to fix it, please visit the web page mentioned above.\n", at);
            }
        }
        if self.has_more {
            self.complain("Warning: Got more output options than URLs\n", at);
        }
        let Some(form) = &self.write_out else {
            return;
        };
        let form = form
            .replace("\\n", "\n")
            .replace("\\t", "\t")
            .replace("\\r", "\r");
        let mut rest = form.as_str();
        let mut out = String::new();
        while let Some((front, back)) = rest.split_once("%{") {
            out.push_str(front);
            let (name, after) = back.split_once('}').unwrap_or((back, ""));
            match facts.iter().find(|(own, _)| *own == name) {
                Some((_, value)) => out.push_str(value),
                None => self.complain(
                    &format!("curl: unknown --write-out variable: '{name}'\n"),
                    at,
                ),
            }
            rest = after;
        }
        out.push_str(rest);
        at.print(&out.replace("%%", "%"));
    }
}
