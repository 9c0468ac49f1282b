"""Archives that a hostile run saved: whatever is in them, they are read or told to be wrong, in little memory."""

from __future__ import annotations

import io
import random
import zipfile

import pytest

from runwright.adapters.forge_github.saved import MAX_REPORT, unpacked
from runwright.errors import ContentError

NAME = "validate.json"
REPORT = b'{"files": 1, "findings": []}' * 50


def archive(method: int = zipfile.ZIP_DEFLATED, *names: str, content: bytes = REPORT) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as opened:
        for name in names or (NAME,):
            opened.writestr(name, content)
    return made.getvalue()


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_what_a_run_saved_is_read(method: int) -> None:
    assert unpacked(archive(method, "other.json", NAME), NAME) == REPORT


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_way_of_compressing_that_github_does_not_use_is_refused(method: int) -> None:
    with pytest.raises(ContentError, match="compressed"):
        unpacked(archive(method), NAME)


@pytest.mark.parametrize("name", ["../validate.json", "/validate.json", "x/validate.json", "VALIDATE.JSON"])
def test_a_report_under_another_name_is_none(name: str) -> None:
    assert unpacked(archive(zipfile.ZIP_DEFLATED, name), NAME) is None


def test_a_file_that_unpacks_to_more_than_any_report_is_refused() -> None:
    with pytest.raises(ContentError, match="more than"):
        unpacked(archive(content=b"\0" * (MAX_REPORT + 1)), NAME)


def test_no_damage_ends_in_anything_but_a_report_or_its_refusal() -> None:
    chance = random.Random(20)
    whole = [archive(method) for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2)]
    for _ in range(3_000):
        data = bytearray(chance.choice(whole))
        for _ in range(chance.choice((1, 2, 4, 16))):
            data[chance.randrange(len(data))] = chance.choice((0, 255, chance.randrange(256)))
        try:
            unpacked(bytes(data[: chance.choice((len(data), chance.randrange(len(data))))]), NAME)
        except ContentError as error:
            assert error.message  # noqa: PT017 - most are refused, some are whole all the same
