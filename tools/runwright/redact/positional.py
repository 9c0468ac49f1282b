"""Where secrets stand in command lines by their place alone: behind a name, a host or a number of a user.

`commands` has the options of single programs, `calls` has calls and statements.
"""

from __future__ import annotations

from runwright.redact.rule import Rule

_ONE = r"""(?:"[^"\n]+"|'[^'\n]+'|[^\s"'/-]\S*)"""
"""A name, also in quotes."""
_LAST = r"""["']?([^\s"'/*-][^\s"']*)"""

POSITIONAL: tuple[Rule, ...] = (
    Rule("password", rf"""(?i)\brasdial(?:\.exe)?[ \t]+{_ONE}[ \t]+{_ONE}[ \t]+{_LAST}""", ("rasdial",), "place"),
    Rule(
        "password",
        rf"""\bsamba-tool[ \t]+user[ \t]+(?:create|add|setpassword)[ \t]+{_ONE}[ \t]+{_LAST}""",
        ("samba-tool",),
        "place",
    ),
    Rule("password", rf"""\brabbitmqctl\b[^\n]*?authenticate_user[ \t]+\S+[ \t]+{_LAST}""", ("rabbitmqctl",), "place"),
    Rule(
        "password", rf"""\bipmitool\b[^\n]*?[ \t]set[ \t]+password[ \t]+[0-9]+[ \t]+{_LAST}""", ("ipmitool",), "place"
    ),
    Rule(
        "password",
        rf"""(?i)\bracadm\b[^\n]*?(?:[ \t]-p[ \t]+|\.password[ \t]+"""
        rf"""|adminpassword[ \t]+(?:-i[ \t]+[0-9]+[ \t]+)?){_LAST}""",
        ("racadm",),
        "place",
    ),
    Rule("password", rf"""\brclone[ \t]+(?:obscure|reveal)[ \t]+{_LAST}""", ("rclone",), "place"),
    Rule(
        "password",
        rf"""\bsecurity[ \t]+(?:unlock-keychain|create-keychain|set-keychain-password|add-\w+-password"""
        rf"""|import)\b[^\n]*?"""
        rf"""[ \t]-[pwP][ \t]+{_LAST}""",
        ("security ",),
        "place",
    ),
    Rule("password", rf"""\bdscl\b[^\n]*?[ \t]-passwd[ \t]+\S+[ \t]+{_LAST}""", ("dscl",), "place"),
    Rule(
        "password",
        rf"""\bsysadminctl\b[^\n]*?[ \t]-(?:new|old|admin)?[pP]assword[ \t]+{_LAST}""",
        ("sysadminctl",),
        "place",
    ),
    Rule(
        "password",
        rf"""\b(?:useradd|usermod|adduser)\b[^\n]*?[ \t]-p[ \t]*{_LAST}""",
        ("useradd", "usermod", "adduser"),
        "place",
    ),
    Rule(
        "password",
        rf"""\b(?:kadmin(?:\.local)?|addprinc|cpw|ank|change_password|ktutil)\b[^\n]*?[ \t]-(?:w|pw)[ \t]+{_LAST}""",
        ("kadmin", "addprinc", "cpw", "ank ", "change_password"),
        "place",
    ),
    Rule(
        "password",
        rf"""(?i)\b(?:netdom|ktpass|dcdiag|repadmin|djoin|nltest|cmdkey|schtasks|sc|wmic|vpncmd|winrs"""
        rf"""|runas)(?:\.exe)?\b"""
        rf"""[^\n]*?[ \t]/(?:pass|passwordd?|passwordo|password|pd|po|p|rp):{_LAST}""",
        ("/p", "/rp"),
        "place",
    ),
    Rule(
        "password",
        rf"""\b(?:evil-winrm|crackmapexec|nxc|netexec|govc|esxcli|vim-cmd|asadmin|wsadmin|jboss-cli|ncftp(?:put|get)"""
        rf"""|cadaver|xfreerdp|pwsh-ssh|mongosh|clickhouse-client|cypher-shell|arangosh)\b[^\n]*?"""
        rf"""[ \t]--?(?:p|password)[ \t=]+{_LAST}""",
        (" -p", " --p"),
        "strong",
    ),
    Rule("password", r"""\biwconfig\b[^\n]*?[ \t]key[ \t]+(?:s:)?([^\s"']{5,})""", ("iwconfig",), "place"),
    Rule(
        "password",
        rf"""\b(?:smbclient|rpcclient|net)\b[^\n]*?[ \t]-U[ \t]*["']?[^\s%"']+%{_LAST}""",
        ("%",),
        "place",
    ),
    Rule("password", rf"""\bvncpasswd[ \t]+-f[ \t]*<<<[ \t]*{_LAST}""", ("vncpasswd",), "place"),
    Rule("password", rf"""\bsvn\b[^\n]*?[ \t]--password[ \t=]+{_LAST}""", ("svn",), "place"),
)
"""By the place in a command line, of programs that are known to have a secret there."""
