import { beforeEach, describe, expect, it } from "vitest";
import { Hub } from "../src/api/hub";
import { ApiError } from "../src/model/errors";
import { type Programs, programsOf } from "../src/program/programs";
import { Session } from "../src/session/session";
import { FakeTransport, until, WELCOME } from "./fakes";
import { eventsOf } from "./golden";

const PROJECT = "3f2a9c1e-5b7d-4e8a-9c10-2d4f6a8b0c1e";

let transport: FakeTransport;
let session: Session;
let programs: Programs;

beforeEach(() => {
  transport = new FakeTransport();
  const welcome = { ...WELCOME, capabilities: { run: true, play: true } };
  session = new Session({ page: new Hub(transport), kernel: null }, welcome, {
    show: () => undefined,
    idle: () => undefined,
  });
  programs = programsOf(session);
});

const frame = (): Promise<void> =>
  new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0)));

async function show(name: string): Promise<void> {
  session.show(PROJECT);
  for (const event of eventsOf(name)) session.store.value!.push(event);
  await frame();
}

describe("Run and Play", () => {
  it("are offered as the server says, whatever the language of the program", async () => {
    transport.programInfo = { main_file: "main.py", opens_window: true };
    await show("completed");
    expect(programs.canRun.value).toBe(true);
    await until(() => programs.canPlay.value, "Play");
  });

  it("are Run alone for a program without a window, and neither while the run is at work", async () => {
    transport.programInfo = { main_file: "main.py", opens_window: false };
    await show("completed");
    await frame();
    expect([programs.canRun.value, programs.canPlay.value]).toEqual([true, false]);
    session.show("");
    await show("paused");
    expect([programs.canRun.value, programs.canPlay.value]).toEqual([false, false]);
  });

  it("are both offered for a project whose record is gone", async () => {
    transport.request = () => Promise.reject(new ApiError("", 404, "not_found", false));
    session.show(PROJECT);
    session.store.value!.fill({
      project_id: PROJECT,
      root: { type: "directory", name: "root", path: "", children: [] },
      total_files: 0,
    });
    await frame();
    await until(() => programs.canPlay.value, "Play");
    expect(programs.canRun.value).toBe(true);
  });

  it("end with their session", async () => {
    await show("completed");
    session.close();
    expect(programs.current.value).toBeNull();
    session.store.value!.tick.value++;
    expect(programs.canRun.peek()).toBe(true);
  });
});
