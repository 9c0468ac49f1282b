"""Commands that look like harmless ones and write, run or stop something by a quiet way."""

from __future__ import annotations

import pytest

from runwright.checks.guard.judge import judge

QUIET_WAYS = {
    "curl_writes_a_file_by_its_format": "curl http://localhost/ -w '%output{/etc/cron.d/x}text'",
    "sqlite_writes_a_file_by_a_function": "sqlite3 x.db \"select writefile('x','y')\"",
    "sqlite_starts_an_editor": 'sqlite3 x.db \'select edit("x","id")\'',
    "a_query_promotes_a_standby": 'psql -c "select pg_promote()"',
    "a_query_runs_another_query": "psql -c \"select query_to_xml('x',true,true,'')\"",
    "a_target_takes_the_host_down": "systemctl start umount.target",
    "compose_takes_a_file_that_anybody_wrote": "docker compose -f /tmp/evil.yml up -d",
    "read_sets_the_search_path": "read -r PATH <<< /tmp/evil; df",
    "a_value_is_expanded_as_a_prompt": 'echo "${x@P}"',
    "a_value_is_expanded_as_a_name": 'echo "${!x}"',
    "let_evaluates_a_value": 'let "y=$x"',
    "test_evaluates_an_index": 'test -v "$x"',
    "psql_runs_a_start_file": "PSQLRC=/tmp/x psql -c 'select 1'",
    "docker_talks_to_another_host": "DOCKER_HOST=tcp://evil docker ps",
    "systemd_runs_a_pager": "SYSTEMD_PAGER=/tmp/x journalctl -u nginx",
}


@pytest.mark.parametrize("command", QUIET_WAYS.values(), ids=QUIET_WAYS)
def test_a_quiet_way_is_never_allowed(command: str) -> None:
    assert judge("bash", command).verdict != "allow"
