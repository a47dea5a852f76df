// Serves a folder on a free local port: `node tools/serve.mjs FOLDER [PORT]`.
// The browser tests import `serve` from here, so they see what a reader sees.

import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join, normalize, sep } from "node:path";
import { pathToFileURL } from "node:url";

const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".mjs": "text/javascript; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
};

/** The policy under which everything here has to work. */
export const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; " +
  "style-src 'self'; img-src 'self' data:; manifest-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; " +
  "require-trusted-types-for 'script'; trusted-types smtp-terminal-offline";

/** A path without its percent signs; nothing where they are wrong. */
function decoded(path) {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

/**
 * Starts a server.
 * @param {string | string[]} folders where files are looked for, in this order
 * @param {{port?: number, headers?: Record<string, string>}} [options]
 * @returns {Promise<{url: string, requests: string[], close: () => Promise<void>}>}
 */
export async function serve(folders, { port = 0, headers = {} } = {}) {
  const requests = [];
  const roots = [folders].flat();
  const server = createServer(async (request, response) => {
    requests.push(request.url);
    const path = decoded(request.url.replace(/[?#].*/s, ""));
    const name = path && normalize(path.endsWith("/") ? `${path}index.html` : path);
    if (!name || name.split(sep).includes("..")) return response.writeHead(400).end();
    for (const root of roots) {
      try {
        const body = await readFile(join(root, name));
        const type = TYPES[extname(name)] ?? "application/octet-stream";
        response.writeHead(200, { "content-type": type, "cache-control": "no-cache", ...headers });
        return response.end(body);
      } catch {
        // Not in this folder; perhaps in the next.
      }
    }
    response.writeHead(404, { "content-type": "text/plain", ...headers }).end("not found\n");
  });
  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const [folder = "target/site", wanted] = process.argv.slice(2);
  // The second is for frames without an origin, as www/examples/lms.html has one.
  const headers = { "content-security-policy": POLICY, "access-control-allow-origin": "*" };
  const port = Number(wanted ?? process.env.PORT ?? 8080);
  let served;
  try {
    served = await serve(folder, { port, headers });
  } catch (error) {
    if (error.code !== "EADDRINUSE" || wanted || process.env.PORT) throw error;
    served = await serve(folder, { headers });
  }
  console.log(`smtp-terminal is at ${served.url} (stop it with Ctrl-C)`);
}
