"""The validated shape of the settings. Imported late: pydantic is slow to import."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from planwatch.errors import SettingsError


class JobSettings(BaseModel):
    """How jobs run."""

    model_config = ConfigDict(extra="forbid")

    max_resumes: int = Field(
        default=3, ge=0, le=1000, description="resumptions after a worker died"
    )
    resume_within_h: float = Field(
        default=6.0, gt=0, description="hours after which a scrape is closed instead of resumed"
    )
    parallel_steps: int = Field(default=9, ge=1, le=64, description="steps at once in one job")


class FetchSettings(BaseModel):
    """How pages are fetched."""

    model_config = ConfigDict(extra="forbid")

    contact: str = Field(default="", description="address or URL named in the User-Agent")
    timeout_s: float = Field(default=20.0, gt=0, description="limit of a connection or a read")
    deadline_s: float = Field(default=60.0, gt=0, description="limit of a whole answer")
    max_mb: int = Field(default=20, ge=1, description="limit of a page, decompressed")
    pace_s: float = Field(default=1.0, ge=0, description="pause between requests to one host")
    proxy: str | None = Field(default=None, description="address of an HTTP proxy")
    ca_file: str | None = Field(default=None, description="file of PEM certificates to trust")


class Settings(BaseSettings):
    """All settings; docs/reference/settings.md lists them."""

    # an unknown table in a file is a mistake; unknown PLANWATCH_* variables are others' business
    model_config = SettingsConfigDict(
        env_prefix="PLANWATCH_", env_nested_delimiter="__", extra="forbid"
    )

    jobs: JobSettings = Field(default_factory=JobSettings)
    fetch: FetchSettings = Field(default_factory=FetchSettings)


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
            f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}"
            for fault in error.errors()
        )
        raise SettingsError(
            f"the settings are not valid: {faults}",
            hint="docs/reference/settings.md lists every key with its range",
        ) from error
