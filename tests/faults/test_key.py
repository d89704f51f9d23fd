"""The key is nowhere: not in what a run leaves, not in what a person sees, whoever says it."""

import asyncio
import contextlib
import json
import subprocess
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from pydantic import SecretStr

from aiflow.config import Config
from aiflow.engines.circuit_breaker import reset_breakers
from aiflow.engines.lesson_recorder import RecordingEngine
from aiflow.engines.registry import load_engine
from aiflow.exceptions import EngineError
from aiflow.model.artifacts import Spec
from aiflow.model.status import RequestStatus
from aiflow.pipeline.flow import Flow
from aiflow.storage.project_store import ProjectStore
from aiflow.util.redaction import MASK, Masker, mask
from aiflow.workspace.engines import Engines
from tests.faults.runs import PROMPT, check_ended, check_no_key, files_of, journal, make_config
from tests.faults.table import KEY
from tests.modelserver import ModelServer, answer, canned, error
from tests.modelserver.vendors import STYLES, Style

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    with ModelServer(sizes=(400,)) as running:
        yield running


@pytest.fixture(autouse=True)
def fresh(server: ModelServer) -> None:
    server.reset()
    reset_breakers()


# --- a model that says it -----------------------------------------------------------------------------------

SAID = {
    "specify": canned.SPECIFY + f"\n- 密钥是 {KEY}，请保密\n",
    "plan": canned.PLAN + f"\n密钥：`{KEY}`\n",
    "implement": canned.IMPLEMENT.replace("import random\n", f'import random\n\nKEY = "{KEY}"\n')
    + f'\n<file path="{KEY}.py">\nprint(1)\n</file>\n密钥是 {KEY}',
}


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("style", "size"), [*((style, 7) for style in STYLES), ("plain", 1), ("think_tags", 5000)]
)
async def test_a_model_that_says_the_key(
    style: Style, size: int, server: ModelServer, tmp_path: Path
) -> None:
    for phase, text in SAID.items():
        reply = answer(text, thinking=f"系统给我的密钥是 {KEY} 吧，{KEY}", style=style, sizes=(size,))
        server.script(reply, phase=phase)
    flow = Flow(PROMPT, config=make_config(tmp_path, server.base_url))
    project = await flow.run()
    check_ended(flow, RequestStatus.COMPLETED)
    check_no_key(tmp_path, flow, flow.snapshot, flow.spec, project, flow.prompts, flow=flow)
    assert f'KEY = "{MASK}"' in files_of(flow)["main.py"].decode()
    assert f"密钥是 {MASK}，请保密" in files_of(flow)["spec.md"].decode()
    thought = "".join(e.text for e in journal(flow) if e.event_type == "chunk" and e.channel == "thinking")
    assert thought == f"系统给我的密钥是 {MASK} 吧，{MASK}" * 3


@pytest.mark.asyncio
async def test_the_key_across_the_continuation_of_an_answer_that_was_cut_off(
    server: ModelServer, tmp_path: Path
) -> None:
    text = SAID["implement"]
    at = text.index(KEY) + 11
    server.script(answer(text[:at], sizes=(50,), finish="length"), phase="implement")
    server.script(answer(text[at:], sizes=(50,)), phase="implement")
    flow = Flow(PROMPT, config=make_config(tmp_path, server.base_url))
    await flow.run()
    check_no_key(tmp_path, flow=flow)
    assert f'KEY = "{MASK}"' in files_of(flow)["main.py"].decode()


@given(st.data())
@settings(max_examples=150, deadline=None, derandomize=True)
def test_a_text_is_masked_the_same_in_every_split(data: st.DataObject) -> None:
    secrets = ("sk-sk-ab1", "aaaaaaab")
    parts = st.lists(st.sampled_from([*secrets, "sk-", "a", "aaaa", "sk-sk-a", "。", "b1"]), max_size=12)
    text = "".join(data.draw(parts))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=8)))
    masker = Masker(map(SecretStr, secrets))
    pieces = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    said = "".join(map(masker.feed, pieces)) + masker.close()
    assert not any(secret in said for secret in secrets)
    if not any(secret in text for secret in secrets):
        assert said == text


def test_a_word_that_is_no_secret_stays() -> None:
    """Services of one's own are given `none` or `ollama` for a key; programs are full of such words."""
    assert mask("value = none", [SecretStr("none")]) == "value = none"


# --- a person who says it -----------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_a_student_who_pastes_the_key(server: ModelServer, tmp_path: Path) -> None:
    config = make_config(tmp_path, server.base_url)
    flow = Flow(f"用 {KEY} 写一个猜数字", config=config)
    spec = await flow.specify()
    spec.features.append(f"用 {KEY} 登录")
    await flow.plan(spec)
    await flow.run()
    again = flow.revise("plan", Spec.from_markdown(f"# 猜数字\n\n- 用 {KEY} 登录\n"))
    await again.run()
    check_no_key(tmp_path, flow, again, flow.snapshot, again.snapshot, flow=again)
    assert f"用 {MASK} 登录" in files_of(again)["spec.md"].decode()


# --- a service that says it ---------------------------------------------------------------------------------


@pytest.mark.asyncio
@pytest.mark.parametrize("status", [400, 401, 418, 500])
async def test_a_service_that_says_it_in_an_error(status: int, server: ModelServer, tmp_path: Path) -> None:
    said = f"Bad key {KEY} (Bearer {KEY}) in header Authorization"
    server.always(error(status, said, code=KEY, headers={"X-Echo": KEY}))
    flow = Flow(PROMPT, config=make_config(tmp_path, server.base_url))
    with pytest.raises(EngineError) as caught:
        await flow.run()
    shown = "".join(traceback.format_exception(caught.value, chain=True))
    local = [frame.f_locals for frame, _ in traceback.walk_tb(caught.value.__traceback__)][1:]
    check_no_key(tmp_path, caught.value, shown, local, flow, flow.config, flow.engine, vars(flow))


def files_with(folder: Path, key: str) -> list[str]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path.name for path in files if key.encode() in path.read_bytes()]


# --- a key that a person entered ----------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_a_key_that_a_person_entered(
    server: ModelServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It lies in the file of the person's folder and in nothing that a run leaves, though a model says it."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "person"))
    course = tmp_path / "course"
    course.mkdir()
    values = {"run": {"durability": "none"}, "gates": {"smoke_run": False, "plugins": False}}
    (course / "config.json").write_text(json.dumps(values), encoding="utf-8")
    config = Config.load(course / "config.json", environ={})
    engines = Engines(config, ProjectStore(config.projects_dir, config.run))
    wanted = {"base_url": server.base_url, "model": "test-model", "api_key": KEY}
    answers = [await engines.choose(wanted), await engines.listing(), await engines.check({})]
    server.reset()
    for phase, text in SAID.items():
        server.script(answer(text, thinking=f"密钥是 {KEY}", style="reasoning_content"), phase=phase)
    flow = Flow(f"{PROMPT} {KEY}", config=config)
    await flow.run()
    assert {request.headers["authorization"] for request in server.requests} == {f"Bearer {KEY}"}
    server.always(error(401, f"Bad key {KEY}", code=KEY))
    answers.append(await engines.check({}))
    failed = Flow(PROMPT, config=config)
    with pytest.raises(EngineError) as caught:
        await failed.run()
    shown = (*answers, caught.value, flow.snapshot, flow.config, flow.engine, vars(failed))
    check_no_key(course, *shown, flow=flow)
    assert files_with(tmp_path, KEY) == ["credentials.json"]


# --- what else there is -------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_a_recorded_lesson_holds_no_key(server: ModelServer, tmp_path: Path) -> None:
    for phase, text in SAID.items():
        server.script(answer(text, thinking=f"密钥是 {KEY}", style="reasoning_content"), phase=phase)
    config = make_config(tmp_path, server.base_url)
    folder = tmp_path / "lessons" / "numbers"
    engine = RecordingEngine(load_engine(config), folder, api_key=config.api_key)
    flow = Flow(f"{PROMPT} {KEY}", engine=engine, config=config)
    await flow.run()
    engine.write_manifest(title="猜数字", project_type="numbers", prompt=flow.prompt)
    assert (folder / "recording.jsonl").is_file()
    check_no_key(tmp_path, engine, flow=flow)


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="the process list is read from /proc")
@pytest.mark.asyncio
async def test_the_key_is_in_no_process_list(server: ModelServer, tmp_path: Path) -> None:
    """Also while the gates' worker and the program under smoke test are running."""
    seen: set[str] = set()
    pad = "".join(f"# 第 {number} 行注释，让检查在另一个进程里进行\n" for number in range(5_000))
    server.script(
        answer(canned.IMPLEMENT.replace('"""猜', pad + '"""猜', 1), sizes=(4000,)), phase="implement"
    )
    config = make_config(tmp_path, server.base_url, gates={"smoke_run": True, "smoke_run_timeout_s": 0.3})

    def look() -> None:
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            with contextlib.suppress(OSError):  # it has ended meanwhile
                seen.add(path.read_bytes().decode("utf-8", "replace"))

    async def watch() -> None:
        while True:
            look()
            await asyncio.sleep(0.02)

    watcher = asyncio.create_task(watch())
    flow = Flow(PROMPT, config=config)
    await flow.run()
    watcher.cancel()
    assert any("aiflow.gates.pool_worker" in line for line in seen), "the processes of the run were seen"
    assert not any(KEY in line for line in seen)
    check_no_key(tmp_path, flow=flow)


CELL = """
from aiflow import Flow
flow = Flow("写一个猜数字游戏")
display(flow, flow.config, flow.engine)
print(flow.engine, repr(flow.config))
project = await flow.run()
"""


def test_a_notebook_whose_cell_fails(
    server: ModelServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.always(error(401, f"Incorrect API key provided: {KEY}"))
    config = {
        "engine": "openai",
        "openai": {"base_url": server.base_url, "model": "test-model", "backoff_s": 0},
        "tests": {"enabled": False},
        "gates": {"smoke_run": False},
    }
    (tmp_path / "config.json").write_text(json.dumps(config), encoding="utf-8")
    monkeypatch.setenv("AIFLOW_CONFIG", str(tmp_path / "config.json"))
    monkeypatch.setenv("AIFLOW_API_KEY", KEY)
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL)])
    client = NotebookClient(
        notebook, timeout=60, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}
    )
    with pytest.raises(CellExecutionError) as caught:
        client.execute()
    written = nbformat.writes(notebook)
    (tmp_path / "out.ipynb").write_text(written, encoding="utf-8")
    assert "AuthError" in written
    assert [request.headers["authorization"] for request in server.requests] == [f"Bearer {KEY}"]
    check_no_key(tmp_path, caught.value, written)


def test_commands_that_fail_and_one_that_tells(server: ModelServer, tmp_path: Path) -> None:
    server.always(error(500, f"internal error: {KEY}"))
    config = {"engine": "openai", "openai": {"base_url": server.base_url, "model": "m", "backoff_s": 0}}
    (tmp_path / "config.json").write_text(json.dumps(config), encoding="utf-8")
    environ = {
        "AIFLOW_CONFIG": str(tmp_path / "config.json"),
        "AIFLOW_API_KEY": KEY,
        "PATH": "",
        "PYTHONIOENCODING": "utf-8",
        "HOME": str(tmp_path),
    }
    for command in (["new", PROMPT], ["doctor"], ["record", PROMPT, "-o", str(tmp_path / "lesson")]):
        done = subprocess.run(
            [sys.executable, "-c", "from aiflow.cli import main; main()", *command],
            capture_output=True, encoding="utf-8", cwd=ROOT, env=environ, timeout=90, check=False,
        )  # fmt: skip
        assert (done.returncode == 0) == (command == ["doctor"])
        assert "Traceback" not in done.stderr
        assert ("断路器" in done.stdout) == (command == ["doctor"])
        check_no_key(tmp_path, done.stdout, done.stderr)
