"""Refuse what another account may have written: a planted setting sends a key to a stranger.

Looks at owners and modes only, which costs some microseconds; nothing is read before. Trusted are
this account and root, and a group in which nobody else is.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from planwatch.errors import HomeError

_BY_GROUP: Final = stat.S_IWGRP
_BY_ALL: Final = stat.S_IWOTH
_ACL: Final = "system.posix_acl_access"
_MOST_LINKS: Final = 40  # as Linux has it


def refuse_foreign(*paths: Path) -> None:
    """Refuse files and folders that another account owns or may write to; missing ones are none.

    The folder that they lie in has been looked at. Of a symbolic link the whole way is.

    Raises:
        HomeError: naming the first such path, and the command that mends it.
    """
    for path in paths:
        try:
            found = os.lstat(path)
        except OSError:
            continue  # whoever opens it says why it cannot be read
        if stat.S_ISLNK(found.st_mode):
            refuse_foreign_path(path)
        else:
            _refuse_owner(str(path), found)
            _refuse_writers(str(path), found)


def refuse_foreign_path(path: Path) -> None:
    """Refuse a path as `refuse_foreign` does, and each folder and link on the way to it.

    A sticky folder on the way, such as /tmp, is no danger. What is missing is to be made, and an
    open descriptor (`/dev/fd/3`) is the business of whoever opened it.

    Raises:
        HomeError: naming the first such path, and the command that mends it.
    """
    for place, found, is_last in _places_to(path):
        _refuse_owner(place, found, is_on_the_way=not is_last)
        is_sticky = not is_last and bool(found.st_mode & stat.S_ISVTX)
        if not is_sticky and not stat.S_ISLNK(found.st_mode):
            _refuse_writers(place, found)


def refuse_foreign_descriptor(descriptor: int, path: Path) -> None:
    """Refuse an open file, as `refuse_foreign` does; its `path` is for the message.

    Raises:
        HomeError: it is another account's, or others may write to it.
    """
    found = os.fstat(descriptor)
    _refuse_owner(str(path), found)
    _refuse_writers(str(path), found)


def _places_to(path: Path) -> Iterator[tuple[str, os.stat_result, bool]]:
    """Yield each folder and link that the kernel goes through, and at last what lies there."""
    place, links = "", 0
    try:
        parts = [*reversed(path.absolute().parts)]
    except FileNotFoundError:
        return  # the working folder was removed: nothing lies in it
    while parts:
        part = parts.pop()
        # on strings: a Path costs more than the look at it
        place = os.path.dirname(place) if part == ".." else os.path.join(place, part)  # noqa: PTH118, PTH120
        try:
            found = os.lstat(place)
            is_link = stat.S_ISLNK(found.st_mode)
            target = os.readlink(place) if is_link else ""  # noqa: PTH115
        except OSError:
            return
        yield place, found, not parts and not is_link
        if is_link:
            links += 1
            if links > _MOST_LINKS:
                return
            parts += reversed(Path(target).parts)
            place = os.path.dirname(place)  # noqa: PTH120


def _refuse_owner(place: str, found: os.stat_result, *, is_on_the_way: bool = False) -> None:
    me = os.geteuid()
    if found.st_uid in (me, 0) or (is_on_the_way and _is_unmapped(found.st_uid)):
        return
    owner = _name_of(found.st_uid)
    if stat.S_ISLNK(found.st_mode):
        hint = f"remove it, or make it yours: sudo chown -h {_name_of(me)} {_quoted(place)}"
    elif is_on_the_way:
        hint = f"run planwatch as {owner}, or name a folder below one of your own"
    else:
        mends = f"sudo chown -R {_name_of(me)} {_quoted(place)}"
        hint = f"run planwatch as {owner}, or make it yours: {mends}"
    raise HomeError(
        f"{place} belongs to another account ({owner}), which could change what planwatch reads",
        hint=hint,
    )


def _is_unmapped(uid: int) -> bool:
    """Tell whether a uid stands for all accounts that are unknown in this container.

    Source: user_namespaces(7). There `/` itself appears as that account's.
    """
    try:
        overflow = Path("/proc/sys/kernel/overflowuid").read_text(encoding="ascii")
        mapped = Path("/proc/self/uid_map").read_text(encoding="ascii").split()
    except OSError:
        return False
    return uid == int(overflow) and mapped != ["0", "0", "4294967295"]


def _refuse_writers(place: str, found: os.stat_result) -> None:
    if stat.S_ISCHR(found.st_mode):
        return  # /dev/null is everybody's, and holds nothing
    if found.st_mode & _BY_ALL:
        raise _writable(place, found, "every account of this machine", "o-w")
    if found.st_mode & _BY_GROUP and not _is_alone(place, found):
        raise _writable(place, found, f"the group {_group_of(found.st_gid)}", "g-w")


def _writable(place: str, found: os.stat_result, who: str, change: str) -> HomeError:
    if found.st_mode & _BY_ALL and found.st_mode & _BY_GROUP:
        change = "go-w"
    return HomeError(
        f"{place} may be written by {who} (mode {stat.S_IMODE(found.st_mode):04o}), who could "
        "change what planwatch reads",
        hint=f"chmod {change} {_quoted(place)}, and look at what it holds before you go on",
    )


def _is_alone(place: str, found: os.stat_result) -> bool:
    """Tell whether nobody but its owner, this account and root is in the group of a file.

    A group without members is not its owner's, unless it has the owner's name: a directory service
    need not list who is in it.
    """
    import grp  # hardly any file is writable by its group
    import pwd

    try:
        group = grp.getgrgid(found.st_gid)
        own = pwd.getpwuid(found.st_uid).pw_name
        has_list = _ACL in os.listxattr(place)
    except (KeyError, OSError, AttributeError):
        return False  # nobody can say who is in it
    primary = {user.pw_name for user in pwd.getpwall() if user.pw_gid == found.st_gid}
    members = primary.union(group.gr_mem)
    trusted = {own, _name_of(os.geteuid()), _name_of(0)}
    return not has_list and members <= trusted and (own in members or group.gr_name == own)


def _quoted(place: str) -> str:
    import shlex  # for the message

    return shlex.quote(place)


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
