"""The workflows of a new repository: one for each verb that judges a change; text only, nothing is written here.

Those that tell GitHub what was found stand in `workflows_telling`, the one that releases in `workflows_releasing`.
"""

from __future__ import annotations

from runwright.cli.workflows_releasing import releasing
from runwright.cli.workflows_telling import telling

_HEAD = """\
# {what}
# Read-only, one verb; the only action is GitHub's own that keeps the report, which report.yml tells. Values of the
# event reach the script through the environment only.
name: {verb}

on:
  pull_request:{types}
  merge_group:

permissions: {{}}

concurrency:
  group: {verb}-${{{{ github.ref }}}}
  cancel-in-progress: ${{{{ github.event_name == 'pull_request' }}}}

jobs:
  {verb}:
    name: {verb}
    runs-on: ubuntu-24.04
    timeout-minutes: {minutes}
    permissions:
      contents: read # to fetch the commits of a private repository
    defaults:
      run:
        shell: bash
    env:
      BASE: ${{{{ github.event.pull_request.base.sha || github.event.merge_group.base_sha }}}}
      HEAD: ${{{{ github.event.pull_request.head.sha || github.event.merge_group.head_sha }}}}
{variables}    steps:
      - name: Fetch both commits
        env:
          SERVER: ${{{{ github.server_url }}}}
          REPOSITORY: ${{{{ github.repository }}}}
          TOKEN: ${{{{ github.token }}}}
        run: |
          set -euo pipefail
          git init --quiet .
          # The helper answers from the environment of this step, so the token is written nowhere.
          # shellcheck disable=SC2016
          git -c credential.helper='!f() {{ echo username=x-access-token; echo "password=$TOKEN"; }}; f' \\
            fetch --quiet --no-tags "$SERVER/$REPOSITORY.git" "$BASE" "$HEAD"
      - name: Install Runwright, from where the base says
        run: |
          set -euo pipefail
          git show "$BASE:.github/runwright.txt" > "$RUNNER_TEMP/runwright.txt"
          if ! grep --quiet '^[^#]' "$RUNNER_TEMP/runwright.txt"; then
            echo "::error file=.github/runwright.txt::say in this file where Runwright comes from"
            exit 1
          fi
          python3 -m venv "$RUNNER_TEMP/runwright"
          "$RUNNER_TEMP/runwright/bin/pip" install --quiet --requirement "$RUNNER_TEMP/runwright.txt"
"""
_VALIDATE = """\
      - name: Validate
        run: |
          set -euo pipefail
          "$RUNNER_TEMP/runwright/bin/runwright" validate --ref "$HEAD" --changed-since "$BASE" --format markdown \\
            --save "$RUNNER_TEMP/validate/validate.json" | tee -a "$GITHUB_STEP_SUMMARY"
"""
_TYPES = """
    # A label can say that a change was tried on a staging host.
    types: [opened, synchronize, reopened, labeled, unlabeled]"""
_LABEL = """\
      # A queue says nothing of labels; whatever stands in it passed with its own before.
      LABEL: ${{ (github.event_name == 'merge_group' || contains(github.event.pull_request.labels.*.name, 'needs-staging')) && 'needs-staging' || 'none' }}
"""  # noqa: E501  # an expression has no line breaks
_REPLAY = """\
      - name: Replay
        run: |
          set -euo pipefail
          # Markdown is cut to what a summary takes; the JSON has everything.
          "$RUNNER_TEMP/runwright/bin/runwright" replay --base "$BASE" --head "$HEAD" --label "$LABEL" \\
            --format markdown --save "$RUNNER_TEMP/replay/replay.json" --save "$RUNNER_TEMP/replay/replay.md" \\
            | tee -a "$GITHUB_STEP_SUMMARY"
"""


_KEEP = """\
      - name: Keep the report
        if: ${{{{ !cancelled() }}}}
        uses: actions/upload-artifact@043fb46d1a93c77aae656e7c1c64a875d1fc6a0a # v7.0.1
        with:
          name: {verb}
          path: ${{{{ runner.temp }}}}/{verb}
          if-no-files-found: ignore
"""


def workflows() -> dict[str, str]:
    """Every workflow by its file name."""
    what = "Checks what a change does to runbooks and rules. The policy and the known commands are those of the base."
    validate = _HEAD.format(verb="validate", what=what, minutes=15, types="", variables="")
    what = "Replays what a change of runbooks and rules would have done to every recorded run."
    replay = _HEAD.format(verb="replay", what=what, minutes=30, types=_TYPES, variables=_LABEL)
    return {
        "validate.yml": validate + _VALIDATE + _KEEP.format(verb="validate"),
        "replay.yml": replay + _REPLAY + _KEEP.format(verb="replay"),
        **telling(),
        **releasing(),
    }
