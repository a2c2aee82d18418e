import { describe, expect, it } from "vitest";
import { idOf, isId, readDoors, typedDoors } from "./partners";

describe("partners", () => {
  it("get a short name of the name that people read", () => {
    expect(idOf("Ziekenhuis 't Noorden")).toBe("ziekenhuis-t-noorden");
    expect(idOf("Ambulance Zuid–Éast ")).toBe("ambulance-zuid-east");
    expect(isId(idOf("x".repeat(60)))).toBe(true);
    expect(idOf("¡!")).toBe("");
  });

  it("have ids as the node takes them", () => {
    for (const wrong of ["", "Noord", "-noord", "disc", "picture", "a b"]) expect(isId(wrong)).toBe(false);
    expect(isId("noord-2")).toBe(true);
  });

  it("have doors that are typed one a line and come back so", () => {
    const doors = [
      { department: "SEH", location: "Hoofdlocatie, ingang B" },
      { department: "", location: "Polikliniek" },
      { department: "Radiologie", location: "" },
    ];
    expect(typedDoors(doors)).toBe("SEH, Hoofdlocatie, ingang B\n, Polikliniek\nRadiologie");
    expect(readDoors(`${typedDoors(doors)}\n\n , \n`)).toEqual(doors);
  });
});
