"""The workflow of a new repository that releases what was merged; text only, nothing is written here."""

from __future__ import annotations

_RELEASE = """\
# Turns what was merged into a signed release: who approved what is worked out anew from GitHub's records, main is
# validated and replayed once more, then the tag and the channel's document are signed and pushed, and the notes are
# written. Every day the document is issued again, so that agents know that nobody holds a newer one back.
# Only here is the release key, in the environment `release`, which only main may use. One verb, no action at all.
# Values of the event reach the script through the environment only. A run that is cut off is finished by the next one.
name: release

on:
  push:
    branches: [main]
    # Of more than 300 changed files GitHub looks at some; what this misses, the daily run finds.
    paths:
      - runbooks/**
      - rules/**
      - tests/recordings/**
      - guard/**
      - runwright.toml
      - .github/**
  schedule:
    - cron: "17 4 * * *"
  workflow_dispatch:

permissions: {}

# One at a time, and none is thrown away in the middle.
concurrency:
  group: release
  cancel-in-progress: false

jobs:
  release:
    name: release
    if: ${{ github.ref == 'refs/heads/main' }}
    runs-on: ubuntu-24.04
    timeout-minutes: 30
    environment: release
    permissions:
      contents: write # to push the tag and the branch channels, and to write the notes
      pull-requests: read # to see who approved what
      issues: read # to see whether a pull request was pointed at another base
      checks: read # to see which checks were green
      statuses: read # where a check is a commit status
    defaults:
      run:
        shell: bash
    steps:
      - name: Fetch the commit
        env:
          SERVER: ${{ github.server_url }}
          REPOSITORY: ${{ github.repository }}
          SHA: ${{ github.sha }}
          TOKEN: ${{ github.token }}
        run: |
          set -euo pipefail
          git init --quiet .
          # The helper answers from the environment of this step, so the token is written nowhere.
          # shellcheck disable=SC2016
          git -c credential.helper='!f() { echo username=x-access-token; echo "password=$TOKEN"; }; f' \\
            fetch --quiet --no-tags --depth 1 "$SERVER/$REPOSITORY.git" "$SHA"
          git -c advice.detachedHead=false checkout --quiet FETCH_HEAD
      - name: Install Runwright, from where main says
        run: |
          set -euo pipefail
          if ! grep --quiet '^[^#]' .github/runwright.txt; then
            echo "::error file=.github/runwright.txt::say in this file where Runwright comes from"
            exit 1
          fi
          python3 -m venv "$RUNNER_TEMP/runwright"
          "$RUNNER_TEMP/runwright/bin/pip" install --quiet --requirement .github/runwright.txt
      - name: Release
        env:
          RUNWRIGHT_GITHUB_API: ${{ github.api_url }}
          RUNWRIGHT_GITHUB_WEB: ${{ github.server_url }}
          RUNWRIGHT_GITHUB_TOKEN: ${{ github.token }}
          RUNWRIGHT_RELEASE_KEY: ${{ secrets.RUNWRIGHT_RELEASE_KEY }}
          # An App of the release alone, where there is one: only then can a rule keep everybody else from the tags.
          APP_ID: ${{ vars.RUNWRIGHT_RELEASE_APP_ID }}
          APP_KEY: ${{ secrets.RUNWRIGHT_RELEASE_APP_KEY }}
          REPOSITORY: ${{ github.repository }}
        run: |
          set -euo pipefail
          if [ -n "$APP_KEY" ]; then
            (umask 077; printf '%s\\n' "$APP_KEY" > "$RUNNER_TEMP/app.pem")
            export RUNWRIGHT_GITHUB_APP_ID="$APP_ID" RUNWRIGHT_GITHUB_APP_KEY="$RUNNER_TEMP/app.pem"
            trap 'rm -f "$RUNNER_TEMP/app.pem"' EXIT
          fi
          "$RUNNER_TEMP/runwright/bin/runwright" release keep --forge "github:$REPOSITORY" \\
            | tee -a "$GITHUB_STEP_SUMMARY"
"""


def releasing() -> dict[str, str]:
    """Give the workflow by its file name."""
    return {"release.yml": _RELEASE}
