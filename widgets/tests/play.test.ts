import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Frame, PlayerEvent, ProgramSocket } from "../src/api/program";
import { readFrame } from "../src/program/connection";
import { PlayerInput } from "../src/program/input";
import { ProgramRun } from "../src/program/run";
import { fitScale, Screen } from "../src/program/screen";

const frame = (seq: number): Frame => ({ seq, width: 4, height: 3, image: new Blob() });

function picture(): ImageBitmap {
  return { width: 4, height: 3, close: vi.fn() } as unknown as ImageBitmap;
}

describe("a screen", () => {
  it("asks for two pictures, then for one as each is drawn, and for none while nobody looks", async () => {
    let asked = 0;
    const screen = new Screen(
      () => {
        asked++;
        return true;
      },
      async () => picture(),
    );
    const [canvas, gone] = [document.createElement("canvas"), document.createElement("canvas")];
    screen.attach(gone);
    screen.attach(canvas);
    expect(asked).toBe(0);
    screen.setVisible(canvas, true);
    // The view that it was drawn in before leaves after the new one has come.
    screen.setVisible(gone, false);
    screen.detach(gone);
    screen.setVisible(gone, true);
    expect(asked).toBe(2);
    await screen.receive(frame(1));
    expect(asked).toBe(3);
    screen.setVisible(canvas, false);
    await screen.receive(frame(2));
    await screen.receive(frame(3));
    expect(asked).toBe(3);
    screen.setVisible(canvas, true);
    expect(asked).toBe(5);
    expect(screen.size.value).toEqual({ width: 4, height: 3 });
    expect([canvas.width, canvas.height]).toEqual([4, 3]);
    screen.end();
  });

  it("draws the newest only, and a picture that cannot be read stops nothing", async () => {
    const decoded: ImageBitmap[] = [];
    let asked = 0;
    const complained = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const screen = new Screen(
      () => Boolean(++asked),
      async (image) => {
        if (image.size) throw new Error("broken");
        decoded.push(picture());
        return decoded.at(-1)!;
      },
    );
    const canvas = document.createElement("canvas");
    screen.attach(canvas);
    screen.setVisible(canvas, true);
    await screen.receive(frame(2));
    await screen.receive(frame(1));
    expect(decoded[1]!.close).toHaveBeenCalled();
    expect(decoded[0]!.close).not.toHaveBeenCalled();
    await screen.receive({ ...frame(3), image: new Blob(["x"]) });
    expect(asked).toBe(5);
    expect(complained).toHaveBeenCalledOnce();
    complained.mockRestore();
  });

  it("keeps the figures of a run, each in its own place", () => {
    const socket = {
      readyState: 1,
      binaryType: "blob",
      send: vi.fn(),
      close: vi.fn(),
    } as unknown as ProgramSocket;
    const run = new ProgramRun(() => socket, "p", "run", []);
    const receive = (data: string | ArrayBuffer): void =>
      (socket.onmessage as (message: MessageEvent) => void)({ data } as MessageEvent);
    const arrive = (...bytes: number[]): void => receive(new Uint8Array(bytes).buffer);
    arrive(2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 80);
    arrive(2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 80, 78);
    arrive(2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 80, 78, 71);
    expect(run.figures.value.map(({ number, image }) => [number, image.size, image.type])).toEqual([
      [1, 2, "image/png"],
      [2, 3, "image/png"],
    ]);
    receive(JSON.stringify({ type: "started", session: "s", mode: "run" }));
    expect(run.figures.value).toEqual([]);
  });

  it("reads the header of a picture", () => {
    const data = new Uint8Array([1, 0, 2, 128, 1, 224, 0, 0, 0, 0, 1, 2, 80, 78]);
    const read = readFrame(data.buffer);
    expect([read.width, read.height, read.seq, read.image.size, read.image.type]).toEqual([
      640,
      480,
      258,
      2,
      "image/png",
    ]);
  });

  it.each([
    [{ width: 640, height: 480 }, { width: 320, height: 480 }, 1, 0.5, false],
    [{ width: 640, height: 480 }, { width: 800, height: 600 }, 1, 1, false],
    [{ width: 200, height: 100 }, { width: 500, height: 500 }, 1, 2, true],
    [{ width: 200, height: 100 }, { width: 500, height: 500 }, 2, 2.5, true],
    [{ width: 16, height: 16 }, { width: 500, height: 320 }, 1, 20, true],
    [{ width: 4000, height: 2 }, { width: 400, height: 400 }, 1, 0.1, false],
  ])("shows %j in %j at density %d", (size, room, density, scale, squares) => {
    expect(fitScale(size, room, density)).toEqual({ scale, squares });
  });
});

describe("a player's input", () => {
  let canvas: HTMLCanvasElement;
  let sent: PlayerEvent[];
  let outside: string[];
  let input: PlayerInput;
  const onLeave = vi.fn(() => canvas.blur());
  const heard = (event: Event): void => void outside.push(event.type);

  beforeEach(() => {
    canvas = document.createElement("canvas");
    canvas.tabIndex = 0;
    canvas.getBoundingClientRect = () => ({ left: 100, top: 50, width: 320, height: 240 }) as DOMRect;
    document.body.append(canvas);
    sent = [];
    outside = [];
    for (const type of ["keydown", "keyup"]) document.addEventListener(type, heard);
    input = new PlayerInput(
      canvas,
      () => ({ width: 640, height: 480 }),
      (event) => sent.push(event),
      () => undefined,
      onLeave,
    );
    canvas.focus();
    sent.length = 0;
  });
  afterEach(() => {
    input.end();
    canvas.remove();
    for (const type of ["keydown", "keyup"]) document.removeEventListener(type, heard);
  });

  function key(type: string, code: string, more: KeyboardEventInit = {}): KeyboardEvent {
    const event = new KeyboardEvent(type, { code, key: code, bubbles: true, cancelable: true, ...more });
    canvas.dispatchEvent(event);
    return event;
  }

  it("hands keys on and keeps them from the page", () => {
    const down = key("keydown", "ArrowDown");
    key("keydown", "ArrowDown", { repeat: true });
    key("keyup", "ArrowDown");
    expect(down.defaultPrevented).toBe(true);
    expect(outside).toEqual([]);
    expect(sent).toEqual([
      { type: "key_down", code: "ArrowDown", key: "ArrowDown", repeat: false },
      { type: "key_down", code: "ArrowDown", key: "ArrowDown", repeat: true },
      { type: "key_up", code: "ArrowDown", key: "ArrowDown" },
    ]);
  });

  it("lets go of what is held when the focus goes", () => {
    key("keydown", "KeyW");
    key("keydown", "Escape");
    expect(onLeave).toHaveBeenCalled();
    expect(sent.slice(1)).toEqual([{ type: "key_up", code: "KeyW", key: "KeyW" }, { type: "blur" }]);
  });

  it("gives the game its own Esc with Shift, and the browser what is the browser's", () => {
    onLeave.mockClear();
    key("keydown", "Escape", { shiftKey: true });
    key("keyup", "Escape");
    expect(onLeave).not.toHaveBeenCalled();
    expect(sent.map((event) => event.type)).toEqual(["key_down", "key_up"]);
    for (const event of [key("keydown", "F5"), key("keydown", "KeyR", { ctrlKey: true })])
      expect(event.defaultPrevented).toBe(false);
    // Else nothing would be pasted.
    expect(key("keydown", "KeyV", { ctrlKey: true }).defaultPrevented).toBe(false);
    expect(sent.length).toBe(2);
  });

  it("tells where in the picture the pointer is", () => {
    canvas.setPointerCapture = vi.fn();
    for (const type of ["pointerdown", "pointerup"]) {
      canvas.dispatchEvent(
        new PointerEvent(type, {
          clientX: 260,
          clientY: 110,
          button: 0,
          pointerId: 1,
          bubbles: true,
          cancelable: true,
        }),
      );
    }
    expect(sent.filter((event) => event.type.startsWith("pointer"))).toEqual([
      { type: "pointer_down", x: 320, y: 120, button: 0 },
      { type: "pointer_up", x: 320, y: 120, button: 0 },
    ]);
  });

  it("takes the wheel only with the focus", () => {
    canvas.blur();
    sent.length = 0;
    canvas.dispatchEvent(new WheelEvent("wheel", { deltaY: 3, deltaMode: 1, cancelable: true }));
    expect(sent).toEqual([]);
    canvas.focus();
    canvas.dispatchEvent(new WheelEvent("wheel", { deltaY: 3, deltaMode: 1, cancelable: true }));
    expect(sent.at(-1)).toEqual({ type: "wheel", dx: 0, dy: 48 });
  });
});
