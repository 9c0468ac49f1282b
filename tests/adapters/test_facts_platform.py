"""What the host says that it is, compared with the programs that know."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from runwright.adapters.facts_platform import configured_locale, platform_facts


def uname(option: str) -> str:
    """What uname(1) says."""
    return subprocess.run(["uname", option], check=True, capture_output=True, text=True).stdout.strip()


def test_the_platform_is_what_the_system_says() -> None:
    told = platform_facts({}, 1.0)
    release = dict(
        line.split("=", 1) for line in Path("/etc/os-release").read_text("utf-8").splitlines() if "=" in line
    )
    assert told["distribution"] == release["ID"].strip('"')
    assert told.get("version") == release.get("VERSION_ID", '""').strip('"') or "VERSION_ID" not in release
    assert (told["kernel"], told["architecture"]) == (uname("-r"), uname("-m").lower())


@pytest.mark.parametrize(
    ("text", "expected"),
    [("LANG=de_DE.UTF-8\n", "de_DE.UTF-8"), ('LC_ALL=x\nLANG="C.UTF-8"\n', "C.UTF-8"), ("LANG=\n", None), ("", None)],
)
def test_the_locale_is_read_from_the_systems_file(tmp_path: Path, text: str, expected: str | None) -> None:
    (tmp_path / "locale.conf").write_text(text, "utf-8")
    assert configured_locale((tmp_path / "none", tmp_path / "locale.conf")) == expected
