"""Trouble outside: something that this host does not own did not answer, is overloaded, or refuses for now.

After RFC 9110 (408, 429, 5xx), the resolver's and libcurl's error lists, Windows sockets and WinINet, Windows Update
error codes, the APIs of AWS (throttling, capacity), Azure (allocation) and Google Cloud (stock-out, quota), RFC 8555
(ACME), Docker Hub, apt, yum and dnf, NuGet, npm and pip.
"""

from __future__ import annotations

from runwright.learn.signs.mechanism import CERTAIN, HINT, LIKELY, Mechanism, mechanism

OUTSIDE: tuple[Mechanism, ...] = (
    mechanism(
        "external_dependency",
        "a service outside limits how often it may be asked",
        CERTAIN,
        "rate limit; ratelimit; rate exceeded; rate-limit; toomanyrequests; too many requests;"
        " too many registrations; too many certificates; throttl; slow down; slowdown; request rate;"
        " requestlimitexceeded; error code 429; cool-down; retry after; retry-after; retry your request;"
        " quota exceeded for; userratelimitexceeded; toomanyrequestsexception; over_query_limit",
        symptomatic=False,
    ),
    mechanism(
        "external_dependency",
        "a service outside is down or overloaded",
        CERTAIN,
        "service unavailable; serviceunavailable; service_unavailable; server unavailable;"
        " temporarily unavailable; temporarily overloaded; currently unavailable; bad gateway; gateway timeout;"
        " gateway time-out; too busy; server is busy; serverbusy; at capacity; server overloaded;"
        " under maintenance; upstream connect error;"
        " no healthy upstream; try again later; please try again; remote server returned an error: (5;"
        " origin is unreachable; origin error; service is down; is down for maintenance; scheduled maintenance",
    ),
    mechanism(
        "external_dependency",
        "a service failed within itself, which may have any cause",
        LIKELY,
        "internal server error; internalerror; internalfailure",
    ),
    mechanism(
        "external_dependency",
        "the provider has no capacity left",
        CERTAIN,
        "insufficientinstancecapacity; sufficient * capacity; resource_pool_exhausted;"
        " enough resources available; resource_availability; zonalallocationfailed; allocationfailed;"
        " allocation failed; skunotavailable; overconstrainedallocation; insufficientcapacity;"
        " insufficient capacity; insufficienthostcapacity; out of capacity; out of host capacity; limitexceeded;"
        " limit exceeded for; quotaexceeded; quota_exceeded; resource_exhausted; vcpulimitexceeded;"
        " exceeding approved; stockout",
        symptomatic=False,
    ),
    mechanism(
        "external_dependency",
        "a name outside could not be resolved",
        LIKELY,
        "could not resolve; couldn't resolve; name or service not known; temporary failure in name resolution;"
        " temporary failure resolving; no such host; name could not be resolved; unable to resolve; getaddrinfo;"
        " eai_again; enotfound; servfail; nodename nor servname; unknown host; host not found; dns lookup failed;"
        " name resolution failure; no address associated with hostname; lookup * i/o timeout",
    ),
    mechanism(
        "external_dependency",
        "something outside this host did not answer",
        LIKELY,
        "timed out; time out; timeout; etimedout; no route to host; network is unreachable; host is unreachable;"
        " did not properly respond; failed to respond; no response from; not responding; does not respond;"
        " did not respond; connection reset; econnreset; forcibly closed; unexpected eof; connection refused;"
        " actively refused; econnrefused; unable to connect; cannot connect to; failed to connect;"
        " could not connect; can't connect; unable to contact; could not be contacted; can't contact;"
        " could not contact; remote name could not; unable to reach; unreachable; unable to establish;"
        " broken pipe; socket hang up; connection aborted; connectionerror; communicating with;"
        " server was offline; server is offline; revocation_offline; remotedisconnected; deadline exceeded;"
        " no logon servers; rpc server is unavailable; network path was not found;"
        " network name is no longer available; network location cannot be reached; unable to access 'http;"
        " lost connection; no servers could be reached; none of the time providers;"
        " no server suitable for synchronization; connection to * was lost",
    ),
    mechanism(
        "external_dependency",
        "a source of packages or files outside could not be used",
        LIKELY,
        "failed to fetch; failed to download; unable to download; could not download; error downloading;"
        " download failed; unable to resolve package source; source location * is not valid;"
        " cannot find a valid baseurl; no more mirrors to try; cannot retrieve repository metadata;"
        " failed to synchronize cache for repo; cannot download repomd.xml; all mirrors were; hash sum mismatch;"
        " mirror sync in progress; failed when searching source; failed in attempting to update the source;"
        " using server 'http; using server http; could not fetch resource; error pulling image;"
        " failed to pull image; imagepullbackoff; registry-1.docker.io; could not get latest version;"
        " incomplete-download; readtimeouterror; chunkedencodingerror; checksum mismatch for;"
        " unable to connect to the source; could not be retrieved from; unable to load the service index",
    ),
    mechanism(
        "external_dependency",
        "a licence, or the server that gives it, is outside this host's power",
        CERTAIN,
        "license server; licence server; licensing service; license has expired; licence has expired; license expired;"
        " subscription has expired; no licenses available; license checkout failed; seats are in use",
    ),
    mechanism(
        "external_dependency",
        "somebody outside puts it off",
        LIKELY,
        "come back later; again later; try later; retry later; greylist; deferred; temporarily rejected;"
        " temporary failure; at a later time",
        symptomatic=False,
    ),
    mechanism(
        "external_dependency",
        "what is asked for belongs to somebody outside",
        HINT,
        "upstream; remote server; remote host; provider; vendor",
    ),
)
