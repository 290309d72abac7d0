import type { Told } from "./lines";

const WIDTH = 720;
const MARGIN = 48;
const LINE = 30;
const SHARP = 2;
/** On paper it is light, whatever the theme. */
const INK = "#13201b";
const INK_2 = "#4a5a53";
const EDGE = "#e2e6de";
const BRAND = "#0b6b4d";

interface Piece {
  readonly text: string;
  readonly size: number;
  readonly weight: number;
  readonly colour: string;
  readonly gap: number;
  /** What stands at the other end of the same line. */
  readonly end?: string;
}

const pieces = ({ title, headline, where, lines }: Told): Piece[] => [
  { text: title, size: 18, weight: 650, colour: BRAND, gap: 12 },
  { text: headline, size: 30, weight: 650, colour: INK, gap: 24 },
  { text: where, size: 20, weight: 400, colour: INK_2, gap: 4 },
  ...lines.map(({ name, says, total = false }) => ({
    text: name,
    end: says,
    size: total ? 24 : 18,
    weight: total ? 650 : 400,
    colour: total ? INK : INK_2,
    gap: 20,
  })),
];

/** The text in lines that fit; a word longer than a line is cut. */
function wrapped(paper: CanvasRenderingContext2D, text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  const fits = (more: string) => paper.measureText(more).width <= width;
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (fits(longer)) {
      line = longer;
      continue;
    }
    if (line !== "") lines.push(line);
    line = "";
    for (const char of word) {
      if (line !== "" && !fits(line + char)) {
        lines.push(line);
        line = "";
      }
      line += char;
    }
  }
  return [...lines, line];
}

/** A receipt as a picture, drawn here and from nothing else. */
export async function asPicture(told: Told, direction: "ltr" | "rtl"): Promise<Uint8Array> {
  const canvas = document.createElement("canvas");
  const family = getComputedStyle(document.documentElement).fontFamily;
  const draw = (paint: boolean): number => {
    const paper = canvas.getContext("2d");
    if (paper === null) throw new Error("there is nothing to draw on");
    paper.setTransform(SHARP, 0, 0, SHARP, 0, 0);
    paper.direction = direction;
    paper.textBaseline = "top";
    const rtl = direction === "rtl";
    const [start, end] = rtl ? [WIDTH - MARGIN, MARGIN] : [MARGIN, WIDTH - MARGIN];
    if (paint) {
      paper.fillStyle = "#ffffff";
      paper.fillRect(0, 0, WIDTH, canvas.height);
    }
    let y = MARGIN;
    const write = (text: string, x: number, align: "start" | "end", height: number) => {
      paper.textAlign = align;
      if (paint) paper.fillText(text, x, y);
      y += height;
    };
    for (const { text, end: other, size, weight, colour, gap } of pieces(told)) {
      y += gap;
      paper.font = `${weight} ${size}px ${family}`;
      const height = Math.max(LINE, size * 1.35);
      const room = WIDTH - 2 * MARGIN;
      if (other !== undefined) {
        if (paint) {
          paper.fillStyle = EDGE;
          paper.fillRect(MARGIN, y - gap / 2, room, 1);
        }
        paper.fillStyle = colour;
        const beside = paper.measureText(text).width + paper.measureText(other).width + 24 < room;
        const top = y;
        for (const line of wrapped(paper, text, room)) write(line, start, "start", height);
        if (beside) y = top;
        paper.fillStyle = INK;
        for (const line of wrapped(paper, other, room)) write(line, end, "end", height);
      } else {
        paper.fillStyle = colour;
        for (const line of wrapped(paper, text, room)) write(line, start, "start", height);
      }
    }
    return y + MARGIN;
  };
  canvas.width = WIDTH * SHARP;
  canvas.height = Math.ceil(draw(false)) * SHARP;
  draw(true);
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/png"));
  if (blob === null) throw new Error("the picture was not made");
  return new Uint8Array(await blob.arrayBuffer());
}
