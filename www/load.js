// The simulator's modules. Each build is fetched and compiled once for the page, and one instance of
// it serves all its terminals; after a crash a fresh one is made of what has been compiled.

// Written out, so that bundlers find the files and ship them.
const files = {
  light: () => [import("./smtp-terminal-light.js"), new URL("./smtp-terminal-light_bg.wasm", import.meta.url)],
  full: () => [import("./smtp-terminal-full.js"), new URL("./smtp-terminal-full_bg.wasm", import.meta.url)],
};
const compiled = {};
/** The running instance of each build, or the promise of one. */
const running = {};

/** Compiles a file, also where a server does not know the type of wasm. */
async function compile(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status} ${response.statusText}`);
  return response.headers.get("content-type")?.startsWith("application/wasm")
    ? WebAssembly.compileStreaming(response)
    : WebAssembly.compile(await response.arrayBuffer());
}

/**
 * An instance: `Terminal`, the style sheet of its views, and the set of functions to be called when
 * it stops. A panic is a trap, which nothing outlives; whatever is thrown through the module's own
 * functions is one, and another module's is none of ours.
 */
async function start(build) {
  const [script, url] = files[build]();
  compiled[build] ??= compile(url);
  const [{ default: glue }, module] = await Promise.all([script, compiled[build]]);
  const exports = { __wbindgen_start() {} };
  const stopping = new Set();
  const watched = (call) => (...values) => {
    try {
      return call(...values);
    } catch (fault) {
      delete running[build];
      // Whatever called into the simulator is still on its way out.
      queueMicrotask(() => {
        if (stopping.size) console.error("smtp-terminal stopped:", fault);
        for (const stopped of stopping) stopped();
        stopping.clear();
      });
      throw fault;
    }
  };
  // The glue makes its instance at once, which browsers do not allow for large modules. So it gets
  // an empty one, which is filled as soon as the real one is there.
  let instance;
  const { initSync, Terminal, css } = glue({
    Module: WebAssembly.Module,
    Instance: function (module, imports) {
      instance = WebAssembly.instantiate(module, imports);
      return { exports };
    },
  });
  initSync({ module });
  for (const [name, value] of Object.entries((await instance).exports)) {
    exports[name] = typeof value === "function" ? watched(value) : value;
  }
  exports.__wbindgen_start();
  return { Terminal, css, stopping };
}

/** Loads the simulator. Where the full build runs already, it serves plain terminals as well. */
export function load(full) {
  const build = full || running.full ? "full" : "light";
  running[build] ??= start(build).catch((fault) => {
    // The next element, or the same one put back, may try again.
    delete running[build];
    delete compiled[build];
    throw fault;
  });
  return running[build];
}
