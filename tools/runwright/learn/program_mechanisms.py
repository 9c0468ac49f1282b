"""Mechanisms of programs: one is missing, of another version, for another machine, or somebody else uses it now.

The others stand in `mechanisms`, which names these too; how words become facts stands in `error_facts`.
"""

from __future__ import annotations

from runwright.learn.error_facts import (
    COMPOSE,
    LINUX,
    WINDOWS,
    Mechanism,
    of_host,
    of_program,
    of_running_program,
    of_version,
    words,
)
from runwright.model.path import Path

_KUBELET = "/var/lib/kubelet/pki/kubelet-client-current.pem"
_TLS12: Path = ("wintls", "tls12_by_default")
_SYSTEM: tuple[Path, ...] = (("platform", "distribution"), ("platform", "version"))
_ERRNO = "https://man7.org/linux/man-pages/man3/errno.3.html"
_TLS_DOTNET = "https://learn.microsoft.com/en-us/dotnet/framework/network-programming/tls"
PROGRAMS: tuple[Mechanism, ...] = (
    Mechanism(
        "program missing",
        words(r"(?<![\w./+-])(?P<name>[A-Za-z0-9._+-]{1,64}): (?:command not found|not found)"),
        of_program,
        "https://www.gnu.org/software/bash/manual/html_node/Command-Search-and-Execution.html",
        LINUX,
    ),
    Mechanism(
        "compose variant",
        words(r"'compose' is not a docker command|unknown shorthand flag: 'f' in -f"),
        of_host(("programs", "docker-compose", "present"), said=((("files", COMPOSE, "exists"), False),)),
        "https://docs.docker.com/compose/install/linux/",
        LINUX,
    ),
    Mechanism(
        "Docker's daemon does not answer",
        words(r"cannot connect to the docker daemon|is the docker daemon running"),
        of_host(*(("services", "docker", leaf) for leaf in ("state", "start_type", "masked", "requires"))),
        "https://docs.docker.com/engine/daemon/troubleshoot/",
        LINUX,
    ),
    Mechanism(
        "TLS 1.0 refused",
        words(
            r"internal error state is 10013|could not create ssl/tls secure channel|unable to download from uri"
            r"|underlying connection was closed"
        ),
        of_host(_TLS12),
        _TLS_DOTNET,
        WINDOWS,
    ),
    Mechanism(
        "components missing",
        words(r"0x800f081f|source files could not be found"),
        of_host(("winimage", "health"), ("winimage", "source_set")),
        "https://learn.microsoft.com/en-us/troubleshoot/windows-server/deployment/error-0x800f081f",
        WINDOWS,
    ),
    Mechanism(
        "kubelet's certificate",
        words(r"x509: certificate has expired|(?:kubelet|pki)[^\n]{0,120}(?:expired|updated)"),
        of_host(("certificates", _KUBELET, "days_left")),
        "https://kubernetes.io/docs/tasks/administer-cluster/kubeadm/kubeadm-certs/",
        LINUX,
    ),
    Mechanism(
        "another version's format",
        words(r"(?:invalid|unsupported|unknown)[^\n]{0,60}(?:format|version)|can't handle RDB format version"),
        of_version,
        "https://redis.io/docs/latest/operate/oss_and_stack/management/persistence/",
        LINUX,
    ),
    Mechanism(
        "option unknown",
        words(r"(?:unknown|unrecognized|invalid) (?:flag|option|argument)|(?:flag|option) [^\n]{0,60}not recognized"),
        of_version,
        "https://www.gnu.org/software/libc/manual/html_node/Argument-Syntax.html",
        LINUX,
    ),
    Mechanism(
        "PowerShell's version",
        words(
            r"NamedParameterNotFound|parameter name '|nombre del par|is not recognized as the name of a cmdlet"
            r"|CommandNotFoundException|MissingEqualsInNamedArgument|operator is missing after a named argument"
        ),
        of_host(("powershell", "version")),
        "https://learn.microsoft.com/en-us/powershell/module/microsoft.powershell.core/about/about_powershell_editions",
        WINDOWS,
    ),
    Mechanism(
        "program missing on Windows",
        words(r"(?:the term )?'(?P<name>[A-Za-z0-9._-]{1,64})' is not recognized as"),
        of_program,
        "https://learn.microsoft.com/en-us/windows-server/administration/windows-commands/path",
        WINDOWS,
    ),
    Mechanism(
        "library of another version",
        words(r"version `[A-Z]{2,12}_[0-9.]{1,12}' not found|externally-managed-environment"),
        of_host(*_SYSTEM),
        "https://man7.org/linux/man-pages/man8/ld.so.8.html",
        LINUX,
    ),
    Mechanism(
        "another architecture",
        words(r"exec format error|cannot execute binary file"),
        of_host(("platform", "architecture"), ("platform", "distribution")),
        _ERRNO,
        LINUX,
    ),
    Mechanism(
        "locked by another process",
        words(
            r"already locked|unable to create lock|lock file [^\n]{0,200}(?:already exists|is empty)|could not get lock"
        ),
        of_running_program,
        "https://man7.org/linux/man-pages/man2/flock.2.html",
        LINUX,
    ),
    Mechanism(
        "packages half installed",
        words(r"dpkg was interrupted|unmet dependencies|could not get lock /var/lib/(?:dpkg|apt)"),
        of_host(("packages", "consistent"), ("packages", "locked")),
        "https://manpages.debian.org/stable/dpkg/dpkg.1.en.html",
        LINUX,
    ),
    Mechanism(
        "another installation runs",
        words(r"\b1618\b"),
        of_host(("processes", "msiexec.exe", "count")),
        "https://learn.microsoft.com/en-us/windows/win32/msi/error-codes",
        WINDOWS,
    ),
    Mechanism(
        "restart pending",
        words(r"restart: required|(?:reboot|restart) (?:is )?(?:required|pending|needed)|\b3010\b|0x8007015e"),
        of_host(("wupdate", "reboot_required")),
        "https://learn.microsoft.com/en-us/windows/win32/msi/error-codes",
        WINDOWS,
    ),
)
