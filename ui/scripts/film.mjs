// A film for a camera that is not there: codes on a sheet of paper, one after the other, in the
// format Chromium takes (YUV4MPEG2).
import encodeQR from "qr";
import { writeFileSync } from "node:fs";

const [WIDTH, HEIGHT] = [640, 480];
const [PAPER, INK, DESK] = [225, 35, 120];
/** Frames that each code is held up for, of ten in a second. */
const EACH = 4;

function picture(text) {
  const rows = encodeQR(text, "raw", { ecc: "low", border: 4 });
  const dot = Math.floor(HEIGHT / rows.length);
  const side = dot * rows.length;
  const [left, top] = [Math.floor((WIDTH - side) / 2), Math.floor((HEIGHT - side) / 2)];
  const luma = Buffer.alloc(WIDTH * HEIGHT, DESK);
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) {
      const dark = rows[Math.floor(y / dot)]?.[Math.floor(x / dot)];
      luma[(top + y) * WIDTH + left + x] = dark ? INK : PAPER;
    }
  }
  return Buffer.concat([luma, Buffer.alloc((WIDTH * HEIGHT) / 2, 128)]);
}

/** Writes the film that shows these texts, over and over. */
export function film(path, texts) {
  const frames = texts.flatMap((text) => {
    const frame = Buffer.concat([Buffer.from("FRAME\n"), picture(text)]);
    return Array.from({ length: EACH }, () => frame);
  });
  writeFileSync(path, Buffer.concat([Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F10:1 Ip A1:1 C420\n`), ...frames]));
}

/** The pictures of a code that moves, as the fake app cuts it. */
export function movingParts(text, piece = 200) {
  const all = Math.ceil(text.length / piece);
  return Array.from(
    { length: all },
    (_, at) => `UR:BYTES/${at + 1}-${all}/${text.slice(at * piece, (at + 1) * piece)}`,
  );
}
