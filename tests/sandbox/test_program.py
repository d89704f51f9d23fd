"""Real programs, run as a student's: what they print, ask, return."""

import asyncio
import itertools
import sys
from pathlib import Path

import pytest

from aiflow.config import RunnerConfig
from aiflow.exceptions import InputError, RunnerError
from aiflow.sandbox.doctor import describe_confinement
from aiflow.sandbox.events import Ended, InputWanted, Output
from aiflow.sandbox.process import start_program
from tests.sandbox.playing import said

pytestmark = pytest.mark.asyncio
HAS_SHARED_MEMORY = all(one.holds for one in describe_confinement() if one.name == "shared_memory")


async def test_it_looks_as_if_started_by_python(run, project):
    told = await run(
        """
        import os, sys
        print(sys.argv, __name__, os.path.basename(__file__), sys.path[0] == os.getcwd(), sys.stdout.encoding)
        """,
        "甲",
        "--x",
    )
    assert told.stdout == "['main.py', '甲', '--x'] __main__ main.py True utf-8\n"
    assert told.stderr == ""
    assert told.ended == Ended(0, "exit", "", None)


async def test_several_files_and_no_cache_left(run, project):
    project("", greeting="def hello():\n    return '你好'\n")
    told = await run("import greeting\nprint(greeting.hello())")
    assert told.stdout == "你好\n"
    assert sorted(path.name for path in project("").iterdir()) == ["greeting.py", "main.py"]


async def test_prompt_comes_before_the_wish_for_input(run):
    told = await run(
        "name = input('名字？')\nage = int(input('年龄？'))\nprint(name, age + 1)", answers=["小明\n", "9\n"]
    )
    assert told.stdout == "名字？年龄？小明 10\n"
    kinds = [kind for kind, _ in itertools.groupby(type(event) for event in told.events)]
    assert kinds == [Output, InputWanted, Output, InputWanted, Output, Ended]


async def test_stdin_in_every_way_it_is_read(run):
    told = await run(
        """
        import sys
        print(sys.stdin.readline().strip())
        print(next(sys.stdin).strip())
        print(sys.stdin.read())
        """,
        answers=["一\n", "二\n", "三\n四"],
    )
    assert told.stdout == "一\n二\n三\n四\n"
    assert told.inputs >= 3


async def test_end_of_input_is_explained(run):
    told = await run("input()")
    assert told.ended.exit_code == 1
    assert told.ended.traceback is not None
    assert told.ended.traceback.error == "EOFError"


async def test_output_comes_while_the_program_runs(project):
    root = project("import time\nprint('先', end='')\nopen('ready', 'w').close()\ninput()\nprint('后')")
    async with await start_program(root, "main.py") as run:
        events = run.events()
        assert await said(events, "先") == "先"
        assert await anext(events) == InputWanted()
        await run.write("\n")
        assert await said(events, "\n") == "后\n"


async def test_a_traceback_comes_after_what_was_printed(run):
    for _ in range(5):
        told = await run("for n in range(200):\n    print(n)\n1 / 0\n")
        streams = [event.stream for event in told.events if isinstance(event, Output)]
        assert [stream for stream, _ in itertools.groupby(streams)] == ["stdout", "stderr"]


async def test_two_streams_keep_their_order(run):
    told = await run(
        """
        import sys
        for n in range(100):
            print(n, file=(sys.stderr, sys.stdout)[n % 3 == 0])
        """
    )
    printed = "".join(event.text for event in told.events if isinstance(event, Output))
    assert printed.split() == [str(n) for n in range(100)]


async def test_the_streams_are_what_a_program_expects(run):
    told = await run(
        r"""
        import os, sys
        sys.stdout.buffer.write("字节\n".encode())
        os.write(1, b"raw\n")
        print(
            sys.stdout.name, sys.stderr.name, sys.stdout.mode, sys.stdout.isatty(),
            sys.stdout.fileno(), sys.stderr.fileno(),
        )
        print("\ud800", file=sys.stderr)
        sys.stdout.reconfigure(line_buffering=True)
        os.close(2)
        print("weiter")
        """
    )
    assert told.stdout == "字节\nraw\n<stdout> <stderr> w False 1 2\nweiter\n"
    assert told.stderr.startswith("\\ud800\n")


async def test_a_character_is_never_split(run):
    told = await run(
        """
        import os, time
        for byte in "汉字🐍".encode():
            os.write(1, bytes([byte]))
            time.sleep(0.01)
        os.write(1, b"\\xff\\n")
        """
    )
    assert told.stdout == "汉字🐍\ufffd\n"


async def test_traceback_is_the_programs_own(run):
    told = await run("def f(x):\n    return 1 / x\n\nf(0)\n")
    lines = told.stderr.splitlines()
    assert lines[0] == "Traceback (most recent call last):"
    assert "main.py" in lines[1]
    assert "launcher" not in told.stderr
    assert "_aiflow_child" not in told.stderr
    trace = told.ended.traceback
    assert trace is not None
    assert (trace.error, trace.path, trace.line) == ("ZeroDivisionError", "main.py", 2)
    assert "退出码 1" in told.ended.message


async def test_syntax_error_has_no_frames_of_ours(run):
    told = await run("print('a'\n")
    assert "launcher" not in told.stderr
    assert told.stderr.lstrip().startswith("File ")
    assert told.ended.traceback is not None
    assert told.ended.traceback.line == 1


@pytest.mark.parametrize(
    ("text", "code"), [("import sys; sys.exit(3)", 3), ("raise SystemExit('再见')", 1), ("", 0)]
)
async def test_exit_code(run, text, code):
    told = await run(text)
    assert told.ended.exit_code == code
    assert told.ended.reason == "exit"


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")
@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("import ctypes; ctypes.string_at(0)", -11, "段错误"),
        ("import os; os.abort()", -6, "异常中止"),
        ("import os; os.kill(os.getpid(), 15)", -15, "结束信号"),
    ],
)
async def test_a_signal_that_ends_it_is_explained(run, text, code, said):
    told = await run(text)
    assert (told.ended.exit_code, told.ended.reason) == (code, "exit")
    assert said in told.ended.message


async def test_threads_and_exit_handlers_finish(run):
    told = await run(
        """
        import atexit, threading, time
        atexit.register(print, "退出")
        threading.Thread(target=lambda: (time.sleep(0.1), print("线程"))).start()
        """
    )
    assert told.stdout == "线程\n退出\n"


@pytest.mark.skipif(
    not HAS_SHARED_MEMORY, reason="this system lets nobody have a /dev/shm of his own: see the doctor"
)
async def test_multiprocessing_works(run):
    told = await run(
        """
        import multiprocessing as mp

        def square(x):
            return x * x

        if __name__ == "__main__":
            mp.set_start_method("spawn")
            with mp.Pool(2) as pool:
                print(pool.map(square, [1, 2, 3]))
        """
    )
    assert told.stdout == "[1, 4, 9]\n", told.stderr


async def test_stop_ends_at_once(project):
    root = project("while True:\n    pass\n")
    async with await start_program(root, "main.py") as run:
        async with asyncio.timeout(20):  # its limits would let it run for two minutes
            ended = await run.stop()
    assert ended.reason == "stopped"
    assert ended.message == "程序已停止。"
    assert await run.stop() == ended


async def test_what_cannot_be_run_is_refused(project, tmp_path):
    root = project("print(1)")
    (tmp_path / "outside.py").write_text("print('out')", encoding="utf-8")
    for main in ("none.py", "../outside.py"):
        with pytest.raises(RunnerError):
            await start_program(root, main)


async def test_too_much_typed_at_once(project):
    async with await start_program(project("input()"), "main.py") as run:
        with pytest.raises(InputError):
            await run.write("长" * 100_000)


async def test_a_program_that_never_reads_can_be_stopped(project):
    root = project("import time\ntime.sleep(60)")
    async with await start_program(root, "main.py") as run:
        for _ in range(40):
            await run.write("x" * 60_000)
        assert (await run.stop()).reason == "stopped"


async def test_many_runs_at_once(project):
    root = project("import sys\nprint(sys.argv[1])")

    async def one(number: int) -> str:
        async with await start_program(root, "main.py", [str(number)]) as run:
            return "".join([event.text async for event in run.events() if isinstance(event, Output)])

    assert await asyncio.gather(*(one(number) for number in range(6))) == [
        f"{number}\n" for number in range(6)
    ]


async def test_pygame_needs_no_screen(run):
    told = await run(
        "import pygame\npygame.init()\npygame.mixer.init()\nprint(pygame.display.set_mode((3, 4)).get_size())"
    )
    assert told.stdout == "(3, 4)\n", told.stderr


async def test_numpy_fits_the_memory(run):
    told = await run("import numpy\nprint(numpy.ones(10).sum())")
    assert told.stdout == "10.0\n", told.stderr


async def test_interpreter_is_the_servers(run):
    told = await run("import sys\nprint(sys.prefix, sys.flags.utf8_mode)")
    assert told.stdout == f"{sys.prefix} 1\n"


async def test_limits_are_validated():
    with pytest.raises(ValueError, match="memory_mb"):
        RunnerConfig(memory_mb=1)


async def test_working_folder_and_home(run, project):
    told = await run(
        """
        import os, tempfile
        from pathlib import Path
        print(os.getcwd())
        with tempfile.NamedTemporaryFile("w") as file:
            print(file.name)
        print(Path.home())
        """
    )
    folder, temp, home = told.stdout.splitlines()
    assert folder == str(project("").resolve())
    assert Path(temp).parent == Path(home)
    assert not await asyncio.to_thread(Path(home).exists)


async def test_no_folder_for_what_it_needs_meanwhile(project, monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "gone"))
    async with await start_program(project("print('hi')"), "main.py") as run:
        ended = await run.wait()
    assert ended.reason == "failed"
    assert "没能启动" in ended.message
