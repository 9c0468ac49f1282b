"""HTTP: ask an address and look at the status of its answer, or ask it to do something.

A redirect is never followed, and what goes into a body arrives as values of a JSON object: no value becomes its text.
Methods and status codes: RFC 9110.
"""

from __future__ import annotations

from runwright.actions.action import FORGET, Action, Model, Native, Param, Variant, need, read_exit_code, sets

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
REQUEST = Action(
    "http.request",
    "Send a request to an address, and expect a status.",
    {
        "url": URL,
        "method": Param(
            "The method.", required=False, default="POST", enum=("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
        ),
        "headers": Param(
            "Header lines, such as Accept: application/json.",
            type="strings",
            required=False,
            default=("Accept: */*",),
        ),
        "body": Param("The body as it stands; it holds no insertions.", type="text", required=False, default=""),
        "fields": Param(
            "Values by name, sent as one JSON object instead of a body.",
            type="environment",
            required=False,
            default={},
        ),
        "expect_status": Param("The expected status code.", type="integer", required=False, default=200),
    },
    {
        "any": Variant(
            Native(
                "http.request",
                {
                    name: f"${{{{ params.{name} }}}}"
                    for name in ("url", "method", "headers", "body", "fields", "expect_status")
                },
            ),
            Model(changes=(sets("http.*.status", FORGET), sets("http.*.ok", FORGET))),
            read_exit_code,
        )
    },
    risk="medium",
    repeatable=False,
    timeout_seconds=30.0,
)
ACTIONS = (GET, REQUEST)
