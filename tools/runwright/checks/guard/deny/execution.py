"""Runs code that nobody can read before it runs, or opens a way in: reverse shells, interpreters' one-liners, payloads.

After MITRE ATT&CK T1059, T1027, T1105, T1095, T1572, T1496. What flows from a download into an interpreter is judged
in `flows`.
"""

# ruff: noqa: E501  # a pattern or a row of a table is read best in one line
from __future__ import annotations

from runwright.checks.guard.deny.rule import rule

_CODE = r"(socket|tcpsocket|fsockopen|/inet/tcp|net\.connect|subprocess|os\.(system|popen|dup2|exec|spawn)|pty\.spawn|/bin/(ba|da|z)?sh|child_process|eval\(|exec\(|exec\s|\bsystem[\s(\"]|base64|b64decode|urlopen|urllib|urlretrieve|http\.client|requests\.|open-uri|lwp::|io::socket|compile\(|__import__|marshal|pickle|ctypes|fork\b|shell_exec|passthru|popen|proc_open|os\.setuid|setuid\(|rmtree|unlink|esyscmd|run\(|shutil|os\.remove|codecs|fromhex|\\x[0-9a-f]{2}|chr\()"

RULES = (
    rule(
        "loads a foreign library",
        "enable ssh-keygen openssl mysql nginx sqlite3 psql",
        r"(^|\s)(-f|-D)\s*\S+\.so|-engine\s|--default-auth|--plugin-dir|load_module|load_extension|\.load\s",
    ),
    rule(
        "opens a connection for a remote shell",
        "ztcp zsocket zmodload socket rlogin rsh rexec",
        r"net/|-l|-[a-z]*p|\d|\S",
    ),
    rule(
        "runs commands through an option",
        "aria2c lftp ncftp sshfs borg hg rpm rpmdb rpmverify msgfilter csvtool fzf latexmk busctl enscript dhclient",
        r"--on-\S+=|^-c\s+['\"]?!|ssh_command=|--rsh|--config\s+alias|--pipe|%\(|unixexec|execute\(|-sf\s",
    ),
    rule(
        "starts programs through an object of another program",
        "",
        r"\bnew-object\b.*-com\w*\s+(wscript\.shell|shell\.(application|users)|mmc20\.|excel\.|word\.|outlook\.|internetexplorer|schedule\.)|gettypefrom(progid|clsid)|activexobject|getobject\(",
    ),
    rule(
        "serves the files of this host to others",
        "python php ruby busybox",
        r"http\.server|simplehttpserver|^-s\s+\S+:\d+|-run\s+-e\s*httpd|^httpd\b",
    ),
    rule("fetches a script to run it", "sqlcmd osql", r"-i\s+https?:"),
    rule(
        "starts a program through the loader",
        "ld-linux-x86-64.so.2 ld-linux.so.2 ld-linux-aarch64.so.1 ld-linux-armhf.so.3 ld.so ld-musl-x86_64.so.1",
        r"\S",
    ),
    rule(
        "opens a connection for a remote shell",
        "nc",
        r"(^|\s)-(?-i:[a-z]*[ec])\b|--exec|--sh-exec|--lua-exec|(^|\s)-[a-z]*l[a-z]*\b|/bin/(ba)?sh|cmd(\.exe)?(\s|$)|powershell",
        r"^(-\S*z\S*\s|.*\s-\S*z\S*\s)",
    ),
    rule(
        "opens a connection for a remote shell",
        "socat",
        r"exec:|system:|pty|openssl|tcp[46]?-listen|tcp[46]?-l:|udp\S*:|tcp[46]?:|shell:|/bin/|tun|file:|open:|create:",
    ),
    rule("opens a connection for a remote shell", "telnet", r"\d+\s*\|\s*/bin"),
    rule(
        "opens a connection for a remote shell",
        "",
        r"/dev/(tcp|udp)/[^ ]+\s*(0>&1|<&|>&|\|)|bash\s+-i\s*[>&]|sh\s+-i\s*[>&]|exec\s+\d+<>\s*/dev/(tcp|udp)",
    ),
    rule(
        "opens a connection for a remote shell",
        "",
        r"net\.sockets\.(tcplistener|udpclient)|\.getstream\(\)|system\.net\.sockets\.networkstream|sslstream\(",
    ),
    rule(
        "opens a way in through a tunnel",
        "ngrok chisel cloudflared frpc frps frp rathole bore gost localtunnel lt iodine dnscat dnscat2 ptunnel sshuttle plink ligolo pagekite zrok teleport pwncat revsocks reGeorg",
    ),
    rule(
        "opens a way in through a tunnel",
        "ssh autossh",
        r"(^|\s)-[a-zA-Z]*(?-i:[RDw])|remoteforward|dynamicforward|proxycommand|permitlocalcommand|localcommand",
    ),
    rule(
        "is a tool of attackers",
        "msfconsole msfvenom msfpc meterpreter empire covenant sliver sliver-server mythic metasploit beef-xss setoolkit evil-winrm impacket-psexec impacket-smbexec impacket-wmiexec smbexec wmiexec atexec dcomexec psexec.py smbexec.py wmiexec.py secretsdump.py getuserspns getnpusers ticketer ntlmrelayx merlin villain veil donut scarecrow commix sqlmap xsstrike weevely",
    ),
    rule(
        "is a tool of attackers",
        "",
        r"\b(invoke-(shellcode|reflectivepeinjection|dllinjection|powershelltcp\w*|poshratHttp|bypassuac|tokenmanipulation|credentialinjection|psinject|sharefinder|userhunter|smbexec|wmiexec|thehash|winenum|atomictest|portscan|nullamsi|obfuscation|phant0m|seatbelt|mimidogz|prelaunch|edrchecker|privesccheck|allchecks|vnc\w*|conptyshell)|powersploit|powerview|powerup|nishang|powercat|covenant|cobaltstrike|beacon\.dll)\b",
    ),
    rule(
        "is a tool of attackers",
        "",
        r"\b(get-(keystrokes|timedscreenshot|vaultcredential|domaincontroller_x|netuser|netgroup|netlocalgroup|netsession|netloggedon|domaintrust|forestdomain|gppautologon|unquotedservice|modifiableservice|registryalwaysinstallelevated)|add-exfiltration|find-(localadminaccess|domainuserlocation|avsignature)|new-elevatedpersistenceoption|add-persistence|set-masterbootrecord|exfiltration)\b",
    ),
    rule(
        "mines coins",
        "xmrig minerd cpuminer cgminer bfgminer ethminer nbminer t-rex phoenixminer lolminer xmr-stak ccminer",
    ),
    rule("mines coins", "", r"stratum\+(tcp|ssl)|--donate-level|cryptonight|randomx|nicehash|monero"),
    rule(
        "runs code that hides from a reader, in one line",
        "python perl ruby php lua luajit node deno bun r rscript julia octave octave-cli gnuplot m4 tclsh irb jrunscript jjs osascript expect groovy ghci dotnet racket",
        _CODE,
    ),
    rule(
        "runs commands through awk",
        "awk gawk mawk nawk",
        r"system\s*\(|/inet/|\|\s*getline|getline\s*<|\|\s*\"|\|&|@load|>\s*\"",
    ),
    rule(
        "runs commands through sed",
        "sed",
        r"(^|[\s;'/])\d*(,\d+)?e(\s+\S|$)|s(.)[^ ]*/e\b|/e($|\s|;)|\bw\s*/(etc|root)",
        r"^(-i\S*\s+)?(-E\s+)?-e\s+[^/]*$|^-n?\s*-e\s",
    ),
    rule(
        "runs commands through an editor or a viewer",
        "vim nano emacs less more man ed ex view joe pico rvim",
        r"(-c|--cmd|--eval|--batch|\+)\s*['\":]*\s*(:|!|py|lua|set\s+shell|silent|perl|ruby|shell|\()|!\s*/?(bin|sh|bash)",
    ),
    rule(
        "runs commands through an option",
        "tar",
        r"--checkpoint-action|--to-command|--use-compress-program|--info-script|--rsh-command|-I\s*['\"]?(sh|bash|/)|-F\s",
    ),
    rule("runs commands through an option", "zip", r"-TT|--unzip-command"),
    rule(
        "runs commands through an option",
        "rsync scp sftp",
        r"(-e|--rsh|-S|-oProxyCommand\S*|-o\s+ProxyCommand\S*)\s*=?\s*['\"]?([A-Z]:\\|\S*sh\s+-c|;|\S*/sh\b|sh\s|bash\s)",
    ),
    rule(
        "runs commands through an option",
        "git",
        r"(core\.(pager|editor|sshcommand|hookspath|fsmonitor)|alias\.\w+)\s*=?\s*\S|ext::|--upload-pack|--receive-pack|--exec=|-c\s+\S*(pager|command|helper)|\bhooks?/",
    ),
    rule("runs commands through an option", "nmap", r"--script[= ]\S*(/|exec|vuln|brute|exploit)|--interactive"),
    rule(
        "runs commands through an option",
        "gdb rpm apt apt-get dpkg make cmake gem cpan pip npm yarn composer bundle easy_install mysql tcpdump strace nginx dstat dmsetup facter man mail run-parts start-stop-daemon tee_exec openvpn ip ifconfig wall logrotate pg_dump puppet salt-call ansible ansible-playbook",
        r"-ex\s+['\"]?(!|shell|python)|%\{lua|pre-invoke|post-invoke|--eval|-z\s+\S*/|--use-vpn|--up\s|\\!|^-e\s+['\"]?(!|(sh|bash|system)\b)|-m\s+(shell|command|raw)\s",
    ),
    rule(
        "installs code from an address",
        "pip pipx uv npm yarn pnpm gem cargo go cpan cpanm composer easy_install luarocks conda",
        r"\b(install|add|get|i|x|exec|run)\b.*(https?://|git\+|git@|ftp://|--index-url|--extra-index-url|--trusted-host|--registry|-i\s+http)",
        r"https://(pypi\.org|registry\.npmjs\.org)",
    ),
    rule(
        "installs code from an address",
        "rpm yum dnf zypper apt apt-get dpkg snap msiexec apk add-appxpackage install-package install-module install-script",
        r"(-i|-U\S*|install|/i|/package|/fv|-path|/q\w*|-source\w*|-repository)\b.*(https?:|ftp:)|--nogpgcheck|--allow-unauthenticated|--force-yes|--allow-untrusted|\\\\[\d.]+\\",
    ),
    rule("runs a library as a program", "msiexec", r"/[yz]\b|/y\S"),
    rule(
        "adds a foreign source of software",
        "add-apt-repository apt-key yum-config-manager rpm register-psrepository dnf zypper",
        r"^(-y\s+)?(ppa:|deb\s|http)|^add\s|adv\s|--add-repo|--import\s+http|addrepo|-sourcelocation|-installationpolicy\s+trusted",
    ),
    rule(
        "loads code into memory",
        "",
        r"reflection\.assembly\]?::?\s*(unsafe)?load|\bassembly\]::(unsafe)?load|appdomain.*\.load\(|virtualalloc|virtualprotect|createremotethread|writeprocessmemory|ntcreatethreadex|queueuserapc|createthread|getdelegateforfunctionpointer|getprocaddress|loadlibrary|definedynamicassembly|marshal\]?::copy|kernel32(\.dll)?|heapcreate|rtlmovememory|dynamicinvoke",
    ),
    rule(
        "compiles foreign code in memory",
        "add-type",
        r"dllimport|-path\s+\S*\\(temp|users)|http|unsafe|process\.start|socket|webclient|frombase64",
    ),
    rule(
        "runs text as a command",
        "",
        r"scriptblock\]?::create|invokescript|invokecommand\.(invoke|newscriptblock|expandstring)|executioncontext\S*invoke|\[powershell\]::create|automation\.powershell|addscript\(|runspacefactory|\.invoke\(\)|psobject\.methods",
    ),
    rule("runs text as a command", "invoke-expression invoke-history"),
    rule(
        "starts a program through an object of Windows",
        "",
        r"wscript\.shell.*\.(run|exec|regwrite)\(|shell\.application.*(shellexecute|\.invokeverb)|\.shellexecute\(|mmc20\.application|shellbrowserwindow|shellwindows|ddeinitiate|excel4macro|\.execwb\(|c08afd90-f2a1-11d1|9ba05972-f6a8-11cf|vbscript:|javascript:|scriptcontrol|msxml2\.(server)?xmlhttp|winhttp\.winhttprequest|internetexplorer\.application|htmlfile",
    ),
    rule(
        "starts a program through WMI",
        "invoke-wmimethod invoke-cimmethod",
        r"win32_process|stdregprov|win32_product|\bcreate\b|-computername|-cimsession",
    ),
    rule("starts a program through WMI", "", r"win32_process[^ ]{0,20}\]?\.?\S*create|\[wmiclass\]|managementclass"),
    rule(
        "starts a program through WMI",
        "wmic",
        r"process\s+call|/format:|\bcall\s+(create|install|change)|product.*call\s+install|/node:",
    ),
    rule(
        "fetches a script to run it",
        "",
        r"\.(downloadstring|downloaddata|openread)\(|\.downloadfile\(|downloadfileasync|webclient\)?\)?\.(download|upload|open)|webrequest\]::create|bitstransfer.*(invoke|start-process)",
    ),
    rule(
        "puts a hidden text together",
        "",
        r"frombase64string.*(invoke|iex|load|start-process|assembly|writeallbytes|scriptblock|gzipstream|getstring)|(io\.compression|deflatestream|gzipstream).*(frombase64|memorystream)|-bxor|-encodedcommand|\[convert\]::to(u?int\d*|byte)\(\s*\$?\w*,?\s*(2|8|16)\)|\[char\]\s*\(?\s*0?x?\d+\)?\s*\+\s*\[char\]|\[char\[\]\]\s*\(?[\d,\s]{8,}|securestring.*(bstr|76492d1116743f04)",
    ),
    rule(
        "hides its window",
        "powershell pwsh start-process start conhost",
        r"-w\w*\s+(hid|1\b)|--headless|-windowstyle\s+['\"]?hid",
    ),
    rule("takes over the memory or the events of all programs", "bpftrace perf stap drgn", r"-e\s|system\(|--unsafe"),
    rule("eats the host's memory or processes", "stress stress-ng bomb forkbomb", r"--vm\b|--fork|--cpu\s+0|^\s*$"),
)
