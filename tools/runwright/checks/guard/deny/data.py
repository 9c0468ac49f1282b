"""Destroys data: disks, file systems, databases, backups, and whole environments.

After MITRE ATT&CK T1485, T1486, T1488, T1489, T1490, T1561. Deleting files is judged by its target, in `targets`.
"""

# ruff: noqa: E501  # a pattern or a row of a table is read best in one line
from __future__ import annotations

from runwright.checks.guard.deny.rule import rule

_DEVICE = r"/dev/(sd|hd|vd|xvd|nvme|mmcblk|dm-|mapper/|md\d|disk/)|physicaldrive|\\\\\.\\[a-z]:"
DATABASES = "psql mysql mariadb sqlite3 sqlcmd osql isql sqlplus mongo mongosh cqlsh clickhouse-client invoke-sqlcmd db2 cockroach"

RULES = (
    rule(
        "deletes virtual machines or their disks",
        "virsh",
        r"\b(undefine|destroy|vol-delete|pool-delete|pool-destroy)\b",
    ),
    rule("deletes restore points and shadow copies", "tmutil", r"disable|delete"),
    rule("makes a new file system over what is there", "mkfs newfs format-volume mkudffs"),
    rule("formats a drive", "format", r"(^|\s)\(?[a-z]:"),
    rule("overwrites or wipes a disk or files beyond recovery", "wipefs", r"(-a|--all|-o|--force|-[a-z]*f)"),
    rule("overwrites files beyond recovery", "shred srm wipe sfill sswap sdelete scrub nwipe dban eraser"),
    rule("writes to a raw disk", "dd dcfldd dc3dd", rf"of=\S*({_DEVICE})"),
    rule(
        "writes to a raw disk",
        "cp cat tee pv mv badblocks",
        rf"(^|\s)(-[a-z]*w\S*\s.*)?({_DEVICE})\S*$",
        r"^\s*(-\S+\s+)*/dev/\S+$",
    ),
    rule("destroys the partitions of a disk", "sgdisk", r"(-z|--zap|-o\b|--clear|-d\b|--delete)"),
    rule("destroys the partitions of a disk", "parted sfdisk", r"mklabel|mktable|\brm\s+\d|--delete|--wipe"),
    rule("discards the blocks of a disk", "blkdiscard"),
    rule("erases a disk", "hdparm", r"--security-erase|--trim-sector|--make-bad-sector|--write-sector"),
    rule("erases a disk", "nvme", r"\b(format|sanitize|delete-ns|write-zeroes)\b"),
    rule(
        "makes the data of a disk unreadable",
        "cryptsetup",
        r"luksformat|erase|lukserase|lukskillslot|luksremovekey|reencrypt",
    ),
    rule("removes a volume with all its data", "vgremove pvremove"),
    rule("removes a volume with all its data", "lvremove", r"(-\w*f|-y|--yes|--force).*", r"snap"),
    rule("destroys a file system and its snapshots", "zpool zfs", r"\b(destroy|labelclear)\b", r"\S+@\S+"),
    rule("takes a disk array apart", "mdadm", r"--zero-superblock|--stop\s+--scan"),
    rule("destroys the partitions of a disk", "clear-disk initialize-disk remove-partition reset-physicaldisk"),
    rule("destroys the partitions of a disk", "diskpart", r"clean|format|delete|/s\b"),
    rule("overwrites free space so that nothing can be recovered", "cipher", r"/w"),
    rule("deletes restore points and shadow copies", "vssadmin", r"delete\s+shadows|resize\s+shadowstorage"),
    rule("deletes restore points and shadow copies", "wmic", r"shadowcopy.*delete|shadowcopy\s+call"),
    rule("deletes restore points and shadow copies", "diskshadow", r"delete|/s|-s|exec"),
    rule(
        "deletes restore points and shadow copies",
        "",
        r"win32_shadowcopy.*(delete|remove)|shadowcopy.{0,80}\.delete\(|systemrestore.*sr?removerestorepoint",
    ),
    rule("deletes restore points and shadow copies", "remove-ciminstance remove-wmiobject", r"shadowcopy"),
    rule(
        "deletes far more than one thing",
        "",
        r"io\.(directory|directoryinfo)\]?::delete\(\s*'?[a-z]:\\?(['\s,)]|\$|(users|windows|program|inetpub|boot|data)\S*)",
    ),
    rule("switches restore points off", "disable-computerrestore"),
    rule("deletes backups", "wbadmin", r"delete|disable"),
    rule(
        "deletes backups",
        "remove-wbbackupset remove-wbpolicy restic borg duplicity velero",
        r"set-policy|forget.*--keep-last\s+0|\bdelete\b|^$|-all\b|-force|-keepversions:?\s*0",
    ),
    rule(
        "keeps the host from recovering",
        "bcdedit",
        r"recoveryenabled|bootstatuspolicy|/delete|safeboot|/deletevalue|testsigning|nointegritychecks|loadoptions",
    ),
    rule("keeps the host from recovering", "reagentc", r"/disable"),
    rule(
        "destroys the record of file changes",
        "fsutil",
        r"usn\s+deletejournal|setzerodata|behavior\s+set\s+symlinkevaluation",
    ),
    rule("overwrites the start of a disk", "bootsect bootrec", r"/force|/fixmbr"),
    rule(
        "destroys a database or all its rows",
        DATABASES,
        r"\bdrop\s+(database|schema|table|user|role|keyspace|tablespace|index|view|owned|measurement)\b",
    ),
    rule(
        "destroys a database or all its rows",
        DATABASES,
        r"\btruncate\s+(table\s+)?[\w\"`]|\bdelete\s+from\s+[\w.\"`\[\]]+\s*(;|$|\"|'|where\s+(1\s*=\s*1|true))",
    ),
    rule(
        "destroys a database or all its rows",
        DATABASES,
        r"dropdatabase|\.drop\(|deletemany\(\s*\{\s*\}\s*\)|\.remove\(\s*\{\s*\}\s*\)|update\s+\w+\s+set\s+[^;]*(;|$)",
        r"(?i)\bwhere\b",
    ),
    rule(
        "runs commands of the system through a database",
        DATABASES,
        r"xp_cmdshell|sp_oacreate|sys_exec|copy\s+.*(to|from)\s+program|into\s+(out|dump)file|load_file\s*\(|pg_read_file|lo_import|\\!|sys_eval|\.shell|(^|[;'\"]|-e)\s*system\s+\w",
    ),
    rule(
        "gives away or takes away rights in a database",
        DATABASES,
        r"\bgrant\s+all|with\s+grant\s+option|superuser|sp_addsrvrolemember|alter\s+server\s+role|identified\s+by|create\s+(user|login|role)|alter\s+(user|login|role)|pg_hba|drop\s+(user|login|role)",
    ),
    rule(
        "reads stored passwords of a database",
        DATABASES,
        r"pg_shadow|pg_authid|mysql\.user|authentication_string|sys\.sql_logins|syslogins|password_hash",
    ),
    rule("destroys a database", "dropdb dropuser"),
    rule("destroys a database", "mysqladmin", r"\bdrop\b|flush-privileges.*--skip-grant"),
    rule(
        "empties a data store",
        "redis-cli valkey-cli keydb-cli",
        r"\bflush(all|db)\b|\bconfig\s+set\s+(dir|dbfilename|requirepass)|module\s+load|\bslaveof\b|\breplicaof\b|\bshutdown\b|\beval\b|debug\s+\w",
    ),
    rule("empties a data store", "etcdctl", r"\bdel\b.*(--prefix|--from-key)|role\s+grant|user\s+add"),
    rule(
        "deletes a whole index or database over HTTP",
        "curl wget http https xh invoke-restmethod invoke-webrequest",
        r"(-x\s*delete|--request[= ]delete|-method\s+delete|^delete\s|\sdelete\s+\S*http).*",
    ),
    rule(
        "deletes queues or topics with all their messages",
        "kafka-topics kafka-topics.sh rabbitmqctl rabbitmqadmin",
        r"--delete|force_reset|\breset\b|delete_(queue|vhost|user)|purge_queue|delete\s+(queue|exchange|user)|add_user|set_user_tags",
    ),
    rule(
        "deletes a whole environment",
        "kubectl oc",
        r"\bdelete\b.*(\s--all\b|\s-a\b|--all-namespaces|\b(ns|namespaces?|nodes?|no|pv|persistentvolumes?|pvc|persistentvolumeclaims?|crds?|customresourcedefinitions?|clusterroles?|deploy\S*|statefulsets?|sts)\b)",
    ),
    rule("deletes a whole environment", "terraform tofu terragrunt pulumi", r"\bdestroy\b|state\s+rm|apply.*-destroy"),
    rule("deletes a whole environment", "vagrant", r"destroy.*-f"),
    rule(
        "deletes stored data in a cloud",
        "aws",
        r"s3\s+(rm\b.*--recursive|rb\b.*--force)|s3\s+sync\b.*--delete|s3api\s+delete-(bucket|objects)|terminate-instances|delete-(db|table|stack|snapshot|volume|cluster|file-system|backup|vpc|key|trail|log-group|bucket|detector|flow-logs)\S*|schedule-key-deletion|deregister-image",
    ),
    rule("deletes stored data in a cloud", "az", r"\bdelete\b|\bpurge\b|delete-batch"),
    rule("deletes stored data in a cloud", "gcloud gsutil bq", r"\bdelete\b|\brm\s+(-\w*r|-m)|\brb\b"),
    rule(
        "deletes stored data in a cloud",
        "doctl hcloud linode-cli oci ibmcloud openstack heroku flyctl",
        r"\bdelete\b|\bdestroy\b|pg:reset",
    ),
    rule(
        "removes volumes with all their data",
        "docker podman nerdctl",
        r"volume\s+(rm\s*(-f|--force)?\s*$|prune)|(system\s+prune|compose\s+down|-compose\s+down).*(--volumes|\s-v\b)|swarm\s+leave.*--force|stack\s+rm",
    ),
    rule("removes volumes with all their data", "docker-compose", r"down.*(--volumes|\s-v\b)"),
    rule(
        "removes the history of a repository",
        "git",
        r"push.*(--force|-f\b|--mirror|--delete)|filter-branch|filter-repo|update-ref\s+-d|reflog\s+expire|push\s+\S+\s+:",
    ),
    rule("encrypts files", "", r"\b(openssl\s+enc|gpg\s+(-c|--symmetric))\b.*\b(find|xargs|for)\b"),
    rule(
        "removes what it archives, behind a password",
        "7z 7za 7zr rar zip",
        r"-sdel|(-df\b)|\s-hp\S|(^|\s)-p\S+.*-sdel|\s-m\s.*-(p|-password)",
    ),
    rule("removes the files that it archives", "tar", r"--remove-files.*\s/|\s/.*--remove-files"),
    rule(
        "mirrors emptiness over data",
        "rsync",
        r"--delete.*(/dev/null|/empty|/tmp/\S*empty)|--remove-source-files\s+.*\s/(etc|home|var)?\s",
    ),
    rule(
        "removes mailboxes or directories of accounts",
        "remove-mailbox remove-mailboxdatabase remove-adorganizationalunit remove-adobject remove-addomaincontroller remove-adforest",
    ),
    rule(
        "deletes virtual machines or their disks",
        "remove-vm remove-vhd remove-azvm remove-azresourcegroup remove-azstorageaccount remove-vmsnapshot",
    ),
    rule("empties a mailbox or a certificate store", "remove-certificate clear-recyclebin_all"),
    rule(
        "takes the system apart",
        "apt apt-get yum dnf zypper dpkg rpm pacman",
        r"\b(remove|purge|autoremove|erase|-e|-r|--purge)\b.*\b(systemd|glibc|libc6|linux-image\S*|kernel|bash|coreutils|openssh-server|sudo|dpkg|rpm|init)\b",
    ),
    rule("removes roles from the host", "uninstall-windowsfeature", r"ad-domain|defender|bitlocker"),
    rule("writes over the firmware", "flashrom fwupdmgr efibootmgr", r"-w\b|--write|-b\s+\S+\s+-B|-B\b|--delete"),
)
