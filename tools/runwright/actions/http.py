"""HTTP: ask an address and look at the status of its answer."""

from __future__ import annotations

from runwright.actions.action import Action, Model, Native, Param, Variant, need, read_exit_code

URL = Param("An http or https address.", pattern=r"https?://[A-Za-z0-9._:\[\]-]{1,253}(/[!-~]{0,1000})?")

GET = Action(
    "http.get",
    "Check that an address answers with the expected status.",
    {"url": URL, "status": Param("The expected status code.", type="integer", required=False, default=200)},
    {
        "any": Variant(
            Native("http.get", {"url": "${{ params.url }}", "status": "${{ params.status }}"}),
            Model(needs=(need("http.${{ params.url }}.status", {"eq": "${{ params.status }}"}),), fails_clean=True),
            read_exit_code,
        )
    },
    check=True,
    timeout_seconds=15.0,
)
ACTIONS = (GET,)
