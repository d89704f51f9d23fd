"""How long a test waits for what must happen.

No test depends on the machine's speed: it waits for a condition, and this only bounds how long a test that
fails takes. Times that matter are measured in ``tests/benchmarks``.
"""

PATIENCE_S = 120.0
