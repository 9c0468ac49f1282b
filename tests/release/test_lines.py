"""Policy files have the lines that OpenSSH and GitHub see, and nothing in them that a reviewer does not see."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from runwright.errors import ContentError
from runwright.release.codeowners import parse_codeowners
from runwright.release.lines import lines_of
from runwright.release.signers import parse_allowed_signers

ENDS = "\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
UNSEEN = "\x00\x1b\x7f\u00ad\u061c\u200b\u200d\u200e\u202a\u202e\u2060\u2066\u2069\ufeff\U000e0041\u00a0\u3000"


@pytest.mark.parametrize("character", ENDS + UNSEEN, ids=lambda text: f"U+{ord(text):04X}")
@pytest.mark.parametrize("parse", [parse_allowed_signers, parse_codeowners])
def test_a_character_that_hides_a_line_is_refused(parse: Callable[[str, str], object], character: str) -> None:
    with pytest.raises(ContentError) as caught:
        parse(f"# first\n# a comment{character}* @mallory\n", "policy")
    assert (caught.value.path, caught.value.line) == ("policy", 2)
    assert f"U+{ord(character):04X}" in caught.value.message


def test_only_a_newline_ends_a_line() -> None:
    assert lines_of("a\tb\n\nDané #2\n", "policy") == ("a\tb", "", "Dané #2", "")
