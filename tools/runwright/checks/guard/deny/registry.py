"""Keys of the Windows registry that start programs, weaken protection or hold secrets, when something writes to them.

After MITRE ATT&CK T1112, T1547.001, T1546, T1562.001, T1548.002.
"""

# ruff: noqa: E501  # a pattern or a row of a table is read best in one line
from __future__ import annotations

from runwright.checks.guard.matching import occurs
from runwright.checks.guard.words import listed

WRITERS = listed(
    "reg set-itemproperty new-itemproperty new-item remove-itemproperty remove-item copy-itemproperty rename-itemproperty "
    "set-item clear-item clear-itemproperty move-itemproperty regini regedit copy-item import-regfile"
)
_WRITING = r"^(add|import|load|restore|copy|delete|unload)\b"

KEYS: tuple[tuple[str, str], ...] = (
    (
        "starts a program at every login",
        r"\\currentversion\\(policies\\explorer\\)?run(once|onceex|services|servicesonce)?(\\|\s|\"|$)",
    ),
    (
        "starts a program at every login",
        r"\\winlogon(\\|\s|\"|$).*(shell|userinit|notify|gpextensions|autoadminlogon|defaultpassword|taskman|vmapplet)|userinitmprlogonscript|\\active setup\\|\\group policy\\scripts|\\explorer\\(user )?shell folders.*startup|\\command processor\b.*autorun|\\windows nt\\currentversion\\windows\b.*\s(load|run)\b",
    ),
    (
        "puts a program in the place of another",
        r"image file execution options|silentprocessexit|appinit_dlls|appcertdlls|\\session manager\b.*(bootexecute|knowndlls|pendingfilerename|setupexecute)|\\aedebug\b|inprocserver32|localserver32|\\shell(ex)?\\[^\\]+\\(open\\)?command|\\hangs\b.*debugger|startup-path|\\shell\\runas|delegateexecute|treatas|scrnsave\.exe|\\netsh(\s|\"|$)|\\exefile\\|\\app paths\\|\\autodialdll|mscfile|ms-settings",
    ),
    (
        "puts a program in the place of another",
        r"\\print\\(monitors|environments)|\\lsa\b.*(security packages|notification packages|authentication packages|osconfig)|\\timeproviders|\\networkprovider\\order|\\shimdatabase|appcompatflags\\(custom|installedsdb)|cor_profiler|bootverificationprogram|\\office\\.*\\(addins|perf|startup|outlook\\(webview|today))|\\office test\\",
    ),
    (
        "makes or changes a service",
        r"\\currentcontrolset\\services\\[^\s\"]+\"?.*(imagepath|servicedll|\bstart\b|binpath|failurecommand|parameters\b.*dll|securitydescriptor|\bsd\b)|\\controlset\d+\\services\\.*(imagepath|servicedll|\bstart\b)",
    ),
    (
        "switches protection off",
        r"windows defender|windefend|\\microsoft antimalware|real-time protection|security center|windowsfirewall|firewallpolicy|enablefirewall|\\sense\b|smartscreen|\\windows\\system\b.*(enablesmartscreen|scriptblock)|\\amsi\b|securityhealth|exploit protection|mitigationoptions|mpengine|spynet",
    ),
    (
        "switches protection off",
        r"enablelua|consentpromptbehavior|localaccounttokenfilterpolicy|filteradministratortoken|promptonsecuredesktop|\\policies\\system\b.*(disable\w+|hide\w+|legalnotice\w*)|uipi|enableinstallerdetection|validateadmincodesignatures|alwaysinstallelevated",
    ),
    (
        "switches protection off",
        r"\\control\\lsa\b.*(runasppl|lmcompatibilitylevel|disablerestrictedadmin|nolmhash|restrictanonymous|everyoneincludes|limitblankpassword|crashonauditfail|disabledomaincreds|lsacfgflags)|uselogoncredential|\\wdigest|deviceguard|credentialguard|hypervisorenforced|vulnerabledriverblocklist|\\ci\\(policy|config)",
    ),
    (
        "stops the record of what is done",
        r"\\eventlog\b|\\winevt\\(channels|publishers)|\\autologger\\|scriptblocklogging|modulelogging|transcription\b|processcreationincludecmdline|\\minint\b|etwenabled|complus_etw|\\audit\b|enablescripts|executionpolicy",
    ),
    (
        "opens the host for remote logins",
        r"fdenytsconnections|\\terminal server\b.*(shadow|fsinglesession|userauthentication|securitylayer|portnumber|allowremoterpc|wds|initialprogram|servicedll)|\\termservice\\|fallowtogethelp|\\openssh\b|\\winrm\\|allowunencrypted|\\telnet|lanmanserver\\parameters\b.*(nullsession|smb1|requiresecuritysignature|enablesecuritysignature|restrictnullsess)",
    ),
    (
        "takes tools away from people",
        r"disabletaskmgr|disableregistrytools|disablecmd|nocontrolpanel|disablesr|norun\b|disablechangepassword|disablelockworkstation|nologoff|noclose|hidefastuserswitching|shutdownwithoutlogon|nodesktop|\\safeboot\\|noautoupdate|disablewindowsupdate",
    ),
    (
        "weakens Office, browsers or certificates",
        r"vbawarnings|accessvbom|protectedview|dontupdatelinks|disableattachmentsinpv|\\trusted locations|\\security\\(level|blockcontentexecution)|\\(systemcertificates|enterprisecertificates)\\(root|authroot|ca|trustedp)|\\trust\\|\\internet settings\\(zones|zonemap)|zonemap|saveZoneInformation|lowriskfiletypes|proxyserver|autoconfigurl|extensioninstallforcelist|\\cryptography\\(oid|providers|defaults)",
    ),
    (
        "reads or changes the stores of passwords",
        r"(hklm|hkey_local_machine|hklm:)\\(sam|security)\b|\\lsa\\secrets|\\cached\b",
    ),
)


def registry_alarms(name: str, line: str) -> list[str]:
    """What is wrong with writing to the keys in this line; nothing when it does not write."""
    if name not in WRITERS or (name == "reg" and not occurs(_WRITING, line)):
        return []
    if name == "regedit":
        return ["it merges a file into the registry"] if occurs(r"/s|\.reg", line) else []
    if name == "reg" and occurs(r"^(import|load|restore|copy)\b", line):
        return ["it merges a file into the registry"]
    spelled = line.replace("/", "\\") if "\\" not in line else line
    return [what for what, key in KEYS if occurs(key, spelled)]
