"""Programs that use up what there is: time, memory, disk, processes, the terminal.

Each meets its limit, and is told so.
"""

import sys

import pytest

pytestmark = [
    pytest.mark.asyncio,
    pytest.mark.usefixtures("nothing_is_left"),
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc"),
]


@pytest.mark.parametrize("confine", [True, False])
async def test_endless_loop(run, confine):
    told = await run("while True: pass", cpu_budget_s=1, confine=confine)
    assert told.ended.reason == "cpu"
    assert "处理器时间" in told.ended.message


async def test_endless_sleep(run):
    told = await run("import time\ntime.sleep(100)", wall_timeout_s=0.5)
    assert told.ended.reason == "wall_timeout"


async def test_cpu_time_of_children_counts(run):
    told = await run(
        """
        import os, signal
        signal.signal(signal.SIGXCPU, signal.SIG_IGN)
        for _ in range(3):
            os.fork()
        while True: pass
        """,
        cpu_budget_s=1,
    )
    assert told.ended.reason == "cpu"


@pytest.mark.parametrize("confine", [True, False])
async def test_fork_bomb(run, project, confine):
    # Bounded by itself too: 60 processes at most, should every protection fail.
    told = await run(
        """
        import os, time
        made = 0
        for _ in range(60):
            try:
                if os.fork() == 0:
                    time.sleep(30)
                    os._exit(0)
                made += 1
            except OSError:
                time.sleep(0.01)
        print(made, flush=True)
        time.sleep(30)
        """,
        confine=confine,
    )
    assert told.ended.reason == "processes"
    assert "12 个" in told.ended.message


@pytest.mark.parametrize("how", ["x = bytearray(10**9)", "x = []\nwhile True: x.append(' ' * 10**6)"])
async def test_memory(run, how):
    told = await run(how)
    assert told.ended.reason == "memory"
    assert "300 MB" in told.ended.message


async def test_memory_of_all_together(run):
    told = await run(
        """
        import os, time
        for _ in range(4):
            if os.fork() == 0:
                break
        x = b"x" * (100 << 20)
        time.sleep(30)
        """
    )
    assert told.ended.reason == "memory"


async def test_disk_by_one_file(run, project):
    told = await run("with open('big', 'wb') as f:\n    while True: f.write(bytes(100_000))")
    assert told.ended.exit_code != 0
    assert told.ended.reason == "file"
    assert (project("") / "big").stat().st_size <= 1 << 20


async def test_disk_by_many_files(run, project):
    told = await run(
        """
        import time
        for i in range(60):
            with open(f"f{i}", "wb") as f: f.write(bytes(1_000_000))
            time.sleep(0.01)
        time.sleep(30)
        """
    )
    assert told.ended.reason == "disk"


async def test_disk_by_the_temporary_folder(run):
    told = await run(
        """
        import tempfile, time
        for i in range(60):
            with open(f"{tempfile.gettempdir()}/f{i}", "wb") as f: f.write(bytes(1_000_000))
            time.sleep(0.01)
        time.sleep(30)
        """
    )
    assert told.ended.reason == "disk"


async def test_output_flood(run):
    told = await run("while True: print('洪水' * 100)")
    assert told.ended.reason == "output"
    assert len(told.stdout.encode()) <= 0.2 * (1 << 20) + 3
