//! What `openssl x509` shows of a certificate.

use crate::postfix::delivery::certificate::{self as pem, noise, Certificate};
use crate::workstation::programs::machine::Machine;

/// The bits of a key, which its text begins with.
pub(super) fn size_of(text: &str) -> usize {
    let bits = text.split(' ').next().and_then(|bits| bits.parse().ok());
    bits.unwrap_or(2_048).clamp(64, 16_384)
}

/// Bytes as numbers of two digits.
pub(super) fn hex(bytes: &[u8], between: &str) -> String {
    let pairs: Vec<String> = bytes.iter().map(|b| format!("{b:02X}")).collect();
    pairs.join(between)
}

/// What one option of x509 shows.
pub(super) fn describe(
    name: &str,
    value: &str,
    own: &Certificate,
    at: &Machine,
    status: &mut i32,
) -> String {
    let seed = format!("{} {} {}", own.subject, own.begins, own.key);
    let serial = noise(&seed, 20);
    let bits = own.key.split(' ').next().unwrap_or("2048");
    match name {
        "subject" => format!("subject={}\n", own.subject),
        "issuer" => format!("issuer={}\n", own.issuer),
        "dates" => format!("notBefore={}\nnotAfter={}\n", own.begins, own.ends),
        "startdate" => format!("notBefore={}\n", own.begins),
        "enddate" => format!("notAfter={}\n", own.ends),
        "serial" => format!("serial={}\n", hex(&serial, "")),
        "fingerprint" => {
            let kind = if value.is_empty() { "SHA1" } else { value };
            let count = if value.is_empty() { 20 } else { 32 };
            let print = noise(&format!("{seed} print"), count);
            format!("{kind} Fingerprint={}\n", hex(&print, ":"))
        }
        "hash" | "subject_hash" => {
            let code = hex(&noise(&own.subject, 4), "").to_ascii_lowercase();
            format!("{code}\n")
        }
        "modulus" => modulus(&own.key),
        "pubkey" => pem::key(&own.key, size_of(&own.key), true),
        "ext" if own.names.is_empty() => "No extensions in certificate\n".into(),
        "ext" => format!("X509v3 Subject Alternative Name: \n    {}\n", own.names),
        "checkend" => {
            let until = at.world.now().seconds() + value.parse::<u64>().unwrap_or(0);
            let expires = until > own.last;
            *status = i32::from(expires);
            format!(
                "Certificate will {}expire\n",
                if expires { "" } else { "not " }
            )
        }
        "text" => {
            let names = match own.names.as_str() {
                "" => String::new(),
                names => format!(
                    "            X509v3 Subject Alternative Name: \n                {names}\n"
                ),
            };
            let size = size_of(&own.key);
            let number = [vec![0], pem::modulus(&own.key, size)].concat();
            let (of_key, of_issuer) = (&own.key, &own.issuer);
            let signer = if own.issuer == own.subject {
                of_key
            } else {
                of_issuer
            };
            let [id, signer] = [of_key, signer].map(|text| hex(&noise(text, 20), ":"));
            format!(
                "Certificate:\n    Data:\n        Version: 3 (0x2)\n        Serial Number:\n            {}\n        Signature Algorithm: sha256WithRSAEncryption\n        Issuer: {}\n        Validity\n            Not Before: {}\n            Not After : {}\n        Subject: {}\n        Subject Public Key Info:\n            Public Key Algorithm: rsaEncryption\n                Public-Key: ({bits} bit)\n                Modulus:\n{}                Exponent: 65537 (0x10001)\n        X509v3 extensions:\n            X509v3 Subject Key Identifier: \n                {id}\n            X509v3 Authority Key Identifier: \n                {signer}\n            X509v3 Basic Constraints: critical\n                CA:TRUE\n{names}    Signature Algorithm: sha256WithRSAEncryption\n    Signature Value:\n{}",
                hex(&serial, ":").to_ascii_lowercase(),
                own.issuer,
                own.begins,
                own.ends,
                own.subject,
                block(&number, 15, 20),
                block(&noise(&format!("{seed} signature"), size.div_ceil(8)), 18, 8)
            )
        }
        _ => String::new(),
    }
}

/// Bytes as text, so many in a line.
fn block(bytes: &[u8], width: usize, indent: usize) -> String {
    let lines = bytes.chunks(width);
    let lines: Vec<String> = lines
        .map(|line| format!("{:indent$}{}", "", hex(line, ":").to_ascii_lowercase()))
        .collect();
    lines.join(":\n") + "\n"
}

/// A line with the modulus of a key.
pub(super) fn modulus(key: &str) -> String {
    format!("Modulus={}\n", hex(&pem::modulus(key, size_of(key)), ""))
}
