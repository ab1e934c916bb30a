"""Check Python, SQLite, the browser, certificates, the proxy and the clock."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from planwatch import __version__
from planwatch.clock import now, parse_instant
from planwatch.errors import PlanwatchError
from planwatch.ledger.care.inspection import has_wal_reset_bug, sqlite_version
from planwatch.ledger.jobs.tally import newest_instants
from planwatch.services.maintenance.doctor.check import Installation, Line
from planwatch.settings.environment import origin

_BROWSER_S: Final = 20.0
_AHEAD: Final = timedelta(minutes=5)
_PROXIES: Final = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY")
_NEWER_SQLITE: Final = (
    "use a Python with SQLite 3.51.3 or newer, and keep backups until then: planwatch backup"
)


def check_programs(_installation: Installation) -> list[Line]:
    """Report the versions, and whether SQLite's has the known bug."""
    version = sqlite_version()
    said = ".".join(map(str, version))
    lines = [
        Line("installation", "planwatch", "ok", f"planwatch {__version__}"),
        Line(
            "installation",
            "python",
            "ok",
            f"Python {platform.python_version()} on {platform.system()}, {sys.executable}",
        ),
    ]
    if has_wal_reset_bug(version):
        doubt = (
            f"SQLite {said} has the WAL-reset bug: concurrent writers may, rarely, damage a ledger"
        )
        return [*lines, Line("installation", "sqlite", "warning", doubt, _NEWER_SQLITE)]
    return [*lines, Line("installation", "sqlite", "ok", f"SQLite {said}, no known bug")]


def check_browser(installed: Installation) -> list[Line]:
    """Look for a Chromium, and start it for its version."""
    from planwatch.fetch.browser.executable import find_executable

    wanted = installed.settings.browser.executable if installed.settings else None
    try:
        program = find_executable(wanted)
    except PlanwatchError as error:
        said = f"sources that need a browser cannot be read: {error.message}"
        return [Line("installation", "browser", "warning", said, error.hint)]
    try:
        done = subprocess.run(  # noqa: S603 - the program that a scrape would start
            [str(program), "--version"], capture_output=True, timeout=_BROWSER_S, check=True
        )
    except (OSError, subprocess.SubprocessError) as error:
        return [
            Line(
                "installation",
                "browser",
                "fault",
                f"{program} does not start ({type(error).__name__})",
                "reinstall Chromium, or set browser.executable to another one",
            )
        ]
    said = done.stdout.decode("utf-8", "replace").strip() or "version unknown"
    return [Line("installation", "browser", "ok", f"{program}: {said}"), *_check_sandbox(installed)]


def _check_sandbox(installed: Installation) -> list[Line]:
    """Warn of a browser without its sandbox, and of one that root may not start."""
    if installed.settings is not None and not installed.settings.browser.sandbox:
        said = "browser.sandbox is false: a page that takes over Chromium has this account"
        mends = "run planwatch as an ordinary user, and remove that setting"
        return [Line("installation", "sandbox", "warning", said, mends)]
    if os.geteuid() == 0:
        said = "planwatch runs as root, for whom Chromium has no sandbox: it is not started"
        mends = "run planwatch as an ordinary user; what else there is: docs/howto/troubleshoot.md"
        return [Line("installation", "sandbox", "warning", said, mends)]
    return []


def check_line(installed: Installation) -> list[Line]:
    """Look at the certificates, the proxy and the origin; nothing is asked for."""
    lines = []
    ca_file = installed.settings.fetch.ca_file if installed.settings else None
    if ca_file is not None:
        lines.append(_check_ca_file(Path(ca_file)))
    named = [name for name in _PROXIES if os.environ.get(name) or os.environ.get(name.lower())]
    if installed.settings and installed.settings.fetch.proxy:
        lines.append(
            Line("installation", "proxy", "note", "requests go through the proxy in fetch.proxy")
        )
    elif named:
        said = f"requests go through the proxy in {' and '.join(named)}"
        lines.append(Line("installation", "proxy", "note", said))
    if origin():
        lines.append(
            Line(
                "installation",
                "origin",
                "warning",
                "PLANWATCH_ORIGIN is set: no request reaches a real site",
                "unset PLANWATCH_ORIGIN, unless this is a test",
            )
        )
    return lines


def _check_ca_file(path: Path) -> Line:
    import ssl

    try:
        context = ssl.create_default_context(cafile=str(path))
    except OSError as error:  # SSLError is one
        return Line(
            "installation",
            "certificates",
            "fault",
            f"fetch.ca_file {path} cannot be used ({error.strerror or type(error).__name__})",
            "name a file of PEM certificates, or leave fetch.ca_file out",
        )
    count = context.cert_store_stats()["x509_ca"]
    return Line(
        "installation", "certificates", "ok", f"{path} holds {count} certificate authorities"
    )


def check_clock(installed: Installation) -> list[Line]:
    """Compare the clock with the newest times in the ledger, and report cron's time zone."""
    if os.environ.get("PLANWATCH_NOW"):
        said = f"PLANWATCH_NOW is set: the time is fixed at {now():%Y-%m-%d %H:%M} UTC"
        return [Line("installation", "clock", "warning", said, "unset PLANWATCH_NOW")]
    present = datetime.now(UTC)
    newest = newest_instants(installed.ledger) if installed.ledger else {}
    ahead = [name for name, at in newest.items() if parse_instant(at) > present + _AHEAD]
    if ahead:
        said = (
            f"the newest {' and '.join(ahead)} of the ledger are in the future:"
            f" this machine's clock says {present:%Y-%m-%d %H:%M} UTC"
        )
        mends = "set the clock; times that were already written stay as they are"
        return [Line("installation", "clock", "fault", said, mends)]
    zone = time.strftime("%Z (%z)")
    said = f"{present:%Y-%m-%d %H:%M} UTC; cron uses the machine's time zone, {zone}"
    return [Line("installation", "clock", "ok", said)]
