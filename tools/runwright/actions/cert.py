"""Certificates: is one valid for long enough, in its file and where it is served, and renew it by a job of the site.

Fields: RFC 5280, section 4.1.2.5.   A usual job: https://eff-certbot.readthedocs.io/en/stable/using.html#renewing-certificates
"""

from __future__ import annotations

from runwright.actions.action import FORGET, Action, Model, Native, Param, Variant, need, read_exit_code, sets
from runwright.actions.file import FILE
from runwright.actions.job import JOB, job_variant
from runwright.actions.net import HOST, PORT

DAYS = Param("For how many days more it must be valid.", type="integer", required=False, default=14)
_DAYS = "certificates.${{ params.path }}.days_left"

VALID = Action(
    "cert.valid",
    "Check that the certificate in a file is valid for some days more.",
    {"path": FILE, "days": DAYS},
    {
        "any": Variant(
            Native("certificate.valid", {"path": "${{ params.path }}", "days": "${{ params.days }}"}),
            Model(needs=(need(_DAYS, {"gte": "${{ params.days }}"}),), fails_clean=True),
            read_exit_code,
        )
    },
    check=True,
)
SERVED = Action(
    "cert.served",
    "Check that the certificate that a server presents is valid for some days more.",
    {"host": HOST, "port": PORT, "days": DAYS},
    {
        "any": Variant(
            Native(
                "tls.valid",
                {"host": "${{ params.host }}", "port": "${{ params.port }}", "days": "${{ params.days }}"},
            ),
            Model(
                needs=(need("tls.${{ params.host }}.${{ params.port }}.days_left", {"gte": "${{ params.days }}"}),),
                fails_clean=True,
            ),
            read_exit_code,
        )
    },
    check=True,
    timeout_seconds=15.0,
)
RENEW = Action(
    "cert.renew",
    "Run the site's own job that renews a certificate.",
    {"job": JOB, "path": FILE},
    {"any": job_variant((), (sets(_DAYS, FORGET), sets("tls.*.*.days_left", FORGET)), "path")},
    risk="medium",
    repeatable=False,
    timeout_seconds=300.0,
)
ACTIONS = (VALID, SERVED, RENEW)
