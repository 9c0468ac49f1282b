"""The workflows of a new repository that tell GitHub something: the report on a change, and what nobody answered."""

from __future__ import annotations

_JOB = """\
    runs-on: ubuntu-24.04
    timeout-minutes: 15
    permissions:
      contents: read # to fetch the commits of a private repository
{permissions}    defaults:
      run:
        shell: bash
    env:
      BASE: ${{{{ github.sha }}}}
{variables}      REPOSITORY: ${{{{ github.repository }}}}
    steps:
      - name: Fetch what is needed, and check nothing out
        env:
          SERVER: ${{{{ github.server_url }}}}
          TOKEN: ${{{{ github.token }}}}
        run: |
          set -euo pipefail
          git init --quiet .
          # The helper answers from the environment of this step, so the token is written nowhere.
          # shellcheck disable=SC2016
          git -c credential.helper='!f() {{ echo username=x-access-token; echo "password=$TOKEN"; }}; f' \\
            fetch --quiet --no-tags "$SERVER/$REPOSITORY.git" "$BASE"{also}
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
_AT = """\
          RUNWRIGHT_GITHUB_API: ${{ github.api_url }}
          RUNWRIGHT_GITHUB_WEB: ${{ github.server_url }}
          RUNWRIGHT_GITHUB_TOKEN: ${{ github.token }}
"""
_REPORT = """\
# Tells a commit what validate and replay found: the check `runwright` with notes on lines, a comment, code scanning.
# It is the only workflow that a pull request leads to and that may write. So it is the base's own file, installs what
# the base says, and takes what those runs saved as data: nothing of the change is checked out or run.
name: report

on:
  workflow_run: # zizmor: ignore[dangerous-triggers] nothing of the change is run here, see above
    workflows: [validate, replay]
    types: [completed]

permissions: {}

concurrency:
  # One after the other for a commit: the second adds to what the first told.
  group: report-${{ github.event.workflow_run.head_sha }}
  cancel-in-progress: false

jobs:
  report:
    name: report
    if: ${{ github.event.workflow_run.event == 'pull_request' || github.event.workflow_run.event == 'merge_group' }}
"""
_TELL = """\
      - name: Report
        env:
          LINK: ${{ github.event.workflow_run.html_url }}
"""
_TELL_RUN = """\
        run: |
          "$RUNNER_TEMP/runwright/bin/runwright" github report --forge "github:$REPOSITORY" \\
            --base "$BASE" --sha "$HEAD" --link "$LINK"
"""
_STALE = """\
# Closes the bot's proposals that nobody has answered for a week, as `stale`; what a person touched stays open.
# Whose they are, the variable RUNWRIGHT_GITHUB_BOT of the repository says; without it nothing is done.
name: stale

on:
  schedule:
    - cron: "23 5 * * *"
  workflow_dispatch:

permissions: {}

concurrency:
  group: stale
  cancel-in-progress: false

jobs:
  stale:
    name: stale
    if: ${{ vars.RUNWRIGHT_GITHUB_BOT != '' }}
"""
_CLOSE = """\
      - name: Close what nobody answered
        env:
          RUNWRIGHT_GITHUB_BOT: ${{ vars.RUNWRIGHT_GITHUB_BOT }}
"""
_CLOSE_RUN = """\
        run: '"$RUNNER_TEMP/runwright/bin/runwright" github stale --forge "github:$REPOSITORY"'
"""
_REPORT_RIGHTS = """\
      actions: read # to read what the runs saved
      checks: write # to set the check
      pull-requests: write # to comment
      security-events: write # to hand the findings to code scanning
"""
_STALE_RIGHTS = """\
      issues: write # to label and to comment
      pull-requests: write # to close
"""
_HEAD_OF_RUN = "      HEAD: ${{ github.event.workflow_run.head_sha }}\n"


def telling() -> dict[str, str]:
    """Every workflow that may write to GitHub, by its file name."""
    report = _JOB.format(permissions=_REPORT_RIGHTS, variables=_HEAD_OF_RUN, also=' "$HEAD"')
    stale = _JOB.format(permissions=_STALE_RIGHTS, variables="", also="")
    return {
        "report.yml": _REPORT + report + _TELL + _AT + _TELL_RUN,
        "stale.yml": _STALE + stale + _CLOSE + _AT + _CLOSE_RUN,
    }
