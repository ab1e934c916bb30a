"""Refuse what another account may have written: a planted setting sends a key to a stranger.

Looks at owners and modes only, which costs some microseconds; nothing is read before. Trusted are
this account and root, and a group in which nobody else is.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final

from planwatch.errors import HomeError

_BY_GROUP: Final = stat.S_IWGRP
_BY_ALL: Final = stat.S_IWOTH
_OVERFLOW: Final = 65_534  # whom a container shows as the owner of what lies outside of it
_ACL: Final = "system.posix_acl_access"


def refuse_foreign(*paths: Path) -> None:
    """Refuse files and folders that another account owns or may write to; missing ones are none.

    Raises:
        HomeError: naming the first such path, and the command that mends it.
    """
    for path in paths:
        try:
            found = path.stat()
        except OSError:
            continue  # whoever opens it says why it cannot be read
        _refuse_owner(path, found)
        _refuse_writers(path, found)


def refuse_foreign_folder(folder: Path) -> None:
    """Refuse a folder as `refuse_foreign` does, and every folder above that could replace it.

    A sticky folder above, such as /tmp, is no danger. A folder that is missing is to be made.

    Raises:
        HomeError: naming the first such path, and the command that mends it.
    """
    refuse_foreign(folder)
    here = Path(os.path.abspath(folder))  # noqa: PTH100 - as written, links not followed
    places = [*here.parents]
    real = Path(os.path.realpath(here))
    if real != here:
        _refuse_links(here)
        places += real.parents
    for above in places:
        try:
            found = above.stat()
        except OSError:
            continue
        if not found.st_mode & stat.S_ISVTX:
            _refuse_writers(above, found)
        if found.st_uid != _OVERFLOW:
            _refuse_owner(above, found)


def refuse_foreign_descriptor(descriptor: int, path: Path) -> None:
    """Refuse an open file, as `refuse_foreign` does; its `path` is for the message.

    Raises:
        HomeError: it is another account's, or others may write to it.
    """
    found = os.fstat(descriptor)
    _refuse_owner(path, found)
    _refuse_writers(path, found)


def _refuse_links(path: Path) -> None:
    for place in (path, *path.parents):
        try:
            found = place.lstat()
        except OSError:
            continue
        if stat.S_ISLNK(found.st_mode):
            _refuse_owner(place, found)


def _refuse_owner(path: Path, found: os.stat_result) -> None:
    me = os.geteuid()
    if found.st_uid in (me, 0):
        return
    owner = _name_of(found.st_uid)
    raise HomeError(
        f"{path} belongs to another account ({owner}), which could plant settings there",
        hint=f"run planwatch as {owner}, or make it yours: sudo chown -R {_name_of(me)} {path}",
    )


def _refuse_writers(path: Path, found: os.stat_result) -> None:
    if stat.S_ISCHR(found.st_mode):
        return  # /dev/null is everybody's, and holds nothing
    if found.st_mode & _BY_ALL:
        raise _writable(path, found, "every account of this machine", "o-w")
    if found.st_mode & _BY_GROUP and not _is_alone(path, found):
        raise _writable(path, found, f"the group {_group_of(found.st_gid)}", "g-w")


def _writable(path: Path, found: os.stat_result, who: str, change: str) -> HomeError:
    if found.st_mode & _BY_ALL and found.st_mode & _BY_GROUP:
        change = "go-w"
    return HomeError(
        f"{path} may be written by {who} (mode {stat.S_IMODE(found.st_mode):04o}), who could plant "
        "settings there",
        hint=f"chmod {change} {path}, and look at what it holds before you go on",
    )


def _is_alone(path: Path, found: os.stat_result) -> bool:
    """Tell whether nobody but its owner, this account and root is in the group of a file."""
    import grp  # hardly any file is writable by its group
    import pwd

    try:
        group = grp.getgrgid(found.st_gid)
        trusted = {_name_of(found.st_uid), _name_of(os.geteuid()), "root"}
        if not trusted.issuperset(group.gr_mem) or _ACL in os.listxattr(path):
            return False
        own = pwd.getpwuid(found.st_uid).pw_name
    except (KeyError, OSError, AttributeError):
        return False  # nobody can say who is in it
    if group.gr_name == own:
        return True
    return all(user.pw_name in trusted for user in pwd.getpwall() if user.pw_gid == found.st_gid)


def _name_of(uid: int) -> str:
    import pwd  # for the message

    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _group_of(gid: int) -> str:
    import grp  # for the message

    try:
        return grp.getgrgid(gid).gr_name
    except KeyError:
        return str(gid)
