"""JupyterHub for a class on one machine.

Runs as it is: ``jupyterhub -f server_extension/jupyterhub/jupyterhub_config.py``.

Everything that it writes lies in one folder (``AIFLOW_HUB_DIR``, by default ``hub-state`` in the working
folder): the class list, the hub's database and secrets, and a home for each student. docs/classroom.md and
the README beside this file say what changes for Docker and Kubernetes, and why a class that is not trusted
needs one of them.

Environment:
    AIFLOW_HUB_DIR: where everything lies.
    AIFLOW_HUB_ADDRESS: where browsers come in, ``http://127.0.0.1:8000`` by default.
    AIFLOW_HUB_CONFIG: the config.json that every student's own is made from; the repository's by default.
    AIFLOW_GATEWAY_*: the models' gateway, see gateway.py; without it the students have the lessons.
"""

import os
import shutil
import sys
from pathlib import Path
from urllib.parse import urlsplit

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[1]
sys.path.insert(
    0, str(HERE)
)  # the hub reads this file as a script; what lies beside it is imported from here

from class_list import ClassListAuthenticator  # noqa: E402 - its folder is known only now
from gateway import Gateway  # noqa: E402 - the same
from student_home import prepare_home  # noqa: E402 - the same

c = get_config()  # type: ignore[name-defined]  # noqa: F821 - JupyterHub puts it here

state = Path(os.environ.get("AIFLOW_HUB_DIR", "hub-state")).resolve()
state.mkdir(mode=0o700, parents=True, exist_ok=True)
address = os.environ.get("AIFLOW_HUB_ADDRESS", "http://127.0.0.1:8000")
port = urlsplit(address).port or 8000
template = Path(os.environ.get("AIFLOW_HUB_CONFIG", REPOSITORY / "config.json"))
# Taken out of the environment: what the hub starts must not inherit the gateway's master key.
gateway = Gateway.from_environment(os.environ)

# The hub and its proxy; both talk to each other on loopback only.
c.JupyterHub.bind_url = address
c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{port + 1}"
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{port + 2}"
installed = REPOSITORY / "widgets" / "node_modules" / ".bin" / "configurable-http-proxy"
c.ConfigurableHTTPProxy.command = [
    shutil.which("configurable-http-proxy") or str(installed),
    # A page waits for the model's next word for as long as it takes; comments keep its stream alive.
    "--timeout=0",
    "--proxy-timeout=0",
]
c.ConfigurableHTTPProxy.pid_file = str(state / "proxy.pid")
c.JupyterHub.db_url = f"sqlite:///{state / 'hub.sqlite'}"
c.JupyterHub.cookie_secret_file = str(state / "cookie_secret")
c.JupyterHub.cleanup_servers = True
c.JupyterHub.concurrent_spawn_limit = 20  # forty students log in in the same minute; the rest waits its turn

# Logins: the class list has a name and a password for each student.
c.JupyterHub.authenticator_class = ClassListAuthenticator
c.ClassListAuthenticator.path = str(state / "class.csv")
c.Authenticator.allow_all = True  # everybody who is on the list

# One server for each student, in his own home. "simple" needs no accounts of the system and keeps nobody from
# anybody's files who opens a terminal: it is for a class that is trusted.
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = str(state / "home" / "{username}")
c.Spawner.cmd = [sys.executable, "-m", "jupyterhub.singleuser"]
c.Spawner.args = [
    "--ServerApp.shutdown_no_activity_timeout=3600",
    "--MappingKernelManager.cull_idle_timeout=1800",
    "--ServerApp.root_dir=.",
]
if hasattr(os, "geteuid") and os.geteuid() == 0:
    c.Spawner.args.append("--allow-root")
c.Spawner.default_url = "/lab"
c.Spawner.start_timeout = 120
c.Spawner.http_timeout = 120


async def before_start(spawner):
    """Make the student's folders and configuration, with a key of the gateway limited to a budget."""
    home = state / "home" / spawner.user.name
    environment = prepare_home(home, template)
    if gateway is not None:
        environment |= await gateway.environment_for(spawner.user.name)
    spawner.environment = {**spawner.environment, **environment}


c.Spawner.pre_spawn_hook = before_start
