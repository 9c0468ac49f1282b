"""Words that begin with a capital and are no names of people, in small letters.

They keep "Patient Portal", "record for Web Server" and "Philips Monitor" as they are. Names of people are in `names`.
"""

from __future__ import annotations

NO_NAMES = frozenset(
    """
anonymous ftp asc desc ascending descending
pdf csv json html http https tiff jpeg png docx xlsx rtf converter exporter importer formatter dispatcher parser encoder
decoder renderer validator
customer sir madam colleague colleagues crash hang leak loss drift mismatch reply fwd hello hi dear attn
bit gigabit ethernet nines bits byte bytes megabit way sync gateway adapter
a about above access account accounts action active actual ad add added address addresses admin administration
administrator admission admissions adt after again agent ago alarm alert all allergy alpha already also amazon amd an
analyzer and android any apache api app apple application appointment appointments apps apr april archive are arrived as
assist at attempt aug august auth authentication available aws azure backup bad balance bank banner base bash batch
battery bed before begin beta billing bin birth bitlocker block blocked board body book boot both box bravo bridge
browser bucket buffer build building bus business by cache call called can cancelled cannot capacity card care case
catalog center central centre cerner certificate change changed channel charlie chart charts check checked chrome chunk
cisco citrix city claim claims class clean cleanup client clinic clinical close closed cloud cluster code collection
collector column command comment common communication company complete completed component compression computer
condition config configuration configured connect connected connection connections connector consent console contact
contacts container content context control controller copy core corrupt could count counter country create created
credential critical ct cur current customer cycle daemon daily dashboard data database date day days db dead debian
debug dec december default defender delay delete deleted delivery dell delta demo department deploy deployment desktop
detail details device devices diagnosis diagnostic diagnostics dicom did directory disabled discharge disconnected
discovery disk display dns dob docker doctor document documents does domain done down download dr drive driver drop due
dump duplicate duration echo edge edit ehr elastic email emergency empty emr enable enabled encounter encounters end
endpoint engine enterprise entry env environment epic equipment error errors event events exceeded excel exception
exchange execution exit expired explorer export external extract face facility factory fail failed failover failure
fallback false fast fatal fault feature feb february federation fedora feed fhir field file files filter finished fire
firefox firewall first flag flow folder for force form format forms fortinet found foxtrot frame framework frequency fri
friday from front full function gamma gateway general generator get git github gitlab global good google got grace
grafana graph group groups guard guide hadoop haproxy hard hardware has hash head header health healthcare heap heart
helm help helper her here hidden high his history hl7 home hospital host hosts hour how hp hub hyper ibm icd icu id
identifier identifiers identity idle if image images imaging import in inbound incident index info information ingress
init initial input insert install installation installed instance insurance integration integrity intel interface
internal internet interval into intranet invalid inventory invoice is issue it item items its jan january java
javascript jenkins jira job jobs join journal jul july jun june jupyter just kafka keep kernel key kit kubernetes lab
label labs lan language last latency launch layer leader lease left length lenovo level library license like limit line
link linux list listen listener live load loaded loader local locale location lock locked log logger login logon logs
loki long lookup loop lost low mac machine mail main maintenance manage managed management manager manual map mapping
mar march mark master match max maximum may me measure media medical medication medicine member members memory merge
message messages metadata method metric metrics microsoft middle migration min minimum minute mirth missing mobile mode
model module mon monday mongo monitor monitoring month mount move moved mrn multi must my mysql name named names native
net network new next nginx nhs night no node nodes none normal not note notes notice notification notifications nov
november now npi null number nurse nvidia object objects oct october of off office offline ok old on once one online
only open opened operating operation operations operator option options or oracle order orders organization other out
outlook output outside over overflow overview owner package pacs pagerduty panel parameter parent parse partition pass
passed password patch path pathology patient patients pattern payment pending per performance period permission person
pharmacy phase phone pid ping pipeline plan planned platform please plugin point policy pool port portal post postgres
postgresql power powershell practice prescription prescriptions primary print printer priority private privilege problem
procedure process processed processing product profile program progress project prometheus proper properties property
protocol provider provisioning proxy pull pump puppet push put python quality query queue quick quota rabbit radiology
random range rate raw read reader ready real reason rebooted receive received receiver recent record recorded recording
records recovery red redhat redirect redis redox reference referral refresh refused region register registration
registry reject rejected relation relay release reload remote remove removed render repair replica replication reply
report reporting reports repository request requests require required reset resource resources response restart
restarted restore result results retry return review right rm role rollback room root route router row rows ruby rule
rules run runner running runtime rust safe safety samba sample sat saturday save saved scan scanner schedule scheduled
scheduler schema scope screen script search second secret section security segment select self send sender sensor sent
sentinel sep sept september sequence serial series server servers service services session set settings setup severity
share shared sharepoint she sheet shell shift should show shutdown shutting sign signal simple since single site size
skip slack slot slow smart snapshot snmp soft software solr source space spark spec special speed splunk spooler spring
sql ssd ssh ssl ssn stack stage staging standard start started starting startup state statement static station
statistics status step stop stopped stopping storage store stored stream street string structure studio study style
subject submit subscriber subscription success suite summary sun sunday super supply support surgery suse suspended
switch sync syntax system systems table tag target task tasks tcp team technical template terminal terminated terraform
test tests text than that the their them then there they thread threshold thu thursday ticket time timed timeout timer
timestamp title tls to token tomcat too tool tools top topic total trace track traffic transaction transfer transport
trap tree trigger true trust try tue tuesday tunnel type ubuntu udp unable unavailable unexpected unit unix unknown
unlocked unrecoverable up update updated updates upgrade upload uptime urgent url us usage use used user username users
using utility vaccination validation validator value values variable vault veeam vendor verification verify version view
virtual visit visits vital vitals vmware volume vpn wait waiting ward was watch watson web webhook wed wednesday week
well were what when where which while who why wide wifi wildcard will window windows wireless with within without word
worker workflow workspace workstation world write writer wrong xen xml xray year yes you your zabbix zone zookeeper zulu
    """.split()  # noqa: SIM905 -- a list of words is read as words
)
"""What stands in messages of programs with a capital."""

MAKERS = frozenset(
    """
acuson adobe advia affymetrix agfa agilent airwatch aladdin alaris allscripts allyn alto amcom amico aquilion artis
aruba ascom aspera athena athenahealth atlassian avaya axis barco barracuda bayer beckman becton biomerieux biosig
biotronik bitdefender bluecoat bomgar boston brainlab bridges broadcom brocade cadence canon carbon cardiac carefusion
carestream cellavision centricity centura cepheid ciena citadel clearpass clinicals cobas codonics comarch commvault
connex consensys coreos cortex crystal cyberark cybereason cylance datto dickinson dictaphone draeger drager duo
dynatrace ecoulis edan eizo elekta elitech emc enovacom ensemble epson ericsson eset evident extreme f5 fieldglass
foxit freestyle fresenius fuji fujifilm fujitsu gehealthcare genetec getinge gigamon globalprotect greenway guidewire
halo hamamatsu harmony haven healtheast healthineers hexagon hillrom hitachi hologic honeywell hyland hyperion hyperv
ideagen illumina imagecast impax imprivata infoblox infor informatica insightvm instrumentation intellispace
intellivue intersystems invicta ipsum isilon ivanti ivenix jabber jasper jaspersoft johndoe juniper kiosks kiteworks
kodak konica kronos kyocera landesk lantronix leica lexmark liebert lifecare lifepak logitech logrhythm lorem
lumension luminex luminis lumira lynx magellan magic magnetom mako masimo mckesson medhost medidata meditech medtronic
meraki meridian microfocus microscan microstrategy milestone millennium mimecast mindray minolta mitel mobileiron
mortara motorola moxa mulesoft multiview myhealth nagios natus netapp netbackup netgear netscaler netskope nexpose
nextgen nexthink nihon nimble nokia nortel northgate novell nuance nutanix nutrition omnicell onbase onesign openemr
opengear openlink openmrs optiplex orchard ortho ortivus osirix oxinet palo panasonic pathfinder pathways peoplesoft
philips pitney polycom powerchart powerscribe proliant proofpoint provation pulse pyxis qlik qnap qualys quantum
radiant rapid7 rapidcomm raritan rauland razer resmed ricoh riverbed roche rubrik salesforce samsung sapphire sciex
sectra securonix sensis servicenow shimadzu siebel siemens sigma sirius skype smiths snomed softek softlab solarwinds
somatom sonicwall sonora sonosite spacelabs spectralink spectrum stentofon sterling storagetek stryker sunquest
sunrise surescripts symphonia symphony synapse syngo synology sysmex talend tanium tealeaf telerik teradata thales
thermo thunderbird tibco toshiba trane tripwire ubiquiti unify unity vaisala varian veradius vericis veritas verizon
versant vertica vertiv vidar vidyo visage vitrea vitros vmax voalte vocera webex wolters workday xeon xerox xper
yealink zebra zeiss zimmer zoll zoom zscaler
    """.split()  # noqa: SIM905 -- a list of words is read as words
)
"""Makers of what stands in clinics and data centres, and what they call it: some sound like people."""
