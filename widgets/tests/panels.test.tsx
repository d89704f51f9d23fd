/** The handles between the panels. */

import { beforeEach, describe, expect, it, vi } from "vitest";
import { MIN_SIZES, panels, savePanels, setPanel } from "../src/session/panels";
import { readSetting } from "../src/storage/webStorage";
import { frame } from "./mounted";
import { Page } from "./page";

let page: Page;
beforeEach(() => {
  page = new Page();
});

describe("the panels", () => {
  it("keep to what can be shown, and are kept for the person", () => {
    setPanel("files", 5);
    expect(panels.value.files).toBe(MIN_SIZES.files);
    setPanel("side", 1e9);
    expect(panels.value.side).toBeLessThan(2000);
    savePanels();
    expect(JSON.parse(readSetting("panels", ""))).toEqual(panels.value);
    setPanel("files", null);
    expect(panels.value.files).toBeUndefined();
  });

  it("are separators that the arrow keys move, Home and End take to the ends, and Enter resets", async () => {
    const wide = vi.spyOn(HTMLElement.prototype, "offsetWidth", "get").mockReturnValue(1000);
    page.session.show("3f2a9c1e-5b7d-4e8a-9c10-2d4f6a8b0c1e");
    await frame();
    const handle = page.find<HTMLElement>("[role=separator][data-panel=side]");
    expect(handle.tabIndex).toBe(0);
    expect(handle.getAttribute("aria-orientation")).toBe("vertical");
    expect(handle.getAttribute("aria-label")).toBe("调整过程栏的宽度");
    const press = async (key: string): Promise<void> => {
      handle.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
      await frame();
    };
    await press("Home");
    expect(panels.value.side).toBe(MIN_SIZES.side);
    expect(page.find<HTMLElement>(".af-body").style.getPropertyValue("--af-side")).toBe(
      `${MIN_SIZES.side}px`,
    );
    // A key that is held down comes again before anything is laid out.
    for (let times = 0; times < 3; times++) {
      handle.dispatchEvent(
        new KeyboardEvent("keydown", { key: "ArrowLeft", bubbles: true, cancelable: true }),
      );
    }
    await press("ArrowDown");
    expect(panels.value.side).toBe(MIN_SIZES.side + 48);
    await press("Enter");
    expect(panels.value.side).toBeUndefined();
    expect(page.find<HTMLElement>(".af-body").style.getPropertyValue("--af-side")).toBe("");
    wide.mockRestore();
  });
});
