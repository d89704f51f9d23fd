"""Thousands of projects in the folder, two servers on it, and files changed under a run."""

import json
import shutil
from datetime import timedelta
from uuid import UUID, uuid4

from aiflow_server.service import make_service

from aiflow.storage.manifest import Manifest
from aiflow.storage.run_folder import RunRecord
from aiflow.util.timestamps import format_time
from tests.server.projects import CREATED
from tests.server.test_stream import Listener

MANY = 5_000


async def test_five_thousand_projects(api, catalogue, monkeypatch):
    """The first list reads every manifest; the next ones read only what changed."""
    records = catalogue.store.projects_dir / ".aiflow"
    records.mkdir(parents=True, exist_ok=True)
    manifest = Manifest(
        project_id=UUID(int=0),
        prompt="帮我写个贪吃蛇",
        engine="lessons",
        created_at=CREATED,
        status="completed",
        file_count=3,
    ).model_dump(mode="json")
    ids = [str(uuid4()) for _ in range(MANY)]
    for n, project_id in enumerate(ids):
        manifest |= {"project_id": project_id, "created_at": format_time(CREATED + timedelta(seconds=n))}
        (records / project_id).mkdir()
        (records / project_id / "manifest.json").write_bytes(json.dumps(manifest).encode())
    listed = await list_projects(api)
    assert [one["project_id"] for one in listed] == ids[::-1]
    read = []
    load = RunRecord.load
    monkeypatch.setattr(RunRecord, "load", lambda record: read.append(str(record.project_id)) or load(record))
    assert await list_projects(api) == listed
    assert read == []
    manifest |= {"project_id": ids[7], "file_count": 4}
    (records / ids[7] / "manifest.json").write_bytes(json.dumps(manifest).encode())
    assert {one["project_id"]: one["file_count"] for one in await list_projects(api)}[ids[7]] == 4
    assert read == [ids[7]]


async def list_projects(api):
    """Without holding thousands of summaries to the description, one by one."""
    return json.loads((await api.raw("GET", "api/projects", headers=api.headers)).body)["projects"]


async def test_two_servers_on_one_folder(api, catalogue):
    """A run of one server is seen, not ended and not taken by the other; what it asks is obeyed."""
    project_id = await api.generate("帮我写个贪吃蛇", pause_after=["specify"])
    listener = Listener(api, project_id)
    await listener.until(lambda data: b'"status":"paused"' in data)
    other = make_service()
    assert not isinstance(other, str)
    try:
        (seen,) = other.projects.summaries()
        assert (seen["status"], seen["request_status"]) == ("generating", "paused")
        await other.runs.resume(UUID(project_id), None, "")
        await listener.done
        assert b'"event_type":"status","status":"completed"' in listener.data
    finally:
        await other.stop()
    assert (await api.json("api/projects"))["projects"][0]["status"] == "completed"


async def test_a_folder_that_goes_away_under_a_run(api, catalogue, refusal):
    """Deleted while the run rests: it ends with a clear status, and the server goes on."""
    project_id = await api.generate("帮我写个猜数字游戏", pause_after=["plan"])
    listener = Listener(api, project_id)
    await listener.until(lambda data: b'"status":"paused"' in data)
    shutil.rmtree(catalogue.store.find(UUID(project_id)).root)
    answer = await api.post(f"api/projects/{project_id}/continue")
    assert answer.code in {202, 409, 500}
    if answer.code == 202:
        await listener.done
        last = json.loads([line for line in listener.data.splitlines() if line.startswith(b"data: ")][-1][6:])
        assert last["status"] in {"failed", "completed"}
    assert (await api.get("api/projects")).code == 200
