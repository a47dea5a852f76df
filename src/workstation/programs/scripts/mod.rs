//! Programs that are texts for the shell: those that mostly print facts or put other programs
//! together. Text weighs a third of code.
//!
//! What they have to know of the machine they ask `/usr/lib/machine/fact`. Several small programs
//! share a text, which looks at the name that it was called by.

use crate::workstation::programs::table::Program;

const ABOUT: &str = include_str!("about.sh");
const APT: &str = include_str!("apt.sh");
const CODE: &str = include_str!("code.sh");
const CURL: &str = include_str!("curl.sh");
const DPKG: &str = include_str!("dpkg.sh");
const IP: &str = include_str!("ip.sh");
const MISC: &str = include_str!("misc.sh");
const NETSTAT: &str = include_str!("netstat.sh");
const PGREP: &str = include_str!("pgrep.sh");
const USERS: &str = include_str!("users.sh");

const fn script(name: &'static str, text: &'static str) -> Program {
    Program::script(name, text, "")
}

const fn hidden(name: &'static str, text: &'static str) -> Program {
    Program::script(name, text, "").in_folder("/usr/lib/machine")
}

/// The programs of this folder.
pub const PROGRAMS: &[Program] = &[
    hidden("cron", include_str!("cron.sh")),
    hidden("procs", include_str!("procs.sh")),
    hidden("sockets", include_str!("sockets.sh")),
    script("addgroup", USERS).in_sbin(),
    script("adduser", USERS).in_sbin(),
    script("apt", APT),
    script("apt-get", APT),
    script("aptitude", APT),
    script("arch", ABOUT),
    script("chfn", USERS),
    script("chpasswd", USERS).in_sbin(),
    script("chsh", USERS),
    script("crontab", include_str!("crontab.sh")),
    script("curl", CURL),
    script("debconf-set-selections", MISC),
    script("delgroup", USERS).in_sbin(),
    script("deluser", USERS).in_sbin(),
    script("df", ABOUT),
    script("dmesg", ABOUT),
    script("dnf", APT),
    script("dnsdomainname", ABOUT),
    script("dpkg", DPKG),
    script("dpkg-query", DPKG),
    script("dpkg-reconfigure", include_str!("dpkg-reconfigure.sh")).in_sbin(),
    script("echo", "echo \"$@\""),
    script("editor", MISC),
    script("expr", MISC),
    script("fail2ban-client", MISC),
    script("file", include_str!("file.sh")),
    script("fold", MISC),
    script("free", ABOUT),
    script("getent", ABOUT),
    script("gpasswd", USERS),
    script("groupadd", USERS).in_sbin(),
    script("groupdel", USERS).in_sbin(),
    script("groups", ABOUT),
    script("hostname", ABOUT),
    script("hostnamectl", ABOUT),
    script("id", ABOUT),
    script("ifconfig", IP).in_sbin(),
    script("ip", IP).in_sbin(),
    script("ip6tables", ABOUT).in_sbin(),
    script("iptables", ABOUT).in_sbin(),
    script("journalctl", include_str!("journalctl.sh")),
    script("killall", PGREP),
    script("last", ABOUT),
    script("locale", ABOUT),
    script("logger", MISC),
    script("logname", ABOUT),
    script("lsb_release", ABOUT),
    script("lsof", NETSTAT),
    script("maildirmake.dovecot", MISC),
    script("man", include_str!("man.sh")),
    script("netstat", NETSTAT),
    script("nft", ABOUT).in_sbin(),
    script("nice", MISC),
    script("nohup", MISC),
    script("nproc", ABOUT),
    script("passwd", USERS),
    script("perl", CODE),
    script("pgrep", PGREP),
    script("pidof", PGREP),
    script("pkill", PGREP),
    script("printenv", ABOUT),
    script("printf", "printf \"$@\""),
    script("ps", include_str!("ps.sh")),
    script("python", CODE),
    script("python3", CODE),
    script("route", IP).in_sbin(),
    script("sensible-editor", MISC),
    script("service", include_str!("service.sh")).in_sbin(),
    script("setsid", MISC),
    script("ss", NETSTAT),
    script("stdbuf", MISC),
    script("stty", MISC),
    script("sync", MISC),
    script("sudoedit", "exec sudo -e \"$@\""),
    script("sysctl", ABOUT).in_sbin(),
    script("systemctl", include_str!("systemctl.sh")),
    script("timedatectl", ABOUT),
    script("top", include_str!("top.sh")),
    script("tty", ABOUT),
    script("ufw", include_str!("ufw.sh")).in_sbin(),
    script("uname", ABOUT),
    script("update-rc.d", MISC).in_sbin(),
    script("uptime", ABOUT),
    script("useradd", USERS).in_sbin(),
    script("userdel", USERS).in_sbin(),
    script("usermod", USERS).in_sbin(),
    script("users", ABOUT),
    script("w", ABOUT),
    script("wget", CURL),
    script("whereis", ABOUT),
    script("which", ABOUT),
    script("who", ABOUT),
    script("yum", APT),
    script("zcat", MISC),
    script("zgrep", MISC),
];
