"""Words of documents and logs of this trade; what is among them is no name of a person, however it is written.

A list beside `words`: that one was chosen word by word, this one was counted in texts without names.
"""

from __future__ import annotations

VOCABULARY = frozenset(
    """
ablation able abs absent absolute abspath accept acceptance accepted accepteula accepting accepts accesses ack
acknowledged acl acme acquire across act acted acting actions activate activated activation activity acts adapters addr
adds adduser adm admins admit admitted adopt adopted advance advfirewall advice affect affected afresh afternoon
afterwards against age aged agents agree agreed agreement agrees ahead ajv alarms alembic alex algorithm alias aliases
alike alive allergies allow allowed allows allprofiles almost alone along alphabet alpine altered alternatives alters
although always amber ambulatory amended amendment amendments among amount analyses analysis analyze anchor anew annex
annotated annotation annotations announces annual ano anonymizer another ansi ansible answer answerable answered
answering answers antenna anybody anyhow anything anyway anywhere aof apachectl apart apk apollo apparmor appcmd appdata
append appliance appliances applied apply apppool approval approvals approve approved approver approvers approves approx
apt architecture archives area arg args argument argumentlist arguments argv aria arithmetic arm armed armored arn
around arp arrange array arrays arrivals arrive arrives ascii asdict aside ask asked asker asking asks assay assembly
assert asserted assertion assertions assessment asset assignment assume assumed assuming assumption ast astimezone
asymmetric async asyncio atime atlas attach attached attack attacker attackers attempts attr attrib attributes audit
auditctl auditd auditpol aurora author authored authoring authority authorization authorized authors auto autoclave
autoincrement automatic automation autostart autouse aux avc avenue await away awk axfr back backend background backlog
backoff backups backward backwards badger bak ban band bar barcode barcodes bare based baseline basement bashrc bat
batches bcdedit bdelete bear bearer bears beaver became because become becomes bedside been began beginning beginnings
begins begun behaviour behind being believe believed believes belong belongs below bench benefit benefits beside besides
best better between beyond big binary binascii bind binding binds biopsy bitewing bitsadmin bitstransfer blank blanks
blind blob blobs blocker blocking blocks blood bluetooth bodies bomb books bookworm bool boolean booleans booted booth
boots bootstrap bot bound bounded bounds boxes brace bracelet braces bracket brackets branch branched branches branching
breach break breaker breaks brief bring brings brittle broadband broadcast broke broken broker brought budget bug
builder builds built builtin bundle burst busiest busy busybox but bypass bytearray cached caches calc calculate callee
caller callers calling calls calm came campus canary cancel candidate candidates canonical cap capitalize capitals
capsys capture captured cardiology caregiver caregivers careless carets carriage carried carries carry casefold cases
cast cat catalogue catch category caught cause caused causes ceil cell cells cellular cent cephalometric cert certain
certbot certificates certs certutil chain chains chairside chance changes changing channels char character characters
chars chat chattr chdir cheap checkconf checkend checking checkout checkpoint checks checkup cheetah child childitem
children chmod choice choices cholesterol chomp choose chooses choosing chosen chown chromium chrony chronyc chronyd
chroot chunked cilium ciminstance cipher circle claimant claimed clamav classmethod classname cleaned clear cleared
clears cli click clients climate clinician clinicians clock clocks clone clones closer closes closing closure clue clues
coalesce cobra codename codeowners codes collected collections collisions color columns com combinations come comes
coming comm commands commas comments commit commits committed committer compare compared compares comparing compile
compiled complaint complaints completes completion completions components compose composite compute computed
computername computes comsvcs con concat conclusion concrete concurrency concurrent conditional conditions conf
confidence configure confirm confirmed confirms conflict conflicts conftest connects consider considered consistent
const constant construct consult consultation consulting containerd containers contains contents contextlib continue
contoso contradict contradicts convertto cookie cookies copay copied copies copytree cordoned cores corpus correct
corridor corrupted cost costs counted counters counting counts course coverage covered covers cpu crashed crashes
crashing cred credentials crictl crimson cron crontab crowdstrike crown cryptography cryptsetup cscript ctime ctypes
culture cure cured curl cursor custom cut cutoff cuts cyaml cyan damage damaged dangerous dangers dangling dash dashes
dat databases dataclass dataclasses dated dates datetime dbos dbus deadline decide decided decides deciding decision
decisions decisive declare declared declares decode decoded decoy deductible deed deep deepcopy deeper deeply
defaultdict defaults defined definition defrag defs degraded del delays delenv deletes deletion delivered deliveries
demand demands demographic demographics denied dental dentist denture deny depend dependencies dependency dependent
dependents depends deployments deprecated deps depth derandomize derived dermatology desc describe described describes
description descriptor design desk dest destroy destroys destruction destructive detach detached detect detected
deterministic dev devnull dialect dialects dialysis dict dictionaries dictionary die died dies diff differ difference
differences different differing differs difflib dig digest digests digit digits dir direct direction directive
directives disable disagree disclosure discriminator disguised diskpart disks dism dismiss displayname dispose disputed
dist distinct distribution dit diverged divergence divided dmesg dnsclient doc docs doing dollar dollars dolphin domains
doomed door doors dot dotnet dots dotted double doubled doubt doubtful doubts downgrade downloadfile downloads dport
draft drafted drafting drafts dragged dragon drags drain draw drawn drifted dripping drivers drives dropped drops dry
dumps dup duplicates durable durably during each eagle earlier east ecdsa echoes edges edited editing editor editors
edits effect effects efi egrep either elapsed elasticsearch element elements elevated elevator elif eligibility eligible
else elsewhere emit emptied empties enc encode encoded encoding encodings ended ending endless endoscopy endpoints ends
endswith enforced enforces enforcing enough enrollee enrollment enter entered entries enum enumerate envelope environ
envvar equal equals erase erased erases err errno erroraction escalate escalated escalations escape escaped escapes
esentutl established etc etcd etcdctl eth ethtool etree euo evades eval evaluate evasion even evening eventlog eventlogs
ever every everybody everyday everyone everything everywhere evict eviction evidence evil exact exactly examination
example examples exc except exceptions excess exclude exclusion exclusive exe exec executable execute executed
executions exhausted exim exist existing exists exited exogenous exp expand expanded expansion expansions expect
expectation expected experiment expire expires expiry explain explained explains expr expression expressions ext extend
extent extra extracting extras fabrikam fact facts failing faillog fails failures fake falcon falsifies families family
far fastapi faster faults favoured fdopen features feedback feeds fell fence fetch fetched fetches fetchone few fewer
fewest fgrep fiber figures filename fileno filepath filesystem fill filled filler filling fills filtered filters final
finally find findall finding findings finditer findmnt finds findstr fine fingerprint fingerprints finish fires
firewalld firing firings fit fits fitting five fix fixed fixes fixture flags flat flatten flipped float floats flock
flood floor floors flows flush fnmatch fnmatchcase fold folded folders follow followed follower following follows foo
foot forbid forbidden forbids foreach foreign foresee foreseen foresight foretold forfiles forge forged forget forgets
forgetting forgotten fork formal formats formatted formulary forward four free freed freedesktop fresh freshclam
frombase fromhex fromisoformat fromkeys fromstring frozen frozenset fsencode fstab fstat fsutil fsync fullchain
fullmatch func functions functools further future futures galaxy gap garbled gate gather gathered gave gawk gcloud
generalised generate generated getaddrinfo getattr getenforce getent getenv geteuid getgrgid gethostname getline
getoutput getpass getpid getpwnam getpwuid getrusage gets getsebool getsockname getuser gid give given gives glob globex
glucose gnome goal goals goes going golden gone governed governing governor gpupdate graceful grade graded grammar
granted grants gravest greater grep grow grows growth grub gshadow gsutil gte guarded guarding guards gzip had half halt
halves hand handed handle handled handler hands hanging hangs happen happened happens hardening harm harmless hasattr
hashed hashes hashlib have having hawk hazmat headers heading headings headline heads heal healed healing healthy
healthz hear heard heavy hedging held helped helpers helpless helps hemoglobin hex hexadecimal hexdigest hide hides
hiding higher highest hint hints histology histories hit hits hmac hold holder holding holds hole holes holiday honest
hook hooks hooli horizon hospice hostile hostname hostnamectl hourly hours house household hover however hta huge human
hundred hung hunter hurried hwclock hygiene hygienist hypothesis iam icacls icinga idempotency idempotent identical
identify idles ids iex ifconfig ifm ignore ignores iisreset imagename img immediate immunization immunizations immutable
impacket impact implant imported importlib imports impossible impression improvable improve improved improvement
improvements impurities inactive iname inbox incidents include included incoming incomplete inconclusive incorrect
indent indentation indented independent indexed inet inetpub inf infinity infusion ingest ingestion ini initdb initech
injection inline inner innermost inode inodes inotify inpatient inputformat inputs inserted insertion insertions inserts
inside insight insmod inspect installable installing installs instances instead instruction insufficient int intact
intake integer integers interactive interpreter interrupted intervals inverted inverting invisible invoke ionice iostat
ipaddress ipc ipconfig iptables ipv irm isalnum isalpha isascii isatty isdecimal isdigit isfinite isidentifier
isinstance islice iso isoformat isprintable issubclass issued issues itemproperty iter iterdir itertools itself iwr jdoe
joined joins journalctl journald jroe json jsonl jsonpath jsonschema judge judged judgement judges judging jump jumps
junit jupiter kaspersky keepends keeper keepers keeping keeps kept kern kexec keyboard keyed keygen keyout keyring keys
keytab keyword kib kill killall killed kills kind kinds kiosk know known knows kor kube kubeadm kubeconfig kubectl
kubelet kwargs labelled labels lacked lacking lacks lambda large larger largest lasted lasting lastlog lasts late lately
later lateral latest latin layers layout ldap lead leading leads leaf leaks leaky learn learning learns least leave
leaves leaving led ledger legacy legal legend legitimate leopard less let lets letsencrypt letter letters levels lexer
lexists lib libraries libyaml licence lie lies life lift lifted lifting lightweight likely limited limits linear lineno
lines linkage linked links lint linted linus lion listdir listed listening listens listing listings lists literal
literalpath literals lived liveness lives living loads lobby loc localgroup localhost localport localuser locate
locations locks logged logging logicaldisk logins logrotate longer longest look lookalikes looked looking looks loopback
looped loops loose loosened lose loses lower lowest lsa lsass lscpu lsof lstat lstrip lte lua lying machines macro made
magenta make maker makes makestep maketrans malformed malicious mallory mammography man managers manifest manifests
manner manpages manually many mapfile mapper mappings margin mariadb markdown marked marker markers marking markup mars
mask masked masking matched matcher matches matching matchpathcon maternity math matter matters mawk maxdepth maxmemory
maxsize maxsplit maybe mcafee mdadm mean meaning meanings means meant meanwhile measured mebibytes mechanism mechanisms
median medians medications medium meet meeting meets megabyte mem mend mended mends mention mercury merged merges
merging mes met meta metavar methods microdnf midnight migrate migrations million milliseconds mimikatz mindepth mine
mini minimal minutes mirror mirrors misc miscounted misfits mismatched misplaced misread miss missed misses mistake
mistakes mixed mkdir mkfifo mktemp mmdebstrap mmin moby modelled models modem modes modified modify modprobe modules
moment moments mongodb mongoose mongosh monit monitors monkeypatch monotonic monthly mood more morning mosquitto most
mostly mounted mountinfo mountpoint mounts movement moves moving mozilla mppreference mqcontrol mshta msi msiexec mtime
much multiple mutated mutation mutations mysqladmin naction nameserver namespace namespaces naming nano napprovals nargs
narrow narrower nawk ncat nchecks ncommitter near nearest nearly nebula necho need needed needs needy negate neighbours
neither neptune nerdctl nested nesting nests netplan netrc netsecurity netsh netstat networking neurology neutral never
newer newest newkey newline newly nexec nexus nfrom nftables nice nid nif nistp nmap nmcli nname nobody noes noeviction
nogroup noheadings nohup non nonsense noon noout nop nope nopen noprofile noqa nor normalised normalize normpath
northwind noted notepad nothing notices notifier notify noting noun nouns nowhere nsecrets nsenter nservice nslookup
nspawn nsteps nsystemctl ntdsutil nuclide nudged nul nullable numbered numbers numeric nurses nversion nvme oasis
obedient obeys objection observe observed observes occurred occurrences occurs octal octave odd odds offer offered
offers offset often oid oids older oldest oncology ones oneshot opaque openai openapi opener opening opens opensim
openssh openssl operand operate operators operatory opinion opinions opposite ops opt optional orange ord ordered
ordinary org origin original orion orjson orphan orphaned orthodontic orthopedics others otherwise otter our ours outage
outbox outcome outcomes outer outlives outpatient outputs outreach outstanding overlap overlay overloaded overtaken
overwrite overwrites overwritten own owned owners owns pace paces pacing pack packages packed packet packs pacman
padding pager pages paid pair pairing pairs pairwise palliative panoramic panther paragraph parallel param parameters
parametrize params parents parked parking parsed parser parsers parsing part parted partial particular partitions
partner partners parts passages passes passphrase passthru passw passwd passwords past pathlib pathping paths patience
patterns pause paused pavilion payer payers payload payloads pcalua pcent pediatrics peer peers pegasus pem pen people
percent perf perform perl permissions permissive permutations persist persistence personal pgrep pharmacist phoenix
phrase phrases physician physicians picks pids piece pieces pin pinned pins pip pipe piped pipefail pipes pkeyopt pki
pkill place placed places plain planner plans plant planted planter planting platforms play playbook played player
plugins plus pluto pod podman pods pointed pointer pointers points policies poll pop popen portion portions ports
position positional positions posixpath possible postable posted postfix postinst postmaster postqueue posts powercfg
poweroff powers pragma pre precheck prechecks precision predicate predicted prefix prefixes preload premise premises
premium prepare prepared present presents preserve presumed previous prices prime primitives principal principals
printable printed printf printing prints privacy privileged privileges probe probed probes problems proc procdump
procedures processes processlist processor processors prod production profiles programdata programs promise promised
promises promote promoted prompt prompts proof properly proposal proposals propose proposed proposes proposing prose
protection protective protocols prove provenance proves providers prune psexec pshome psprovider psproviders psutil
psycopg pty pub publish published pulled puller pulls pumps pure purge purple purpose pushd pushed pusher puts pydantic
pyproject pytest pytestmark quarantine quarantined quarter quarterly queryex question questions queuectl queued queues
quickest quiet quote quoted quotes quoting rabbitmq rabbitmqctl raced radiologist raise raised raises raising ran
randint rank ranked ranks rare ratelimit rates ratio rationale ratios raven reach reachable reached reaches reaching
readable readers reading readline readlink readouterr reads readyz reality really realpath rearmored reasons rebinding
reboot recall receipt recognized reconcile reconstruct reconstructed recordings recounted recover recurse recursive recv
recycle redact redacted redaction redirections redirects ref refer references referrals refers refs refusal refusals
refuse refuses reg regex registered registrar regressed regression regsvr regular rehabilitation rehearsal rehearse
rehearsed reissue relabelled related relative released releases releasing relied relies reloadable rem remark remarks
remediate remediation remedies remedy remember remembered remembering remembers reminder reminders remittance remount
removal removeprefix removes removesuffix rename renamed rendered renew renewal renewed renewing reopen reopened
repairable repaired repairs repeat repeatable repeated repeats repetition replace replaced replaces replay replayed
replayer replayers replays replicas repo reported reporter repositories repr req requested requirement requirements
requires rescue reserved resident residents resigned resize resolution resolutions resolv resolve resolvectl resolved
resolver resolves resolving respond responding responses rest restarting restarts restic restmethod restorecon restored
restrat rests resume resumed resync retarget retell retention retired retried retries retryable returncode returned
returns rev reverse reversed reviewed reviewer reviewers reviews revision revives revoke revoked reworded rewrite
rewritten rfile rfind rglob riddle rightly rights risk riskiest risks risky rmdir rmtree road roads robocopy roles
rollbacks rollout rooms rotate rotation round rounded rounds routes rowcount rpartition rpcinterface rsa rsplit rstrip
rsync rsyslog rsyslogd ruff ruleset rulesets runas runbook runbooks rundll runs runuser runwright rwpid safeboot said
salt same sameness samples sarif satellite saturn saves saw say saying sayings says sbin scaffold scalar scalars scale
scaled scandir scannow scenario scenarios scene scheduledtask schedules scheduling schemas scheme schtask schtasks
screening scriptblock scripts scrobj scrub sda sdelete searched searches sec seconds secrets sections secure sed see
seed seeds seek seems seen sees segments seldom selector selinux semanage semantic sendall sending sends sendto sense
sentence separate separator separators seq sequences serialization servce serve served serves sesman sessions setattr
setdefault setenforce setenv setfacl setle sets setsebool setsid setting settle settled settling several severe sha
shadow shadowcopy shadowed shadows shadowstorage shape shapes shares shark shelf shells shim shipped shlex shop
shortened shorter shortest showformat shown shows shred shrunken shuffle shutil siblings side sides sideways sig
signature signatures signed signer signers signing signs silence silent silently simulation simulator sink sinks sites
sitter situation six sizes skew skipped skipping slash sleep sleeper sleeping slept slice sliced slip slots slower
smaller smartctl smbexec smuggled snap snippet socat sock socket sockets socketserver softened some somebody something
soon sooner sophos sort sorted sorter sorting sorts sources south spaced spaces span spans spare spared spawn spawning
speak speaks specific specificity specified specimen specimens specs spelled spelling spending spent split splitlines
splits spoil spoiled spoilt spoken spool spot spots spouse spreadsheet sqlalchemy sqlite squares squash sshkeys sshsig
stable staff stages stale stamp stamps stand standing stands starlette starts startswith stat statd stated statements
states staticmethod stats statuses statvfs stay stayed stays stderr stdin stdout stem stepped stepper stepping steps
sterilizer steward stewardship still stood stops stores story strace straight strange stranger strat strategies stratum
streams strength strerror strict strictly strings strip stripchart strong stronger struct structured stub stubborn stuck
sub subj subprocess substituted substitution substitutions substring subtracted succeed succeeded succeeds successes
successfully such sudo sudoers suffix suggestion suites sum summaries summit sums superseded superuser supervised
supervisor supervisorctl supervisord supported suppress sure surgeon surgical surprise surroundings survey surveys
survives suspected suspects suspend svchost swap swapfile swapon swapped sweeps switched switches symantec symbol
symbolic symbols symlink symlinks symptom synced synchronize synchronous synthetic sys sysconfig sysctl syslog sysmon
sysrq systemctl systemd systeminfo systemroot sysvol syswow tab tables tablet tac tagged tags tail take taken takes
takewhile taking tally tampered tank tape tar targets taskkill tasklist tcpdump technician technique tee telehealth
telemetry tell telling tells telnet telnetd temp tempfile templates temporal temporalio temporarily temporary ten tenant
tenth terminate terms testcase tested testing testsuite texts theatre theirs theme themselves therapies therapist
therapy these thing things think thinker thinking thinks third this those though thought thousand thousands threading
threads three throttled through throw thrown thumbprint ticks tidy tidying tied tier tiger tighten timedatectl timedelta
timers times timespec timesync timezone timing tip titan today todo together tokeniser tokens told toml tomllib tomorrow
took tooth topics tostring touch touched touches tower tracemalloc traceroute tracert traces tracking trail trailer
trailers transfusion translate trauma treated treeish trees trend triage triaged trial trials tried tries trim trouble
troubleshoot troupe trunc truncate truncated trusted trusts truth trying tuf tuple tuples turn turned turning turns
turquoise twice two typed types typing tzinfo ufeff ufw uid ultrasound umount uname unarmor unbound unchanged unclear
undecided under understood undisturbed undo undoable undoing undone undos unfinished unfit unguard unguarded unicode
unicodedata uninstall union unique units unless unlink unload unloadable unmask unmerge unmet unmount unpack unpacked
unquoted unreachable unread unreadable unrecognized unrelated unreleased unsafe unsaid unseen unset unshare unshown
unsigned unsorted unsupported unsure untidy until untrusted unusable unused unverified unwilling unzip upd updater upper
upstream urandom urine urlcache urllib urlopen urls usable usd usename useradd usermod uses usr usual utf util utils
utime utmp uuid uvicorn vacant vaccine vaccines vacuum vain valid validate validated validates valkey valley valued var
variables variant variants vars varying vector ventilator venus venv ver verb verbose verbs verdict verdicts verified
verifies verifying versions vertex very via victim vim violet viper virsh visible visudo volumes vortex vote votes
vouched vouching vssadmin waited waits wake wakes wal walk walked walking want wanted wants warm warning warnings
watchdog watches ways wbadmin weak weaker weather webhooks webrequest weekend weekly weight went wevtutil wfile wget
whale whatever wheel wherever whether whichever whoami whoever whole whom whose wider width winbackup wincert winclean
windir windns windowstyle winevt winfirewall wing winhttp winimage winlogon winner winrm wins winscp winsock winspool
wintime wintls wipefs wire wiring withdraw withdrawn withheld wlan wmic wmiexec woken won wording words work worked
workers workflows working workload works workshop worlds worse worst worth would wrap wrapper wrappers wristband
wristbands writable writers writes writing written wrongly wrote wscript wuauserv wupdate wwwroot xargs xcopy xdev xfe
xmrig yaml yearly years yellow yesterday yet yield yml yum zcat zenith zero zgrep zip zizmor zlib zones zpool zypper
    """.split()  # noqa: SIM905 -- a list of words is read as words
)
"""In small letters."""
