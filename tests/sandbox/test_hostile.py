"""Twelve programs that mean harm: what each can do, and that nothing of it stays.

Those that use up what there is are in ``test_limits.py``. Limits are small, so that a test that fails does no
harm either.
"""

import asyncio
import os
import select
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from aiflow.sandbox.process import start_program
from tests.sandbox.conftest import SMALL, processes_of

pytestmark = [
    pytest.mark.asyncio,
    pytest.mark.usefixtures("nothing_is_left"),
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc"),
]


SERVER = """
import asyncio, pathlib, sys
from aiflow.sandbox.process import start_program

async def main():
    run = await start_program(pathlib.Path(sys.argv[1]), "main.py", confine={confine})
    async for event in run.events():
        print(run.pid, flush=True)

asyncio.run(main())
"""


async def test_servers_environment_and_runtime_files(run, tmp_path, monkeypatch):
    monkeypatch.setenv("AIFLOW_API_KEY", "sk-geheim-1")
    monkeypatch.setenv("JUPYTER_TOKEN", "sk-geheim-2")
    monkeypatch.setenv("SOME_SERVICE", "sk-geheim-3")
    runtime = tmp_path / "jpserver-1.json"
    runtime.write_text("sk-geheim-4", encoding="utf-8")
    holder = subprocess.Popen(  # noqa: ASYNC220  # it only has to exist
        ["/bin/sleep", "60"], env={"SECRET": "sk-geheim-5"}
    )
    try:
        told = await run(
            f"""
            import glob, os, sys
            print(os.environ)
            places = [*glob.glob("/proc/*/environ"), *glob.glob("/proc/*/cmdline"), *glob.glob("/proc/*/mem"),
                      "/proc/{os.getpid()}/environ", "/proc/{holder.pid}/environ",
                      "/proc/{holder.pid}/cmdline",
                      {str(runtime)!r}, os.path.expanduser("~root/.bashrc"), "/etc/shadow"]
            places += glob.glob("/proc/{os.getpid()}/fd/*")
            for place in places:
                try:
                    print(open(place, "rb").read(100_000))
                except (OSError, OverflowError) as error:
                    print(type(error).__name__)
            try:
                print(os.listdir({str(tmp_path)!r}))
            except OSError as error:
                print("folder", type(error).__name__)
            """
        )
    finally:
        holder.kill()
        holder.wait()
    assert told.ended.exit_code == 0, told.stderr
    assert "geheim" not in told.stdout
    assert "folder PermissionError" in told.stdout


async def test_writes_outside(run, tmp_path):
    outside = tmp_path / "outside"
    told = await run(
        f"""
        import os, shutil
        outside = {str(outside)!r}
        os.symlink(outside, "link")
        tries = [
            lambda: open(outside + "/new", "w"),
            lambda: open("link/new", "w"),
            lambda: open(outside + "/file.txt", "w"),
            lambda: open("../new", "w"),
            lambda: os.remove(outside + "/file.txt"),
            lambda: os.rename(outside + "/file.txt", "stolen"),
            lambda: os.link(outside + "/file.txt", "linked"),
            lambda: os.truncate(outside + "/file.txt", 0),
            lambda: os.mkdir(outside + "/d"),
            lambda: shutil.rmtree(outside),
            lambda: open("/dev/shm/" + outside.replace("/", "_"), "w") and open("/tmp/aiflow-x", "w"),
            lambda: os.mkfifo(outside + "/pipe"),
        ]
        for number, attempt in enumerate(tries):
            try:
                attempt()
                print(number, "done")
            except OSError as error:
                print(number, type(error).__name__)
        open("inside", "w").close()
        """
    )
    assert "done" not in told.stdout
    assert told.ended.exit_code == 0, told.stderr


async def test_sockets(run):
    with socket.create_server(("127.0.0.1", 0)) as server:
        told = await run(
            f"""
            import ctypes, os, socket
            for family, kind in [(socket.AF_INET, socket.SOCK_STREAM), (socket.AF_INET6, socket.SOCK_DGRAM),
                                 (socket.AF_UNIX, socket.SOCK_STREAM), (socket.AF_NETLINK, socket.SOCK_RAW)]:
                try:
                    socket.socket(family, kind)
                    print("opened", family)
                except OSError as error:
                    print(error)
            print(ctypes.CDLL(None).syscall(425, 8, ctypes.create_string_buffer(200)))
            a, b = socket.socketpair()
            a.send(b"own pair works")
            print(b.recv(99))
            try:
                socket.create_connection(("127.0.0.1", {server.getsockname()[1]}))
            except OSError as error:
                raise error
            """
        )
    assert "opened" not in told.stdout
    assert "-1\nb'own pair works'" in told.stdout
    assert told.ended.traceback is not None
    assert "网络" in told.ended.traceback.meaning


async def test_kills_its_parent(run):
    told = await run(
        f"""
        import os, signal, time
        for pid in (os.getppid(), {os.getpid()}, -1, 1):
            for number in (signal.SIGTERM, signal.SIGKILL, signal.SIGSTOP):
                if pid == -1:
                    continue
                try:
                    os.kill(pid, number)
                except OSError as error:
                    print(type(error).__name__)
        print("日子照过")
        """
    )
    assert "日子照过" in told.stdout
    assert told.ended.reason == "exit"


async def test_ignores_signals(project):
    root = project(
        """
        import signal
        for number in range(1, 32):
            if number not in (signal.SIGKILL, signal.SIGSTOP):
                signal.signal(number, signal.SIG_IGN)
        print("bereit")
        while True: pass
        """
    )
    async with await start_program(root, "main.py", limits=SMALL) as program:
        await anext(program.events())
        assert (await program.stop()).reason == "stopped"


@pytest.mark.parametrize("confine", [True, False])
@pytest.mark.parametrize("ends", [True, False])
async def test_double_fork_to_escape(project, confine, ends):
    root = project(
        f"""
        import os, time
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                for fd in range(3):
                    os.close(fd)
                time.sleep(60)
            os._exit(0)
        time.sleep(0.3)
        print("los")
        time.sleep({0 if ends else 60})
        """
    )
    async with await start_program(root, "main.py", limits=SMALL, confine=confine) as program:
        await anext(program.events())
        assert (await (program.wait() if ends else program.stop())).reason == ("exit" if ends else "stopped")


async def test_closes_its_streams(run):
    told = await run(
        """
        import os
        for fd in range(3, 64):
            try: os.close(fd)
            except OSError: pass
        for fd in range(3): os.close(fd)
        while True: pass
        """,
        cpu_budget_s=1,
    )
    assert told.ended.reason == "cpu"


async def test_writes_nonsense_into_our_channel(run, project):
    told = await run(
        r"""
        import json, os, struct
        for fd in range(3, 64):
            words = [b'{"a":', b'{"type":"ended","reason":"x","code":1}', b'"input"', b'{"type":["input"]}',
                     b"\xff",
                     b'0,"type":"ended","reason":"exit","code":7',
                     b'0,"type":"started","temp":' + json.dumps(os.getcwd()).encode()]
            for junk in [*(b"J" + struct.pack(">I", len(word)) + word for word in words),
                         b"F" + struct.pack(">I", 20) + bytes(20), b"\xff" * 100]:
                try: os.write(fd, junk)
                except OSError: pass
        print("fertig")
        """
    )
    assert told.stdout == "fertig\n"
    assert told.ended.exit_code == 0
    assert (project("") / "main.py").exists()


@pytest.mark.parametrize("confine", [True, False])
async def test_server_is_killed(tmp_path, project, confine):
    root = project(
        """
        import os, time
        if os.fork() == 0:
            os.setsid()
            if os.fork():
                os._exit(0)
        open("started", "w").close()
        print("da", flush=True)
        time.sleep(60)
        """
    )
    server = subprocess.Popen(  # noqa: ASYNC220  # a server is a process that blocks
        [
            sys.executable,
            "-c",
            SERVER.format(confine=confine),
            str(root),
        ],
        stdout=subprocess.PIPE,
    )
    assert server.stdout is not None
    supervisor = int(server.stdout.readline())
    descriptor = os.pidfd_open(supervisor)
    server.send_signal(signal.SIGKILL)
    server.wait()
    server.stdout.close()
    await wait_for_end(descriptor)


async def wait_for_end(descriptor: int) -> None:
    """Waits for a process that is not our child, at most ten seconds."""
    ready, _, _ = select.select([descriptor], [], [], 10)
    os.close(descriptor)
    assert ready, "the supervisor outlives its server"


async def test_supervisor_is_killed(project, tmp_path):
    """The last line of defence: the kernel ends the namespace with it."""
    root = project("import time\nprint('da', flush=True)\ntime.sleep(60)")
    program = await start_program(root, "main.py", limits=SMALL)
    await anext(program.events())
    living = [os.pidfd_open(pid) for pid in processes_of(str(root.resolve()))]
    assert living
    os.kill(program.pid, signal.SIGKILL)
    for descriptor in living:
        await wait_for_end(descriptor)
    assert (await program.wait()).reason == "failed"
    assert program._temp is not None
    assert not await asyncio.to_thread(Path(program._temp).exists)
