// The server of `make serve`: whatever is asked of it, it goes on.

import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import { serveSite } from "./browser.mjs";

/** The first line of the answer to a request for `path`, as it stands. */
async function asked(port, path) {
  const socket = connect(port, "127.0.0.1");
  socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
  const [first] = await once(socket, "data");
  socket.destroy();
  return String(first).split("\r\n")[0];
}

test("odd paths are refused, and the next request is answered", async (t) => {
  const site = await serveSite();
  t.after(() => site.close());
  const { port } = new URL(site.url);
  for (const [path, status] of [
    ["//", 200],
    ["/%", 400],
    ["/%zz", 400],
    ["/%00", 404],
    ["/../Cargo.toml", 404],
    ["/%2e%2e/Cargo.toml", 404],
    ["/..%2fCargo.toml", 404],
    ["//elsewhere.example/x", 404],
    ["/index.html?a=%", 200],
    ["/", 200],
  ]) {
    const line = await asked(port, path);
    assert.match(line, new RegExp(`^HTTP/1.1 ${status} `), `${path}: ${line}`);
  }
});
