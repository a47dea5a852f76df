//! Keys, requests and certificates, as far as Postfix needs some.

use crate::postfix::delivery::certificate::{self as pem, Certificate};
use crate::smtp::sasl::from_base64;
use crate::workstation::programs::files::files_mut;
use crate::workstation::programs::machine::Machine;
use crate::workstation::programs::openssl::command::{put, read, unknown, Given, Want};
use crate::workstation::programs::openssl::phrase;
use crate::workstation::programs::openssl::shown::{describe, modulus, size_of};
use crate::workstation::programs::output::Output;

/// Options with values, of all of these commands.
const VALUED: &str = " in out key keyout CA CAkey CAserial signkey days subj newkey addext config \
extensions passin passout set_serial set_issuer ext checkend CAfile extfile inform outform pkeyopt \
untrusted nameopt section ";

/// Options without.
const BARE: &str = " new x509 nodes noenc sha256 sha384 sha512 sha1 md5 batch text noout subject \
issuer dates startdate enddate serial fingerprint hash subject_hash modulus pubkey req CAcreateserial \
verify check pubout pubin utf8 email ocsp_uri purpose verbose alias ";

/// Key files are for their owner alone.
fn protect(path: &str, at: &mut Machine) {
    let path = at.path(path);
    if let Some(node) = files_mut(at.world, at.host).and_then(|f| f.node_mut(&path)) {
        node.mode = 0o600;
    }
}

/// Options with their values, in order, and what is none.
type Words<'a> = (Vec<(&'a str, &'a str)>, Vec<&'a str>);

fn options<'a>(command: &str, words: &[&'a str]) -> Result<Words<'a>, Output> {
    let (mut given, mut rest) = (Vec::new(), Vec::new());
    let mut words = words.iter().copied();
    while let Some(word) = words.next() {
        let Some(name) = word.strip_prefix('-').filter(|n| !n.is_empty()) else {
            rest.push(word);
            continue;
        };
        let name = name.strip_prefix('-').unwrap_or(name);
        let is = |list: &str| !name.contains(' ') && list.contains(&format!(" {name} "));
        if is(VALUED) {
            match words.next() {
                Some(value) => given.push((name, value)),
                None => {
                    let text = format!("{command}: Option -{name} needs a value\n{command}: Use -help for summary.");
                    return Err(Output::bad(text, 1));
                }
            }
        } else if is(BARE) {
            given.push((name, ""));
        } else if command == "req" {
            let text = format!(
                "req: Unknown option or message digest: {name}\nreq: Use -help for summary."
            );
            return Err(Output::bad(text, 1));
        } else {
            return Err(unknown(command, word));
        }
    }
    Ok((given, rest))
}

fn value<'a>(given: &[(&'a str, &'a str)], name: &str) -> Option<&'a str> {
    given
        .iter()
        .rev()
        .find(|(n, _)| *n == name)
        .map(|(_, v)| *v)
}

fn no_file(what: &str, path: &str) -> Output {
    let text = format!("Could not open file or uri for loading {what} from {path}\n803BCD25247F0000:error:16000069:STORE routines:ossl_store_get0_loader_int:unregistered scheme:../crypto/store/store_register.c:237:scheme=file\n803BCD25247F0000:error:80000002:system library:file_open:No such file or directory:../providers/implementations/storemgmt/file_store.c:266:calling stat({path})");
    Output::bad(text, 1)
}

/// What is said of a key that is none, or that a wrong phrase does not open.
fn unreadable(path: &str, at: &Machine) -> Output {
    match at.read(path) {
        None => no_file("private key", path),
        Some(_) => Output::bad(format!("Could not read private key from {path}"), 1),
    }
}

/// Two phrases that are not the same.
const DIFFERENT: &str = "Verify failure\n";

/// A new key, and what it is made of.
fn new_key(bits: &str, seed: &str, at: &Machine) -> (String, String) {
    let own = format!("{bits} {} {seed}", at.world.now().micros());
    let bits = size_of(&own);
    (pem::key(&own, bits, false), own)
}

/// openssl genrsa, and dhparam, which makes as little.
pub(super) fn genrsa(
    command: &str,
    words: &[&str],
    answers: &Given,
    at: &mut Machine,
) -> Result<Output, Want> {
    let (mut to, mut passed, mut is_sealed) = (None, None, false);
    let mut bits = "2048";
    let mut words = words.iter().copied();
    while let Some(word) = words.next() {
        match word {
            "-out" => to = words.next(),
            "-pkeyopt" => {
                let size = words
                    .next()
                    .and_then(|w| w.strip_prefix("rsa_keygen_bits:"));
                bits = size.unwrap_or(bits);
            }
            "-passout" => passed = words.next(),
            "-rand" | "-algorithm" | "-outform" => {
                words.next();
            }
            "-aes128" | "-aes192" | "-aes256" | "-des" | "-des3" => is_sealed = true,
            "-2" | "-5" | "-verbose" | "-traditional" => {}
            word if word.starts_with('-') => return Ok(unknown(command, word)),
            word => bits = word,
        }
    }
    if command == "genrsa" {
        match bits.parse::<u32>() {
            Ok(512..) => {}
            Ok(_) => return Ok(Output::bad("Error setting RSA length", 1)),
            Err(_) => {
                let text = format!("genrsa: Can't parse \"{bits}\" as a number");
                return Ok(Output::bad(text, 1));
            }
        }
    }
    let mut output = Output::default();
    let (mut key, own) = new_key(bits, to.unwrap_or(""), at);
    if is_sealed {
        key = phrase::seal(&own, passed, "", answers)?.unwrap_or_default();
        if key.is_empty() {
            output.fail(1, DIFFERENT);
        }
    }
    if command == "dhparam" {
        output.complain(format!("Generating DH parameters, {bits} bit long safe prime\n..........+...........+.....++*++*\n"));
        key = pem::write("DH PARAMETERS", &[bits], 268);
    }
    put(to, &key, &mut output, at);
    if let Some(path) = to.filter(|_| command != "dhparam") {
        protect(path, at);
    }
    Ok(output)
}

/// What a request asks for, each with what stands there by itself.
const QUESTIONS: [(&str, &str, &str); 7] = [
    ("C", "Country Name (2 letter code)", "AU"),
    ("ST", "State or Province Name (full name)", "Some-State"),
    ("L", "Locality Name (eg, city)", ""),
    (
        "O",
        "Organization Name (eg, company)",
        "Internet Widgits Pty Ltd",
    ),
    ("OU", "Organizational Unit Name (eg, section)", ""),
    ("CN", "Common Name (e.g. server FQDN or YOUR name)", ""),
    ("emailAddress", "Email Address", ""),
];

const INTRODUCTION: &str =
    "You are about to be asked to enter information that will be incorporated
into your certificate request.
What you are about to enter is what is called a Distinguished Name or a DN.
There are quite a few fields but you can leave some blank
For some fields there will be a default value,
If you enter '.', the field will be left blank.
-----
";

/// What is asked of a request as well.
const EXTRA: [&str; 2] = [
    "\nPlease enter the following 'extra' attributes\nto be sent with your certificate request\nA challenge password []:",
    "An optional company name []:",
];

/// The name of a request: given, or asked for.
fn subject(given: &[(&str, &str)], answers: &Given, start: &str) -> Result<String, Want> {
    let mut parts = Vec::new();
    if let Some(subject) = value(given, "subj") {
        for part in subject.split('/').filter(|p| !p.is_empty()) {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            parts.push(format!("{name} = {value}"));
        }
        return Ok(parts.join(", "));
    }
    for (place, (name, question, default)) in QUESTIONS.into_iter().enumerate() {
        let Some(answer) = answers.answers.get(place) else {
            let start = if place == 0 { start } else { "" };
            return Err(Want::Line(format!("{start}{question} [{default}]:")));
        };
        match answer.as_str() {
            "." => {}
            "" if default.is_empty() => {}
            "" => parts.push(format!("{name} = {default}")),
            answer => parts.push(format!("{name} = {answer}")),
        }
    }
    Ok(parts.join(", "))
}

/// openssl req.
pub(super) fn req(words: &[&str], answers: &Given, at: &mut Machine) -> Result<Output, Want> {
    let (given, _) = match options("req", words) {
        Ok(given) => given,
        Err(output) => return Ok(output),
    };
    let has = |name: &str| value(&given, name).is_some();
    let mut output = Output::default();
    if let Some(path) = value(&given, "in") {
        let text = match read(path, at) {
            Ok(text) => text,
            Err(output) => return Ok(output),
        };
        let Some(lines) = pem::read("CERTIFICATE REQUEST", &text) else {
            return Ok(Output::bad("Unable to load X509 request", 1));
        };
        if has("subject") || has("text") {
            output.text = format!("subject={}\n", lines[0]);
        }
        if !has("noout") {
            output.text.push_str(&text);
        }
        return Ok(output);
    }
    let bad = |subject: &str| !subject.starts_with('/') || !subject.contains('=');
    let mut start = String::new();
    let newkey = value(&given, "newkey");
    let makes_key = newkey.is_some() || !has("key");
    let to = value(&given, "keyout").unwrap_or("privkey.pem");
    let mut made = None;
    if makes_key {
        start.push_str(".......+.....+...+......+.....+.+......+...+..+...+.......+...+++++\n...+....+..+......+.+...+.....+.+++++\n");
        let bits = newkey.and_then(|n| n.split_once(':'));
        let (mut text, own) = new_key(bits.map_or("2048", |(_, b)| b), to, at);
        if !has("nodes") && !has("noenc") {
            match phrase::seal(&own, value(&given, "passout"), &start, answers)? {
                Some(sealed) => text = sealed,
                None => return Ok(Output::bad(DIFFERENT.trim_end(), 1)),
            }
            start.clear();
        }
        start.push_str("-----\n");
        made = Some((text, own));
    }
    if let Some(subject) = value(&given, "subj").filter(|s| bad(s)) {
        let text = format!("{start}req: subject name is expected to be in the format /type0=value0/type1=value1/type2=... where characters may be escaped by \\. This name is not in that format: '{subject}'");
        return Ok(Output::bad(text, 1));
    }
    let key = match value(&given, "key").filter(|_| newkey.is_none()) {
        Some(path) => {
            let text = at.read(path).unwrap_or_default();
            match phrase::open(&text, path, value(&given, "passin"), answers)? {
                Some(own) => own,
                None => return Ok(unreadable(path, at)),
            }
        }
        None => String::new(),
    };
    let introduction = format!("{start}{INTRODUCTION}");
    let subject = subject(&given, answers, &introduction)?;
    if has("subj") {
        output.complain(start);
    } else if !has("x509") {
        for (place, question) in EXTRA.into_iter().enumerate() {
            if answers.answers.len() <= QUESTIONS.len() + place {
                return Err(Want::Line(question.into()));
            }
        }
    }
    let key = match made {
        Some((text, own)) => {
            put(Some(to), &text, &mut output, at);
            protect(to, at);
            own
        }
        None => key,
    };
    let names = value(&given, "addext").unwrap_or("");
    let names = names.strip_prefix("subjectAltName=").unwrap_or("");
    if !has("x509") {
        let lines = [subject.as_str(), &key, names];
        let text = pem::write("CERTIFICATE REQUEST", &lines, 620);
        put(value(&given, "out"), &text, &mut output, at);
        return Ok(output);
    }
    let text = Certificate::new(
        [&subject, &subject, names, &key],
        days(&given),
        at.world.now(),
    );
    let text = text.write();
    put(value(&given, "out"), &text, &mut output, at);
    Ok(output)
}

/// -days.
fn days(given: &[(&str, &str)]) -> u32 {
    let days = value(given, "days").and_then(|days| days.parse().ok());
    days.unwrap_or(30).min(36_500)
}

/// openssl x509.
pub(super) fn x509(words: &[&str], answers: &Given, at: &mut Machine) -> Result<Output, Want> {
    let (given, _) = match options("x509", words) {
        Ok(given) => given,
        Err(output) => return Ok(output),
    };
    let has = |name: &str| value(&given, name).is_some();
    let text = match value(&given, "in") {
        Some(path) => match at.read(path) {
            Some(text) => text,
            None => {
                let mut output = no_file("certificate", path);
                output.complain("Unable to load certificate\n");
                return Ok(output);
            }
        },
        None => answers.input.clone().ok_or(Want::Input)?,
    };
    let mut output = Output::default();
    let found = match has("req") {
        true => pem::read("CERTIFICATE REQUEST", &text).and_then(|lines| {
            let issuer = value(&given, "CA").and_then(|path| {
                let own = at.read(path)?;
                Certificate::read(&own).map(|c| c.subject)
            });
            let subject = lines.first()?;
            let issuer = issuer.unwrap_or_else(|| subject.clone());
            let names = lines.get(2).map_or("", String::as_str);
            let key = lines.get(1).map_or("", String::as_str);
            let facts = [subject, &issuer, names, key];
            Some(Certificate::new(facts, days(&given), at.world.now()))
        }),
        false => Certificate::read(&text),
    };
    let Some(found) = found else {
        let from = value(&given, "in").unwrap_or("<stdin>");
        let text = format!("Could not read certificate from {from}\nUnable to load certificate");
        return Ok(Output::bad(text, 1));
    };
    if has("req") {
        let signs = value(&given, "signkey").or(value(&given, "CAkey"));
        if let Some(path) = signs {
            let text = at.read(path).unwrap_or_default();
            if phrase::open(&text, path, value(&given, "passin"), answers)?.is_none() {
                return Ok(unreadable(path, at));
            }
        }
        let text = format!(
            "Certificate request self-signature ok\nsubject={}\n",
            found.subject
        );
        output.complain(text);
    }
    for (name, value) in &given {
        let is_other = *name == "fingerprint" && has("sha256");
        let value = if is_other { "sha256" } else { value };
        let line = describe(name, value, &found, at, &mut output.status);
        output.text.push_str(&line);
    }
    if !has("noout") {
        put(value(&given, "out"), &found.write(), &mut output, at);
    }
    Ok(output)
}

/// openssl rsa and pkey.
pub(super) fn rsa(
    command: &str,
    words: &[&str],
    answers: &Given,
    at: &mut Machine,
) -> Result<Output, Want> {
    let (given, _) = match options(command, words) {
        Ok(given) => given,
        Err(output) => return Ok(output),
    };
    let has = |name: &str| value(&given, name).is_some();
    let path = value(&given, "in");
    let text = match path {
        Some(path) => at.read(path).unwrap_or_default(),
        None => answers.input.clone().ok_or(Want::Input)?,
    };
    let mut output = Output::default();
    let is_public = has("pubin") && text.contains("BEGIN PUBLIC KEY");
    let from = path.unwrap_or("<stdin>");
    let own = match is_public {
        true => Some(String::new()),
        false => phrase::open(&text, from, value(&given, "passin"), answers)?,
    };
    let Some(own) = own else {
        return Ok(unreadable(from, at));
    };
    if has("check") {
        output.text.push_str("RSA key ok\n");
    }
    if has("modulus") {
        output.text.push_str(&modulus(&own));
    }
    if has("noout") {
        return Ok(output);
    }
    output.complain(if command == "rsa" {
        "writing RSA key\n"
    } else {
        ""
    });
    let text = match is_public {
        true => text,
        false => pem::key(&own, size_of(&own), has("pubout")),
    };
    let text = match value(&given, "outform") {
        Some("der" | "DER") => {
            let lines = text.lines().filter(|line| !line.starts_with('-'));
            from_base64(&lines.collect::<String>()).unwrap_or_default()
        }
        _ => text,
    };
    put(value(&given, "out"), &text, &mut output, at);
    Ok(output)
}

/// openssl verify.
pub(super) fn verify(words: &[&str], at: &mut Machine) -> Output {
    let (given, files) = match options("verify", words) {
        Ok(given) => given,
        Err(output) => return output,
    };
    let mut output = Output::default();
    let authority = value(&given, "CAfile").and_then(|path| at.read(path));
    let authority = authority.and_then(|text| Certificate::read(&text));
    for file in files {
        let found = at.read(file).and_then(|text| Certificate::read(&text));
        let Some(found) = found else {
            return no_file("certificate file", file);
        };
        if authority
            .as_ref()
            .is_some_and(|own| own.subject == found.issuer)
        {
            output.text.push_str(&format!("{file}: OK\n"));
            continue;
        }
        let (number, why) = match found.issuer == found.subject {
            true => (18, "self-signed certificate"),
            false => (20, "unable to get local issuer certificate"),
        };
        output.fail(
            2,
            format!(
                "{}\nerror {number} at 0 depth lookup: {why}\nerror {file}: verification failed\n",
                found.subject
            ),
        );
    }
    output
}
