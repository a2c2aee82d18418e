// @vitest-environment node
import { describe, expect, it } from "vitest";
import { bareJpeg, barePng, NotAPicture } from "./bare";

const text = (value: string) => [...new TextEncoder().encode(value)];

function chunk(name: string, content: readonly number[]): number[] {
  return [0, 0, content.length >> 8, content.length & 255, ...text(name), ...content, 1, 2, 3, 4];
}

const HEAD = [137, 80, 78, 71, 13, 10, 26, 10];

describe("a PNG that goes out", () => {
  it("has the chunks of the picture and no other, whatever the browser wrote", () => {
    const [head, data, end] = [chunk("IHDR", Array(13).fill(1)), chunk("IDAT", [9, 8, 7]), chunk("IEND", [])];
    const said = ["tEXt", "iTXt", "zTXt", "eXIf", "tIME", "iCCP", "pHYs", "sRGB", "prVt"].flatMap((name) =>
      chunk(name, text("Author\0Jansen")),
    );
    const bare = barePng(
      new Uint8Array([...HEAD, ...head, ...said, ...data, ...said, ...data, ...end, ...text("behind")]),
    );
    expect([...bare]).toEqual([...HEAD, ...head, ...data, ...data, ...end]);
  });

  it("is refused when it is cut off or is none", () => {
    expect(() => barePng(new Uint8Array([...HEAD, 0, 0, 1, 0, ...text("IDAT"), 1]))).toThrow(NotAPicture);
    expect(() => barePng(new Uint8Array([...HEAD, ...chunk("IDAT", [1])]))).toThrow(NotAPicture);
    expect(() => barePng(new Uint8Array(text("GIF89a")))).toThrow(NotAPicture);
  });
});

describe("a JPEG that goes out", () => {
  const segment = (marker: number, content: readonly number[]) => [0xff, marker, 0, content.length + 2, ...content];
  const jfif = segment(0xe0, [...text("JFIF\0"), 1, 1, 0, 0, 1, 0, 1, 0, 0]);
  const table = segment(0xdb, [1, 2, 3]);
  const scan = [...segment(0xda, [1, 1]), 5, 6, 0xff, 0, 7, 0xff, 0xd9];

  it("has no EXIF, profile, comment or thumbnail, and nothing behind its end", () => {
    const exif = segment(0xe1, text("Exif\0\0Jansen"));
    const thumbnail = segment(0xe0, [...text("JFIF\0"), 1, 1, 0, 0, 1, 0, 1, 1, 1, 9, 9, 9]);
    const comment = segment(0xfe, text("Jansen"));
    const profile = segment(0xe2, text("ICC_PROFILE\0"));
    const file = [
      0xff,
      0xd8,
      ...jfif,
      ...thumbnail,
      ...exif,
      ...profile,
      ...comment,
      ...table,
      ...scan,
      ...text("Jansen"),
    ];
    expect([...bareJpeg(new Uint8Array(file))]).toEqual([0xff, 0xd8, ...jfif, ...table, ...scan]);
  });

  it("is refused when it is cut off or is none", () => {
    expect(() => bareJpeg(new Uint8Array([0xff, 0xd8, ...table]))).toThrow(NotAPicture);
    expect(() => bareJpeg(new Uint8Array([0xff, 0xd8, 0xff, 0xdb, 9, 9, 1]))).toThrow(NotAPicture);
    expect(() => bareJpeg(new Uint8Array([1, 2, 3]))).toThrow(NotAPicture);
  });
});
