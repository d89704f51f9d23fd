"""The differences with Docker: one container for each student. Loaded after the local configuration.

``pip install dockerspawner``, build the image (see the Dockerfile), then ``jupyterhub -f
dockerspawner_config.py``. A container keeps students from each other's files and the machine's, and holds
each to his memory and processors.
"""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))  # the hub reads this file as a script

from gateway import Gateway

c = get_config()  # type: ignore[name-defined]  # noqa: F821 - JupyterHub puts it here
# Taken out of the environment there; read here first.
gateway = Gateway.from_environment(dict(os.environ))
load_subconfig(str(Path(__file__).with_name("jupyterhub_config.py")))  # type: ignore[name-defined]  # noqa: F821

network = os.environ.get("AIFLOW_DOCKER_NETWORK", "aiflow")
c.JupyterHub.spawner_class = "dockerspawner.DockerSpawner"
c.JupyterHub.hub_bind_url = "http://0.0.0.0:8081"
c.JupyterHub.hub_connect_ip = os.environ.get(
    "AIFLOW_HUB_HOST", "jupyterhub"
)  # the hub's name in that network
c.DockerSpawner.image = os.environ.get("AIFLOW_IMAGE", "aiflow-student")
c.DockerSpawner.network_name = network
c.DockerSpawner.use_internal_ip = True
c.DockerSpawner.remove = True
c.DockerSpawner.cmd = ["jupyterhub-singleuser"]
c.DockerSpawner.args = [
    "--ServerApp.shutdown_no_activity_timeout=3600",
    "--MappingKernelManager.cull_idle_timeout=1800",
]
c.DockerSpawner.volumes = {
    # Each student's own, kept when his container goes.
    "aiflow-{username}": "/home/student",
    # The class's lessons, one folder for all, which nobody can write to.
    os.environ.get("AIFLOW_LESSONS", "/srv/lessons"): {"bind": "/srv/lessons", "mode": "ro"},
}
c.DockerSpawner.mem_limit = "1G"
c.DockerSpawner.cpu_limit = 1.0
c.DockerSpawner.extra_host_config = {
    "cap_drop": ["ALL"],
    "security_opt": ["no-new-privileges"],
    "pids_limit": 256,
}


async def before_start(spawner):
    """Give the student's server a key of the gateway; the image brings everything else."""
    if gateway is not None:
        spawner.environment = {**spawner.environment, **await gateway.environment_for(spawner.user.name)}


c.Spawner.pre_spawn_hook = before_start
