// Tells the learning platform how far the lesson is: SCORM 2004 where the platform offers it, SCORM
// 1.2 where it does not, and nothing where there is no platform.
"use strict";

(() => {
  /** How many frames a page may be inside of. */
  const DEEPEST = 500;
  const begun = Date.now();

  /** The platform's interface: in a frame around this one, or in the window that has opened it. */
  function find(start) {
    let frame = start;
    for (let depth = 0; frame && depth < DEEPEST; depth++) {
      try {
        if (frame.API_1484_11) return new Edition2004(frame.API_1484_11);
        if (frame.API) return new Edition12(frame.API);
      } catch {
        // A frame of another origin says nothing.
      }
      if (frame === frame.parent) break;
      frame = frame.parent;
    }
  }

  class Edition12 {
    constructor(api) {
      this.api = api;
      api.LMSInitialize("");
      if (!["completed", "passed", "failed"].includes(api.LMSGetValue("cmi.core.lesson_status"))) {
        api.LMSSetValue("cmi.core.lesson_status", "incomplete");
      }
      api.LMSCommit("");
    }

    tell({ step, done, score }) {
      const { api } = this;
      api.LMSSetValue("cmi.core.score.min", "0");
      api.LMSSetValue("cmi.core.score.max", "100");
      api.LMSSetValue("cmi.core.score.raw", String(score));
      api.LMSSetValue("cmi.core.lesson_location", String(step));
      if (done) api.LMSSetValue("cmi.core.lesson_status", "completed");
      api.LMSCommit("");
    }

    end(seconds) {
      const two = (number) => String(Math.floor(number)).padStart(2, "0");
      const time = `${String(Math.floor(seconds / 3600)).padStart(4, "0")}:${two((seconds / 60) % 60)}:${two(seconds % 60)}`;
      this.api.LMSSetValue("cmi.core.session_time", time);
      this.api.LMSFinish("");
    }
  }

  class Edition2004 {
    constructor(api) {
      this.api = api;
      api.Initialize("");
      if (api.GetValue("cmi.completion_status") !== "completed") {
        api.SetValue("cmi.completion_status", "incomplete");
      }
      api.Commit("");
    }

    tell({ step, steps, done, score }) {
      const { api } = this;
      api.SetValue("cmi.score.min", "0");
      api.SetValue("cmi.score.max", "100");
      api.SetValue("cmi.score.raw", String(score));
      api.SetValue("cmi.score.scaled", String(score / 100));
      api.SetValue("cmi.progress_measure", String(Math.round((step / steps) * 100) / 100));
      api.SetValue("cmi.location", String(step));
      if (done) {
        api.SetValue("cmi.completion_status", "completed");
        api.SetValue("cmi.success_status", score >= 50 ? "passed" : "failed");
      }
      api.Commit("");
    }

    end(seconds) {
      this.api.SetValue("cmi.session_time", `PT${Math.floor(seconds)}S`);
      this.api.SetValue("cmi.exit", "normal");
      this.api.Terminate("");
    }
  }

  const platform = find(window) ?? (window.opener ? find(window.opener) : undefined);
  if (!platform) return;
  let isOver = false;
  addEventListener("smtp-lesson", ({ detail }) => {
    if (!isOver) platform.tell(detail);
  });
  addEventListener("pagehide", () => {
    if (isOver) return;
    isOver = true;
    platform.end((Date.now() - begun) / 1000);
  });
})();
