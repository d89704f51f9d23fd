"""The corpus: every intent in every form, as it is and spoilt in the ways in which models spoil answers.

What must come out is computed from the intent by plain string replacement, never by the code under test.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from tests.edits.forms import FORMS, Form, Intent

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Case:
    """An answer, the files that it is about, and what may come of it.

    Attributes:
        meant: the texts that the answer means the files to have.
        refused: the paths that must not be changed, and for which there must be a problem; "?" is no path.
        may_refuse: whether a file may also stay as it is, with a problem.
        new: the texts of further files.
        deleted: the paths of the files that go.
    """

    id: str
    answer: str
    files: dict[str, str]
    meant: dict[str, str]
    refused: frozenset[str] = frozenset()
    may_refuse: bool = False
    new: dict[str, str] = field(default_factory=dict)
    deleted: frozenset[str] = frozenset()

    @property
    def kind(self) -> str:
        """The format of the answer."""
        return self.id.partition("/")[0]


def load(name: str) -> dict[str, object]:
    return tomllib.loads((HERE / name).read_text(encoding="utf-8"))


def projects() -> dict[str, dict[str, str]]:
    return {
        name: {path: text.removeprefix("\n") for path, text in files.items()}  # type: ignore[attr-defined]
        for name, files in load("projects.toml").items()
    }


def intents() -> list[tuple[Intent, dict[str, str]]]:
    files = projects()
    return [
        (
            Intent(
                row["id"],
                row["path"],
                files[row["project"]][row["path"]],
                row["old"],
                row["new"],
                row.get("within", ""),
            ),
            files[row["project"]],
        )
        for row in load("intents.toml")["intent"]  # type: ignore[attr-defined]
    ]


def forms_for(intent: Intent) -> Iterator[tuple[str, str, Form]]:
    for kind, forms in FORMS.items():
        if kind in {"function", "elided"} and not intent.within:
            continue
        for name, form in forms.items():
            yield kind, name, form


def folded(text: str) -> str:
    return text.translate(str.maketrans("，：（）“”", ',:()""'))


def cases() -> Iterator[Case]:
    """Yield the whole corpus."""
    for intent, files in intents():
        for kind, name, form in forms_for(intent):
            label = f"{kind}/{name}/{intent.id}"
            yield from _spoilt(label, kind, form, intent, files)
    yield from _two_files()
    yield from _written()


def _spoilt(label: str, kind: str, form: Form, intent: Intent, files: dict[str, str]) -> Iterator[Case]:
    path = intent.path
    others = dict(files)
    answer = form(intent)
    # Marks for left-out code may be unclear; a form that names no file may fit several.
    unsure = kind == "elided"

    def case(name: str, answer: str, own: str, meant: str, **more: bool) -> Case:
        may_refuse = more.pop("may_refuse", False) or unsure
        return Case(
            f"{label}/{name}", answer, others | {path: own}, {path: meant}, may_refuse=may_refuse, **more
        )

    yield case("correct", answer, intent.text, intent.result)
    yield case("applied before", answer, intent.result, intent.result)
    windows = intent.text.replace("\n", "\r\n")
    yield case("a file with CRLF", answer, windows, intent.result.replace("\n", "\r\n"))
    yield case("an answer with CRLF", answer.replace("\n", "\r\n"), intent.text, intent.result)
    if kind in {"blocks", "diff", "patch"}:
        other = "".join(f"{line}!\n" for line in intent.old.splitlines())
        stale = intent.text.replace(intent.old, other)
        yield replace(case("stale", answer, stale, stale), refused=frozenset({path}), meant={})
        twice = intent.text + "\n\n" + intent.old
        yield case("a second place", answer, twice, intent.result + "\n\n" + intent.old, may_refuse=True)
        if not any(line.endswith(":") for line in intent.new.split("\n")):
            blanks = intent.with_text(lambda text: text.replace(":\n", ":  \n"))
            yield case("trailing blanks", answer, blanks.text, blanks.result)
        if folded(intent.old) == intent.old and folded(answer) != answer and kind != "blocks":
            yield case("half-width", folded(answer), intent.text, intent.result)
    if kind in {"function", "blocks", "diff", "patch"} and path.endswith(".py"):
        tabs = intent.with_text(lambda text: text.replace("    ", "\t"))
        yield case("a file with tabs", answer, tabs.text, tabs.result)
    if kind == "blocks" and path.endswith(".py"):
        yield case("outdented", form(_outdented(intent)), intent.text, intent.result)
        yield case("indented more", form(_indented(intent)), intent.text, intent.result)
    for part in (4, 6, 8):
        cut = answer[: len(answer) * part // 10]
        yield case(f"cut at {part}0 %", cut, intent.text, intent.result, may_refuse=True)


def _outdented(intent: Intent) -> Intent:
    margin = min(len(line) - len(line.lstrip()) for line in intent.old.split("\n") if line.strip())

    def change(text: str) -> str:
        return "".join(
            line[min(margin, len(line) - len(line.lstrip())) :] for line in text.splitlines(keepends=True)
        )

    return replace(intent, old=change(intent.old), new=change(intent.new))


def _indented(intent: Intent) -> Intent:
    def change(text: str) -> str:
        return "".join("  " + line if line.strip() else line for line in text.splitlines(keepends=True))

    return replace(intent, old=change(intent.old), new=change(intent.new))


def _two_files() -> Iterator[Case]:
    """Yield answers that change two files, in the same form or in two."""
    known = intents()
    pairs = [(a, b) for a in known for b in known if a[1] == b[1] and a[0].path < b[0].path]
    for number, ((one, files), (two, _)) in enumerate(pairs):
        for kind in ("whole", "blocks", "diff", "patch"):
            names = list(FORMS[kind])
            first, second = names[number % len(names)], names[(number * 7 + 3) % len(names)]
            answer = FORMS[kind][first](one) + "\n然后是另一个文件。\n\n" + FORMS[kind][second](two)
            label = f"two files/{kind}/{first}, {second}/{one.id}, {two.id}"
            meant = {one.path: one.result, two.path: two.result}
            yield Case(label, answer, files, meant)
            if kind != "whole":
                stale = one.text.replace(one.old, "\n")
                yield Case(
                    f"{label}/stale",
                    answer,
                    files | {one.path: stale},
                    {two.path: two.result},
                    frozenset({one.path}),
                )


def _written() -> Iterator[Case]:
    """Yield the answers that were written by hand, also for files from Windows."""
    for row in load("answers.toml")["answer"]:  # type: ignore[attr-defined]
        files = projects()[row.get("project", "snake")]
        meant: dict[str, str] = {}
        for change in row.get("changes", []):
            before = meant.get(change["path"], files[change["path"]])
            assert before.count(change["old"]) == 1, row["id"]
            meant[change["path"]] = before.replace(change["old"], change["new"])
        case = Case(
            f"by hand/{row['id']}",
            row["text"],
            files,
            meant,
            frozenset(row.get("refused", [])),
            new={item["path"]: _new_text(item["text"], files) for item in row.get("new", [])},
            deleted=frozenset(row.get("deleted", [])),
        )
        yield case
        crlf = {path: text.replace("\n", "\r\n") for path, text in files.items()}
        yield replace(
            case,
            id=f"{case.id}/CRLF",
            files=crlf,
            meant={path: text.replace("\n", "\r\n") for path, text in meant.items()},
            new={item["path"]: _new_text(item["text"], crlf) for item in row.get("new", [])},
        )


def _new_text(text: str, files: dict[str, str]) -> str:
    """The text of a further file: written out, or that of another one without a line."""
    if not text.startswith("="):
        return text
    path, _, without = text[1:].partition(":")
    end = "\r\n" if "\r\n" in files[path] else "\n"
    return files[path].replace(without.replace("\n", end), "") if without else files[path]
