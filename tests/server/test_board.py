"""The sample Grafana board asks for what the server tells, under the names that it tells it by."""

import json
import re
from pathlib import Path

from aiflow_server import metrics
from prometheus_client import REGISTRY

BOARD = Path(__file__).parents[2] / "server_extension" / "grafana" / "aiflow.json"


def told() -> dict[str, set[str]]:
    """Every series of ours → its labels, as Prometheus sees them."""
    assert metrics.RUNS is not None  # importing it has registered them
    found: dict[str, set[str]] = {}
    for collector in {
        one for name, one in REGISTRY._names_to_collectors.items() if name.startswith("aiflow_")
    }:
        for family in collector.describe():
            names = {
                "histogram": ("_bucket", "_count", "_sum"),
                "counter": ("_total",),
            }.get(family.type, ("",))
            labels = set(collector._labelnames) | ({"le"} if family.type == "histogram" else set())
            found |= {family.name + ending: labels for ending in names}
    return found


def asked() -> list[str]:
    board = json.loads(BOARD.read_text(encoding="utf-8"))
    return [target["expr"] for panel in board["panels"] for target in panel["targets"]]


def test_every_name_is_told():
    known = told()
    for expression in asked():
        names = re.findall(r"aiflow_\w+", expression)
        assert names, expression
        for name in names:
            assert name in known, name
        for labels in re.findall(r"by \(([^)]*)\)", expression):
            assert {label.strip() for label in labels.split(",")} <= known[names[0]], expression


def test_everything_is_shown():
    shown = set(re.findall(r"aiflow_\w+", " ".join(asked())))
    families = {re.sub("_(bucket|count|sum)$", "", name) for name in told()}
    assert families == {re.sub("_(bucket|count|sum)$", "", name) for name in shown}


def test_panels_do_not_overlap():
    places = [panel["gridPos"] for panel in json.loads(BOARD.read_text(encoding="utf-8"))["panels"]]
    cells = [
        (x, y) for p in places for x in range(p["x"], p["x"] + p["w"]) for y in range(p["y"], p["y"] + p["h"])
    ]
    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < 24
