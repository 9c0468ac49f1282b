"""Families of programs: what they do with text, whatever their names on this host."""

# ruff: noqa: E501  # a pattern or a row of a table is read best in one line
from __future__ import annotations

import re

from runwright.checks.guard.words import listed

SHELLS = listed("sh bash dash ash zsh ksh mksh csh tcsh fish rbash posh")
POWERSHELLS = frozenset({"powershell", "pwsh", "powershell_ise"})
LANGUAGES = listed(
    "python perl ruby php lua luajit node nodejs deno bun tclsh wish expect awk gawk mawk nawk jrunscript jjs java groovy "
    "r rscript julia gnuplot m4 jshell irb osascript cscript wscript mshta ghci guile racket elixir erl swift go dotnet octave octave-cli"
)
INTERPRETERS = SHELLS | POWERSHELLS | LANGUAGES | {"cmd", "invoke-expression", "eval", "source", ".", "invoke-command"}

FETCHERS = listed(
    "curl wget fetch aria2c axel lwp-download lwp-request http https xh lynx links w3m elinks ftp tftp sftp scp nc ncat "
    "netcat socat telnet dig nslookup host drill invoke-webrequest invoke-restmethod start-bitstransfer bitsadmin gsutil "
    "rclone smbclient openssl busybox_wget"
)
"""What brings text from elsewhere."""

DECODERS = listed(
    "base64 b64decode base32 basenc xxd uudecode rev tr gzip gunzip zcat bzip2 bunzip2 bzcat xz unxz xzcat zstd zstdcat lzma lz4 "
    "openssl gpg hexdump od perl python certutil ascii2uni printf sed tac iconv"
)
"""What can turn text that a person cannot read into a command."""

PRINTERS = listed(
    "echo printf logger wall write write-host write-output write-verbose write-warning write-error write-information "
    "write-debug rem title msg grep egrep fgrep zgrep rg ag ack findstr find select-string wc test [ [[ true false : "
    "write-eventlog eventcreate systemd-cat assert throw apropos man help get-help"
)
"""What only prints or looks for its words: alarms about words do not apply, unless something runs or keeps them."""

WRAPPERS = listed(
    "sudo doas pkexec env nice ionice chrt taskset timeout time command builtin exec stdbuf nohup setsid strace ltrace watch "
    "chroot unshare nsenter busybox toybox systemd-run flock setarch runuser su script xargs find fd parallel docker podman "
    "nerdctl crictl kubectl oc lxc ssh machinectl incus start call"
)
"""What starts another program: the call inside is judged by itself."""

_FAMILIES = (
    (re.compile(r"(python|perl|ruby|php|lua|node|tclsh|pip|java|gawk|mawk)[\d.]+w?"), None),
    (re.compile(r"pythonw"), "python"),
    (re.compile(r"pip[\d.]*"), "pip"),
    (re.compile(r"mkfs\..*|mke2fs|mkdosfs|mkntfs|newfs"), "mkfs"),
    (re.compile(r"(nc|ncat|netcat)(\..*|64|cat)?"), "nc"),
    (re.compile(r"nodejs"), "node"),
    (re.compile(r"(psexec|paexec)(64|svc)?"), "psexec"),
    (re.compile(r"(procdump|adexplorer|sdelete|handle|autoruns|sysmon|pskill|psservice|pssuspend)(64|64a)?"), None),
    (re.compile(r"net1"), "net"),
    (re.compile(r"iptables-(legacy|nft)|ip6tables(-.*)?"), "iptables"),
    (re.compile(r"vi|vim|nvim|view|rvim|vimdiff|ex"), "vim"),
    (re.compile(r"gunzip|zcat"), "gzip"),
)


def family(name: str) -> str:
    """The name that the rules use for a program and its versions."""
    for pattern, kin in _FAMILIES:
        found = pattern.fullmatch(name)
        if found:
            return kin or found[1]
    return name
