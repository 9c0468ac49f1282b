"""Gets at passwords, keys and tokens.

After MITRE ATT&CK T1003, T1552, T1555, T1558, T1539, T1056. Files that hold secrets are listed in `paths`.
"""

# ruff: noqa: E501  # a pattern or a row of a table is read best in one line
from __future__ import annotations

from runwright.checks.guard.deny.rule import rule

_WORDS = r"(passw|passwd|pwd|secret|credential|api[_-]?key|token|private[_ -]key|begin\s+(rsa|openssh|ec|dsa)|akia|connectionstring|cpassword)"

RULES = (
    rule("reads the passwords of the host", "getent", r"^g?shadow"),
    rule("copies locked files out of a shadow copy", "", r"win32_shadowcopy\S*\)?\)?\.create\("),
    rule("reads or removes the record of commands", "", r"historysavepath"),
    rule(
        "is a tool that steals credentials",
        "",
        r"\b(mimikatz|mimidrv|mimilib|kiwi_cmd|sekurlsa|lsadump|kerberos::|crypto::certificates|privilege::debug|token::elevate|dpapi::|invoke-mimikatz|pypykatz|lazagne|secretsdump|rubeus|kerberoast\w*|asreproast|sharpdpapi|hashdump|gsecdump|pwdump\w*|fgdump|nanodump|safetykatz|sharpkatz|snaffler|internalmonologue|inveigh|out-minidump|dumpert|handlekatz|gosecretsdump|credentialfileview|nppspy|mimipenguin|linpeas|winpeas|seatbelt|sharphound|bloodhound|keethief|keepass2john)\b",
    ),
    rule(
        "is a tool that breaks passwords",
        "john hashcat hydra medusa ncrack unshadow patator crackmapexec cme nxc netexec kerbrute crowbar brutespray zip2john ssh2john ophcrack cain fcrackzip pdfcrack wce lsassy mimipenguin truffleproc sharpweb webbrowserpassview mailpv netpass",
    ),
    rule(
        "reads the memory that holds passwords",
        "",
        r"\blsass\b",
        r"^(-name\s+)?lsass(\.exe)?\s*$|imagename eq lsass|runasppl\s+(-value\s+)?[12]|-name\s+lsass\s*$",
    ),
    rule(
        "reads the memory that holds passwords",
        "procdump procdump64 rdrleakdiag sqldumper createdump adplus tttracer dumpit winpmem avml lime comsvcs minidump",
        r"lsass|/p|-ma|-mm|/fullmemdmp|\d+|-p",
    ),
    rule("reads the memory of a process", "gcore process_vm_readv"),
    rule(
        "reads the memory of a process",
        "gdb strace ltrace",
        r"(-p|--pid|attach|-o\S*)\s*.*(sshd|sudo|su\b|login|gnome-keyring|agent|\bdump\b|generate-core)|dump\s+memory|generate-core",
    ),
    rule("reads the memory of a process", "", r"minidumpwritedump|\bminidump\b|readprocessmemory"),
    rule(
        "saves the stores of account passwords",
        "reg",
        r"(save|export|copy)\s+\"?(hklm|hkey_local_machine)\\?\\?(sam|system|security)\b",
    ),
    rule(
        "saves the stores of account passwords",
        "",
        r"(hklm|hkey_local_machine|hklm:)\\(sam|security)(\\|\s|$)|\\security\\policy\\secrets|sysk(ey)?\b.*jd",
    ),
    rule(
        "reads the database of the domain", "ntdsutil dsamain dsdbutil", r"ifm|create\s+full|ac\s+i|activate|snapshot"
    ),
    rule(
        "reads the database of the domain",
        "",
        r"ntds\.dit|\\ntds\\|get-adreplaccount|dcsync|get-addbaccount|get-bootkey",
    ),
    rule("copies locked files out of a shadow copy", "", r"harddiskvolumeshadowcopy|\\\\\?\\globalroot"),
    rule("copies locked files out of a shadow copy", "esentutl", r"/y|/vss|/d\s"),
    rule(
        "copies locked files out of a shadow copy",
        "vssadmin wmic invoke-wmimethod invoke-cimmethod",
        r"create\s+shadow|shadowcopy\s+call\s+create|win32_shadowcopy.*create",
    ),
    rule(
        "asks the cloud host for its credentials",
        "",
        r"169\.254\.169\.254|169\.254\.170\.2|metadata\.google\.internal|100\.100\.100\.200|fd00:ec2::254|2852039166|0xa9fea9fe|0251\.0376|\b0?xa9\.|\[::ffff:(169\.254|a9fe)|/latest/meta-data|computemetadata/v1|metadata/identity/oauth2|instance-data(/|\.)|metadata\.azure",
    ),
    rule("prints stored credentials", "cmdkey vaultcmd", r"/list\w*|-list"),
    rule(
        "prints stored credentials",
        "netsh",
        r"wlan\s+(show\s+profiles?.*key\s*=\s*clear|export\s+profile.*key\s*=\s*clear)",
    ),
    rule("prints stored credentials", "security", r"dump-keychain|find-(generic|internet)-password|export"),
    rule(
        "prints stored credentials",
        "secret-tool pass gopass lpass op keyring gnome-keyring kwallet-query",
        r"search|lookup|show|^$|get|\bls\b|export|-r|read|item",
    ),
    rule(
        "prints stored credentials",
        "aws",
        r"get-secret-value|get-session-token|configure\s+(export|get)|get-login-password|get-federation-token|assume-role|get-parameters?\b.*with-decryption|create-access-key|iam\s+(create|attach|put|add|update)-",
    ),
    rule(
        "prints stored credentials",
        "gcloud",
        r"print-(access|identity)-token|secrets\s+versions\s+access|keys\s+create|auth\s+application-default",
    ),
    rule(
        "prints stored credentials",
        "az",
        r"get-access-token|keyvault\s+secret\s+show|keys?\s+list|credential\s+reset|ad\s+sp\s+create",
    ),
    rule(
        "prints stored credentials",
        "kubectl oc",
        r"get\s+secrets?\b.*(-o|--output|-ojson|-oyaml|jsonpath|template)|describe\s+secrets?.*--show|create\s+token|view\s+--raw|\bcp\b.*secret",
    ),
    rule(
        "prints stored credentials",
        "vault consul sops ansible-vault chamber doppler",
        r"\b(kv\s+get|read|token\s+(create|lookup)|operator\s+(init|unseal)|-d\b|--decrypt|decrypt|view|export|secrets\s+(get|download))",
    ),
    rule(
        "prints stored credentials",
        "docker podman git gh",
        r"credential\s+fill|auth\s+token|config\s+--get\s+credential|secret\s+inspect",
    ),
    rule(
        "prints stored credentials",
        "",
        r"getnetworkcredential\(\)|securestringtobstr|ptrtostringauto|protecteddata\]?::unprotect|passwordvault|credreadw?\(|cryptunprotectdata|credenumerate|retrievepassword|windows\.security\.credentials",
    ),
    rule("prints stored credentials", "convertfrom-securestring", r"-asplaintext|-key"),
    rule(
        "prints stored credentials",
        "get-storedcredential get-secret get-gpppassword get-lapspassword get-lapsadpassword get-laps get-vaultcredential get-adserviceaccount get-webconfig get-iisapppool_password get-azkeyvaultsecret get-lsasecret",
    ),
    rule(
        "prints stored credentials", "appcmd", r"list\s+(apppool|vdir|config).*(processmodel|password|/text:\*)|/config"
    ),
    rule("prints stored credentials", "rundll32", r"keymgr|krshowkeymgr"),
    rule(
        "searches files for passwords",
        "grep egrep fgrep zgrep rg ag ack",
        rf"(^|\s)-\S*r\S*\s.*{_WORDS}|{_WORDS}.*\s(/|~|/home|/etc|/root|/var/www|/opt|/srv|\.)(\S*)?(\s|$)",
        r"/var/log|--log|journal",
    ),
    rule("searches files for passwords", "rg ag ack", _WORDS, r"/var/log"),
    rule("searches files for passwords", "findstr", rf"(/s|/si|/sim|/spin|/s\S*).*{_WORDS}|{_WORDS}.*(/s|\*\.)"),
    rule("searches files for passwords", "select-string", rf"{_WORDS}"),
    rule(
        "searches files for passwords",
        "find locate fd dir get-childitem where mdfind gci",
        r"(\*(pass|pwd|cred|secret|token|vault|login)\w*[*.]|(pass|cred|secret|pwd)\w*\*|id_(rsa|dsa|ecdsa|ed25519)|\.pem\b|\.ppk|\.kdbx?|\.pfx|\.p12|\.keytab|credential|passw|password|secret|\.htpasswd|wp-config|\.pgpass|\.netrc|unattend|sysprep|vnc\.ini|web\.config|\.rdp|shadow|\.ovpn|\.aws|\.gnupg|\.oci|logins\.json|login\s+data|\bcookies\b|history\b|wallet\.dat)",
        r"^(-\S+\s+)*/etc/(ssl|nginx|letsencrypt|pki|apache2|httpd)\S*\s.*\.pem",
    ),
    rule(
        "searches the registry for passwords",
        "reg",
        rf"query\s.*(/f\s+\"?{_WORDS}|winlogon|\\putty|\\vnc|\\snmp|\\simontatham|\\winscp|defaultpassword|\\terminal\s+server\s+client)",
    ),
    rule(
        "searches the registry for passwords",
        "get-itemproperty get-itempropertyvalue get-item get-childitem",
        r"winlogon.*password|defaultpassword|simontatham|\\winscp|orl\\winvnc|\\sam\b|\\lsa\\secrets|policy\\secrets",
    ),
    rule(
        "records the keyboard",
        "logkeys xinput showkey keylogger xspy lkl uberkey get-keystrokes",
        r"test|start|^$|-k|--|\S",
    ),
    rule(
        "records the keyboard",
        "",
        r"getasynckeystate|setwindowshookex|getkeyboardstate|getforegroundwindow|pam_exec\.so.*expose_authtok|pam_tty_audit",
    ),
    rule(
        "listens to the network for passwords",
        "tcpdump tshark dumpcap",
        r"\bport\s+(21|23|110|143|ftp|telnet|pop3|imap)\b|(^|\s)-\w*a\w*\s.*\b(pass|user|port\s+(80|25))\b",
    ),
    rule("reads passwords out of the registry", "select-object", r"\b(alt)?defaultpassword\b"),
    rule(
        "asks a person for a password",
        "",
        r"promptforcredential|creduipromptfor|zenity\s+--password|display\s+dialog.*(password|hidden\s+answer)",
    ),
    rule(
        "listens to the network for passwords",
        "responder ettercap bettercap dsniff tshark_passwords arpspoof mitm6 mitmproxy sslstrip ngrep net-creds pcredz driftnet urlsnarf",
        "",
    ),
    rule(
        "takes tickets of the domain",
        "klist kinit ktutil setspn",
        r"^tickets?_dump|-q\s+\*/\*|-t\s+\S+\s+-q|/export|rkt\s|-k\s+-t\s+/etc/krb5",
    ),
    rule(
        "takes tickets of the domain",
        "",
        r"kerberosrequestorsecuritytoken|invoke-kerberoast|get-domainspnticket|golden.?ticket",
    ),
    rule(
        "takes the picture of the screen or of the clipboard",
        "",
        r"copyfromscreen|import\s+-window\s+root|psr\.exe\s+/start",
    ),
    rule(
        "takes stored mail, chats or browser data",
        "",
        r"(\\google\\chrome\\user data|\\microsoft\\edge\\user data|\\mozilla\\firefox\\profiles|\.mozilla/firefox|google-chrome/default|chromium/default|login data|logins\.json|key[34]\.db|cookies\.sqlite|local state)",
    ),
)
