/**
 * `make static`: bundles, minifies, names by content and compresses what a browser loads.
 *
 * Writes static/dist/ and its manifest (source path -> built path). Sources stay what development
 * serves; nothing here changes what they mean.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, extname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "esbuild";
import { minify } from "terser";

const root = dirname(fileURLToPath(import.meta.url));
const shared = {
  absWorkingDir: root,
  bundle: true,
  minify: true,
  metafile: true,
  write: false,
  charset: "utf8",
  legalComments: "none", // one line of our own names the licence of socket.io-client
  target: ["es2020"],
};

/**
 * Of the official client only what the panel asks of it: no WebTransport, no binary packets (the server speaks
 * text alone and refuses others), no parser of addresses beside the browser's. The same locked package as the
 * vendored file that development serves.
 */
const WITHOUT = new Map([
  ["engine.io-client/build/esm/transports/webtransport.js", "export const WT = null;"],
  ["engine.io-client/build/esm/transports/polling-fetch.js", "export const Fetch = null;"],
  ["socket.io-parser/build/esm/is-binary.js", "export const isBinary = () => false, hasBinary = isBinary;"],
  ["socket.io-parser/build/esm/binary.js", "export const deconstructPacket = null, reconstructPacket = null;"],
  [
    "engine.io-parser/build/esm/encodePacket.browser.js",
    `import { PACKET_TYPES } from "./commons.js";
    export const encodePacket = ({ type, data }, binary, done) => done(PACKET_TYPES[type] + (data || ""));
    export const encodePacketToBinary = null;`,
  ],
  [
    "engine.io-parser/build/esm/decodePacket.browser.js",
    `import { ERROR_PACKET, PACKET_TYPES_REVERSE } from "./commons.js";
    export const decodePacket = (text) => {
      const type = typeof text === "string" && PACKET_TYPES_REVERSE[text[0]];
      return type ? { type, data: text.length > 1 ? text.slice(1) : undefined } : ERROR_PACKET;
    };`,
  ],
  [
    // Every browser of ours has URL.
    "engine.io-client/build/esm/contrib/parseuri.js",
    `export const parse = (source) => {
      const { protocol, hostname, port, pathname, search } = new URL(source);
      return { source, protocol: protocol.slice(0, -1), host: hostname.replace(/[[\\]]/g, ""), port, path: pathname, query: search.slice(1) };
    };`,
  ],
]);
const slimClient = {
  name: "slim client",
  setup(build) {
    build.onResolve({ filter: /vendor\/socket\.io\.esm\.min\.js$/ }, ({ resolveDir }) =>
      build.resolve("socket.io-client", { kind: "import-statement", resolveDir }),
    );
    for (const [file, contents] of WITHOUT)
      build.onLoad({ filter: new RegExp(`${file.replaceAll(".", "\\.")}$`) }, () => ({ contents }));
  },
};
const LICENCE = "/*! Socket.IO (c) Guillermo Rauch, MIT: vendor/socket.io.LICENSE.txt */";

/** terser after esbuild: it chooses names that compress better, a twentieth less on the wire (docs/decisions/0055). */
const SMALLER = { module: true, ecma: 2020, compress: { passes: 2 }, format: { comments: /^!/ } };

/** The languages of the panel; each is a bundle of its own, so that nobody loads two. */
export const LANGS = readdirSync(join(root, "locales"))
  .filter((name) => name.endsWith(".js"))
  .map((name) => name.slice(0, -3));

/** What the panel loads at once, and what it asks for later (widget/later.js). */
const PANEL = (lang) => [`widget/main.${lang}.js`, `widget/later.${lang}.js`];

/** What the desk loads. */
const DESK = [...["en", "es"].flatMap((lang) => [`desk/main.${lang}.js`, `desk/practise.${lang}.js`]), "desk/desk.css"];

/** `out`: where to, below static/ unless it is absolute. Returns the manifest. */
export async function buildAll(out = "dist") {
  const outdir = resolve(root, out);
  rmSync(outdir, { recursive: true, force: true });
  const panel = await build({
    ...shared,
    outdir,
    entryPoints: [...LANGS.flatMap(PANEL), "widget/widget.css", ...DESK],
    entryNames: "[dir]/[name]",
    banner: { js: LICENCE },
    plugins: [slimClient],
    format: "esm",
  });
  const embed = await build({ ...shared, outdir, entryPoints: ["embed.js"], entryNames: "[name]", format: "iife" });
  mkdirSync(outdir, { recursive: true });
  const manifest = { ...(await written(panel, outdir, named)), ...(await written(embed, outdir, basename)) };
  writeFileSync(join(outdir, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  return manifest;
}

/** The files of a build as they are served: smaller still, under `name(path, code)`, compressed beside. */
async function written({ outputFiles, metafile }, outdir, name) {
  const manifest = {};
  for (const { path, text } of outputFiles) {
    const code = extname(path) === ".js" ? (await minify(text, SMALLER)).code : text;
    const file = join(outdir, name(path, code));
    writeFileSync(file, code);
    compress(file);
    manifest[metafile.outputs[relative(root, path)].entryPoint] = relative(root, file);
  }
  return manifest;
}

/** By what is in it, so that a browser may keep it forever. The loader keeps its name: it stands in the clinics' pages. */
function named(path, code) {
  const hash = createHash("sha256").update(code).digest("hex").slice(0, 8).toUpperCase();
  return `${basename(path, extname(path))}-${hash}${extname(path)}`;
}

/** Beside each file, for the server to hand out as it is. */
function compress(path) {
  const bytes = readFileSync(path);
  writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
  writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(await buildAll());
