"""Known-safe forms of PowerShell's commands. `*` among the options lets every option through but those for other hosts."""

# ruff: noqa: E501  # a pattern or a row of a table is read best in one line
from __future__ import annotations

LOOK = r"""
Get-Counter/Get-TimeZone/Get-Uptime/Get-PhysicalDisk/Get-Partition/Get-StoragePool/Get-VirtualDisk/Get-StorageSubSystem/Get-StorageHealthReport/Get-NetAdapterStatistics/Get-DnsClient/Get-DnsClientServerAddress/Get-NetConnectionProfile/Get-PrintJob/Get-PrinterPort/Get-PrinterDriver/Get-PrintConfiguration/Get-ScheduledTaskInfo/Get-WindowsUpdateLog/Get-MpSignature/Get-Website/Get-WebAppPoolState/Get-WebBinding/Get-IISSite/Get-IISAppPool/Get-WebSite/Get-WebApplication/Get-WebsiteState/Get-IISServerManager/Get-Cluster/Get-ClusterNode/Get-ClusterResource/Get-ClusterGroup/Get-ClusterSharedVolume/Get-VMHost/Get-VMSnapshot/Get-VMReplication/Get-VMSwitch/Get-VMNetworkAdapter/Get-VHD/Get-ADReplicationFailure/Get-ADReplicationPartnerMetadata/Get-DhcpServerv4Scope/Get-DhcpServerv4ScopeStatistics/Get-DnsServerZone/Get-DnsServerStatistics/Get-WBJob/Get-WBSummary/Get-WBPolicy/Get-Job/Get-Member/Get-Location/Get-Random/Get-Unique/Get-FileHash/Get-AuthenticodeSignature/Get-ExecutionPolicy/Get-Tpm/Get-MailboxDatabaseCopyStatus/Get-Queue/Get-TransportService/Get-ServerHealth/Get-ServerComponentState/Get-ExchangeServer/Get-RDSessionHost/Get-TransactionLog/Get-DbaDatabase/Get-SqlDatabase/Get-SqlAgentJob/Get-PSProvider/Get-Help/Get-DedupStatus/Get-DfsrBacklog/Get-DfsrState/Get-DfsrConnection/Get-DeliveryOptimizationStatus/Get-NetAdapterAdvancedProperty/Get-NetQosPolicy/Get-NetLbfoTeam/Get-Error/Get-StorageJob/Get-StorageReliabilityCounter/Get-WUHistory/Get-WULastResults/Get-PendingReboot/Get-WUList/Get-WindowsErrorReporting/Get-ItemPropertyCount/Get-Volume/Get-NetIPConfiguration/Get-Date | PSVALUE* | *
Get-MpThreat/Get-MpThreatDetection/Get-SmbOpenFile/Get-SmbConnection/Get-SmbSession/Get-DhcpServerv4Lease/Get-ADDomainController | PSVALUE* | * | piped
Get-MpComputerStatus/Get-ComputerInfo/Get-NetFirewallProfile/Get-NetFirewallSetting | FWPROFILE? | -profile=FWPROFILE -name=NAMES -all -policystore=NAME -property=NAMES | field
Get-EventLog/Get-WinEvent | EVENTS* | -logname=EVENTS -filterhashtable=EVENTS -filterxpath=XPATH -maxevents=INT -newest=INT -after=PSVALUE -before=PSVALUE -entrytype=NAMES -source=NAMES -instanceid=PSVALUE -index=INT -message=NAMES -oldest -providername=EVENTS -force -list -listlog=EVENTS -asbaseobject
Get-Disk/Get-PSDrive/Get-NetAdapter/Get-NetIPAddress/Get-NetIPInterface/Get-NetRoute/Get-Printer/Get-VM/Get-BitLockerVolume | PSVALUE* | * | some
Get-Service/Get-Process/Get-HotFix/Get-NetTCPConnection/Get-NetUDPEndpoint/Get-DnsClientCache/Get-ScheduledTask/Get-SmbShare/Get-Mailbox/Get-DnsServerResourceRecord/Get-WindowsFeature/Get-WindowsOptionalFeature/Get-Module/Get-Command/Get-Variable/Get-Host/Get-PnpDevice/Get-WindowsDriver/Get-AppxPackage/Get-Package/Get-LocalTime | PSVALUE* | * | narrow
Test-WSMan | SITE? |
Test-ComputerSecureChannel/Test-ServiceHealth/Test-ReplicationHealth/Test-MAPIConnectivity/Test-Cluster/Test-DnsServer | PSVALUE* | *
Test-NetConnection/Test-Connection | SITE PORT? | -computername=SITE -port=INT -count=INT -quiet -informationlevel=NAME -commontcpport=NAME -traceroute -targetname=SITE -buffersize=INT -delay=INT -timeoutseconds=INT -ipv4 -ttl=INT
Get-Service/Get-Process | | !-computername=LOCALHOST -name=NAMES
Resolve-DnsName | HOST? DNSTYPE? | -name=HOST -type=DNSTYPE -server=SITE -dnsonly -nohostsfile -quicktimeout -cacheonly
Resolve-Path/Measure-Object/Measure-Command/Select-Object/Where-Object/Sort-Object/Group-Object/Format-Table/Format-List/Format-Wide/Format-Custom/Compare-Object/ConvertTo-Json/ConvertTo-Csv/ConvertTo-Html/ConvertTo-Xml/ConvertFrom-Json/ConvertFrom-Csv/ConvertFrom-StringData/Out-String/Out-Null/Out-Host/Out-Default/Write-Host/Write-Output/Write-Verbose/Write-Warning/Write-Error/Write-Information/Write-Debug/Write-Progress/Join-Path/Split-Path/New-TimeSpan/Start-Sleep/Clear-Host/Get-Unique/Join-String/New-Guid/Set-StrictMode/Wait-Event/Find-WindowsUpdate/Wait-Job/Receive-Job/Show-EventLog/Get-FormatData | PSVALUE* | *
ForEach-Object | BLOCK+ | -begin=BLOCK -process=BLOCK -end=BLOCK
ForEach-Object | MEMBER | -membername=MEMBER
Get-ChildItem/Get-Item | WINPATH* | -path=WINPATH -file -directory -filter=NAMES -include=NAMES -exclude=NAMES -name -force -depth=INT -literalpath=WINPATH -hidden -system -erroraction=NAME
Get-ChildItem/Get-Item | WINTREE | -path=WINTREE !-recurse -file -directory -filter=NAMES -include=NAMES -exclude=NAMES -name -force -depth=INT -literalpath=WINTREE -hidden -system -erroraction=NAME
Get-ChildItem/Get-Item |  | !-path=WINTREE -recurse -file -directory -filter=NAMES -include=NAMES -exclude=NAMES -name -force -depth=INT !-literalpath=WINTREE -hidden -system -erroraction=NAME
Test-Path | WINPATH | -path=WINPATH -pathtype=NAME -literalpath=WINPATH
Test-Path | REGREAD |
Test-Path | | !-path=WINPATH !-literalpath=WINPATH -pathtype=NAME
Get-Acl | WINPATH? | -path=WINPATH
Get-ChildItem/Get-Item | CERTSTORE | -path=CERTSTORE -recurse -expiringindays=INT -dnsname=NAMES
Get-Content/Select-String | WINREAD | -path=WINREAD -tail=INT -totalcount=INT -first=INT -last=INT -raw -encoding=NAME -readcount=INT -pattern=PATTERN -simplematch -context=INT -allmatches -quiet -casesensitive -literalpath=WINREAD
Get-Content | READ | -tail=INT -totalcount=INT -raw
Select-String | PATTERN? WINREAD? | -pattern=PATTERN -path=WINREAD -simplematch -context=INT -allmatches -quiet -casesensitive -notmatch -inputobject=PSVALUE
Get-ItemProperty/Get-ItemPropertyValue/Get-Item/Get-ChildItem | REGREAD NAMES? | -path=REGREAD -name=NAMES -literalpath=REGREAD
Get-ItemProperty/Get-ItemPropertyValue | WINPATH PROPERTY? | -path=WINPATH -name=PROPERTY
Get-CimInstance/Get-WmiObject | | !-classname=CLASS !-class=CLASS -filter=QUERY -property=PROPERTIES -namespace=NAMES
Get-CimInstance/Get-WmiObject | HOSTCLASS? PROPERTIES? | -classname=HOSTCLASS -class=HOSTCLASS -property=PROPERTIES | field
Get-CimInstance/Get-WmiObject | BUSYCLASS? PROPERTIES? | -classname=BUSYCLASS -class=BUSYCLASS !-filter=QUERY -property=PROPERTIES
Get-CimInstance/Get-WmiObject | BUSYCLASS PROPERTIES? | -filter=QUERY -property=PROPERTIES | piped
Get-CimInstance/Get-WmiObject | | !-classname=BUSYCLASS !-class=BUSYCLASS -filter=QUERY -property=PROPERTIES | piped
Get-CimInstance/Get-WmiObject | CLASS PROPERTIES? | -classname=CLASS -class=CLASS -filter=QUERY -property=PROPERTIES -namespace=NAMES -query=WQL
Get-CimInstance/Get-WmiObject | | -query=WQL
Get-NetFirewallRule | NAMED? | !-displayname=NAMED !-name=NAMED !-displaygroup=NAMED -enabled=BOOL -direction=NAME -action=NAME
Get-NetFirewallRule | NAMED | -enabled=BOOL -direction=NAME -action=NAME
Get-NetFirewallRule | | -enabled=BOOL -direction=NAME -action=NAME -policystore=NAME | piped
New-Object | PLAINOBJECT PSVALUE? | -typename=PLAINOBJECT -property=PSVALUE -argumentlist=PSVALUE
Add-Member/Select-Xml | PSVALUE* | *
Import-Module | KNOWNMODULE | -name=KNOWNMODULE -disablenamechecking -force
Add-Type | | -assemblyname=ASSEMBLY
Set-Variable/New-Variable/Remove-Variable | VARNAME PSVALUE? | -name=VARNAME -value=PSVALUE -scope=NAME -force
Set-Location/Push-Location | WINPATH? | -path=WINPATH
Pop-Location | |
Invoke-WebRequest/Invoke-RestMethod/Test-Uri | URL | -uri=URL -usebasicparsing -timeoutsec=INT -method=GETHEAD -skipcertificatecheck -maximumredirection=INT -disablekeepalive
Invoke-Sqlcmd | | -query=SQL -serverinstance=INSTANCE -database=NAME -querytimeout=INT -trustservercertificate -connectiontimeout=INT
Find-Module/Find-Package | NAMES | -name=NAMES
Write-EventLog/New-WinEvent | | -logname=NAME -source=NAMES -eventid=INT -entrytype=NAME -message=TEXT -category=INT
"""

CHANGE = r"""
Start-Service/Restart-Service/Resume-Service | SERVICE? | -name=SERVICE -displayname=SERVICE -force -passthru -inputobject=PSVALUE
Stop-Service | SERVICE? | -name=SERVICE -force -nowait -passthru | start-service
Set-Service | SERVICE? | -name=SERVICE -startuptype=STARTUP -status=STATUS -displayname=TEXT -description=TEXT
Restart-WebAppPool/Start-WebAppPool/Start-Website/Start-IISSite/Start-WebSite | WINNAME? | -name=WINNAME
Stop-WebAppPool/Stop-Website | WINNAME? | -name=WINNAME -passthru | start
Clear-DnsClientCache/Register-DnsClient/Update-MpSignature/Reset-DnsClientCache/Update-HostStorageCache/Update-StorageProviderCache/Clear-DnsServerCache/Update-Disk | | -force -updatesource=NAME
Start-MpScan/Start-MpWDOScan | | -scantype=NAME -scanpath=WINPATH
Start-ScheduledTask/Stop-ScheduledTask | TASKNAME? | -taskname=TASKNAME -taskpath=WINPATH
Enable-NetAdapter/Restart-NetAdapter | WINNAME? | -name=WINNAME
Restart-PrintJob/Resume-PrintJob/Remove-PrintJob | PSVALUE? | -printername=WINNAME -id=INT -inputobject=PSVALUE
Repair-Volume | DRIVE? | -driveletter=DRIVE -scan -spotfix
Optimize-Volume | DRIVE? | -driveletter=DRIVE -analyze -retrim -defrag -slabconsolidate -verbose -retrim
Repair-WindowsImage | | -online -checkhealth -scanhealth -restorehealth -norestart
Remove-Item | WINTEMP | -force -recurse -erroraction=NAME
Remove-Item | | !-path=WINTEMP !-literalpath=WINTEMP -force -recurse -erroraction=NAME
Set-NetFirewallProfile | FWPROFILE? | -profile=FWPROFILE -enabled=TRUE -all
Enable-NetFirewallRule | | !-displayname=FWRULE !-name=FWRULE !-displaygroup=FWRULE
Set-MpPreference | | !-disablerealtimemonitoring=FALSE !-disablebehaviormonitoring=FALSE !-disableioavprotection=FALSE !-disablescriptscanning=FALSE !-disablearchivescanning=FALSE
Sync-DfsReplicationGroup/Update-DfsrConfigurationFromAD | WORD* | -groupname=NAME
Test-ComputerSecureChannel | | -repair -verbose
Resume-BitLocker | DRIVE? | -mountpoint=DRIVE
Start-VM/Resume-VM | WINNAME? | -name=WINNAME
Start-ClusterGroup/Start-ClusterResource/Move-ClusterGroup | WINNAME WINNAME? | -name=WINNAME -node=NAME
Enable-ScheduledTask | TASKNAME? | -taskname=TASKNAME -taskpath=WINPATH
Restart-WebItem | IISPATH | -pspath=IISPATH
Resume-Queue/Retry-Queue/Resume-MailboxDatabaseCopy | WINNAME | -identity=WINNAME
New-Item | OWNFOLDER | -path=OWNFOLDER -itemtype=DIRECTORY -force
Stop-Process | | !-id=PID -force -confirm=BOOL
Wait-Process | | !-id=INT !-name=NAMES -timeout=INT
Remove-Job/Stop-Job | PSVALUE? | -job=PSVALUE -force -id=INT -name=NAME
"""
