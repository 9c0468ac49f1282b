"""Reaches further than one thing on one host: more rights, other hosts, everything at once.

After MITRE ATT&CK T1548, T1068, T1611, T1021, T1570, T1529, T1489. Targets of deletions are judged in `targets`.
"""

# ruff: noqa: E501  # a pattern or a row of a table is read best in one line
from __future__ import annotations

from runwright.checks.guard.deny.rule import rule

RULES = (
    rule(
        "opens this host for commands from elsewhere",
        "netsh new-netfirewallrule ufw firewall-cmd",
        r"group=\"?(remote|file and printer|windows remote|wmi|winrm)[^=]*enable=\"?yes|(localport|port|allow)[ =:-]*(in\s+)?(3389|5985|5986|4444|1337|23|445)\b.*|(3389|5985|5986|4444|1337)(/tcp)?.*action[ =]allow",
        r"action[ =]block|delete|from\s+10\.|remoteip=10\.|--remove",
    ),
    rule("sends data of the host away", "curl", r"(^|\s)(-\w*T|--upload-file)[ =]?\S+", r"(localhost|127\.0\.0\.1)"),
    rule("sends data of the host away", "wget", r"--post-file|--body-file", r"(localhost|127\.0\.0\.1)"),
    # More rights.
    rule(
        "lets anybody run a program as its owner",
        "chmod",
        r"(^|\s)([ugo]*\+[rwx]*s|u=[rwx]*s|0?[4-7][0-7]{3}|\+s)(,\S+)?\s",
        r"^(-\S+\s+)*[0-3]?1[0-7]{3}\s|^(-R\s+)?0?2[0-7]{3}\s+/(srv|var/www|home)",
    ),
    rule("lets anybody run a program as its owner", "install", r"-m\s*0?[4-7][0-7]{3}|--mode[= ]0?[4-7][0-7]{3}"),
    rule("gives a program more rights", "setcap", r"cap_|=\w*e|all=", r"^-r\s|cap_net_bind_service[=+]\+?e?i?p"),
    rule(
        "opens files of the system to everybody",
        "chmod",
        r"(777|666|o\+w|a\+w|ugo\+w|a\+rwx|o\+rwx|\+w|776|757|667).*\s(/etc|/usr|/bin|/sbin|/lib|/boot|/root|/var|/|/dev|/home)/?(\*|\s|$)|(777|666|o\+w|a\+w|a\+rwx|a\+r|o\+r|644|664|744)\s+\S*(/etc/(shadow|gshadow|sudoers)|/etc/passwd\s*$|id_(rsa|ed25519)|/root)",
        r"644\s+/etc/passwd",
    ),
    rule(
        "makes files of the system unusable",
        "chmod",
        r"(-R|--recursive|-[a-z]*R[a-z]*).*\s(0?000|a-rwx|-x|a-x|-rwx|u-rwx)\s",
    ),
    rule(
        "opens files of the system to everybody",
        "setfacl",
        r"(o::?rwx|u:nobody|other:\S*w|:rwx).*\s(/etc|/usr|/root|/)",
    ),
    rule(
        "starts a container that owns the host",
        "docker podman nerdctl",
        r"\b(run|create)\b.*(--privileged|--pid[= ]host|-v\s*/:|--volume[= ]/:|source=/,|src=/,|docker\.sock|--cap-add[= ](all|sys_admin|sys_ptrace|sys_module|dac_\S+)|--security-opt[= ]\S*unconfined|--device[= ]/dev/(sd|nvme|mem)|-v\s*/(etc|root|proc|boot|var/run|dev):)",
    ),
    rule(
        "steps out of a container",
        "nsenter chroot pivot_root",
        r"-t\s*1\b|--target[= ]1\b|\s*/(host|mnt/?\S*|proc/1/root)|^/(host|mnt)",
    ),
    rule("steps out of a container", "", r"release_agent|notify_on_release|/proc/1/root|/proc/sys/kernel/core_pattern"),
    rule("steps out of a container", "unshare", r"-[a-zA-Z]*[rU]|--map-root-user"),
    rule(
        "gives rights over a whole cluster",
        "kubectl oc",
        r"(clusterrolebinding|rolebinding).*(cluster-admin|--clusterrole[= ](admin|edit))|adm\s+policy\s+add|--privileged|hostpid|run\s+.*--overrides|auth\s+reconcile|certificate\s+approve|create\s+(clusterrole|serviceaccount\S*|token)|debug\s+node|\bapply\b.*https?:|\bcreate\b.*https?:",
    ),
    rule(
        "gives rights over a cloud account",
        "aws",
        r"iam\s+(create|attach|put|add|update|upload|enable|delete)-|sts\s+assume|ec2\s+(authorize-security-group-ingress.*0\.0\.0\.0/0|modify-(snapshot|image)-attribute)|s3api\s+put-bucket-(acl|policy)|--acl\s+public|cloudtrail\s+(stop|delete|update|put)|guardduty\s+(delete|update|disassociate)|config\s+stop|lambda\s+(create|update)-function|ssm\s+(send-command|start-session)|logs\s+delete",
    ),
    rule(
        "gives rights over a cloud account",
        "gcloud gsutil",
        r"add-iam-policy-binding|set-iam-policy|iam\s+(roles|service-accounts)\s+(create|update)|acl\s+ch\s+-u\s+allusers|add-metadata.*(ssh-keys|startup-script)|logging\s+sinks\s+(delete|update)|firewall-rules\s+create.*0\.0\.0\.0/0",
    ),
    rule(
        "gives rights over a cloud account",
        "az",
        r"role\s+assignment\s+create|ad\s+(app|sp|user)\s+(create|update)|vm\s+(run-command|extension\s+set)|nsg\s+rule\s+create.*\*",
    ),
    rule("makes itself administrator", "runas", r"/savecred|/netonly|/user:\S*(admin|system)"),
    rule(
        "makes itself administrator",
        "",
        r"sedebugprivilege|\b(juicy|rotten|sweet|rogue|god|print|ef|hot|bad)?potato(ng)?\b|printspoofer|adjusttokenprivileges|duplicatetoken(ex)?|impersonateloggedonuser|\bjuicypotato|uacme|akagi(32|64)|\bpwnkit\b|dirty(cow|pipe)|cve-20\d\d-\d+|eternalblue|zerologon|printnightmare|nopac\b|bypassuac",
    ),
    rule("makes itself administrator", "ln mklink", r"\s/(etc|root|home)/?\S*\s+\S*/(tmp|var/www)|/proc/self/mem"),
    # Other hosts.
    rule(
        "runs commands on other hosts",
        "psexec paexec remcom csexec winexe psshutdown pskill winrs xcmd smbclient rpcclient wmic.py dcomexec xfreerdp rdesktop freerdp vncviewer sshpass pssh pdsh clusterssh parallel-ssh mpssh crackmapexec evil-winrm invoke-psexec",
    ),
    rule("runs commands on other hosts", "wmic", r"/node:|/user:"),
    rule(
        "runs commands on other hosts",
        "ssh",
        r"stricthostkeychecking[= ]no|userknownhostsfile[= ]/dev/null|(^|\s)root@\S+\s+\S",
    ),
    rule(
        "runs commands on other hosts",
        "scp rsync sftp",
        r"stricthostkeychecking[= ]no.*(\.sh|/tmp|/etc)|\s\S*\.(sh|elf|bin|py)\s+\S*@\S*:",
    ),
    rule("runs commands on other hosts", "enter-pssession new-pssession connect-pssession new-cimsession", r"\S"),
    rule(
        "runs commands on other hosts",
        "invoke-command",
        r"-(computername|cn|session|hostname|vmname|connectionuri|asjob|filepath)|^[^-\s]\S*\s+\{\}",
    ),
    rule(
        "runs commands on other hosts",
        "schtasks sc reg tasklist taskkill shutdown at query",
        r"(^|\s)(/s\s+\S|\\\\[\w.$?*-]+|/m\s+\\\\)",
    ),
    rule(
        "reaches into another host's disks",
        "net new-psdrive copy-item copy xcopy robocopy move new-smbmapping psexec cmd pushd",
        r"\\\\\S+\\(admin|[a-z]|ipc|print)\$|\s/user:|-credential|-username|/u:",
    ),
    rule("reaches into another host's disks", "", r"\\\\[\w.-]+\\(admin|[c-z]|ipc)\$"),
    rule(
        "opens this host for commands from elsewhere",
        "winrm set-item enable-psremoting set-wsmanquickconfig",
        r"trustedhosts|allowunencrypted|-skipnetworkprofilecheck|\bbasic=|auth/basic|^\s*qc\s+-transport_x",
    ),
    rule(
        "searches the network for hosts",
        "nmap masscan zmap rustscan arp-scan netdiscover fping unicornscan nbtscan enum4linux smbmap ldapsearch_x nikto gobuster dirb ffuf wfuzz nuclei amass sublist3r wpscan hping3",
        r"/(8|9|1\d|2\d)\b|-s[SUATNFX]|-A\b|-p-|\d+\.\d+\.\d+\.\d+-\d+|\*|^[^-]*$|-g\b|-u\b|dir\s|-l\b",
    ),
    rule(
        "sends data of the host away",
        "curl wget nc ncat telnet invoke-webrequest invoke-restmethod http https rclone",
        r"(^|\s)(-d|--data\S*|-F|--form|-T|--upload-file|--post-file|--body-file|-infile|-body)[= ]?['\"]?\S*(@|/etc|/root|/home|/var|\.ssh|\.zip|\.tar|\.gz|\.sql|passwd|shadow|secret|\$\(|get-content|\.docx?|\.kdbx)",
    ),
    rule(
        "sends data of the host away",
        "",
        r"\.(uploadfile|uploadstring|uploaddata)\(|pastebin\.com|transfer\.sh|file\.io|0x0\.st|ix\.io|termbin\.com|webhook\.site|requestbin|pipedream\.net|burpcollaborator|oast(ify)?\.(com|pro|live|fun|me|site|online)|interact\.sh|ngrok(-free)?\.(io|app)|discord(app)?\.com/api/webhooks|api\.telegram\.org/bot|anonfiles|gofile\.io|mega\.nz|\.onion\b|serveo\.net|trycloudflare",
    ),
    rule("sends data of the host away", "send-mailmessage", r"-att\w*\s"),
    rule(
        "sends data of the host away",
        "scp sftp rsync",
        r"^(-\S+\s+)*(\S+\s+)*/(etc|root|home|var/lib|var/log|proc)(/\S*)?\s+(\S+@)?[\w.-]+:\S*",
    ),
    rule("sends data of the host away", "megacmd mega-put", r"copy|sync|move|put|backup"),
    # Everything at once.
    rule("ends every program", "killall5"),
    rule(
        "ends every program",
        "kill",
        r"(^|\s)-(9|15|19|6|2|\w{3,7}|-|s\s+\w+|n\s+\d+)\s+(--\s+)?-1\s*$|(-9|-kill|-sigkill|-s\s+\w+)\s+1(\s|$)",
    ),
    rule(
        "ends every program",
        "pkill killall skill",
        r"(-u\s*root|-U\s*0|--euid\s+root|\s\.\*?$|^\.\*?$|-f\s+['\"]?\.|^-9\s+(init|systemd)$|\b(systemd|init|dbus-daemon|sshd)$)|^$|-v\s",
    ),
    rule(
        "ends every program",
        "taskkill",
        r"/im\s+\"?\*|/fi\s+\"?(pid\s+(gt|ge|ne)|username|status\s+eq\s+running|memusage\s+(gt|ge)\s+0)|/im\s+\"?(csrss|wininit|winlogon|services|smss|lsass|svchost)",
    ),
    rule(
        "ends every program",
        "stop-process",
        r"-name\s+\"?\*|(^|\s)(csrss|wininit|winlogon|services|smss|lsass|svchost)(\s|$|,)",
    ),
    rule(
        "stops every service",
        "systemctl stop-service suspend-service",
        r"\b(stop|kill|mask|disable)\b.*\*|^-name\s+\*|^\*|-displayname\s+\*|\bisolate\s+(emergency|rescue)|\b(stop|mask|disable|kill)\b.*\s(sshd?|dbus|systemd-(logind|udevd|networkd|resolved)|networking|NetworkManager|network|getty\S*)(\.service)?(\s|$)",
    ),
    rule("crashes the host", "", r"/proc/sysrq-trigger|ntraisehardError|rtladjustprivilege.*ntshutdown"),
    rule("stops the host without writing its data", "reboot halt poweroff", r"(^|\s)-(\w*f\w*f|nf|fn|f)\b|--force"),
    rule(
        "stops the host without writing its data",
        "systemctl",
        r"\b(reboot|poweroff|halt|kexec)\b.*(-ff|--force\s.*--force|-f\b)|-(f|ff)\s+(reboot|poweroff|halt)",
    ),
    rule(
        "stops the host without writing its data",
        "kexec wmic psshutdown",
        r"-e\b|-l\s|os.*(shutdown|reboot|win32shutdown)|-\w",
    ),
    rule(
        "stops other hosts too", "stop-computer restart-computer shutdown", r"-computername|(^|\s)[-/]m\s+\\\\|\\\\\S"
    ),
    rule(
        "changes the owner of the whole system",
        "chown chgrp chmod setfacl",
        r"(^|\s)(-[a-zA-Z]*R[a-zA-Z]*|--recursive)\s.*\s(/|/\*|/(etc|usr|bin|sbin|lib|lib64|boot|var|root|home|dev|proc|sys|opt)/?\*?|~|\.\.|\.\./\S*)(\s|$)",
    ),
    rule("stops every task", "unregister-scheduledtask disable-scheduledtask", r"(^|-taskname\s+|-taskpath\s+)\\?\*"),
    rule(
        "removes the network",
        "ip ifconfig nmcli route",
        r"\b(flush)\b|addr\s+flush|route\s+flush|link\s+set\s+\S+\s+(address|promisc|netns)|route\s+del(ete)?\s+default|networking\s+off_x",
    ),
    rule(
        "removes every container",
        "docker podman nerdctl",
        r"\b(rm|kill|stop|rmi)\b.*(\s-f|--force).*\s-a(ll)?\b|\brmi?\b.*\s--all",
    ),
    rule(
        "locks or disables accounts",
        "disable-adaccount remove-aduser remove-adgroup remove-adcomputer remove-adgroupmember disable-mailbox",
        r"-filter\s+\*|-identity\s+\"?(administrator|krbtgt|domain admins)|admin",
    ),
)
