"""Plans in JSON: the smallest objects that hold a price and an allowance, by the names of keys."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from planwatch.sources.cards.amounts.terms import Term, find_term
from planwatch.sources.cards.json.keys import (
    LABEL,
    Scalar,
    data_rank,
    is_former_price,
    is_upfront_price,
    money_in,
    name_rank,
    price_rank,
    sizes_in,
    term_rank,
)
from planwatch.sources.cards.json.units import Units

_NAMING: Final = ("name", "type", "code", "label", "title", "key", "id", "kind", "@type")
_UNITS: Final = ("unit", "uom", "unitofmeasure", "units", "unitcode", "measure")
_KINDS: Final = ("__typename", "type", "@type")
_ADVERT: Final = re.compile(r"ads?|advert\w{0,30}|sponsor\w{0,30}|banner|promo\w{0,30}banner", re.I)
_OTHER_PRODUCT: Final = re.compile(
    r"\b(?:broadband|fibre|iphone\s?[0-9]|galaxy\s?[asz]?[0-9]|pixel\s?[0-9]|handset|add-?on"
    r"|bolt-?on|booster|roaming\spass|tv\spack)\b",
    re.I,
)
_CONTRACT_TAG: Final = re.compile(r"contract\s([0-9]{1,2})", re.I)
_DEEPEST: Final = 60
_LONGEST_LABEL: Final = 24
_MOST_FIELDS: Final = 6
_LONGEST_TERM: Final = 36
_MOST_TERM_TEXT: Final = 160
_MOST_EVIDENCE: Final = 400
_MOST_NAME: Final = 80
_Record = tuple[str, list[Scalar]]  # its path and all values in it


@dataclass(frozen=True, slots=True)
class Found:
    """What an object says of a plan; sizes in MB, None for unlimited; money in minor units."""

    path: str
    name: str
    price: int
    data_mb: int | None
    base_mb: int | None
    was: int | None
    upfront: int
    term: Term | None
    evidence: str


def read_records(value: Any, currency: str) -> list[Found]:
    """Return the plans of a JSON value, in its order."""
    records: list[_Record] = []
    _collect(value, "$", (), records, currency)
    units = Units((scalar for _, scalars in records for scalar in scalars), currency)
    found = (_read(path, scalars, units, currency) for path, scalars in records)
    return [plan for plan in found if plan]


def _collect(
    value: Any, path: str, keys: tuple[str, ...], records: list[_Record], currency: str
) -> list[Scalar]:
    """Return the scalars under a value that belong to no record yet; add the records within it."""
    if len(keys) > _DEEPEST or (isinstance(value, dict) and _is_advert(value)):
        return []
    scalars: list[Scalar] = []
    for name, step, inner, unit in _steps_of(value):
        here = (*keys, *name)
        if isinstance(inner, dict | list):
            scalars += _collect(inner, f"{path}{step}", here, records, currency)
        elif inner is not None and not isinstance(inner, bool):
            scalars.append(Scalar(here, inner, unit))
    if isinstance(value, dict):
        has_price = any(price_rank(scalar, currency) for scalar in scalars)
        if has_price and any(map(data_rank, scalars)):
            records.append((path, scalars))
            return []
    return scalars


def _steps_of(value: Any) -> Iterator[tuple[tuple[str, ...], str, Any, str]]:
    """Yield for each value in an object or list its keys, its step in the path, and its unit."""
    if isinstance(value, list):
        for index, inner in enumerate(value):
            yield (), f"[{index}]", inner, ""
        return
    label = _label_of(value)
    units = (value[k] for k in value if str(k).lower() in _UNITS and isinstance(value[k], str))
    unit = next(units, "")
    for key, inner in value.items():
        yield (*label, str(key)), f".{key}", inner, unit


def _is_advert(value: dict[str, Any]) -> bool:
    return any(_ADVERT.fullmatch(str(value.get(key) or "")) for key in _KINDS)


def _label_of(value: dict[str, Any]) -> tuple[str, ...]:
    """Return the name of a small object such as {"type": "DATA", "value": 20}, marked as one."""
    for key in _NAMING:
        text = value.get(key)
        if isinstance(text, str) and 0 < len(text) <= _LONGEST_LABEL and len(value) <= _MOST_FIELDS:
            return () if re.search("[0-9]", text) else (f"{LABEL}{text}",)
    return ()


def _read(path: str, scalars: list[Scalar], units: Units, currency: str) -> Found | None:
    texts = [s.value for s in scalars if isinstance(s.value, str) and s.is_text]
    if any(_OTHER_PRODUCT.search(text[:_MOST_NAME]) for text in texts[:3]):
        return None
    price, data = _best_price(scalars, units, currency), _best_data(scalars, units)
    if price is None or data is None:
        return None
    data_mb, base_mb = data
    was = next((units.pence_of(s) for s in scalars if is_former_price(s)), None)
    upfront = next((units.pence_of(s) for s in scalars if is_upfront_price(s)), None)
    named = max(scalars, key=name_rank)
    name = named.value if name_rank(named) else next(iter(texts), "")
    return Found(
        path=path,
        name=" ".join(str(name).split())[:_MOST_NAME],
        price=price,
        data_mb=data_mb,
        base_mb=base_mb if base_mb and (data_mb is None or base_mb < data_mb) else None,
        was=was if was and was > price else None,
        upfront=upfront or 0,
        term=_term_of(scalars),
        evidence=" | ".join(f"{s.keys[-1]}: {s.value}" for s in scalars if s.keys)[:_MOST_EVIDENCE],
    )


def _best_price(scalars: list[Scalar], units: Units, currency: str) -> int | None:
    best = (0, 0)
    for scalar in scalars:
        rank = price_rank(scalar, currency)
        if rank > best[0]:
            in_text = rank == 1 and isinstance(scalar.value, str)
            pence = money_in(scalar.value, currency).pop() if in_text else units.pence_of(scalar)
            best = (rank, pence) if pence else best
    return best[1] or None


def _best_data(scalars: list[Scalar], units: Units) -> tuple[int | None, int | None] | None:
    """Return the allowance in MB and what it is without a promotion, if that is said too."""
    sizes: list[tuple[int, int | None]] = []
    for scalar in scalars:
        rank = data_rank(scalar)
        if rank and isinstance(scalar.value, str) and scalar.is_text:
            named = sizes_in(scalar.value)
            sizes += [(rank, named.pop())] if len(named) == 1 else []
        elif rank:
            is_size, mb = units.mb_of(scalar)
            sizes += [(rank, mb)] if is_size else []
    if not sizes:
        return None
    best = max(sizes, key=lambda size: size[0])
    other = [mb for rank, mb in sizes if mb != best[1] and (rank > 1 or best[0] > 1)]
    return best[1], next((mb for mb in other if mb), None)


def _term_of(scalars: list[Scalar]) -> Term | None:
    stated: list[tuple[int, int]] = []
    texts: list[str] = []
    for scalar in scalars:
        rank, value = term_rank(scalar), scalar.value
        if isinstance(value, str) and len(value) <= _MOST_TERM_TEXT:
            texts.append(value.replace("_", " "))
        if not rank:
            continue
        number = str(value).strip()
        if number.isdigit() and int(number) <= _LONGEST_TERM:
            stated.append((rank, int(number)))
        elif isinstance(value, str) and (term := find_term([value.replace("_", " ")])):
            stated.append((_LONGEST_TERM, term.months))
    if stated:
        return Term(max(stated)[1], 3)
    tags = [match for match in map(_CONTRACT_TAG.fullmatch, texts) if match]
    return Term(int(tags[0][1]), 3) if tags else find_term(texts)
