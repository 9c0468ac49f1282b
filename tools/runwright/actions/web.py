"""nginx: is its configuration good, and let it read that configuration again.

https://nginx.org/en/docs/switches.html   https://nginx.org/en/docs/control.html
"""

from __future__ import annotations

from runwright.actions.action import FORGET, Action, Exec, Model, Variant, need, read_exit_code, sets
from runwright.actions.facts_data import NGINX_TEST
from runwright.actions.file import FILE

_VALID = need("nginx.${{ params.config }}.valid", True)

CONFIG_VALID = Action(
    "web.config_valid",
    "Check that nginx accepts a configuration file.",
    {"config": FILE},
    {"linux": Variant(Exec(NGINX_TEST), Model(needs=(_VALID,), fails_clean=True), read_exit_code)},
    check=True,
    timeout_seconds=30.0,
)
RELOAD = Action(
    "web.reload",
    "Let a running nginx read its configuration and certificates again; requests under way are served to their end.",
    {"config": FILE},
    {
        "linux": Variant(
            Exec(("nginx", "-c", "${{ params.config }}", "-s", "reload")),
            Model(
                needs=(_VALID,),
                changes=(
                    sets("http.*.status", FORGET),
                    sets("http.*.ok", FORGET),
                    sets("tls.*.*.days_left", FORGET),
                ),
                fails_clean=True,
            ),
            read_exit_code,
        )
    },
    risk="medium",
    timeout_seconds=30.0,
)
ACTIONS = (CONFIG_VALID, RELOAD)
