//! What the full build knows of SASL besides: `cram_md5`, `digest_md5` and `bearer` (XOAUTH2, OAUTHBEARER) are
//! mechanisms, `dovecot` its words.

mod bearer;
mod cram_md5;
mod digest_md5;
pub mod dovecot;

use crate::smtp::sasl::mechanism::Begin;
use crate::smtp::sasl::plain;

/// The mechanisms: the name of each, and whether it sends the password as it is.
pub(super) const MECHANISMS: &[(&str, bool, Begin)] = &[
    ("PLAIN", true, plain::plain),
    ("LOGIN", true, plain::login),
    ("CRAM-MD5", false, cram_md5::cram_md5),
    ("DIGEST-MD5", false, digest_md5::digest_md5),
    ("XOAUTH2", true, bearer::bearer),
    ("OAUTHBEARER", true, bearer::bearer),
];
