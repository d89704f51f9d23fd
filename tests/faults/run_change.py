"""A process that changes a finished project, as a notebook's kernel does; tests kill it.

Arguments: config.json, the project's id, the sentence. Prints the new version's id when it has begun.
"""

import sys
from pathlib import Path

from aiflow.config import Config
from aiflow.pipeline.flow import Flow


def main() -> None:
    config, project_id, prompt = sys.argv[1:]
    flow = Flow.open(project_id, config=Config.load(Path(config))).change(prompt)
    flow.begin()
    print(flow.project_id, flush=True)
    flow.run_sync()


if __name__ == "__main__":
    main()
