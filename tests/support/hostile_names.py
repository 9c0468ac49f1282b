"""Names with which somebody could try to make git do something else."""

from __future__ import annotations

MARKER = "/tmp/runwright-marker"

REFS = [
    "", " ", "main", "HEAD", "@", "FETCH_HEAD", "-", "--", "--help", "-x", "--upload-pack=touch " + MARKER,
    "--upl=touch " + MARKER, "-u" + MARKER, "--exec=touch " + MARKER, "--output=" + MARKER, "-o" + MARKER,
    "--git-dir=/etc", "refs", "refs/", "refs/heads", "refs/heads/", "refs/heads//main", "refs/heads/-main",
    "refs/heads/--upload-pack=x", "refs/heads/.hidden", "refs/heads/a/.b", "refs/heads/main.", "refs/heads/main.lock",
    "refs/heads/a.lock/b", "refs/heads/a..b", "refs/heads/..", "refs/heads/../../config", "refs/../config",
    "refs/heads/a b", "refs/heads/a\tb", "refs/heads/a\nb", "refs/heads/a\n", "refs/heads/a\r", "refs/heads/a\x00b",
    "refs/heads/a\x7f", "refs/heads/a~1", "refs/heads/a^", "refs/heads/a^{tree}", "refs/heads/a:b", "refs/heads/a?",
    "refs/heads/a*", "refs/heads/[a]", "refs/heads/a\\b", "refs/heads/a@{1}", "refs/heads/@{u}", "refs/heads/@",
    "refs/heads/$(touch " + MARKER + ")", "refs/heads/`touch " + MARKER + "`", "refs/heads/a;touch " + MARKER,
    "refs/heads/a|b", "refs/heads/a&b", "refs/heads/a'b", 'refs/heads/a"b', "refs/heads/a<b", "refs/heads/ma\u0131n",
    "refs/heads/m\u0430in", "refs/heads/a\u202eb", "refs/heads/a\u200bb", "refs/heads/" + "a" * 500,
    "refs/heads/" + "a" * 129, "/refs/heads/main", "refs/heads/main/", "+refs/heads/main", "^refs/heads/main",
    "refs/notes/x", "refs/replace/" + "a" * 40, "refs/remotes/origin/main", "refs/stash", "REFS/heads/main",
    "ext::sh -c touch% " + MARKER, "refs/heads/a#b", "refs/heads/a%b", "refs/heads/a!b", "refs/heads/a{b}",
    "refs/heads/a,b",
]  # fmt: skip

PATHS = [
    "", "/", "/etc/passwd", ".", "..", "../x", "a/../b", "a/..", "a/.", "./a", "a//b", "a/", "-x/../y", "--output=x",
    "-x", ".git/config", "a/.git/hooks/pre-commit", ".GIT/config", ".Git/config", "git~1/config", "a\\..\\b", "C:/x",
    "a:b",
    "a\x00b", "a\nb", "a\n", "a\tb", "a\x7fb", "a\u202eb", "a\u200bb", "\u00fc.yaml", "con", "NUL.yaml", "a/aux.yaml",
    "com1",
    "a.", "a ", "a/b. ", "a*b", "a?b", 'a"b', "a<b", "a|b", "$(touch " + MARKER + ")", "`touch " + MARKER + "`", "a;b",
    "a" * 201, "a/" * 250 + "b", ":(exclude)x", ":/x", "!x", "~/x",
]  # fmt: skip

REMOTES = [
    "", "-", "--upload-pack=touch " + MARKER, "-u" + MARKER, "ext::sh -c touch% " + MARKER, "ext::" + MARKER, "fd::17",
    "file:///srv/x", "http://example.org/x", "git://example.org/x", "ftp://example.org/x", "../x", "x", "/srv/../etc",
    "/srv/x\n", "/srv/x\x00y", "https://", "https://example.org", "https://user:secret@example.org/x",
    "https://example.org/../x", "https://example.org/x?y", "https://example.org/x#y", "https://exa mple.org/x",
    "ssh://-oProxyCommand=touch/x", "ssh://-oProxyCommand=x@host/x", "ssh://git@-oProxyCommand=x/y",
    "-oProxyCommand=x:y", "git@-oProxyCommand=x:y", "git@host:-x", "git@host:../x", "https://example.org/$(x)",
    "\\\\host\\share", "transport::address", "/srv/$(touch x)", "/srv/`x`", "/srv/x;y",
]  # fmt: skip
