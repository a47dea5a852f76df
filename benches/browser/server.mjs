// Serves files as a good web server does: compressed beforehand with brotli, and to be kept by browsers.

import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";

const TYPES = { ".css": "text/css", ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".wasm": "application/wasm" };

/** `files`: bytes or the path of a file, by the path of its address. */
export async function serve(files) {
  const ready = new Map();
  for (const [name, from] of Object.entries(files)) {
    const bytes = typeof from === "string" ? await readFile(from) : from;
    ready.set(`/${name}`, brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 } }));
  }
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    const body = ready.get(decodeURIComponent(pathname));
    if (!body) return response.writeHead(404).end();
    response.writeHead(200, {
      "content-type": TYPES[extname(decodeURIComponent(pathname))],
      "content-encoding": "br",
      "content-length": body.length,
      "cache-control": pathname.endsWith(".html") ? "no-cache" : "max-age=31536000, immutable",
    });
    response.end(body);
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const close = () => new Promise((done) => (server.close(done), server.closeAllConnections()));
  return { url: `http://127.0.0.1:${server.address().port}/`, close, bytes: (name) => ready.get(`/${name}`).length };
}
