const types: readonly (readonly [string, string])[] = [
  ["text/html", "html htm shtml"],
  ["text/css", "css"],
  ["text/xml", "xml"],
  ["text/plain", "txt"],
  ["image/gif", "gif"],
  ["image/jpeg", "jpeg jpg"],
  ["image/png", "png"],
  ["image/svg+xml", "svg svgz"],
  ["image/webp", "webp"],
  ["image/x-icon", "ico"],
  ["application/javascript", "js"],
  ["application/json", "json"],
  ["application/pdf", "pdf"],
  ["application/wasm", "wasm"],
  ["application/zip", "zip"],
  ["application/octet-stream", "bin exe dll deb dmg iso img"],
  ["font/woff", "woff"],
  ["font/woff2", "woff2"],
  ["audio/mpeg", "mp3"],
  ["video/mp4", "mp4"],
  ["video/webm", "webm"],
];

/** The file that nginx.conf includes. */
export const mimeTypes = `types {\n${types.map(([type, extensions]) => `  ${type} ${extensions};\n`).join("")}}\n`;
