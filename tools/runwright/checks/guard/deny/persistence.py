"""Makes something start again by itself: schedules, services, logins, subscriptions.

After MITRE ATT&CK T1053, T1543, T1546, T1547, T1136, T1098. Files that do this are listed in `paths`, registry keys
in `registry`.
"""

# ruff: noqa: E501  # a pattern or a row of a table is read best in one line
from __future__ import annotations

from runwright.checks.guard.deny.rule import rule

RULES = (
    rule(
        "makes an account",
        "dscl sysadminctl dsenableroot ldapadd samba-tool",
        r"-create|-append|-adduser|^$|user\s+(create|add)|-u\s|group\s+addmembers",
    ),
    rule("starts something at every login", "launchctl", r"submit|load\b|bootstrap|enable"),
    rule("starts something at every login", "osascript", r"do\s+shell\s+script|login\s+item|password|quarantine"),
    rule("starts something at every login", "defaults", r"write.*(loginhook|logouthook|autolaunch)"),
    rule("puts a program in the place of another", "sdbinst", r"\S"),
    rule("hooks the mail server", "install-transportagent enable-transportagent new-transportrule new-inboxrule"),
    rule("starts something at every login", "", r"createshortcut\([^)]*(start.?menu|startup)"),
    rule(
        "switches off a task that protects the host",
        "schtasks disable-scheduledtask",
        r"(/change|-task(name|path)|^).*(systemrestore|\\windows defender|windowsupdate|\\sysmon|exploitguard).*(/disable|$)",
    ),
    rule(
        "changes the schedule of cron",
        "crontab",
        "",
        r"^(-u\s+\S+\s+)?-l\b|^-l\s+-u\s+\S+$|-v\b|^(-u\s+\S+\s+)?-e(\s+-u\s+\S+)?$|^--?help",
    ),
    rule("schedules a program", "at batch", "", r"^-[lq]\b|^-c\s+\d+$|^-V$"),
    rule("schedules a program", "systemd-run", r"--on-(active|boot|calendar|startup|unit)|--timer-property"),
    rule(
        "links a unit from elsewhere into systemd",
        "systemctl",
        r"\b(enable|link|start|reenable)\b.*\s(/(tmp|var/tmp|dev/shm|home|root|opt|mnt|media|srv|run/user)/|~|\./)|\blink\b",
    ),
    rule(
        "changes the environment of all services",
        "systemctl",
        r"\b(set-environment|import-environment)\b.*(ld_|path|bash_env)|set-default\s+(rescue|emergency)",
    ),
    rule(
        "schedules a program",
        "schtasks",
        r"/create|/change\s.*/(tr|ru|rp)\b|/s\s+\S|/delete.*/tn\s+\"?(\*|\\microsoft\\windows\\)",
    ),
    rule(
        "schedules a program",
        "register-scheduledtask new-scheduledtask new-scheduledtaskaction new-scheduledtasktrigger set-scheduledtask register-scheduledjob new-jobtrigger add-jobtrigger",
    ),
    rule("schedules a program", "", r"schedule\.service|win32_scheduledjob|registertaskdefinition|ps_scheduledtask"),
    rule(
        "makes a service",
        "sc",
        r"^(\\\\\S+\s+)?(create|sdset|privs)\b|binpath|config\s+\S+.*\b(obj|password|depend)=|failure\s+\S+.*command\s*=|failure\S*\s.*(actions=\s*\"?run|/run)|\\\\\S",
    ),
    rule("makes a service", "new-service nssm srvany instsrv install-service psservice winsw"),
    rule("makes a service", "set-service", r"-binarypathname|-credential|-securitydescriptorsddl"),
    rule("makes a service", "", r"win32_service.*(create|pathname)|win32_baseservice"),
    rule(
        "subscribes a program to events of Windows",
        "",
        r"__eventfilter|commandlineeventconsumer|activescripteventconsumer|__filtertoconsumerbinding|__eventconsumer|root[\\/]+subscription|eventconsumer",
    ),
    rule(
        "subscribes a program to events of Windows",
        "register-wmievent register-cimindicationevent register-engineevent register-objectevent set-wmiinstance set-ciminstance new-ciminstance mofcomp",
    ),
    rule("makes an account", "net", r"\b(user|users)\s+\S+\s+.*(/add|/active:yes)|\b(user|users)\b.*\s/ad[d]?\b"),
    rule("changes the password of an account", "net", r"\buser\s+\"?[\w$.-]+\"?\s+[^/\s]\S*"),
    rule("removes an account", "net", r"\busers?\s+\S+\s+.*/del|\busers?\s+\"?administrator\"?\s+/active:no"),
    rule("gives an account more rights", "net", r"\b(localgroup|group)\s+.*(/add|/del)|\baccounts\s+/"),
    rule("opens a share", "new-smbshare grant-smbshareaccess", r"everyone|anonymous|\*s-1-1-0|-path\s+[a-z]:\\?(\s|$)"),
    rule("opens a share", "net", r"\bshare\s+\S+=|\bshare\s+.*(/grant|/del|/delete)"),
    rule(
        "makes an account",
        "new-localuser enable-localuser rename-localuser",
    ),
    rule(
        "gives an account more rights",
        "add-localgroupmember",
        r"admin|remote|power|backup\s+op|hyper-v|dcom|s-1-5-32-5(44|55)",
    ),
    rule(
        "changes an account",
        "set-localuser disable-localuser remove-localuser",
        r"-password\b|administrator|-passwordneverexpires|guest",
    ),
    rule(
        "gives an account more rights",
        "add-adgroupmember add-adprincipalgroupmembership",
        r"admin|operators|schema|enterprise|domain\s+controllers|dnsadmins",
    ),
    rule(
        "changes the directory of the domain",
        "dsadd dsmod dsrm dsmove set-adaccountcontrol set-addomain set-adobject dsacls new-gplink new-gpo set-gpregistryvalue invoke-gpupdate_x netdom djoin ksetup add-adcomputerserviceaccount new-adcomputer add-addsreadonlydomaincontrolleraccount",
    ),
    rule(
        "makes accounts or changes their rights",
        "useradd adduser",
        r"(-o\s.*-u\s*0|-u\s*0\b|--uid[= ]0\b|-ou\s*0|-non-unique|-g\s*0\b|-p\s|--password|(-G|--groups|-aG|--ingroup|--gid)[ =]*\S*(sudo|wheel|root|admin|docker|lxd|shadow|disk)|\s(sudo|wheel|root|admin|docker|lxd|shadow|disk)$)",
    ),
    rule(
        "makes accounts or changes their rights",
        "usermod gpasswd groupmod newgrp",
        r"(sudo|wheel|\broot\b|admin|docker|lxd|shadow|disk|-u\s*0|-p\s|--password|-o\b)",
    ),
    rule(
        "changes or removes the password of an account",
        "passwd",
        r"(^|\s)(-d|--delete|-u|--unlock|--stdin|-l\s+root|root)",
    ),
    rule(
        "changes or removes the password of an account",
        "chpasswd newusers vipw vigr mkpasswd_x grpconv pwunconv",
        "",
    ),
    rule(
        "removes accounts",
        "userdel deluser groupdel",
        r"\broot\b|-f\b|--force|--remove-all-files|\b(sudo|wheel|admin\w*)$",
    ),
    rule("opens the host for a key", "ssh-copy-id ssh-import-id"),
    rule(
        "hooks the start of shells and programs",
        "",
        r"\b(ld_preload|ld_audit|prompt_command|bash_env|ld_library_path=/tmp|pythonstartup|perl5opt|node_options=.*--require|dyld_insert_libraries)\s*=",
    ),
    rule(
        "hooks the start of shells",
        "alias",
        r"^(-\S\s+)?(sudo|su|ls|cd|ssh|ps|cat|cp|rm|netstat|top|login|passwd)=.*[;&|/$(]",
    ),
    rule("hooks the start of shells", "trap", r"\b(debug|err|exit|return)\b.*(curl|nc|/tmp|base64)"),
    rule("hooks the start of PowerShell", "", r"\$profile\b|microsoft\.powershell_profile|profile\.ps1"),
    rule(
        "keeps software of its own",
        "netsh",
        r"add\s+helper|portproxy\s+(add|set)|set\s+dynamicportrange_x|trace\s+start",
    ),
    rule("runs commands whenever an event comes", "udevadm", r"control\s+--property|--reload.*-R.*tmp"),
    rule(
        "makes the system boot something else",
        "bcdedit bootcfg",
        r"/set\s+(\{\S+\}\s+)?(path|systemroot|kernel|hypervisorlaunchtype\s+off|osdevice|device)",
    ),
    rule("keeps a way in through the remote desktop", "tscon mstsc qwinsta_x", r"/dest|/shadow|/password|\S+:\d+|/v:"),
    rule(
        "keeps a way in through an Office add-in or macro", "", r"vbawarnings|accessvbom|wll_addin|xlstart|vbaproject"
    ),
    rule(
        "changes where commands are looked for",
        "",
        r"setenvironmentvariable\(\s*path|setenvironmentvariable\(.*(machine|user)\).*(temp|public)",
    ),
    rule(
        "changes where commands are looked for",
        "setx",
        r"\bpath\b.*(temp|public|appdata|users)|cor_profiler|cor_enable_profiling|complus",
    ),
    rule("loads a profiler into every program", "", r"cor_(enable_)?profil(er|ing)|coreclr_profiler"),
    rule(
        "installs a root kit or a back door",
        "",
        r"\b(diamorphine|reptile|azazel|jynx2?|bdvl|medusa_rk|father\.so|libprocesshider|weevely|webshell|china.?chopper|r57shell|b374k|wso\.php)\b|<\?php.*(system|eval|passthru|shell_exec)|eval\(\s*request|runtime\.getruntime\(\)\.exec",
    ),
)
