"""The ``aiflow`` command: the pipeline in a terminal, and what a classroom needs around it.

Exit codes: 0 done; 1 the run failed or a check did; 2 the command or the configuration is wrong; 130 stopped
with Ctrl-C. ``aiflow run`` and ``aiflow play`` end with the program's own code.
"""

import sys
from typing import Any, NoReturn

import click

from aiflow import __version__
from aiflow.commands.change import change
from aiflow.commands.connect import connect
from aiflow.commands.doctor import doctor
from aiflow.commands.evaluate import evaluate
from aiflow.commands.imports import import_command
from aiflow.commands.initialise import initialise
from aiflow.commands.lab import lab
from aiflow.commands.lessons import lessons
from aiflow.commands.new import new
from aiflow.commands.projects import projects
from aiflow.commands.record import record
from aiflow.commands.run import play, run
from aiflow.commands.terminal import ChineseHelp, explain_usage
from aiflow.commands.tests import run_tests
from aiflow.commands.trace import trace
from aiflow.commands.versions import compare, versions
from aiflow.exceptions import AIFlowError, ConfigError, InputError, RunCancelledError

EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_CANCELLED = 130


class Group(ChineseHelp, click.Group):
    """Turns our errors into one sentence and an exit code; a traceback helps no student."""

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """Read the command line up to the command's name."""
        try:
            return super().make_context(*args, **kwargs)
        except click.UsageError as error:
            _end(explain_usage(error), EXIT_USAGE)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except click.UsageError as error:
            _end(explain_usage(error), EXIT_USAGE)
        # Before AIFlowError, its base class: a run that a person stopped has not failed.
        except RunCancelledError as error:
            _end(error.message, EXIT_CANCELLED)
        except (ConfigError, InputError) as error:
            _end(error.message, EXIT_USAGE)
        except AIFlowError as error:
            _end(error.message, EXIT_FAILED)
        # At a question, click turns Ctrl-C into Abort.
        except (KeyboardInterrupt, click.Abort):
            _end("已经停止。", EXIT_CANCELLED)


def _end(message: str, code: int) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(code)


def _use_utf8() -> None:
    """Let a Chinese sentence leave this process whatever the system's code page is."""
    for stream in (sys.stdout, sys.stderr):
        # Under pythonw a stream is None; a program that calls this one may have put its own object there.
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is None:
            continue
        if stream.isatty():
            reconfigure(errors="replace")  # an old console shows what it can instead of ending with an error
        else:
            reconfigure(encoding="utf-8", errors="replace")  # what another program reads


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "--version", prog_name="aiflow", help="显示版本。")
def main() -> None:
    """AI Code Flow：一句话，变成看得懂的需求、方案和能运行的程序。

    退出码：0 完成；1 生成失败或检查没通过；2 命令或配置写错了；130 用 Ctrl-C 停止。
    """
    _use_utf8()


for command in (
    change,
    compare,
    connect,
    doctor,
    evaluate,
    import_command,
    initialise,
    lab,
    lessons,
    new,
    play,
    projects,
    record,
    run,
    run_tests,
    versions,
    trace,
):
    main.add_command(command)
