// Where the build reads and writes. Everything it writes is git-ignored.
import path from "node:path";
import { fileURLToPath } from "node:url";

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
export const modules = path.join(root, "node_modules");
export const vendor = path.join(root, "static", "vendor");
export const readers = path.join(vendor, "readers");
export const output = path.join(root, "static", "build");
