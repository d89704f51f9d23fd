"""Programs that are forked.

They look like any other, and nobody but the server keeps anything of theirs alive.
"""

import json
import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from aiflow.sandbox import supervisors
from aiflow.sandbox.process import start_program
from tests.sandbox.conftest import SMALL, listen

pytestmark = [
    pytest.mark.asyncio,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere nothing is forked"),
]

# A program that prints the state of its interpreter.
LOOK = """
import atexit, gc, json, os, resource, signal, sys, tempfile, threading, traceback

def status(*names):
    lines = open("/proc/self/status", encoding="utf-8").read().splitlines()
    return {line.split(":")[0]: line.split(":")[1].strip() for line in lines if line.split(":")[0] in names}

temp = os.environ["HOME"]
print(json.dumps({
    "flags": list(sys.flags), "argv": sys.argv, "path": sys.path, "name": __name__, "file": __file__,
    "executable": sys.executable, "streams": [(one.fileno(), one.encoding, one.errors, one.name) for one in
                                              (sys.stdin, sys.stdout, sys.stderr)],
    "environment": {name: value.replace(temp, "") for name, value in os.environ.items()},
    "open": len(os.listdir("/proc/self/fd")), "threads": threading.active_count(),
    "temp": tempfile.gettempdir() == temp,
    "limits": [resource.getrlimit(number) for number in (0, 1, 2, 4, 7, 9)],
    "nice": os.nice(0), "cwd": os.getcwd(),
    "signals": status("SigBlk", "SigIgn", "SigCgt"), "sigint": repr(signal.getsignal(signal.SIGINT)),
    "rights": status("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb", "NoNewPrivs", "Seccomp"),
    "leads": os.getsid(0) == os.getpid(), "recursion": sys.getrecursionlimit(), "gc": gc.isenabled(),
    "stack": len(traceback.extract_stack()), "umask": os.umask(0o22),
}))
atexit.register(print, "再见")
threading.Timer(0.01, print, ["还有一句"]).start()
sys.exit(3)
"""


def parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1])


@pytest.mark.parametrize("confine", [True, False])
async def test_a_forked_program_looks_like_one_with_an_interpreter_of_its_own(run, monkeypatch, confine):
    forked = await run(LOOK, "甲", confine=confine)
    with monkeypatch.context() as patch:
        patch.setattr(supervisors, "_can_fork", lambda: False)
        fresh = await run(LOOK, "甲", confine=confine)
    seen, expected = (json.loads(told.stdout.splitlines()[0]) for told in (forked, fresh))
    # A launcher that is forked is called by the fork server's main, which makes one frame more.
    assert seen.pop("stack") == expected.pop("stack") + 1
    assert seen == expected
    for told in (forked, fresh):
        assert told.stdout.splitlines()[1:] == ["还有一句", "再见"]
        assert told.stderr == ""
        assert told.ended.exit_code == 3


async def test_random_numbers_are_not_those_of_the_program_before(run):
    text = "import os, random, uuid\nprint(random.random(), uuid.uuid4(), os.urandom(8))"
    assert (await run(text)).stdout != (await run(text)).stdout


async def test_an_error_shows_nothing_of_ours(run):
    told = await run("def f():\n    return 1 / 0\nf()\n")
    frames = [line for line in told.stderr.splitlines() if line.lstrip().startswith("File ")]
    assert [line.rpartition(", in ")[2] for line in frames] == ["<module>", "f"]
    assert told.ended.exit_code == 1


async def test_an_environment_of_its_own_for_each(run, monkeypatch):
    """The fork server keeps the environment in which it was started; a program has that of its own start."""
    look = "import os\nprint(os.environ.get('LANGUAGE'), os.environ.get('OPENAI_API_KEY'))"
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-the-server")
    monkeypatch.setenv("LANGUAGE", "zh")
    assert (await run(look)).stdout == "zh None\n"
    monkeypatch.setenv("LANGUAGE", "en")
    assert (await run(look)).stdout == "en None\n"


async def test_the_fork_server_is_killed(project):
    """The program that runs goes on, and the next one starts."""
    root = project("print('几岁？', flush=True)\nprint(int(input()) + 1)")
    async with await start_program(root, "main.py", limits=SMALL) as first:
        await anext(first.events())
        server = parent_of(first.pid)
        ended = os.pidfd_open(server)
        os.kill(server, signal.SIGKILL)
        assert select.select([ended], [], [], 10)[0]
        os.close(ended)
        async with await start_program(root, "main.py", limits=SMALL) as second:
            assert parent_of(second.pid) != server
            await second.write("8\n")
            assert (await listen(second)).stdout.endswith("9\n")
        await first.write("41\n")
        told = await listen(first)
        assert told.stdout.endswith("42\n")
        assert told.ended.exit_code == 0


async def test_two_programs_share_a_fork_server(project):
    root = project("input()")
    async with (
        await start_program(root, "main.py", limits=SMALL) as first,
        await start_program(root, "main.py", limits=SMALL) as second,
    ):
        assert parent_of(first.pid) == parent_of(second.pid)
        assert parent_of(parent_of(first.pid)) == os.getpid()


HOLDS_THE_PIPES = """
import asyncio, os, sys, time
from pathlib import Path
from aiflow.sandbox.process import start_program

async def main():
    run = await start_program(Path(sys.argv[1]), "main.py")
    await anext(run.events())
    holder = os.fork()
    if holder == 0:  # has a copy of every pipe and of the fork server's socket, and lives on
        os.setsid()
        time.sleep(60)
        os._exit(0)
    print(run.pid, holder, flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


async def test_server_is_killed_while_another_process_holds_its_pipes(project):
    """Supervisor and fork server notice the server's end although a forked process keeps its pipes open."""
    root = project("import time\nprint('da', flush=True)\ntime.sleep(60)")
    server = subprocess.Popen(  # noqa: ASYNC220  # a server is a process that blocks
        [sys.executable, "-c", HOLDS_THE_PIPES, str(root)], stdout=subprocess.PIPE
    )
    assert server.stdout is not None
    supervisor, holder = map(int, server.stdout.readline().split())
    assert parent_of(parent_of(supervisor)) == server.pid
    watched = [os.pidfd_open(pid) for pid in (supervisor, parent_of(supervisor))]
    try:
        server.send_signal(signal.SIGKILL)
        server.wait()
        server.stdout.close()
        for descriptor in watched:
            assert select.select([descriptor], [], [], 10)[0]
            os.close(descriptor)
    finally:
        os.kill(holder, signal.SIGKILL)
