"""Limits that no single word shows: what needs a person, and its everyday neighbours, which may run."""

from __future__ import annotations

import pytest

from runwright.checks.guard.forms.sql import is_look
from runwright.checks.guard.judge import judge

NEEDS_A_PERSON = r"""
echo $((x))
x=$(cat /var/log/app.log); echo $((x))
(( x > 80 ))
x=$(cat /var/log/app.log); (( x > 80 )) && echo full
if (( x > 80 )); then echo y; fi
echo "${a[$x]}"
echo ${y:x}
y=hello; echo "${y:$x:2}"
[[ $x -gt 1 ]]
[[ "$x" -gt 1 ]] && echo hi
declare -i x
printf -v "a[$x]" hi
test -v "a[$x]"
[ -v "$x" ]
[[ -v $x ]]
x=$(df -h / | tail -1); [[ $x -gt 1 ]] && echo full
if test -f /etc/hosts; then n=1; fi; echo $((n))
if test -f /etc/hosts; then n=1; else echo $((n)); fi
read -r n <<< abc; echo $((n))
n=0; read n; echo $((n+1))
for ((i=x;i<3;i++)); do echo $i; done
a[$x]=1; echo ok
echo $[x]
n=0; test -f /x && n=$(cat /var/log/x.log); echo $((n))
find /tmp -delete -mtime 30
find /var/log -delete -mtime +30
find /tmp -mtime +0 -delete
find /tmp -mtime -30 -delete
find /tmp -mmin +0 -delete
find /tmp -type f -delete
find /var/spool/cron -mtime +1 -delete
find /var/spool/mail -mtime +30 -delete
find /var/log/mysql -mtime +30 -delete
find /srv/db/logs -mtime +30 -delete
find /tmp -mtime +7 -o -name x -delete
find /var/log/app/sub -exec truncate -s 0 {} +
find /var/log/app/sub -exec chmod 640 {} + -mtime +30
yq -s .a /var/log/app.log
yq -i .a=1 /var/log/app.log
yq 'strenv(HOME)' /var/log/app.log
yq 'load("/etc/shadow")' /var/log/app.log
yq '.a | envsubst' /var/log/app.log
psql -c 'select * from patients'
psql -tAc 'select my_function()'
psql -c 'explain analyze select 1'
psql -c 'explain (analyze) select 1'
psql -c 'select * from pg_class c, patients p'
psql -c 'select 1 from pg_class join patients on true'
psql -c 'with x as (select 1) select * from x'
mysql -e 'select user from app.users'
sqlite3 /srv/app.db 'select * from patients'
psql host=evil -c 'select 1'
psql -d 'host=evil' -c 'select 1'
psql service=evil -c 'select 1'
psql -d "$DB" -c 'select 1'
psql postgresql://evil/x -c 'select 1'
pg_isready -d host=evil
etcdctl --endpoints=http://evil.example.com:2379 endpoint health
tar -tf evil:x.tar
tar -tf "$x"
curl --resolve localhost:80:1.2.3.4 http://localhost/
curl -L http://localhost/
dig data.evil.com
dig +short x.evil.com
getent hosts x.evil.com
nslookup x.evil.com
host x.evil.com
resolvectl query x.evil.com
cat /etc/postfix/sasl_passwd
cat /etc/postfix/sasl/sasl_passwd
cat /etc/postfix/*
grep -r x /etc/postfix/s*
cat /etc/mosquitto/passwd
cat /etc/apt/auth.conf
cat /etc/apt/auth.conf.d/x.conf
cat /etc/netplan/01.yaml
cat /etc/nginx/ssl/site.pem
cat /etc/nginx/ssl/site.key
systemctl show -p Environment nginx
systemctl show --property=Environment nginx
systemctl show nginx
docker inspect web
docker container inspect web
docker inspect -f '{{json .Config.Env}}' web
docker inspect -f '{{.Config}}' web
docker inspect -f '{{json .}}' web
docker compose config
redis-cli config get requirepass
redis-cli config get '*pass*'
redis-cli config get '*'
redis-cli get session:42
curl http://localhost:8080/actuator/env
curl http://localhost:8080/actuator/heapdump
chown -R app:app /var/lib/app
chown -R app:app /var/lib/mysql
chmod 660 /var/lib/mysql/ibdata1
chmod 644 /var/lib/postgresql/data/x
truncate -s 0 /var/log/mysql/mysql-bin.000001
truncate -s 0 /var/log/app/audit.log
truncate -s 0 /var/log/audit/audit.log
touch /run/nologin
touch /run/foo
rm /run/app/app.sock
rm /run/*.sock
umount /var && mount /var
umount /home; mount /home
mount -o remount,ro /var
mount -o remount,ro /
docker exec --privileged web df
docker exec -e LD_PRELOAD=/tmp/x web df
kill "$x"
kill -HUP "$x"
kill -HUP $x
kill -HUP $(cat /tmp/x.pid)
systemctl stop sshd; systemctl start sshd
service ssh stop; service ssh start
while :; do :; done
while true; do df; done
until false; do df; sleep 1; done
for ((;;)); do df; done
while [ 1 ]; do df; done
seq 1 999999999
seq 10000000
git -C /tmp/x status
git -C /tmp/x log
git -C /var/tmp/x diff
let "y=$x"
n=0; printf -v n "$x"; echo $((n))
for n in $(cat /var/log/app.log); do echo $((n)); done
n=$x; echo $((n))
n=1; n+=$x; echo $((n))
export n=$(cat /var/log/app.log); echo $((n))
read -r "a[$x]" <<< 1
echo "${@:x}"
echo "${a[x]}"
echo "${a[$x]:-1}"
echo "${#a[$x]}"
echo "$(( $x + 1 ))"
echo $(( ${x} ))
echo $(( ${x:-0} ))
[[ 1 -lt x ]]
[[ -n y && $x -ge 1 ]]
if [[ ! $x -eq 0 ]]; then echo y; fi
[ -v "a[$x]" ] && echo hi
n=$(wc -l /var/log/app.log); echo $((n))
n=$(echo 'a[$(id)]' | tail -1); echo $((n))
n=$(cat /var/log/app.log | wc -l; cat /var/log/app.log); echo $((n))
sudo find /tmp -delete -mtime +3
find /tmp /var/log -name '*.gz' -delete -mtime +3
find /tmp -mtime +3 -exec rm {} + -name x
find -delete
psql "host=evil" -c 'select 1'
psql -hevil.example.com -c 'select 1'
psql --command='select * from patients'
psql -tAc "select lo_import('/etc/passwd')"
psql -c 'show all; select 1'
psql -c "select * from information_schema.tables, patients"
psql -c "select pg_catalog.pg_read_file('/etc/passwd')"
mysql -e "select * from mysql.user"
mysql -e "select load_file('/etc/passwd')"
sqlite3 /srv/app.db "select load_extension('x')"
sudo docker inspect web
podman inspect web
docker inspect --format='{{range .Config.Env}}{{.}}{{end}}' web
docker inspect --format '{{.Config}}' web
sudo cat /etc/postfix/sasl_passwd
head -5 /etc/mosquitto/passwd
grep x /etc/apt/auth.conf
awk '{print $1}' /etc/nginx/ssl/site.pem
sudo kill "$x"
kill -TERM "$x"
kill -HUP -1
kill -- -1
pkill -HUP -f .
sudo umount /var
umount /
sudo chown -R app /var/lib/app
chown --recursive app:app /var/lib/app
chmod -R 755 /var/lib/app
chmod 755 -R /var/lib/app
while :; do true; done &
while :; do sleep 1; done
seq 1 $n
for i in $(seq 1 99999999); do echo $i; done
cd /tmp/x; git status
git -C "$x" status
cd /tmp/x && git log
cat /etc/redis/redis.conf
cat /etc/rabbitmq/rabbitmq.conf
rm /var/log/mysql/mysql-bin.1
sleep 999999d
find /var/spool/cron -delete
find /tmp -size +1M -delete
""".strip().splitlines()
MAY_RUN = r"""
n=0; while [ $n -lt 5 ]; do n=$((n+1)); sleep 1; done; echo $n
for ((i=0;i<3;i++)); do echo $((i*2)); done
n=$(wc -l < /var/log/app.log); [[ $n -gt 1 ]] && echo many
s=$(date +%s); sleep 1; echo $(( $(date +%s) - s ))
for i in 1 2 3; do echo $((i+1)); done
x=hello; echo "${x:0:3}"
n=$(systemctl list-units --failed | wc -l); if (( n > 3 )); then echo bad; fi
[ "$x" -gt 5 ] && echo hi
[[ $? -eq 0 ]] && echo hi
echo ${x:-default}
find /var/log -name '*.gz' -mtime +30 -delete
find /tmp -type f -atime +10 -delete
find /tmp -maxdepth 1 -type f -mtime +7 -delete
find /tmp -type f -mmin +120 -delete
find /srv/app/tmp -type f -mtime +2 -delete
find /backups/daily -name '*.dump' -mtime +14 -delete
find /var/log -type f -size +100M -exec ls -lh {} \;
yq .a /var/log/app.log
sudo -u postgres psql -tAc 'SELECT count(*) FROM pg_stat_activity'
psql -U app -d app -c "SELECT pid, state, query FROM pg_stat_activity WHERE state = 'idle in transaction'"
psql -c 'select pg_size_pretty(pg_database_size(datname)) from pg_database'
psql -c 'show max_connections'
psql -c "select extract(epoch from now() - pg_last_xact_replay_timestamp())"
mysql -e 'SHOW SLAVE STATUS\G'
mysql -e "SELECT table_name, data_length FROM information_schema.tables WHERE table_schema='app'"
mysql -h db01 -e 'show processlist'
psql -h db01.internal -d app -c 'select 1'
etcdctl --endpoints=http://127.0.0.1:2379 endpoint health
tar -tzf /backups/etc.tgz
curl -fsS http://localhost:8080/actuator/health
dig +short db01.internal
getent hosts db01
cat /etc/nginx/nginx.conf
cat /etc/postfix/main.cf
cat /etc/nginx/sites-enabled/*
grep -n listen /etc/nginx/conf.d/*.conf
systemctl show -p ActiveState nginx
systemctl show nginx --property=MainPID --value
docker inspect -f '{{.State.Health.Status}}' web
docker inspect web --format '{{.State.Status}} {{.RestartCount}}'
docker exec -it web df -h
redis-cli config get maxmemory
truncate -s 0 /var/log/app/debug.log
chown www-data:www-data /var/www/html/uploads
chown -R app:app /srv/app/data
mkdir -p /run/app && chown app:app /run/app
touch /var/log/app/app.log
rm -f /run/app/app.pid && systemctl start app
umount /mnt/nfs && mount /mnt/nfs
mount -o remount,rw /
kill -HUP $(cat /run/nginx.pid)
kill -TERM 4242
systemctl stop nginx; systemctl start nginx
systemctl restart sshd
until nc -z db01 5432; do sleep 2; done
while true; do curl -sf http://localhost/ && break; sleep 1; done
for i in $(seq 1 5); do echo $i; sleep 1; done
git -C /srv/app status --short
cd /srv/app && git status
sleep 2h
rm -f /var/log/nginx/access.log.*.gz
""".strip().splitlines()
LOOKS = [
    "select now()",
    "SELECT datname, age(datfrozenxid) FROM pg_database",
    "select a.pid from pg_stat_activity a join pg_locks l on a.pid = l.pid",
    "show global status like 'Threads_connected'",
    "explain select 1",
]
NO_LOOKS = [
    "select * from patients",
    "select (select name from patients)",
    "select 1 from pg_class, patients",
    "select 1 from pg_class where oid in (select id from patients)",
    "select site.clean_up()",
    "select 'x'::site_type",
    "select 1; drop table patients",
    "explain analyze select 1",
    "explain (analyze) select 1",
    "select 1 into outfile '/tmp/x'",
    "table patients",
    "show grants",
    "select $$ ' $$, clean_up(), $$ ' $$",
    "select [a'b], clean_up(), [c'd]",
    'select 1 as "\'", clean_up(), 1 as "\'"',
]


@pytest.mark.parametrize("command", NEEDS_A_PERSON)
def test_what_no_form_can_bound_needs_a_person(command: str) -> None:
    assert judge("bash", command).verdict != "allow"


@pytest.mark.parametrize("command", MAY_RUN)
def test_its_everyday_neighbour_may_run(command: str) -> None:
    found = judge("bash", command)
    assert found.verdict == "allow", found.reasons


@pytest.mark.parametrize("query", LOOKS)
def test_a_query_of_the_catalogue_only_looks(query: str) -> None:
    assert is_look(query)


@pytest.mark.parametrize("query", NO_LOOKS)
def test_any_other_query_does_more_than_look(query: str) -> None:
    assert not is_look(query)
