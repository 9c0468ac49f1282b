"""This host is another one than the runbook was written for: its system, versions, tools, names, policies.

After the shells' and getopt's messages, PowerShell (about_Parameters, about_Execution_Policies), ld.so, the kernel's
binfmt, systemd, OpenSSH and OpenSSL (algorithms), apt, yum, zypper and winget (package names), Docker and containerd
(platforms), Kubernetes (removed APIs), PostgreSQL and Redis (versions), SELinux, AppArmor and SCHANNEL.
"""

from __future__ import annotations

from runwright.learn.signs.mechanism import CERTAIN, HINT, LIKELY, Mechanism, mechanism

HOST: tuple[Mechanism, ...] = (
    mechanism(
        "environment_difference",
        "a security policy of this host forbids it, whatever the account's rights",
        CERTAIN + 1,
        "avc: denied; avc: denied; selinux; apparmor; seccomp; internal error state is 10013;"
        " could not create ssl/tls secure channel; not digitally signed; running scripts is disabled;"
        " execution policy; constrainedlanguage; blocked by applocker; fips mode; disabled for fips;"
        " constrained language mode; controlled folder access; application control policy;"
        " has been blocked by * policy",
    ),
    mechanism(
        "environment_difference",
        "the command or tool does not exist on this host under that name",
        CERTAIN,
        "command not found; not found in path; executable file not found; is not recognized; not recognized as;"
        " no such command; unknown command; unknown subcommand; invalid choice:; is not a docker command;"
        " is not a * command; no module named; modulenotfounderror; bad interpreter; cannot be loaded because;"
        " could not load file or assembly; no such applet; applet not found; unable to find executable;"
        " could not find * executable; the term '; is not installed; not installed; was not found on this;"
        " command * not available; no such file or directory: '/usr; : not found;"
        " the system cannot find the file; requires * to be installed",
    ),
    mechanism(
        "environment_difference",
        "the version on this host does not know that option, command or interface",
        CERTAIN,
        "unknown option; unrecognized option; unrecognised option; invalid option; illegal option; unknown flag;"
        " unknown shorthand flag; unknown argument; unrecognized argument; no such option; unexpected argument;"
        " parameter cannot be found; matches parameter name; nombre del parámetro; nom de paramètre;"
        " parametername; invalid switch; unknown parameter; unrecognized parameter; unknown directive;"
        " unknown system variable; unrecognized configuration parameter; unsupported; not supported;"
        " no longer supported; no matches for kind; doesn't have a resource type; has been removed; was removed;"
        " is deprecated; no longer available; is obsolete; unknown lvalue; unexpected token; is missing after;"
        " err unknown command; unknown field; invalid class; invalid namespace; invalid query; % invalid input;"
        " % ambiguous command; % incomplete command; unknown key name; unknown module; no such module;"
        " missing operator; unrecognized token; invalid * format; syntaxerror; unknown instruction;"
        " bad configuration option; unknown runtime",
    ),
    mechanism(
        "environment_difference",
        "versions or architectures on this host do not fit together",
        CERTAIN,
        "version mismatch; version * not found; version * required; requires version; requires at least;"
        " requires powershell; minimum version; is too old; too new; newer than; or newer; or later;"
        " or higher is required; incompatible; not compatible; exec format error; cannot execute binary file;"
        " wrong architecture; no matching manifest; does not match the detected host platform;"
        " not a valid win32 application; wrong elf class; cannot open shared object file; symbol lookup error;"
        " undefined symbol; glibc; platform not supported; not supported on this platform; this version of;"
        " not applicable to your; not applicable on this; client version; api version; built for;"
        " illegal instruction; unsupported platform; only available for; only available on; only supported on;"
        " client-based operating; could not select; not available in this edition; does not apply to",
        symptomatic=False,
    ),
    mechanism(
        "environment_difference",
        "this host is run in another way: another service manager, file system, network or package setup",
        CERTAIN,
        "not been booted with systemd; failed to connect to bus; in chroot; inside a container;"
        " externally-managed; externally managed; read-only root; ostree; snap confinement;"
        " unable to locate package; no package * available; unable to find a match; no match for argument;"
        " nothing provides; no package found matching; no candidate version; has no installation candidate;"
        " no available formula; does not have a release file; no longer has a release file; end of life;"
        " end-of-life; unknown filesystem type; unknown file system; wrong fs type; not a mount point; locale;"
        " codepage; encoding; cgroup; proxy authentication required; received http code 407;"
        " is not a domain controller; not joined to; not a member of a domain; no such device; no such interface;"
        " not part of a cluster; this system is not registered",
    ),
    mechanism(
        "environment_difference",
        "the two sides have no protocol or algorithm in common",
        CERTAIN,
        "no matching host key; no matching key exchange; no matching cipher; no matching mac;"
        " no mutual signature; unsupported protocol; no protocols available; wrong version number;"
        " protocol version; handshake_failure; handshake failure; no shared cipher; no cipher; legacy sigalg;"
        " unsafe legacy renegotiation; dh key too small; ee key too small; ca md too weak; tls client credential;"
        " server hello",
    ),
    mechanism(
        "environment_difference",
        "this host does not trust the authority behind the certificate",
        LIKELY,
        "self signed certificate; self-signed certificate; unknown authority; unable to get local issuer;"
        " unable to verify the first certificate; unable to get issuer; not trusted; untrusted root;"
        " pkix path building failed; trust relationship for the ssl",
    ),
    mechanism(
        "environment_difference",
        "a name or path that the runbook takes for granted does not exist here",
        LIKELY,
        "no such file or directory; cannot find the path; cannot find path; could not find a part of the path;"
        " does not exist as an installed service; specified service does not exist; cannot find any service;"
        " unit * not found; unit * could not be found; unit not found; no such service; unrecognized service;"
        " could not find service; unknown user; no such user; no such group; could not be found on;"
        " class not registered; cannot find drive; cannot find module; no such table; unknown column;"
        " relation * does not exist; no such key; could not find the",
    ),
    mechanism(
        "environment_difference",
        "a download from here does not work the way the runbook goes about it",
        HINT,
        "unable to download from uri; version; compatib; platform; architecture",
    ),
)
