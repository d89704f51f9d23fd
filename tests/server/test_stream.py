"""Events over SSE: resumed without gap or repeat, kept alive, ended, and refused before the first byte."""

import asyncio
import json
import socket

import pytest

from aiflow.model.status import RequestStatus
from aiflow.storage.journal import Journal
from tests.patience import PATIENCE_S
from tests.records import at_work
from tests.server.projects import chunk_event, status_event, with_journal


@pytest.fixture
def config_values(config_values):
    return {**config_values, "server": {"heartbeat_s": 0.05}}


def seqs(events):
    return [event["seq"] for event in events]


@pytest.fixture
def ended(catalogue):
    """A run of 40 events that has ended."""
    events = [
        status_event("pending"),
        *(chunk_event(f"第{n}段\n") for n in range(38)),
        status_event("completed"),
    ]
    return catalogue.run(events, status="completed")


async def test_everything_and_the_headers(api, ended):
    answer = await api.get(f"api/stream/{ended}")
    assert answer.headers["Content-Type"] == "text/event-stream"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.headers["X-Accel-Buffering"] == "no"
    assert answer.body.startswith(b"retry: 1000\n\n")
    assert seqs(await api.events(ended)) == list(range(1, 41))


async def test_frames_are_the_journal_byte_for_byte(api, catalogue, ended):
    lines = catalogue.store.record(ended).journal_path.read_bytes().splitlines()
    body = (await api.get(f"api/stream/{ended}")).body
    assert [line[6:] for line in body.splitlines() if line.startswith(b"data: ")] == lines


async def test_resume(api, ended):
    for after in (1, 17, 38, 39):
        assert seqs(await api.events(ended, after)) == list(range(after + 1, 41))
        answer = await api.get(f"api/stream/{ended}", headers={"Last-Event-ID": str(after)})
        assert answer.body.count(b"\nid: ") == 40 - after


async def test_the_header_wins(api, ended):
    answer = await api.get(f"api/stream/{ended}?last_event_id=3", headers={"Last-Event-ID": "39"})
    assert answer.body.count(b"\nid: ") == 1


async def test_nothing_more(api, ended):
    for after in (40, 41, 999_999):
        for query in ("", "&follow=false"):
            assert (await api.get(f"api/stream/{ended}?last_event_id={after}{query}")).code == 204


async def test_bad_numbers(api, ended, refusal):
    for given in ("-1", "x", "1.5", "%EF%BC%91", "0x10", "9" * 16, "1,2", "null", "%FF"):
        refusal(await api.get(f"api/stream/{ended}?last_event_id={given}"), 400, "invalid_input")
    for given in ("-1", "x", "9" * 20):
        headers = {"Last-Event-ID": given}
        refusal(await api.get(f"api/stream/{ended}", headers=headers), 400, "invalid_input")


async def test_bad_follow(api, ended, refusal):
    refusal(await api.get(f"api/stream/{ended}?follow=maybe"), 400, "invalid_input")


async def test_unknown(api, refusal):
    for name in (
        "3f2a9c1e-0000-4000-8000-000000000000",
        "x",
        "%2e%2e",
        "%7B3f2a9c1e000040008000000000000000%7D",
    ):
        refusal(await api.get(f"api/stream/{name}"), 404, "not_found")


async def service_of(serverapp):
    (extension,) = serverapp.extension_manager.extension_apps["aiflow_server"]
    return await extension.startup.service()


class Listener:
    """A client that reads as it comes."""

    def __init__(self, api, project_id, after=0):
        self.data = b""
        self.came = asyncio.Event()
        url = f"api/stream/{project_id}?last_event_id={after}"
        self.done = asyncio.ensure_future(api.raw("GET", url, streaming_callback=self.take))

    def take(self, data):
        self.data += data
        self.came.set()

    async def until(self, is_so):
        async with asyncio.timeout(PATIENCE_S):
            while not is_so(self.data):
                self.came.clear()
                await self.came.wait()

    def seqs(self):
        return [int(line[4:]) for line in self.data.splitlines() if line.startswith(b"id: ")]


@pytest.fixture
def live(catalogue):
    """A run that this process holds, and the journal that it writes."""
    project_id = catalogue.run([status_event("pending"), status_event("processing")])
    record = catalogue.store.record(project_id)
    with at_work(record):
        journal = Journal(record.journal_path, project_id, sync=False)
        yield project_id, journal
        journal.close()


async def test_what_comes_and_the_heartbeat(api, live):
    project_id, journal = live
    listener = Listener(api, project_id)
    await listener.until(lambda data: b"id: 2\n" in data)
    await listener.until(lambda data: data.count(b": ping\n\n") >= 3)
    for n in range(50):
        journal.append(chunk_event(str(n)))
        await asyncio.sleep(0)
    journal.append(status_event("completed"))
    assert (await listener.done).code == 200
    assert listener.seqs() == list(range(1, 54))


async def test_what_another_process_writes(api, catalogue, live):
    """A journal that is written without waking anyone, as by another process, is followed as well."""
    project_id, journal = live
    listener = Listener(api, project_id)
    await listener.until(lambda data: b"id: 2\n" in data)
    line = chunk_event("x").model_copy(update={"seq": 3, "project_id": project_id}).model_dump_json() + "\n"
    final = (
        status_event("failed").model_copy(update={"seq": 4, "project_id": project_id}).model_dump_json()
        + "\n"
    )
    half = len(line) // 2
    with journal.path.open("ab", buffering=0) as file:
        file.write(line[:half].encode())
        await listener.until(lambda data: data.count(b": ping\n\n") >= 2)
        file.write((line[half:] + final).encode())
    await listener.done
    assert listener.seqs() == [1, 2, 3, 4]


async def test_many_clients_at_different_places(api, live):
    project_id, journal = live
    listeners = [Listener(api, project_id)]
    for n in range(30):
        journal.append(chunk_event("长" * 20_000))
        if n % 3 == 0:
            listeners.append(Listener(api, project_id, after=n))
        await asyncio.sleep(0.002)
    journal.append(status_event("completed"))
    await asyncio.gather(*(listener.done for listener in listeners))
    assert listeners[0].seqs() == list(range(1, 34))
    for place, listener in enumerate(listeners[1:]):
        assert listener.seqs() == list(range(place * 3 + 1, 34))


async def test_a_client_that_leaves_is_forgotten(api, live, jp_serverapp):
    project_id, journal = live
    service = await service_of(jp_serverapp)
    reader, writer = await asyncio.open_connection("127.0.0.1", int(api.base.split(":")[2].split("/")[0]))
    path = "/" + api.url(f"api/stream/{project_id}").split("/", 3)[3]
    request = (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: {api.headers['Authorization']}\r\n\r\n"
    )
    writer.write(request.encode())
    await reader.readuntil(b"id: 2\n")
    assert len(service.feeds) == 1
    writer.close()
    async with asyncio.timeout(PATIENCE_S):
        while len(service.feeds):  # noqa: ASYNC110 - the server says nothing when it has noticed
            await asyncio.sleep(0.01)
    journal.append(status_event("completed"))


async def test_interrupted_runs_are_ended_first(api, catalogue):
    """The record says that it is being worked on, and nobody holds its lock: as after a kill."""
    project_id = catalogue.run([status_event("pending"), status_event("processing"), chunk_event("半")])
    events = await api.events(project_id, after=2)
    assert events[-1]["status"] == "failed"
    assert (events[-1]["reason"], events[-1]["retryable"]) == ("interrupted", True)
    assert seqs(events) == list(range(3, events[-1]["seq"] + 1))


async def test_a_manifest_that_is_behind_its_journal(api, catalogue):
    """Killed between the last event and the manifest: the run had ended, and is not called interrupted."""
    folder = catalogue.project(status="completed")
    manifest = folder.record.load()
    manifest.status = RequestStatus.PROCESSING
    folder.record.save(manifest)
    assert (await api.events(folder.project_id))[-1]["status"] == "completed"
    assert (await api.json("api/projects"))["projects"][0]["status"] == "completed"


async def test_a_writer_that_dies_while_it_is_followed(api, catalogue):
    project_id = catalogue.run([status_event("pending"), status_event("processing")])
    record = catalogue.store.record(project_id)
    record.acquire()
    listener = Listener(api, project_id)
    await listener.until(lambda data: b"id: 2\n" in data)
    record.release()
    await listener.done
    assert b'"reason":"interrupted"' in listener.data


async def test_a_record_that_is_deleted_while_it_is_followed(api, catalogue, live):
    project_id, journal = live
    listener = Listener(api, project_id)
    await listener.until(lambda data: b"id: 2\n" in data)
    journal.path.unlink()
    assert (await listener.done).code == 200


async def test_not_following_ends_with_what_is_there(api, live):
    project_id, _ = live
    assert seqs(await api.events(project_id, follow=False)) == [1, 2]
    answer = await api.get(f"api/stream/{project_id}?follow=false&last_event_id=2")
    assert (answer.code, b"data:" in answer.body) == (200, False)


async def test_damage_in_the_middle_leaves_no_gap(api, catalogue, ended):
    path = catalogue.store.record(ended).journal_path
    lines = path.read_bytes().splitlines(keepends=True)
    lines[9] = b"\x00garbage" + lines[9][20:]
    lines[10] = b'{"seq":11\n'
    path.write_bytes(b"".join(lines))
    events = await api.events(ended)
    assert seqs(events) == list(range(1, 41))
    assert [event["rule"] for event in events if event["event_type"] == "diagnostic"] == [
        "journal_damaged"
    ] * 2
    assert seqs(await api.events(ended, after=10)) == list(range(11, 41))


async def test_text_cannot_break_out_of_its_frame(api, catalogue):
    evil = "\n\nid: 999\nevent: status\ndata: {}\n\n\r\n\u2028\x00"
    project_id = catalogue.run([status_event("pending")])
    with_journal(catalogue.store.record(project_id), project_id, [chunk_event(evil), status_event("failed")])
    events = await api.events(project_id)
    assert events[1]["text"] == evil
    assert json.loads(json.dumps(seqs(events)))[:3] == [1, 2, 3]


async def test_a_stalled_client_is_dropped_and_costs_the_others_nothing(api, live, monkeypatch):
    monkeypatch.setattr("aiflow_server.handlers.stream.STALL_S", 0.3)
    project_id, journal = live
    host, _, base = api.base.removeprefix("http://").partition("/")
    stalled = socket.create_connection((host.split(":")[0], int(host.split(":")[1])))
    stalled.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    path = f"/{base}api/stream/{project_id}"
    stalled.sendall(
        f"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: {api.headers['Authorization']}\r\n\r\n".encode()
    )
    other = Listener(api, project_id)
    await other.until(lambda data: b"id: 2\n" in data)
    for _ in range(250):
        journal.append(chunk_event("满" * 20_000))
        await asyncio.sleep(0)
    last = journal.append(status_event("processing")).seq
    await other.until(lambda data: b"id: %d\n" % last in data)
    # Little is unread when the client is dropped: the system's buffers, and none of ours.
    stalled.setblocking(False)
    received = 0
    async with asyncio.timeout(PATIENCE_S):
        while data := await asyncio.get_running_loop().sock_recv(stalled, 1 << 20):
            received += len(data)
            if received == len(data):
                await asyncio.sleep(0.6)  # longer than the server's patience: that is what is tested
    stalled.close()
    assert received < 15_000_000
    journal.append(status_event("completed"))
    await other.done
    assert other.seqs() == list(range(1, last + 2))
