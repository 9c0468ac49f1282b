"""Known-safe forms on Linux that change something: one named thing, in a way that can be undone or repeated."""

# ruff: noqa: E501  # a pattern or a row of a table is read best in one line
from __future__ import annotations

CHANGE = r"""
systemctl | start/restart/reload/try-restart/reload-or-restart/reset-failed/try-reload-or-restart STARTED+ | --no-block --no-pager -q --quiet --wait
systemctl | daemon-reload/reset-failed/daemon-reexec |  --no-pager
systemctl | enable/reenable/unmask/preset KNOWNUNIT+ | --now -q --quiet
systemctl | stop STOPPED | --no-block -q --quiet | start
service/rc-service | UNIT start/restart/reload/force-reload |
service/rc-service | STOPPED stop | | start
supervisorctl | start/restart/reread/update UNITS* |
sv | start/restart/reload UNIT |
journalctl | | !--vacuum-time=KEPT !--vacuum-size=KEPTSIZE !--rotate !--flush !--sync --no-pager
logrotate | LOGROTATECONF | -d --debug -v -f --force --verbose
resolvectl/systemd-resolve | flush-caches? | --flush-caches
systemd-tmpfiles | | !--clean !--create
chronyc | makestep/burst/online/refresh INT* | -a
hwclock | | !--systohc !-w !--hctosys
timedatectl | set-ntp true/1/yes |
sync | | -f
rm | OLDLOG+ | -f -v
rm | STALE+ | -f -v
truncate | LOGFILE+ | !-s=ZERO !--size=ZERO -c
gzip/xz/bzip2 | LOGFILE+ | -f -9 -v -k -1
find | FOUNDDIR+ | -name=GLOB -iname=GLOB !-mtime=OLDER !-mmin=OLDERMINUTES !-ctime=OLDER !-atime=OLDER -type=FILETYPE -size=SIZE -maxdepth=INT -mindepth=INT -print -delete -xdev -empty
apt-get/apt | clean/autoclean/update |  -q -y --yes
yum/dnf/microdnf | clean/makecache all/metadata/packages/expire-cache? | -y -q
zypper | clean/refresh/ref | -q --all -a
apk | update/cache clean? |
dpkg | | !--configure=PENDING
apt-get/apt | install | !-f !--fix-broken -y
pip/pip3/npm | cache purge/clean |
snap | restart UNIT |
update-ca-certificates/updatedb/ldconfig/newaliases/depmod/mandb/fc-cache | | -v
mount | MOUNTED | -o=REMOUNT -a -v
mount | SETASIDE | -o=SHUT -v
mount | | !-a -v
umount | SETASIDE | | mount
swapon | | !-a
fstrim | PATH* | -v -a --all --verbose
mkdir | OWNPATH+ | -p -m=MODE -v --parents --mode=MODE
touch | OWNPATH+ |
chmod | MODE OWNPATH+ | -v -R -c
chown/chgrp | OWNER OWNPATH+ | -v -R -c -h
restorecon | PATH+ | -R -v -F
postsuper | | !-r=WORD
postqueue/exim4/sendmail | | !-f !-q !-qff !-R
postfix/apachectl/apache2ctl/httpd | reload/graceful/restart/flush |
apachectl/apache2ctl/httpd | | !-k=GRACEFUL
nginx | | !-s=RELOAD
haproxy | | !-c -f=CONF
exportfs | | !-r !-ra -a -v
certbot | renew | --quiet -q --dry-run --no-random-sleep-on-renew --cert-name=UNIT
kill | SIGNUMBER? PID+ | -s=SOFTSIGNAL -HUP -USR1 -USR2 -TERM -WINCH -SIGHUP -SIGTERM -SIGUSR1
kill | ANYPID | !-HUP !-USR1 !-USR2 !-WINCH !-SIGHUP !-SIGUSR1 !-0
pkill/killall | SIGNUMBER? PROCESS | !-HUP !-USR1 !-USR2 !-WINCH -x !-SIGHUP -f
renice | | !-n=INT -p=INT
ionice | | !-c=INT -p=INT -n=INT
rabbitmqctl/rabbitmq-diagnostics | status/list_queues/list_connections/list_channels/cluster_status/node_health_check/check_running/check_port_connectivity/alarms/list_vhosts/ping/memory_breakdown/check_local_alarms WORD* | -q -p=NAME --vhost=NAME -n=NAME
fail2ban-client | reload/start UNIT? |
ip | link set NETDEV up |
ifup | NETDEV |
dhclient | NETDEV | -v -1
networkctl | reload/reconfigure NETDEV? |
nmcli | connection/con/c up NAME |
nmcli | device/dev/d connect/reapply NETDEV |
netplan | get |
smartctl | PATH | !-t=SHORT
tuned-adm | profile UNIT |
multipath | | !-r
freshclam | | --quiet
monit | reload/validate/summary/status UNIT? |
monit | start/restart UNIT |
fsfreeze | PATH | !-u
"""

SERVICES = r"""
docker/podman/nerdctl | ps | --filter=WORD -f=FORMAT -n=INT -l --latest --no-trunc -s -a -q --format=FORMAT --all --quiet
docker/podman/nerdctl | images | !--filter=WORD !-f=FORMAT -a -q --no-trunc -s --format=FORMAT --all --quiet
docker/podman/nerdctl | images TAG | -q --format=FORMAT
docker/podman/nerdctl | images/info | -a -q --no-trunc -s --format=FORMAT --all --quiet | piped
docker/podman/nerdctl | logs/inspect/stats/top/port/version/events/diff/history TAG* | -a -q --no-stream --tail=INT -n=INT --since=WHEN --until=WHEN --format=FORMAT --filter=WORD -f=FORMAT --no-trunc -s -l -t --details --latest --all --quiet
docker/podman/nerdctl | node/service/stack ls/list | --format=FORMAT --filter=WORD -q | piped
docker/podman/nerdctl | node/service/stack inspect/ps/logs TAG+ | --tail=INT --no-trunc --since=WHEN
docker/podman/nerdctl | container/image/volume/network ls/list | !--filter=WORD !-f=FORMAT -a -q --format=FORMAT --all
docker/podman/nerdctl | container/image/volume/network ls/list | -a -q --format=FORMAT --all | piped
docker/podman/nerdctl | system df | -v
docker/podman/nerdctl | container/image/volume/network/compose inspect/ps/logs/images/top TAG* | -a -q --tail=INT --format=FORMAT --filter=WORD -v --no-trunc -f=PATH -p=NAME --since=WHEN --all
docker/podman/nerdctl | start/restart/unpause TAG+ | -t=INT --time=INT
docker/podman/nerdctl | container start/restart TAG+ | -t=INT
docker/podman | stop TAG | -t=INT | start
docker/podman | compose start/restart/up/ps/logs/pull TAG* | -d --detach -f=COMPOSEFILE -p=NAME --tail=INT --no-deps
docker-compose | start/restart/up/ps/logs/pull/top/images TAG* | -d --detach -f=COMPOSEFILE -p=NAME --tail=INT --no-deps -q
docker/podman | image/builder/container/network/system prune | -f --force --filter=WORD
crictl | ps/images/pods/logs/inspect/info/stats/version TAG* | -a -q --tail=INT --name=NAME
kubectl/oc | get RESOURCES | -A --all-namespaces !-l=WORD !--selector=WORD !--field-selector=WORD -o=KUBEOUT --output=KUBEOUT --sort-by=FORMAT --no-headers -owide -oname
kubectl/oc | get RESOURCES | !-A !--all-namespaces -o=KUBEOUT --output=KUBEOUT --sort-by=FORMAT --no-headers --context=NAME -owide -ojson -oname | piped
kubectl/oc | get RESOURCES TAG* | -n=NAME --namespace=NAME -o=KUBEOUT --output=KUBEOUT -l=WORD --selector=WORD --show-labels --sort-by=FORMAT --field-selector=WORD --no-headers --context=NAME -owide -ojson -oyaml -oname --ignore-not-found --show-kind
kubectl/oc | describe RESOURCES TAG* | -n=NAME --namespace=NAME -l=WORD --context=NAME
kubectl/oc | logs TAG TAG? | -n=NAME --namespace=NAME --tail=INT --since=TIME -c=NAME -p --previous --all-containers --timestamps -l=WORD --context=NAME --max-log-requests=INT --prefix
kubectl/oc | top pods/pod/nodes/node/po/no TAG* | -n=NAME --namespace=NAME --containers --sort-by=NAME -l=WORD
kubectl/oc | top pods/pod/po | !-A !--all-namespaces --containers --sort-by=NAME -l=WORD --no-headers | piped
kubectl/oc | rollout status/history/restart TAG+ | -n=NAME --namespace=NAME --timeout=TIME -w --watch=BOOL --context=NAME
kubectl/oc | cluster-info/version | --client --short
kubectl/oc | explain TAG+ |
kubectl/oc | events | -n=NAME --types=NAME
kubectl/oc | config current-context |
kubectl/oc | wait TAG+ | --for=WORD --timeout=TIME -n=NAME -l=WORD --all
kubectl/oc | scale TAG+ | !--replicas=ATLEASTONE -n=NAME --namespace=NAME
kubectl/oc | uncordon TAG+ |
kubectl/oc | delete pod/po TAG | -n=NAME --namespace=NAME --wait=BOOL
helm | list/ls/status/history TAG* | -n=NAME --namespace=NAME -a
helm | list/ls | !-A !--all-namespaces -a | piped
psql | DATABASE* | !-c=SQL !--command=SQL -U=NAME -h=SITE -d=DATABASE -p=INT -t -A -x -q -X -At -tA --no-psqlrc -w --username=NAME --host=SITE --dbname=DATABASE -l !-l --list -F=TEXT
psql | | !-tAc=SQL !-Atc=SQL !-tc=SQL !-Atqc=SQL !-qtAc=SQL !-Xtc=SQL -U=NAME -h=SITE -d=DATABASE -p=INT
pg_isready/pg_lsclusters/pg_controldata | DATABASE* | -h=SITE -p=INT -U=NAME -d=DATABASE -q -t=INT
pg_ctlcluster | INT UNIT status/restart/start/reload |
pg_ctl | status/reload | -D=PATH
vacuumdb/reindexdb | DATABASE? | -U=NAME -h=SITE -p=INT -a --all -z --analyze -d=DATABASE -Z --analyze-only --analyze-in-stages -v -q -t=NAME -j=INT
mysql/mariadb | NAME? | !-e=SQL !--execute=SQL -u=NAME -h=SITE -P=INT -N -B -s -t --protocol=NAME -D=NAME --defaults-file=PATH --defaults-extra-file=PATH -sN -Nse=SQL -NBe=SQL -S=PATH --connect-timeout=INT
mysqladmin/mariadb-admin | status/ping/processlist/variables/extended-status/version/flush-hosts/flush-logs/flush-tables+ | -u=NAME -h=SITE --defaults-file=PATH -P=INT -v -i=INT -c=INT -r
mysqlcheck | NAME* | -c --check -A --all-databases -a --analyze -o --optimize -u=NAME -h=SITE --defaults-file=PATH
sqlite3 | PATH SQL | -readonly -header -column -json
redis-cli/valkey-cli | ping/info/dbsize/lastsave/time/role/bgsave/bgrewriteaof UNIT* | -h=SITE -p=INT -n=INT --no-auth-warning -s=PATH
redis-cli/valkey-cli | slowlog/client/memory/latency/config/cluster get/len/list/stats/doctor/info/nodes/usage/latest REDISWORD* | -h=SITE -p=INT
redis-cli/valkey-cli | | !--latency !--latency-history !--stat !--bigkeys !--memkeys -h=SITE -p=INT -i=INT -n=INT
redis-cli/valkey-cli | ttl/type/exists/llen/scard/hlen/strlen/zcard UNIT | -h=SITE -p=INT -n=INT
mongosh/mongo | | --quiet !--eval=MONGO --host=SITE --port=INT
etcdctl | endpoint/member/alarm health/status/list/hashkv/disarm | --cluster --endpoints=ENDPOINTS -w=NAME --write-out=NAME
etcdctl | defrag | --cluster --endpoints=ENDPOINTS
consul | members/info/operator? | -status=NAME
vault | status |
mosquitto_sub | | -h=SITE -p=INT -t=TOPIC -C=INT -W=INT -v
mosquitto_pub | | -h=SITE -p=INT -t=TOPIC -m=TEXT -q=INT
kafka-topics/kafka-topics.sh/kafka-consumer-groups/kafka-consumer-groups.sh/kafka-broker-api-versions.sh | | !--list !--describe --bootstrap-server=SITEPORT --topic=NAME --group=NAME --all-groups --under-replicated-partitions
nodetool | status/info/tpstats/compactionstats/netstats/ring/version/describecluster NAME? | -h=SITE
varnishadm | ping/status/backend.list/panic.show |
squidclient | mgr:info/mgr:mem |
asterisk | | !-rx=SHOW
cephadm/ceph | status/health/osd/df/mon/pg/quorum_status stat/tree/detail/status/df? | -s -f=NAME
gluster | volume/peer status/info UNIT? |
pcs/crm_mon/corosync-cfgtool/drbdadm | status/resource/cluster? status/show? | -1 -s
crm_mon | | -1 -r
virsh | list/dominfo/domstate/nodeinfo/pool-list/net-list UNIT* | --all
virsh | start UNIT |
terraform | plan/validate/show/fmt | -no-color -input=BOOL -check -detailed-exitcode -lock=BOOL
puppet | agent | --test -t !--noop
aws | ec2/rds/ecs/elb/elbv2/autoscaling/cloudwatch/route53/eks AWSVERB | --region=NAME --output=NAME --query=JSON --profile=NAME !--instance-ids=NAME !--filters=WORD !--cluster=NAME !--services=NAME !--name=NAME !--db-instance-identifier=NAME !--auto-scaling-group-names=NAME
aws | ec2/rds/ecs/elb/elbv2/autoscaling/cloudwatch/route53/eks AWSVERB | --region=NAME --output=NAME --query=JSON --profile=NAME | piped
gcloud | compute instances/disks/operations list | --format=FORMAT --project=NAME | piped
gcloud | compute instances/disks/operations describe UNIT | --zone=NAME --region=NAME --project=NAME --format=FORMAT
gcloud | container clusters describe UNIT | --zone=NAME --region=NAME --project=NAME --format=FORMAT
az | vm/aks/disk/webapp list | -o=NAME --output=NAME -g=NAME --resource-group=NAME | piped
az | vm/aks/group/network/disk/webapp show/get-instance-view/list-ip-addresses | -g=NAME -n=NAME -o=NAME --resource-group=NAME --name=NAME --output=NAME -d
lpstat/lpq | WORD* | -p -t -a -r -o -d -s -v
cupsenable/cupsaccept | UNIT |
exim | | !-bpc
nfsstat/ | | -c -s -m
salt-call | test.ping/grains.items | --local
upsc | NAME |
check_mk_agent | |
"""
