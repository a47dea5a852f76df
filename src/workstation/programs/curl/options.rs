//! The words after `curl`, as curl reads them.

/// The options that take no value, each with its letter where it has one.
const PLAIN: &str = "verbose=v silent=s show-error=S ssl ssl-reqd ftp-ssl ftp-ssl-reqd insecure=k crlf fail=f ipv4=4 ipv6=6 location=L include=i head=I globoff=g sasl-ir mail-rcpt-allowfails tlsv1=1 tlsv1.0 tlsv1.1 tlsv1.2 tlsv1.3 sslv3=3 progress-bar=# parallel=Z trace-time netrc=n fail-early remote-name=O get=G http1.0=0 http1.1 disable=q version=V no-buffer=N no-progress-meter compressed tcp-nodelay proxytunnel=p use-ascii=B append=a list-only=l remote-time=R ssl-no-revoke disallow-username-in-url";

/// Those that take one.
const VALUED: &str = "mail-from mail-rcpt mail-auth upload-file=T user=u request=X url login-options sasl-authzid oauth2-bearer max-time=m connect-timeout header=H form=F form-string output=o cacert capath cert=E key data=d data-binary data-raw data-ascii data-urlencode retry retry-delay retry-max-time trace trace-ascii stderr write-out=w resolve connect-to interface proxy=x ciphers tls-max limit-rate service-name config=K dump-header=D local-port dns-servers user-agent=A referer=e cookie=b cookie-jar=c range=r speed-limit=Y speed-time=y quote=Q continue-at=C proxy-user=U time-cond=z telnet-option=t ftp-port=P pass max-filesize keepalive-time netrc-file";

/// What has been given.
#[derive(Clone, Debug, Default)]
pub(super) struct Given {
    /// Each option by its long name, with its value.
    pub(super) options: Vec<(&'static str, String)>,
    /// The addresses.
    pub(super) urls: Vec<String>,
}

impl Given {
    pub(super) fn has(&self, name: &str) -> bool {
        self.options.iter().any(|(own, _)| *own == name)
    }

    /// All values of an option.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let own = self.options.iter().filter(move |(own, _)| *own == name);
        own.map(|(_, value)| value.as_str())
    }

    /// The last value of an option.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        let own = self.options.iter().rev().find(|(own, _)| *own == name);
        own.map(|(_, value)| value.as_str())
    }
}

/// An option by its long name, or by the beginning of one.
///
/// # Errors
/// What is wrong with it.
fn named(word: &str) -> Result<(&'static str, bool), &'static str> {
    let rows = |list: &'static str, takes: bool| {
        let names = list
            .split(' ')
            .map(|row| row.split('=').next().unwrap_or(row));
        names.map(move |name| (name, takes))
    };
    let all = || rows(PLAIN, false).chain(rows(VALUED, true));
    if let Some(found) = all().find(|(name, _)| *name == word) {
        return Ok(found);
    }
    let mut begun = all().filter(|(name, _)| name.starts_with(word));
    match (begun.next(), begun.next()) {
        (Some(found), None) => Ok(found),
        (None, _) => Err("is unknown"),
        _ => Err("is ambiguous"),
    }
}

/// An option by its letter.
fn lettered(letter: char) -> Option<(&'static str, bool)> {
    for (list, takes) in [(PLAIN, false), (VALUED, true)] {
        for row in list.split(' ') {
            if let Some((name, own)) = row.split_once('=') {
                if own.starts_with(letter) {
                    return Some((name, takes));
                }
            }
        }
    }
    None
}

/// Reads the words.
///
/// # Errors
/// The word that is wrong, and what is wrong with it.
pub(super) fn parse(words: &[&str]) -> Result<Given, String> {
    let mut given = Given::default();
    let mut words = words.iter().copied();
    let mut is_over = false;
    while let Some(word) = words.next() {
        let fault = |why: &str| format!("option {word}: {why}");
        if is_over || word == "-" || !word.starts_with('-') {
            given.urls.push(word.into());
        } else if word == "--" {
            is_over = true;
        } else if let Some(name) = word.strip_prefix("--") {
            let (found, takes) = match named(name) {
                Err(_) if name.starts_with("no-") => (named(&name[3..]).map_err(fault)?.0, false),
                found => found.map_err(fault)?,
            };
            let value = match takes {
                true => words.next().ok_or_else(|| fault("requires parameter"))?,
                false => "",
            };
            match found {
                "url" => given.urls.push(value.into()),
                // What is said with `no-` in front is the last word on that.
                _ if name.starts_with("no-") && !found.starts_with("no-") => {
                    given.options.retain(|(own, _)| *own != found);
                }
                _ => given.options.push((found, value.into())),
            }
        } else {
            let mut letters = word[1..].chars();
            while let Some(letter) = letters.next() {
                let (found, takes) = lettered(letter).ok_or_else(|| fault("is unknown"))?;
                let rest = letters.as_str();
                let value = match (takes, rest) {
                    (false, _) => "",
                    (_, "") => words.next().ok_or_else(|| fault("requires parameter"))?,
                    (_, rest) => rest,
                };
                given.options.push((found, value.into()));
                if takes {
                    break;
                }
            }
        }
    }
    Ok(given)
}
