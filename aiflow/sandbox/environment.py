"""What a program is given of the machine: its environment variables and the folders that it may read."""

import functools
import os
import site
import sys
import sysconfig
from collections.abc import Iterable
from pathlib import Path
from typing import Final

CHILD_DIR: Final = Path(__file__).resolve().parent / "child"

# Allowed by name: whatever else the server has (keys, tokens, JUPYTER_*, AIFLOW_*, proxies) stays with it.
_PASSED: Final = (
    "PATH", "LANG", "LC_ALL", "LC_CTYPE", "LANGUAGE", "TZ",
    "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "NUMBER_OF_PROCESSORS",
    "PROCESSOR_ARCHITECTURE", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH",
)  # fmt: skip
_DISPLAY: Final = ("DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "XDG_SESSION_TYPE")
_FIXED: Final = {
    "PYTHONUTF8": "1",
    "PYTHONIOENCODING": "utf-8",
    "PYTHONUNBUFFERED": "1",
    "PYTHONDONTWRITEBYTECODE": "1",  # the project's folder is the student's: no __pycache__ in it
    "PYGAME_HIDE_SUPPORT_PROMPT": "1",
    "TERM": "xterm-256color",
    "COLUMNS": "80",
    "LINES": "24",
    # A library that starts a thread per core, each with its own memory, would not fit the limits of a big
    # machine.
    "OPENBLAS_NUM_THREADS": "2",
    "OMP_NUM_THREADS": "2",
    "MALLOC_ARENA_MAX": "2",
}
_SYSTEM: Final = (
    "/usr", "/lib", "/lib32", "/lib64", "/bin", "/sbin", "/nix/store", "/gnu/store",
    "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/fonts", "/etc/localtime",
    "/etc/timezone", "/etc/passwd", "/etc/group", "/etc/nsswitch.conf", "/etc/mime.types",
    "/etc/alternatives", "/etc/os-release", "/etc/locale.alias", "/etc/ssl/openssl.cnf", "/etc/ssl/certs",
    "/etc/X11", "/var/cache/fontconfig", "/sys/devices/system/cpu",
)  # fmt: skip


def scrubbed_environment(*, window: bool) -> dict[str, str]:
    """The program's environment.

    An allow-list of the server's, and what makes Python speak UTF-8 without delay.

    Args:
        window: the program may open a window on this machine's screen; without it, pygame is told that there
            is none.
    """
    names = (*_PASSED, *_DISPLAY) if window else _PASSED
    environment = {name: os.environ[name] for name in names if name in os.environ} | _FIXED
    if site.ENABLE_USER_SITE:  # HOME will point elsewhere; packages installed with --user stay importable
        environment["PYTHONUSERBASE"] = site.getuserbase()
    if not window:
        environment |= {"SDL_VIDEODRIVER": "dummy", "SDL_AUDIODRIVER": "dummy"}
    return environment


def readable_paths(*, window: bool) -> list[str]:
    """Python, its packages and the system's libraries and fonts.

    Nothing of the user's, nothing of the server's.
    """
    paths: set[str] = set()
    if site.ENABLE_USER_SITE:
        paths.add(site.getusersitepackages())
    if window:
        paths |= {"/tmp/.X11-unix", "/dev/dri", "/dev/snd", os.environ.get("XAUTHORITY", "")}  # noqa: S108  # X's own place
    return sorted(_present(paths) | _everybodys())


@functools.cache
def _everybodys() -> frozenset[str]:
    """What is there before the server is.

    Looked up once, for it takes a millisecond and forty programs start at once.
    """
    paths = {sys.prefix, sys.base_prefix, sys.exec_prefix, str(Path(sys.executable).resolve().parent)}
    return _present({*paths, *sysconfig.get_paths().values(), *site.getsitepackages(), *_SYSTEM})


def _present(paths: Iterable[str]) -> frozenset[str]:
    forbidden = {"/", "", str(Path.home())}
    return frozenset(path for path in paths if path not in forbidden and Path(path).exists())
