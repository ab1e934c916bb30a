"""Shop pages that are empty until their script has run: the shell, the script, its data.

A site's script is `NAME.js` beside its module; `prelude.js` comes before each of them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from tests.support.market.html import document
from tests.support.market.sites.contract import Answer, Asked, Front, Scene, Site, json_answer
from tests.support.market.sites.trackers import add_trackers, picture

SCRIPT_PATH: Final = "/assets/app.js"
DATA_PATH: Final = "/__data.json"
PICTURES_PATH: Final = "/assets/images/"

_HEAD: Final = """
<style>
body { font: 16px/1.5 sans-serif; margin: 1rem 3rem; }
nav ul, footer ul { display: flex; gap: 1rem; list-style: none; padding: 0; }
.consent { position: fixed; inset: 0; z-index: 2147483647; background: rgba(0, 0, 0, 0.6); }
.consent > * { margin: 20vh auto; max-width: 30rem; background: #fff; padding: 2rem; }
.visually-hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; }
</style>"""


def build_site(
    *,
    source: str,
    host: str,
    paths: tuple[str, ...],
    title: str,
    body: str,
    read_data: Callable[[Mapping[str, str], Scene], Any],
    renames: Mapping[str, str],
    head: str = "",
    is_never_idle: bool = False,
) -> Site:
    """Return a site whose pages at `paths` get their plans from `read_data(query, scene)`.

    Args:
        is_never_idle: its measuring goes on for ever, so that the network never falls silent.
    """
    script_tag = f'<script src="{SCRIPT_PATH}" defer></script>'
    shell = add_trackers(document(title=title, head=f"{_HEAD}{head}{script_tag}", body=body))

    def answer(asked: Asked, scene: Scene) -> Answer | None:
        if asked.path in paths:
            cookie = "visit=replica; Path=/; Secure; HttpOnly; SameSite=None"
            return Answer(kind="page", body=shell, headers={"Set-Cookie": cookie})
        if asked.path == SCRIPT_PATH:
            body = _script(source, scene.front, is_never_idle)
            return Answer(kind="script", body=body, media_type="text/javascript")
        if asked.path == DATA_PATH:
            data = read_data(asked.query, scene)
            return json_answer("data", json.dumps(data, ensure_ascii=False).encode())
        if asked.path.startswith(PICTURES_PATH):
            return picture()
        return None

    return Site(source=source, host=host, answer=answer, renames=renames, needs_scripts=True)


def _script(source: str, front: Front, is_never_idle: bool) -> bytes:
    config = {
        "asksConsent": front.asks_consent,
        "delayMs": front.delay_ms,
        "throws": front.throws,
        "haste": front.haste,
        "isNeverIdle": is_never_idle,
    }
    prelude = _text_of("prelude").replace("CONFIG_OF_THE_PAGE", json.dumps(config))
    return f"{prelude}\n{_text_of(source)}".encode()


@cache
def _text_of(name: str) -> str:
    return Path(__file__).with_name(f"{name}.js").read_text("utf-8")
