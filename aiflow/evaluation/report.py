"""The report of an evaluation: one HTML page that holds everything and loads nothing."""

import base64
from collections.abc import Callable, Iterable, Sequence
from html import escape

from aiflow.evaluation.comparison import Comparison
from aiflow.evaluation.outcomes import Outcome, Results
from aiflow.evaluation.summary import HALVES, KINDS, Row, interval, rows

_MAX_TEXT = 6_000
_STYLE = """
:root { color-scheme: light dark; --line: #8884; --good: #2a7d3f; --bad: #b3362b; --soft: #8881 }
body { font: 15px/1.5 system-ui, "Noto Sans CJK SC", sans-serif }
body { margin: 2rem auto; max-width: 72rem; padding: 0 1rem }
table { border-collapse: collapse; margin: 1rem 0; display: block; overflow-x: auto }
th, td { padding: .25rem .7rem; border-bottom: 1px solid var(--line); text-align: right }
th:first-child, td:first-child { text-align: left }
details { border: 1px solid var(--line); border-radius: 6px; margin: .5rem 0; padding: .4rem .8rem }
summary { cursor: pointer }
pre { background: var(--soft); padding: .6rem; overflow: auto; max-height: 24rem }
pre { white-space: pre-wrap; word-break: break-word }
img { max-width: 100%; max-height: 20rem; border: 1px solid var(--line) }
.good { color: var(--good) } .bad { color: var(--bad) } .soft { opacity: .7 }
@media (prefers-color-scheme: dark) { :root { --good: #6cc784; --bad: #f08a80 } }
"""
# Nothing of the page may load or run anything, whatever a model has written.
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


def report_html(
    results: Results,
    picture_of: Callable[[Outcome], bytes | None],
    transcript_of: Callable[[Outcome], Iterable[tuple[str, str]]],
) -> str:
    """Return the page.

    Args:
        results: what was measured.
        picture_of: returns the first picture of a program's window.
        transcript_of: returns the titles and texts of what was said to a model and by it, and the files.
    """
    settings = results.settings
    off = f"，关掉了 {'、'.join(settings.without)}" if settings.without else ""
    title = f"评测：{settings.set_name}，{settings.engine} {settings.model}{off}"
    facts = [
        f"每个要求做 {settings.repeat} 次",
        f"openai.size = {settings.size}",
        f"每次最多 {settings.budget_s:g} 秒",
    ]
    parts = [
        f"<h1>{escape(title)}</h1>",
        f"<p class=soft>{escape('，'.join(facts))}</p>",
        summary_table(rows(results.outcomes)),
        *(_outcome(one, picture_of(one), transcript_of(one)) for one in results.outcomes),
    ]
    return (
        f'<!doctype html>\n<html lang="zh"><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{_STYLE}</style>\n<body>{''.join(parts)}</body></html>\n"
    )


def summary_table(found: Sequence[Row]) -> str:
    """Return the numbers as an HTML table."""
    head = [
        "",
        "次数",
        "完成",
        "能启动",
        "做到了要求的",
        "95 % 区间",
        "秒（中位数）",
        "词元（中位数）",
        "回答",
        "修改",
        "自动修正",
        "费用",
    ]
    lines = [_line("th", head)]
    for row in found:
        low, high = interval(row.passes, row.count)
        lines.append(
            _line(
                "td",
                [
                    row.name,
                    row.count,
                    *(
                        f"{n}（{n / row.count:.0%}）" if row.count else "–"
                        for n in (row.completed, row.starts, row.passes)
                    ),
                    f"{low:.0%} – {high:.0%}",
                    f"{row.seconds:.0f}",
                    f"{row.tokens:.0f}",
                    *(f"{value:.1f}" for value in (row.calls, row.repairs, row.fixes)),
                    "–" if row.cost is None else f"{row.cost:.4f} {row.currency}",
                ],
            )
        )
    return f"<table>{''.join(lines)}</table>"


def comparison_html(title: str, found: Sequence[Comparison], first: Results, second: Results) -> str:
    """Return a page that compares two runs."""
    lines = [_line("th", ["", "A 更好", "B 更好", "一样", "p（双侧符号检验）"])]
    lines += [
        _line("td", [one.measure, len(one.better), len(one.worse), one.ties, f"{one.p:.4f}"]) for one in found
    ]
    names = "".join(
        f"<p>{escape(one.measure)}：A 更好的有 {escape('、'.join(one.better) or '–')}；"
        f"B 更好的有 {escape('、'.join(one.worse) or '–')}</p>"
        for one in found[:2]
    )
    return (
        f'<!doctype html>\n<html lang="zh"><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}"><style>{_STYLE}</style>\n'
        f"<body><h1>{escape(title)}</h1><table>{''.join(lines)}</table>{names}<h2>A</h2>"
        f"{summary_table(rows(first.outcomes))}<h2>B</h2>{summary_table(rows(second.outcomes))}</body></html>\n"
    )


def _line(tag: str, cells: Iterable[object]) -> str:
    return "<tr>" + "".join(f"<{tag}>{escape(str(cell))}</{tag}>" for cell in cells) + "</tr>"


def _outcome(outcome: Outcome, picture: bytes | None, transcript: Iterable[tuple[str, str]]) -> str:
    verdict = "做到了" if outcome.passes else "能启动" if outcome.starts else "没有启动"
    colour = "good" if outcome.passes else "bad"
    facts = [
        f"{outcome.seconds:.0f} 秒",
        f"{outcome.prompt_tokens} + {outcome.completion_tokens} 词元",
        f"{outcome.calls} 次回答",
        f"修改 {outcome.repairs} 次",
        *(f"{rule} × {count}" for rule, count in outcome.fixes.items()),
        *([f"测试 {outcome.tests[0]}/{outcome.tests[1]}"] if outcome.tests else []),
        *([f"{outcome.cost:.4f} {outcome.currency}"] if outcome.cost is not None else []),
        HALVES.get(outcome.half, ""),
        KINDS.get(outcome.kind, ""),
    ]
    shown = escape("，".join(filter(None, facts)))
    head = f"<b class={colour}>{verdict}</b> {escape(outcome.id)} <span class=soft>{shown}</span>"
    parts = [
        f"<details><summary>{head}</summary>",
        f"<p>{escape(outcome.request)}</p>",
    ]
    if outcome.status != "completed":
        parts.append(
            f"<p class=bad>{escape(outcome.status)} {escape(outcome.reason)}：{escape(outcome.message)}</p>"
        )
    if picture is not None:
        data = base64.b64encode(picture).decode()
        parts.append(f'<p><img alt="程序的画面" src="data:image/png;base64,{data}"></p>')
    for check in outcome.checks:
        mark = '<span class="good">✓</span>' if check.passes else '<span class="bad">✗</span>'
        wrong = "".join(f"<br><span class=bad>{escape(text)}</span>" for text in check.wrong)
        parts.append(f"<p>{mark} {escape(check.title or check.kind)}{wrong}</p>")
        if check.text:
            parts.append(_folded("程序的输出", check.text))
    parts += [_folded(title, text) for title, text in transcript]
    return "".join(parts) + "</details>"


def _folded(title: str, text: str) -> str:
    more = len(text) - _MAX_TEXT
    shown = text if more <= 0 else f"{text[:_MAX_TEXT]}\n（后面还有 {more} 个字符）"
    return f"<details><summary>{escape(title)}</summary><pre>{escape(shown)}</pre></details>"
