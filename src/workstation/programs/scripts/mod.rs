//! Programs that are texts for the shell: those that mostly print facts or put other programs
//! together. Text weighs a third of code.
//!
//! What they have to know of the machine they ask `/usr/lib/machine/fact`. Several small programs
//! share a text, which looks at the name that it was called by.

use crate::workstation::programs::table::{Program, HIDDEN};

/// Small programs that say something of the machine or of who is here.
const ABOUT: &str = include_str!("about.sh");
/// tar and gzip: what they pack lies as it is behind three bytes that say what it is.
const ARCHIVE: &str = include_str!("archive.sh");
/// apt, apt-get, aptitude, dnf, yum: everything that a mail tutorial installs is here, or is not.
///
/// Inside, from top to bottom: A terminal is told when each step is done.
const APT: &str = include_str!("apt.sh");
/// What tutorials install beside Postfix: Dovecot's programs, Cyrus SASL's, OpenDKIM's. What apt
/// puts into place for them is here too (`lay PACKAGE`).
///
/// Inside, from top to bottom: What names of settings are made of.
/// All settings, a line each: the blocks that it is in, its name, =, its value.
/// A name that is not known, in the blocks around it.
/// What the server is told of them: where mail is taken, and who is known.
/// Its auth ends where a mechanism is none, or is to compute with passwords that no passdb shows.
/// A name that it does not know it passes over.
const BESIDE: &str = include_str!("beside.sh");
/// certbot, whose authority is here, and make-ssl-cert, which asks none.
const CERT: &str = include_str!("cert.sh");
/// perl and python: what makes base64 for AUTH is known by its form, the rest is not here.
///
/// Inside, from top to bottom: Perl's '...' leaves backslashes as they are.
const CODE: &str = include_str!("code.sh");
/// What is installed, of what tutorials on mail name.
const DPKG: &str = include_str!("dpkg.sh");
/// ip, ifconfig, route
const IP: &str = include_str!("ip.sh");
/// Small programs without a home of their own.
const MISC: &str = include_str!("misc.sh");
/// msmtp, ssmtp, sendemail, mutt, s-nail: they hand a message to a server, and swaks speaks for them.
///
/// Inside, from top to bottom: Speaks to a server: host, port, sender, recipients, how with TLS, user, password.
/// A certificate that it cannot verify it does not believe.
const MUA: &str = include_str!("mua.sh");
/// netstat, ss, lsof -i: who listens
const NETSTAT: &str = include_str!("netstat.sh");
/// pgrep, pkill, pidof, killall
const PGREP: &str = include_str!("pgrep.sh");
/// nmap, ncat and traceroute, as far as they look for a mail server.
const SCAN: &str = include_str!("scan.sh");
/// adduser, useradd, usermod, userdel, deluser, passwd, chpasswd and what belongs to them.
const USERS: &str = include_str!("users.sh");

const fn script(name: &'static str, text: &'static str) -> Program {
    Program::script(name, text, "")
}

/// One that says more to `--help`.
const fn told(name: &'static str, text: &'static str, help: &'static str) -> Program {
    Program::script(name, text, help)
}

const fn hidden(name: &'static str, text: &'static str) -> Program {
    Program::script(name, text, "").in_folder(HIDDEN)
}

/// The programs of this folder.
pub const PROGRAMS: &[Program] = &[
    // What a person's table says is done when its minute comes, and what it prints is mailed.
    hidden("cron", include_str!("cron.sh")),
    hidden("lay", BESIDE),
    hidden("s-nail-smtp", MUA),
    // What runs: number|parent|user|since|state|terminal|command line.
    hidden("procs", include_str!("procs.sh")),
    // What listens: protocol|address|port|program|number|descriptor
    hidden("sockets", include_str!("sockets.sh")),
    hidden("tell", BESIDE),
    script("addgroup", USERS).in_sbin(),
    told("adduser", USERS, "[--disabled-password] [--gecos TEXT] NAME | adduser NAME GROUP|Makes an account, asking for what it needs.").in_sbin(),
    told("apt", APT, "update | install NAME... | list --installed | policy NAME|Installs nothing: what tutorials on mail install is here."),
    told("apt-get", APT, "update | install NAME...|Installs nothing: what tutorials on mail install is here."),
    script("add-apt-repository", MISC),
    script("apt-cache", APT),
    script("aptitude", APT),
    script("apt-mark", APT),
    script("arch", ABOUT),
    script("chattr", MISC),
    told("certbot", CERT, "certonly --standalone -d NAME | renew | certificates|Gets a certificate from an authority that is here."),
    script("chfn", USERS),
    script("chpasswd", USERS).in_sbin(),
    script("chsh", USERS),
    told("crontab", include_str!("crontab.sh"), "[-u USER] -l | -e | -r | FILE | -|Shows or sets what is done at which time; what it prints is mailed."),
    script("column", MISC),
    told("comm", MISC, "[-1] [-2] [-3] [--total] FILE FILE|Shows which lines two sorted files have in common."),
    script("debconf-set-selections", MISC),
    script("debconf-show", MISC),
    script("delgroup", USERS).in_sbin(),
    told("deluser", USERS, "[--remove-home] NAME | deluser NAME GROUP|Removes an account.").in_sbin(),
    script("df", ABOUT),
    script("dmesg", ABOUT),
    script("dnf", APT),
    script("dnsdomainname", ABOUT),
    told("dpkg", DPKG, "-l [NAME]... | -s NAME|Shows what is installed."),
    script("dpkg-query", DPKG),
    script("dpkg-statoverride", MISC),
    script("dpkg-reconfigure", include_str!("dpkg-reconfigure.sh")).in_sbin(),
    script("dos2unix", MISC),
    script("doveadm", BESIDE).with_mail(),
    script("doveconf", BESIDE).with_mail(),
    script("dovecot", BESIDE).in_sbin().with_mail(),
    script("echo", "echo \"$@\""),
    script("editor", MISC),
    told("expand", MISC, "[-t N] [FILE]...|Writes tabs as spaces."),
    script("expr", MISC),
    script("fallocate", MISC),
    script("fail2ban-client", MISC),
    told("file", include_str!("file.sh"), "[-b] FILE...|Says what files hold."),
    script("flock", MISC),
    script("fold", MISC),
    script("free", ABOUT),
    script("fuser", MISC),
    told("getent", ABOUT, "passwd | group | hosts | services [KEY]...|Looks something up."),
    script("gpasswd", USERS),
    script("groupadd", USERS).in_sbin(),
    script("groupdel", USERS).in_sbin(),
    script("groups", ABOUT),
    told("hostname", ABOUT, "[-f] [-s] [-d] [-I] | hostname NAME|Shows or sets the name of the machine."),
    told("gzip", ARCHIVE, "[-d] [-k] [-c] [-v] [FILE]...|Packs files; -d unpacks them."),
    told("gunzip", ARCHIVE, "[-k] [-c] [FILE]...|Unpacks files."),
    script("hostnamectl", ABOUT),
    told("id", ABOUT, "[-u] [-g] [-G] [-n] [USER]|Shows the numbers and groups of a user."),
    script("ifconfig", IP).in_sbin(),
    told("install", MISC, "[-d] [-m MODE] [-o OWNER] [-g GROUP] [-v] FROM... TO|Copies files and sets their permissions."),
    script("invoke-rc.d", MISC).in_sbin(),
    script("ionice", MISC),
    told("ip", IP, "addr | route | link|Shows addresses.").in_sbin(),
    script("ip6tables", ABOUT).in_sbin(),
    script("iptables", ABOUT).in_sbin(),
    told("journalctl", include_str!("journalctl.sh"), "[-u UNIT] [-f] [-n LINES] [-r] [--since MOMENT] [-g TEXT]|Shows the log, which for mail is /var/log/mail.log."),
    told("join", MISC, "[-t C] [-1 N] [-2 N] [-a 1|2] FILE FILE|Puts lines of two sorted files together that have a field in common."),
    script("kill", MISC),
    script("killall", PGREP),
    script("last", ABOUT),
    script("locale", ABOUT),
    script("logger", MISC),
    script("logname", ABOUT),
    script("lsb_release", ABOUT),
    told("lsof", NETSTAT, "-i [:PORT]|Shows who listens."),
    script("dd", MISC),
    script("maildirmake.dovecot", MISC),
    script("make-ssl-cert", CERT).in_sbin(),
    told("man", include_str!("man.sh"), "[SECTION] NAME|Shows a page, in short."),
    told("msmtp", MUA, "[-a ACCOUNT] [-t] [-v] [--serverinfo] ADDRESS...|Hands a message to the server that ~/.msmtprc names."),
    told("mutt", MUA, "-s SUBJECT [-a FILE... --] ADDRESS... < FILE|Sends a message; its screen is not here."),
    told("ncat", SCAN, "[-C] HOST PORT|Speaks with a server."),
    told("netstat", NETSTAT, "[-t] [-l] [-n] [-p]|Shows who listens."),
    script("nft", ABOUT).in_sbin(),
    script("nice", MISC),
    told("nmap", SCAN, "[-p PORTS] [-sV] [--script smtp-commands] HOST|Tries ports."),
    told("nl", MISC, "[-b a] [FILE]...|Numbers lines."),
    script("nohup", MISC),
    script("nproc", ABOUT),
    script("opendkim", BESIDE).in_sbin().with_mail(),
    script("opendkim-genkey", BESIDE).in_sbin().with_mail(),
    script("opendkim-testkey", BESIDE).in_sbin().with_mail(),
    told("passwd", USERS, "[-l | -u | -S] [USER]|Sets a password."),
    script("perl", CODE),
    // pflogsumm: what a log says, in numbers. One day's hours are told apart, and messages are not listed.
    told("pflogsumm", include_str!("pflogsumm.sh"), "[-d today] [-u N] [-h N] [--problems-first] FILE|Counts what a log says.").in_sbin(),
    script("pgrep", PGREP),
    script("pidof", PGREP),
    script("pkill", PGREP),
    script("printenv", ABOUT),
    script("printf", "printf \"$@\""),
    told("ps", include_str!("ps.sh"), "[aux | -ef | -o COLUMNS] [-p NUMBER] [-C NAME]|Shows what runs."),
    script("python", CODE),
    script("python3", CODE),
    script("route", IP).in_sbin(),
    script("runuser", MISC).in_sbin(),
    script("sasldblistusers2", BESIDE).in_sbin().with_mail(),
    script("saslauthd", BESIDE).in_sbin().with_mail(),
    script("saslpasswd2", BESIDE).in_sbin().with_mail(),
    script("sensible-editor", MISC),
    told("sendEmail", MUA, "-f FROM -t TO... -u SUBJECT -m TEXT -s SERVER[:PORT] [-xu USER -xp PASSWORD] [-v]|Sends a message."),
    told("sendemail", MUA, "-f FROM -t TO... -u SUBJECT -m TEXT -s SERVER[:PORT] [-xu USER -xp PASSWORD] [-v]|Sends a message."),
    told("service", include_str!("service.sh"), "NAME start | stop | restart | reload | status|Looks after a service.").in_sbin(),
    told("seq", MISC, "[-s TEXT] [-w] [FIRST [STEP]] LAST|Counts."),
    script("setsid", MISC),
    told("ssmtp", MUA, "[-v] [-t] ADDRESS...|Hands a message to the mailhub in /etc/ssmtp/ssmtp.conf.").in_sbin(),
    told("ss", NETSTAT, "[-t] [-l] [-n] [-p]|Shows who listens."),
    told("split", MISC, "[-l N | -b N] [-d] [FILE [PREFIX]]|Cuts a file into several."),
    script("stdbuf", MISC),
    told("strings", MISC, "[-n N] [FILE]...|Shows what can be read in a file."),
    script("stty", MISC),
    script("sync", MISC),
    script("sudoedit", "exec sudo -e \"$@\""),
    script("sysctl", ABOUT).in_sbin(),
    told("systemctl", include_str!("systemctl.sh"), "start | stop | restart | reload | status | enable | disable | is-active | is-enabled NAME | list-units|Looks after services."),
    told("tar", ARCHIVE, "-c | -t | -x [-z] [-v] [-C FOLDER] -f FILE [NAME]...|Packs files into one, lists or unpacks them."),
    script("testsaslauthd", BESIDE).in_sbin().with_mail(),
    script("timedatectl", ABOUT),
    script("top", include_str!("top.sh")),
    told("tracepath", SCAN, "HOST|Shows the way to a host."),
    told("traceroute", SCAN, "HOST|Shows the way to a host."),
    script("tree", MISC),
    script("tty", ABOUT),
    // Its rules are kept as verb|way|interface|to|port|protocol|from|comment, those of IPv6 in a file of their own.
    told("ufw", include_str!("ufw.sh"), "enable | disable | status | allow PORT | delete allow PORT|A firewall's rules; they hold nobody up here.").in_sbin(),
    script("uname", ABOUT),
    told("unexpand", MISC, "[-a] [-t N] [FILE]...|Writes spaces as tabs."),
    script("unix2dos", MISC),
    script("update-ca-certificates", MISC).in_sbin(),
    script("update-locale", MISC).in_sbin(),
    script("update-rc.d", MISC).in_sbin(),
    script("uptime", ABOUT),
    told("useradd", USERS, "[-m] [-s SHELL] [-G GROUPS] [-c TEXT] NAME|Makes an account.").in_sbin(),
    told("userdel", USERS, "[-r] NAME|Removes an account.").in_sbin(),
    told("usermod", USERS, "[-aG GROUPS] [-s SHELL] [-L | -U] NAME|Changes an account.").in_sbin(),
    script("users", ABOUT),
    script("w", ABOUT),
    // wget: there is no web here.
    script("wget", include_str!("wget.sh")),
    script("whereis", ABOUT),
    told("which", ABOUT, "NAME...|Shows where programs are."),
    script("who", ABOUT),
    script("yum", APT),
    script("visudo", MISC).in_sbin(),
    script("vipw", MISC).in_sbin(),
    script("zcat", ARCHIVE),
    script("zgrep", MISC),
    script("zless", MISC),
];
