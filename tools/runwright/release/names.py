"""What may be called what: references, paths, object ids and remotes that are ever handed to Git.

Allow-lists, narrower than `git check-ref-format`, so that no name is an option, a revision expression, a glob, or
something that a file system folds into another name. What a name stands for is not decided here.
"""

from __future__ import annotations

import re

from runwright.errors import ContentError

SEGMENT = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")
REF_ROOTS = ("refs/heads/", "refs/tags/", "refs/pull/", "refs/runwright/")
OID = re.compile(r"[0-9a-f]{40}")
PATH_SEGMENT = re.compile(r"[A-Za-z0-9._][A-Za-z0-9._ @+-]{0,199}")
WINDOWS_DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
LONGEST = 400
REMOTES = (
    re.compile(r"/[A-Za-z0-9._/ @+-]{1,1000}"),
    # Without TLS only on the machine itself.
    re.compile(r"http://(localhost|127\.0\.0\.1|\[::1\])(:[0-9]{1,5})?(/[A-Za-z0-9._~@+-]+)+/?"),
    re.compile(r"https://[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?(/[A-Za-z0-9._~@+-]+)+/?"),
    re.compile(
        r"ssh://([A-Za-z0-9_][A-Za-z0-9._-]*@)?[A-Za-z0-9][A-Za-z0-9.-]{0,252}(:[0-9]{1,5})?(/[A-Za-z0-9._~@+-]+)+"
    ),
    re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*@[A-Za-z0-9][A-Za-z0-9.-]{0,252}:[A-Za-z0-9_][A-Za-z0-9._/~-]*"),
)


def checked_ref(name: str) -> str:
    """Give a full reference name back; raises ContentError for any other text."""
    root = next((root for root in REF_ROOTS if name.startswith(root)), None)
    segments = name.removeprefix(root or "").split("/")
    if root is None or len(name) > LONGEST or not all(good_ref_segment(segment) for segment in segments):
        raise ContentError(f"{shown(name)} is no reference name; expected one such as refs/heads/main")
    return name


def good_ref_segment(segment: str) -> bool:
    """Say whether one part of a reference name is plain."""
    return bool(SEGMENT.fullmatch(segment)) and ".." not in segment and not segment.endswith((".", ".lock"))


def checked_prefix(prefix: str) -> str:
    """Give a folder of references back, such as refs/pull/; raises ContentError for any other text."""
    checked_ref(prefix.rstrip("/") + "/x")
    return prefix.rstrip("/") + "/"


def checked_oid(text: str) -> str:
    """Give a full object id (40 hexadecimal digits) back; raises ContentError for any other text."""
    if not OID.fullmatch(text):
        raise ContentError(f"{shown(text)} is no object id; expected 40 hexadecimal digits")
    return text


def checked_path(path: str) -> str:
    """Give a relative path of a file in a repository back; raises ContentError for any other text."""
    if len(path) > LONGEST or not all(good_path_segment(segment) for segment in path.split("/")):
        raise ContentError(f"{shown(path)} is no path for a repository; use plain names, joined by /")
    return path


def good_path_segment(segment: str) -> bool:
    """Say whether one part of a path is plain on every file system."""
    if not PATH_SEGMENT.fullmatch(segment) or segment.endswith((".", " ")):
        return False
    return segment.casefold() not in {".git", "git~1"} and not WINDOWS_DEVICE.fullmatch(segment)


def checked_remote(text: str) -> str:
    """Give the address of a repository back: an absolute path, https:// or ssh; raises ContentError otherwise."""
    plain = any(pattern.fullmatch(text) for pattern in REMOTES)
    if not plain or ".." in re.split(r"[/:]", text):
        raise ContentError(
            f"{shown(text)} is no address; expected an absolute path, https://host/path or ssh://user@host/path"
        )
    return text


def shown(text: str) -> str:
    """Quote a text that is not trusted so that it stays on one short line."""
    return ascii(text[:80])
