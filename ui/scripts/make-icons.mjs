// Makes every picture an operating system wants from icons/icon.svg, and says what it made.
import { Resvg } from "@resvg/resvg-js";
import { readFileSync, writeFileSync } from "node:fs";

const folder = new URL("../../icons/", import.meta.url);
const read = (name) => readFileSync(new URL(name, folder), "utf8");

function png(svg, size) {
  return Buffer.from(new Resvg(svg, { fitTo: { mode: "width", value: size } }).render().asPng());
}

function write(name, bytes) {
  writeFileSync(new URL(name, folder), bytes);
  console.log(`icons/${name}  ${bytes.length} bytes`);
}

/** Windows: a directory of pictures, each a PNG. A side of 256 is written as 0. */
function ico(pictures) {
  const head = Buffer.alloc(6);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(pictures.length, 4);
  let offset = 6 + 16 * pictures.length;
  const entries = pictures.map(({ size, bytes }) => {
    const entry = Buffer.alloc(16);
    entry.writeUInt8(size % 256, 0);
    entry.writeUInt8(size % 256, 1);
    entry.writeUInt16LE(1, 4);
    entry.writeUInt16LE(32, 6);
    entry.writeUInt32LE(bytes.length, 8);
    entry.writeUInt32LE(offset, 12);
    offset += bytes.length;
    return entry;
  });
  return Buffer.concat([head, ...entries, ...pictures.map(({ bytes }) => bytes)]);
}

/** macOS: pieces, each with a name of four letters and its length. */
function icns(pieces) {
  const chunk = (name, bytes) => {
    const head = Buffer.alloc(8);
    head.write(name, "ascii");
    head.writeUInt32BE(bytes.length + 8, 4);
    return Buffer.concat([head, bytes]);
  };
  return chunk("icns", Buffer.concat(pieces.map(({ name, bytes }) => chunk(name, bytes))));
}

const icon = read("icon.svg");
const sized = (size) => ({ size, bytes: png(icon, size) });

for (const [name, size] of [
  ["32x32.png", 32],
  ["128x128.png", 128],
  ["128x128@2x.png", 256],
  ["icon.png", 512],
  ["icon-1024.png", 1024],
]) {
  write(name, png(icon, size));
}
write("icon.ico", ico([16, 24, 32, 48, 64, 256].map(sized)));

// A coin to the very edge looks too big beside other programs in a dock: 10 % of air.
const airy = icon.replace('viewBox="0 0 64 64"', 'viewBox="-6.4 -6.4 76.8 76.8"');
write(
  "icon.icns",
  icns(
    [
      ["icp4", 16],
      ["icp5", 32],
      ["ic07", 128],
      ["ic08", 256],
      ["ic09", 512],
      ["ic10", 1024],
      ["ic11", 32],
      ["ic12", 64],
      ["ic13", 256],
      ["ic14", 512],
    ].map(([name, size]) => ({ name, bytes: png(airy, size) })),
  ),
);
