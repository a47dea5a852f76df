// Writes down what is in the bundle, with versions and licences, as CycloneDX: `node tools/sbom.mjs FOLDER`.
// It says nothing of time and place, so two builds of the same give the same bytes.

import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { bundled, checksums, licence } from "./crates.mjs";

const [folder] = process.argv.slice(2);
const { version, license } = /version = "(?<version>.+)"[^]*?license = "(?<license>.+)"/.exec(readFileSync("Cargo.toml", "utf8")).groups;
const compiler = /RUST_VERSION=([\d.]+)/.exec(readFileSync("tools/versions.sh", "utf8"))?.[1];
const sums = checksums();
const light = new Set(bundled(false).map(({ id }) => id));
const expression = (text) => [{ expression: text }];
const crate = (one) => ({
  type: "library",
  "bom-ref": `pkg:cargo/${one.name}@${one.version}`,
  name: one.name,
  version: one.version,
  purl: `pkg:cargo/${one.name}@${one.version}`,
  licenses: expression(licence(one)),
  hashes: [{ alg: "SHA-256", content: sums.get(`${one.name}@${one.version}`) }],
  properties: [{ name: "smtp-terminal:builds", value: light.has(one.id) ? "light, full" : "full" }],
});
const std = {
  type: "library",
  "bom-ref": "rust-std",
  name: "std",
  version: compiler,
  description: "Rust's standard library, with what wasm-bindgen's glue puts around the module",
  licenses: expression("MIT OR Apache-2.0"),
  properties: [{ name: "smtp-terminal:builds", value: "light, full" }],
};
const file = (name) => ({
  type: "file",
  "bom-ref": `file:${name}`,
  name,
  hashes: [{ alg: "SHA-256", content: createHash("sha256").update(readFileSync(`${folder}/${name}`)).digest("hex") }],
});
const files = ["smtp-terminal.js", ...["light", "full"].flatMap((build) => [`smtp-terminal-${build}.js`, `smtp-terminal-${build}_bg.wasm`]), "smtp-terminal.single.js"];
const crates = bundled(true).map(crate).sort((a, b) => (a.purl < b.purl ? -1 : 1));
const bom = {
  bomFormat: "CycloneDX",
  specVersion: "1.6",
  version: 1,
  metadata: { component: { type: "application", "bom-ref": "smtp-terminal", name: "smtp-terminal", version, licenses: expression(license) } },
  components: [...files.filter((name) => existsSync(`${folder}/${name}`)).map(file), std, ...crates],
  dependencies: [{ ref: "smtp-terminal", dependsOn: [std["bom-ref"], ...crates.map((one) => one["bom-ref"])] }],
};
writeFileSync(`${folder}/sbom.cdx.json`, `${JSON.stringify(bom, undefined, 2)}\n`);
console.log(`${folder}/sbom.cdx.json: ${crates.length} crates, of which ${crates.filter((one) => one.properties[0].value !== "full").length} are in the light build`);
