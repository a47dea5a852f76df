// The script of a SCORM package against the runtime of a learning platform (scorm-again): completion,
// score and time are set there. Nothing of it needs a browser.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import vm from "node:vm";

const runtime = await Promise.all([import("scorm-again/scorm12"), import("scorm-again/scorm2004")]).catch(() => undefined);
if (!runtime) {
  const text = "scorm-again is not installed (`make setup` installs it)";
  if (process.env.CI) throw new Error(text);
  console.log(`SKIPPED: ${text}`);
  process.exit(0);
}
const [{ Scorm12API }, { Scorm2004API }] = runtime;
const script = await readFile(new URL("../../src/native/lesson/package/scorm.js", import.meta.url), "utf8");

/** A page of a package, in a frame of a page that has these. */
function page(platform) {
  const window = new EventTarget();
  const middle = { parent: Object.assign({}, platform) };
  middle.parent.parent = middle.parent;
  window.parent = middle;
  vm.runInNewContext(script, { window, addEventListener: window.addEventListener.bind(window) });
  return {
    reach: (step, steps, score) =>
      window.dispatchEvent(
        new CustomEvent("smtp-lesson", { detail: { lesson: "x", step, steps, score, done: step === steps } }),
      ),
    leave: () => window.dispatchEvent(new Event("pagehide")),
  };
}

/** A runtime that keeps what it has, and complains of nothing that was not wrong. */
function start(Api) {
  const api = new Api({ autocommit: false, logLevel: 5 });
  return api;
}

test("SCORM 1.2", () => {
  const api = start(Scorm12API);
  const opened = page({ API: api });
  assert.equal(api.LMSGetValue("cmi.core.lesson_status"), "incomplete");
  opened.reach(0, 4, 0);
  opened.reach(3, 4, 66);
  assert.equal(api.LMSGetValue("cmi.core.lesson_status"), "incomplete");
  assert.equal(api.LMSGetValue("cmi.core.score.raw"), "66");
  assert.equal(api.LMSGetLastError(), "0");
  opened.reach(4, 4, 75);
  assert.equal(api.LMSGetValue("cmi.core.lesson_status"), "completed");
  assert.equal(api.LMSGetValue("cmi.core.score.raw"), "75");
  assert.equal(api.LMSGetValue("cmi.core.score.max"), "100");
  assert.equal(api.LMSGetValue("cmi.core.lesson_location"), "4");
  assert.equal(api.LMSGetLastError(), "0");
  opened.leave();
  assert.match(api.cmi.core.getCurrentTotalTime?.() ?? api.cmi.core.total_time ?? "", /^(\d+:)?\d+:\d\d(:\d\d)?|^$/);
  assert.ok(api.isTerminated(), "the session has ended");
  // What comes after the end is not told.
  opened.reach(4, 4, 100);
  assert.equal(api.cmi.core.score.raw, "75");
});

test("SCORM 2004", () => {
  const api = start(Scorm2004API);
  const opened = page({ API_1484_11: api, API: { LMSInitialize: () => assert.fail("the newer one is asked") } });
  assert.equal(api.GetValue("cmi.completion_status"), "incomplete");
  opened.reach(1, 3, 33);
  assert.equal(api.GetValue("cmi.progress_measure"), "0.33");
  assert.equal(api.GetValue("cmi.completion_status"), "incomplete");
  opened.reach(3, 3, 100);
  assert.equal(api.GetLastError(), "0");
  assert.equal(api.GetValue("cmi.completion_status"), "completed");
  assert.equal(api.GetValue("cmi.success_status"), "passed");
  assert.equal(api.GetValue("cmi.score.scaled"), "1");
  assert.equal(api.GetValue("cmi.score.raw"), "100");
  assert.equal(api.GetValue("cmi.location"), "3");
  opened.leave();
  assert.ok(api.isTerminated(), "the session has ended");
});

test("who has done a lesson once has done it", () => {
  const api = start(Scorm12API);
  api.loadFromJSON?.({ cmi: { core: { lesson_status: "completed" } } });
  page({ API: api });
  assert.equal(api.LMSGetValue("cmi.core.lesson_status"), "completed");
});

test("without a platform nothing happens", () => {
  const opened = page({});
  opened.reach(1, 1, 100);
  opened.leave();
});
