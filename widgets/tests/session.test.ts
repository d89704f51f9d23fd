import { beforeEach, describe, expect, it } from "vitest";
import { Hub } from "../src/api/hub";
import { Session } from "../src/session/session";
import { FakeTransport, WELCOME } from "./fakes";

const PROJECT = "3f2a9c1e-5b7d-4e8a-9c10-2d4f6a8b0c1e";

/** Downloads end when the test lets them. */
class SlowTransport extends FakeTransport {
  readonly waiting: (() => void)[] = [];

  override async retry(id: string): Promise<void> {
    await super.retry(id);
    await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  override async generate(request: unknown): Promise<string> {
    const id = await super.generate(request);
    await new Promise<void>((resolve) => this.waiting.push(resolve));
    return id;
  }
}

let transport: SlowTransport;
let session: Session;
const turns = async (count = 20): Promise<void> => {
  for (let turn = 0; turn < count; turn++) await Promise.resolve();
};
const names = (): unknown[] => transport.calls.map(([name]) => name);

beforeEach(() => {
  transport = new SlowTransport();
  session = new Session({ page: new Hub(transport), kernel: null }, WELCOME, {
    show: () => undefined,
    idle: () => undefined,
  });
  session.show(PROJECT);
});

describe("the actions of a session", () => {
  it("are all performed: a click while another action is on its way waits for it", async () => {
    const retried = session.retry();
    const cancelled = session.cancel();
    await turns();
    expect(names()).toEqual(["retry"]);
    expect([...session.pending.value]).toEqual(["retry", "cancel"]);
    transport.waiting.shift()!();
    await Promise.all([retried, cancelled]);
    expect(names()).toEqual(["retry", "cancel"]);
    expect(session.pending.value.size).toBe(0);
  });

  it("apply to the run that an earlier click started", async () => {
    session.prompt.value = "帮我写个贪吃蛇";
    const started = session.start();
    const cancelled = session.cancel();
    await turns();
    transport.waiting.shift()!();
    await Promise.all([started, cancelled]);
    expect(transport.calls.at(-1)).toEqual(["cancel", transport.nextId]);
  });

  it("are performed once where a button is clicked twice", async () => {
    session.prompt.value = "帮我写个贪吃蛇";
    const both = [session.start(), session.start()];
    await turns();
    transport.waiting.shift()!();
    await Promise.all(both);
    expect(names()).toEqual(["generate"]);
  });

  it("do not wait for a download", async () => {
    const retried = session.retry();
    await session.download();
    expect(names()).toEqual(["retry", "download"]);
    transport.waiting.shift()!();
    await retried;
  });

  it("go on after one that failed, which is shown", async () => {
    transport.refusal = new Error("down") as never;
    await session.cancel();
    expect(session.failure.value?.reason).toBe("internal_error");
    transport.refusal = null;
    await session.cancel();
    expect(session.failure.value).toBeNull();
    expect(names()).toEqual(["cancel", "cancel"]);
  });
});
