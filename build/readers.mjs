// The API readers: named files out of tarballs that build/readers.lock.json names, checked by digest, nothing installed.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { gunzipSync } from "node:zlib";
import { readers, root } from "./paths.mjs";
import { filesOf } from "./tarball.mjs";
import { folderOf } from "./vendor.mjs";

const run = promisify(execFile);
const STAMP = ".made-from";
// What npm has already is not asked for again; an index that does not answer is told within minutes, not a quarter of an hour.
const PATIENCE = ["--ignore-scripts", "--prefer-offline", "--fetch-timeout=30000", "--fetch-retries=2"];
const LICENCE = "LICENCE.txt";
// Source maps are not copied; a file that names one would break the hashing of static files.
const SOURCE_MAP = /\n?\/[/*]# sourceMappingURL=[^\n]*\s*$/;

/** What a folder is made from: a change of any of it makes the folder anew. */
const digestOf = (entry) => createHash("sha256").update(JSON.stringify(entry)).digest("hex");

async function isCurrent(entry) {
  try {
    return (await readFile(path.join(readers, folderOf(entry), STAMP), "utf8")) === digestOf(entry);
  } catch {
    return false;
  }
}

/** `npm pack` finds the tarball wherever npm is told to look; that it is the right one is checked here. */
async function download(entries, folder) {
  const names = entries.map(({ package: name, version }) => `${name}@${version}`);
  await run("npm", ["pack", ...PATIENCE, "--loglevel=error", "--pack-destination", folder, ...names], { cwd: root });
  const tarballs = await Promise.all((await readdir(folder)).map((name) => readFile(path.join(folder, name))));
  const byDigest = new Map(
    tarballs.map((bytes) => [`sha512-${createHash("sha512").update(bytes).digest("base64")}`, bytes]),
  );
  return entries.map((entry) => {
    const bytes = byDigest.get(entry.integrity);
    if (!bytes)
      throw new Error(`The tarball of ${entry.package} ${entry.version} is not the one in build/readers.lock.json.`);
    return [entry, bytes];
  });
}

function edited(target, bytes, edits = {}) {
  let text = bytes.toString("utf8").replace(SOURCE_MAP, "");
  for (const [from, to] of Object.entries(edits[target] ?? {})) {
    if (!text.includes(from)) throw new Error(`${target} has no ${from} to replace.`);
    text = text.replaceAll(from, to);
  }
  return text;
}

/** Writes beside the place and renames at the end, so that a half-written folder is never taken for a whole one. */
async function unpack([entry, tarball]) {
  const wanted = { ...entry.files, ...(entry.licence_file ? { [entry.licence_file]: LICENCE } : {}) };
  const found = filesOf(gunzipSync(tarball), new Set(Object.keys(wanted).map((name) => `package/${name}`)));
  const place = path.join(readers, folderOf(entry));
  const fresh = `${place}.new`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { recursive: true });
  for (const [source, target] of Object.entries(wanted)) {
    const bytes = found.get(`package/${source}`);
    if (!bytes) throw new Error(`${entry.package} ${entry.version} has no ${source}.`);
    await writeFile(path.join(fresh, target), edited(target, bytes, entry.edits));
  }
  await writeFile(path.join(fresh, STAMP), digestOf(entry));
  await rm(place, { recursive: true, force: true });
  await rename(fresh, place);
}

async function removeOthers(entries) {
  const known = new Set(entries.map(folderOf));
  const there = await readdir(readers).catch(() => []);
  const gone = there.filter((name) => !known.has(name));
  await Promise.all(gone.map((name) => rm(path.join(readers, name), { recursive: true, force: true })));
}

async function fetchMissing(entries) {
  const checks = await Promise.all(entries.map(isCurrent));
  const missing = entries.filter((_, index) => !checks[index]);
  if (!missing.length) return;
  const folder = await mkdtemp(path.join(tmpdir(), "readers-"));
  try {
    for (const each of await download(missing, folder)) await unpack(each);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const place = (entry, file) => `vendor/readers/${folderOf(entry)}/${file}`;

async function licenceOf(entry) {
  const { package: name, version, licence, homepage } = entry;
  const file = path.join(readers, folderOf(entry), LICENCE);
  return { name, version, licence, homepage, text: entry.licence_file ? (await readFile(file, "utf8")).trim() : "" };
}

/** Brings what is not there yet; returns `{places, licences}` for the build's manifest. */
export async function bringReaders() {
  const { packages } = JSON.parse(await readFile(path.join(root, "build", "readers.lock.json"), "utf8"));
  await removeOthers(packages);
  await fetchMissing(packages);
  const named = packages.flatMap((entry) =>
    Object.values(entry.files).map((file) => [`readers/${file}`, place(entry, file)]),
  );
  return { places: Object.fromEntries(named), licences: await Promise.all(packages.map(licenceOf)) };
}
