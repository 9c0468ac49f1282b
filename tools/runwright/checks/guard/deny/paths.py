"""Files that hold secrets, and files that something runs by itself: who reads the ones or writes the others.

Programs that only look at names, rights and times are let through: a runbook mends the rights of a key file.
"""

# ruff: noqa: E501  # a pattern or a row of a table is read best in one line
from __future__ import annotations

import posixpath
import re

from runwright.checks.guard.decode import input_of
from runwright.checks.guard.matching import occurs
from runwright.checks.guard.programs import LANGUAGES, family
from runwright.checks.guard.words import Call, listed

_LOOKERS = listed(
    "ls stat chmod chown chgrp test [ [[ restorecon chcon getfacl setfacl namei readlink realpath sha256sum sha1sum md5sum "
    "du find file lsattr systemctl ssh-keygen mkdir rmdir touch pwck grpck id getent echo printf test-path get-acl set-acl "
    "icacls dir attrib get-item ssh scp sftp ssh-add git certbot diff cmp logrotate rm unlink lsof fuser write-host logger "
    "sshd visudo get-childitem"
)
SECRETS: tuple[str, ...] = (
    r"/etc/(g?shadow-?|security/opasswd|krb5\.keytab|master\.passwd|sudoers\.d/\S+|ipsec\.secrets|ppp/(chap|pap)-secrets)(\s|$|['\"])",
    r"\bid_(rsa|dsa|ecdsa|ed25519)(\s|$|['\"*])|ssh_host_\w+_key(\s|$|['\"*])|\.ssh/(\*|identity|id_\S*[^b\s]($|\s))|\.ppk\b|(^|/)\.ssh/?(\s|$)",
    r"\.aws/credentials|\.config/gcloud|\.azure/|\.kube/config|/etc/kubernetes/(admin|kubelet|controller-manager)\.conf|/pki/\S*\.key|\.docker/config\.json|/var/run/secrets/|/run/secrets/|\.terraform\.d/credentials|application_default_credentials",
    r"\.(netrc|pgpass|my\.cnf|git-credentials|vault-token|npmrc|pypirc|dockercfg|htpasswd|s3cfg|boto|smbcredentials|rhosts)\b|\.gnupg|\.password-store|\.local/share/keyrings|\.config/(gh/hosts|hub|rclone)",
    r"(^|[\s/])\.env(\.\w+)?(\s|$)|wp-config\.php|/credentials\.(json|ya?ml|xml)|jenkins\S*/secrets|master\.key|secrets\.ya?ml",
    r"\.(bash|zsh|sh|mysql|psql|python|node_repl|rediscli|sqlite)_history|\.lesshst|consolehost_history\.txt|\.viminfo",
    r"/proc/(\d+|self|\*|\$\w+|1|[^/ ]*)/(environ|mem|fd/\d|maps\b.*dd|cmdline\b.*passw)|/proc/kcore|/dev/(k?mem|port|input/event\d*|fb0)",
    r"(/tmp)/krb5cc|/var/lib/sss/|/var/lib/samba/private|/var/lib/(mysql|pgsql|postgresql)/\S*(mysql/user|pg_authid)|/etc/pki/tls/private|/var/lib/kubelet/pki",
    r"\.kdbx?\b|login data\b|logins\.json|key[34]\.db|cookies\.sqlite|\.mozilla/firefox|google-chrome/|chromium/default|/user data/|wallet\.dat|\.config/(chromium|BraveSoftware)",
    r"\\config\\(sam|security|system|regback)\b|\\repair\\(sam|system|security)|ntds\.dit|\\ntds\b|harddiskvolumeshadowcopy|\\windows\\system32\\config\\\*",
    r"(unattend(ed)?|autounattend|sysprep)\.(xml|inf|txt)|groups\.xml|\\sysvol\\.*\.xml|cpassword|\\microsoft\\(credentials|protect|vault|crypto)\b|\.rdg\b|winscp\.ini|filezilla\\|mremoteng|\\\.ssh\\|\\\.aws\\|\\\.azure\\|applicationhost\.config|\\sam\.(hive|save)|lsass\.dmp",
)
_KEY_FILES = r"/etc/ssl/private/\S|privkey\d*\.pem|\.(key|pfx|p12|jks|keystore)(\s|$|['\"])"
_CONTENT = listed(
    "cat tac nl head tail less more cp mv base64 xxd od hexdump strings tar zip 7z gzip scp rsync curl nc dd grep egrep awk "
    "sed cut sort tee get-content copy-item type copy xcopy certutil python perl ruby vim nano"
)
_WRITERS_LAST = listed("cp mv install ln rsync scp dd_ copy xcopy move robocopy ren rename mklink")
_WRITERS_ALL = listed("tee truncate touch patch ed sponge crudini augtool setx")
_WRITING_CMDLETS = listed(
    "out-file set-content add-content tee-object copy-item move-item new-item rename-item export-csv export-clixml "
    "expand-archive start-bitstransfer invoke-webrequest invoke-restmethod"
)
RUNS_BY_ITSELF: tuple[tuple[str, str], ...] = (
    ("writes a schedule", r"/etc/(cron[^/\s]*|anacrontab)(/|\s|$)|/var/spool/(cron|at)\b|/etc/at\.(allow|deny)"),
    (
        "writes a service of the system",
        r"/(etc|lib|usr/lib|usr/local/lib|run)/systemd/(system|user)(/|\s|$)|\.config/systemd/user|/etc/init(\.d)?/|/etc/inittab|/etc/rc\.?(local|\d\.d|d)|/etc/systemd/system-generators|/library/launch(daemons|agents)",
    ),
    (
        "writes what every login runs",
        r"/etc/(profile|bash\.?bashrc|bashrc|zsh|environment|csh|skel|motd\.d|update-motd\.d|xdg/autostart|X11/xinit)|/\.(bashrc|bash_profile|bash_login|bash_logout|bash_aliases|profile|zshrc|zprofile|zshenv|zlogin|kshrc|cshrc|tcshrc|xinitrc|xsession|xprofile|inputrc|vimrc|config/autostart|config/fish)\b|\.desktop(\s|$)",
    ),
    (
        "writes what the loader puts into every program",
        r"/etc/ld\.so\.(preload|conf)|/(usr/)?lib(64|32)?/\S*\.so|\.pth(\s|$)|sitecustomize|usercustomize",
    ),
    (
        "opens the host for a key",
        r"authorized_keys|/\.ssh/(rc|config|environment)|/etc/ssh/|\.ssh/?(\s|$)|\.rhosts|/etc/hosts\.equiv",
    ),
    (
        "changes accounts or rights",
        r"/etc/(passwd|g?shadow|group|sudoers|pam\.d|security/|login\.defs|doas\.conf|polkit-1|sub[ug]id|securetty|nsswitch\.conf|krb5\.conf|sssd|ipa)",
    ),
    (
        "changes protection",
        r"/etc/(audit|selinux|apparmor|fail2ban|hosts\.(allow|deny)|clamav|aide|osquery|falco|rsyslog|sysctl\.d_|firewalld)|/sys/(fs/selinux|kernel/security)|/proc/sys/(kernel|fs)/|/var/ossec",
    ),
    (
        "writes what the system runs by itself",
        r"/etc/(udev|modules(\s|$|-load)|modprobe\.d|dracut|initramfs|apt/apt\.conf|yum|dnf/plugins|NetworkManager/dispatcher|network/if-|networkd-dispatcher|dhcp/dhclient|dhcpcd|acpi|grub|default/grub|ppp/ip-|dbus-1|rc\.d|bash_completion\.d|alternatives)|/\.git/hooks|/usr/share/initramfs|/etc/cloud|/var/lib/cloud|/var/www/\S*\.(php|jsp|aspx?|cgi)|\\inetpub\\\S*\.(aspx?|ashx|php|jsp)",
    ),
    (
        "replaces a program of the system",
        r"^(/usr)?/s?bin/|^/usr/libexec/|^/boot/|^/lib/modules|^/usr/lib/modules|^/efi/|\\system32\\[^\\]*\.(exe|dll|sys|ocx|cpl|scr|mui)|\\syswow64\\[^\\]*\.(exe|dll)|\\system32\\(wbem|tasks|spool\\drivers|config|oobe|sysprep)\\|\\system32\\drivers\\[^\\]+$|\\windows\\(tasks|explorer\.exe|system\.ini|win\.ini)",
    ),
    (
        "writes to the memory or the disks of the host",
        r"/proc/(sysrq-trigger|\d+/mem|self/mem|kcore|sys/kernel)|/dev/(sd[a-z]|hd[a-z]|vd[a-z]|xvd|nvme|mmcblk|dm-|mapper/|md\d|disk/|k?mem|port)|physicaldrive",
    ),
    (
        "starts a program at every login",
        r"\\start menu\\programs\\start-?up|\\startup\\|\\system32\\tasks\\|\\windowspowershell\\\S*profile\.ps1|\\powershell\\\S*profile\.ps1|\$profile\b|profile\.ps1|\\xlstart\\|\\word\\startup",
    ),
    ("hides data behind a file", r"(\\[^\\/:\s]+|^[^\\/:\s]{2,}):[^\\/:\s]+$"),
    ("writes into another host", r"\\\\[^\\\s]+\\(admin|[a-z]|ipc)\$|\\sysvol\\|\\netlogon\\"),
    (
        "destroys the records of the system",
        r"/var/log/(auth|secure|audit|wtmp|btmp|lastlog|faillog|messages|syslog|kern|utmp|sudo|journal)|/run/utmp|_history(\s|$)|\\winevt\\logs",
    ),
)
_DROP_IN = r"/systemd/(system|user)/[^/\s]+\.d/[^/\s]+\.conf"


def secret_alarms(call: Call, line: str) -> list[str]:
    """Whether a call reads a file that holds secrets."""
    name = family(call.name)
    sources = [r.target.plain for r in call.redirects if not r.writes]
    if name in {"curl", "wget", "git", "ssh", "scp", "rsync", "sftp"}:
        line = re.sub(r"(-i|--identity|--key|--cert|--cacert|-e)[ =]\S+", "", line)
    exempt = name in _LOOKERS and not (name in {"scp", "sftp", "git"} and ":" in line)
    text = " ".join(sources) if exempt else " ".join([line, *sources])
    if name == "openssl" and "-noout" in line:
        return []
    if name in {"ed", "ex", "vim", "debugfs", "awk", "xargs"}:
        text += f" {input_of(call) or ''}"
    hit = any(occurs(secret, text) for secret in SECRETS) or (name in _CONTENT and occurs(_KEY_FILES, text))
    return ["it reads a file that holds secrets"] if hit else []


def written(call: Call) -> list[str]:
    """The paths that a call writes to, as far as they are known."""
    paths = [r.target.plain for r in call.redirects if r.writes and not r.target.plain.isdigit()]
    name, plain = call.name, [text for text in call.texts if text and not text.startswith("-")]
    line = call.line
    if name in _WRITERS_LAST and plain:
        paths.append(plain[-1])
    if name in _WRITERS_ALL or name in _WRITING_CMDLETS:
        paths += plain
    if name in {"sed", "perl", "awk", "gawk"} and re.search(r"(^|\s)(-[a-zA-Z]*i|--in-place|-pi|inplace)", line):
        paths += plain[1:]
    if name in {"vim", "ed", "ex", "nano", "vipw"}:
        paths += plain
    paths += re.findall(r"(?:^|\s)of=(\S+)", line) if name in {"dd", "dcfldd"} else []
    if name in {"curl", "wget", "aria2c", "axel"}:
        paths += re.findall(r"(?:-o|-O|--output|--output-document|-P|--directory-prefix|-d|--dir)[ =]?(\S+)", line)
    if name in {"tar", "unzip", "git"}:
        paths += re.findall(r"(?:-C|-d|--directory)[ =]?(\S+)", line)
    paths += re.findall(_OUTPUT, f" {line}") if name not in {"grep", "egrep", "ps", "ls", "lsblk"} else []
    if family(name) in LANGUAGES and occurs(r"open|write|['\"][wa]\+?['\"]|file", line):
        paths += re.findall(r"['\"]([/\\~][^'\"\s]+)['\"]", line)
    return [_normal(path) for path in paths if path]


_OUTPUT = re.compile(
    r"\s(?:-o|-w|-O|-out|-oG|-oN|-fprintf?|-fls|-L|--output|--out\w*|--log-?file|--filename|--dump-header)[= ]?(/[^\s'\"]+)"
)


def _normal(path: str) -> str:
    if path.startswith(("/", "./", "../")):
        return posixpath.normpath(path) + ("/" if path.endswith("/") else "")
    return path.replace("~/", "/root/", 1) if path.startswith("~/") else path


def writing_alarms(call: Call) -> list[str]:
    """What is wrong with the files that a call writes to."""
    found: list[str] = []
    for target in written(call):
        path = target.replace("\\", "/") if call.shell in {"bash", "sh"} and target.count("\\") > 1 else target
        if occurs(_DROP_IN, path) and not re.search(
            r"exec|environment.*ld_", " ".join([call.line, call.stdin or ""]), re.I
        ):
            continue
        hits = [what for what, pattern in RUNS_BY_ITSELF if _fits(call, what, pattern, path)]
        found += [what for what in hits if what not in found]
    return found


def _fits(call: Call, what: str, pattern: str, path: str) -> bool:
    if what.startswith("hides data") and (
        call.shell in {"bash", "sh"} or "://" in path or call.name in {"scp", "rsync"}
    ):
        return False
    if call.name == "touch" and not what.startswith(("opens", "writes a sched")):
        return False
    return occurs(pattern, path)
