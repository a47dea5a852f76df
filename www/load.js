// The simulator's modules. Each build is fetched and compiled once for the page. Each terminal has an
// instance of its own, so that a mistake that stops one stops no other, and what one has needed of memory
// is free when it goes.

import { joined } from "./streams.js";

// Written out, so that bundlers find the files and ship them.
const files = {
  light: () => [import("./smtp-terminal-light.js"), new URL("./smtp-terminal-light_bg.wasm", import.meta.url)],
  full: () => [import("./smtp-terminal-full.js"), new URL("./smtp-terminal-full_bg.wasm", import.meta.url)],
};
/** Of each build the promise of its glue and its module. */
const loaded = {};

/** What a server gives for a file that has to be there. */
export async function get(url, signal) {
  // A network that fails says not of what.
  const response = await fetch(url, { signal }).catch(({ message }) => ({ status: message }));
  if (!response.ok) throw new Error(url + (response.status === 404 ? " was not found" : `: ${response.status}`));
  return response;
}

/** Compiles a file, whatever type a server gives it. */
async function compile(url) {
  const response = await get(url);
  return WebAssembly.compile(joined(new Uint8Array(await response.arrayBuffer())));
}

async function read(build) {
  const [script, url] = files[build]();
  const [{ default: glue }, module] = await Promise.all([script, compile(url)]);
  return { glue, module, url };
}

/**
 * An instance: `Terminal`, the style sheet of its views, `Keep` (both of the full build), and the function `stopped` to be called when it
 * stops. A panic is a trap, which nothing outlives; whatever is thrown through the module's own functions
 * is one, and another module's is none of ours. A stopped module is called no more.
 */
async function start({ glue, module, url }) {
  const made = { stopped() {} };
  const exports = { __wbindgen_start() {} };
  let isOver = false;
  const watched = (call) => (...values) => {
    if (isOver) return;
    try {
      return call(...values);
    } catch (fault) {
      isOver = true;
      // Whatever called into the simulator is still on its way out.
      queueMicrotask(() => {
        console.error("smtp-terminal stopped:", fault);
        made.stopped();
      });
      throw fault;
    }
  };
  // The glue makes its instance at once, which browsers do not allow for large modules. So it gets
  // an empty one, which is filled as soon as the real one is there.
  let instance;
  const { initSync, Terminal, css, Keep, version = "" } = glue({
    Module: WebAssembly.Module,
    Instance: function (module, imports) {
      instance = WebAssembly.instantiate(module, imports);
      return { exports };
    },
  });
  initSync({ module });
  // A cache, or half an update of a site, may have mixed two that do not fit.
  const own = WebAssembly.Module.customSections(module, "version").map((bytes) => new TextDecoder().decode(bytes));
  if (own.join() !== version) {
    instance.catch(() => {});
    throw new Error(`${url} is of another version than the script beside it`);
  }
  for (const [name, value] of Object.entries((await instance).exports)) {
    exports[name] = typeof value === "function" ? watched(value) : value;
  }
  exports.__wbindgen_start();
  return Object.assign(made, { Terminal, css, Keep });
}

/** Makes an instance of the simulator. Where the full build is there already, it serves plain terminals as well. */
export async function load(full) {
  const build = full || loaded.full ? "full" : "light";
  const files = (loaded[build] ??= read(build));
  try {
    return await start(await files);
  } catch (fault) {
    // The next element, or the same one put back, may try again.
    if (loaded[build] === files) delete loaded[build];
    throw fault;
  }
}
