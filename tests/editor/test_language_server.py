"""What an author sees in an editor: completion, explanation and errors, from the schema alone."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import pytest

from runwright.actions.catalogue import ACTIONS
from runwright.model.runbook import Runbook
from tests.support.language_server import LanguageServer

pytestmark = pytest.mark.needs("npm")
ROOT = Path(__file__).parent.parent.parent
FOLDER = ROOT / "runbooks" / "linux"
HEAD = "# yaml-language-server: $schema=../../schemas/runbook.schema.json\n"
START = f"""{HEAD}\
id: RB-LIN-NEW-001
name: Start a stopped service
version: 1
platform: linux
incident_types: [service_stopped]
steps:
  - id: start
    action: service.start
    with: {{service: web}}
verify:
  method: service_status_check
  settle: 5s
  checks:
    - {{when: {{services.web.state: running}}, confidence: 0.9}}
"""


class Editor:
    """An editor that opens each text as a new file, which exists nowhere else."""

    def __init__(self, server: LanguageServer) -> None:
        self.server, self.files = server, count()

    def wrong(self, text: str) -> list[str]:
        """What the editor underlines."""
        return [item["message"] for item in self.server.open(self._new(), text)]

    def offered(self, text: str) -> dict[str, str]:
        """What the editor offers at the mark `|`, with what it says about each."""
        path, line, column = self._opened(text)
        items = self.server.complete(path, line, column)
        return {label: str(item.get("documentation", "")) for label, item in items.items()}

    def explained(self, text: str) -> str:
        """What the editor explains about the place behind the mark `|`."""
        return self.server.hover(*self._opened(text))

    def _opened(self, text: str) -> tuple[Path, int, int]:
        before, mark, after = text.partition("|")
        assert mark
        path = self._new()
        self.server.open(path, before + after)
        return path, before.count("\n"), len(before.rpartition("\n")[2])

    def _new(self) -> Path:
        return FOLDER / f"RB-LIN-NEW-{next(self.files)}.yaml"


@pytest.fixture(scope="session")
def editor(server: LanguageServer) -> Editor:
    """An editor for the whole session."""
    return Editor(server)


def test_a_good_runbook_is_not_underlined(editor: Editor) -> None:
    assert editor.wrong(START) == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("platform: linux", "platform: linus", 'Value is not accepted. Valid values: "linux", "windows", "any"'),
        ("settle: 5s", "setle: 5s", "Property setle is not allowed"),
        ("service.start", "service.begin", ""),
        ("{service: web}", "{servce: web}", "Property servce is not allowed"),
        ("{service: web}", "{}", 'Missing property "service"'),
        ("confidence: 0.9", "confidence: 9", "Value is above the maximum of 1"),
        ("settle: 5s", "settle: 5 seconds", "String does not match the pattern"),
        ("id: RB-LIN-NEW-001", "id: new", "String does not match the pattern"),
        ("version: 1\n", "", 'Missing property "version"'),
        ("services.web.state: running", "services.web.state: {equals: running}", ""),
    ],
)
def test_a_mistake_is_underlined(editor: Editor, old: str, new: str, told: str) -> None:
    found = editor.wrong(START.replace(old, new, 1))
    assert found
    assert any(message.startswith(told) for message in found), found


def test_an_empty_file_is_offered_every_field_with_what_it_means(editor: Editor) -> None:
    offered = editor.offered(f"{HEAD}|")
    keys = {field.alias or name for name, field in Runbook.model_fields.items()}
    assert keys <= offered.keys()
    assert "Raised by one with every change." in offered["version"]


def test_values_are_offered(editor: Editor) -> None:
    assert {"linux", "windows", "any"} <= editor.offered(START.replace("platform: linux", "platform: |")).keys()
    assert {"stop", "continue", "escalate"} <= editor.offered(
        START.replace("    with:", "    on_failure: |\n    with:")
    ).keys()


def test_every_action_is_offered_and_explained(editor: Editor) -> None:
    offered = editor.offered(START.replace("action: service.start", "action: |"))
    assert offered.keys() >= ACTIONS.keys()


def test_the_parameters_of_the_action_are_offered(editor: Editor) -> None:
    text = START.replace("    with: {service: web}", "    with:\n      |")
    assert "service" in editor.offered(text)
    other = text.replace("service.start", "disk.has_room")
    assert {"path", "below_percent"} <= editor.offered(other).keys()


def test_the_fields_of_a_step_and_of_the_verification_are_offered(editor: Editor) -> None:
    step = editor.offered(START.replace("    with: {service: web}\n", "    with: {service: web}\n    |\n"))
    assert {"when", "timeout", "retry", "rollback", "foreach"} <= step.keys()
    assert "settle" in editor.offered(START.replace("  settle: 5s\n", "  |\n"))


def test_the_operators_of_a_condition_are_offered(editor: Editor) -> None:
    text = START.replace("    with:", '    when:\n      disks["/"].used_percent:\n        |\n    with:')
    assert {"gte", "lt", "in", "exists"} <= editor.offered(text).keys()


def test_fields_are_explained_under_the_cursor(editor: Editor) -> None:
    assert "How long to wait after the last step" in editor.explained(START.replace("  settle", "  |settle"))
    assert "5m" in editor.explained(START.replace("steps:", "limits: {|timeout: 5m}\nsteps:"))
    param = ACTIONS["service.start"].params["service"].description
    assert param.rstrip(".") in editor.explained(START.replace("service: web", "|service: web"))


@pytest.mark.parametrize("path", sorted((ROOT / "runbooks").rglob("*.yaml")), ids=lambda path: path.stem)
def test_no_runbook_of_the_library_is_underlined(server: LanguageServer, path: Path) -> None:
    found = [item["message"] for item in server.open(path, path.read_text("utf-8"))]
    server.close(path)
    assert found == []
