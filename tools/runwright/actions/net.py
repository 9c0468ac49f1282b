"""The network as this host sees it: is a port open, does a name resolve."""

from __future__ import annotations

from runwright.actions.action import Action, Model, Native, Param, Variant, need, read_exit_code

HOST = Param(
    "A host name or an address.", required=False, default="127.0.0.1", pattern=r"[A-Za-z0-9:][A-Za-z0-9._:-]{0,252}"
)
PORT = Param("A TCP port, 1 to 65535.", type="integer", pattern=r"[1-9][0-9]{0,4}")

PORT_OPEN = Action(
    "net.port_open",
    "Check that a TCP port accepts a connection.",
    {"host": HOST, "port": PORT},
    {
        "any": Variant(
            Native("tcp.connect", {"host": "${{ params.host }}", "port": "${{ params.port }}"}),
            Model(needs=(need("endpoints.${{ params.host }}.${{ params.port }}.open", True),), fails_clean=True),
            read_exit_code,
        )
    },
    check=True,
    timeout_seconds=10.0,
)
RESOLVES = Action(
    "net.resolves",
    "Check that a host name has an address.",
    {"name": Param("A host name.", pattern=r"[A-Za-z0-9._-]{1,253}")},
    {
        "any": Variant(
            Native("dns.resolve", {"name": "${{ params.name }}"}),
            Model(needs=(need("dns.${{ params.name }}.resolves", True),), fails_clean=True),
            read_exit_code,
        )
    },
    check=True,
    timeout_seconds=10.0,
)
ACTIONS = (PORT_OPEN, RESOLVES)
