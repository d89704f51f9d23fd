/** The results of a program's tests: how many, and by the features that they test. */

import { type Feature, featuresOf } from "./features";
import { specOf } from "./phases";
import type { Snapshot, TestCounts, TestResult } from "./types";

/** The worst of its tests, as far as a person has to look at it. */
export type Outcome = "failed" | "quarantined" | "passed" | "none";

/** A feature and its tests. The id is empty for tests of no feature that the specification has. */
export interface FeatureTests extends Feature {
  tests: TestResult[];
  passed: number;
  outcome: Outcome;
}

export function countTests(tests: Snapshot["tests"]): TestCounts {
  const all = Object.values(tests);
  const count = (status: TestResult["status"]): number => all.filter((one) => one.status === status).length;
  return { passed: count("passed"), total: all.length, quarantined: count("quarantined") };
}

/** Whether the project has tests, which may not have run since they were written. */
export function hasTests({ tests, files }: Snapshot): boolean {
  return Object.keys(tests).length > 0 || Object.keys(files).some(isTestFile);
}

export function isTestFile(path: string): boolean {
  return TEST_FILE.test(path);
}

const TEST_FILE = /^tests\/(?:test_[^/]*\.pyw?|[^/]*\.scenario\.toml)$/;

/** Group the tests by feature, in the order of the features. A test is listed once, at the first it names. */
export function testsByFeature(snapshot: Snapshot): FeatureTests[] {
  const features = featuresOf(specOf(snapshot));
  const known = new Set(features.map(({ id }) => id));
  const groups = new Map<string, TestResult[]>();
  for (const test of Object.values(snapshot.tests)) {
    const home = test.features.find((id) => known.has(id)) ?? "";
    groups.set(home, [...(groups.get(home) ?? []), test]);
  }
  const others = groups.has("") ? [{ id: "", text: "" }] : [];
  return [...features, ...others].map((feature) => {
    const tests = groups.get(feature.id) ?? [];
    const passed = tests.filter(({ status }) => status === "passed").length;
    return { ...feature, tests, passed, outcome: outcomeOf(tests) };
  });
}

function outcomeOf(tests: readonly TestResult[]): Outcome {
  if (tests.length === 0) return "none";
  if (tests.some(({ status }) => status === "failed" || status === "error")) return "failed";
  return tests.some(({ status }) => status === "quarantined") ? "quarantined" : "passed";
}

export function nameOfTest({ title, test }: TestResult): string {
  return title || test.slice(test.indexOf("::") + 2);
}
