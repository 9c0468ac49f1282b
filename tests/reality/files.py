"""Situations of files, folders, disks and mounts."""

from __future__ import annotations

from tests.support.reality import Scenario

OLD = "touch --date='30 days ago'"


def small(place: str, size: str = "4m") -> str:
    """Mount a small file system of its own."""
    return f"mkdir -p {place}; mount -t tmpfs -o size={size} tmpfs {place}\n"


def filled(path: str, kib: int = 1024) -> str:
    return f"mkdir -p $(dirname {path}); head -c {kib}K /dev/zero > {path}\n"


NO_DISK = "which disk a file is on, and what else is there, nobody tells"
BEHIND = "what uses a mount, or stands behind it, nobody tells"


def file(folder: str, leaf: str = "kind", name: str = "a") -> str:
    return f'files["/srv/{folder}/{name}"].{leaf}'


def at(folder: str, **more: object) -> dict[str, object]:
    return {"path": f"/srv/{folder}/a", **more}


def pair(folder: str, **more: object) -> dict[str, object]:
    return {"source": f"/srv/{folder}/a", "path": f"/srv/{folder}/b", **more}


def made(folder: str, name: str = "a", kib: int = 64) -> str:
    return filled(f"/srv/{folder}/{name}", kib)


def linked(folder: str) -> str:
    return f"mkdir -p /srv/{folder}; ln -sfn /etc/hostname /srv/{folder}/a\n"


def on_the_way(folder: str) -> str:
    """A file that is reached through a link."""
    return f"{made(folder + '-real')}ln -sfn /srv/{folder}-real /srv/{folder}\n"


def fixed(folder: str) -> str:
    """A file on a disk that cannot be written."""
    return f"{small('/srv/' + folder)}{made(folder)}mount -o remount,ro /srv/{folder}\n"


def twice(folder: str) -> str:
    return f"{made(folder)}ln -f /srv/{folder}/a /srv/{folder}/other\n"


OWNED = {"owner": "nobody", "group": "nogroup"}
MODE = {"mode": "0640"}


def refused(action: str, tag: str, more: dict[str, object]) -> tuple[Scenario, ...]:
    """What every change of a file refuses, planted one by one."""
    kind = f"mkdir -p /srv/{tag}2; mkfifo /srv/{tag}2/a"
    return (
        Scenario("a file that is not there is refused", action, at(f"{tag}1", **more), unmet=file(f"{tag}1", "exists")),
        Scenario("what is no file is refused", action, at(f"{tag}2", **more), kind, unmet=file(f"{tag}2")),
        Scenario("a link is refused", action, at(f"{tag}3", **more), linked(f"{tag}3"), unmet=file(f"{tag}3")),
        Scenario("a file behind a link is refused", action, at(f"{tag}4", **more), on_the_way(f"{tag}4"),
                 unmet=file(f"{tag}4", "reachable")),
        Scenario("a file with two names is refused", action, at(f"{tag}5", **more), twice(f"{tag}5"),
                 unmet=file(f"{tag}5", "names")),
        Scenario("a file on a read-only disk is refused", action, at(f"{tag}6", **more), fixed(f"{tag}6"),
                 unmet=file(f"{tag}6", "read_only")),
    )  # fmt: skip


FILES = (
    Scenario("a file is there", "file.exists", at("f1"), made("f1")),
    Scenario("a file is not there", "file.exists", at("f2"), unmet=file("f2", "exists")),
    Scenario("a file is deleted", "file.remove", at("f3"), small("/srv/f3") + made("f3"),
             also=('disks["/srv/f3"].used_percent',)),
    Scenario("a link is deleted, and not what it leads to", "file.remove", at("f4"), linked("f4"),
             also=("files[\"/etc/hostname\"].exists",)),
    Scenario("a file that somebody has open is deleted", "file.remove", at("f5"),
             small("/srv/f5") + made("f5") + "systemd-run -q sh -c 'exec 3< /srv/f5/a; exec sleep 60'"),
    Scenario("one name of two is deleted", "file.remove", at("f6"), twice("f6")),
    Scenario("a folder is not deleted", "file.remove", at("f7"), "mkdir -p /srv/f7/a", unmet=file("f7")),
    Scenario("what is not there is not deleted", "file.remove", at("f8"), unmet=file("f8", "exists")),
    Scenario("a file on a read-only disk is not deleted", "file.remove", at("f9"), fixed("f9"),
             unmet=file("f9", "read_only")),
    Scenario("a file is emptied", "file.truncate", at("g"), small("/srv/g") + made("g"),
             also=('disks["/srv/g"].used_percent',)),
    Scenario("an empty file stays empty", "file.truncate", at("ga"), "mkdir -p /srv/ga; : > /srv/ga/a"),
    *refused("file.truncate", "gb", {}),
    Scenario("a file's mode is set", "file.set_mode", at("h", **MODE), made("h")),
    Scenario("a folder's mode is set", "file.set_mode", {"path": "/srv/ha", "mode": "0700"}, "mkdir -p /srv/ha"),
    *refused("file.set_mode", "hb", MODE),
    Scenario("a file's owner is set", "file.set_owner", at("i", **OWNED), made("i")),
    Scenario("a program loses the right to run as its owner", "file.set_owner", at("ia", **OWNED),
             made("ia") + "chmod 6755 /srv/ia/a"),
    *refused("file.set_owner", "ib", OWNED),
    Scenario("an account that is not there is not foreseen", "file.set_owner",
             at("ic", owner="no-such", group="nogroup"), made("ic"), blind="which accounts there are, nobody tells"),
)  # fmt: skip


def unfit(action: str, tag: str, more: dict[str, object]) -> tuple[Scenario, ...]:
    """What every copy refuses, planted one by one."""
    there = made(f"{tag}4") + on_the_way(f"{tag}4b")
    return (
        Scenario("nothing to copy", action, pair(f"{tag}1", **more), f"mkdir -p /srv/{tag}1",
                 unmet=file(f"{tag}1", "exists")),
        Scenario("a folder to copy", action, pair(f"{tag}2", **more), f"mkdir -p /srv/{tag}2/a", unmet=file(f"{tag}2")),
        Scenario("a source behind a link", action, pair(f"{tag}3", **more), on_the_way(f"{tag}3"),
                 unmet=file(f"{tag}3", "reachable")),
        Scenario("a place behind a link", action, {**pair(f"{tag}4"), "path": f"/srv/{tag}4b/b", **more}, there,
                 unmet=file(f"{tag}4b", "reachable", "b")),
        Scenario("a place in no folder", action, {**pair(f"{tag}5"), "path": f"/srv/{tag}5/none/b", **more},
                 made(f"{tag}5"), unmet=file(f"{tag}5/none", "reachable", "b")),
        Scenario("a place that a folder takes", action, pair(f"{tag}6", **more),
                 made(f"{tag}6") + f"mkdir -p /srv/{tag}6/b", unmet=file(f"{tag}6", "vacant", "b")),
        Scenario("a place that a link takes", action, pair(f"{tag}7", **more),
                 made(f"{tag}7") + f"ln -s /srv/{tag}7/a /srv/{tag}7/b", unmet=file(f"{tag}7", "vacant", "b")),
        Scenario("a place on a read-only disk", action, pair(f"{tag}8", **more), fixed(f"{tag}8"),
                 unmet=file(f"{tag}8", "read_only", "b")),
        Scenario("a place on a full disk is not foreseen", action,
                 {**pair(f"{tag}9"), "path": f"/srv/{tag}9d/b", **more},
                 made(f"{tag}9", "a", 900) + small(f"/srv/{tag}9d", "1m") + made(f"{tag}9d", "x", 900), blind=NO_DISK),
    )  # fmt: skip


OLDER = {"pattern": "*.tmp", "days": 7}
DISKS = (
    Scenario("a disk has room", "disk.has_room", {"path": "/srv/k1", "below_percent": 50}, small("/srv/k1")),
    Scenario("a disk has no room", "disk.has_room", {"path": "/srv/k2", "below_percent": 50},
             small("/srv/k2") + filled("/srv/k2/a", 3000), unmet='disks["/srv/k2"].used_percent'),
    Scenario("the journal is shrunk", "disk.vacuum_journal", {"keep": "1M"}),
    Scenario("the packages that apt keeps are deleted", "disk.clean_package_cache", {},
             filled("/var/cache/apt/archives/x_1_all.deb", 10),
             also=('files["/var/cache/apt/archives/x_1_all.deb"].exists',)),
    Scenario("old files are deleted, and young ones stay", "disk.remove_old_files", {"folder": "/srv/l1/app", **OLDER},
             small("/srv/l1") + filled("/srv/l1/app/a.tmp") + filled("/srv/l1/app/b.tmp") + f"{OLD} /srv/l1/app/a.tmp",
             also=('files["/srv/l1/app/a.tmp"].exists', 'disks["/srv/l1"].used_percent')),
    Scenario("where no file is old, none is deleted", "disk.remove_old_files", {"folder": "/srv/l2/app", **OLDER},
             filled("/srv/l2/app/a.tmp")),
    Scenario("in a folder that is not there nothing is deleted", "disk.remove_old_files",
             {"folder": "/srv/l3/app", **OLDER}, unmet='files["/srv/l3/app"].exists'),
    Scenario("in a folder that is a link nothing is deleted", "disk.remove_old_files",
             {"folder": "/srv/l4/app", **OLDER}, "mkdir -p /srv/l4/real; ln -sfn /srv/l4/real /srv/l4/app",
             unmet='files["/srv/l4/app"].kind'),
    Scenario("in a folder behind a link nothing is deleted", "disk.remove_old_files",
             {"folder": "/srv/l5/app", **OLDER}, "mkdir -p /srv/l5-real/app; ln -sfn /srv/l5-real /srv/l5",
             unmet='files["/srv/l5/app"].reachable'),
    Scenario("on a read-only disk nothing is deleted", "disk.remove_old_files", {"folder": "/srv/l6/app", **OLDER},
             small("/srv/l6") + filled("/srv/l6/app/a.tmp") + f"{OLD} /srv/l6/app/a.tmp; mount -o remount,ro /srv/l6",
             unmet='files["/srv/l6/app"].read_only'),
    Scenario("the end of a file is kept", "disk.copy_end", pair("m1", kib=4), made("m1")),
    Scenario("an older end is replaced, and keeps its owner", "disk.copy_end", pair("m2", kib=4),
             made("m2") + made("m2", "b") + "chown nobody /srv/m2/b"),
    *unfit("disk.copy_end", "mb", {"kib": 900}),
    Scenario("a file is replaced by another, and keeps its owner and mode", "disk.copy_file", pair("n1"),
             made("n1") + made("n1", "b", 1) + "chown nobody /srv/n1/b; chmod 0600 /srv/n1/b"),
    Scenario("a copy is made where nothing was", "disk.copy_file", pair("n2"), made("n2")),
    Scenario("a copy that replaces one name of two is a file of its own", "disk.copy_file", pair("n3"),
             made("n3") + made("n3", "b") + "ln /srv/n3/b /srv/n3/c"),
    Scenario("a file that is too large is not copied", "disk.copy_file", pair("n4"),
             "mkdir -p /srv/n4; truncate -s 65M /srv/n4/a", unmet=file("n4", "size_bytes")),
    *unfit("disk.copy_file", "nb", {}),
)  # fmt: skip
FSTAB = "echo 'tmpfs {0} tmpfs {1} 0 0' >> /etc/fstab; mkdir -p {0}\n"


def table(place: str, options: str = "size=1m") -> str:
    """Name a file system in memory in fstab."""
    return FSTAB.format(place, options)


MOUNTS = (
    Scenario("a file system is mounted", "mount.mount", {"path": "/srv/o1"}, table("/srv/o1")),
    Scenario("a file system hides what was there", "mount.mount", {"path": "/srv/o2"},
             table("/srv/o2") + "touch /srv/o2/a", also=('files["/srv/o2/a"].exists',)),
    Scenario("a file system is mounted read-only", "mount.mount", {"path": "/srv/o3"}, table("/srv/o3", "ro")),
    Scenario("a place that fstab does not name is not mounted", "mount.mount", {"path": "/srv/o4"}, "mkdir -p /srv/o4",
             unmet='mounts["/srv/o4"].in_fstab'),
    Scenario("a place that is not there is not mounted", "mount.mount", {"path": "/srv/o5"},
             table("/srv/o5") + "rmdir /srv/o5", unmet='files["/srv/o5"].exists'),
    Scenario("a file system in memory is mounted over itself", "mount.mount", {"path": "/srv/o6"},
             table("/srv/o6") + "mount /srv/o6",
             blind="what has a device is mounted once; a file system in memory is mounted again"),
    Scenario("a device that is not there is not foreseen", "mount.mount", {"path": "/srv/o7"},
             "mkdir -p /srv/o7; echo '/dev/no-such /srv/o7 ext4 defaults 0 0' >> /etc/fstab", blind=BEHIND),
    Scenario("a file system is taken away", "mount.unmount", {"path": "/srv/p1"}, table("/srv/p1") + "mount /srv/p1"),
    Scenario("what is not mounted is not taken away", "mount.unmount", {"path": "/srv/p2"}, "mkdir -p /srv/p2",
             unmet='mounts["/srv/p2"].mounted'),
    Scenario("a file system that is in use is not foreseen", "mount.unmount", {"path": "/srv/p3"},
             small("/srv/p3") + "systemd-run -q --property=WorkingDirectory=/srv/p3 sleep 60; sleep 0.2", blind=BEHIND),
    Scenario("a file system that was mounted twice is still there", "mount.unmount", {"path": "/srv/p4"},
             small("/srv/p4") + small("/srv/p4"), blind=BEHIND),
    Scenario("a file system with another one below is not foreseen", "mount.unmount", {"path": "/srv/p5"},
             small("/srv/p5") + small("/srv/p5/in"), blind=BEHIND),
    Scenario("a file system can be written again", "mount.remount_writable", {"path": "/srv/q1"},
             small("/srv/q1") + made("q1") + "mount -o remount,ro /srv/q1", also=(file("q1", "read_only"),)),
    Scenario("one that can be written stays so", "mount.remount_writable", {"path": "/srv/q2"}, small("/srv/q2")),
    Scenario("what is not mounted cannot be written", "mount.remount_writable", {"path": "/srv/q3"}, "mkdir -p /srv/q3",
             unmet='mounts["/srv/q3"].mounted'),
)  # fmt: skip
SCENARIOS = (*FILES, *DISKS, *MOUNTS)
