// Copies named files of named packages, and nothing else: packages also carry demos, source maps and more.
import { cp, mkdir, readdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { modules, readers, vendor } from "./paths.mjs";

/** The package's own description, after checking that its licence is the one we agreed to. */
export async function describe({ package: name, licence }) {
  const about = JSON.parse(await readFile(path.join(modules, name, "package.json"), "utf8"));
  if (about.license !== licence) {
    throw new Error(`${name} says its licence is ${about.license}; build/manifest.json expects ${licence}.`);
  }
  return { name, version: about.version, licence, homepage: about.homepage ?? "" };
}

/** `@scope/name` 1.2.3 → `scope-name-1.2.3`, the folder below static/vendor. */
export function folderOf({ name, package: named, version }) {
  return `${(name ?? named).replace("@", "").replaceAll("/", "-")}-${version}`;
}

/** The readers stay from build to build (readers.mjs looks after them). */
async function removeAllButReaders() {
  const there = await readdir(vendor).catch(() => []);
  const gone = there.map((name) => path.join(vendor, name)).filter((folder) => folder !== readers);
  await Promise.all(gone.map((folder) => rm(folder, { recursive: true, force: true })));
}

/** Copies every file of the manifest; returns `{"package/target": "vendor/<folder>/<target>"}`. */
export async function copyVendored(entries) {
  await removeAllButReaders();
  const places = {};
  for (const entry of entries) {
    const about = await describe(entry);
    const folder = folderOf(about);
    await mkdir(path.join(vendor, folder), { recursive: true });
    for (const [source, target] of Object.entries(entry.files)) {
      await cp(path.join(modules, entry.package, source), path.join(vendor, folder, target));
      places[`${entry.package}/${target}`] = `vendor/${folder}/${target}`;
    }
  }
  return places;
}
