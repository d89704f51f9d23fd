/** The questions before a run: what is selected, what is sent and when, and the setting to ask or not. */

import { beforeEach, describe, expect, it } from "vitest";
import { setLanguage } from "../src/i18n";
import { ApiError } from "../src/model/errors";
import type { AIFlowEvent } from "../src/model/types";
import { until, WELCOME } from "./fakes";
import { eventsOf } from "./golden";
import { frame, PROJECT } from "./mounted";
import { HOSTILE, Page, type } from "./page";

/** Up to the pause, before any answer. */
const ASKED = eventsOf("asked").filter((event) => event.event_type !== "answer");
const [LOSING, SPEED, KEEPING] = ["specify.losing", "specify.speed", "specify.persistence"];

let page: Page;
beforeEach(() => {
  page = new Page({ ...WELCOME, ask: "auto" });
});

const sent = (): unknown[][] => page.transport.calls.filter(([name]) => name === "answer");
const radio = (name: string): HTMLInputElement => {
  const label = page.all("label.af-option").find((one) => one.textContent.startsWith(name));
  return label!.querySelector("input")!;
};
const checked = (): string[] =>
  page.all<HTMLInputElement>("[type=radio]:checked").map((one) => one.closest("label")!.textContent);

async function choose(name: string): Promise<void> {
  radio(name).click();
  await frame();
  await frame();
}

function answer(seq: number, question_id: string, value: string | null, attempt = 1): AIFlowEvent {
  const outcome = value === null ? "skipped" : "accepted";
  const header = { seq, project_id: PROJECT, timestamp: "2026-01-01T12:00:09.000Z" };
  return { ...header, event_type: "answer", question_id, attempt, value, outcome };
}

describe("the questions", () => {
  it("are shown with the recommended answers selected, which one button accepts", async () => {
    await page.show(ASKED);
    expect(page.find(".af-questions h3").textContent).toBe("先问三件小事");
    expect(checked()).toEqual(["游戏结束推荐", "适中：一秒 6 格推荐", "只记这一次推荐"]);
    expect(page.all("[data-question]").map((one) => one.dataset["outcome"])).toEqual([
      "open",
      "open",
      "open",
    ]);
    expect(page.root.querySelector(".af-body, .af-notice")).toBeNull();
    expect(page.find("[data-phase=specify]").textContent).toContain("先问清楚");
    expect(page.find("[role=status]").textContent).toBe("等你回答");
    page.named(/^都用推荐的$/).click();
    await until(() => page.transport.calls.length > 0, "a call");
    expect(page.transport.calls).toEqual([["continue", PROJECT, undefined]]);
  });

  it("send an answer when it is chosen, and the last one with the button", async () => {
    await page.show(ASKED);
    await choose("从另一边出来");
    expect(sent()).toEqual([["answer", PROJECT, LOSING, "wrap"]]);
    page.named(/^跳过“蛇走多快？”$/).click();
    await frame();
    expect(page.find(`[data-question='${SPEED}']`).dataset["outcome"]).toBe("skipped");
    await choose("关掉以后也记住");
    expect(sent()).toHaveLength(2);
    page.named(/^就这样开始$/).click();
    await until(() => sent().length === 3, "the last answer");
    await frame();
    expect(sent().slice(1)).toEqual([
      ["answer", PROJECT, SPEED, null],
      ["answer", PROJECT, KEEPING, "yes"],
    ]);
    expect(page.transport.calls.some(([name]) => name === "continue")).toBe(false);
  });

  it("accept words of one's own, and wait until there are some", async () => {
    await page.show(ASKED);
    page.all<HTMLInputElement>("[type=radio]").at(-1)!.click();
    await frame();
    expect(page.named(/^就这样开始$/).disabled).toBe(true);
    const field = page.find<HTMLInputElement>(".af-own");
    await type(field, HOSTILE);
    field.dispatchEvent(new Event("change", { bubbles: true }));
    await until(() => sent().length === 1, "the answer");
    expect(sent()).toEqual([["answer", PROJECT, KEEPING, HOSTILE]]);
    expect(page.root.querySelector(".af-questions img")).toBeNull();
    page.named(/^就这样开始$/).click();
    await until(() => page.transport.calls.some(([name]) => name === "continue"), "the rest");
  });

  it("show what was answered in another browser, the latest attempt", async () => {
    const seq = ASKED.length;
    await page.show([...ASKED, answer(seq + 1, LOSING!, null), answer(seq + 2, SPEED!, "跟着分数变快")]);
    expect(page.find(`[data-question='${LOSING}']`).dataset["outcome"]).toBe("skipped");
    expect(page.find<HTMLInputElement>(".af-own").value).toBe("跟着分数变快");
    await choose("游戏结束");
    expect(sent()).toEqual([["answer", PROJECT, LOSING, "end"]]);
    page.session.store.value!.push(answer(seq + 3, LOSING!, "wrap", 2));
    await frame();
    await frame();
    expect(radio("从另一边出来").checked).toBe(true);
  });

  it("say why an answer was not accepted, and send it again with the button", async () => {
    await page.show(ASKED);
    page.transport.refusal = new ApiError("连接断了。", 0, "connection_lost", true);
    await choose("从另一边出来");
    expect(page.find(".af-notice[data-kind=bad]").textContent).toContain("连接断了");
    page.transport.refusal = null;
    page.named(/^就这样开始$/).click();
    await until(() => page.transport.calls.some(([name]) => name === "continue"), "the rest");
    expect(sent()).toHaveLength(2);
  });

  it("are in English where the page is, and with the Chinese text where there is no other", async () => {
    const [first, ...others] = ASKED;
    await page.show([
      first!,
      ...others.map((event) =>
        event.event_type === "question" && event.question_id === SPEED ? { ...event, text_en: "" } : event,
      ),
    ]);
    setLanguage("en");
    await frame();
    const text = page.find(".af-questions").textContent;
    expect(text).toContain("What happens when the snake hits the wall?");
    expect(text).toContain("蛇走多快？");
    setLanguage("zh");
  });
});

describe("to be asked or not", () => {
  it("is sent with a request and a change", async () => {
    page.session.prompt.value = "做个贪吃蛇";
    await page.session.start();
    expect(page.transport.calls[0]).toEqual(["generate", { prompt: "做个贪吃蛇", ask: "auto" }]);
  });

  it("is refused for good by one button, and asked for again by the switch that then appears", async () => {
    await page.show(ASKED);
    page.named(/^以后不问，直接开始$/).click();
    await until(() => page.transport.calls.length > 0, "a call");
    await frame();
    expect(page.transport.calls).toEqual([["continue", PROJECT, undefined]]);
    expect(localStorage.getItem("aiflow.workbench.ask")).toBe("never");
    page.session.prompt.value = "做个贪吃蛇";
    await page.session.start();
    expect(page.transport.calls.at(-1)).toEqual(["generate", { prompt: "做个贪吃蛇" }]);
    const toggle = page.all<HTMLInputElement>("[role=switch]")[0]!;
    expect([toggle.getAttribute("aria-label"), toggle.checked]).toEqual(["先问清楚", false]);
    toggle.click();
    await page.session.start();
    expect(page.transport.calls.at(-1)).toEqual(["generate", { prompt: "做个贪吃蛇", ask: "auto" }]);
  });
});
