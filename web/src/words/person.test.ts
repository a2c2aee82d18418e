// @vitest-environment node
import { describe, expect, it } from "vitest";
import { clean, listName, parseName, spokenName } from "./person";

describe("a Dutch person name", () => {
  it.each([
    ["Jansen-van der Berg^Anna^^van^", "van Jansen-van der Berg, Anna", "Anna van Jansen-van der Berg"],
    ["Berg^Karel^van der", "van der Berg, Karel", "Karel van der Berg"],
    ["Berg^Karel^^van der^", "van der Berg, Karel", "Karel van der Berg"],
    ["Berg, van den^Jan", "van den Berg, Jan", "Jan van den Berg"],
    [
      "van der Meulen-de Wit^Maria Johanna",
      "van der Meulen-de Wit, Maria Johanna",
      "Maria Johanna van der Meulen-de Wit",
    ],
    ["'t Hart^W.", "'t Hart, W.", "W. 't Hart"],
    ["Hart^W.^^'t", "'t Hart, W.", "W. 't Hart"],
    ["IJsselstein^Cornelis^^van", "van IJsselstein, Cornelis", "Cornelis van IJsselstein"],
    ["Özdemir^Ayşe", "Özdemir, Ayşe", "Ayşe Özdemir"],
    ["Boer^Maria^J.M.^dr.^", "Boer, dr. Maria J.M.", "dr. Maria J.M. Boer"],
    ["Vries^Piet^^de^jr.", "de Vries jr., Piet", "Piet de Vries jr."],
    ["BAKKER^J", "BAKKER, J", "J BAKKER"],
    ["Jansen", "Jansen", "Jansen"],
    ["^Anna", "Anna", "Anna"],
    ["", "", ""],
    ["^^^^", "", ""],
  ])("%s is shown as it is said", (value, list, spoken) => {
    expect(listName(value)).toBe(list);
    expect(spokenName(value)).toBe(spoken);
  });

  it("keeps a particle that is a middle name's part where it is", () => {
    expect(parseName("Berg^Karel^Maria").middle).toBe("Maria");
    expect(parseName("Berg^Karel^Maria").particles).toBe("");
  });

  it("shows the name's own script beside the alphabet", () => {
    expect(listName("Yamada^Tarou=山田^太郎=やまだ^たろう")).toBe("Yamada, Tarou (山田 太郎)");
    expect(listName("=山田^太郎")).toBe("山田, 太郎");
  });

  it("cannot turn the text around it or hide in it", () => {
    expect(listName("Jan\u202esen^An\u0000na\u200b")).toBe("Jan sen, An na");
    expect(clean("<script>alert(1)</script>")).toBe("<script>alert(1)</script>");
  });
});
