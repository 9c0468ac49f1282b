"""Something has to be done first, or besides: the error names a state of this host that a step could have changed.

After systemd.service(5) and systemctl(1), Windows system error codes (1051 to 1079, 1618, 3010), dpkg and apt, rpm,
restic and Borg, Helm, kubectl drain, Docker, Elasticsearch (flood stage), etcd (alarms), PostgreSQL (class 55), Oracle,
SQL Server (backup), LVM and the file systems' tools.
"""

from __future__ import annotations

from runwright.learn.signs.mechanism import CERTAIN, HINT, LIKELY, Mechanism, mechanism

FIRST: tuple[Mechanism, ...] = (
    mechanism(
        "runbook_insufficient",
        "the error itself names a step that has to be taken",
        CERTAIN,
        "you must manually run; must manually; to correct the problem; run 'systemctl; systemctl daemon-reload;"
        " daemon-reload; reset-failed; to override; to force a; use --force; with --force; use -force;"
        " 'unlock' command; command can be used to; you need to run; please run; try running; you should run;"
        " run * first; must first; must be * first; need to * first; needs to be * first; please * first;"
        " first run; have to * first; before you can; before it can be; before continuing; before proceeding;"
        " required to * first; required * first; before running;"
        " before installing; before starting; should be * before; maybe run apt-get update; hint: is another;"
        " hint: either another; --fix-broken; --fix-missing; without reload; without a reload; without restart;"
        " without a restart; must be restarted; needs to be restarted; requires a restart;"
        " ensure the * is running; make sure * is running; is the server running; is the docker daemon running;"
        " requires the * to be; needs * to be running; takes effect after; take effect after; effect until;"
        " until * restart; until * reload; only after a restart; after restarting",
    ),
    mechanism(
        "runbook_insufficient",
        "it is switched off, masked or not started, and nothing switches it on",
        CERTAIN,
        "is masked; it is disabled; is disabled; has been disabled; are disabled; not running (dead);"
        " is not running; has not been started; not been started; is not started; is not active; is inactive;"
        " is not enabled; is not mounted; not been initialized; not initialized; uninitialized;"
        " not been configured; is not configured; requires the vm to be running; not in the running state;"
        " is deallocated; service is not reachable; is stopped; is suspended; is offline; in maintenance mode;"
        " is paused; is cordoned; not mounted",
    ),
    mechanism(
        "runbook_insufficient",
        "what it asks on this very host does not run",
        CERTAIN,
        "through socket; on socket '; 127.0.0.1* refused; localhost* refused; [::1]* refused; the agent is not;"
        " daemon is not",
    ),
    mechanism(
        "runbook_insufficient",
        "something that it depends on, or that depends on it, has to be seen to first",
        CERTAIN,
        "dependency service; dependency job; dependent services; dependent on; dependency failed; depends on;"
        " unmet dependencies; unmet dependency; dependencies are not met; prerequisite; pre-requisite;"
        " has active endpoints; referenced by; still referenced; cannot drop * because other objects;"
        " has dependent; start of the service was attempted too often; repeated too quickly; start-limit;"
        " held broken packages; requires that; pods with local storage; daemonset-managed pods; emptydir;"
        " disruption budget; finalizer; orphan",
    ),
    mechanism(
        "runbook_insufficient",
        "something holds what is needed: a lock, a port, a file, a name, another operation",
        CERTAIN,
        "address already in use; already in use; port is already allocated; only one usage of each socket;"
        " is in use; resource busy; target is busy; is busy; being used by another; used by another process;"
        " sharing violation; already locked; is locked; could not get lock; unable to lock; unable to acquire;"
        " failed to acquire; cannot acquire; failed to create/acquire the lock; lock file; lockfile; stale lock;"
        " unable to create lock; create lock; state lock; could not obtain lock; holding the yum lock;"
        " another operation; operation is in progress; already in progress; another installation;"
        " another transaction; installation is in progress; another process; another instance; already running;"
        " already exists; cannot re-use a name; file exists; already attached; being accessed by other users;"
        " exclusive access could not be obtained; database is locked; text file busy; directory not empty;"
        " marked for deletion; is being terminated; has been locked for editing; being modified;"
        " conflict: unable to; (must force); snapshot_set_in_progress",
    ),
    mechanism(
        "runbook_insufficient",
        "there is no room left, and nothing makes room",
        CERTAIN,
        "no space left on device; not enough space; not enough disk space; disk is full; disk full;"
        " insufficient disk space; there is not enough; don't have enough free space; disk quota exceeded;"
        " too many open files; flood stage; read-only / allow delete; read_only_allow_delete;"
        " database space exceeded; alarm:nospace; archiver error; unable to extend;"
        " transaction log for database * is full; log is full; table is full; tablespace is full; low on space;"
        " insufficient storage; filegroup is full; recovery area",
    ),
    mechanism(
        "runbook_insufficient",
        "a restart of the host is due before it goes on",
        CERTAIN,
        "reboot is required; reboot required; pending reboot; reboot is pending; restart is required;"
        " restart required; restart: required; requires a reboot; requires reboot; system restart is;"
        " after a reboot; reboot to complete; restart your computer; reboot the",
    ),
    mechanism(
        "runbook_insufficient",
        "a source, key, argument or file that the step needs was never given or fetched",
        LIKELY,
        "source files could not be found; no_pubkey; public key is not available; public key is not installed;"
        " expkeysig; changed its '; host key verification failed; remote host identification has changed;"
        " dubious ownership; is required; missing required; missing argument; requires an argument;"
        " required parameter; required argument; must be specified; must specify; mandatory parameter;"
        " no default value; not specified; is mandatory; gpg check failed; structure needs cleaning;"
        " needs recovery; must be repaired; is marked as crashed; run fsck; field is immutable;"
        " has no deployed releases; invalid ownership metadata; 404 not found; is not empty;"
        " trust relationship between this workstation; read only replica; read-only mode; not primary;"
        " not master; starting up; loading the dataset; not yet ready; still starting; undefined variable;"
        " unbound variable; is undefined; null reference; cannot index into a null; no such variable;"
        " division by zero; failed to parse; parse error; configuration file * test failed;"
        " invalid configuration; nginx: [emerg]; syntax error",
    ),
    mechanism(
        "runbook_insufficient",
        "the answer speaks of an order or of a state that is not there yet",
        HINT,
        "first; before; must; need; require; stale; leftover; remnant; pending; currently; cannot stop;"
        " cannot be stopped; cannot be started; not ready; waiting for",
    ),
)
