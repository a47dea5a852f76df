//! Where programs are looked for, and what there is in place of those that are not here.

use crate::network::World;

/// Where programs are looked for where nothing else is said.
pub const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// Programs that tutorials name and that are not here, and what does the same.
const OTHERS: &[(&str, &str)] = &[
    ("at batch", "sleep lets time pass; crontab keeps a table"),
    (
        "letsencrypt acme.sh",
        "certbot certonly gets a certificate",
    ),
    (
        "docker docker-compose podman kubectl git make gcc cc go node npm ruby gem java pip pip3 snap pacman zypper apk",
        "this machine is for mail alone",
    ),
    (
        "exim exim4 exiqgrep qmail-send qmailctl",
        "the mail server here is Postfix: postfix, mailq, postqueue",
    ),
    ("firewall-cmd pfctl iptables-save iptables-restore fail2ban-regex", "ufw is the firewall here"),
    ("php", "swaks and mail send messages"),
    ("ftp scp sftp rsync ssh-keygen ssh-copy-id", "ssh logs in on another host"),
    (
        "heirloom-mailx nail alpine pine elm neomutt mail.mailutils msgchk from frm biff messages",
        "mail reads and writes messages",
    ),
    (
        "mysql mariadb mysqladmin mysqldump mysql_secure_installation psql sqlite3 postfixadmin ldapsearch",
        "tables are files here: postmap hash:FILE",
    ),
    (
        "smtp-source mailsend mpack nullmailer uuencode",
        "swaks and sendmail send messages",
    ),
    ("masscan zmap", "nmap -p 25 HOST tries a port"),
    (
        "logwatch goaccess mailgraph lnav pfqueue ccze multitail logtail",
        "pflogsumm, grep and awk read /var/log/mail.log",
    ),
    (
        "semanage setenforce getenforce restorecon ausearch setfacl getfacl aa-status sestatus setsebool semodule apparmor_status chkrootkit rkhunter",
        "nothing of the kind is in force here",
    ),
    ("spfquery whois drill kdig named-checkzone named-checkconf nsupdate rndc opendmarc-check", "dig asks the domain name system"),
    (
        "tcpdump tshark wireshark ngrep strace",
        "swaks and telnet show a dialogue; the log is /var/log/mail.log",
    ),
    (
        "zip unzip bzip2 xz",
        "tar and gzip pack files",
    ),
    ("bc dc factor parallel", "$((…)) and awk compute"),
    (
        "smtp-sink nc.traditional socat expect smtp-user-enum hydra msfconsole",
        "nc and telnet speak with a server",
    ),
    (
        "posttls-finger testssl.sh sslscan sslyze gnutls-cli",
        "openssl s_client -starttls smtp shows what is agreed on",
    ),
    (
        "vmstat iostat iotop htop atop sar pstree mount lsblk fdisk blkid lscpu lsmod arp",
        "top, free and df say how the machine is",
    ),
    (
        "resolvectl systemd-resolve delv",
        "/etc/resolv.conf names the server, dig asks it",
    ),
    ("iconv", "base64 and od show bytes"),
    (
        "rspamadm rspamc spamassassin spamc amavisd-new redis-cli amavisd freshclam spamd clamscan sa-update sa-learn razor-admin pyzor sievec sieve-test",
        "header_checks and smtpd's restrictions keep mail out here",
    ),
    ("jq", "grep, sed and awk take lines apart"),
    ("mtr tcptraceroute", "traceroute shows the way to a host"),
    (
        "reboot shutdown poweroff halt init",
        "the machine stays on; systemctl restart postfix is what mail needs",
    ),
    ("rpm update-alternatives alternatives", "dpkg -l shows what is installed"),
    ("cal ncal", "date tells the day"),
    (
        "insserv systemd-analyze chkconfig rc-update rc-service rcpostfix",
        "systemctl and service look after services",
    ),
    (
        "mail mailx s-nail sendmail mailq newaliases postfix postconf postqueue postsuper postcat postmap postalias postlog qshape",
        "this machine has no mail server; ssh HOST goes to one that has, and swaks sends from here",
    ),
    ("compgen", "declare -F, alias and set list names"),
    ("apropos whatis info", "man NAME shows a page"),
    ("joe mcedit ed select-editor sponge", "nano and vi edit files"),
    (
        "imapsync offlineimap procmail vacation maildrop formail fetchmail getmail mbsync",
        "~/.forward and /etc/aliases send mail on; none is fetched",
    ),
    ("csplit fmt pr sum", "awk, split, fold and cksum do"),
    ("mkpasswd htpasswd", "openssl passwd -6 hashes a password"),
    ("pwgen apg uuidgen", "openssl rand -base64 12 makes one up"),
    ("gawk", "awk, which is mawk, takes lines apart"),
    ("pluginviewer saslfinger", "postconf -a and -A name kinds of SASL"),
    ("logrotate rsyslogd", "truncate -s 0 empties a log"),
    ("newgrp chroot", "sudo -u USER runs something as a user"),
    ("chage finger lastb lastlog", "id and passwd -S say what is known of a user"),
    (
        "zsh fish ksh tcsh csh tmux screen",
        "bash is the shell here",
    ),
];

/// A line of our own under bash's, where something else does the same; HOST is the first that has mail.
pub fn hint(name: &str, world: &World) -> String {
    let found = OTHERS
        .iter()
        .find(|(names, _)| names.split(' ').any(|n| n == name));
    let Some((_, what)) = found else {
        return String::new();
    };
    let mut hosts = world.hosts.iter().filter(|host| host.server.is_some());
    let name = hosts.next().map_or("HOST", |host| &host.name);
    format!("\n(Not here: {}.)", what.replace("HOST", name))
}
