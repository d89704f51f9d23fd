"""Make, check and fill the virtual environment in ``.venv``.

Used by ``start.py`` before anything is installed.

Only the standard library, and only syntax that Python 3.6 parses: ``start.py`` reads this file before it has
said that a Python is too old.
"""

import collections
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Deque, Dict, Iterator, List, Optional, Sequence, Tuple

MINIMUM = (3, 11)
ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOG = ROOT / "logs" / "setup.log"
MISSING = "missing"
NETWORK_SIGNS = (
    "NewConnectionError",
    "Failed to establish a new connection",
    "Temporary failure in name resolution",
    "getaddrinfo failed",
    "ConnectTimeoutError",
    "ReadTimeoutError",
    "ProxyError",
    "Connection refused",
    "Network is unreachable",
    "(from versions: none)",  # what is left of it when pip was told not to try again
)


class SetupError(Exception):
    """Something is missing; carries one sentence in Chinese and one in English."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en


def say(zh: str, en: str) -> None:
    """Print one message in both languages."""
    print(f"» {zh}\n  {en}", flush=True)


class Progress:
    """One moving line on a terminal; elsewhere a line now and then, so that a log shows life."""

    QUIET_S = 15.0

    def __init__(self) -> None:
        self._moving = sys.stdout.isatty()
        self._last = time.monotonic()

    def show(self, text: str) -> None:
        """Show what is being done now."""
        if self._moving:
            width = max(20, shutil.get_terminal_size().columns - 6)
            shown = text.encode("ascii", "replace").decode("ascii")[:width]
            print(f"\r  {shown.ljust(width)}", end="", flush=True)
        elif time.monotonic() - self._last >= self.QUIET_S:
            self._last = time.monotonic()
            print(f"  … {text[:110]}", flush=True)

    def end(self) -> None:
        """Clear the moving line."""
        if self._moving:
            print("\r" + " " * (shutil.get_terminal_size().columns - 1) + "\r", end="", flush=True)


def check_python(version: Tuple[Any, ...]) -> None:
    """Refuse a Python that is too old, and name a newer one that this machine has.

    Raises:
        SetupError: the version is below ``MINIMUM``.
    """
    if tuple(version[:2]) >= MINIMUM:
        return
    names = [f"python3.{minor}" for minor in range(20, MINIMUM[1] - 1, -1)]
    found = [name for name in names if shutil.which(name) and _runs(name)]
    have = ".".join(str(part) for part in version[:3])
    need = ".".join(str(part) for part in MINIMUM)
    zh_next = f"请运行：{found[0]} start.py" if found else f"请安装 Python {need} 或更新的版本，再运行一次。"
    en_next = f"run: {found[0]} start.py" if found else f"install Python {need} or newer and run this again."
    raise SetupError(
        f"Python 太旧：这是 {have}，需要 {need} 或更新的版本。{zh_next}",
        f"Python is too old: this is {have}, {need} or newer is needed; {en_next}",
    )


def _runs(name: str) -> bool:
    """Say whether the command starts at all: version managers leave stand-ins that only print an error."""
    return subprocess.call([name, "-c", ""], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0


def check_venv_module() -> None:
    """Refuse a Python that cannot make virtual environments (Debian splits that off).

    Raises:
        SetupError: ``venv`` or ``ensurepip`` cannot be imported.
    """
    try:
        import ensurepip  # noqa: F401, PLC0415 - the import is the question
        import venv  # noqa: F401, PLC0415 - the import is the question
    except ImportError as error:
        package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        raise SetupError(
            f"这个 Python 缺少 venv 模块（{error.name}）。Debian/Ubuntu 请运行：sudo apt install python3-venv"
            f"（或 {package}）；其他系统请从官网重新安装 Python。",
            f"this Python has no venv module ({error.name}). On Debian or Ubuntu: sudo apt install "
            f"python3-venv "
            f"(or {package}); elsewhere install Python anew from its official site.",
        ) from error


def check_writable() -> None:
    """Refuse a folder in which nothing can be written.

    Raises:
        SetupError: a file cannot be made in the repository folder or its ``logs``.
    """
    try:
        LOG.parent.mkdir(exist_ok=True)
        for folder in (ROOT, LOG.parent):
            with tempfile.TemporaryFile(dir=str(folder)):
                pass
    except OSError as error:
        raise SetupError(
            f"文件夹不可写：{ROOT}（{error.strerror}）。请把项目移到自己的文件夹里，或改正权限。",
            f"this folder is not writable: {ROOT} ({error.strerror}). Move the project to a folder "
            f"of your own, "
            "or mend the permissions.",
        ) from error


def venv_python() -> Path:
    """Return where the virtual environment's Python is on this platform."""
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _unfinished() -> Path:
    """Return the mark that lies in ``.venv`` while something is being installed into it."""
    return VENV / "aiflow-unfinished"


def _stamp() -> Path:
    return VENV / "aiflow-installed.json"


def fingerprint(version: str) -> Dict[str, Any]:
    """Return what an installation depends on: when it changes, pip has to run again."""
    digest = hashlib.sha256()
    for path in [
        ROOT / "pyproject.toml",
        *sorted((ROOT / "server_extension" / "jupyter-config").rglob("*.json")),
    ]:
        digest.update(path.read_bytes())
    return {"files": digest.hexdigest(), "python": version, "place": str(ROOT)}


def read_stamp() -> Dict[str, Any]:
    """Return what the last finished installation noted; empty when there was none or it cannot be read."""
    try:
        noted = json.loads(_stamp().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return noted if isinstance(noted, dict) else {}


def venv_version() -> Tuple[str, str]:
    """Return the version of the Python in ``.venv``, or why it cannot be used; one of the two is empty."""
    if not VENV.exists():
        return "", MISSING
    if _unfinished().exists():
        return "", "上次安装被中断 / a former installation was interrupted"
    if read_stamp().get("place", str(ROOT)) != str(ROOT):
        return "", "文件夹被移动过 / the folder was moved"
    check = "import platform, pip; print(platform.python_version())"
    command = [str(venv_python()), "-c", check]
    try:
        answer = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=60, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return "", "里面的 Python 无法启动 / its Python does not start"
    if answer.returncode != 0:
        return "", "里面的 Python 或 pip 已损坏 / its Python or pip is broken"
    version = answer.stdout.decode("ascii").strip()
    if tuple(int(part) for part in version.split(".")[:2]) < MINIMUM:
        return "", "里面的 Python 太旧 / its Python is too old"
    return version, ""


def make_venv() -> None:
    """Make ``.venv`` anew, in place of whatever is there.

    Raises:
        SetupError: Python cannot make it, or the old one cannot be removed.
    """
    check_venv_module()
    try:
        if VENV.is_symlink() or VENV.is_file():
            VENV.unlink()
        elif VENV.exists():
            shutil.rmtree(str(VENV))
        VENV.mkdir()
        _unfinished().write_text("remove this folder\n", encoding="utf-8")
    except OSError as error:
        raise SetupError(
            f"无法重建 .venv（{error}）。请先关闭正在运行的 JupyterLab，再试一次。",
            f".venv cannot be made anew ({error}). Close JupyterLab where it still runs, then try again.",
        ) from error
    # Started by the very environment that was just removed? Then the Python behind it makes the new one.
    maker = getattr(sys, "_base_executable", sys.executable) or sys.executable
    code, last = run_logged([maker, "-m", "venv", str(VENV)])
    if code != 0:
        raise SetupError(
            f"无法建立虚拟环境 .venv：{last}（完整记录：{LOG}）",
            f"the virtual environment .venv cannot be made: {last} (full log: {LOG})",
        )


def run_logged(command: List[str], env: Optional[Dict[str, str]] = None) -> Tuple[int, str]:
    """Run a command with a moving line of progress and all of it logged.

    Returns:
        Its exit code, and its last lines: those that speak of an error where there are any.
    """
    progress = Progress()
    tail: Deque[str] = collections.deque(maxlen=5)
    errors: Deque[str] = collections.deque(maxlen=5)
    with LOG.open("a", encoding="utf-8") as log:
        log.write(f"$ {' '.join(command)}\n")
        process = subprocess.Popen(
            command,
            cwd=str(ROOT),
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        with process:
            try:
                for line in _lines(process):
                    log.write(line + "\n")
                    log.flush()
                    tail.append(line)
                    if "error" in line.lower():
                        errors.append(line)
                    progress.show(line)
                process.wait()
            finally:  # an interrupt must not leave pip running in a folder that the next start removes
                if process.poll() is None:
                    process.terminate()
                    process.wait()
    progress.end()
    return process.returncode, "\n    ".join(errors or tail)


def _lines(process: "subprocess.Popen[bytes]") -> Iterator[str]:
    assert process.stdout is not None  # noqa: S101 - it was asked for as a pipe
    for raw in process.stdout:
        line = raw.decode("utf-8", "replace").strip()
        if line:
            yield line


def install(extras: Sequence[str]) -> None:
    """Install the project (editable) into ``.venv`` and note what was installed.

    Raises:
        SetupError: pip failed; the sentence says whether it looks like the network.
    """
    target = "." + (f"[{','.join(extras)}]" if extras else "")
    env = dict(os.environ, PYTHONUTF8="1")
    env.setdefault("PIP_RETRIES", "3")
    command = [str(venv_python()), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    began = LOG.stat().st_size if LOG.exists() else 0
    _unfinished().write_text("an installation runs, or was killed\n", encoding="utf-8")
    code, last = run_logged([*command, "--progress-bar", "off", "-e", target], env)
    if code == 0:
        _spell_pth_in_ascii()
        _quiet_news()
        return
    _unfinished().unlink()  # pip ended by itself and cleaned up after itself: what is there can be used again
    with LOG.open("rb") as log:
        log.seek(began)
        said = log.read().decode("utf-8", "replace")
    if any(sign in said for sign in NETWORK_SIGNS):
        raise SetupError(
            f"安装失败：连不上软件包索引。请检查网络或代理；学校有镜像时可设置 PIP_INDEX_URL。\n"
            f"    {last}\n    "
            f"完整记录：{LOG}",
            "the installation failed: no connection to the package index. Check the network or "
            "proxy; where your "
            f"school has a mirror, set PIP_INDEX_URL. Full log: {LOG}",
        )
    raise SetupError(
        f"安装失败，pip 最后说：\n    {last}\n    完整记录：{LOG}",
        f"the installation failed; pip's last lines are above. Full log: {LOG}",
    )


def _spell_pth_in_ascii() -> None:
    """Rewrite the editable install's path file where Python would misread it.

    Before 3.13, ``site`` decodes ``.pth`` files by the locale (cp936 on a Chinese Windows) while pip's back
    ends write UTF-8; with a Chinese folder name, every start of that Python would then fail. An ``import``
    line in ASCII is read alike everywhere.
    """
    if sys.version_info >= (3, 13):
        return
    for path in VENV.glob("**/site-packages/*ai_code_flow*.pth"):
        text = path.read_text(encoding="utf-8")
        if not all(ord(character) < 128 for character in text):
            folders = ascii([line for line in text.splitlines() if line and not line.startswith("import ")])
            path.write_text(f"import sys; sys.path.extend({folders})\n", encoding="ascii")


def _quiet_news() -> None:
    """Make this environment's JupyterLab not ask about news; the user's own settings still win."""
    settings = VENV / "share" / "jupyter" / "lab" / "settings"
    settings.mkdir(parents=True, exist_ok=True)
    wanted = {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False}}
    (settings / "overrides.json").write_text(json.dumps(wanted), encoding="utf-8")


def ensure(extras: Sequence[str]) -> None:
    """Bring ``.venv`` to the state that is needed; does nothing when it is there already."""
    check_writable()
    version, fault = venv_version()
    if fault:
        if fault == MISSING:
            say("建立虚拟环境 .venv …", "making the virtual environment .venv …")
        else:
            say(f"重建虚拟环境 .venv（{fault}）…", f"making .venv anew ({fault}) …")
        make_venv()
        version = platform.python_version()
    current = fingerprint(version)
    noted = read_stamp()
    if all(noted.get(key) == value for key, value in current.items()) and set(extras) <= set(noted["extras"]):
        say("环境已就绪。", "the environment is ready.")
        return
    say(
        f"安装项目和它需要的软件包（第一次要一两分钟，记录在 {LOG}）…",
        f"installing the project and what it needs (a minute or two the first time; log: {LOG}) …",
    )
    began = time.monotonic()
    install(extras)
    _stamp().write_text(json.dumps(dict(current, extras=sorted(extras))), encoding="utf-8")
    _unfinished().unlink()
    taken = time.monotonic() - began
    say(f"安装完成，用时 {taken:.0f} 秒。", f"installed in {taken:.0f} s.")
