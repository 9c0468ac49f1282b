"""PowerShell's aliases, and the types and methods that only look or compute.

Source: `Get-Alias` of Windows PowerShell 5.1 and PowerShell 7.
"""

# ruff: noqa: E501  # a pattern or a row of a table is read best in one line
from __future__ import annotations

from runwright.checks.guard.words import listed

_ALIASES = """
? Where-Object|% ForEach-Object|ac Add-Content|cat Get-Content|cd Set-Location|chdir Set-Location|clc Clear-Content
clear Clear-Host|cls Clear-Host|cli Clear-Item|clp Clear-ItemProperty|compare Compare-Object|copy Copy-Item
cp Copy-Item|cpi Copy-Item|cpp Copy-ItemProperty|curl Invoke-WebRequest|del Remove-Item|diff Compare-Object
dir Get-ChildItem|echo Write-Output|epcsv Export-Csv|erase Remove-Item|etsn Enter-PSSession|fc Format-Custom
fl Format-List|foreach ForEach-Object|ft Format-Table|fw Format-Wide|gal Get-Alias|gc Get-Content|gci Get-ChildItem
gcm Get-Command|gdr Get-PSDrive|ghy Get-History|gi Get-Item|gin Get-ComputerInfo|gjb Get-Job|gl Get-Location
gm Get-Member|gmo Get-Module|gp Get-ItemProperty|gpv Get-ItemPropertyValue|gps Get-Process|group Group-Object
gsn Get-PSSession|gsv Get-Service|gtz Get-TimeZone|gu Get-Unique|gv Get-Variable|gwmi Get-WmiObject|gcim Get-CimInstance
h Get-History|history Get-History|icm Invoke-Command|iex Invoke-Expression|ihy Invoke-History|ii Invoke-Item
icim Invoke-CimMethod|ipal Import-Alias|ipcsv Import-Csv|ipmo Import-Module|irm Invoke-RestMethod|iwmi Invoke-WmiMethod
iwr Invoke-WebRequest|kill Stop-Process|ls Get-ChildItem|lp Out-Printer|man help|md mkdir|measure Measure-Object
mi Move-Item|mount New-PSDrive|move Move-Item|mp Move-ItemProperty|mv Move-Item|nal New-Alias|ndr New-PSDrive
ni New-Item|nmo New-Module|nsn New-PSSession|nv New-Variable|ogv Out-GridView|oh Out-Host|popd Pop-Location
ps Get-Process|pushd Push-Location|pwd Get-Location|r Invoke-History|rcjb Receive-Job|rd Remove-Item
rdr Remove-PSDrive|ren Rename-Item|ri Remove-Item|rjb Remove-Job|rm Remove-Item|rmdir Remove-Item|rmo Remove-Module
rni Rename-Item|rnp Rename-ItemProperty|rp Remove-ItemProperty|rsn Remove-PSSession|rv Remove-Variable
rvpa Resolve-Path|rwmi Remove-WmiObject|rcim Remove-CimInstance|ncim New-CimInstance|scim Set-CimInstance
sajb Start-Job|sal Set-Alias|saps Start-Process|sasv Start-Service|sbp Set-PSBreakpoint|select Select-Object
set Set-Variable|si Set-Item|sl Set-Location|sleep Start-Sleep|sls Select-String|sort Sort-Object|sp Set-ItemProperty
spjb Stop-Job|spps Stop-Process|spsv Stop-Service|start Start-Process|sv Set-Variable|swmi Set-WmiInstance
tee Tee-Object|trcm Trace-Command|type Get-Content|wget Invoke-WebRequest|where Where-Object|wjb Wait-Job
write Write-Output|sc. Set-Content|fhx Format-Hex|cfs ConvertFrom-String|scb Set-Clipboard|gcb Get-Clipboard
stz Set-TimeZone|gerr Get-Error|shcm Show-Command|inmo Install-Module|asnp Add-PSSnapin|npssc New-PSSessionConfigurationFile
"""
ALIASES = dict(pair.split(" ", 1) for pair in _ALIASES.replace("\n", "|").split("|") if pair)
"""Full names by alias; `sc` is left out, for scripts mean the program sc.exe by it."""

SAFE_TYPES = listed(
    "int int32 int64 long uint32 double float decimal string bool boolean datetime timespan version math void array "
    "system.math system.datetime system.timespan system.string system.version regex hashtable pscustomobject psobject "
    "ordered switch system.environment environment nullable guid ipaddress net.ipaddress uri char byte "
    "system.serviceprocess.servicecontrollerstatus timezoneinfo system.timezoneinfo cultureinfo "
    "system.io.path io.path system.collections.arraylist"
)
SAFE_METHODS = listed(
    "tostring trim trimstart trimend tolower toupper tolowerinvariant toupperinvariant split replace contains startswith "
    "endswith indexof substring padleft padright equals round floor ceiling abs min max adddays addhours addminutes "
    "addmonths addseconds subtract touniversaltime tolocaltime parse tryparse isnullorempty isnullorwhitespace join "
    "format add count compareto gettype waitforstatus refresh length todatetime tofiletime "
    "getenvironmentvariable getfilename getextension getdirectoryname combine isdaylightsavingtime totaldays escape match "
    "ismatch new getowner toshortdatestring compare containskey getvalue getfilenamewithoutextension if while in and or not elseif"
)
