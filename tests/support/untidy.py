"""Writes data as YAML the way people do on a bad day: any order, any indentation, comments and empty lines everywhere.

What it writes is strict YAML that means the data, but for empty lines behind a text that keeps them.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from runwright.corpus.editing import dump
from runwright.corpus.scalars import is_text

COMMENTS = ("why", "TODO: look again", "a: b", "- item", "# twice", "'quote", "${{ x }}", "é 🙂", "")


class Untidy:
    """Draws every choice of layout while it writes."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.numbered = 0
        """How many comments there are; each starts with its number."""

    def file(self, data: dict[str, Any]) -> str:
        """One file whose root is this mapping."""
        head = self.draw(st.sampled_from(["", "---\n", "# yaml-language-server: $schema=x.json\n", "# top\n\n", "\n"]))
        return head + "\n".join([*self.mapping(data, 0), *self.remarks(0)]) + "\n"

    def mapping(self, data: dict[str, Any], column: int) -> list[str]:
        """The lines of a block mapping."""
        lines: list[str] = []
        for key in self.draw(st.permutations(list(data))):
            lines += [*self.remarks(column), *self.valued(f"{self.key(key)}:", data[key], column, True)]
        return [*lines, *self.remarks(column)]

    def items(self, data: list[Any], column: int) -> list[str]:
        """The lines of a block list."""
        lines: list[str] = []
        for item in data:
            lines += self.remarks(column)
            if isinstance(item, dict) and item and self.chance():
                inner = self.mapping(item, column + 2)
                first = next(n for n, line in enumerate(inner) if line.strip() and not line.strip().startswith("#"))
                if first == 0:
                    lines += [" " * column + "- " + inner[0].lstrip(), *inner[1:]]
                    continue
                lines += [" " * column + "-" + self.remark(), *inner]
                continue
            lines += self.valued("-", item, column, False)
        return [*lines, *self.remarks(column)]

    def valued(self, name: str, value: Any, column: int, in_mapping: bool) -> list[str]:
        """A key or dash with its value."""
        margin = " " * column
        if isinstance(value, (dict, list)) and value and self.chance():
            step = self.draw(st.integers(0 if in_mapping and isinstance(value, list) else 1, 5))
            inside = self.mapping(value, column + step) if isinstance(value, dict) else self.items(value, column + step)
            return [margin + name + self.remark(), *inside]
        if isinstance(value, (dict, list)):
            flow = self.flow(value, margin + "  ")
            return (margin + name + " " + flow + self.remark()).split("\n")
        if isinstance(value, str) and value.strip() and "\n" in value and self.literal(value):
            deep = margin + " " * self.draw(st.integers(1, 4))
            ends = len(value) - len(value.rstrip("\n"))
            chomp = "-" if ends == 0 else "" if ends == 1 else "+"
            body = [deep + line if line else "" for line in value.rstrip("\n").split("\n") + [""] * (ends - 1)]
            return [margin + name + " |" + chomp + self.remark(), *body]
        if self.chance(8):
            return [margin + name + self.remark(), margin + "   " + self.scalar(value) + self.remark()]
        return [margin + name + " " + self.scalar(value) + self.remark()]

    def literal(self, value: str) -> bool:
        """Whether a text can stand below a `|` whose indentation is found by itself."""
        text = value.lstrip("\n")
        return value.isascii() and not text.startswith(" ") and "\t" not in value and "\r" not in value

    def flow(self, value: Any, margin: str) -> str:
        """A value in flow style, on one line or on several."""
        if not isinstance(value, (dict, list)) or not value:
            return self.scalar(value, flow=True)
        if isinstance(value, list):
            return "[" + self.joined([self.flow(item, margin + " ") for item in value], margin) + self.gap(margin) + "]"
        pairs = [f"{self.key(key)}: {self.flow(item, margin + ' ')}" for key, item in value.items()]
        return "{" + self.gap(margin) + self.joined(pairs, margin) + "}"

    def joined(self, parts: list[str], margin: str) -> str:
        """Parts with commas, some of them at the end of a line."""
        first, *others = parts
        return first + "".join((f",{self.remark()}\n{margin}" if self.chance(4) else ", ") + part for part in others)

    def gap(self, margin: str) -> str:
        """Nothing, or the rest of a line."""
        return f"{self.remark()}\n{margin}" if self.chance(6) else ""

    def scalar(self, value: Any, flow: bool = False) -> str:
        """A scalar on one line."""
        if isinstance(value, str) and self.chance() and value.isprintable():
            return "'" + value.replace("'", "''") + "'"
        if isinstance(value, str) and not (value.isascii() and value.isalnum() and is_text(value)):
            return '"' + "".join(c if c.isascii() and c.isalnum() else f"\\U{ord(c):08X}" for c in value) + '"'
        if value in ({}, []) and not isinstance(value, (bool, int, float)):
            return "{}" if value == {} else "[]"
        return str(dump(value, flow=flow)).removesuffix("...\n").rstrip("\n") if not isinstance(value, str) else value

    def key(self, key: str) -> str:
        """A key."""
        return self.scalar(key)

    def remarks(self, column: int) -> list[str]:
        """Comments and empty lines of their own."""
        lines = []
        while self.chance(4):
            deep = " " * max(0, column + self.draw(st.integers(-3, 3)))
            lines.append("" if self.chance() else deep + self.remark(always=True).strip())
        return lines

    def remark(self, always: bool = False) -> str:
        """A comment behind something, or nothing."""
        if not always and not self.chance(5):
            return self.draw(st.sampled_from(["", "", " "]))
        self.numbered += 1
        return f"  # {self.numbered} {self.draw(st.sampled_from(COMMENTS))}"

    def chance(self, one_in: int = 2) -> bool:
        """Yes, once in so many times."""
        return self.draw(st.integers(1, one_in)) == 1
