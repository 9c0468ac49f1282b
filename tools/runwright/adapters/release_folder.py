"""Releases on an agent's disk: unpack, read back, switch, tidy. Every write is a new file, an fsync and a rename.

    state.json           what was accepted last; never goes back
    current              a symbolic link to the active folder below releases/
    releases/<tree>/     runbooks/, rules/ and release.json, the document that the folder belongs to

Whether a release may be activated is decided in `release.verify`, before anything here is called.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import stat
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from runwright.errors import EdgeError, TrustError
from runwright.model.release import ChannelDocument
from runwright.release.document import parse
from runwright.release.manifest import FOLDERS, content_digest
from runwright.release.verify import Held

KEPT = 2
"""How many releases before the active one stay on the disk."""
TEMPORARY = ".tmp-"


@dataclass(frozen=True)
class ActiveRelease:
    """The release that runs, read from the disk and checked against its digest."""

    seq: int
    tag: str
    document: ChannelDocument
    files: Mapping[str, bytes]

    def expired(self, now: datetime) -> bool:
        """Say whether its document has run out; it keeps running, and somebody must be told."""
        return self.document.expires <= now


@dataclass(frozen=True)
class State:
    """What an agent must not forget: the last accepted document, retired keys, trees it had before."""

    held: Held
    previous: tuple[str, ...] = ()


class ReleaseFolder:
    """The folder of one agent; the caller holds the lock when it writes."""

    def __init__(self, root: Path, checkpoint: Callable[[str], None]) -> None:
        self.root, self.checkpoint = root, checkpoint
        self.releases = root / "releases"

    # Reading

    def active(self) -> ActiveRelease | None:
        """Read the active release; None when there is none. Raises TrustError active.tampered."""
        # The link is followed once: a switch in between gives wholly the old or wholly the new folder.
        target = self.target()
        return self.read(self.root / target) if target else None

    def target(self) -> str:
        """Say where `current` points; empty when it does not exist."""
        try:
            return os.readlink(self.root / "current")
        except FileNotFoundError:
            return ""

    def read(self, folder: Path) -> ActiveRelease:
        """Read a release folder and check every byte of it."""
        try:
            document = parse((folder / "release.json").read_bytes())
            files = {path: read_plain(folder / path) for path in walk(folder)}
        except OSError as error:
            raise TrustError("active.tampered", f"{folder} cannot be read: {error.strerror}; pull again") from error
        if content_digest(files) != document.content:
            raise TrustError("active.tampered", f"the files in {folder} are not those that were signed; pull again")
        return ActiveRelease(document.seq, document.tag, document, files)

    def intact(self, document: ChannelDocument) -> bool:
        """Say whether the folder of a document is there with the right content."""
        try:
            return content_digest(self.read(self.folder(document.tree)).files) == document.content
        except TrustError:
            return False

    def folder(self, tree: str) -> Path:
        """Name the folder of a tree."""
        return self.releases / tree

    def state(self) -> State | None:
        """Read what was accepted last; None on a new machine. Raises EdgeError when the file is damaged."""
        try:
            text = (self.root / "state.json").read_text("ascii")
        except FileNotFoundError:
            return None
        try:
            values = json.loads(text)
            data = values["document"].encode("ascii")
            held = Held(parse(data), data, frozenset(values["retired"]))
            return State(held, tuple(values["previous"]))
        except (ValueError, KeyError, TypeError, AttributeError, TrustError) as error:
            raise EdgeError(
                f"{self.root / 'state.json'} is damaged: {error}; restore it, or enrol the agent anew"
            ) from error

    # Writing

    def activate(self, state: State, files: Mapping[str, bytes] | None) -> None:
        """Make a verified release the active one; `files` None means that its folder is known to be intact.

        The order is what makes a crash harmless: folder, then state, then the switch; `recover` finishes the last step.
        """
        if files is not None:
            self.unpack(state.held, files)
        self.checkpoint("unpacked")
        self.save(state)
        self.checkpoint("state_saved")
        self.switch(state.held)
        self.checkpoint("switched")
        self.tidy(state)

    def unpack(self, held: Held, files: Mapping[str, bytes]) -> None:
        """Write the folder of a release under a temporary name and put it in place."""
        temporary = self.releases / f"{TEMPORARY}{os.getpid()}"
        make_folders(temporary, files)
        for path, data in files.items():
            write_synced(temporary / path, data)
        write_synced(temporary / "release.json", held.data)
        for folder in sorted({(temporary / path).parent for path in files} | {temporary}):
            sync_folder(folder)
        self.checkpoint("written")
        target = self.folder(held.document.tree)
        if target.exists():
            # It is damaged, or it would have been kept: what is there now is worth nothing.
            target.rename(self.releases / f"{TEMPORARY}{os.getpid()}-damaged")
        temporary.rename(target)
        sync_folder(self.releases)

    def save(self, state: State) -> None:
        """Write down what is accepted from now on."""
        values = {
            "document": state.held.data.decode("ascii"),
            "retired": sorted(state.held.retired),
            "previous": list(state.previous),
        }
        self.replace("state.json", (json.dumps(values, indent=2) + "\n").encode("ascii"))

    def switch(self, held: Held) -> None:
        """Point `current` at the folder of a document."""
        folder = self.folder(held.document.tree)
        if (folder / "release.json").read_bytes() != held.data:
            write_synced(folder / f"{TEMPORARY}release", held.data)
            (folder / f"{TEMPORARY}release").replace(folder / "release.json")
            sync_folder(folder)
        target = str(Path("releases") / held.document.tree)
        if self.target() == target:
            return
        link = self.root / f"{TEMPORARY}current"
        link.unlink(missing_ok=True)
        link.symlink_to(target)
        self.checkpoint("linked")
        link.replace(self.root / "current")
        sync_folder(self.root)

    def recover(self, state: State) -> None:
        """Finish a switch that was interrupted after the state was saved."""
        if self.intact(state.held.document):
            self.switch(state.held)

    def replace(self, name: str, data: bytes) -> None:
        """Write a file of the root whole or not at all."""
        write_synced(self.root / f"{TEMPORARY}{name}", data)
        (self.root / f"{TEMPORARY}{name}").replace(self.root / name)
        sync_folder(self.root)

    def clean(self) -> None:
        """Make the folders, and remove what an interrupted run left behind."""
        self.releases.mkdir(parents=True, exist_ok=True)
        for place in (self.root, self.releases):
            for path in place.glob(f"{TEMPORARY}*"):
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()

    def tidy(self, state: State) -> None:
        """Remove releases that are neither active nor among the last ones."""
        kept = {state.held.document.tree, *state.previous[:KEPT]}
        for path in self.releases.iterdir():
            if path.name not in kept:
                shutil.rmtree(path)


def walk(folder: Path) -> Iterator[str]:
    """List the files of the released folders, as paths with /; what is no plain file is met when it is opened."""
    for top in FOLDERS:
        for place, _, names in os.walk(folder / top):
            yield from ((Path(place) / name).relative_to(folder).as_posix() for name in names)


def read_plain(path: Path) -> bytes:
    """Read a regular file, and only that: a link or a pipe in its place is an error, not a wait."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "it is no regular file", str(path))
        return file.read()


def make_folders(root: Path, files: Mapping[str, bytes]) -> None:
    """Make the folders that files need."""
    root.mkdir()
    for parent in sorted({Path(path).parent for path in files}):
        (root / parent).mkdir(parents=True, exist_ok=True)


def write_synced(path: Path, data: bytes) -> None:
    """Write a file and wait until the disk has it."""
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(path: Path) -> None:
    """Wait until the disk has the names in a folder."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
