"""The settings [notify]: who gets which alerts. Read apart from the others.

A fault in them stops no other work: jobs run, and alerts wait until the settings are mended.
Imported late: pydantic is slow to import.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from planwatch.domain.brand import resolve_brand
from planwatch.domain.change import ChangeKind
from planwatch.domain.moves import MoveFilter
from planwatch.errors import SettingsError, UsageError
from planwatch.settings.faults import describe_fault
from planwatch.settings.files import read_files
from planwatch.settings.secrets import (
    NOTIFY_PREFIX,
    find_notify_secrets,
    read_named_secret,
    refuse_shared,
)
from planwatch.settings.tree import Tree, Value, merge, plain_values

DEFAULT_TARGET: Final = "default"
_NAME: Final = re.compile(r"[a-z][a-z0-9_-]{0,30}")
_ADDRESS: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:/{1,2}\S+")
Subject = Literal["changes", "source", "job_failed", "overdue", "digest"]
RuleKind = Literal[ChangeKind, "new_low", "new_high"]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


def _split(value: Any) -> Any:
    """Read addresses as an environment variable or a file has them: parted by blanks."""
    return value.split() if isinstance(value, str) else value


Addresses = Annotated[list[SecretStr], BeforeValidator(_split)]


class AlertRule(BaseModel):
    """An alert: what it is about, and who gets it; several may hold at once."""

    model_config = ConfigDict(extra="forbid")

    on: list[Subject] = Field(
        min_length=1, description="any of `changes`, `source`, `job_failed`, `overdue`, `digest`"
    )
    to: str = Field(default=DEFAULT_TARGET, description="name of the target; `default` is `urls`")
    brands: list[str] = Field(default_factory=list, description="only changes of these brands")
    kinds: list[RuleKind] = Field(
        default_factory=list,
        description="only these [kinds of change](glossary.md#kinds-of-change); also `new_low` and"
        " `new_high`, a price or cost beyond all that the plan had within `within_days`",
    )
    within_days: int = Field(
        default=90, ge=1, le=3650, description="days that `new_low` and `new_high` look back"
    )
    min_pounds: float = Field(
        default=0.0, ge=0, le=1000, description="least move of a price, in pounds a month"
    )
    min_percent: float = Field(default=0.0, ge=0, le=1000, description="least move, in per cent")
    direction: Literal["any", "up", "down"] = Field(
        default="any", description="`up`, `down` or `any`: which moves of a price count"
    )

    @field_validator("brands")
    @classmethod
    def _is_known(cls, values: list[str]) -> list[str]:
        try:
            return [resolve_brand(value, ()) for value in values]
        except UsageError as error:
            said = f"{error.message}; {error.hint}"
            raise PydanticCustomError("brand", "{message}", {"message": said}) from error

    @property
    def move_filter(self) -> MoveFilter:
        """Return which changes pass the rule."""
        return MoveFilter(
            brands=self.brands,
            kinds=self.kinds,
            # 1.1 * 100 is a little more than 110, which a move of 110 pence would not reach
            min_pence=round(self.min_pounds * 100, 6) or None,
            min_percent=self.min_percent or None,
            direction=None if self.direction == "any" else self.direction,
        )


# what is worth a message where only addresses are set
_ORDINARY: Final = (
    AlertRule(on=["source", "job_failed", "overdue"]),
    AlertRule(on=["changes"], kinds=["headline", "effective"], min_pounds=1.0),
    AlertRule(on=["changes"], kinds=["new", "withdrawn", "relaunched"]),
)


class NotifySettings(BaseModel):
    """Who gets which alerts; only the user's own config may set it."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    urls: Addresses = Field(
        default_factory=list, description="addresses of the target `default`, as apprise has them"
    )
    urls_file: str | None = Field(
        default=None, description="file that holds these addresses, one a line"
    )
    targets: dict[str, Addresses] = Field(
        default_factory=dict, description="addresses of other targets, by their names"
    )
    ping_url: SecretStr | None = Field(
        default=None,
        description="address pinged after each good scrape; `/fail` after a failed one",
    )
    digest_day: Weekday = Field(
        default="monday", description="the digest comes with the first good scrape from this day on"
    )
    rules: list[AlertRule] = Field(
        default_factory=list, description="who gets which alerts; unset: see below"
    )

    @field_validator("urls", "targets")
    @classmethod
    def _are_addresses(cls, value: Any) -> Any:
        groups = value if isinstance(value, dict) else {DEFAULT_TARGET: value}
        for name, addresses in groups.items():
            if not _NAME.fullmatch(name):
                raise PydanticCustomError("name", "a target's name must be a word in lower case")
            for address in addresses:
                if not _ADDRESS.fullmatch(address.get_secret_value()):
                    # without the value: it holds a token
                    raise PydanticCustomError("address", "an address must have the form SCHEME://…")
        return value

    @field_validator("ping_url")
    @classmethod
    def _is_web_address(cls, value: SecretStr | None) -> SecretStr | None:
        text = value.get_secret_value() if value else "http://unset"
        try:
            is_web = urlsplit(text).scheme in ("http", "https") and urlsplit(text).hostname
        except ValueError:
            is_web = None
        if not is_web or any(char.isspace() for char in text):
            raise PydanticCustomError("address", "not http(s)://HOST/PATH")
        return value

    @model_validator(mode="after")
    def _has_its_targets(self) -> Self:
        if DEFAULT_TARGET in self.targets:
            raise PydanticCustomError(
                "target", "the addresses of targets.default must be set as urls"
            )
        missing = {rule.to for rule in self.rules} - set(self.recipients_by_target)
        if missing:
            raise PydanticCustomError(
                "target",
                "a rule sends to {name}, which has no address",
                {"name": ", ".join(sorted(missing))},
            )
        return self

    @property
    def recipients_by_target(self) -> dict[str, dict[str, str]]:
        """Return each target's addresses by their recipient's name: `team`, `team#2`, …"""
        groups = {DEFAULT_TARGET: self.urls, **self.targets}
        return {
            target: {
                target if number == 1 else f"{target}#{number}": address.get_secret_value()
                for number, address in enumerate(addresses, 1)
            }
            for target, addresses in groups.items()
            if addresses
        }

    @property
    def recipients(self) -> dict[str, str]:
        """Return every address by its recipient's name."""
        return {
            name: address
            for group in self.recipients_by_target.values()
            for name, address in group.items()
        }

    @property
    def rules_in_force(self) -> Sequence[AlertRule]:
        """Return the rules; where none is set, the ordinary ones, for every target."""
        if self.rules:
            return self.rules
        return [
            rule.model_copy(update={"to": target})
            for target in self.recipients_by_target
            for rule in _ORDINARY
        ]

    def secrets(self) -> list[str]:
        """Return what no message may show."""
        ping = [self.ping_url.get_secret_value()] if self.ping_url else []
        return [*self.recipients.values(), *ping]

    def recipients_of(self, rule: AlertRule) -> Iterator[str]:
        yield from self.recipients_by_target[rule.to]


def load_notify(config_file: Path, working_folder: Path) -> NotifySettings | None:
    """Return who gets which alerts; None where nothing is set.

    Raises:
        SettingsError: naming what is wrong, and never an address.
    """
    tree = read_notify(config_file, working_folder)
    return build_notify(plain_values(tree)) if tree else None


def read_notify(config_file: Path, working_folder: Path) -> Tree:
    """Return what is set of [notify] by the files, secrets.env and the environment, with origins.

    Raises:
        SettingsError: a file cannot be read or may be read by others, or a variable is not a
            setting.
    """
    table = read_files(config_file, working_folder).get("notify", {})
    if isinstance(table, Value):
        raise _not_valid("notify is not a table")
    values = plain_values(table)
    if any(values.get(key) for key in ("urls", "targets", "ping_url")):
        refuse_shared(
            config_file,
            config_file.stat().st_mode,
            "addresses of alerts",
            or_else=", or move them to secrets.env beside it",
        )
    named = values.get("urls_file")
    if isinstance(named, str) and not values.get("urls"):
        text = read_named_secret(named, "notify.urls_file")
        table = {**table, "urls": Value(text, f"{config_file} (notify.urls_file)")}
    for variable, value in find_notify_secrets(config_file.parent).items():
        table = merge(table, _branch(variable, value))
    return table


def _branch(variable: str, value: Value) -> Tree:
    key, _, target = variable.removeprefix(NOTIFY_PREFIX).lower().partition("__")
    if key == "targets" and target:
        return {key: {target: value}}
    if key in ("urls", "ping_url", "digest_day") and not target:
        return {key: value}
    raise SettingsError(
        f"{variable} is not a setting",
        hint=f"settings are {NOTIFY_PREFIX}URLS, {NOTIFY_PREFIX}PING_URL,"
        f" {NOTIFY_PREFIX}DIGEST_DAY and {NOTIFY_PREFIX}TARGETS__NAME; rules go in config.toml",
    )


def build_notify(values: dict[str, Any]) -> NotifySettings:
    """Validate what `read_notify` has read.

    Raises:
        SettingsError: naming what is wrong, and never an address.
    """
    try:
        return NotifySettings.model_validate(values)
    except ValidationError as error:
        keys = tuple(AlertRule.model_fields)
        said = [describe_fault(fault, section="notify", rule_keys=keys) for fault in error.errors()]
        raise _not_valid("; ".join(dict.fromkeys(said))) from None


def _not_valid(faults: str) -> SettingsError:
    return SettingsError(
        f"the settings of alerts are not valid: {faults}",
        hint="docs/reference/settings.md lists every key; to test them: planwatch notify test",
    )
