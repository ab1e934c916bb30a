"""Lines about features, sorted into the fields of a plan."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, TypedDict

from planwatch.domain.normalise import parse_allowance
from planwatch.domain.plan import Generation, Roaming
from planwatch.errors import UnreadableText


class Features(TypedDict):
    """What the lines about features say, by the field of `Plan`."""

    minutes: str | None
    texts: str | None
    generation: Generation | None
    max_speed_mbps: int | None
    roaming: Roaming | None
    roaming_mb: int | None
    extras: tuple[str, ...]


_SERVICES: Final = (
    r"\b(unlimited|[0-9][0-9,]*)\s(?:(?:UK\s)?(?:data|minutes|mins|calls|texts?)"
    r"(?:\s?,\s?(?:(?:and|&)\s)?|\s(?:and|&)\s))*(?:UK\s)?(?:anytime\s)?"
)
_MINUTES: Final = re.compile(rf"{_SERVICES}(?:minutes|mins|calls)\b", re.IGNORECASE)
_TEXTS: Final = re.compile(rf"{_SERVICES}texts?\b", re.IGNORECASE)
_GENERATION: Final = re.compile(r"(?<!no\s)\b([45])G\b", re.IGNORECASE)
_SPEED: Final = re.compile(
    r"\b(?:max\w{0,20}|up\sto|capped)\b[^0-9]{0,80}([0-9]{1,6})\s?Mbps\b", re.IGNORECASE
)
_ROAMING: Final = re.compile(r"\broam", re.IGNORECASE)
_NO_ROAMING: Final = re.compile(
    r"\b(?:no|without|excludes)\s(?:(?:inclusive|included|free|EU|European|data)\s)*roaming\b"
    r"(?!\s(?:charge|fee|cost))|\broaming\s(?:is\s)?not\s(?:included|available)\b",
    re.IGNORECASE,
)
_GLOBAL: Final = re.compile(r"\b(?:global|worldwide|around\sthe\sworld)\b", re.IGNORECASE)
_EUROPE: Final = re.compile(r"\b(?:EU|Europe\w*)\b", re.IGNORECASE)
_ROAMING_SIZE: Final = re.compile(r"[0-9][0-9.,]{0,12}\s?[GM]B\b")


def read_features(lines: Iterable[str]) -> Features:
    """Sort lines about features into fields; what is no field of its own is an extra.

    Roaming that must be paid for, or whose reach is not stated, is an extra and no roaming.

    Raises:
        UnreadableText: the lines both grant and deny roaming.
    """
    features = Features(
        minutes=None,
        texts=None,
        generation=None,
        max_speed_mbps=None,
        roaming=None,
        roaming_mb=None,
        extras=(),
    )
    for line in dict.fromkeys(lines):
        if not (_add_roaming(features, line) or _add_service(features, line)):
            features["extras"] += (line,)
    return features


def _add_service(features: Features, line: str) -> bool:
    minutes, texts, speed = _MINUTES.search(line), _TEXTS.search(line), _SPEED.search(line)
    generations = _GENERATION.findall(line)
    if minutes:
        features["minutes"] = minutes[1].lower().replace(",", "")
    if texts:
        features["texts"] = texts[1].lower().replace(",", "")
    if speed:
        features["max_speed_mbps"] = int(speed[1])
    if generations:
        features["generation"] = "5g" if "5" in generations else "4g"
    return bool(minutes or texts or speed or generations)


def _add_roaming(features: Features, line: str) -> bool:
    reach = _reach_of(line) if _ROAMING.search(line) else None
    if reach is None:
        return False
    reaches = {reach, features["roaming"] or reach}
    if "none" in reaches and len(reaches) > 1:
        raise UnreadableText(f"roaming is both included and excluded: {line!r}")
    features["roaming"] = "global" if "global" in reaches else reach
    size = _ROAMING_SIZE.search(line)
    if size:
        features["roaming_mb"] = parse_allowance(size[0]).data_mb
    return True


def _reach_of(line: str) -> Roaming | None:
    if _NO_ROAMING.search(line):
        return "none"
    if "£" in line:
        return None
    if _GLOBAL.search(line):
        return "global"
    return "eu" if _EUROPE.search(line) else None
