"""Find a Chromium: the configured one, Debian's, Google's, or Playwright's own."""

from __future__ import annotations

import shutil
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from planwatch.errors import NeedsBrowser, SettingsError
from planwatch.extras import install_line

_NAMES: Final = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
_MAC_APPS: Final = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
_PLAYWRIGHTS_OWN: Final = (
    ".cache/ms-playwright/chromium-*/chrome-linux*/chrome",
    "Library/Caches/ms-playwright/chromium-*/chrome-mac*/Chromium.app/Contents/MacOS/Chromium",
)
INSTALL_BROWSER: Final = "apt-get install chromium (or: playwright install chromium)"


def find_executable(wanted: str | None) -> Path:
    """Return the browser to start.

    Args:
        wanted: the setting `browser.executable`; None looks in the usual places.

    Raises:
        SettingsError: what is set is no program.
        NeedsBrowser: there is none; the hint is the line that mends it.
    """
    if find_spec("playwright") is None:
        raise NeedsBrowser(
            "its plans appear only in a browser, and planwatch's browser extra is not installed",
            hint=f"{install_line('browser')}; then, if there is no Chromium: {INSTALL_BROWSER}",
        )
    if wanted is not None:
        path = Path(wanted).expanduser()
        if not path.is_file():
            raise SettingsError(
                f"browser.executable is {wanted!r}, which is not a program",
                hint="set it to the program of Chromium or Chrome, or leave it out",
            )
        return path
    for candidate in _candidates():
        if candidate.is_file():
            return candidate
    raise NeedsBrowser(
        "its plans appear only in a browser, and no Chromium or Chrome was found",
        hint=f"{INSTALL_BROWSER}, or set browser.executable",
    )


def _candidates() -> list[Path]:
    found = [Path(place) for name in _NAMES if (place := shutil.which(name))]
    if sys.platform == "darwin":
        found += map(Path, _MAC_APPS)
    for pattern in _PLAYWRIGHTS_OWN:
        found += sorted(Path.home().glob(pattern), reverse=True)
    return found
