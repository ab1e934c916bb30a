"""The brands that planwatch knows: display names, owners, and forgiving look-up.

Data only. A source is registered here: a brand whose own shop is read, or an aggregator.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from planwatch.domain.slug import slugify
from planwatch.errors import UnknownName


@dataclass(frozen=True, slots=True)
class Brand:
    """A brand that sells plans.

    Attributes:
        owner: the group that owns it, None where not known.
        has_source: its own shop is a source, which has the brand's id.
    """

    id: str
    name: str
    owner: str | None = None
    aliases: tuple[str, ...] = ()
    has_source: bool = False


# Owners: docs/reference/sources.md. They serve grouping only, never a figure.
# The order of the brands with a source is that of the sources, on the screen too.
BRANDS: Final[tuple[Brand, ...]] = (
    Brand("o2", "O2", "Virgin Media O2", has_source=True),
    Brand("vodafone", "Vodafone", "VodafoneThree", ("voda",), has_source=True),
    Brand("three", "Three", "VodafoneThree", ("3", "three uk"), has_source=True),
    Brand("ee", "EE", "BT", has_source=True),
    Brand("giffgaff", "giffgaff", "Virgin Media O2", ("gg",), has_source=True),
    Brand("sky", "Sky Mobile", "Sky", has_source=True),
    Brand("tesco", "Tesco Mobile", "Tesco", has_source=True),
    Brand("smarty", "SMARTY", "VodafoneThree", has_source=True),
    Brand("voxi", "VOXI", "VodafoneThree"),
    Brand("talkmobile", "Talkmobile", "VodafoneThree", ("talk mobile",)),
    Brand("id", "iD Mobile", "Currys"),
    Brand("lebara", "Lebara", None),
    Brand("lyca", "Lyca Mobile", None, ("lycamobile",)),
    Brand("asda", "Asda Mobile", None),
    Brand("spusu", "spusu", None),
    Brand("1pmobile", "1pMobile", None),
    Brand("virgin", "Virgin Mobile", "Virgin Media O2"),
    Brand("bt", "BT Mobile", "BT"),
    Brand("plusnet", "Plusnet Mobile", "BT"),
)

USWITCH: Final = "uswitch"
# sources that list the plans of many brands, by source id
AGGREGATORS: Final = {USWITCH: "Uswitch"}

_SHORTEST_PREFIX: Final = 3
_ALIKE: Final = 0.5  # from this likeness on, a name may be a misspelling of another


def _key(text: str) -> str:
    return slugify(text).replace("-", "")


_BY_KEY: Final = {
    _key(word): brand for brand in BRANDS for word in (brand.id, brand.name, *brand.aliases)
}


def find_brand(text: str) -> Brand | None:
    """Return the brand meant by `text` (`o2`, `O2`, `Tesco`, `sky mobile`), None if none is."""
    return _BY_KEY.get(_key(text))


def display_name(text: str) -> str:
    """Return the display name of a brand that a source names; an unknown one keeps its spelling."""
    brand = find_brand(text)
    return brand.name if brand else " ".join(text.split())


def slug_of_brand(name: str) -> str:
    """Return the brand's part of a plan key."""
    brand = find_brand(name)
    return brand.id if brand else slugify(name)


def owner_of(name: str) -> str:
    """Return the group that owns the brand; an independent or unknown one stands for itself."""
    brand = find_brand(name)
    return (brand.owner if brand else None) or name


def resolve_brand(text: str, known: Iterable[str] = ()) -> str:
    """Return the display name meant by `text`: an alias, or the beginning of one name alone.

    Args:
        known: further display names to accept, such as brands that only an aggregator lists.

    Raises:
        UnknownName: neither; the hint lists the known ones, and names the nearest if it is near.
    """
    brand = find_brand(text)
    if brand:
        return brand.name
    extra = {_key(name): name for name in known}
    if _key(text) in extra:
        return extra[_key(text)]
    begun = {brand.name for key, brand in _BY_KEY.items() if key.startswith(_key(text))}
    begun |= {name for key, name in extra.items() if key.startswith(_key(text))}
    if len(_key(text)) >= _SHORTEST_PREFIX and len(begun) == 1:
        return begun.pop()
    names = [brand.name for brand in BRANDS] + [
        name for key, name in extra.items() if key not in _BY_KEY
    ]
    raise UnknownName(f"unknown brand {text!r}", hint=suggest_names(text, names, label="Brands"))


def suggest_names(text: str, names: Iterable[str], *, label: str) -> str:
    """Return a hint that lists the known names, and asks whether the nearest was meant.

    Args:
        text: the unknown name.
        names: at least one.
        label: what they are, such as `Brands`.
    """
    known = list(names)
    nearest = nearest_first(text, known)[0]
    if _likeness(text, nearest) >= _ALIKE:
        return f"did you mean {nearest}? {label}: {', '.join(known)}"
    return f"known {label.lower()}: {', '.join(known)}"


def nearest_first(text: str, names: Iterable[str]) -> list[str]:
    """Order `names` by likeness to `text`, most alike first; equal ones keep their order."""
    return sorted(names, key=lambda name: -_likeness(text, name))


def _likeness(text: str, name: str) -> float:
    import difflib  # only an error needs it

    return difflib.SequenceMatcher(None, _key(text), _key(name)).ratio()
