/** One call for all that need the request of a project, and a new one when the run has moved on. */

import { describe, expect, it } from "vitest";
import type { RequestInfo } from "../src/model/entities";
import { ApiError } from "../src/model/errors";
import { ProjectStore } from "../src/model/store";
import { requestInfo } from "../src/session/requestInfo";
import { FakeTransport, PHASES } from "./fakes";

class CountingTransport extends FakeTransport {
  asked = 0;
  status: NonNullable<RequestInfo["status"]> = "completed";
  failing = false;

  override async request(id?: string): Promise<RequestInfo> {
    this.asked++;
    await Promise.resolve();
    if (this.failing) throw new ApiError("", 0, "connection_lost", true);
    return { ...(await super.request(id)), status: this.status };
  }
}

const transport = new CountingTransport();
const store = new ProjectStore("3f2a9c1e-5b7d-4e8a-9c10-2d4f6a8b0c1e", PHASES);

describe("the request of a project", () => {
  it("is asked for once while it is on its way and while nothing has changed", async () => {
    const first = requestInfo(transport, store);
    store.snapshot.status = "completed";
    await Promise.all([first, requestInfo(transport, store), requestInfo(transport, store)]);
    await requestInfo(transport, store);
    expect(transport.asked).toBe(1);
  });

  it("is asked for again when the run has moved on, and after a failure", async () => {
    store.snapshot.retry_count = 1;
    transport.failing = true;
    await expect(requestInfo(transport, store)).rejects.toThrow(ApiError);
    transport.failing = false;
    await Promise.all([requestInfo(transport, store), requestInfo(transport, store)]);
    expect(transport.asked).toBe(3);
  });
});
