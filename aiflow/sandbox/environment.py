"""The environment variables of a program and the folders that it may read."""

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
# Only for `aiflow play`: with them, any program could read the screen and the keys of the whole desktop.
_DISPLAY: Final = ("DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "XDG_SESSION_TYPE")
_FIXED: Final = {
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
    """Return a program's environment: an allow-list of the server's, and settings for every language.

    Args:
        window: the program may open a window on this machine's screen; without it, pygame and matplotlib
            are told that there is none.
    """
    names = (*_PASSED, *_DISPLAY) if window else _PASSED
    environment = {name: os.environ[name] for name in names if name in os.environ} | _FIXED
    if not window:
        environment |= {"SDL_VIDEODRIVER": "dummy", "SDL_AUDIODRIVER": "dummy", "MPLBACKEND": "agg"}
    return environment


def readable_paths(language: Iterable[str], *, window: bool) -> list[str]:
    """Return the interpreter, its packages, system libraries and fonts; no file of the user or the server.

    Args:
        language: what the program's language needs besides.
        window: the program may open a window on this machine's screen.
    """
    paths = set(language)
    if window:
        paths |= {"/tmp/.X11-unix", "/dev/dri", "/dev/snd", os.environ.get("XAUTHORITY", "")}  # noqa: S108  # X's own place
    return sorted(_present(paths) | _common_paths())


@functools.cache
def _common_paths() -> frozenset[str]:
    """Return the paths that do not depend on the run.

    Looked up once, for it takes a millisecond, and a class starts its programs at once.
    """
    paths = {sys.prefix, sys.base_prefix, sys.exec_prefix, str(Path(sys.executable).resolve().parent)}
    return _present({*paths, *sysconfig.get_paths().values(), *site.getsitepackages(), *_SYSTEM})


def _present(paths: Iterable[str]) -> frozenset[str]:
    # A Python that is installed into the home folder would otherwise open all of it.
    forbidden = {"/", "", str(Path.home())}
    return frozenset(path for path in paths if path not in forbidden and Path(path).exists())
