// `npm run build`: brings what the browser needs into static/vendor and static/build, as build/manifest.json says.
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { compileScript, compileStyle } from "./compile.mjs";
import { sprite } from "./icons.mjs";
import { output, root } from "./paths.mjs";
import { bringReaders } from "./readers.mjs";
import { judge, licences, measure } from "./report.mjs";
import { copyVendored } from "./vendor.mjs";

const manifest = JSON.parse(await readFile(path.join(root, "build", "manifest.json"), "utf8"));

await rm(output, { recursive: true, force: true });
await mkdir(output, { recursive: true });
const brought = await bringReaders();
const places = { ...manifest.own, ...(await copyVendored(manifest.files)), ...brought.places };
await Promise.all(manifest.bundles.map(compileScript));
await writeFile(path.join(output, "icons.svg"), await sprite(manifest.icons));
await compileStyle(manifest.style, places);

for (const target of ["icons.svg", manifest.style.target, ...manifest.bundles.map((bundle) => bundle.target)]) {
  places[target] = `build/${target}`;
}
const files = Object.fromEntries(await Promise.all(Object.values(places).map(async (p) => [p, await measure(p)])));
const packages = await licences([...manifest.files, ...manifest.compiled]);
const written = { places, files, licences: [...packages, ...brought.licences] };
await writeFile(path.join(output, "manifest.json"), `${JSON.stringify(written, null, 1)}\n`);

const shellBundles = manifest.bundles.filter((bundle) => bundle.shell).map((bundle) => places[bundle.target]);
const shellFiles = manifest.files
  .filter((entry) => entry.shell)
  .flatMap((entry) => Object.values(entry.files).map((target) => places[`${entry.package}/${target}`]));
const shell = { scripts: [...shellFiles, ...shellBundles], styles: [places[manifest.style.target]] };
const complaints = judge(files, shell, manifest.budgets);
for (const sentence of complaints) console.error(sentence);
process.exitCode = complaints.length ? 1 : 0;
