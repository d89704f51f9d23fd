"""The interpreter of the toy language: ``toy_run.py main.toy``."""

import sys
from pathlib import Path

for line in Path(sys.argv[1]).read_text(encoding="utf-8").splitlines():
    if line:
        print(line.removeprefix("say "))
