"""Known-safe forms on Linux that only look: states, logs, numbers, connections, and the words of the shell itself."""

# ruff: noqa: E501  # a pattern or a row of a table is read best in one line
from __future__ import annotations

STATE = r"""
systemctl | status UNITS+ | --no-pager -l --full -n=INT --lines=INT -q --quiet -a --all --plain --no-legend -o=NAME --user --system
systemctl | show/is-active/is-enabled/is-failed/cat/list-dependencies/list-timers/list-sockets/list-jobs/is-system-running/get-default UNITS* | --no-pager -l --full -n=INT --lines=INT -p=UNITFIELD --property=UNITFIELD -q --quiet --value -a --all --failed --state=NAME -t=NAME --type=NAME --plain --no-legend -o=NAME --output=NAME --user --reverse --system
systemctl | list-units/list-unit-files UNITS* | --no-pager -l --full -q -a --all --type=NAME -t=NAME --plain --no-legend !--failed !--state=FAULTY --user --reverse
systemctl | list-units/list-unit-files UNITS+ | --no-pager -l --full -q -a --all --type=NAME -t=NAME --plain --no-legend
systemctl | list-units/list-unit-files | --no-pager -l --full -q -a --all --type=NAME -t=NAME --plain --no-legend | piped
systemctl | UNITS? | !--failed !--state=FAULTY --no-pager --all -a --type=NAME -t=NAME --no-legend --plain
service | UNIT status |
service | | --status-all | piped
rc-service/sv | UNIT status |
rc-status | | -a -s
supervisorctl | status UNITS* |
journalctl | JFIELD* | -u=UNITS --unit=UNITS -n=INT --lines=INT --no-pager -b=INT -b --boot -p=NAME --priority=NAME --since=WHEN --until=WHEN -S=WHEN -U=WHEN -x -e -k --dmesg -r --reverse -o=NAME --output=NAME -q --quiet --disk-usage --verify -t=NAME --identifier=NAME -g=PATTERN --grep=PATTERN --list-boots -a --utc --no-hostname --header -f
timedatectl/hostnamectl | status/show/timesync-status/show-timesync? | --no-pager -p=NAME --property=NAME --value
systemd-analyze | time/blame/critical-chain/verify UNITS* | --no-pager
systemd-analyze/systemd-cgls | | --no-pager -q -c -v
systemd-cgtop | | -b --batch -n=INT -1 -m -c
resolvectl | status/statistics/query SITE* | --no-pager
resolvectl | | --no-pager
networkctl | status/list NAME* | --no-pager -a
coredumpctl | list/info NAME* | --no-pager --since=WHEN -n=INT -r
df | PATH* | -h -H -i -T -P -k -m -a -l --total --human-readable --inodes --output=WORD --output -x=NAME -t=FSTYPE --local --print-type --sync -B=SIZE
du | PATH* | -h -s -x -c -d=INT --max-depth=INT -m -k -b --human-readable --summarize --apparent-size -S --exclude=GLOB --one-file-system --time --total
du | PATH* | -h -x -a -c -k -m -d=INT --max-depth=INT --exclude=GLOB --time | piped
free | | -h -m -g -b -k -t -w -s=INT -c=INT --human --mega --giga -l
uptime/nproc/arch/cal/pwd/sync/runlevel/lscpu/lslocks/lsirq/sestatus/getenforce/lsmem/zramctl/ | | -a -s -p -f -h -c -d -i -r -m -k -n -l -b -t -e -S -P -v -vv --all --pretty --since --short --fqdn --bytes -I -V
hostname | | !-f !-s !--fqdn !--short
aa-status/apparmor_status | | !--enabled
lspci/lsusb/aa-status/apparmor_status | | -k -v -n -s=WORD | piped
lsmod | | | piped
hostname/lsb_release | | -f -s -I -i -a -d -r --fqdn --short | some
uname | | !-r !-m !-n !--kernel-release !--machine
uname | | -a -r -s -m -n -v -p -o --kernel-release --machine | some
date | DATEFORMAT? | -u -d=TEXT --date=TEXT -I -Is -R --utc --iso-8601 --iso-8601=NAME -r=READ
id | NAME | -u -g -n -G
who | | !-b !-r
last | reboot/shutdown+ | -n=INT -x -F
conntrack | | !-C !-S !--count !--stats
column | READ? | !-t -s=TEXT
getconf | NAME+ |
vmstat/iostat/mpstat/pidstat/nfsstat/nfsiostat/numastat/slabtop/ifstat/nstat | WORD* | -x -k -m -h -d -c -n -u -r -p=NAME -P=NAME -s -S -w -t -y -z -b -B -q -A -1 -v -W -a -l -N -D -o
sar | INT* | -u -r -q -d -n=NAME -b -B -P=NAME -A -p -S -W -f=READ -s=WHEN -e=WHEN -h
rpcinfo | SITE? | !-p
iotop | | -b -o -n=INT -d=INT -P -a -k -t -q
top | | !-b -n=INT -p=WORD -o=NAME -H -c -w=INT -d=INT -i -E=NAME -e=NAME
ps | | !-C=NAME !-p=WORD !-q=WORD !--pid=INT !--ppid=INT -o=WORD -f -l -L -T -w -F --no-headers --sort=WORD -e -A -a -x -u=NAME -eo=WORD
ps | PSWORD* | -e -f -a -x -u=NAME -eo=WORD -o=WORD -C=NAME -p=WORD --sort=WORD -A -L -T -l -w --no-headers --ppid=INT -N -F -H --forest -axo=WORD -q=WORD --pid=INT --cumulative -A | piped
pgrep/pidof | WORD+ | -f -a -l -x -c -u=NAME -n -o -s -w -d=WORD -P=INT
pstree/pmap/pwdx | WORD* | -p -a -u -l -n -x -X -s -h | narrow
lsof | | !-i=PORTSPEC -P -n -t -s=PORTSPEC -l
lsof | WORD* | -i=PORTSPEC -i -P -n -p=WORD -t -s=PORTSPEC -nPi -Pni -c=NAME -a -w -l | narrow
fuser | WORD+ | -v -m -n=NAME -u
ss/netstat | WORD* | !-l -t -n -p -u -a -s -4 -6 -x -H !--listening --tcp --udp --numeric --processes
ss | | !-s !--summary
netstat | | !-s !-i -n
ss/netstat | WORD* | -l -t -n -p -u -a -s -i -e -o -4 -6 -m -x -H --listening --tcp --udp --numeric --processes --summary --statistics -w -c | narrow
ip | addr/address/a/link/l/route/r/rule/maddr show/list/ls/get WORD* | -s -4 -6 -br -brief -o -details -d -json -j -c -statistics -stats
ip | addr/address/a/link/l/route/r/rule | -s -4 -6 -br -brief -o -d -json -j -c -statistics -stats
ethtool | UNIT | -S -i -k -g -a -c -l
ifconfig | UNIT? | -a
route | | !-n
mtr/traceroute/tracepath/traceroute6 | SITE INT? | -n -r -c=INT -w -m=INT -q=INT -T -p=INT -I -b -4 -6 --report -i=NAME
ping/ping6 | SITE | -c=INT -W=INT -w=INT -i=TIME -q -4 -6 -n -I=NAME -s=INT -M=NAME -D -O
dig/drill | DNSWORD+ | -x=HOST -t=DNSTYPE -p=INT -4 -6 -type=DNSTYPE -timeout=INT -debug -query=DNSTYPE -W=INT
getent | hosts/ahosts/ahostsv4/services/protocols/networks SITE+ |
host/nslookup | DNSWORD SITE? | -t=DNSTYPE -p=INT -4 -6 -type=DNSTYPE -timeout=INT -debug -query=DNSTYPE -W=INT
nc | SITE ONEPORT ONEPORT? ONEPORT? | !-z -v -w=INT -u -n -4 -6
curl | URL+ | -f -s -S -k -I -i -v -m=TIME -o=DEVNULL -w=FORMAT --max-time=TIME --connect-timeout=TIME --fail --silent --show-error --head --output=DEVNULL --write-out=FORMAT --insecure --retry=INT --retry-delay=INT --retry-connrefused --noproxy=WORD -H=HEADER --header=HEADER -X=GETHEAD --request=GETHEAD -4 -6 --compressed --http1.1 --http2 --resolve=PINNED --get -G --fail-with-body --no-progress-meter --location --include --verbose
wget | URL | -q -T=INT -t=INT !--spider -S --tries=INT --timeout=INT --no-check-certificate --server-response -nv --quiet
wget | URL | -q -T=INT -t=INT !-O=NOWHERE !-qO=NOWHERE --tries=INT --timeout=INT --no-check-certificate -nv --quiet
findmnt | MOUNTED* | -l -n -J -o=WORD -t=FSTYPE -T=PATH --target=PATH -M=PATH --json --output=WORD -s -D -b --verify
lsblk/findfs/mountpoint/blkid/lsscsi/sensors | PATH* | -f -o=WORD -l -p -n -J -d -b -S -m -t -q -u -s -R -D -T=PATH --target=PATH -M=PATH --json --output=WORD
fdisk/sfdisk | PATH* | !-l !--list
parted | PATH print | -s -m -l
parted | | !-l
swapon | | --show -s --summary --noheadings --bytes --show=WORD
mount | | -l -t=FSTYPE
dmesg | | -T -H -k -l=WORD --level=WORD -x --ctime --human --since=WHEN --color=NAME --nopager -e --time-format=NAME --reltime -u
sysctl | SYSCTL+ | -n -e --values
sysctl | | !-a !--all -n -e | piped
prlimit | | !-p=INT !--pid=INT -n --nofile
ulimit | | -n -a -u -S -H -c -f -l -p
chronyc | tracking/sources/sourcestats/activity/ntpdata/waitsync INT* | -n -a -m -v
ntpq/ntpstat | UNIT* | -p -n -c=NAME
ntpdate | CLOCK+ | !-q -u
hwclock | | --show -r --verbose --get --compare
openssl | x509/crl/req | -in=CERT -noout -enddate -startdate -dates -subject -issuer -text -checkend=INT -fingerprint -sha256 -serial -ext=NAME -nameopt=WORD -inform=NAME -purpose -ocsp_uri -email -verify
openssl | s_client | !-connect=SITEPORT -servername=HOST -showcerts -brief -CAfile=CERT -starttls=NAME -crlf -status -tls1_2 -tls1_3 -quiet -verify_return_error -alpn=NAME -verify=INT -verify_hostname=HOST
openssl | verify CERT+ | -CAfile=CERT -untrusted=CERT -CApath=PATH -verbose
openssl | version/ciphers/dgst CERT* | -a -v -sha256
certbot | certificates |
keytool | | !-list -keystore=PATH -v -alias=NAME
mdadm | PATH* | !--detail !-D !--examine !-E !--query --detail --scan --test --brief
smartctl | PATH* | -a -H -i -A -x -l=NAME -d=NAME --all --health --info --scan -t=SHORT
nvme | smart-log/list/error-log/id-ctrl PATH* | -o=NAME
lvs/vgs/pvs/lvdisplay/vgdisplay/pvdisplay/lvscan/vgscan/pvscan | UNIT* | -o=WORD -a --noheadings --units=NAME --nosuffix -v --all -S=WORD -C -P --segments --options=WORD
dmsetup | ls/status/info/table NAME* | --tree -c
multipath | | !-ll !-l -v=INT
zpool/zfs | status/list/get/iostat/history NAME* | -v -x -H -o=WORD -t=NAME -p -r -L -T=NAME
btrfs | filesystem/device/subvolume/scrub usage/show/df/stats/list/status PATH* | -T -h
xfs_info/repquota/quota | PATH* | -a -u -g -s -v
tune2fs/dumpe2fs | PATH | !-l !-h
e2fsck/fsck/xfs_repair | PATH+ | !-n !-N -f -v -T -M
iscsiadm | | !-m=NAME -P=INT
exportfs | | -v -s
nmcli | connection/con/c show NAME+ | -t -f=WORD -p -g=WORD
nmcli | connection/con/c show? | -t -f=WORD -p -g=WORD !--active
nmcli | connection/con/c show? | -t -f=WORD -p -g=WORD | piped
nmcli | device/dev/d status/show NAME* | -t -f=WORD -p -g=WORD
nmcli | general/g/networking/radio status/connectivity? | -t -f=WORD
firewall-cmd | | --state --list-ports --list-services --get-active-zones --get-default-zone --zone=NAME --query-service=NAME --query-port=NAME
firewall-cmd | | --list-all --list-all-zones --zone=NAME | piped
ufw | status/version |
ufw | status verbose/numbered | | piped
iptables | UNIT | !-L !-S !--list !--list-rules -n -v -t=NAME --line-numbers
iptables | | !-L !-S !--list !--list-rules -n -v -t=NAME --line-numbers | piped
nft | list ruleset/tables/chains | -a -n | piped
fail2ban-client | status/ping/version UNIT? |
auditctl | | !-s
auditctl | | !-l | piped
ausearch | WORD* | -m=WORD -ts=WHEN -i -k=NAME -c=NAME --summary -l -x --start=WHEN -sv=NAME
aide | | !--check
getsebool | UNIT+ |
getsebool | | !-a | piped
matchpathcon/restorecon | PATH* | -a -n -v -R
crontab | | !-l -u=NAME
atq | |
ipmitool | sel/sdr/chassis/sensor/fru list/elist/info/status |
tuned-adm | active/list/recommend |
numactl | | !--hardware !--show !-H
snap | list NAME+ | --all
snap | list | --all | piped
snap | info/services/changes/version NAME* | --all
apt/apt-get | list/show/policy/check NAME+ | --installed -a -s -q
apt/apt-get | list | !--upgradable -a -q
apt/apt-get | policy/check |
apt/apt-get | list | --installed -a -q | piped
apt-cache | policy/show/search/depends/rdepends/madison/showpkg/stats NAME* |
apt-mark | showhold/showmanual/showauto |
dpkg/dpkg-query | | !-V !-C !--audit !--verify !--print-architecture
dpkg/dpkg-query | NAME* | !-l !-s !-L !-S !-V !-C !--list !--status !--listfiles !--search !--audit !--verify !-W -f=FORMAT !--get-selections !--print-architecture !--show --showformat=FORMAT | narrow
rpm | NAME* | !-q !-qa !-qi !-ql !-qf !-V !-Va !-qc --last !--query --all !--verify !-qR --changelog !-qp --qf=FORMAT --queryformat=FORMAT | narrow
yum/dnf/microdnf | list/info/repoquery installed/available/all? | -q -C --quiet --installed --all | piped
yum/dnf/microdnf | list/info/repoquery installed/available/updates? WORD+ | -q -C --quiet --installed --available --showduplicates -v
yum/dnf/microdnf | list updates | -q
yum/dnf/microdnf | repolist/check-update/provides/deplist/check/needs-restarting/updateinfo WORD* | -q -v --installed --available --showduplicates -C --quiet --all -r --security
zypper | lr/lu/info/patches/list-updates/list-patches/search/services/ps NAME* | -q -s
pacman | NAME+ | !-Q !-Qi !-Qs !-Qu !-Ql
pacman | | !-Qu
apk | list/info NAME+ | -v -I
apk | version/policy NAME* | -v
apk/pacman | list/info? | -v -I -Q -Qi | piped
needrestart | | -b -r=LISTMODE -p -k
unattended-upgrade | | !--dry-run -d --debug
python3/python/node/java/ruby/perl/go/php/gcc/git/docker/nginx/kubectl/helm/psql/mysql/redis-server/terraform/ansible/curl/openssl/make/pip/pip3/npm/httpd/apache2/postgres/mysqld/haproxy/named/unbound/vault/consul/etcd/containerd/runc/podman/rabbitmq-server/mosquitto/aws/gcloud/az/systemctl/tar/bash/sh/zsh/pwsh/ssh/sshd/mongod/node_exporter/prometheus/grafana-server/mysqladmin/pg_dump/rsync | | !--version
nginx/docker/node/go/php/httpd/apache2/haproxy/mosquitto | version? | !-v !-V
python3/python/psql/mysql/ssh/sshd/java | | !-V !-version
go/kubectl/helm/terraform/docker/podman | version/info | --client --short -o=NAME
python3 | | !-m=JSONTOOL
git | status/log/diff/show/rev-parse/describe/ls-files/shortlog/blame GITREF* | -s --short --oneline -n=INT -v -C=WORKTREE --stat --all -a -b --abbrev-ref --tags --always --porcelain --name-only --graph --decorate --no-pager --is-inside-work-tree --show-toplevel
git | branch/tag/remote/fetch | -v -a -r --list --all --tags --prune --dry-run -C=WORKTREE
tar | ARCHIVE+ | !-t !-tf !-tzf !-tvf !-tvzf !-tjf !-tJf !-tvJf !--list -v
unzip/gzip/xz/zstd | PATH+ | !-t !-l !--test !--list -v
cmp/diff | READ READ | -u -q -r -s -y --brief -w -b
modinfo | UNIT | -F=NAME -n
visudo/named-checkconf | | !-c !-z -q
named-checkconf | CONF? |
named-checkzone | UNIT PATH |
sshd/nginx/apachectl/apache2ctl/httpd/php-fpm/squid/keepalived/dnsmasq/rsyslogd/lighttpd/varnishd/promtool/php-fpm8.2/monit | | !-t !-T !-tq !-S !-N1 !--test -c=CONF -f=CONF -q -M -D
apachectl/apache2ctl/rabbitmqctl | configtest/status/fullstatus/check |
haproxy/unbound-checkconf/dovecot/telegraf/caddy/unbound-control | validate/status? | -c -f=CONF --config=CONF --test
promtool/amtool | check config/rules CONF+ |
squid | | !-k=PARSE
postfix | check/status |
postqueue/mailq | | -p
exim4 | | !-bpc !-bp
testparm | | -s
"""

SHELL = r"""
cat/zcat/tac/nl/bzcat/xzcat | READ* | -n -A -v -s -b -e -t
head/tail | INT? READ* | -n=INT -c=SIZE -q -v --lines=INT --bytes=SIZE
grep/egrep/fgrep/zgrep/zegrep/rg | PATTERN READ* | -i -v -c -n -E -F -P -o -w -x -q -h -H -l -L -s -a -r -m=INT -A=INT -B=INT -C=INT -e=PATTERN --color=NAME --color --count --quiet --ignore-case --invert-match --extended-regexp --only-matching --max-count=INT --include=GLOB --exclude=GLOB --line-number -R -z -U --text --silent --word-regexp --fixed-strings --no-messages
grep/egrep | READ* | !-e=PATTERN -i -v -c -E -n -q -h
uniq | PIPED? | -c -d -u -i -f=INT -s=INT -w=INT --count
wc/sort/cut/tr/column/paste/fold/fmt/expand | PIPED* | -l -w -c -m -L -n -r -h -u -k=WORD -t=TEXT -d=TEXT -f=WORD -s -i -V -b -g -M -R -D -z -N=WORD --reverse --numeric-sort --human-numeric-sort --key=WORD --unique --lines --delimiter=TEXT --fields=WORD --output-delimiter=TEXT
cut/sort/tr | PIPED* | -d -c -s -f=WORD -b=WORD -c=WORD -w=INT -dc
awk/gawk/mawk | AWK READ* | -F=TEXT -v=AWKVAR
sed | SED READ* | -n -E -r --quiet -u -s
sed | READ* | -n -E -r !-e=SED
jq | JSON READ* | -r -c -e -s -n -M -S --raw-output -j --exit-status --compact-output
yq | YQ READ* | -r -c -e -n -M -S --raw-output -j --exit-status --compact-output
echo | TEXT* | -n -e -E
printf | TEXT+ |
logger | TEXT* | -t=NAME -p=NAME -s -i --tag=NAME --priority=NAME --id
systemd-cat | | -t=NAME -p=NAME
sleep | TIME+ |
:/true/false | TEXT* |
wait | INT* |
exit/return | INT? |
break/continue/shift | INT? |
set | SETOPT* | -e -u -x -f -o=SETOPT -eo=SETOPT -euo=SETOPT -eux -euxo=SETOPT -Eeuo=SETOPT -E
shopt | NAME* | -s -q
read | FILLED* | -r -p=TEXT -t=INT -a -d=TEXT
test/[/[[ | TEXT* | -f -d -e -z -n -r -w -x -s -L -h -S -b -c -eq -ne -gt -lt -ge -le -nt -ot -a -o -p -t -k -u -g -O -G -ef
expr/seq/basename/dirname/bc/factor/numfmt | TEXT* | -l -q -w -s --to=NAME --from=NAME --suffix=NAME
command/type/which/whereis | NAME+ | -v -V -p -a -t -P
cd | PATH? |
umask | |
ls/dir | LOGDIR+ | -l -a -h -t -r -S -1 -A !-R
ls/dir | SHOWN* | -l -a -h -t -r -S -d -1 -A -i -L -n -s -Z -F -c -u -v -X --color=NAME --full-time --time-style=WORD --sort=NAME -b -Q
file/md5sum/sha256sum/sha1sum/cksum/sha512sum/b2sum | PATH+ | -b -i -L -z
stat/lsattr/getfacl/namei/readlink/realpath | SHOWN+ | -c=FORMAT -f -L -t -l -m -n -e -q -d -b -i -s -z --format=FORMAT --printf=FORMAT -R -P -h -p
tree | LOGDIR* | -L=INT -d -h -a -s
find | LOGDIR+ | -name=GLOB -iname=GLOB -type=NAME -mtime=INT -mmin=INT -size=SIZE -maxdepth=INT -mindepth=INT -print -print0 -ls -newer=PATH -empty -xdev -printf=FORMAT -user=NAME -group=NAME -ctime=INT -atime=INT -mount -follow -o -not -a -prune -path=GLOB -newermt=WHEN -cmin=INT -amin=INT
find | PATH+ | -type=NAME -maxdepth=INT -mindepth=INT -print -xdev -mount | piped
find | PATH+ | -type=NAME !-mtime=INT !-mmin=INT !-size=SIZE -maxdepth=INT -mindepth=INT -print -xdev -printf=FORMAT !-empty -mount !-newermt=WHEN !-ctime=INT !-name=LOGGLOB -not -prune -ls !-iname=LOGGLOB
"""
