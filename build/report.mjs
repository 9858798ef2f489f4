// What was built: sizes and digests for the manifest, licences for people, and the budgets of the shell.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { modules, root } from "./paths.mjs";
import { describe } from "./vendor.mjs";

/** `{size_bytes, gzip_bytes, sha384}` of a file below static/. */
export async function measure(place) {
  const bytes = await readFile(path.join(root, "static", place));
  return {
    size_bytes: bytes.length,
    gzip_bytes: gzipSync(bytes, { level: 9 }).length,
    sha384: createHash("sha384").update(bytes).digest("base64"),
  };
}

async function licenceText(name) {
  for (const file of ["LICENSE", "LICENSE.md", "LICENSE.txt"]) {
    try {
      return (await readFile(path.join(modules, name, file), "utf8")).trim();
    } catch (error) {
      if (error.code !== "ENOENT") throw error;
    }
  }
  return "";
}

/** One entry per package that the browser gets something of, with the full text where the package ships it. */
export async function licences(entries) {
  return Promise.all(
    entries.map(async (entry) => ({ ...(await describe(entry)), text: await licenceText(entry.package) })),
  );
}

/** Prints one line per file; returns the sentences about what is over budget. */
export function judge(files, { scripts, styles }, budgets) {
  const kib = (bytes) => `${(bytes / 1024).toFixed(1)} KB`.padStart(9);
  for (const [place, { gzip_bytes: size }] of Object.entries(files)) console.log(`${kib(size)}  ${place}`);
  const total = (places) => places.reduce((sum, place) => sum + files[place].gzip_bytes, 0);
  const found = [
    ["Shell scripts", total(scripts), budgets.script],
    ["Style sheet", total(styles), budgets.style],
  ];
  for (const [what, size, budget] of found)
    console.log(`${kib(size)}  ${what}, compressed (budget ${kib(budget).trim()})`);
  return found
    .filter(([, size, budget]) => size > budget)
    .map(
      ([what, size, budget]) => `${what}: ${kib(size).trim()} compressed is over the budget of ${kib(budget).trim()}.`,
    );
}
