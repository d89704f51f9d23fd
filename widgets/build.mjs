/** Builds `aiflow_widgets/static`: the loader that travels with each widget, and the workbench it loads. */
import { context } from "esbuild";

const shared = {
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  charset: "utf8",
  legalComments: "none",
  loader: { ".css": "text" },
  logLevel: "info",
  absWorkingDir: import.meta.dirname,
};

/** The stylesheet is one text: its parts are joined (and minified) before they are bundled. */
const css = {
  name: "css-text",
  setup(build) {
    build.onLoad({ filter: /styles\/index\.css$/ }, async ({ path }) => {
      const options = { entryPoints: [path], bundle: true, minify: true, write: false };
      const result = await build.esbuild.build(options);
      return { contents: result.outputFiles[0].text.trim(), loader: "text" };
    });
  },
};

const targets = await Promise.all([
  context({ ...shared, entryPoints: ["src/loader.ts"], outfile: "aiflow_widgets/static/loader.js" }),
  context({
    ...shared,
    plugins: [css],
    jsx: "automatic",
    jsxImportSource: "preact",
    entryPoints: ["src/main.tsx"],
    outfile: "aiflow_widgets/static/workbench.js",
  }),
]);

if (process.argv.includes("--watch")) {
  await Promise.all(targets.map((target) => target.watch()));
} else {
  await Promise.all(targets.map((target) => target.rebuild()));
  await Promise.all(targets.map((target) => target.dispose()));
}
