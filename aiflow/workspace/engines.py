"""The engines of a person: listed, chosen and checked, for the page and the terminal alike."""

import asyncio
from dataclasses import dataclass
from typing import Any, Final, Self

from pydantic import SecretStr

from aiflow.config import Config
from aiflow.engines.addresses import check_base_url, is_loopback, origin_of
from aiflow.engines.openai import OpenAIEngine
from aiflow.engines.personal.choice import (
    OWN_SERVICE,
    SERVICE_ENGINE,
    Address,
    Choice,
    apply_choice,
    decided_by,
    forget_choice,
    key_for,
    person_folder,
    read_choice,
    with_engine,
    write_choice,
)
from aiflow.engines.personal.key_store import KeyStore
from aiflow.engines.personal.local_servers import SERVERS, FoundServer, find_servers
from aiflow.engines.registry import engine_names, load_engine
from aiflow.exceptions import ConflictError, EngineError, InputError
from aiflow.storage.project_store import ProjectStore
from aiflow.workspace.engine_rows import KEY_PLACES, KNOWN_SERVICES, LESSONS, Row, Rows, label_of
from aiflow.workspace.usage import Usage

_MAX_CHARS: Final = 500
_LOCKED: Final = "老师或系统已经统一设置了模型，这里只能看，不能改。"
_LOCAL: Final = {server.name: server for server in SERVERS}


@dataclass(frozen=True, slots=True)
class Selection:
    """One engine, as a body names it.

    Attributes:
        name: of a row; None where an address is given.
        base_url: the address, checked.
        model: None where the body leaves it out.
        api_key: None where the body leaves it out; empty where the stored one is to be deleted.
    """

    name: str | None
    base_url: str | None
    model: str | None
    api_key: SecretStr | None

    @classmethod
    def read(cls, body: dict[str, Any]) -> Self:
        """Read a body.

        Raises:
            InputError: a field is of the wrong type or none that a person may enter.
        """
        name, base_url = _text(body, "name"), _text(body, "base_url")
        if (name is None) == (base_url is None):
            raise InputError("name 和 base_url 要写一个，而且只写一个。")
        key = _text(body, "api_key")
        key = key.strip() if key is not None else None
        if key is not None and not all("!" <= char <= "~" for char in key):
            raise InputError("密钥里有不该有的字符（空格、换行或中文）。请重新复制一遍。")
        return cls(
            name,
            check_base_url(base_url) if base_url is not None else None,
            (_text(body, "model") or "").strip() or None,
            SecretStr(key) if key is not None else None,
        )


def _text(body: dict[str, Any], name: str) -> str | None:
    value = body.get(name)
    if value is not None and not (isinstance(value, str) and len(value) <= _MAX_CHARS):
        raise InputError(f"{name} 应该是一段文字，最多 {_MAX_CHARS} 个字符。")
    # Line ends around a copied key are cut off later.
    if value is not None and not value.strip().isprintable():
        raise InputError(f"{name} 里有不能显示的字符。请重新填一遍。")
    return value


class Engines:
    """The engines that the person who runs this process may choose from.

    Args:
        config: as it was loaded.
        store: the projects, for the usage so far.
    """

    def __init__(self, config: Config, store: ProjectStore) -> None:
        self._config = config
        self._usage = Usage(store)

    async def listing(self) -> dict[str, Any]:
        """Return the engines, the chosen one, and the usage so far."""
        found = await find_servers() if "engine" in self._config.overridable else []
        usage = await asyncio.to_thread(self._usage.totals)
        rows = await asyncio.to_thread(self._rows, found)
        model_locked = "model" not in self._config.overridable
        message = _LOCKED if rows.is_locked else ""
        if model_locked and not rows.is_locked:
            message = f"模型由环境变量 AIFLOW_MODEL 定成了“{self._config.openai.model}”，这里只能换服务。"
        return {
            "engine": rows.current,
            "chosen_by": decided_by(self._config),
            "locked": rows.is_locked,
            "model_locked": model_locked,
            "message": message,
            "engines": [row.as_json() for row in await asyncio.to_thread(rows.all)],
            "services": [{"label": label, "base_url": address} for label, address in KNOWN_SERVICES],
            "usage": usage,
        }

    async def choose(self, body: dict[str, Any]) -> dict[str, Any]:
        """Select an engine for this person, from the next run on.

        Args:
            body: ``name`` or ``base_url``, ``model``, ``api_key``.

        Returns:
            Its row.

        Raises:
            InputError: the body is wrong.
            ConflictError: the environment decides (reason ``engine_locked``).
            StorageError: the disk refuses.
        """
        selection = Selection.read(body)
        if "engine" not in self._config.overridable:
            raise _locked(_LOCKED)
        self._check_model(selection.model)
        found = await find_servers() if self._is_local(selection) else []
        row = await asyncio.to_thread(self._choose, selection, found)
        return row.as_json()

    async def check(self, body: dict[str, Any]) -> dict[str, Any]:
        """Check whether an engine works, without choosing it.

        Args:
            body: as for ``choose``; empty for the chosen engine.

        Returns:
            ``ok``, a Chinese sentence, the models that the service lists, and the reason of a failure.

        Raises:
            InputError: the body is wrong.
            ConflictError: the environment decides, for another engine (reason ``engine_locked``).
        """
        if not body:
            config = await asyncio.to_thread(apply_choice, self._config)
        else:
            selection = Selection.read(body)
            self._check_model(selection.model)
            config = await asyncio.to_thread(self._config_of, selection)
        if config.engine != SERVICE_ENGINE:
            return await _check_other(config)
        return await _check_service(config)

    def forget(self, base_url: str | None = None) -> str:
        """Delete a key and the person's choice, so that config.json decides again.

        Args:
            base_url: the address of the key; by default that of the chosen engine.

        Returns:
            A Chinese sentence about what is gone.

        Raises:
            InputError: the address is none.
            StorageError: the disk refuses.
        """
        choice = read_choice()
        own = choice.base_url if choice is not None else None
        address = check_base_url(base_url) if base_url else own or self._config.openai.base_url
        had_key = KeyStore(person_folder()).forget(address)
        forget_choice()
        what = (
            f"{label_of(address)} 的密钥已经删掉。" if had_key else f"没有存过 {label_of(address)} 的密钥。"
        )
        return f"{what}现在按配置文件的设置。"

    def _choose(self, selection: Selection, found: list[FoundServer]) -> Row:
        before = read_choice()
        name, base_url, model = self._resolve(selection, before, found)
        service = before.service if before is not None else None
        if name == OWN_SERVICE and base_url is not None:
            service = Address(base_url=base_url, model=model or "")
        address = base_url or self._config.openai.base_url
        key = selection.api_key
        if key is not None:
            self._save_key(name, address, key)
        write_choice(Choice(name=name, base_url=base_url, model=model, service=service))
        rows = self._rows(found)
        row = next(row for row in rows.all() if row.name == name)
        model_part = f"的模型“{row.model}”" if row.model else ""
        message = f"现在用“{row.label}”{model_part}，下一次开始时生效。"
        if key is not None:
            message += KEY_PLACES.get(row.key or "", "") if key.get_secret_value() else "存着的密钥已经删掉。"
        return Row(**row.as_json() | {"message": message})

    def _save_key(self, name: str, address: str, key: SecretStr) -> None:
        if name not in _LOCAL and name not in {SERVICE_ENGINE, OWN_SERVICE}:
            raise InputError("这个引擎不用密钥。")
        is_own = origin_of(address) == origin_of(self._config.openai.base_url)
        if is_own and "api_key" not in self._config.overridable:
            raise _locked("这个服务的密钥由环境变量 AIFLOW_API_KEY 决定，这里不能改。")
        keys = KeyStore(person_folder())
        if key.get_secret_value():
            keys.save(address, key)
        else:
            keys.forget(address)

    def _resolve(
        self, selection: Selection, choice: Choice | None, found: list[FoundServer]
    ) -> tuple[str, str | None, str | None]:
        """Return the name, the address and the model of a selection, as a choice stores them."""
        model = selection.model
        if selection.base_url is not None:
            origin = origin_of(selection.base_url)
            if selection.base_url == self._config.openai.base_url.rstrip("/"):
                return SERVICE_ENGINE, None, model
            local = next((one.server for one in found if origin_of(one.server.base_url) == origin), None)
            if local is None:
                model = model or (
                    self._config.openai.model if "model" not in self._config.overridable else None
                )
                if model is None:
                    raise InputError("还没有选模型：请填上模型的名字。", reason="model_required")
                return OWN_SERVICE, selection.base_url, model
            name = local.name
        else:
            name = selection.name or ""
        same = choice if choice is not None and choice.name == name else None
        if name in _LOCAL:
            models = next((one.models for one in found if one.server.name == name), None)
            if models is None and same is None:
                raise _unknown(f"现在没有找到 {_LOCAL[name].label}。请先打开它，再试一次。")
            kept = model or (same.model if same is not None else None) or next(iter(models or []), None)
            if kept is None:
                raise InputError(
                    f"{_LOCAL[name].label} 里还没有模型。先下载一个，再回来选。", reason="model_required"
                )
            return name, _LOCAL[name].base_url, kept
        if name == OWN_SERVICE:
            service = choice.service if choice is not None else None
            if service is None:
                raise _unknown("还没有填过服务。请用 base_url 写上它的地址。")
            return name, service.base_url, model or service.model
        if name not in engine_names():
            raise _unknown("没有这个引擎。请重新打开“模型”，看看现在有哪些。")
        return name, None, (model or (same.model if same else None)) if name == SERVICE_ENGINE else None

    def _config_of(self, selection: Selection) -> Config:
        """Return the configuration with which a selection is checked."""
        if selection.base_url is not None:
            name, base_url, model = OWN_SERVICE, selection.base_url, selection.model or ""
        elif selection.name in _LOCAL:
            name, base_url, model = selection.name, _LOCAL[selection.name].base_url, selection.model or ""
        else:
            name, own, chosen = self._resolve(selection, read_choice(), [])
            base_url, model = own or self._config.openai.base_url, chosen or self._config.openai.model
        has_address = name in {OWN_SERVICE, SERVICE_ENGINE, *_LOCAL}
        config = with_engine(self._config, name, base_url if has_address else None, model)
        is_other = (config.engine, base_url) != (self._config.engine, self._config.openai.base_url)
        if "engine" not in self._config.overridable and is_other:
            raise _locked(_LOCKED)
        given = selection.api_key.get_secret_value() if selection.api_key is not None else ""
        key = SecretStr(given) if given else key_for(self._config, base_url)
        return config.model_copy(update={"api_key": key})

    def _check_model(self, model: str | None) -> None:
        if (
            model is not None
            and "model" not in self._config.overridable
            and model != self._config.openai.model
        ):
            raise _locked(f"模型由环境变量定成了“{self._config.openai.model}”，这里不能换。")

    def _is_local(self, selection: Selection) -> bool:
        base_url = selection.base_url
        return selection.name in _LOCAL or (base_url is not None and is_loopback(base_url))

    def _rows(self, found: list[FoundServer]) -> Rows:
        return Rows(self._config, read_choice(), found)


def _locked(message: str) -> ConflictError:
    return ConflictError(message, reason="engine_locked")


def _unknown(message: str) -> InputError:
    return InputError(message, reason="unknown_engine")


async def _check_other(config: Config) -> dict[str, Any]:
    """Check an engine without an address: the lessons, or a plug-in's."""
    try:
        said = await load_engine(config).check()
    except EngineError as error:
        return _result(error.message, reason=error.reason)
    return _result(f"离线课程可以用：{said}" if config.engine == LESSONS else said)


async def _check_service(config: Config) -> dict[str, Any]:
    engine = OpenAIEngine(config.openai, config.api_key)
    label = label_of(config.openai.base_url)
    names: list[str] = []
    try:
        listed = await engine.models()
        names = listed or []
        model = engine.model
        if not model:
            hint = f"它有：{'、'.join(names[:5])}。" if names else ""
            return _result(f"{label} 有回应。选一个模型再试。{hint}", names, "model_required")
        # Ollama leaves the tag out where it is the default one.
        if names and model not in names and f"{model}:latest" not in names:
            hint = f"它有：{'、'.join(names[:5])}{'……' if len(names) > 5 else ''}。"
            return _result(f"{label} 没有“{model}”这个模型。{hint}", names, "model_unavailable")
        speed = await engine.speed()
    except EngineError as error:
        return _result(error.message, names, error.reason)
    start = f"{speed.first_s:.1f} 秒后" if speed.first_s >= 0.1 else "马上就"
    pace = f"，每秒大约 {speed.per_second:.0f} 个词元" if speed.per_second else ""
    return _result(f"能用：{start}开始回答{pace}。", names)


def _result(message: str, models: list[str] | None = None, reason: str | None = None) -> dict[str, Any]:
    return {"ok": reason is None, "message": message, "models": models or [], "reason": reason}
