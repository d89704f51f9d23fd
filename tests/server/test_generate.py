"""Runs through the REST interface of a live server: begin, pause, go on, cancel, retry."""

import asyncio
import io
import json
import shutil
import zipfile

UNKNOWN = "写一个量子色动力学的格点模拟器"


async def test_whole_run(api, home):
    project_id = await api.generate("帮我写个猜数字游戏")
    events = await api.events(project_id)
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert events[-1]["status"] == "completed"
    written = {event["path"] for event in events if event["event_type"] == "file_written"}
    assert {"spec.md", "plan.md", "main.py"} <= written

    listed = (await api.json("api/projects"))["projects"]
    assert [(one["project_id"], one["status"]) for one in listed] == [(project_id, "completed")]
    tree = await api.json(f"api/projects/{project_id}")
    assert {child["path"] for child in tree["root"]["children"]} == written
    assert tree["total_files"] == listed[0]["file_count"] == len(written)

    request = await api.json(f"api/projects/{project_id}/request")
    assert request["user_input"] == "帮我写个猜数字游戏"
    assert [phase["status"] for phase in request["phases"]] == ["completed"] * 3
    assert request["spec"]["title"]
    assert request["plan"]["main_file"] == "main.py"
    assert request["project"]["syntax_validated"] is True
    assert request["program"] == {"main_file": "main.py", "opens_window": False}
    assert {prompt["phase"] for prompt in request["prompts"]} <= {"specify", "plan", "implement"}

    zipped = await api.get(f"api/projects/{project_id}/download")
    with zipfile.ZipFile(io.BytesIO(zipped.body)) as archive:
        name = listed[0]["project_name"]
        assert set(archive.namelist()) == {f"{name}/{path}" for path in written}
        for path in written:
            assert archive.read(f"{name}/{path}") == (home / "projects" / name / path).read_bytes()


BAD_ORDERS = (
    ({}, "invalid_input"),
    ({"prompt": ""}, "invalid_input"),
    ({"prompt": " \n\t　"}, "invalid_input"),
    ({"prompt": "蛇" * 1001}, "invalid_input"),
    ({"prompt": 7}, "invalid_input"),
    ({"prompt": None}, "invalid_input"),
    ({"prompt": "a\ud800b"}, "invalid_input"),
    ({"prompt": "贪吃蛇", "template": "no_such_lesson"}, "unknown_template"),
    ({"prompt": "贪吃蛇", "template": ["snake"]}, "invalid_input"),
    ({"prompt": "贪吃蛇", "engine": "no_such_engine"}, "unknown_engine"),
    ({"prompt": "贪吃蛇", "engine": {}}, "invalid_input"),
    ({"prompt": "贪吃蛇", "pause_after": "specify"}, "invalid_input"),
    ({"prompt": "贪吃蛇", "pause_after": ["implement"]}, "invalid_input"),
    ({"prompt": "贪吃蛇", "pause_after": [{}]}, "invalid_input"),
    ({"prompt": "贪吃蛇", "pause_afer": ["plan"]}, "invalid_input"),
    ([], "invalid_input"),
    ('"贪吃蛇"', "invalid_input"),
    ("{", "invalid_json"),
    (b"\xff\xfe", "invalid_json"),
    ("[" * 30_000, "invalid_json"),
)


async def test_bad_orders(api, home, refusal):
    for body, reason in BAD_ORDERS:
        refusal(await api.post("api/generate", body), 400, reason)
    assert not list((home / "projects").glob("**/manifest.json"))


async def test_longest_prompt(api):
    await api.generate("蛇" * 996 + "猜数字😀")


async def test_body_over_the_limit(api, refusal):
    refusal(await api.post("api/generate", {"prompt": "贪" * 70_000}), 413, "too_large")


async def test_pause_edit_and_go_on(api, refusal):
    project_id = await api.generate(pause_after=["specify", "plan"])
    url = f"api/projects/{project_id}"
    await wait_for(api, project_id, "paused")
    request = await api.json(f"{url}/request")
    spec = request["spec"]
    spec["title"] = "我的猜数字"
    refusal(await api.post(f"{url}/continue", {"artifact": 7}), 400, "invalid_input")
    refusal(await api.post(f"{url}/continue", {"artefact": spec}), 400, "invalid_input")
    refusal(await api.post(f"{url}/retry"), 409, "conflict")
    answer = await api.post(f"{url}/continue", {"artifact": spec})
    assert answer.code == 202
    await wait_for(api, project_id, "paused", times=2)
    assert (await api.json(f"{url}/request"))["spec"]["title"] == "我的猜数字"
    refusal(await api.get(f"{url}/download"), 409, "not_validated")
    assert (await api.post(f"{url}/continue")).code == 202
    events = await api.events(project_id)
    assert events[-1]["status"] == "completed"
    refusal(await api.post(f"{url}/continue"), 409, "conflict")
    refusal(await api.post(f"{url}/cancel"), 409, "conflict")
    refusal(await api.post(f"{url}/retry"), 409, "conflict")


async def test_an_ended_run_is_done_again_with_an_edited_specification(api, refusal):
    first = await api.generate(pause_after=["plan"])
    refusal(
        await api.post("api/generate", {"from_project": first, "from_phase": "plan"}), 409, "conflict"
    )  # it goes on still
    await wait_for(api, first, "paused")
    assert (await api.post(f"api/projects/{first}/continue")).code == 202
    await api.events(first)
    before = await api.json(f"api/projects/{first}")
    spec = (await api.json(f"api/projects/{first}/request"))["spec"]
    spec["title"] = "改过的猜数字"
    order = {"from_project": first, "from_phase": "plan", "artifact": spec, "pause_after": ["plan"]}
    answer = await api.post("api/generate", order)
    assert answer.code == 202, answer.body
    second = json.loads(answer.body)["project_id"]
    assert second != first
    await wait_for(api, second, "paused")
    assert (await api.post(f"api/projects/{second}/continue")).code == 202
    events = await api.events(second)
    assert events[-1]["status"] == "completed"
    assert (await api.json(f"api/projects/{second}/request"))["spec"]["title"] == "改过的猜数字"
    assert not [event for event in events if event["event_type"] == "chunk" and event["phase"] == "specify"]
    after = await api.json(f"api/projects/{first}")
    assert {**after, "generated_at": None} == {**before, "generated_at": None}
    assert len((await api.json("api/projects"))["projects"]) == 2


BAD_REVISIONS = (
    ({"from_phase": "later"}, 400, "invalid_input"),
    ({"from_phase": "plan", "prompt": "贪吃蛇"}, 400, "invalid_input"),
    ({"from_phase": "plan", "engine": "openai"}, 400, "invalid_input"),
    ({}, 400, "invalid_input"),
    ({"from_phase": ["plan"]}, 400, "invalid_input"),
    ({"from_phase": "plan", "artifact": 7}, 400, "invalid_input"),
    ({"from_phase": "plan", "artifact": {"features": "不是列表"}}, 400, "invalid_input"),
    ({"from_phase": "plan", "pause_after": ["implement"]}, 400, "invalid_input"),
    ({"from_phase": "plan", "from_project": 7}, 400, "invalid_input"),
    ({"from_phase": "plan", "from_project": "no-id"}, 404, "not_found"),
    ({"from_phase": "plan", "from_project": "3f2a9c1e-0000-4000-8000-000000000000"}, 404, "not_found"),
)


async def test_bad_revisions(api, refusal):
    first = await api.generate()
    await api.events(first)
    for fields, status, reason in BAD_REVISIONS:
        refusal(await api.post("api/generate", {"from_project": first, **fields}), status, reason)
    refusal(await api.post("api/generate", {"prompt": "贪吃蛇", "from_phase": "plan"}), 400, "invalid_input")
    assert len((await api.json("api/projects"))["projects"]) == 1


async def wait_for(api, project_id, status, times=1):
    """Poll as the page does."""
    for _ in range(300):
        events = await api.events(project_id, follow=False)
        if sum(event.get("status") == status for event in events if event["event_type"] == "status") >= times:
            return events
    raise AssertionError(f"never {status}: {events[-1]}")


async def test_cancel_a_paused_run_and_delete_it(api, refusal):
    project_id = await api.generate(pause_after=["specify"])
    await wait_for(api, project_id, "paused")
    answer = await api.post(f"api/projects/{project_id}/cancel")
    assert answer.code == 202
    events = await api.events(project_id)
    assert events[-1]["status"] == "cancelled"
    refusal(await api.get(f"api/projects/{project_id}/download"), 409, "not_validated")
    assert (await api.ask("DELETE", f"api/projects/{project_id}")).code == 204
    refusal(await api.get(f"api/projects/{project_id}"), 404, "not_found")
    refusal(await api.ask("DELETE", f"api/projects/{project_id}"), 404, "not_found")
    assert (await api.json("api/projects"))["projects"] == []


async def test_a_failed_run_is_retried_three_times(api, refusal):
    project_id = await api.generate(UNKNOWN)
    events = await api.events(project_id)
    assert events[-1]["status"] == "failed"
    assert events[-1]["reason"] == "no_lesson"
    seen = events[-1]["seq"]
    for count in (1, 2, 3):
        assert (await api.post(f"api/projects/{project_id}/retry")).code == 202
        # The number of the old last event must not be answered with "nothing more" now.
        more = await api.events(project_id, seen)
        assert more[0]["seq"] == seen + 1
        assert more[0]["status"] == "retrying"
        assert more[-1]["retry_count"] == count
        assert [event["phase"] for event in more if event["event_type"] == "phase"][:3] == [
            "specify",
            "plan",
            "implement",
        ]
        seen = more[-1]["seq"]
    refusal(await api.post(f"api/projects/{project_id}/retry"), 409, "conflict")


async def test_actions_on_what_is_not_there(api, catalogue, refusal):
    unknown = "3f2a9c1e-0000-4000-8000-000000000000"
    shutil.rmtree(catalogue.project().record.folder)
    orphan = (await api.json("api/projects"))["projects"][0]["project_id"]
    for action in ("retry", "cancel", "continue"):
        refusal(await api.post(f"api/projects/{unknown}/{action}"), 404, "not_found")
        refusal(await api.post(f"api/projects/not-an-id/{action}"), 404, "not_found")
        refusal(await api.post(f"api/projects/{orphan}/{action}"), 409, "conflict")


async def test_two_actions_at_once_start_one_run(api):
    project_id = await api.generate(UNKNOWN)
    await api.events(project_id)
    url = f"api/projects/{project_id}/retry"
    codes = [answer.code for answer in await asyncio.gather(*(api.post(url) for _ in range(4)))]
    assert 202 in codes
    events = await api.events(project_id)
    assert sum(event.get("status") == "retrying" for event in events) == codes.count(202)


async def test_templates(api):
    answer = json.loads((await api.get("api/templates")).body)
    names = [one["id"] for one in answer["templates"]]
    assert {"snake", "guess_number"} <= set(names)
    project_id = await api.generate("随便做一个", template="guess_number")
    assert (await api.events(project_id))[-1]["status"] == "completed"
