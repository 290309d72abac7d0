/** What finds a code in a picture; it throws where there is none. */
export type Decode = (image: {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray;
}) => string;

/** A code a person holds up is readable at this width, and reading it stays quick. */
const WIDEST = 800;

/** The code that a camera shows now. */
export function codeIn(screen: HTMLVideoElement, decode: Decode): string | undefined {
  const scale = Math.min(1, WIDEST / (screen.videoWidth || WIDEST));
  const width = Math.round(screen.videoWidth * scale);
  const height = Math.round(screen.videoHeight * scale);
  if (width === 0 || height === 0) return undefined;
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const paper = canvas.getContext("2d", { willReadFrequently: true });
  if (paper === null) return undefined;
  paper.drawImage(screen, 0, 0, width, height);
  try {
    return decode(paper.getImageData(0, 0, width, height));
  } catch {
    // No code in this picture; there will be another.
    return undefined;
  }
}

/** Whether it is one picture of a code that moves (NUT-16). */
export const isPart = (text: string): boolean => /^ur:bytes\//i.test(text);
