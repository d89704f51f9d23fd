"""start.py and the environment it makes.

What is missing is said in two languages, and what is there is kept.
"""

import ast
import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import start
from tools import environment

ROOT = Path(__file__).resolve().parents[2]
OLD_PYTHON_GRAMMAR = (3, 6)
# The signal must be blocked before the child says that it is up, else it could end the child unseen.
MASKED = "import signal; signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM]); "


def run_start(
    root: Path, *arguments: str, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    full = {**os.environ, "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1", **(env or {})}
    return subprocess.run(
        [sys.executable, str(root / "start.py"), *arguments],
        capture_output=True,
        encoding="utf-8",
        env=full,
        cwd=root.parent,
        timeout=60,
        check=False,
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A repository folder with an awkward name and only what start.py needs."""
    root = tmp_path / "学 生's [1] a,c"
    (root / "tools").mkdir(parents=True)
    shutil.copy(ROOT / "start.py", root)
    for name in ("__init__.py", "environment.py"):
        shutil.copy(ROOT / "tools" / name, root / "tools")
    (root / "pyproject.toml").write_text(
        '[build-system]\nrequires = ["no-such-back-end"]\n[project]\nname = "x"\nversion = "1"\n',
        encoding="utf-8",
    )
    return root


def make_bare_venv(root: Path) -> Path:
    """A real environment in a tenth of a second.

    Its pip is the one of the environment that runs the tests.
    """
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(root / ".venv")], check=True)
    [packages] = (root / ".venv").glob("**/site-packages")
    (packages / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return root / ".venv"


@pytest.fixture
def here(copy: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The environment module, pointed at the copy."""
    monkeypatch.setattr(environment, "ROOT", copy)
    monkeypatch.setattr(environment, "VENV", copy / ".venv")
    monkeypatch.setattr(environment, "LOG", copy / "logs" / "setup.log")
    (copy / "logs").mkdir()
    return copy


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


# --- what is missing ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["start.py", "tools/__init__.py", "tools/environment.py"])
def test_an_old_python_can_parse_it(name: str) -> None:
    ast.parse((ROOT / name).read_text(encoding="utf-8"), feature_version=OLD_PYTHON_GRAMMAR)


@pytest.mark.parametrize("version", [(2, 7, 18), (3, 6, 15), (3, 10, 99)])
def test_an_old_python_is_refused_in_two_languages(version: tuple[int, int, int]) -> None:
    with pytest.raises(environment.SetupError) as caught:
        environment.check_python(version)
    assert "Python 太旧" in caught.value.zh
    assert ".".join(map(str, version)) in caught.value.zh
    assert "too old" in caught.value.en


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 14, 1), (4, 0, 0)])
def test_a_new_python_is_taken(version: tuple[int, int, int]) -> None:
    environment.check_python(version)


@pytest.mark.skipif(os.name == "nt", reason="the shim is a shell script")
def test_an_old_python_names_a_newer_one_that_really_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, body in {"python3.13": "exit 127", "python3.12": "exit 0"}.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(environment.SetupError) as caught:
        environment.check_python((3, 9, 2))
    assert "python3.12 start.py" in caught.value.zh
    assert "python3.13" not in caught.value.zh


@pytest.mark.parametrize("module", ["venv", "ensurepip"])
def test_a_missing_venv_module_says_what_to_install(copy: Path, tmp_path: Path, module: str) -> None:
    shadow = tmp_path / "shadow"
    shadow.mkdir()
    (shadow / f"{module}.py").write_text(
        f"raise ModuleNotFoundError('No module named {module}', name={module!r})\n", encoding="utf-8"
    )
    result = run_start(copy, "--no-browser", env={"PYTHONPATH": str(shadow)})
    assert result.returncode == 1
    assert "缺少 venv 模块" in result.stderr
    assert "apt install python3-venv" in result.stderr
    assert "has no venv module" in result.stderr
    assert "Traceback" not in result.stderr
    assert not (copy / ".venv").exists()


def test_a_taken_port_is_said_before_anything_is_installed(copy: Path, taken_port: int) -> None:
    result = run_start(copy, "--no-browser", "--port", str(taken_port))
    assert result.returncode == 1
    assert f"端口 {taken_port} 已被占用" in result.stderr
    assert f"port {taken_port} is taken" in result.stderr
    assert "python3 start.py --port " in result.stderr
    assert not (copy / ".venv").exists()


def test_the_port_that_is_suggested_is_free(taken_port: int) -> None:
    with pytest.raises(start.SetupError) as caught:
        start.choose_port(taken_port)
    suggested = int(caught.value.en.rsplit(" ", 1)[1])
    assert suggested != taken_port
    assert start.choose_port(suggested) == suggested


def test_without_a_wish_the_next_free_port_is_taken(taken_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start, "FIRST_PORT", taken_port)
    assert taken_port < start.choose_port(None) < taken_port + 100


def test_no_network_is_said_with_pips_last_lines_and_the_log(copy: Path) -> None:
    make_bare_venv(copy)
    result = run_start(
        copy,
        "--no-browser",
        env={
            "PIP_INDEX_URL": f"http://127.0.0.1:{closed_port()}/simple",
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_FIND_LINKS": "",
            "PIP_RETRIES": "0",
        },
    )
    assert result.returncode == 1
    assert "连不上软件包索引" in result.stderr
    assert "no connection to the package index" in result.stderr
    assert "no-such-back-end" in result.stderr
    assert "no-such-back-end" in (copy / "logs" / "setup.log").read_text(encoding="utf-8")
    assert not (copy / ".venv" / "aiflow-unfinished").exists()
    assert not (copy / ".venv" / "aiflow-installed.json").exists()


def test_another_failure_of_pip_is_not_called_the_network(copy: Path) -> None:
    make_bare_venv(copy)
    (copy / "pyproject.toml").write_text("this is no TOML", encoding="utf-8")
    result = run_start(copy, "--no-browser")
    assert result.returncode == 1
    assert "pip 最后说" in result.stderr
    assert "软件包索引" not in result.stderr


def test_a_folder_that_cannot_be_written_is_named(here: Path) -> None:
    shutil.rmtree(here / "logs")
    (here / "logs").write_text("a file where the folder should be", encoding="utf-8")
    with pytest.raises(environment.SetupError) as caught:
        environment.check_writable()
    assert "不可写" in caught.value.zh
    assert "not writable" in caught.value.en


@pytest.mark.parametrize("arguments", [["tset"], ["--port", "0"], ["--port", "70000"], ["--port", "x"]])
def test_a_wrong_command_line_is_refused(copy: Path, arguments: list[str]) -> None:
    result = run_start(copy, *arguments)
    assert result.returncode == 2
    assert "usage: python3 start.py" in result.stderr
    assert not (copy / ".venv").exists()


def test_help_names_both_commands(copy: Path) -> None:
    result = run_start(copy, "--help")
    assert result.returncode == 0
    for part in ("python3 start.py test", "--no-browser", "--port", "运行全部测试"):
        assert part in result.stdout


def test_a_console_that_knows_no_chinese_is_no_obstacle(copy: Path) -> None:
    result = run_start(copy, "--help", env={"PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"})
    assert result.returncode == 0
    assert "run all tests" in result.stdout


# --- the environment ----------------------------------------------------------------------------------------


def test_a_whole_environment_is_used_as_it_is(here: Path) -> None:
    make_bare_venv(here)
    version, fault = environment.venv_version()
    assert fault == ""
    assert version == sys.version.split()[0]


def test_a_second_start_does_not_run_pip(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_bare_venv(here)
    noted = dict(environment.fingerprint(sys.version.split()[0]), extras=["test"])
    (here / ".venv" / "aiflow-installed.json").write_text(json.dumps(noted), encoding="utf-8")
    environment.ensure([])
    environment.ensure(["test"])
    assert "环境已就绪" in capsys.readouterr().out
    assert not (here / "logs" / "setup.log").exists()


@pytest.mark.parametrize("change", ["dependencies", "extension", "python"])
def test_what_an_installation_depends_on_is_noticed(here: Path, change: str) -> None:
    before = environment.fingerprint("3.12.1")
    if change == "dependencies":
        (here / "pyproject.toml").write_text("[project]\n", encoding="utf-8")
    if change == "extension":
        (here / "server_extension" / "jupyter-config").mkdir(parents=True)
        (here / "server_extension" / "jupyter-config" / "new.json").write_text("{}", encoding="utf-8")
    assert environment.fingerprint("3.12.2" if change == "python" else "3.12.1") != before


@pytest.mark.parametrize("damage", ["killed", "no python", "no pip", "moved", "empty"])
def test_a_damaged_environment_is_found_out(here: Path, damage: str) -> None:
    venv = make_bare_venv(here)
    if damage == "killed":
        (venv / "aiflow-unfinished").write_text("x", encoding="utf-8")
    if damage == "no python":
        environment.venv_python().unlink()
    if damage == "no pip":
        next(venv.glob("**/borrowed.pth")).unlink()
    if damage == "moved":
        (venv / "aiflow-installed.json").write_text('{"place": "/elsewhere"}', encoding="utf-8")
    if damage == "empty":
        shutil.rmtree(venv)
        venv.mkdir()
    version, fault = environment.venv_version()
    assert version == ""
    assert "/" in fault, "said in both languages"


def test_a_half_made_environment_is_made_anew(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / ".venv").mkdir()
    (here / ".venv" / "aiflow-unfinished").write_text("x", encoding="utf-8")
    (here / ".venv" / "rest").write_text("of the former one", encoding="utf-8")
    made: list[list[str]] = []

    def note(command: list[str]) -> tuple[int, str]:
        made.append(command)
        return 0, ""

    monkeypatch.setattr(environment, "run_logged", note)
    environment.make_venv()
    assert made[0][1:] == ["-m", "venv", str(here / ".venv")]
    assert not (here / ".venv" / "rest").exists()
    assert (here / ".venv" / "aiflow-unfinished").exists(), "until the installation is through"


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="from 3.13 on, Python reads path files as UTF-8")
def test_a_chinese_folder_does_not_break_every_start_of_python(here: Path) -> None:
    venv = make_bare_venv(here)
    [packages] = venv.glob("**/site-packages")
    (packages / "_editable_impl_ai_code_flow.pth").write_text(f"{here}\n{here}/widgets", encoding="utf-8")
    environment._spell_pth_in_ascii()
    shown = subprocess.run(
        [environment.venv_python(), "-c", "import sys; print(ascii(sys.path))"],
        env={**os.environ, "LC_ALL": "C", "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert ascii(str(here)) in shown.stdout
    assert shown.stderr == ""


def test_what_is_started_finds_the_configuration_and_speaks_utf8(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AIFLOW_CONFIG", raising=False)
    assert start.environment()["AIFLOW_CONFIG"] == str(ROOT / "config.json")
    assert start.environment()["PYTHONUTF8"] == "1"
    monkeypatch.setenv("AIFLOW_CONFIG", "/my/own.json")
    assert start.environment()["AIFLOW_CONFIG"] == "/my/own.json"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGTERM to pass on")
def test_a_request_to_end_reaches_what_was_started(copy: Path) -> None:
    child = "import signal, sys; print('up', flush=True); signal.sigwait([signal.SIGTERM]); print('asked')"
    starter = (
        "import signal, sys, start; "
        f"sys.exit(start.run_through([sys.executable, '-c', {MASKED + child!r}], start.environment()))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", starter], cwd=copy, stdout=subprocess.PIPE, encoding="utf-8"
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        process.terminate()
        assert process.stdout.read() == "asked\n"
    assert process.returncode == 0


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGTERM to react to")
def test_an_interrupted_installation_ends_pip_too_and_says_so(copy: Path) -> None:
    venv = make_bare_venv(copy)
    [packages] = venv.glob("**/site-packages")
    (packages / "borrowed.pth").unlink()
    (packages / "pip").mkdir()
    (packages / "pip" / "__init__.py").touch()
    pid_file = copy / "pip-is-up"
    (packages / "pip" / "__main__.py").write_text(
        f"import os, signal, sys\nwith open({str(pid_file)!r}, 'w', encoding='utf-8') as file:\n"
        "    file.write(str(os.getpid()))\nprint('Collecting', flush=True)\nsignal.pause()\n",
        encoding="utf-8",
    )
    process = subprocess.Popen(
        [sys.executable, str(copy / "start.py")],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    with process:
        log = copy / "logs" / "setup.log"
        wait_for(lambda: log.exists() and "Collecting" in log.read_text(encoding="utf-8"), process)
        process.terminate()
        assert process.stderr is not None
        assert "已中断" in process.stderr.read()
    assert process.returncode == 130
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid_file.read_text(encoding="utf-8")), 0)
    assert (venv / "aiflow-unfinished").exists(), "so that the next start makes it anew"


def wait_for(condition: Callable[[], bool], process: "subprocess.Popen[str]") -> None:
    """Wait until something has happened that only the disk tells, or the process has ended without it."""
    for _ in range(1000):
        if condition():
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            pytest.fail(f"it ended: {process.wait(0.02)}")
    pytest.fail("it did not happen in time")
