"""Programs of Windows that run or fetch foreign code under a trusted name.

After MITRE ATT&CK T1218, T1127, T1197, T1202, T1216, T1220 and T1105.
"""

# ruff: noqa: E501  # a pattern or a row of a table is read best in one line
from __future__ import annotations

from runwright.checks.guard.deny.rule import rule

_RUNS = "runs foreign code under the name of a program of Windows"
_FETCHES = "fetches a file through a program of Windows that is not made for it"

RULES = (
    rule(_RUNS, "", r"--(gpu-launcher|utility-cmd-prefix|renderer-cmd-prefix|browser-subprocess-path)|pkcs11provider="),
    rule(
        _RUNS,
        "certoc addinutil diantz settingsynchost setupugc vsiisexelauncher vsdiagnostics ie4uinit customshellhost dumpminitool dump64 ntsd runonce wbemtest",
    ),
    rule(_RUNS, "mshta", ""),
    rule(
        _RUNS,
        "regsvr32",
        r"/i:|scrobj|https?:|/u\b|/n\b|\\(temp|users|appdata|public|programdata)\\|\.(sct|txt|jpg|png|dat|ocx)\b|\\\\",
    ),
    rule(
        _RUNS,
        "rundll32",
        "",
        r"printui(\.dll)?\s*,?\s*printuientry|user32\.dll,(lockworkstation|updateperusersystemparameters)|powrprof\.dll|dfshim\.dll,cleanonlineappcache|inetcpl\.cpl,clearmytracksbyprocess|^\s*$",
    ),
    rule(
        _RUNS,
        "cmstp installutil regasm regsvcs ieexec mavinject presentationhost infdefaultinstall msxsl syncappvpublishingserver scriptrunner dfsvc tracker te cdb csi rcsi dnx fsi fsianycpu bginfo msdt microsoft.workflow.compiler mftrace msdeploy vsjitdebugger wfc pcwrun openconsole workfolders appvlp runscripthelper verclsid_ register-cimprovider stordiag ttdinject tttracer jsc ilasm aspnet_compiler devtoolslauncher dxcap coregen visualuiaverifynative remote squirrel rasautou atbroker",
    ),
    rule(
        _RUNS,
        "msbuild csc vbc",
        r"\\(temp|users|appdata|public|programdata|windows)\\|\.(xml|txt|csproj_)\b|/out:|https?:|^\S+\.(csproj|xml|proj|cs)\s*$",
    ),
    rule(_RUNS, "odbcconf", r"regsvr|-a\b|/a\b|-f\b|/f\b"),
    rule(_RUNS, "forfiles pcalua", r"/c\s|-a\s", r"/d\s+-\d+"),
    rule(_RUNS, "hh", r"https?:|\.chm|\S"),
    rule(_RUNS, "control", r"\.(cpl|dll)\b|:\w+$"),
    rule(_RUNS, "wsl bash_", r"-e|--exec|\bsh\b|\bcurl\b|\bwget\b|\bnc\b|/mnt/c|-u\s+root|\S"),
    rule(
        _RUNS,
        "cscript wscript",
        r"https?:|\\(temp|users|appdata|public|programdata)\\|//e:|:\w+\.(vbs|js)|\.(txt|jpg|png|sct|dat)\b|pubprn|winrm\.vbs.*(invoke|create|-format)|manage-bde\.wsf|slmgr\.vbs.*\\\\|\\\\|%(temp|appdata|public|userprofile)%",
    ),
    rule(
        _RUNS,
        "winrm pubprn",
        r"invoke|create|quickconfig_never|script:|-format:|set\s+winrm/config\S*.*(trustedhosts|allowunencrypted|basic)",
    ),
    rule(_RUNS, "dnscmd", r"serverlevelplugindll"),
    rule(_RUNS, "diskshadow", r"-s|/s|exec"),
    rule(_RUNS, "ftp", r"-s:"),
    rule(_RUNS, "explorer", r"https?:|/root|,|\\(temp|public|appdata)\\|\.(exe|js|vbs|hta|lnk)\b"),
    rule(_RUNS, "conhost", r"\S"),
    rule(_RUNS, "at", r"\d|\\\\"),
    rule(_RUNS, "appcmd", r"globalmodules|add\s+module|set\s+config.*(custom|handlers)|install\s+module"),
    rule(_RUNS, "fodhelper computerdefaults sdclt eventvwr slui wsreset cleanmgr_ changepk cliconfg mcx2prov migwiz"),
    rule(_RUNS, "xwizard verclsid", r"\{"),
    rule(_RUNS, "iexpress wextract", r"/n\b"),
    rule(
        _RUNS,
        "vsls-agent wlrmdr provlaunch launch-vsdevshell sqlps sqltoolsps wuauclt utilityfunctions cl_invocation cl_mutexverifiers",
        r"-\w|/updatedeploymentprovider|\S",
    ),
    rule(
        _RUNS,
        "",
        r"/updatedeploymentprovider|scrobj\.dll|pcwutl|zipfldr\.dll|advpack\.dll|ieadvpack|shdocvw\.dll|url\.dll|syssetup\.dll|setupapi\.dll|comsvcs\.dll|dfshim\.dll,shopenverb|desk\.cpl,installscreensaver|shell32\.dll,(control_rundll|shellexec)|ieframe\.dll,openurl|mshtml\.dll|pubprn\.vbs|winrm\.vbs|syncappvpublishingserver|loadassemblyfrompath|registerocx",
    ),
    rule(
        _FETCHES,
        "certutil",
        r"[-/](urlcache|verifyctl|url\b|decode|decodehex|encode|encodehex|ping|getcacert|f\b)",
        r"^-hashfile|^-dump|^-store",
    ),
    rule(
        _FETCHES,
        "bitsadmin",
        r"/(transfer|addfile|create|setnotifycmdline|resume|complete|addfileset|setminretrydelay|rawreturn)",
    ),
    rule(_FETCHES, "certreq", r"-post|-config"),
    rule(_FETCHES, "desktopimgdownldr extrac32 finger imewdbld", r"https?:|\\\\|@|:\w+|\S"),
    rule(_FETCHES, "mpcmdrun", r"-downloadfile"),
    rule(_FETCHES, "expand makecab extrac32 print replace", r"\\\\\S+\\|:\w+(\.\w+)?\s*$|/d:\S+:\S"),
    rule(_FETCHES, "esentutl", r"/y|/d\s|/vss"),
    rule(_FETCHES, "msiexec", r"https?:|\\\\\d"),
    rule(_FETCHES, "start-bitstransfer", r"-transfertype\s+upload|upload|\.(exe|dll|ps1|bat|hta|vbs|scr)\b"),
    rule(_FETCHES, "powershell curl", r"\b\w+://\S+\.(hta|sct|ps1)\b.*\|"),
    rule(
        _FETCHES,
        "notepad winword excel powerpnt mspub msaccess outlook teams onedrivestandaloneupdater configsecuritypolicy cmdl32 protocolhandler datasvcutil squirrel update xbap",
        r"https?:",
    ),
)
