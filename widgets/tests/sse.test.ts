import { describe, expect, it } from "vitest";
import { type SseMessage, SseParser } from "../src/api/sse";

const STREAM =
  "retry: 1000\n\n: ping\n\nid: 1\nevent: chunk\ndata: {\"text\":\"你好，🐍\"}\n\n" +
  "id: 2\r\nevent: status\r\ndata: first\r\ndata: second\r\n\r\nid: 3\rdata:bare\r\rdata: never ended";

const EXPECTED: SseMessage[] = [
  { id: "1", event: "chunk", data: '{"text":"你好，🐍"}' },
  { id: "2", event: "status", data: "first\nsecond" },
  { id: "3", event: "message", data: "bare" },
];

describe("server-sent events", () => {
  it("are the same whole, byte by byte, and cut anywhere", () => {
    const bytes = new TextEncoder().encode(STREAM);
    expect(new SseParser().feed(bytes)).toEqual(EXPECTED);
    for (let size = 1; size < 40; size++) {
      const parser = new SseParser();
      const found: SseMessage[] = [];
      for (let at = 0; at < bytes.length; at += size) found.push(...parser.feed(bytes.subarray(at, at + size)));
      expect(found).toEqual(EXPECTED);
    }
  });

  it("keep a field without a colon and drop an id that holds a null", () => {
    expect(new SseParser().feedText("data\nid: a\0b\n\n")).toEqual([{ id: "", event: "message", data: "" }]);
  });
});
