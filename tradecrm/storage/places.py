"""Where a book should not lie: network shares and synced folders, told by the path and the mounts."""

from __future__ import annotations

import os
import sys
from pathlib import Path, PurePath

from tradecrm.core.text import _

_NETWORK_TYPES = frozenset(
    ["nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "afpfs", "webdav", "davfs", "9p", "afs", "ncpfs"]
)
_NETWORK_PREFIXES = ("fuse.sshfs", "fuse.rclone", "fuse.davfs", "fuse.gvfsd")
_SYNCED = (
    "onedrive",
    "dropbox",
    "google drive",
    "googledrive",
    "my drive",
    "icloud drive",
    "iclouddrive",
    "com~apple~clouddocs",
    "nutstore",
    "我的坚果云",
    "坚果云",
    "baidusyncdisk",
    "百度网盘同步空间",
    "wpsdrive",
    "wps云盘",
    "weiyun",
    "腾讯微云",
    "nextcloud",
    "owncloud",
    "syncthing",
    "mega",
    "pcloud drive",
    "box sync",
)


def synced_by(path: PurePath) -> str | None:
    """Answer the folder of ``path`` that a synchronizing service keeps, None when none is known."""
    for part in path.parts[:-1]:
        name = part.casefold()
        if name in _SYNCED or name.startswith(("onedrive - ", "dropbox (")):
            return part
    return None


def is_network_type(kind: str, options: str = "") -> bool:
    """Tell whether a mounted file system of this type lies on another computer."""
    kind = kind.casefold()
    return kind in _NETWORK_TYPES or kind.startswith(_NETWORK_PREFIXES) or "remote" in options.split(",")


def on_network(path: Path) -> bool:
    """Tell whether ``path`` lies on a file system of another computer."""
    text = str(path)
    if sys.platform == "win32" and text.startswith(("\\\\", "//")) and not text.startswith("\\\\?\\"):
        return True
    import psutil

    best, found = -1, False
    for mount in psutil.disk_partitions(all=True):
        root = Path(mount.mountpoint)
        if len(root.parts) >= best and (path == root or root in path.parents):
            best, found = len(root.parts), is_network_type(mount.fstype, mount.opts)
    return found


def warnings_about(path: Path) -> tuple[str, ...]:
    """Answer what is wrong with the place of a book, each with the advice what to do instead."""
    path = Path(os.path.realpath(path))
    found = []
    if on_network(path):
        found.append(
            _(
                "The book {path} lies on a network drive. Locks and writes are not safe there, and two people "
                "could damage it. Keep it on this computer, or use a server for several people."
            ).format(path=path)
        )
    folder = synced_by(path)
    if folder is not None:
        found.append(
            _(
                "The book {path} lies in the synced folder {folder}. Syncing an open book can damage it or "
                "make two versions of it. Keep it in an ordinary folder, and sync the backups."
            ).format(path=path, folder=folder)
        )
    return tuple(found)
