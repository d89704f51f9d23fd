"""A process that runs a flow, as a notebook's kernel does; tests kill it.

Arguments: config.json, prompt, and the id of the new project or, behind ``change``, of the one to change.
"""

import sys
from pathlib import Path
from uuid import UUID

from aiflow.config import Config
from aiflow.pipeline.flow import Flow


def main() -> None:
    path, prompt, *what = sys.argv[1:]
    config, project_id = Config.load(Path(path)), UUID(what[-1])
    if what[0] == "change":
        flow = Flow.open(project_id, config=config).change(prompt)
    else:
        flow = Flow(prompt, config=config, project_id=project_id)
    flow.begin()
    print(flow.project_id, flush=True)
    flow.run_sync()
    print("done", flush=True)


if __name__ == "__main__":
    main()
