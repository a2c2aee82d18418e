"""Frozen settings from a TOML file, the environment and the command line; every fault is reported at once.

A role makes one subclass of ``Settings`` with its own environment prefix and reads it once with ``load``; the object is
then passed in. Nothing here watches files or changes settings while running. TOML 1.0; nested keys in the environment
are joined with two underscores (``BEELDBRUG_HUB_DATABASE__URL``). The command line beats the environment, which beats
the file. Calling the class itself reads neither file nor environment.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from beeldbrug.model.errors import Malformed

__all__ = ["PREFIX", "SecretStr", "Section", "Settings", "load"]

PREFIX = "BEELDBRUG_"
"""Start of every environment variable; a role's own prefix is this, its name and an underscore."""

_DELIMITER = "__"


class Section(BaseModel):
    """A frozen group of settings inside another; unknown keys are faults, secrets stay hidden."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Settings(BaseSettings):
    """Base of a role's settings. A subclass sets ``model_config = SettingsConfigDict(env_prefix="BEELDBRUG_HUB_")``."""

    model_config = SettingsConfigDict(
        frozen=True,
        extra="forbid",
        env_prefix=PREFIX,
        env_nested_delimiter=_DELIMITER,
        hide_input_in_errors=True,
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what the caller passes: ``load`` merges the other sources, so that all faults come out together."""
        return (init_settings,)


S = TypeVar("S", bound=Settings)


def load(
    kind: type[S],
    file: Path | None = None,
    overrides: Mapping[str, Any] | None = None,
    environment: str | None = None,
) -> S:
    """Settings of this kind from file, environment and overrides. ``environment`` is another prefix than the kind's.

    Raises Malformed ``settings-invalid`` whose text has one line for each fault, none of them showing a value.
    """
    faults: list[str] = []
    values: dict[str, Any] = {}
    for source in (_from_file(file, faults), _from_environment(kind, environment, faults), dict(overrides or {})):
        values = _merged(values, source)
    try:
        settings = kind(**values)
    except ValidationError as error:
        faults += [_line(detail["loc"], detail["msg"]) for detail in error.errors(include_input=False)]
    else:
        if not faults:
            return settings
    raise Malformed(
        "settings-invalid",
        "\n".join([f"{len(faults)} fault(s) in the settings:", *faults]),
        "Correct every line named here in the settings file or the environment, then start again.",
    )


def _line(location: tuple[int | str, ...], message: str) -> str:
    return f"{'.'.join(str(part) for part in location) or 'settings'}: {message}"


def _from_file(file: Path | None, faults: list[str]) -> dict[str, Any]:
    if file is None:
        return {}
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        faults.append(f"settings file: cannot be read ({type(error).__name__})")
    except tomllib.TOMLDecodeError as error:
        faults.append(f"settings file: not TOML: {error}")
    return {}


def _from_environment(kind: type[Settings], prefix: str | None, faults: list[str]) -> dict[str, Any]:
    faults += [f"{name}: no such setting in the environment" for name in _unknown_names(kind, prefix)]
    try:
        return EnvSettingsSource(kind, env_prefix=prefix)()
    except SettingsError as error:
        faults.append(f"environment: {error}")
        return {}


def _unknown_names(kind: type[Settings], prefix: str | None) -> list[str]:
    """Variables under the role's own prefix that name no setting; the shared prefix says nothing about a role."""
    prefix = (prefix or str(kind.model_config.get("env_prefix", ""))).upper()
    if prefix in ("", PREFIX):
        return []
    known = {name.upper() for name in kind.model_fields}
    names = [name for name in os.environ if name.upper().startswith(prefix)]
    return sorted(name for name in names if name.upper()[len(prefix) :].split(_DELIMITER)[0] not in known)


def _merged(lower: dict[str, Any], upper: Mapping[str, Any]) -> dict[str, Any]:
    """Upper's values over lower's, tables merged key by key."""
    result = dict(lower)
    for key, value in upper.items():
        old = result.get(key)
        result[key] = _merged(old, value) if isinstance(old, dict) and isinstance(value, Mapping) else value
    return result
