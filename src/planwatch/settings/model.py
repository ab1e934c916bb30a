"""The validated shape of the settings. Imported late: pydantic is slow to import."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    create_model,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from planwatch.errors import SettingsError
from planwatch.settings.early import AT_ONCE, MAX_RESUMES, WholeNumber
from planwatch.settings.faults import describe_fault


def _whole(rule: WholeNumber) -> Any:
    return Field(default=rule.default, ge=rule.least, le=rule.most, description=rule.meaning)


_AT_ONCE_FIELDS: Any = {f"{kind}_at_once": (int, _whole(rule)) for kind, rule in AT_ONCE.items()}
_AtOnceSettings: Any = create_model("_AtOnceSettings", **_AT_ONCE_FIELDS)


class JobSettings(_AtOnceSettings):  # type: ignore[misc] # a class made at run time is Any
    """How jobs run."""

    model_config = ConfigDict(extra="forbid")

    max_resumes: int = _whole(MAX_RESUMES)
    resume_within_h: float = Field(
        default=6.0, gt=0, description="hours after which a scrape is closed instead of resumed"
    )
    parallel_steps: int = Field(default=9, ge=1, le=64, description="steps at once in one job")
    step_limit_s: float = Field(
        default=900.0, gt=0, le=86_400, description="limit of one attempt of a step"
    )
    stalled_factor: float = Field(
        default=2.0, ge=1, description="times its expected time after which a job is stalled"
    )
    stalled_grace_s: float = Field(
        default=10.0, ge=0, description="seconds beyond its expected time that never count"
    )


class FetchSettings(BaseModel):
    """How pages are fetched."""

    model_config = ConfigDict(extra="forbid")

    contact: str = Field(default="", description="address or URL named in the User-Agent")
    timeout_s: float = Field(default=20.0, gt=0, description="limit of a connection or a read")
    deadline_s: float = Field(default=60.0, gt=0, description="limit of a whole answer")
    attempts: int = Field(default=4, ge=1, le=20, description="tries of a source in all")
    retry_wait_s: float = Field(
        default=1.0, ge=0, le=60, description="pause after the first try; doubles from try to try"
    )
    max_mb: int = Field(default=20, ge=1, description="limit of a page, decompressed")
    pace_s: float = Field(default=1.0, ge=0, description="pause between requests to one host")
    max_crawl_delay_s: float = Field(
        default=300.0,
        ge=0,
        le=86_400,
        description="longest Crawl-delay of a robots.txt that is kept; a longer one is reported",
    )
    proxy: str | None = Field(default=None, description="address of an HTTP proxy")
    ca_file: str | None = Field(default=None, description="file of PEM certificates to trust")

    @field_validator("contact")
    @classmethod
    def _fits_a_header(cls, value: str) -> str:
        if not value.isascii() or not value.isprintable():
            raise PydanticCustomError(
                "contact", "not one line of printable ASCII, as a header of a request must be"
            )
        return value


class BrowserSettings(BaseModel):
    """How pages that need a browser are fetched."""

    model_config = ConfigDict(extra="forbid")

    executable: str | None = Field(
        default=None, description="program of a Chromium or Chrome; unset looks for one"
    )
    timeout_s: float = Field(
        default=30.0, gt=0, description="limit of a page's coming, and of its plans' appearing"
    )
    deadline_s: float = Field(
        default=300.0, gt=0, description="limit of one page with all its clicks"
    )
    at_once: int = Field(
        default=3, ge=1, le=16, description="pages open at one time; each takes some 90 MB"
    )
    sandbox: bool = Field(
        default=True,
        description="whether Chromium keeps its sandbox; as root it has none, and is not started",
    )


class SourceAlertSettings(BaseModel):
    """When a source in trouble is worth an alert."""

    model_config = ConfigDict(extra="forbid")

    after_failures: int = Field(
        default=2, ge=1, le=100, description="failures in a row that make a source broken"
    )


class ArchiveSettings(BaseModel):
    """How long pages are kept; `prune` goes by it."""

    model_config = ConfigDict(extra="forbid")

    keep_days: int = Field(default=365, ge=1, le=36_500, description="age at which a page may go")
    max_mb: int = Field(
        default=2_000, ge=1, description="size of the archive on the disk; the oldest go first"
    )


class SourceSettings(BaseModel):
    """How one source is asked; of a source of one's own also what it is."""

    model_config = ConfigDict(extra="forbid")

    enabled: bool = Field(default=True, description="whether it is asked at all")
    name: str | None = Field(default=None, description="of your own source: the brand's name")
    urls: tuple[str, ...] = Field(
        default=(), description="of your own source: the pages with its plans, at most 10"
    )
    currency: str = Field(
        default="GBP", description="of your own source: what its prices are in, such as EUR"
    )
    browser: bool = Field(
        default=False, description="of your own source: whether its plans need a browser to appear"
    )


class LlmSettings(BaseModel):
    """The language model that puts figures into words; without `model` the template does."""

    model_config = ConfigDict(extra="forbid")

    base_url: str | None = Field(
        default=None, description="address of an OpenAI-compatible server; unset is OpenAI's own"
    )
    model: str | None = Field(
        default=None, min_length=1, max_length=200, description="name of the model"
    )
    api_key: SecretStr | None = Field(
        default=None, description="key; never in a settings file, see below"
    )
    api_key_file: str | None = Field(
        default=None, description="file that holds the key alone, in one line"
    )
    timeout_s: float = Field(
        default=60.0, gt=0, le=3600, description="limit of a connection or a silence"
    )
    deadline_s: float = Field(
        default=120.0, gt=0, le=3600, description="limit of a whole answer by the clock"
    )
    temperature: float | None = Field(
        default=None, ge=0, le=2, description="sent only if set: some models refuse it"
    )
    max_facts: int = Field(default=60, ge=1, le=150, description="facts sent for one section")
    max_answer_tokens: int = Field(
        default=1500, ge=64, le=100_000, description="limit of one answer"
    )
    prompt_price: float = Field(
        default=0.0, ge=0, le=100_000, description="price of a million tokens sent"
    )
    answer_price: float = Field(
        default=0.0, ge=0, le=100_000, description="price of a million tokens answered"
    )
    daily_budget: float | None = Field(
        default=None,
        ge=0,
        le=1_000_000,
        description="what a day (UTC) may cost, in the currency of the prices",
    )

    @field_validator("base_url")
    @classmethod
    def _is_plain_address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        try:
            parts = urlsplit(value)
            port = parts.port
        except ValueError:
            parts, port = urlsplit(""), None
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname)
        if not is_web or parts.username or parts.query or parts.fragment or port == 0:
            # without the value: it may hold a password
            raise PydanticCustomError(
                "address", "not http(s)://HOST[:PORT][/PATH] without credentials or parameters"
            )
        return value.rstrip("/")

    @model_validator(mode="after")
    def _goes_together(self) -> Self:
        if self.base_url and not self.model:
            raise PydanticCustomError(
                "model", "base_url is set, but model is not: set both or neither"
            )
        if self.daily_budget is not None and not (self.prompt_price and self.answer_price):
            raise PydanticCustomError(
                "prices", "daily_budget needs prompt_price and answer_price to be set"
            )
        return self

    @property
    def is_configured(self) -> bool:
        """Tell whether there is a model to ask: its name, and a key or an address of its own."""
        return self.model is not None and (self.api_key is not None or self.base_url is not None)


class AnalysisSettings(BaseModel):
    """What analyses are about."""

    model_config = ConfigDict(extra="forbid")

    baskets: str = Field(
        default="",
        description="usage baskets by their ids, such as `5gb-any, 100gb-12m-roaming-5g`; empty: "
        "the twenty of [formulas](formulas.md#usage-basket)",
    )


class PricingSettings(BaseModel):
    """For whom prices are recommended."""

    model_config = ConfigDict(extra="forbid")

    brand: str = Field(
        default="",
        description="your brand, such as `O2`, whose plans a digest tells of; empty: nobody's",
    )
    peers: str = Field(
        default="",
        description="brands to price against, such as `EE, Vodafone`; empty: every other brand",
    )
    premium_pence: int = Field(
        default=0,
        ge=-10_000,
        le=10_000,
        description="what your brand may cost more than they do, a month; below 0 less",
    )
    floor_pence: int = Field(
        default=0, ge=0, le=100_000, description="lowest headline price that is recommended"
    )

    @field_validator("peers", mode="before")
    @classmethod
    def _is_list_or_text(cls, value: Any) -> Any:
        """Take a list of names, too."""
        if isinstance(value, list) and all(isinstance(name, str) for name in value):
            return ", ".join(value)
        return value


class Settings(BaseSettings):
    """All settings; docs/reference/settings.md lists them."""

    model_config = SettingsConfigDict(
        extra="forbid",
        hide_input_in_errors=True,  # an input may be a secret
    )

    jobs: JobSettings = Field(default_factory=JobSettings)
    fetch: FetchSettings = Field(default_factory=FetchSettings)
    browser: BrowserSettings = Field(default_factory=BrowserSettings)
    alarms: SourceAlertSettings = Field(default_factory=SourceAlertSettings)
    archive: ArchiveSettings = Field(default_factory=ArchiveSettings)
    sources: dict[str, SourceSettings] = Field(default_factory=dict)
    llm: LlmSettings = Field(default_factory=LlmSettings)
    analysis: AnalysisSettings = Field(default_factory=AnalysisSettings)
    pricing: PricingSettings = Field(default_factory=PricingSettings)


def build_settings(values: dict[str, Any]) -> Settings:
    """Validate what `settings/load.py` has read.

    Raises:
        SettingsError: naming each key and what is wrong with it.
    """

    class Merged(Settings):
        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            *_: PydanticBaseSettingsSource,
            **__: PydanticBaseSettingsSource,
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return (InitSettingsSource(settings_cls, init_kwargs=values),)

    try:
        return Merged()
    except ValidationError as error:
        faults = "; ".join(describe_fault(fault) for fault in error.errors())
        raise SettingsError(
            f"the settings are not valid: {faults}",
            hint="docs/reference/settings.md lists every key with its range",
        ) from error


def build_pricing(values: Mapping[str, Any]) -> PricingSettings:
    """Validate the section `pricing` alone: who needs it does not wait for the rest to be right.

    Raises:
        SettingsError: naming each key and what is wrong with it.
    """
    try:
        return PricingSettings.model_validate(values.get("pricing", {}))
    except ValidationError as error:
        faults = "; ".join(
            describe_fault({**fault, "loc": ("pricing", *fault["loc"])}) for fault in error.errors()
        )
        raise SettingsError(
            f"the settings are not valid: {faults}",
            hint="docs/reference/settings.md lists every key with its range",
        ) from error
