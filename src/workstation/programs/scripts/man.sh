sec= 
while case $1 in -k|-f|-a|-P) true;; -*) true;; *) false;; esac; do case $1 in -k) k=1;; esac; shift; done
case $1 in [1-8]) sec=$1; shift;; esac
n=$1
[ -n "$n" ] || { echo 'What manual page do you want?' >&2; echo "For example, try 'man man'." >&2; exit 1; }
page() { awk -v n="== $1" '$0==n{p=1;next} /^== /{p=0} p' <<'X'
== access
access(5): a table that smtpd asks (check_client_access, check_helo_access, check_sender_access,
check_recipient_access). The left side is an address, a domain, a network prefix or user@; the right
side is OK, REJECT text, 4NN or 5NN text, DEFER, DISCARD, HOLD, FILTER, REDIRECT, WARN, DUNNO or the
name of a restriction. After a change: postmap hash:FILE. Test it: postmap -q KEY hash:FILE.
== aliases
aliases(5): "name: value, value" in /etc/aliases, which local(8) asks. A value is an address, a name,
"|command", /a/file or :include:/a/file. After a change: newaliases. See also virtual(5).
== canonical
canonical(5): addresses in envelopes and headers are rewritten when mail comes in
(canonical_maps, sender_canonical_maps, recipient_canonical_maps): "old@address new@address" or
"@old.domain @new.domain". After a change: postmap.
== generic
generic(5): addresses are rewritten when mail leaves by smtp(8) (smtp_generic_maps).
== header_checks
header_checks(5): "/pattern/flags ACTION" in a regexp: or pcre: table, asked for each header line of
mail that comes in; body_checks for lines of the body. Actions: REJECT, DISCARD, HOLD, IGNORE, WARN,
PREPEND, REPLACE, REDIRECT, FILTER, BCC. No postmap is needed.
== master
master(5): one service a line in master.cf: name, type (inet, unix, fifo, pass), private, unpriv,
chroot, wakeup, maxproc, command. A line that begins with space goes on with the one before: -o
name=value overrides main.cf. After a change: postfix reload.
== relocated
relocated(5): "old@address new address": mail to it is refused with where the person has gone.
== transport
transport(5): "domain transport:nexthop" says how mail for a domain or an address leaves:
smtp:[host]:port, relay:, local:, virtual:, discard:, error:text. In main.cf: transport_maps. After a
change: postmap.
== virtual
virtual(5): virtual_alias_maps, asked for every recipient: "user@domain where, where", "@domain
catch-all". Domains of its own stand in virtual_alias_domains. After a change: postmap. Mailboxes of
people without accounts: virtual_mailbox_domains, virtual_mailbox_maps, virtual_mailbox_base.
== pcre_table
pcre_table(5): "/pattern/flags result", with $1 for what a group has matched; if/endif blocks.
== regexp_table
regexp_table(5): as pcre_table(5), with the regular expressions of POSIX.
== cidr_table
cidr_table(5): "network/mask result", the first that fits.
== postfix
postfix(1): start, stop, reload, status, check, flush. Its configuration is /etc/postfix/main.cf
(postconf(5)) and master.cf (master(5)); it logs to /var/log/mail.log.
== smtpd
smtpd(8): the SMTP server. See smtpd_client_restrictions and its kind in postconf(5).
== smtp
smtp(8): the SMTP client. See relayhost, smtp_tls_security_level, smtp_sasl_auth_enable in postconf(5).
== qmgr
qmgr(8): the queue manager: maildrop, incoming, active, deferred, hold, corrupt. See mailq, postqueue,
postsuper, postcat.
== local
local(8): aliases(5), then ~/.forward, then the mailbox: /var/mail/NAME, or home_mailbox in the home.
== postconf
postconf(5): "name = value" in main.cf; a line that begins with space goes on with the one before.
postconf -d NAME shows a default, postconf -n what is set here, postconf -e 'NAME = VALUE' sets.
myhostname, mydomain, myorigin: who this host is. mydestination: domains that are delivered here.
mynetworks: clients that may relay. relayhost: where all other mail goes. inet_interfaces,
inet_protocols: where it listens. home_mailbox = Maildir/: mailboxes as Maildirs. alias_maps,
virtual_alias_maps, transport_maps, canonical_maps: tables, type:file. smtpd_recipient_restrictions,
smtpd_relay_restrictions: who may send to whom. smtpd_tls_cert_file, smtpd_tls_key_file,
smtpd_tls_security_level: TLS for clients. smtp_tls_security_level: TLS to other servers.
smtpd_sasl_auth_enable: AUTH for clients; smtp_sasl_auth_enable, smtp_sasl_password_maps: AUTH to
others. message_size_limit, mailbox_size_limit: bytes. maximal_queue_lifetime: when mail goes back.
X
}
title=$n; case $n in main.cf) n=postconf;; master.cf) n=master;; aliases.db) n=aliases;; body_checks) n=header_checks;; esac
t=; [ "$sec" = 1 ] || [ "$sec" = 8 ] && [ $n != postfix ] || t=$(page $n)
case $sec:$n in :postconf|1:postconf) t="$(postconf --help 2>/dev/null)
$t";; esac
if [ -z "$t" ] && type -P -- "$n" >/dev/null; then t=$("$n" --help 2>/dev/null </dev/null); [ -n "$t" ] || t="$n: $("$n" --help 2>&1 </dev/null | head -n 3)"; fi
if [ -z "$t" ] && [ -e /etc/postfix ]; then p=$(postconf -d "$n" 2>/dev/null); [ -n "$p" ] && t="$n (postconf(5)): a parameter of main.cf.
default: $p
here: $(postconf "$n")"; fi
[ -n "$t" ] || { echo "No manual entry for $title${sec:+ in section $sec}" >&2; exit 16; }
printf '%s\n' "$t"
