"""A person's engine: the addresses that may be entered, the keys, the choice, and servers on this machine."""

import json
import stat
import sys
import threading
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from aiflow.config import Config
from aiflow.engines.addresses import check_base_url, is_loopback, origin_of
from aiflow.engines.personal import choice as choices
from aiflow.engines.personal import key_store, local_servers
from aiflow.engines.personal.choice import Choice, apply_choice, person_folder, write_choice
from aiflow.engines.personal.key_store import KeyStore
from aiflow.engines.personal.local_servers import LocalServer, find_servers
from aiflow.exceptions import InputError
from tests.modelserver import Gate, ModelServer, Reply, body, json_body

SERVICE = "https://api.example.com/v1"
KEY = SecretStr("sk-person-0123456789")


@pytest.fixture(autouse=True)
def person(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The person's configuration folder, which is not there yet."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "person"))
    key_store._known.clear()
    return person_folder()


# --- addresses ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        "https://api.deepseek.com/v1",
        " https://10.0.0.7:8000/v1/ ",
        "https://192.168.1.20/v1",
        "http://localhost:1234/v1",
        "http://127.0.0.9:8000/v1",
        "http://[::1]:8080/v1",
    ],
)
def test_an_address_that_may_be_entered(typed: str) -> None:
    assert check_base_url(typed) == typed.strip().rstrip("/")


@pytest.mark.parametrize(
    "typed",
    [
        "", "api.deepseek.com/v1", "ftp://a/v1", "https://", "https://[::1", "https://a:99999/v1",
        "http://api.deepseek.com/v1", "http://10.0.0.7:8000/v1", "http://localhost.example.com/v1",
        "http://0.0.0.0:8000/v1", "https://user:password@a/v1", "https://user@a/v1", "https://a/v1?key=1",
        "https://a/v1#x", "https://169.254.169.254/v1", "https://2852039166/v1", "https://0xa9.0xfe.43518/v1",
        "https://[::ffff:169.254.169.254]/v1", "https://[fe80::1%25eth0]/v1", "https://[fd00:ec2::254]/v1",
        "https://a b/v1", "https://a/\nv1", "https://a/" + "x" * 500, "javascript:alert(1)", "file:///etc/passwd",
    ],
)  # fmt: skip
def test_an_address_that_may_not(typed: str) -> None:
    with pytest.raises(InputError) as caught:
        check_base_url(typed)
    assert caught.value.reason == "bad_base_url"


def test_a_key_belongs_to_scheme_host_and_port() -> None:
    assert origin_of("https://API.example.com/v1") == origin_of("https://api.example.com:443/other")
    others = {origin_of(f"{address}/v1") for address in (
        "https://api.example.com", "http://api.example.com", "https://api.example.com:444", "https://b.example.com",
    )}  # fmt: skip
    assert len(others) == 4
    assert is_loopback("http://[::1]:8080/v1")
    assert not is_loopback("nothing")


# --- keys ---------------------------------------------------------------------------------------------------


class Keyring(types.ModuleType):
    """The part of the keyring library that is used, as a back end of the system answers."""

    def __init__(self, failing: str = "") -> None:
        super().__init__("keyring")
        self.kept: dict[tuple[str, str], str] = {}
        self.failing = failing
        self.locked = threading.Event()

    def set_password(self, service: str, name: str, password: str) -> None:
        if self.failing == "locked":
            self.locked.wait()
        if self.failing == "fails":
            raise OSError("no bus")
        if self.failing != "forgets":
            self.kept[service, name] = password

    def get_password(self, service: str, name: str) -> str | None:
        return self.kept.get((service, name))

    def delete_password(self, service: str, name: str) -> None:
        del self.kept[service, name]


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch) -> Iterator[Keyring]:
    ring = Keyring()
    monkeypatch.setitem(sys.modules, "keyring", ring)
    yield ring
    ring.locked.set()


def test_a_key_in_the_keyring_is_in_no_file(keyring: Keyring, person: Path) -> None:
    store = KeyStore(person)
    assert store.find(SERVICE) is None
    assert store.save(SERVICE, KEY) == "keyring"
    assert KEY.get_secret_value() not in (person / "credentials.json").read_text(encoding="utf-8")
    keyring.failing = "fails"  # only a new process asks again
    assert store.find(SERVICE) == KEY
    assert store.find("https://api.example.com:8443/v1") is None
    assert store.place_of(SERVICE) == "keyring"
    assert store.forget(SERVICE)
    assert (store.find(SERVICE), store.place_of(SERVICE), keyring.kept) == (None, None, {})
    assert not store.forget(SERVICE)


@pytest.mark.parametrize("failing", ["fails", "forgets", "locked", "missing"])
def test_without_a_keyring_the_key_is_in_a_private_file(
    failing: str, keyring: Keyring, person: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyring.failing = failing
    if failing == "missing":
        monkeypatch.setitem(sys.modules, "keyring", None)
    monkeypatch.setattr(key_store, "_KEYRING_TIMEOUT_S", 0.1)
    store = KeyStore(person)
    assert store.save(SERVICE, KEY) == "file"
    assert store.find(SERVICE) == KEY
    file = person / "credentials.json"
    if sys.platform != "win32":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(person.stat().st_mode) == 0o700
    assert KEY.get_secret_value() not in repr(store.__dict__) + repr(store._read())
    file.write_text("[damaged", encoding="utf-8")
    assert store.find(SERVICE) is None


# --- the choice ---------------------------------------------------------------------------------------------


def load(folder: Path, environ: dict[str, str] | None = None, **values: Any) -> Config:
    (folder / "config.json").write_text(json.dumps(values), encoding="utf-8")
    return Config.load(folder / "config.json", environ=environ or {})


def effective(config: Config) -> tuple[str, str, str, str | None]:
    found = apply_choice(config)
    key = found.api_key.get_secret_value() if found.api_key is not None else None
    return found.engine, found.openai.base_url, found.openai.model, key


def test_the_environment_decides_before_the_person_and_the_person_before_the_file(
    person: Path, tmp_path: Path
) -> None:
    own = {"base_url": "https://school.example.com/v1", "model": "school"}
    config = load(tmp_path, openai=own)
    assert effective(config) == ("lessons", own["base_url"], "school", None)
    write_choice(Choice(name="service", base_url=SERVICE, model="mine"))
    KeyStore(person).save(SERVICE, KEY)
    assert effective(config) == ("openai", SERVICE, "mine", KEY.get_secret_value())
    locked = load(tmp_path, {"AIFLOW_ENGINE": "openai", "AIFLOW_API_KEY": "sk-environment"}, openai=own)
    assert effective(locked) == ("openai", own["base_url"], "school", "sk-environment")
    fixed = load(tmp_path, {"AIFLOW_MODEL": "fixed"}, openai=own)
    assert effective(fixed) == ("openai", SERVICE, "fixed", KEY.get_secret_value())
    # The environment's key is for the configured address only.
    keyed = load(tmp_path, {"AIFLOW_API_KEY": "sk-environment"}, openai=own)
    assert effective(keyed) == ("openai", SERVICE, "mine", KEY.get_secret_value())
    KeyStore(person).forget(SERVICE)
    assert effective(keyed) == ("openai", SERVICE, "mine", None)
    write_choice(Choice(name="openai"))
    assert effective(keyed) == ("openai", own["base_url"], "school", "sk-environment")
    (person / "engine.json").write_text('{"name": 3}', encoding="utf-8")
    assert effective(keyed)[0] == "lessons"


def test_a_configuration_that_a_program_made_is_left_alone() -> None:
    write_choice(Choice(name="service", base_url=SERVICE, model="mine"))
    config = Config(engine="lessons")
    assert apply_choice(config) is config
    assert choices.key_for(config, SERVICE) is None


# --- servers on this machine --------------------------------------------------------------------------------

HOSTILE = [
    body("<html>", content_type="text/html"),
    body("[" * 100_000),
    body('{"data": 3}'),
    body('{"data": [' + '{"id": "x"},' * 200_000 + "{}]}"),
    Reply([], 302, {"Location": "http://127.0.0.1:1/v1/models"}),
    Reply([Gate()], 200, {"Content-Type": "application/json"}),
]


@pytest.mark.asyncio
async def test_servers_that_answer_are_found_with_their_models(monkeypatch: pytest.MonkeyPatch) -> None:
    with ModelServer(models=("b", "a")) as ollama, ModelServer() as other:
        tags = {"models": [{"name": "a", "size": 7}, {"name": "none", "size": 1}, {"name": "b", "size": "x"}]}
        ollama.route("/api/tags", json_body(tags))
        other.route(
            "/v1/models",
            json_body({"data": [{"id": "ok"}, {"id": "bad\nname"}, {"id": 3}, {"id": "x" * 201}, 4]}),
        )
        servers = (
            LocalServer("ollama", "Ollama", ollama.port, "/api/tags"),
            LocalServer("vllm", "vLLM", other.port),
            LocalServer("lmstudio", "LM Studio", 1),
        )
        monkeypatch.setattr(local_servers, "SERVERS", servers)
        monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
        found = await find_servers()
        assert [(one.server.name, one.models, one.sizes) for one in found] == [
            ("ollama", ["b", "a"], {"a": 7}),
            ("vllm", ["ok"], {}),
        ]
        assert all("authorization" not in request.headers for request in ollama.requests)


@pytest.mark.asyncio
async def test_whatever_else_answers_is_no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    for reply in HOSTILE:
        with ModelServer() as server:
            server.route("/v1/models", reply)
            monkeypatch.setattr(local_servers, "SERVERS", (LocalServer("vllm", "vLLM", server.port),))
            monkeypatch.setattr(local_servers, "_TIMEOUT_S", 0.2)
            assert await find_servers() == []
