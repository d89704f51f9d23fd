"""A run, from the request to the zip, through the REST interface of a live server."""

import json


async def test_whole_run(jp_fetch, projects_dir):
    answer = await jp_fetch("api", "generate", method="POST", body=json.dumps({"prompt": "帮我写个猜数字游戏"}))
    assert answer.code == 202
    body = json.loads(answer.body)
    assert body["status"] == "generating"
    stream = await jp_fetch("api", "stream", body["project_id"], request_timeout=30)
    for path in (["api","projects"],["api","projects",body["project_id"]],["api","projects",body["project_id"],"request"],["api","projects",body["project_id"],"download"]):
        got = await jp_fetch(*path)
