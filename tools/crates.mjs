// What Cargo knows of the crates: all of them, and those that are in a bundle.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

const ROOT = "smtp-terminal";
export const REGISTRY = "registry+https://github.com/rust-lang/crates.io-index";

function metadata(...more) {
  const words = ["metadata", "--locked", "--format-version", "1", ...more];
  return JSON.parse(execFileSync("cargo", words, { maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "inherit"] }));
}

/** All crates that Cargo.lock names. */
export const everything = () => metadata().packages.filter(({ name }) => name !== ROOT);

/** The checksum of each crate, as Cargo.lock has it. */
export function checksums() {
  const found = readFileSync("Cargo.lock", "utf8").matchAll(/name = "(.+)"\nversion = "(.+)"\nsource = ".+"\nchecksum = "(.+)"/g);
  return new Map([...found].map(([, name, version, sum]) => [`${name}@${version}`, sum]));
}

/** The crates whose code the browser loads: not what only builds, and no macros, which run in the compiler. */
export function bundled(isFull) {
  const words = ["tree", "--locked", "--target", "wasm32-unknown-unknown", "--edges", "normal,no-proc-macro", "--prefix", "none", "--format", "{p}|{l}"];
  const told = execFileSync("cargo", isFull ? words : [...words, "--no-default-features"], { encoding: "utf8" });
  const lines = new Set(told.split("\n").map((line) => line.replace(/ \(\*\)$/, "")).filter(Boolean));
  const crates = [...lines].map((line) => {
    const [, name, version, license] = /^(\S+) v(\S+)[^|]*\|(.*)$/.exec(line);
    return { id: `${name}@${version}`, name, version, license };
  });
  return crates.filter(({ name }) => name !== ROOT);
}

/** An expression of SPDX: older crates write a slash. */
export const licence = ({ license }) => (license ?? "").replace(/\s*\/\s*/g, " OR ");

/** Whether an expression can be met with these licences. */
export function isMet(expression, allowed) {
  const words = expression.match(/\(|\)|[^\s()]+/g) ?? [];
  let at = 0;
  const one = () => {
    if (words[at] === "(") {
      at++;
      const met = any();
      at++;
      return met;
    }
    let name = words[at++];
    if (words[at] === "WITH") {
      name += ` WITH ${words[at + 1]}`;
      at += 2;
    }
    return allowed.has(name);
  };
  const all = () => {
    let met = one();
    while (words[at] === "AND") {
      at++;
      met = one() && met;
    }
    return met;
  };
  const any = () => {
    let met = all();
    while (words[at] === "OR") {
      at++;
      met = all() || met;
    }
    return met;
  };
  return words.length > 0 && any() && at === words.length;
}
