/** The panel of models: what can be selected, what is sent, what a check says, and where a key is not. */

import { beforeEach, describe, expect, it } from "vitest";
import { setLanguage } from "../src/i18n";
import type { EngineList, EngineRow } from "../src/model/engines";
import { ApiError } from "../src/model/errors";
import { until } from "./fakes";
import { eventsOf } from "./golden";
import { frame } from "./mounted";
import { HOSTILE, Page, type } from "./page";

const SECRET = "sk-not-to-be-kept-4711";
const PARTS = {
  base_url: null,
  model: null,
  models: [],
  sizes: {},
  available: true,
  locked: false,
  key: null,
};
const LESSONS: EngineRow = {
  ...PARTS,
  name: "lessons",
  label: "离线课程",
  kind: "lessons",
  message: "9 个程序。",
};
const OLLAMA: EngineRow = {
  ...PARTS,
  name: "ollama",
  label: "Ollama",
  kind: "local",
  base_url: "http://127.0.0.1:11434/v1",
  model: "small",
  models: ["small", HOSTILE],
  sizes: { small: 986_000_000 },
  message: "找到 Ollama，有 2 个模型。",
};
const SERVICE: EngineRow = {
  ...PARTS,
  name: "openai",
  label: "MiniMax",
  kind: "service",
  base_url: "https://api.minimaxi.com/v1",
  model: "M2.5",
  message: "还没有密钥：填上密钥就能用。",
};
const LIST: EngineList = {
  engine: "lessons",
  locked: false,
  model_locked: false,
  message: "",
  engines: [LESSONS, OLLAMA, SERVICE],
  services: [
    { label: "MiniMax", base_url: SERVICE.base_url! },
    { label: "DeepSeek", base_url: "https://api.deepseek.com/v1" },
  ],
  usage: [
    {
      engine: "openai",
      model: "M2.5",
      requests: 12,
      prompt_tokens: 20_100,
      completion_tokens: 9000,
      requests_today: 3,
      tokens_today: 12_400,
    },
  ],
};

let page: Page;
beforeEach(() => {
  page = new Page();
});

const card = (kind: string): HTMLElement => page.find(`[data-engine=${kind}]`);
const current = (): string[] => page.all("[data-engine][aria-current]").map((one) => one.dataset["engine"]!);
const sent = (name: string): unknown[] =>
  page.transport.calls.filter(([call]) => call === name).map(([, body]) => body);

async function open(change: Partial<EngineList> = {}): Promise<void> {
  page.transport.engineList = { ...LIST, ...change };
  page.find(".af-origin").click();
  await until(() => page.root.querySelector(".af-engine-cards") !== null, "the cards");
}

async function press(name: RegExp, where: HTMLElement): Promise<void> {
  page.named(name, where).click();
  await frame();
  await frame();
}

async function select(field: HTMLSelectElement, value: string): Promise<void> {
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new Event("change", { bubbles: true }));
  await frame();
}

describe("the panel of models", () => {
  it("opens from the chip, and is read each time that it opens", async () => {
    expect(page.find(".af-origin").textContent).toBe("模型");
    await open();
    expect(current()).toEqual(["lessons"]);
    expect(page.find(".af-origin").getAttribute("aria-label")).toMatch(/^模型：离线课程/);
    expect(page.find(".af-engines footer").textContent).toBe(
      "今天用了 12,400 词元，3 次；到现在一共 29,100 词元。",
    );
    expect(card("local").textContent).toContain("986.0 MB");
    expect(page.root.querySelector("img")).toBeNull();
    page.find(".af-origin").click();
    await frame();
    expect(page.root.querySelector(".af-engines")).toBeNull();
    await open();
    expect(sent("engines")).toHaveLength(2);
  });

  it("selects a model of this machine", async () => {
    await open();
    page.all<HTMLInputElement>("[data-engine=local] [type=radio]")[1]!.click();
    await frame();
    await press(/^用这个$/, card("local"));
    await until(() => page.root.querySelector(".af-engine-chosen") !== null, "the result");
    expect(sent("engine")).toEqual([{ name: "ollama", model: HOSTILE }]);
    expect(page.find(".af-engine-chosen").textContent).toContain("已经改用 Ollama。");
    expect(current()).toEqual(["local"]);
  });

  it("checks what is selected, in place; another selection has no result yet", async () => {
    await open();
    await press(/^试一下$/, card("local"));
    expect(sent("check_engine")).toEqual([{ name: "ollama", model: "small" }]);
    expect(card("local").querySelector("[role=status]")!.textContent).toBe("能用。");
    expect(page.named(/^用这个$/, card("local")).classList.contains("af-primary")).toBe(true);
    page.all<HTMLInputElement>("[data-engine=local] [type=radio]")[1]!.click();
    await frame();
    expect(card("local").querySelector(".af-result")).toBeNull();
  });

  it("says why a service refuses, and lists the models that it has", async () => {
    page.transport.engineCheck = {
      ok: false,
      message: "没有这个模型。",
      models: ["M3"],
      reason: "model_unavailable",
    };
    await open();
    await press(/^试一下$/, card("service"));
    expect(card("service").querySelector("[role=alert]")!.textContent).toBe("没有这个模型。");
    expect(page.named(/^用这个$/, card("service")).disabled).toBe(true);
    const models = [...card("service").querySelectorAll("select")][1]!;
    expect([...models.options].map(({ value }) => value)).toEqual(["M2.5", "M3", ""]);
    await select(models, "M3");
    await press(/^用这个$/, card("service"));
    expect(sent("engine")).toEqual([{ name: "openai", model: "M3" }]);
  });

  it("sends a typed address with its model", async () => {
    await open();
    await select(card("service").querySelector("select")!, "");
    expect(page.named(/^试一下$/, card("service")).disabled).toBe(true);
    await type(card("service").querySelector<HTMLInputElement>("[type=url]")!, "https://ai.school.cn/v1");
    expect(page.named(/^用这个$/, card("service")).disabled).toBe(true);
    await type(card("service").querySelector<HTMLInputElement>("[type=text]")!, "qwen");
    await press(/^试一下$/, card("service"));
    expect(sent("check_engine")).toEqual([{ base_url: "https://ai.school.cn/v1", model: "qwen" }]);
  });

  it("keeps a key nowhere but in its field, and there only until it is stored", async () => {
    await open();
    const field = card("service").querySelector<HTMLInputElement>("[type=password]")!;
    await type(field, SECRET);
    await press(/^试一下$/, card("service"));
    expect(sent("check_engine")).toEqual([{ name: "openai", model: "M2.5", api_key: SECRET }]);
    expect(field.value).toBe(SECRET);
    await press(/^用这个$/, card("service"));
    await until(() => field.value === "", "an empty field");
    const kept = [document.documentElement.outerHTML, JSON.stringify({ ...localStorage, ...sessionStorage })];
    expect(kept.join().includes(SECRET)).toBe(false);
    await type(field, SECRET);
    await select(card("service").querySelector("select")!, "https://api.deepseek.com/v1");
    expect(card("service").querySelector<HTMLInputElement>("[type=password]")!.value).toBe("");
  });

  it("deletes a stored key", async () => {
    await open({ engine: "openai", engines: [LESSONS, { ...SERVICE, key: "file" }] });
    await press(/^删掉存着的密钥$/, card("service"));
    expect(sent("engine")).toEqual([{ name: "openai", model: "M2.5", api_key: "" }]);
  });

  it("only shows where the class decides", async () => {
    await open({ locked: true, engine: "openai", message: "老师已经统一设置了模型。" });
    expect(page.find(".af-engines > p").textContent).toBe("老师已经统一设置了模型。");
    expect(page.all(".af-engine button, .af-engine [type=password]")).toEqual([]);
    expect(page.all(".af-engine :is(input, select):enabled")).toEqual([]);
  });

  it("says what to do where no model is found, and searches again", async () => {
    await open({ engines: [LESSONS, SERVICE], usage: [] });
    expect(card("local").textContent).toContain("装上 Ollama");
    page.transport.engineList = LIST;
    await press(/^再找一次$/, card("local"));
    await until(() => page.all("[data-engine=local] [type=radio]").length === 2, "the models");
  });

  it("shows a refusal, and an error of the list with a way to read it again", async () => {
    await open();
    page.transport.refusal = new ApiError("老师统一设置了模型。", 409, "engine_locked", false);
    await press(/^用这个$/, card("local"));
    await until(() => page.root.querySelector(".af-engines [role=alert]") !== null, "the refusal");
    expect(page.find(".af-engines [role=alert]").textContent).toBe("老师统一设置了模型。");
    expect(current()).toEqual(["lessons"]);
  });

  it("is in English where the page is", async () => {
    page.transport.engineCheck = { ok: false, message: "密钥不对。", models: [], reason: "auth_failed" };
    await open();
    await press(/^试一下$/, card("service"));
    setLanguage("en");
    await frame();
    const han = page.find(".af-engines").textContent.match(/[\u4e00-\u9fff]+/g);
    expect(han).toBeNull();
    setLanguage("zh");
  });
});

describe("a request that no lesson answers", () => {
  const failed = eventsOf("failed").map((event) =>
    event.event_type === "status" && event.status === "failed"
      ? { ...event, reason: "no_lesson", message: "没有这一课。" }
      : event,
  );

  it("leads to the panel, and is sent again to the selected model", async () => {
    page.transport.engineList = LIST;
    await page.show(failed);
    page.named(/^选一个模型$/).click();
    await until(() => page.root.querySelector(".af-engine-cards") !== null, "the cards");
    expect(page.find(".af-engines > p").textContent).toContain("离线课程里没有这个程序");
    await press(/^用这个$/, card("local"));
    await until(() => page.root.querySelector(".af-engine-chosen") !== null, "the result");
    page.session.prompt.value = "做个俄罗斯方块";
    await press(/^现在就写$/, page.root);
    await until(() => sent("generate").length > 0, "the request");
    expect(sent("generate")).toEqual([{ prompt: "做个俄罗斯方块" }]);
    expect(page.root.querySelector(".af-engines")).toBeNull();
  });
});
