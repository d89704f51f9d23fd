"""``%%aiflow`` and ``%aiflow``: the Python API in one line, with a live workbench.

A request is text: braces, ``$`` and quotes in it mean nothing to IPython, and no variable's value is put into
it.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from IPython.core.error import UsageError
from IPython.core.magic import Magics, line_cell_magic, magics_class, no_var_expand
from IPython.display import display

from aiflow.config import Asking, Config
from aiflow.exceptions import AIFlowError, InputError, RunCancelledError
from aiflow.model.phases import phases
from aiflow.model.validators import check_asking
from aiflow.pipeline.flow import Flow
from aiflow.storage.comparison import compare_folders
from aiflow.util.sync_bridge import run_blocking
from aiflow.workspace.importing.project import import_project
from aiflow.workspace.lookup import find_project, project_names
from aiflow.workspace.trace import compute_trace
from aiflow_widgets.workbench import Workbench

_OPTION = re.compile(
    r"--(?P<name>name|pause|engine|project)(?:\s+|=)(?P<value>\S+)\s*"
    r"|--ask(?:(?:\s+|=)(?P<ask>never|auto|always))?(?!\S)\s*"
)
# Quotes that may stand around a request: a pair at both its ends belongs to the line, not to the request.
_QUOTES = ('""', "''", "“”", "‘’", "「」")
_USAGE = (
    '用法：%aiflow change "想改什么"、%aiflow versions、%aiflow compare 1 3、%aiflow run、%aiflow test、'
    "%aiflow trace F2、"
    "%aiflow import 路径；%%aiflow [--name snake] [--pause plan] [--ask] 下面写想做什么程序。"
)


@magics_class
class AIFlowMagics(Magics):
    """The magics of one shell.

    Args:
        shell: IPython's.
    """

    def __init__(self, shell: Any) -> None:
        super().__init__(shell)
        self._names: dict[str, Any] = shell.user_ns
        self._flow: Flow | None = None
        self._commands: dict[str, Callable[[str], None]] = {
            "change": self._change,
            "versions": self._versions,
            "compare": self._compare,
            "run": self._run,
            "test": self._test,
            "trace": self._trace,
            "import": self._import,
        }

    @no_var_expand
    @line_cell_magic
    def aiflow(self, line: str, cell: str | None = None) -> None:
        """Generate the program that a cell asks for, or go on with the last one.

        Args:
            line: the options of a cell; else a command and what belongs to it.
            cell: the request.

        Raises:
            UsageError: what is typed is wrong, or the run failed; with one sentence.
        """
        try:
            if cell is None:
                command, _, rest = line.strip().partition(" ")
                self._commands.get(command, _refuse)(rest.strip())
            else:
                self._generate(line, cell.strip())
        except AIFlowError as error:  # its sentence: a traceback helps no student
            raise UsageError(error.message) from None

    def _generate(self, line: str, prompt: str) -> None:
        options, rest = _options(line)
        if rest:
            raise InputError(f"第一行只能写选项，请把想做的程序写在下面。{_USAGE}")
        flow = Flow(prompt, engine=options.get("engine"), pause_after=_pauses(options), ask=_asking(options))
        self._show(flow, options)

    def _change(self, text: str) -> None:
        options, sentence = _options(text)
        parent = self._find(options.get("project"))
        flow = parent.change(
            _unquoted(sentence),
            engine=options.get("engine"),
            pause_after=_pauses(options),
            ask=_asking(options),
        )
        self._show(flow, options)

    def _versions(self, text: str) -> None:
        display(self._find(text or None).versions)  # type: ignore[no-untyped-call]  # as above

    def _compare(self, text: str) -> None:
        """Show what differs between two versions of the last program, given by their numbers."""
        flow, numbers = self._find(None), text.split()
        known = {str(one.version): one.project_id for one in flow.versions}
        if len(numbers) != 2 or not set(numbers) <= known.keys():
            raise InputError(
                f"请写两个版本的号码，例如 %aiflow compare 1 2。现在有的是：{'、'.join(known)}。"
            )
        old, new = (flow.store.find(known[number]) for number in numbers)
        display(compare_folders(old, new))  # type: ignore[no-untyped-call]  # as above

    def _trace(self, text: str) -> None:
        """Show the code of each feature, or of the one whose id is given."""
        first, _, rest = text.partition(" ")
        is_feature = first[:1] in {"F", "f"} and first[1:].isdecimal()
        name, id_ = (rest.strip(), first) if is_feature else (first, rest.strip())
        flow = self._find(name or None)
        found = run_blocking(compute_trace(flow.store, flow.config, flow.project_id))
        if id_:
            chosen = found.of(id_)
            if chosen is None:
                raise InputError(
                    f"没有功能 {id_[:20]}。现在有的是：{'、'.join(one.id for one in found.features)}。"
                )
            found = found.model_copy(update={"features": [chosen]})
        display(found)  # type: ignore[no-untyped-call]  # as above

    def _run(self, text: str) -> None:
        project = self._find(text or None).project
        if project is None:
            raise InputError("这个项目还没有做好，不能运行。")

        async def work() -> None:
            await project.run_program()  # type: ignore[misc]  # a CellRun, which the model does not know

        run_blocking(work())

    def _test(self, text: str) -> None:
        """Run the tests of the last program, or of the one that is named."""
        results = run_blocking(self._find(text or None).test())
        display(results)  # type: ignore[no-untyped-call]  # as above

    def _import(self, text: str) -> None:
        options, path = _options(text)
        flow = import_project(Path(_unquoted(path)))
        for found in flow.snapshot.diagnostics:
            if found.rule in {"imported", "left_out"}:
                print(found.message)
        self._keep(flow, options)
        _display(flow)

    def _show(self, flow: Flow, options: dict[str, str]) -> None:
        """Show a flow at once, and work on it up to its end or a pause; interrupting the cell cancels it."""
        flow.begin()
        self._keep(flow, options)
        workbench = _display(flow)
        try:
            run_blocking(flow.advance())
        except (KeyboardInterrupt, RunCancelledError):
            print("已经停止。写好的文件都还在。")
        finally:
            workbench.update_summary()

    def _keep(self, flow: Flow, options: dict[str, str]) -> None:
        name = options.get("name")
        if name is not None:
            if not name.isidentifier():
                raise InputError(f"“{name}”不能当变量名。请用字母、数字和下划线，例如 --name snake。")
            self._names[name] = flow
        self._flow = flow

    def _find(self, name: str | None) -> Flow:
        """Return the flow that a variable or a project's name means; by default the last one."""
        if name is None:
            if self._flow is None:
                raise InputError("还没有项目。先用 %%aiflow 做一个，或者用 --project 写上项目的名字。")
            return self._flow
        known = self._names.get(name)
        if isinstance(known, Flow):
            return known
        config = Config.load()
        return Flow.open(find_project(name, config).project_id, config=config)

    # Completion -----------------------------------------------------------------------------------------

    def complete(self, _shell: Any, event: Any) -> list[str]:
        """Return what may come next in a line: a command, an option, a project, a file."""
        words = event.line.split()
        if event.line.startswith("%%"):
            return ["--name", "--pause", "--engine", *_phases()]
        if len(words) < 2 or (len(words) == 2 and event.symbol):
            return list(self._commands)
        if words[1] == "import":
            typed = Path(event.symbol or ".")
            folder = typed if event.symbol.endswith("/") or not event.symbol else typed.parent
            return [f"{path}/" if path.is_dir() else str(path) for path in sorted(folder.glob("*"))]
        flows = [name for name, value in self._names.items() if isinstance(value, Flow)]
        options = ["--project", "--pause", "--name", "--engine"] if words[1] == "change" else []
        try:
            return [*options, *flows, *project_names(Config.load())]
        except AIFlowError:
            return [*options, *flows]


def _display(flow: Flow) -> Workbench:
    """Show a workbench that asks the page's server first: the kernel answers nothing while the cell runs."""
    workbench = Workbench(project_id=flow.project_id, config=flow.config)
    display(workbench)  # type: ignore[no-untyped-call]  # IPython is half typed
    return workbench


def _refuse(_text: str) -> None:
    raise InputError(_USAGE)


def _options(text: str) -> tuple[dict[str, str], str]:
    """Return the options at the beginning of a line, and the rest as it is."""
    found: dict[str, str] = {}
    text = text.strip()
    while option := _OPTION.match(text):
        name = option["name"] or "ask"
        found[name] = option["value"] or option["ask"] or "always"
        text = text[option.end() :]
    return found, text


def _phases() -> list[str]:
    return [spec.name for spec in phases() if spec.may_pause]


def _pauses(options: dict[str, str]) -> list[str]:
    return [name for name in options.get("pause", "").split(",") if name]


def _unquoted(text: str) -> str:
    """Return a request without the quotes around it; those inside are its own."""
    text = text.strip()
    is_quoted = len(text) > 1 and any(text[0] + text[-1] == pair for pair in _QUOTES)
    return text[1:-1] if is_quoted else text


def load_magics(shell: Any) -> None:
    """Register the magics and their completion."""
    magics = AIFlowMagics(shell)
    shell.register_magics(magics)
    for name in ("%aiflow", "%%aiflow"):
        shell.set_hook("complete_command", magics.complete, str_key=name)


def _asking(options: dict[str, str]) -> Asking:
    return check_asking(options.get("ask", "never"))
