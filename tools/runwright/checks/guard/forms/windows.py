"""Known-safe forms of the programs of Windows, for cmd and for PowerShell alike, and of cmd's own commands."""

# ruff: noqa: E501  # a pattern or a row of a table is read best in one line
from __future__ import annotations

PROGRAMS = r"""
sc | query/queryex/qc/qfailure/qdescription/enumdepend/getdisplayname/getkeyname ONESERVICE INT? |
sc | query/queryex STATEWORD* | | piped
sc | start/continue/interrogate ONESERVICE |
sc | stop ONESERVICE | | start
sc | config ONESERVICE start= auto/delayed-auto/demand |
sc | failure ONESERVICE reset= INT actions= RESTARTS |
net | statistics workstation/server |
net | start | | piped
net | start ONESERVICE | /y
net | stop ONESERVICE | /y | start
tasklist | | !/fi=FILTER /svc /v /fo=NAME /nh
tasklist | | /svc /v /fo=NAME /nh | narrow
ipconfig | | !/displaydns | piped
ipconfig | | /all /flushdns /registerdns /renew /showclassid
ping | SITE | -n=INT -w=INT -4 -6 -l=INT -a
tracert/pathping | SITE | -d -h=INT -w=INT -4 -6 -n
nslookup | DNSWORD SITE? | -type=DNSTYPE -timeout=INT -query=DNSTYPE -debug
netstat | INT | -a -n -o -b -e -s -r -p=NAME -f -t -q -an -ano -anob -abno -nao -rn -es
netstat |  | -a -n -o -b -e -s -r -p=NAME -f -t -q -an -ano -anob -abno -nao -rn -es | narrow
route | print | -4 -6
netsh | winsock/int/interface show/ip/ipv4/tcp catalog/show? config/interfaces/interface/addresses/route/global/dnsservers/stats? |
netsh | advfirewall show ALLPROFILES state |
netsh | interface show interface |
netsh | interface ip/ipv4/ipv6/tcp show NETSHWORD NETSHWORD* |
netsh | winhttp show proxy |
netsh | http show NETSHWORD |
netsh | winsock reset |
netsh | int/interface ip/ipv4/ipv6/tcp reset |
netsh | wlan show interfaces/drivers |
w32tm | | /query /status /source /peers /configuration /resync /monitor /verbose /force /rediscover /nowait /stripchart /computer:=CLOCK /samples:=INT /dataonly /tz
gpupdate | | /force /target:=NAME /wait:=INT
gpresult | | /r !/scope=COMPUTER
sfc | | /scannow /verifyonly
chkdsk | DRIVE? | /scan /perf
dism | | /online /cleanup-image /checkhealth /scanhealth /restorehealth /startcomponentcleanup /analyzecomponentstore /english /format:=NAME /norestart /get-featureinfo /featurename:=NAME
systeminfo/getmac | | /fo=NAME /v /nh | narrow
vol | |
hostname/ver | | | some
driverquery | | | piped
schtasks | | !/tn=TASKNAME /query /fo=NAME /v /nh /xml
schtasks | | !/query /fo=NAME /v /nh | narrow
schtasks | | !/run !/end /tn=TASKNAME /i
powercfg | | /list /l /query /getactivescheme /a /requests /lastwake /waketimers
fsutil | fsinfo/volume/dirty diskfree/query/drivetype/volumeinfo/ntfsinfo DRIVE |
vssadmin | list writers/providers/volumes/shadowstorage |
wevtutil | qe/gl/gli EVENTLOG? | /c:=INT /rd:=BOOL /f:=NAME /q:=XPATH
wevtutil | query-events/get-log/get-log-info EVENTLOG? | /c:=INT /rd:=BOOL /f:=NAME /q:=XPATH
dism | | /online /english !/get-features !/get-packages /format:=NAME | piped
iisreset | | /status /start /restart /noforce /timeout:=INT
iisreset | |
appcmd | list/start/recycle apppool/site/wp/sites/apppools/app WORD? | /state /name:=NAME
appcmd | list/start/recycle apppool/site WINNAME | /apppool.name:=WINNAME /site.name:=WINNAME
defrag | DRIVE | /a /v /o /u /l
bcdedit | | /enum
reagentc | | !/info
manage-bde | DRIVE | !-status
certutil | WINPATH? | !-pulse
dcdiag/repadmin | WORD* | /q /v /test:=NAME /showrepl /replsummary /showbackup /queue /s:=HOST /e /c /bysrc /bydest /errorsonly /kcc
cleanmgr | | /sagerun:=INT /verylowdisk /lowdisk /autoclean
usoclient | startscan |
wuauclt | | /detectnow /reportnow
lodctr/winmgmt | | /r /q /s /verifyrepository /salvagerepository
winrm | enumerate/get/id WINRMCONFIG? |
mountvol | | /l
typeperf | COUNTER+ | -sc=INT -si=INT
lpq | |
sqlcmd/osql | | !-q=SQL -s=SITE -e -d=NAME -h=INT -w -b -l=INT -t=INT
slmgr | | /dli /dlv /xpr
tzutil | | /g /l
find | TEXT WINREAD? | /i /c /n /v
findstr | PATTERN WINREAD? | /i /c:=PATTERN /n /v /r /l /b /e /x
more/sort | WINREAD? | /r /+
timeout | INT | /t=INT /nobreak
where | NAME | /q
docker/kubectl/git/node/python/python3/java/dotnet/pwsh/bash/sh | | !--version
dotnet | | --info --list-runtimes --list-sdks
"""

CMD = r"""
echo/rem/title | TEXT* |
dir | WINTREE* | /b /a /s /o:=NAME /o /a:=NAME /q /w /od /o-d /t:=NAME /ad /a-d /tc /-c /n /p
dir | WINPATH* | /b /a /o:=NAME /o /a:=NAME /q /w /od /o-d /t:=NAME /ad /a-d /tc /-c /n /p
cd/chdir/pushd | WINPATH? | /d
popd/cls/endlocal | |
setlocal | NAME? | enabledelayedexpansion
type/more | WINREAD |
set | NAME |
exit | INT? | /b
goto/shift | NAME? |
path | |
del/erase | WINTEMP+ | /q /f /a
mkdir/md | OWNFOLDER |
chcp | INT |
date/time | | !/t
"""
