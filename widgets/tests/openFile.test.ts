import { beforeEach, describe, expect, it } from "vitest";
import { OpenFile } from "../src/session/openFile";
import { FakeTransport } from "./fakes";
import { PROJECT } from "./mounted";

let transport: FakeTransport;

beforeEach(() => {
  transport = new FakeTransport();
});

describe("an open file", () => {
  it("saves against what was read; what came from elsewhere is announced, never overwritten", async () => {
    transport.files["a.py"] = { text: "x = 1\n", etag: '"1"' };
    const file = new OpenFile(transport, PROJECT, "a.py");
    await file.load();
    file.edit("x = 2\n");
    await file.save();
    expect(transport.files["a.py"].text).toBe("x = 2\n");
    expect(file.saved.value).toBe(true);

    transport.files["a.py"] = { text: "theirs\n", etag: '"9"' };
    file.edit("mine\n");
    await file.save();
    expect(file.conflict.value).toBe(true);
    expect(transport.files["a.py"].text).toBe("theirs\n");
    expect(file.edited.value).toBe("mine\n");
    await file.overwrite();
    expect(transport.files["a.py"].text).toBe("mine\n");
    expect(file.conflict.value).toBe(false);
  });

  it("keeps an unsaved edit when the file is written anew", async () => {
    transport.files["a.py"] = { text: "old\n", etag: '"1"' };
    const file = new OpenFile(transport, PROJECT, "a.py");
    await file.load();
    file.edit("mine\n");
    transport.files["a.py"] = { text: "new\n", etag: '"2"' };
    await file.load();
    expect(file.edited.value).toBe("mine\n");
    expect(file.conflict.value).toBe(true);
    await file.discard();
    expect(file.content.value).toMatchObject({ state: "ready", kind: "text", text: "new\n" });
  });

  it("takes its own save for no change from elsewhere, even if its event comes first", async () => {
    transport.files["a.py"] = { text: "old\n", etag: '"1"' };
    const file = new OpenFile(transport, PROJECT, "a.py");
    await file.load();
    file.edit("mine\n");
    const saving = file.save();
    await file.load(); // the event `saved` of this very save
    await saving;
    expect(file.conflict.value).toBe(false);
    expect(file.edited.value).toBeNull();
    expect(file.content.value).toMatchObject({ text: "mine\n" });
  });

  it("keeps an unsaved edit when the file is deleted elsewhere, and can save it again", async () => {
    transport.files["a.py"] = { text: "old\n", etag: '"1"' };
    const file = new OpenFile(transport, PROJECT, "a.py");
    await file.load();
    file.edit("mine\n");
    delete transport.files["a.py"];
    await file.load();
    expect(file.conflict.value).toBe(true);
    expect(file.edited.value).toBe("mine\n");
    await file.overwrite();
    expect(transport.files["a.py"]!.text).toBe("mine\n");
    expect(file.conflict.value).toBe(false);
  });

  it("tells text from what is none", async () => {
    transport.files["a.bin"] = { text: "a\0b", etag: '"1"' };
    transport.files["p.png"] = { text: "not really", etag: '"1"' };
    transport.files["big.txt"] = { text: "长".repeat(500_000), etag: '"1"' };
    const kinds = await Promise.all(
      ["a.bin", "p.png", "big.txt", "gone.py"].map(async (path) => {
        const file = new OpenFile(transport, PROJECT, path);
        await file.load();
        const { value } = file.content;
        return value.state === "ready"
          ? value.kind + (value.kind === "text" && value.cut ? " (cut)" : "")
          : value.state;
      }),
    );
    expect(kinds).toEqual(["binary", "image", "text (cut)", "error"]);
  });
});
