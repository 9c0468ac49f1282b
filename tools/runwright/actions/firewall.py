"""The packet filter: check the rules that the host loads when it starts.

nft: https://manpages.debian.org/bookworm/nftables/nft.8.en.html
Loading them is starting the service `nftables`; see `service`.
"""

from __future__ import annotations

from runwright.actions.action import Action, Exec, Model, Variant, need, read_exit_code

RULES = "/etc/nftables.conf"
CHECK_RULES = Action(
    "firewall.check_rules",
    "Check that the rules in /etc/nftables.conf could be loaded, without loading them.",
    {},
    {
        "linux": Variant(
            Exec(("nft", "--check", "--file", RULES)),
            Model(needs=(need("firewall.rules_valid", True),), fails_clean=True),
            read_exit_code,
        )
    },
    check=True,
)
ACTIONS = (CHECK_RULES,)
