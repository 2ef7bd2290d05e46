// Builds what browsers load: front/*.{js,css} -> static/ui/dist. Run by `npm run build`; `--watch` rebuilds on change.
import { build, context } from "esbuild";
import { copyFile, mkdir, readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..", "..", "..");
const out = join(here, "static", "ui", "dist");

const options = {
  entryPoints: ["app.js", "theme.js", "charts.js", "upload.js", "app.css"].map((name) => join(here, "front", name)),
  outdir: out,
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2020",
  charset: "utf8",
  legalComments: "none",
  logLevel: "warning",
  absWorkingDir: root,
};

// ECharts tests process.env for its development warnings.
options.define = { "process.env.NODE_ENV": '"production"' };

async function clean() {
  await mkdir(out, { recursive: true });
  for (const name of await readdir(out)) await rm(join(out, name), { recursive: true });
}

async function copies() {
  // The server-side renderer runs the very same library, whole.
  await copyFile(join(root, "node_modules", "echarts", "dist", "echarts.min.js"), join(out, "echarts.min.js"));
}

await clean();
await copies();
if (process.argv.includes("--watch")) {
  const watching = await context({ ...options, minify: false, logLevel: "info" });
  await watching.watch();
} else {
  await build(options);
  console.log(`front end built: ${(await readdir(out)).sort().join(", ")}`);
}
