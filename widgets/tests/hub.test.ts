import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Hub } from "../src/api/hub";
import { ApiError } from "../src/model/errors";
import type { AIFlowEvent, RequestStatus } from "../src/model/types";
import { FakeTransport, PHASES, until } from "./fakes";

const FAST = { pollMs: 5, pausedPollMs: 5, endedPollMs: 5, hiddenPollMs: 5, backoffMs: () => 5 };

function status(seq: number, value: RequestStatus, id = "p"): AIFlowEvent {
  return {
    seq,
    project_id: id,
    timestamp: "2026-01-01T00:00:00.000Z",
    event_type: "status",
    status: value,
    project_status: "generating",
  };
}

function saved(seq: number, path: string): AIFlowEvent {
  return {
    seq,
    project_id: "p",
    timestamp: "2026-01-01T00:00:00.000Z",
    event_type: "saved",
    path,
    kind: "added",
    by: "program",
    size_bytes: 3,
  };
}

let transport: FakeTransport;
let hub: Hub;

beforeEach(() => {
  transport = new FakeTransport();
  hub = new Hub(transport, FAST);
});

let hidden = false;
Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
afterEach(() => {
  hub.close();
  hidden = false;
});

/** Answer the first look with `events` and end it. */
async function answerFirstRequest(id: string, ...events: AIFlowEvent[]): Promise<void> {
  await until(
    () => transport.streams.some((stream) => stream.projectId === id && !stream.follow),
    `a request for ${id}`,
  );
  const stream = transport.streams.find((one) => one.projectId === id && !one.follow)!;
  for (const event of events) stream.onEvent(event);
  stream.end();
}

describe("the hub", () => {
  it("shares one store and one stream among the widgets of a project", async () => {
    const first = hub.open("p", PHASES);
    const second = hub.open("p", PHASES);
    expect(second.store).toBe(first.store);
    await answerFirstRequest("p", status(1, "processing"));
    await until(() => transport.open.some((stream) => stream.follow), "a stream");
    expect(transport.open).toHaveLength(1);
    first.release();
    expect(transport.open).toHaveLength(1);
    second.release();
    expect(transport.open).toHaveLength(0);
  });

  it("holds at most two streams, polls for the others, and passes a stream on when a run ends", async () => {
    const ids = ["a", "b", "c", "d"];
    for (const id of ids) hub.open(id, PHASES);
    for (const id of ids) await answerFirstRequest(id, status(1, "processing", id));
    await until(() => hub.streamCount === 2, "two streams");
    const polls = (): number => transport.streams.filter((stream) => !stream.follow).length;
    for (let round = 0; round < 3; round++) {
      for (const stream of transport.open.filter((one) => !one.follow)) stream.end();
      const before = polls();
      await until(() => polls() > before, "another poll");
      expect(transport.open.filter((stream) => stream.follow)).toHaveLength(2);
    }
    const [stream] = transport.open.filter((one) => one.follow);
    stream!.onEvent(status(2, "completed", stream!.projectId));
    stream!.end();
    for (const poll of transport.open.filter((one) => !one.follow)) poll.end();
    await until(() => hub.streamCount === 2, "the stream was passed on");
    const streamed = transport.open.filter((one) => one.follow).map((one) => one.projectId);
    expect(streamed).not.toContain(stream!.projectId);
  });

  it("holds none for a finished run", async () => {
    const { store } = hub.open("p", PHASES);
    await answerFirstRequest("p", status(1, "processing"), status(2, "completed"));
    await until(() => store.connection.value === "ended", "the end");
    expect(transport.streams).toHaveLength(1);
    expect(hub.streamCount).toBe(0);
  });

  it("polls a finished project for later saves, and stays calm while the server is away", async () => {
    const { store } = hub.open("p", PHASES);
    await answerFirstRequest("p", status(1, "processing"), status(2, "completed"));
    await until(() => transport.open.length === 1, "a poll");
    expect(transport.open[0]).toMatchObject({ follow: false, after: 2 });
    transport.open[0]!.fail(new ApiError("", 0, "connection_lost", true));
    await until(() => transport.open.length === 1, "another poll");
    transport.open[0]!.onAlive();
    transport.open[0]!.onEvent(saved(3, "scores.txt"));
    transport.open[0]!.end();
    await until(() => transport.open.length === 1, "a third poll");
    expect(transport.open[0]!.after).toBe(3);
    expect(Object.keys(store.snapshot.files)).toEqual(["scores.txt"]);
    expect(store.connection.value).toBe("ended");
    expect(hub.streamCount).toBe(0);
  });

  it("does not poll a finished project while the page is in the background", async () => {
    hidden = true;
    const { store } = hub.open("p", PHASES);
    vi.useFakeTimers();
    const answered = answerFirstRequest("p", status(1, "processing"), status(2, "completed"));
    await vi.advanceTimersByTimeAsync(600_000);
    await answered;
    vi.useRealTimers();
    expect(store.connection.value).toBe("ended");
    expect(transport.streams).toHaveLength(1);
    hidden = false;
    document.dispatchEvent(new Event("visibilitychange"));
    await until(() => transport.open.length === 1, "a poll");
  });

  it("follows a finished run that is retried elsewhere", async () => {
    const { store } = hub.open("p", PHASES);
    await answerFirstRequest("p", status(1, "failed"));
    await until(() => transport.open.length === 1, "a poll");
    transport.open[0]!.onEvent(status(2, "retrying"));
    transport.open[0]!.end();
    await until(() => transport.open.some((stream) => stream.follow), "a stream");
    expect(store.connection.value).not.toBe("ended");
  });

  it("stops listening to the page and ends its feeds when it is closed", async () => {
    const added = vi.spyOn(document, "addEventListener");
    const closed = new Hub(transport, { pollMs: 5 });
    const { signal } = added.mock.calls[0]![2] as AddEventListenerOptions;
    closed.open("q", PHASES);
    await until(() => transport.open.length === 1, "a request");
    closed.close();
    expect(signal!.aborted).toBe(true);
    expect(transport.open).toEqual([]);
    added.mockRestore();
  });

  it("gives the stream of a paused run back and finds out when it goes on", async () => {
    hub.open("p", PHASES);
    await answerFirstRequest("p", status(1, "processing"));
    await until(() => transport.open.some((stream) => stream.follow), "a stream");
    transport.open.find((stream) => stream.follow)!.onEvent(status(2, "paused"));
    await until(() => hub.streamCount === 0, "it is given back");
    await until(() => transport.open.some((stream) => !stream.follow), "a poll");
    const poll = transport.open.find((stream) => !stream.follow)!;
    expect(poll.after).toBe(2);
    poll.onEvent(status(3, "processing"));
    poll.end();
    await until(() => transport.open.some((stream) => stream.follow && stream.after === 3), "a stream again");
  });

  it("shows a lost connection, tries again and goes on after the last event", async () => {
    const { store } = hub.open("p", PHASES);
    await answerFirstRequest("p", status(1, "processing"));
    await until(() => transport.open.some((stream) => stream.follow), "a stream");
    transport.open[0]!.onEvent(status(2, "processing"));
    transport.open[0]!.fail(new ApiError("", 0, "connection_lost", true));
    await until(() => store.connection.value === "lost", "it is shown");
    await until(() => transport.open.some((stream) => stream.after === 2), "another attempt");
    transport.open[0]!.onAlive();
    expect(store.connection.value).not.toBe("lost");
  });

  it("gives up where trying again has no use", async () => {
    const { store } = hub.open("p", PHASES);
    await until(() => transport.open.length === 1, "a request");
    transport.open[0]!.fail(new ApiError("没有这个项目。", 404, "not_found", false));
    await until(() => store.connection.value === "failed", "the failure");
    expect(store.error.value?.reason).toBe("not_found");
    expect(transport.open).toHaveLength(0);
  });

  it("looks again when a finished run is retried, though the first answer comes late", async () => {
    const { store } = hub.open("p", PHASES);
    await answerFirstRequest("p", status(1, "failed"));
    await until(() => store.connection.value === "ended", "the end");
    hub.revive("p");
    await until(() => transport.open.length === 1, "a request");
    transport.open[0]!.end();
    await until(() => transport.open.length === 1, "another request");
    transport.open[0]!.onEvent(status(2, "retrying"));
    transport.open[0]!.end();
    await until(() => transport.open.some((stream) => stream.follow), "a stream");
  });

  it("holds no stream while the page is in the background", async () => {
    hub.open("p", PHASES);
    await answerFirstRequest("p", status(1, "processing"));
    await until(() => hub.streamCount === 1, "a stream");
    hidden = true;
    document.dispatchEvent(new Event("visibilitychange"));
    await until(() => hub.streamCount === 0, "it is given back");
    await until(() => transport.open.some((stream) => !stream.follow), "a poll");
    hidden = false;
    document.dispatchEvent(new Event("visibilitychange"));
    transport.open[0]!.end();
    await until(() => hub.streamCount === 1, "a stream again");
  });
});
