"""A process that runs a flow, as a notebook's kernel does; tests kill it.

Arguments: config.json, project id, prompt.
"""

import sys
from pathlib import Path
from uuid import UUID

from aiflow.config import Config
from aiflow.pipeline.flow import Flow


def main() -> None:
    config, project_id, prompt = sys.argv[1:]
    flow = Flow(prompt, config=Config.load(Path(config)), project_id=UUID(project_id))
    flow.begin()
    print("begun", flush=True)
    flow.run_sync()
    print("done", flush=True)


if __name__ == "__main__":
    main()
