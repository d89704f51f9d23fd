"""The workspace of a Jupyter server."""

from aiflow.config import Config
from aiflow.exceptions import ConfigError
from aiflow.workspace.environment import check_environment
from aiflow.workspace.service import Workspace
from aiflow.workspace.worker import Worker
from aiflow_server.metrics import PrometheusObserver
from aiflow_server.sse import frame


class Service(Workspace):
    """A workspace whose runs have a thread of their own and whose figures go to Prometheus.

    Args:
        config: read and checked.
    """

    def __init__(self, config: Config) -> None:
        super().__init__(config, Worker(), frame, observer=PrometheusObserver())

    async def stop(self) -> None:
        """End everything, and the thread of the runs."""
        await super().stop()
        await self.worker.stop()


def make_service() -> Service | str:
    """Return the service, or the sentence of the first start-up check that failed."""
    try:
        config = Config.load(required=True)
    except ConfigError as error:
        return error.message
    failed = next((check for check in check_environment(config) if not check.ok), None)
    return f"{failed.message}{failed.advice}" if failed is not None else Service(config)
