// esbuild for scripts, the Tailwind command line for the style sheet.
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { modules, output, root } from "./paths.mjs";

const run = promisify(execFile);

export async function compileScript({ entry, target, format }) {
  await build({
    entryPoints: [path.join(root, entry)],
    outfile: path.join(output, target),
    format,
    bundle: true,
    minify: true,
    target: "es2022",
    legalComments: "none",
    logLevel: "warning",
  });
}

/** Compiles the style sheet; `url("vendor:<package>/<file>")` becomes the path of the copied file. */
export async function compileStyle({ entry, target }, places) {
  const cli = path.join(modules, "@tailwindcss", "cli", "dist", "index.mjs");
  const file = path.join(output, target);
  await run(process.execPath, [cli, "--input", path.join(root, entry), "--output", file, "--minify"], { cwd: root });
  const css = await readFile(file, "utf8");
  const placed = css.replace(/url\(["']?vendor:([^"')]+)["']?\)/g, (_, name) => {
    if (!places[name]) throw new Error(`The style sheet asks for ${name}, which build/manifest.json does not copy.`);
    return `url("../${places[name]}")`;
  });
  await writeFile(file, placed);
}
