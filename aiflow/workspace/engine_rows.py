"""The engines that a person may choose from, as rows of ``GET api/engines``."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

from aiflow.config import Config
from aiflow.engines.addresses import is_loopback, origin_of
from aiflow.engines.lesson_library import load_lessons
from aiflow.engines.personal.choice import OWN_SERVICE, SERVICE_ENGINE, Address, Choice, person_folder
from aiflow.engines.personal.key_store import KeyStore
from aiflow.engines.personal.local_servers import SERVERS, FoundServer
from aiflow.engines.registry import engine_names

Kind = Literal["lessons", "local", "service"]
LESSONS = "lessons"
# Services that many use, for a person who knows the name and not the address.
KNOWN_SERVICES: tuple[tuple[str, str], ...] = (
    ("MiniMax", "https://api.minimaxi.com/v1"),
    ("DeepSeek", "https://api.deepseek.com/v1"),
    ("通义千问", "https://dashscope.aliyuncs.com/compatible-mode/v1"),
    ("智谱 GLM", "https://open.bigmodel.cn/api/paas/v4"),
    ("Kimi", "https://api.moonshot.cn/v1"),
    ("OpenRouter", "https://openrouter.ai/api/v1"),
    ("OpenAI", "https://api.openai.com/v1"),
)
KEY_PLACES = {
    "keyring": "密钥存在系统的钥匙串里。",
    "file": "密钥存在你自己的配置文件夹里（credentials.json，只有你能读）。",
    "environment": "密钥来自环境变量 AIFLOW_API_KEY。",
    "config_file": "密钥来自配置里指出来的文件。",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One engine.

    Attributes:
        name: by which it is chosen.
        label: for the person.
        kind: a service on this machine is local.
        base_url: None where the engine has no address.
        model: None where the engine has no model to choose.
        models: those that are known without asking a service.
        sizes: of them, in bytes.
        available: whether a run can begin with it, as far as that is known without asking a service.
        message: Chinese, about the row.
        locked: whether it cannot be chosen now.
        key: where its key is.
    """

    name: str
    label: str
    kind: Kind
    base_url: str | None = None
    model: str | None = None
    models: list[str] = field(default_factory=list)
    sizes: dict[str, int] = field(default_factory=dict)
    available: bool = True
    message: str = ""
    locked: bool = False
    key: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the row as a page gets it."""
        return asdict(self)


class Rows:
    """The rows for a configuration and a choice.

    Args:
        config: as it was loaded.
        choice: the person's.
        found: the servers that answered.
    """

    def __init__(self, config: Config, choice: Choice | None, found: Sequence[FoundServer] = ()) -> None:
        self._config = config
        self.is_locked = "engine" not in config.overridable
        self._choice = None if self.is_locked else choice
        self._found = {one.server.name: one for one in found}
        self._keys = KeyStore(person_folder())

    @property
    def current(self) -> str:
        """The name of the row that the next run uses."""
        return self._choice.name if self._choice is not None else self._config.engine

    def all(self) -> list[Row]:
        """Return the rows in the order in which they are shown."""
        plugins = [name for name in engine_names() if name not in {LESSONS, SERVICE_ENGINE}]
        rows = [self._lessons(), *self._locals(), self._configured()]
        service = self._choice.service if self._choice is not None else None
        if service is not None:
            rows.append(self._service(service))
        return [*rows, *(Row(name, name, "service", locked=self.is_locked) for name in plugins)]

    def _lessons(self) -> Row:
        lessons = load_lessons(self._config.lessons.folders)
        changes = sum(len(lesson.changes) for lesson in lessons)
        message = f"{len(lessons)} 个准备好的程序，{changes} 个准备好的改动。不用密钥，也不用网络。"
        return Row(LESSONS, "离线课程", "lessons", message=message, locked=self.is_locked)

    def _locals(self) -> list[Row]:
        own = origin_of(self._config.openai.base_url)
        rows = []
        for server in SERVERS:
            is_chosen = self.current == server.name
            # One address, one row: the configuration's own has it already.
            if (server.name in self._found and origin_of(server.base_url) != own) or is_chosen:
                model = self._model(self._choice.model if is_chosen and self._choice else None)
                rows.append(self._local(server.name, server.label, server.base_url, model))
        return rows

    def _local(self, name: str, label: str, base_url: str, model: str | None) -> Row:
        found = self._found_at(base_url)
        models = found.models if found is not None else []
        if found is None:
            message = f"{label} 没有开着。打开它再试。"
        elif not models:
            message = f"找到 {label}，可是里面还没有模型。先下载一个，再回来选。"
        else:
            message = f"找到 {label}，有 {len(models)} 个模型。内容不会离开这台电脑。"
        return Row(
            name,
            label,
            "local",
            base_url,
            model or next(iter(models), None),
            models,
            found.sizes if found is not None else {},
            bool(models),
            message,
            self.is_locked,
            self._key_place(base_url),
        )

    def _configured(self) -> Row:
        openai = self._config.openai
        model = self._choice.model if self._choice is not None and self.current == SERVICE_ENGINE else None
        if is_loopback(openai.base_url) and (found := self._found_at(openai.base_url)) is not None:
            label = found.server.label
            return self._local(SERVICE_ENGINE, label, openai.base_url, self._model(model) or openai.model)
        return self._remote(SERVICE_ENGINE, openai.base_url, self._model(model) or openai.model)

    def _service(self, service: Address) -> Row:
        return self._remote(OWN_SERVICE, service.base_url, self._model(service.model) or service.model)

    def _remote(self, name: str, base_url: str, model: str) -> Row:
        place = self._key_place(base_url)
        if place is not None:
            message = KEY_PLACES[place]
        elif base_url.startswith("https:"):
            message = "还没有密钥：填上密钥就能用。"
        else:
            message = "可以不用密钥。"
        return Row(
            name,
            label_of(base_url),
            "local" if is_loopback(base_url) else "service",
            base_url,
            model,
            available=place is not None or not base_url.startswith("https:"),
            message=message,
            locked=self.is_locked,
            key=place,
        )

    def _model(self, wanted: str | None) -> str | None:
        """Return the model that holds: the environment's, where it names one."""
        return wanted if "model" in self._config.overridable else self._config.openai.model

    def _found_at(self, base_url: str) -> FoundServer | None:
        origin = origin_of(base_url)
        return next((one for one in self._found.values() if origin_of(one.server.base_url) == origin), None)

    def _key_place(self, base_url: str) -> str | None:
        config = self._config
        is_own = config.api_key is not None and origin_of(base_url) == origin_of(config.openai.base_url)
        if is_own and "api_key" not in config.overridable:
            return "environment"
        return self._keys.place_of(base_url) or ("config_file" if is_own else None)


def label_of(base_url: str) -> str:
    """Return what a service is called: its name where many use it, else its host."""
    origin = origin_of(base_url)
    known = (label for label, address in KNOWN_SERVICES if origin_of(address) == origin)
    return next(known, urlsplit(base_url).netloc)
