"""The engine that a person has chosen, in ``engine.json`` of the person's configuration folder.

The environment decides before the person, and the person before config.json. Every process reads the choice
when a run begins, so that one made in the page holds in a terminal, too.
"""

import json
from pathlib import Path
from typing import Final, Literal

import platformdirs
from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError

from aiflow.config import Config
from aiflow.config.sections import Text
from aiflow.engines.addresses import origin_of
from aiflow.engines.personal.key_store import KeyStore
from aiflow.storage.safefs import explain, write_atomic

DecidedBy = Literal["environment", "person", "config"]
SERVICE_ENGINE: Final = "openai"
# The row of an address that a person entered.
OWN_SERVICE: Final = "service"


class Address(BaseModel):
    """A service that a person entered, and its model."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    base_url: Text
    model: Text


class Choice(BaseModel):
    """A person's choice.

    Attributes:
        name: of the chosen row: an engine, a model server on this machine or ``service``.
        base_url: its address; None for the one that config.json names, and for an engine without one.
        model: None for the one that config.json names.
        service: the address that the person entered last, also while another row is chosen.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    name: Text
    base_url: Text | None = None
    model: Text | None = None
    service: Address | None = None


def person_folder() -> Path:
    """Return the configuration folder of the person who runs this process."""
    return platformdirs.user_config_path("aiflow", appauthor=False)


def read_choice() -> Choice | None:
    """Return the person's choice; None without one."""
    try:
        return Choice.model_validate(json.loads((person_folder() / "engine.json").read_bytes()))
    # Not there, or damaged: then config.json decides, until the person chooses again.
    except (OSError, ValueError, ValidationError):
        return None


def write_choice(choice: Choice) -> None:
    """Store the person's choice.

    Args:
        choice: in place of the one before.

    Raises:
        StorageError: the disk refuses.
    """
    folder = person_folder()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        data = json.dumps(choice.model_dump(), ensure_ascii=False, indent=1).encode()
        write_atomic(folder / "engine.json", data, sync=True)
    except OSError as error:
        raise explain(error) from error


def forget_choice() -> None:
    """Delete the person's choice: config.json decides again.

    Raises:
        StorageError: the disk refuses.
    """
    try:
        (person_folder() / "engine.json").unlink(missing_ok=True)
    except OSError as error:
        raise explain(error) from error


def decided_by(config: Config) -> DecidedBy:
    """Return what selects the engine of a configuration as it was loaded."""
    if "engine" not in config.overridable:
        return "environment"
    return "config" if read_choice() is None else "person"


def apply_choice(config: Config) -> Config:
    """Return the configuration with the person's choice and key in it.

    Args:
        config: as it was loaded. One that a program made is returned as it is.

    Returns:
        A configuration that a further choice does not change.
    """
    if not config.overridable:
        return config
    choice = read_choice() if "engine" in config.overridable else None
    updated = config if choice is None else with_engine(config, choice.name, choice.base_url, choice.model)
    return updated.model_copy(
        update={"api_key": key_for(config, updated.openai.base_url), "overridable": frozenset()}
    )


def with_engine(config: Config, name: str, base_url: str | None, model: str | None) -> Config:
    """Return the configuration with another engine, address and model.

    Args:
        config: as it was loaded.
        name: of the row, see ``Choice``.
        base_url: None for the configuration's own.
        model: None for the configuration's own; the environment's model counts more than this one.
    """
    openai: dict[str, str] = {}
    if base_url is not None:
        openai["base_url"] = base_url
    if model is not None and "model" in config.overridable:
        openai["model"] = model
    engine = name if base_url is None else SERVICE_ENGINE
    return config.model_copy(update={"engine": engine, "openai": config.openai.model_copy(update=openai)})


def key_for(config: Config, base_url: str) -> SecretStr | None:
    """Return the key of an address: the configuration's for its own, and the person's for all others.

    Args:
        config: as it was loaded.
        base_url: the address.
    """
    is_own = origin_of(base_url) == origin_of(config.openai.base_url)
    if is_own and config.api_key is not None and "api_key" not in config.overridable:
        return config.api_key
    stored = KeyStore(person_folder()).find(base_url)
    return stored if stored is not None or not is_own else config.api_key
