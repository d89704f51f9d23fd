"""The API keys of a person, each for one scheme, host and port.

A key lies in the system's keyring. Where there is none, or it does not work, the key lies in
``credentials.json`` of the person's configuration folder, which nobody else may read. That file names the
addresses of all keys, so that a list of engines needs no access to the keyring.
"""

import importlib
import json
import queue
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Literal, TypeVar
from uuid import uuid4

from filelock import FileLock
from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError

from aiflow.engines.addresses import origin_of
from aiflow.storage.safefs import explain, write_atomic

KeyPlace = Literal["keyring", "file"]
_SERVICE: Final = "aiflow"
# A keyring that is locked asks the person for a password, perhaps on a screen that nobody sees.
_KEYRING_TIMEOUT_S: Final = 3.0
_Found = TypeVar("_Found")


class _Entry(BaseModel):
    """One address; ``key`` only where the keyring does not have it, ``stamp`` changes with the key."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    where: KeyPlace
    stamp: str = ""
    key: SecretStr | None = None

    def as_json(self) -> dict[str, str]:
        """Return the entry as it is stored."""
        values = {"where": self.where, "stamp": self.stamp}
        return values | ({"key": self.key.get_secret_value()} if self.key is not None else {})


# By address and stamp. A run must not wait for the keyring each time.
_known: dict[tuple[str, str], SecretStr] = {}


class KeyStore:
    """The keys of the person who runs this process.

    Args:
        folder: the person's configuration folder; it is made when a key is saved.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = folder / "credentials.json"

    def place_of(self, base_url: str) -> KeyPlace | None:
        """Return where the key of an address lies; None without one."""
        entry = self._read().get(origin_of(base_url))
        return entry.where if entry is not None else None

    def find(self, base_url: str) -> SecretStr | None:
        """Return the key of an address; None without one, or when the keyring does not give it."""
        origin = origin_of(base_url)
        entry = self._read().get(origin)
        if entry is None or entry.where == "file":
            return entry.key if entry is not None else None
        cached = _known.get((origin, entry.stamp))
        if cached is not None:
            return cached
        found = _ask_keyring(lambda keyring: keyring.get_password(_SERVICE, origin))
        if not isinstance(found, str) or not found:
            return None
        return _known.setdefault((origin, entry.stamp), SecretStr(found))

    def save(self, base_url: str, key: SecretStr) -> KeyPlace:
        """Store the key of an address in place of the one before.

        Args:
            base_url: the address.
            key: the key.

        Returns:
            Where it lies now.

        Raises:
            StorageError: the disk refuses.
        """
        origin = origin_of(base_url)
        # The answer counts, not the success: a keyring can accept keys and store nothing.
        is_kept = _ask_keyring(lambda keyring: _keep(keyring, origin, key)) is True
        entry = _Entry(
            where="keyring" if is_kept else "file", stamp=uuid4().hex, key=None if is_kept else key
        )
        self._change(lambda entries: entries | {origin: entry})
        return entry.where

    def forget(self, base_url: str) -> bool:
        """Delete the key of an address.

        Args:
            base_url: the address.

        Returns:
            Whether there was one.

        Raises:
            StorageError: the disk refuses.
        """
        origin = origin_of(base_url)
        entry = self._read().get(origin)
        if entry is None:
            return False
        if entry.where == "keyring":
            _ask_keyring(lambda keyring: keyring.delete_password(_SERVICE, origin))
        self._change(lambda entries: {name: one for name, one in entries.items() if name != origin})
        return True

    def _change(self, change: Callable[[dict[str, _Entry]], dict[str, _Entry]]) -> None:
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            # A terminal and a server may save keys at the same time.
            with FileLock(self._file.with_suffix(".lock")):
                values = {origin: entry.as_json() for origin, entry in change(self._read()).items()}
                data = json.dumps(values, indent=1).encode()
                write_atomic(self._file, data, sync=True, mode=0o600)
        except OSError as error:
            raise explain(error) from error

    def _read(self) -> dict[str, _Entry]:
        try:
            values = json.loads(self._file.read_bytes())
        # Not there, or damaged: a key that is entered again repairs it.
        except (OSError, ValueError):
            return {}
        found: dict[str, _Entry] = {}
        for origin, value in values.items() if isinstance(values, dict) else ():
            try:
                found[origin] = _Entry.model_validate(value)
            except ValidationError:
                continue
        return found


def _keep(keyring: Any, origin: str, key: SecretStr) -> bool:
    keyring.set_password(_SERVICE, origin, key.get_secret_value())
    return bool(keyring.get_password(_SERVICE, origin) == key.get_secret_value())


def _ask_keyring(work: Callable[[Any], _Found]) -> _Found | None:
    """Return what ``work`` returns; None without a keyring, and when it fails or takes too long."""
    answers: queue.SimpleQueue[_Found | None] = queue.SimpleQueue()

    def ask() -> None:
        found: _Found | None = None
        try:
            found = work(importlib.import_module("keyring"))
        except Exception:  # noqa: BLE001 - back ends raise errors of their systems
            found = None
        answers.put(found)

    # A daemon: one that waits for a person must not keep the process alive.
    threading.Thread(target=ask, name="aiflow-keyring", daemon=True).start()
    try:
        return answers.get(timeout=_KEYRING_TIMEOUT_S)
    except queue.Empty:
        return None
