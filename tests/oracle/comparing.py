"""What replay said beside what real hosts said: right, wrong, or not decided, as a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from tests.support.planted import Answer, Planted

Asked = tuple[Planted, Answer]


def agreement(one: Planted, answer: Answer) -> str:
    """Whether replay was right about a mistake: right, wrong or open."""
    if "inconclusive" in (one.verdict.would, answer.real):
        return "open"
    return "right" if one.verdict.would == answer.real else "wrong"


def wrong(asked: Iterable[Asked], said: str) -> list[str]:
    """The mistakes about which replay said this, and was wrong."""
    return [f"{one.mutation.name} ({answer.was})" for one, answer in asked if _is_wrong(one, answer, said)]


def table(asked: Iterable[Asked]) -> Iterator[str]:
    """One line for each thing that replay can say, with how often it was right."""
    counts: dict[str, Counter[str]] = {}
    for one, answer in asked:
        counts.setdefault(one.said, Counter())[agreement(one, answer)] += 1
    yield f"{'replay said':22} {'asked':>6} {'right':>6} {'wrong':>6} {'open':>6}"
    for said in sorted(counts):
        found = counts[said]
        yield f"{said:22} {found.total():6} {found['right']:6} {found['wrong']:6} {found['open']:6}"


def lines(asked: Iterable[Asked]) -> Iterator[str]:
    """One line for each mistake."""
    for one, answer in asked:
        recorded, agrees = f"recorded: {answer.was}", agreement(one, answer)
        yield f"{agrees:6} {one.said:20} real: {answer.real:13} {recorded:18} {answer.mutation}"


def _is_wrong(one: Planted, answer: Answer, said: str) -> bool:
    return one.said == said and agreement(one, answer) == "wrong"
