"""Backups: is the newest one young and large enough, and make one by a job of the site."""

from __future__ import annotations

from runwright.actions.action import FORGET, Action, Model, Native, Param, Variant, need, read_exit_code, sets
from runwright.actions.job import JOB, job_variant

FOLDER = Param("The absolute path of a folder.", pattern=r"(/|[A-Za-z]:\\)[^\x00-\x1f]{1,1000}")
PATTERN = Param(
    "A file name in which * stands for any text and ? for one character, such as *.dump; never * alone.",
    pattern=r"[A-Za-z0-9._*?@+=,-]*[A-Za-z0-9._@+=,-][A-Za-z0-9._*?@+=,-]*",
)
_NEWEST = "backups.${{ params.folder }}.${{ params.pattern }}"

FRESH = Action(
    "backup.fresh",
    "Check that the newest backup is not older than some hours, and not smaller than some bytes.",
    {
        "folder": FOLDER,
        "pattern": PATTERN,
        "hours": Param("The greatest age in hours.", type="number", required=False, default=26),
        "bytes": Param("The smallest size in bytes.", type="integer", required=False, default=1),
    },
    {
        "any": Variant(
            Native(
                "backup.fresh",
                {name: f"${{{{ params.{name} }}}}" for name in ("folder", "pattern", "hours", "bytes")},
            ),
            Model(
                needs=(
                    need(f"{_NEWEST}.count", {"gt": 0}),
                    need(f"{_NEWEST}.newest_age_hours", {"lte": "${{ params.hours }}"}),
                    need(f"{_NEWEST}.newest_size_bytes", {"gte": "${{ params.bytes }}"}),
                ),
                fails_clean=True,
            ),
            read_exit_code,
        )
    },
    check=True,
)
RUN = Action(
    "backup.run",
    "Run the site's own job that makes a backup.",
    {"job": JOB, "folder": FOLDER, "pattern": PATTERN},
    {
        "any": job_variant(
            (),
            (
                sets(f"{_NEWEST}.newest_age_hours", FORGET),
                sets(f"{_NEWEST}.newest_size_bytes", FORGET),
                sets(f"{_NEWEST}.count", FORGET),
                sets("disks.*.used_percent", FORGET),
                sets("disks.*.free_bytes", FORGET),
            ),
            "folder",
            "pattern",
        )
    },
    risk="medium",
    repeatable=False,
    timeout_seconds=3600.0,
)
ACTIONS = (FRESH, RUN)
