"""What a deletion deletes: a file that may go, or half of the host.

Paths are compared after `.` and `..` are worked out; a path that is not known is left to a person.
"""

# ruff: noqa: E501  # a pattern or a row of a table is read best in one line
from __future__ import annotations

import posixpath
import re
from collections.abc import Callable

from runwright.checks.guard.matching import occurs
from runwright.checks.guard.words import UNKNOWN, Call, Word

_WIDE = (
    r"^(/|\.|\.\.|~|\*|/\*|/\.\*|\./?\*|\.\*|\.\./\*|~/\*|(\.\./)+\.?\.?\*?|\{\}|/\*/\*|\.\[!?\.\]\*)$",
    r"^/(etc|usr|var|home|boot|bin|sbin|lib|lib32|lib64|root|opt|srv|dev|proc|sys|mnt|media|run|data|backups?|export|efi|snap|nfs|storage|users|volumes)(/\*|/\.\*|/\.\[.*|/\*/\*|/\.|/\*\*?)?$",
    r"^/(home|Users)/[^/]+(/\*|/\.\*|/(Documents|\.ssh|Desktop))?$|^/root/(\*|\.\S*)$",
    r"^/var/(lib|log|spool|www|backups?|mail|db|cache_|opt|local|run)(/\*|/\.\*|/\*\.\*)?$|^/var/log/(audit|journal)(/.*)?$",
    r"^/var/lib/(mysql|mariadb|pgsql|postgresql|docker|containerd|mongo\w*|redis|ldap|etcd|kubelet|libvirt|cassandra|elasticsearch|influxdb|rpm|dpkg|samba|prometheus|jenkins|gitlab|rabbitmq|kafka|zookeeper|clickhouse|couchdb|neo4j)(/\*|/(data|base|main|volumes|db|\d+)\S*)?$",
    r"^/(etc|usr|boot|bin|sbin|lib|lib64|proc|sys)/[^/]+(/\*)?$|^/usr/(bin|sbin|lib|lib64|local|share|libexec)/[^/]*$|^/etc/(ssh|ssl|pki|pam\.d|systemd|security|sudoers\.d|kubernetes|letsencrypt)/",
    r"^/[^/*?\[]*[*?\[][^/]*(/[*?\[\].!]*)*$|^/\*",
    r"(^|/)(backups?|snapshots?|dumps?|archives?|recovery)(/\*|/\.)?$",
)
_NEEDED = (
    r"^/etc/(passwd|group|shadow|gshadow|fstab|sudoers|hosts|resolv\.conf|ssh/\S+|pam\.d/\S*|ld\.so\S*|nsswitch\.conf|crypttab|machine-id|default/grub|security/\S+|audit/\S*|selinux/\S*)$",
    r"^/(boot|bin|sbin|lib|lib64|usr/bin|usr/sbin|usr/lib|usr/lib64|efi)/",
    r"^/var/lib/(mysql|pgsql|postgresql|mongodb|redis|etcd|ldap)/\S+$|^/var/lib/docker/(volumes|overlay2|image)",
)
_WINDOWS_WIDE = (
    r"^(\\\\\?\\)?[a-z]:[\\/]*(\*(\.\*)?)?$|^[\\/]+(\*(\.\*)?)?$|^(\*|\*\.\*|\.|\.\.|~|\.\\\*|\.\.\\\*)$",
    r"^[a-z]:[\\/](windows|users|program files( \(x86\))?|programdata|boot|efi|recovery|inetpub|inetpub\\wwwroot|perflogs|data|backups?|shares?|system volume information)([\\/]\*(\.\*)?)?[\\/]?$",
    r"^[a-z]:[\\/]windows[\\/](system32|syswow64|winsxs|ntds|sysvol|boot|system|servicing|assembly|registration)([\\/].{0,3}|[\\/](config|drivers|wbem|tasks|winevt)([\\/].*)?)?[\\/]?$|system32[\\/]\*|winevt[\\/]logs",
    r"^[a-z]:[\\/]users[\\/][^\\/]+([\\/](documents|desktop|appdata|downloads|pictures|\*)?)?([\\/]\*(\.\*)?)?[\\/]?$",
    r"^[a-z]:[\\/]\*?[^\\/]*\.(\w+|\*)$|^hk(lm|cu|cr|u|ey_\w+):?[\\/]?(software|system|sam|security)?([\\/](\*|microsoft|currentcontrolset|policies|classes))?[\\/]?(\*)?$|^(cert|env|wsman|ad|variable|function):[\\/]",
    r"^\\\\[^\\]+\\[^\\]+(\\\*(\.\*)?)?\\?$|system volume information|\$recycle\.bin$|(^|[\\/])(backups?|sysvol|ntds)([\\/]\*(\.\*)?)?$|\\windows\\panther",
)
_MIRRORED = (
    r"^[a-z]:[\\/]*$|^[a-z]:[\\/](windows|users|program files( \(x86\))?|programdata|boot)([\\/][^\\/]*)?[\\/]?$"
)
_BACKUPS = r"\.(vhdx?|bac|bak|wbcat|bkf|set|win|dsk|vbk|vib|tib|avhdx?)\b"


def deletion_alarms(call: Call) -> list[str]:
    """What is wrong with what a call deletes."""
    judge = _BY_NAME.get(call.name)
    if judge is not None:
        return judge(call)
    hidden = UNKNOWN in call.program.text and call.shell in {"bash", "sh"} and _recursive(call)
    return _unix(call) if hidden else []


def _recursive(call: Call) -> bool:
    return any(re.fullmatch(r"-[a-zA-Z]*[rR][a-zA-Z]*|--recursive", text) for text in call.texts)


def normal(word: Word) -> str:
    """A path with `.` and `..` worked out."""
    text = word.plain.replace("~/", "/root/", 1) if word.plain.startswith("~/") else word.plain
    return posixpath.normpath(text).replace("//", "/") if text[:1] in {"/", "."} and text else text


def _unix(call: Call) -> list[str]:
    if any(text.startswith("--no-pres") for text in call.texts):
        return ["it deletes the root of the file system"]
    targets = [word for word in call.args if not word.text.startswith("-")]
    if _recursive(call) and any(_is_wide(word) for word in targets):
        return ["it deletes far more than one thing"]
    if any(not word.text.startswith(UNKNOWN) and _matches(_NEEDED, normal(word)) for word in targets):
        return ["it deletes files that the host needs"]
    files = any(
        not word.text.startswith(UNKNOWN)
        and normal(word) in {"/*", "/etc/*", "/boot/*", "/var/log/*", "~/*", "/home/*"}
        for word in targets
    )
    return ["it deletes far more than one thing"] if files else []


def _is_wide(word: Word) -> bool:
    path = normal(word)
    if UNKNOWN in word.text:
        return not word.text.startswith(UNKNOWN) and path in {"/", "/*", "~", "/."}
    return _matches(_WIDE, path)


def _matches(patterns: tuple[str, ...], text: str) -> bool:
    return any(occurs(pattern, text) for pattern in patterns)


def _find(call: Call) -> list[str]:
    line = call.line
    deletes = occurs(r"\s-delete\b|-exec(dir)?\s+(/\S*/)?(rm|unlink|shred|truncate)\s|-ok\s+rm|-x\s+rm", f" {line}")
    if not deletes:
        return []
    starts = [word for word in call.args if not word.text.startswith("-")][:1] or [Word(".")]
    root = normal(starts[0]) in {
        "/",
        "/etc",
        "/usr",
        "/bin",
        "/lib",
        "/boot",
        "/root",
        "/dev",
        "/proc",
        "/sys",
        "~",
        "/var",
    }
    filtered = occurs(
        r"-(i?name|i?regex|i?wholename|i?path|mtime|mmin|ctime|atime|amin|newer\w*|size|empty|user)\b", line
    )
    if root or (not filtered and _is_wide(starts[0])):
        return ["it deletes far more than one thing"]
    return []


def _moved(call: Call) -> list[str]:
    plain = [word for word in call.args if not word.text.startswith("-")]
    if call.name == "mv" and plain and plain[-1].plain in {"/dev/null", "/dev/zero"}:
        return ["it moves files into nothing"]
    if call.name == "mv" and any(_matches(_WIDE[:2], normal(word)) for word in plain[:-1]):
        return ["it moves whole parts of the system away"]
    if call.name == "truncate":
        kept = occurs(r"\.(log|out|err|trace)(\.\d+)?(\s|$)|/log/", call.line)
        wide = any(_matches((*_NEEDED, r"^/var/log/?$"), normal(word)) for word in plain)
        return (
            ["it empties files that the host needs"]
            if wide or (not kept and occurs(r"-s\s*0?\s.*/(etc|var/lib|boot|home|usr)/", call.line))
            else []
        )
    wiped = occurs(r"--delete", call.line) and len(plain) > 1 and _matches(_WIDE[:2], normal(plain[-1]))
    return ["it replaces whole parts of the system"] if wiped else []


def _mirrored(call: Call) -> list[str]:
    """What `robocopy SOURCE TARGET` takes away from either."""
    plain = [word.plain for word in call.args if not word.text.startswith("/")][:2]
    emptied = plain[1:] if occurs(r"/(mir|purge)\b", call.line) else []
    emptied += plain[:1] if occurs(r"/mov[e]?\b", call.line) else []
    wide = any(occurs(_MIRRORED, path) for path in emptied)
    return ["it replaces whole parts of the system"] if wide else []


def _windows(call: Call) -> list[str]:
    name, text = call.name, " ".join(call.texts)
    deep = occurs(r"(^|\s)(-r\w*|/s|/f/s|/s/\w|-recurse\S*|\S*/s\b)", text) or call.name == "deltree"
    targets = [path for word in call.args for path in word.plain.split(",") if not re.match(r"-\w+$|/\w(/\w)*$", path)]
    targets += _listed(call)
    deep = deep or any(up.name == "get-childitem" and occurs(r"-r\w*\b", up.line) for up in call.upstream)
    wide = [path for path in targets if _matches(_WINDOWS_WIDE, path.strip("'\"").rstrip()) and path]
    whole = [path for path in targets if re.fullmatch(r"(?i)[a-z]:\\(\*(\.\*)?)?|\\?\*(\.\*)?", path)]
    if (deep and wide) or (whole and call.name not in {"rd", "rmdir"} and occurs(r"/[qf]|-force|c:", text)):
        return ["it deletes far more than one thing"]
    if occurs(_BACKUPS, text) and deep:
        return ["it deletes backups"]
    needed = occurs(
        r"\\windows\\(system32|syswow64)\\[^\\]*(\s|$)|\\windows\\[^\\]*$|\\ntldr|\\bootmgr|\\boot\\bcd|\\winevt\\logs",
        text,
    )
    needed = needed or (name == "clear-content" and occurs(r"\\windows\\(system32|syswow64)\\", text))
    return ["it deletes files that the host needs"] if needed else []


def _listed(call: Call) -> list[str]:
    """The folders whose files flow in, where nothing picks among them."""
    if call.upstream and call.upstream[-1].name == "get-childitem":
        source = call.upstream[-1]
        if not occurs(r"-(filter|include|name|file_)\b", source.line):
            return [text for text in source.texts if not text.startswith("-")][:1]
    return []


def _either(call: Call) -> list[str]:
    """Names that both worlds have."""
    return _unix(call) if call.shell in {"bash", "sh"} else _windows(call)


_BY_NAME: dict[str, Callable[[Call], list[str]]] = {
    **dict.fromkeys(("rm", "rmdir", "unlink", "trash", "srm"), _either),
    **dict.fromkeys(("remove-item", "del", "erase", "rd", "clear-content", "deltree", "clear-item"), _windows),
    **dict.fromkeys(("find", "fd"), _find),
    **dict.fromkeys(("mv", "rsync", "truncate"), _moved),
    "robocopy": _mirrored,
}
