"""The validated shape of the settings. Imported late: pydantic is slow to import."""

from __future__ import annotations

from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from planwatch.errors import SettingsError
from planwatch.settings import AT_ONCE, MAX_RESUMES, WholeNumber


def _whole(rule: WholeNumber, description: str) -> Any:
    return Field(default=rule.default, ge=rule.least, le=rule.most, description=description)


class JobSettings(BaseModel):
    """How jobs run."""

    model_config = ConfigDict(extra="forbid")

    scrape_at_once: int = _whole(AT_ONCE["scrape"], "scrapes at once; the others wait")
    analyse_at_once: int = _whole(AT_ONCE["analyse"], "analyses at once; the others wait")
    compare_at_once: int = _whole(AT_ONCE["compare"], "comparisons at once; the others wait")
    max_resumes: int = _whole(MAX_RESUMES, "resumptions after a worker died")
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
    proxy: str | None = Field(default=None, description="address of an HTTP proxy")
    ca_file: str | None = Field(default=None, description="file of PEM certificates to trust")


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


class AlarmSettings(BaseModel):
    """When somebody is told that a source is in trouble."""

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
    """How one source is asked."""

    model_config = ConfigDict(extra="forbid")

    enabled: bool = Field(default=True, description="whether it is asked at all")


class Settings(BaseSettings):
    """All settings; docs/reference/settings.md lists them."""

    # an unknown table in a file is a mistake; unknown PLANWATCH_* variables are others' business
    model_config = SettingsConfigDict(
        env_prefix="PLANWATCH_", env_nested_delimiter="__", extra="forbid"
    )

    jobs: JobSettings = Field(default_factory=JobSettings)
    fetch: FetchSettings = Field(default_factory=FetchSettings)
    browser: BrowserSettings = Field(default_factory=BrowserSettings)
    alarms: AlarmSettings = Field(default_factory=AlarmSettings)
    archive: ArchiveSettings = Field(default_factory=ArchiveSettings)
    sources: dict[str, SourceSettings] = Field(default_factory=dict)


_FAULTS: Final = {
    "extra_forbidden": "is no setting",
    "model_type": "is no table",
    "dict_type": "is no table",
}


def build_settings(from_files: dict[str, Any]) -> Settings:
    """Put the environment over the files and validate.

    Raises:
        SettingsError: naming each key and what is wrong with it.
    """

    class WithFiles(Settings):
        @classmethod
        def settings_customise_sources(  # the signature is pydantic's
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic's signature
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic's signature
            file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic's signature
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return env_settings, InitSettingsSource(settings_cls, init_kwargs=from_files)

    try:
        return WithFiles()
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(str(part) for part in fault['loc'])}"
            f" {_FAULTS.get(fault['type']) or ': ' + fault['msg']}"
            for fault in error.errors()
        )
        raise SettingsError(
            f"the settings are not valid: {faults}",
            hint="docs/reference/settings.md lists every key with its range",
        ) from error
