//! HMAC-MD5 (RFC 2104), which CRAM-MD5 asks for.

use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;

/// The keyed digest in lower-case hexadecimal.
///
/// ```
/// use smtp_terminal::postfix::hmac::hmac_md5;
/// let digest = hmac_md5(b"tanstaaftanstaaf", b"<1896.697170952@postoffice.reston.mci.net>");
/// assert_eq!(digest, "b913a602c7eda7a495b4e6e7334d3890");
/// ```
pub fn hmac_md5(key: &[u8], text: &[u8]) -> String {
    let Ok(mut mac) = Hmac::<Md5>::new_from_slice(key) else {
        return String::new();
    };
    mac.update(text);
    let digest = mac.finalize().into_bytes();
    digest.iter().map(|b| format!("{b:02x}")).collect()
}
