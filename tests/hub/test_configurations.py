"""The configurations for other spawners: what can be known of them without Docker and Kubernetes."""

import os
from pathlib import Path

import pytest
from traitlets.config.loader import PyFileConfigLoader

FOLDER = Path(__file__).parents[2] / "server_extension" / "jupyterhub"
KEY = "sk-master-which-no-student-may-see"


@pytest.mark.parametrize("name", ["jupyterhub_config.py", "dockerspawner_config.py"])
def test_a_configuration_loads_and_keeps_the_key_to_itself(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIFLOW_HUB_DIR", str(tmp_path))
    monkeypatch.setenv("AIFLOW_GATEWAY_URL", "http://127.0.0.1:4000")
    monkeypatch.setenv("AIFLOW_GATEWAY_MASTER_KEY", KEY)
    config = PyFileConfigLoader(name, path=str(FOLDER)).load_config()
    assert "AIFLOW_GATEWAY_MASTER_KEY" not in os.environ
    assert KEY not in repr(config)
    assert callable(config.Spawner.pre_spawn_hook)
    if name.startswith("docker"):
        lessons = [one for one in config.DockerSpawner.volumes.values() if isinstance(one, dict)]
        assert [one["mode"] for one in lessons] == ["ro"]
        assert any("{username}" in volume for volume in config.DockerSpawner.volumes)
