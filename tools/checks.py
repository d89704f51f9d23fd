"""Run everything that is checked, one step after the other; started by ``python3 start.py test``.

Every step runs, also after one has failed, and pytest runs last: its summary and the table after it are what
a reader of a CI log finds at the end. The command line is handed to pytest.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WIDGETS = ROOT / "widgets"
BUNDLE = WIDGETS / "aiflow_widgets" / "static"
NODE_MINIMUM = 20
# One worker more than there are processors: the tests wait for browsers and servers for half of their time. A
# browser and a server belong to each, so more than four at once fit no ordinary machine. A file's tests stay
# together. The files keep their order: pytest-xdist would put those with few tests last, so that files of
# other folders come between the browser's files, and each of these would start a JupyterLab and a Chromium of
# its own. The slow files also come early, and no worker waits for one at the end.
WORKERS = min((os.cpu_count() or 1) + 1, 4)
IN_PARALLEL = (f"--numprocesses={WORKERS}", "--dist=loadfile", "--no-loadscope-reorder")


class StepFailedError(Exception):
    """A step did not succeed; the text says why, where the step's own output does not."""


class StepLeftOutError(Exception):
    """A step could not run here and need not; the text says why."""


@dataclass(frozen=True)
class Step:
    """One check: its heading in both languages and what runs it."""

    heading: str
    action: Callable[[], None]


@dataclass(frozen=True)
class Outcome:
    """The result of one step."""

    heading: str
    result: str
    seconds: float
    note: str = ""


def run(*command: str, folder: Path = ROOT, env: dict[str, str] | None = None) -> None:
    """Run a command, its output passing straight through.

    Args:
        command: the program and its arguments.
        folder: where it runs.
        env: what its environment has besides ours.

    Raises:
        StepFailedError: it ended with another code than 0.
    """
    print(f"$ {' '.join(command)}", flush=True)
    full = {**os.environ, **(env or {})}
    code = subprocess.run(command, cwd=folder, env=full, stdin=subprocess.DEVNULL, check=False).returncode
    if code != 0:
        raise StepFailedError(f"{Path(command[0]).name} {' '.join(command[1:4])}: {code}")


def python(*arguments: str, env: dict[str, str] | None = None) -> None:
    """Run a module with this environment's Python."""
    run(sys.executable, "-m", *arguments, env=env)


def types_beside_the_rest() -> Callable[[], None]:
    """Start mypy, which uses one processor for the time of all steps of the front end.

    Returns:
        The step: waits for mypy and prints what it said.
    """
    mypy = subprocess.Popen(
        [sys.executable, "-m", "mypy"],
        cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip

    def report() -> None:
        said, _ = mypy.communicate()
        print(said.decode("utf-8", "replace"), end="", flush=True)
        if mypy.returncode != 0:
            raise StepFailedError(f"mypy: {mypy.returncode}")

    return report


# --- front end ----------------------------------------------------------------------------------------------


def npm() -> str:
    """Return npm's full name (Windows starts `npm.cmd` only by it).

    Raises:
        StepLeftOutError: Node is not there, or too old, and this is no CI machine.
        StepFailedError: the same on a CI machine, where the front end must be checked.
    """
    node, found = shutil.which("node"), shutil.which("npm")
    if node is None or found is None:
        fault = "没有找到 Node.js / Node.js was not found"
    else:
        answer = subprocess.run([node, "--version"], capture_output=True, encoding="utf-8", check=True).stdout
        if int(answer.strip().lstrip("v").split(".")[0]) >= NODE_MINIMUM:
            return found
        fault = f"Node.js 太旧 / Node.js is too old: {answer.strip()} < {NODE_MINIMUM}"
    if os.environ.get("CI"):
        raise StepFailedError(fault)
    raise StepLeftOutError(fault)


def install_packages() -> None:
    """Install exactly what the lock file names; not again while nothing changed."""
    command = npm()
    lock = hashlib.sha256((WIDGETS / "package-lock.json").read_bytes()).hexdigest()
    noted = WIDGETS / "node_modules" / ".aiflow-lock"
    if noted.exists() and noted.read_text(encoding="utf-8") == lock:
        print("node_modules 没有变化 / node_modules is up to date", flush=True)
        return
    run(command, "ci", "--no-audit", "--no-fund", folder=WIDGETS)
    noted.write_text(lock, encoding="utf-8")


def bundle() -> dict[str, bytes]:
    """Return the built files as they are on disk now."""
    files = (path for path in sorted(BUNDLE.rglob("*")) if path.is_file())
    return {path.relative_to(BUNDLE).as_posix(): path.read_bytes() for path in files}


def rebuild_bundle() -> None:
    """Build the bundle anew and compare it with the one that was there, which is left in place.

    Raises:
        StepFailedError: a file differs, is missing or is new.
    """
    command = npm()
    before = bundle()
    try:
        run(command, "run", "build", folder=WIDGETS)
        after = bundle()
    finally:
        restore(before)
    wrong = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    if wrong:
        raise StepFailedError(
            f"提交的构建结果已过时 / stale, run `npm run build` and commit: {', '.join(wrong)}"
        )
    if not before:
        raise StepFailedError(f"没有构建结果 / no bundle in {BUNDLE.relative_to(ROOT).as_posix()}")


def restore(files: dict[str, bytes]) -> None:
    """Restore the built files, so that a stale bundle stays stale until a new one is committed."""
    for name, content in bundle().items():
        if name not in files:
            (BUNDLE / name).unlink()
        elif content != files[name]:
            (BUNDLE / name).write_bytes(files[name])


# --- all of it ----------------------------------------------------------------------------------------------


def notebooks() -> None:
    """Run the course's notebooks and compare their outputs with the committed ones."""
    found = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "notebooks").glob("*.ipynb"))
    if not found:
        raise StepFailedError("notebooks/ 里没有笔记本 / there is no notebook in notebooks/")
    sanitize = ROOT / "tests" / "notebooks" / "sanitize.cfg"
    extra = [f"--nbval-sanitize-with={sanitize}"] if sanitize.exists() else []
    options = ["--nbval", "--nbval-current-env", "--nbval-cell-timeout=60", *extra]
    with tempfile.TemporaryDirectory() as folder:
        python("pytest", *options, *found, env={"AIFLOW_CONFIG": str(fast_config(Path(folder)))})


def fast_config(folder: Path) -> Path:
    """Write our configuration into a folder, with lessons at full speed.

    What is generated stays in that folder.
    """
    config = json.loads((ROOT / "config.json").read_text(encoding="utf-8"))
    config["lessons"] = {**config.get("lessons", {}), "speed": 0}
    path = folder / "config.json"
    path.write_text(json.dumps(config), encoding="utf-8")
    return path


def steps(arguments: list[str]) -> list[Step]:
    """Return what is run, in its order."""
    types = types_beside_the_rest()
    return [
        Step("代码检查 / ruff check", lambda: python("ruff", "check", ".")),
        Step("代码格式 / ruff format", lambda: python("ruff", "format", "--check", ".")),
        Step("前端依赖 / npm ci", install_packages),
        Step("前端类型 / tsc", lambda: run(npm(), "run", "check", folder=WIDGETS)),
        Step("前端测试 / vitest", lambda: run(npm(), "test", folder=WIDGETS)),
        Step("前端构建 / bundle rebuilt and compared", rebuild_bundle),
        Step("类型 / mypy: packages (runs beside the steps above)", types),
        Step("类型 / mypy: start.py, tools", lambda: python("mypy", "start.py", "tools")),
        Step("笔记本 / notebooks (nbval)", notebooks),
        Step(
            "测试 / pytest",
            lambda: python("pytest", "--continue-on-collection-errors", *IN_PARALLEL, *arguments),
        ),
    ]


def take(step: Step) -> Outcome:
    """Run one step and say what came of it."""
    began = time.monotonic()
    result, note = "ok", ""
    print(f"\n{'=' * 12} {step.heading} {'=' * 12}", flush=True)
    try:
        step.action()
    except StepFailedError as error:
        result, note = "FAILED", str(error)
    except StepLeftOutError as error:
        result, note = "left out", str(error)
    except (OSError, subprocess.SubprocessError) as error:
        result, note = "FAILED", f"{type(error).__name__}: {error}"
    seconds = time.monotonic() - began
    print(f"--- {result}, {seconds:.1f} s {note}", flush=True)
    return Outcome(step.heading, result, seconds, note)


def main(arguments: list[str]) -> int:
    """Run all steps; return 0 when none failed."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]  # typed as TextIO, is a TextIOWrapper
    for name in [name for name in os.environ if name.startswith("AIFLOW_")]:
        del os.environ[name]  # a student's own settings are no part of what is tested
    outcomes = [take(step) for step in steps(arguments)]
    print("\n小结 / summary")
    for outcome in outcomes:
        print(f"  {outcome.result:9}{outcome.seconds:7.1f} s  {outcome.heading}  {outcome.note}")
    failed = [outcome for outcome in outcomes if outcome.result == "FAILED"]
    total = sum(outcome.seconds for outcome in outcomes)
    verdict = f"{len(failed)} 步失败 / steps failed" if failed else "全部通过 / all passed"
    print(f"  {verdict}, {total:.0f} s", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
