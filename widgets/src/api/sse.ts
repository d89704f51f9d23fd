/** Server-sent events out of a byte stream, whichever way it was cut (the WHATWG's "event stream interpretation"). */

export interface SseMessage {
  id: string;
  event: string;
  data: string;
}

export class SseParser {
  private readonly decoder = new TextDecoder();
  private pending = "";
  private data: string[] = [];
  private event = "";
  private id = "";

  feed(bytes: Uint8Array): SseMessage[] {
    return this.feedText(this.decoder.decode(bytes, { stream: true }));
  }

  feedText(text: string): SseMessage[] {
    this.pending += text;
    const messages: SseMessage[] = [];
    let start = 0;
    for (let at = 0; at < this.pending.length; at++) {
      const code = this.pending.charCodeAt(at);
      if (code !== 10 && code !== 13) continue;
      if (code === 13) {
        // A carriage return at the very end may be half of "\r\n".
        if (at + 1 === this.pending.length) break;
        this.line(this.pending.slice(start, at), messages);
        if (this.pending.charCodeAt(at + 1) === 10) at++;
      } else {
        this.line(this.pending.slice(start, at), messages);
      }
      start = at + 1;
    }
    this.pending = this.pending.slice(start);
    return messages;
  }

  private line(line: string, out: SseMessage[]): void {
    if (line === "") {
      if (this.data.length) {
        out.push({ id: this.id, event: this.event || "message", data: this.data.join("\n") });
      }
      this.data = [];
      this.event = "";
      return;
    }
    const colon = line.indexOf(":");
    if (colon === 0) return; // a comment: a heartbeat
    const field = colon < 0 ? line : line.slice(0, colon);
    let value = colon < 0 ? "" : line.slice(colon + 1);
    if (value.startsWith(" ")) value = value.slice(1);
    if (field === "data") this.data.push(value);
    else if (field === "event") this.event = value;
    else if (field === "id" && !value.includes("\0")) this.id = value;
  }
}
