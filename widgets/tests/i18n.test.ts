import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { errorText, formatAge, formatDuration, formatSize, setLanguage, t, type TextKey } from "../src/i18n";
import { zhPhrases } from "../src/i18n/codemirror";
import { en } from "../src/i18n/en";
import { ERRORS } from "../src/i18n/errors";
import { zh } from "../src/i18n/zh";

const HAN = /[\u3400-\u9fff\u3000-\u303f\uff00-\uffef]/;
const SRC = join(import.meta.dirname, "../src");
const keys = Object.keys(zh) as TextKey[];
const slots = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!).sort();

/** The main controls (design, section 9): no other control's name may hold one of these. */
const MAIN = [
  "action.start",
  "action.stop",
  "action.continue",
  "action.retry",
  "action.pauseEach",
  "action.run",
  "action.play",
  "action.download",
  "action.change",
] as const;
/** The new program's button takes the place of the field that Start belongs to. */
const NEVER_TOGETHER = new Set(["action.start action.fresh"]);
/** The keys that name buttons, switches and fields. */
const CONTROL_KEYS = [
  /^(action\.|phase\.open|revise\.|ask\.label|view\.file\.label)/,
  /^(projects\.(open|delete|undo|now)|edit\.(text|fields|diff)|log\.(thinking|sent$))/,
];
const CONTROLS = keys.filter((key) => CONTROL_KEYS.some((pattern) => pattern.test(key)));

describe("the two languages", () => {
  it("say the same things", () => {
    expect(Object.keys(en).sort()).toEqual([...keys].sort());
  });

  it.each(keys)("both say %s, with the same slots", (key) => {
    expect(zh[key]).not.toBe("");
    expect(en[key]).not.toBe("");
    expect(slots(en[key])).toEqual(slots(zh[key]));
  });

  it("keep to themselves: no Chinese in English but the switch, and Chinese in Chinese", () => {
    const mixed = keys.filter((key) => HAN.test(en[key]) && !key.startsWith("action.language"));
    expect(mixed).toEqual([]);
    const foreign = keys.filter(
      (key) => !HAN.test(zh[key]) && !/^(action\.language$|phase\.\w+\.en$|ask\.count$)/.test(key),
    );
    expect(foreign).toEqual([]);
  });

  it("explain every reason that the pipeline knows", () => {
    const folders = ["aiflow", "server_extension", "widgets/aiflow_widgets"].map((name) =>
      join(SRC, "../..", name),
    );
    const sources = folders.flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(".py") && !name.startsWith("lessons"))
        .map((name) => readFileSync(join(folder, name), "utf8")),
    );
    const said = /(?:default_reason(?:: ClassVar\[str\])? = |reason=)"(\w+)"/g;
    const reasons = new Set(
      sources.flatMap((source) => [...source.matchAll(said)].map((match) => match[1]!)),
    );
    expect(reasons.size).toBeGreaterThan(20);
    expect([...reasons].filter((reason) => !ERRORS[reason])).toEqual([]);
    for (const [chinese, english] of Object.values(ERRORS)) {
      expect(HAN.test(chinese)).toBe(true);
      expect(HAN.test(english)).toBe(false);
    }
  });

  it("say everything there is to say: no sentence stands in the code", () => {
    const files = readdirSync(SRC, { recursive: true, encoding: "utf8" })
      .filter((path) => /\.tsx?$/.test(path) && !path.startsWith("i18n/") && path !== "loader.ts")
      .map((path) => join(SRC, path));
    const guilty = files.filter((file) =>
      HAN.test(
        readFileSync(file, "utf8")
          .replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "")
          .replace(/\[:：\]/g, ""),
      ),
    );
    expect(guilty.map((file) => file.slice(SRC.length))).toEqual([]);
  });

  it.each(["zh", "en"] as const)(
    "name the main controls so that none is found under another's name (%s)",
    (language) => {
      const table = language === "zh" ? zh : en;
      for (const main of MAIN) {
        const others = CONTROLS.filter(
          (key) =>
            key !== main &&
            !NEVER_TOGETHER.has(`${main} ${key}`) &&
            table[key].toLowerCase().includes(table[main].toLowerCase()),
        );
        expect(others, main).toEqual([]);
      }
    },
  );

  it("has Chinese words for the editor's own", () => {
    expect(Object.values(zhPhrases).every((phrase) => HAN.test(phrase) || phrase === "")).toBe(true);
  });
});

describe("formatting", () => {
  it("follows the language", () => {
    setLanguage("zh");
    expect(formatDuration(12_400)).toBe("12 秒");
    expect(formatDuration(65_000)).toBe("1:05");
    expect(t("retry.left", { count: 2 })).toBe("还可以重试 2 次。");
    expect(errorText("timeout", "模型 60 秒没有回应。")).toBe("模型 60 秒没有回应。");
    setLanguage("en");
    expect(formatDuration(12_400)).toBe("12 s");
    expect(errorText("timeout", "模型 60 秒没有回应。")).toBe(ERRORS["timeout"]![1]);
    expect(errorText("of_a_later_version", "中文")).toBe("中文");
    setLanguage("zh");
  });

  it("counts one thing in English as one", () => {
    setLanguage("en");
    expect([t("projects.files", { count: 1 }), t("projects.files", { count: 21 })]).toEqual([
      "1 file",
      "21 files",
    ]);
    expect(t("retry.left", { count: 1 })).toBe("1 retry left.");
    expect(t("phase.tokens", { count: "1" })).toBe("1 token");
    expect(t("time.seconds", { count: 1 })).toBe("1 s");
    expect(t("cancelled.help", { count: 1 })).toContain("The 1 file written so far is kept.");
    expect(t("cancelled.help", { count: 2 })).toContain("The 2 files written so far are kept.");
    expect(t("ask.tooLong", { over: 1 })).toBe("Too long by 1 character");
    setLanguage("zh");
    expect(t("projects.files", { count: 1 })).toBe("1 个文件");
  });

  it("counts in thousands and in ages", () => {
    expect([formatSize(999), formatSize(1200), formatSize(3_400_000)]).toEqual(["999 B", "1.2 KB", "3.4 MB"]);
    const now = Date.parse("2026-01-02T12:00:00Z");
    expect(formatAge("2026-01-02T11:59:30Z", now)).toBe("刚刚");
    expect(formatAge("2026-01-02T11:30:00Z", now)).toBe("30 分钟前");
    expect(formatAge("2026-01-01T12:00:00Z", now)).toBe("1 天前");
  });
});
