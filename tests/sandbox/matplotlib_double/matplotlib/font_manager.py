from types import SimpleNamespace

fontManager = SimpleNamespace(
    ttflist=[SimpleNamespace(name="DejaVu Sans"), SimpleNamespace(name="Noto Sans CJK JP")],
    defaultFamily={"ttf": "DejaVu Sans"},
)
