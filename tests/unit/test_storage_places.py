"""Places where a book should not lie (safekeeping.md section 1)."""

from __future__ import annotations

from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest

from tradecrm.storage.places import is_network_type, synced_by, warnings_about


@pytest.mark.parametrize(
    ("path", "folder"),
    [
        (PureWindowsPath(r"C:\Users\Wang\OneDrive\外贸\firm.tcrm"), "OneDrive"),
        (PureWindowsPath(r"C:\Users\Wang\OneDrive - Huaqiang Ltd\firm.tcrm"), "OneDrive - Huaqiang Ltd"),
        (PureWindowsPath(r"D:\BaiduSyncdisk\firm.tcrm"), "BaiduSyncdisk"),
        (PurePosixPath("/Users/li/Dropbox/firm.tcrm"), "Dropbox"),
        (
            PurePosixPath("/Users/li/Library/Mobile Documents/com~apple~CloudDocs/f.tcrm"),
            "com~apple~CloudDocs",
        ),
        (PureWindowsPath(r"D:\我的坚果云\firm.tcrm"), "我的坚果云"),
        (PureWindowsPath(r"D:\books\OneDrive.tcrm"), None),
        (PurePosixPath("/home/li/megabooks/firm.tcrm"), None),
    ],
)
def test_synced_folders_are_known(path: PurePosixPath | PureWindowsPath, folder: str | None) -> None:
    assert synced_by(path) == folder


@pytest.mark.parametrize(
    ("kind", "options", "network"),
    [
        ("nfs4", "rw", True),
        ("CIFS", "", True),
        ("fuse.sshfs", "rw", True),
        ("NTFS", "rw,remote", True),
        ("NTFS", "rw,fixed", False),
        ("ext4", "rw,relatime", False),
        ("apfs", "", False),
    ],
)
def test_network_drives_are_known(kind: str, options: str, network: bool) -> None:
    assert is_network_type(kind, options) is network


def test_warning_names_book_and_folder_and_says_what_to_do(tmp_path: Path) -> None:
    book = tmp_path / "Dropbox" / "firm.tcrm"
    (warning,) = warnings_about(book)
    assert str(book) in warning
    assert "Dropbox" in warning
    assert "Keep it in" in warning
    assert warnings_about(tmp_path / "firm.tcrm") == ()
