//! What swaks is told: its options as Perl's Getopt::Long reads them.

/// The options: their names, how they take a value (`b` not at all, `=` always, `:` perhaps, `i`
/// perhaps a number), and what happens where it is missing: `P` asks with the text that follows,
/// until there is an answer; `p` takes an empty one as well; `R` is a mistake. `F` may name a file,
/// `L` may be given more than once.
const OPTIONS: &str = "\
config|:
from,f|:p|From: 
to,t|:P|To: 
helo,ehlo,lhlo,h|:p|Helo: 
server,s|:p|Server: 
4|b
6|b
copy-routing|:R
port,p|:P|Port: 
protocol|=
data,d|:pF|Data: 
dump-as-body,dab|:
dump-as-body-shows-password,dabsp|b
timeout|:P|Timeout: 
quit-after,quit,q|=
drop-after,drop,da|=
drop-after-send,das|=
suppress-data,n|b
auth,a|:
auth-user,au|:
auth-password,ap|:
auth-map,am|=
auth-extra,ae|=
auth-hide-password,ahp|:
auth-plaintext,apt|b
auth-optional,ao|:
auth-optional-strict,aos|:
support|b
local-interface,li|:p|Interface: 
local-port,lport,lp|:P|Local Port: 
tls|b
tls-optional,tlso|b
tls-optional-strict,tlsos|b
tls-on-connect,tlsc|b
tls-cert|=
tls-key|=
tls-protocol,tlsp|=
tls-cipher|=
tls-get-peer-cert|:
tls-sni|=
tls-verify|b
tls-ca-path|=
silent,S|i
no-strip-from,nsf|b
no-hints,nth|b
no-send-hints,nsh|b
no-receive-hints,nrh|b
no-info-hints,nih|b
hide-receive,hr|b
hide-send,hs|b
protect-prompt,pp|b
hide-informational,hi|b
hide-all,ha|b
show-time-lapse,stl|:
version|b
help|b
no-data-fixup,ndf|b
show-raw-text,raw|b
output,output-file|=
output-file-stdout|=
output-file-stderr|=
pipe|:P|Pipe: 
socket|:P|Socket File: 
body|:PF|Body: 
attach-name|:L
attach-type|:RL
attach|:RFL
attach-body|:RFL
add-header,ah|:RL
header|:RL
dump|:
dump-mail|b
pipeline|b
prdr|b
force-getpwuid|b
xclient|:PL|XCLIENT string: 
xclient-name|:P|XCLIENT name: 
xclient-addr|:P|XCLIENT addr: 
xclient-port|:P|XCLIENT port: 
xclient-proto|:P|XCLIENT proto: 
xclient-destaddr|:P|XCLIENT destaddr: 
xclient-destport|:P|XCLIENT destport: 
xclient-helo|:P|XCLIENT helo: 
xclient-login|:P|XCLIENT login: 
xclient-reverse-name|:P|XCLIENT reverse_name: 
xclient-delim|bL
xclient-optional|b
xclient-optional-strict|b
xclient-before-starttls|b
xclient-no-verify|b
proxy|:P|PROXY string: 
proxy-version|:P|PROXY version: 
proxy-family|:P|PROXY family: 
proxy-command|:P|PROXY command: 
proxy-protocol|:P|PROXY protocol: 
proxy-source|:P|PROXY source: 
proxy-source-port|:P|PROXY source_port: 
proxy-dest|:P|PROXY dest: 
proxy-dest-port|:P|PROXY dest_port: ";

/// A row of the table.
#[derive(Clone, Copy, Debug)]
pub(super) struct Option_ {
    names: &'static str,
    how: &'static str,
    /// What it asks with.
    pub(super) prompt: &'static str,
}

impl Option_ {
    /// The name that it goes by.
    pub(super) fn name(self) -> &'static str {
        self.names.split(',').next().unwrap_or("")
    }

    /// Whether it has a flag.
    pub(super) fn has(self, flag: char) -> bool {
        self.how.contains(flag)
    }

    /// Whether it takes a value.
    pub(super) fn takes_value(self) -> bool {
        !self.how.starts_with('b')
    }
}

/// The rows of the table.
pub(super) fn rows() -> impl Iterator<Item = Option_> {
    OPTIONS.split('\n').map(|row| {
        let mut parts = row.splitn(3, '|');
        let names = parts.next().unwrap_or("");
        let how = parts.next().unwrap_or("");
        Option_ {
            names,
            how,
            prompt: parts.next().unwrap_or(""),
        }
    })
}

/// The row of a name that it goes by.
pub(super) fn row(name: &str) -> Option<Option_> {
    rows().find(|row| row.name() == name)
}

/// What has been given: names and values in order.
#[derive(Clone, Debug, Default)]
pub(super) struct Given {
    pub(super) options: Vec<(&'static str, String)>,
    /// What Perl says of mistakes.
    pub(super) mistakes: String,
    /// What swaks warns of.
    pub(super) warnings: Vec<&'static str>,
}

impl Given {
    /// The value of an option, if it was given.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        let mut given = self.options.iter().filter(|(n, _)| *n == name);
        given.next().map(|(_, value)| value.as_str())
    }

    /// Whether it was given.
    pub(super) fn has(&self, name: &str) -> bool {
        self.value(name).is_some()
    }

    /// Reads words; gives those that are no options.
    pub(super) fn read(&mut self, words: Vec<String>) -> Vec<String> {
        let mut words = self.prepared(words).into_iter().peekable();
        let mut left = Vec::new();
        while let Some(word) = words.next() {
            let option = match word.strip_prefix("--") {
                Some("") => break,
                Some(long) => long,
                None => match word.strip_prefix('-') {
                    Some(short) if !short.is_empty() => short,
                    _ => {
                        left.push(word);
                        continue;
                    }
                },
            };
            let Some((row, name, is_no)) = self.find(option) else {
                continue;
            };
            if is_no || !row.has('L') {
                self.options.retain(|(n, _)| *n != row.name());
            }
            if is_no {
                continue;
            }
            let looks = |word: &String| word.len() > 1 && word.starts_with('-');
            let is_number = |word: &String| word.parse::<i64>().is_ok();
            let value = match row.how.chars().next().unwrap_or('b') {
                'b' => Some("1".into()),
                '=' => words.next(),
                'i' => {
                    let silence = words.next_if(is_number).unwrap_or_default();
                    let known = matches!(silence.as_str(), "1" | "2" | "3");
                    Some(if known { silence } else { "1".into() })
                }
                _ => Some(words.next_if(|word| !looks(word)).unwrap_or_default()),
            };
            match value {
                Some(value) => self.options.push((row.name(), value)),
                None => {
                    let text = format!("Option {name} requires an argument\n");
                    self.mistakes.push_str(&text);
                }
            }
        }
        left.extend(words);
        left
    }

    /// `--name=value` in two words, and the forms of `--header`.
    fn prepared(&mut self, words: Vec<String>) -> Vec<String> {
        let mut done: Vec<String> = Vec::new();
        let mut words = words.into_iter();
        let mut kept = None;
        while let Some(mut word) = kept.take().or_else(|| words.next()) {
            let split = word.split_once('=').filter(|(name, _)| name.len() > 1);
            if let Some((name, value)) = split.filter(|(name, _)| name.starts_with('-')) {
                let name = name.to_string();
                kept = Some(value.to_string());
                word = name;
            }
            let bare = word
                .strip_prefix('-')
                .map(|w| w.strip_prefix('-').unwrap_or(w));
            if bare == Some("g") {
                self.warnings.push("The -g option is deprecated and will be removed. Please use '--data -' instead.");
                if !self.has("data") && !done.iter().any(|w| w == "--data") {
                    done.extend(["--data".into(), "-".into()]);
                }
                continue;
            }
            let header = |prefix: &str| {
                let rest = bare?.strip_prefix(prefix)?.trim_end_matches(':');
                (!rest.is_empty() && !rest.contains(':')).then(|| rest.to_string())
            };
            if let Some(name) = header("header-").or_else(|| header("h-")) {
                let value = kept.take().or_else(|| words.next()).unwrap_or_default();
                done.push("--header".into());
                kept = Some(format!("{name}: {value}"));
            } else if header("no-header-").or_else(|| header("no-h-")).is_some() {
                done.push("--no-header".into());
            } else {
                done.push(word);
            }
        }
        done
    }

    /// The option of a name, which may be shortened: its row, its name, whether `no-` takes it back.
    fn find(&mut self, wanted: &str) -> Option<(Option_, String, bool)> {
        let mut hits: Vec<(String, Option_, bool)> = Vec::new();
        for row in rows() {
            for name in row.names.split(',') {
                for (name, is_no) in [(name.to_string(), false), (format!("no-{name}"), true)] {
                    if name == wanted {
                        return Some((row, name, is_no));
                    }
                    if name.starts_with(wanted) {
                        hits.push((name, row, is_no));
                    }
                }
            }
        }
        let (name, row, is_no) = match hits.first() {
            Some((name, row, is_no)) => (name.clone(), *row, *is_no),
            None => {
                self.mistakes
                    .push_str(&format!("Unknown option: {wanted}\n"));
                return None;
            }
        };
        if hits
            .iter()
            .any(|(_, r, n)| (r.names, *n) != (row.names, is_no))
        {
            let mut names: Vec<&str> = hits.iter().map(|(name, ..)| name.as_str()).collect();
            names.sort_unstable();
            let names = names.join(", ");
            let text = format!("Option {wanted} is ambiguous ({names})\n");
            self.mistakes.push_str(&text);
            return None;
        }
        Some((row, name, is_no))
    }
}
