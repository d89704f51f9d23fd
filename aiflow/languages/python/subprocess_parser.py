"""Parsing what is large or odd in a process of its own.

The parser and the compiler hold the interpreter while they work (a second for a megabyte), and their
recursion guards differ from version to version. A file that a person would write by hand never comes here.
"""

import json
import re
import subprocess
import sys
from functools import lru_cache

MAX_CHARS = 48_000
MAX_LINE_CHARS = 4_000
TIMEOUT_S = 20.0
MEMORY_BYTES = 2_000_000_000

_LONG_LINE = re.compile(rf"[^\n]{{{MAX_LINE_CHARS}}}")

# Runs without this package: starting it takes some 20 ms. `resource` does not exist on Windows, where the
# time limit has to do.
_PROGRAM = """
import ast, json, sys
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[1]), int(sys.argv[1])))
except (ImportError, ValueError, OSError):
    pass
text = sys.stdin.buffer.read().decode("utf-8", "surrogatepass")
try:
    ast.parse(text, "<file>")
    compile(text, "<file>", "exec", dont_inherit=True)
    found = {"kind": "fine"}
except SyntaxError as error:
    found = {"kind": "syntax", "message": error.msg, "line": error.lineno}
except ValueError as error:
    found = {"kind": "value", "message": str(error)}
except (MemoryError, RecursionError):
    found = {"kind": "complex"}
sys.stdout.write(json.dumps(found))
"""


def is_risky(text: str) -> bool:
    """Return whether ``text`` is parsed elsewhere first."""
    return len(text) > MAX_CHARS or _LONG_LINE.search(text) is not None


# The syntax gate and the tree of the same file would each start a process.
@lru_cache(maxsize=8)
def try_parse(text: str) -> Exception | None:
    """Parse and compile in another process.

    Args:
        text: the file.

    Returns:
        None where it is fine, else what ``ast.parse`` or ``compile`` raised: a SyntaxError, a ValueError, or
        a RecursionError, which also stands for a process that crashed or took too long.
    """
    command = [sys.executable, "-I", "-S", "-X", "utf8", "-W", "ignore", "-c", _PROGRAM, str(MEMORY_BYTES)]
    flags = getattr(subprocess, "CREATE_NO_WINDOW", 0)
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and our own program; the file goes in as data
            command,
            input=text.encode("utf-8", "surrogatepass"),
            capture_output=True,
            timeout=TIMEOUT_S,
            check=False,
            creationflags=flags,
        )
        found = json.loads(done.stdout)
    # No JSON means that the process crashed: the parser of old versions overflows the C stack.
    except (subprocess.TimeoutExpired, ValueError):
        return RecursionError("the parser crashed or took too long")
    return _as_error(found)


def _as_error(found: dict[str, object]) -> Exception | None:
    if found["kind"] == "fine":
        return None
    if found["kind"] == "syntax":
        line = found.get("line")
        error = SyntaxError(str(found.get("message")))
        error.lineno = line if isinstance(line, int) else None
        return error
    return ValueError(str(found.get("message"))) if found["kind"] == "value" else RecursionError()
