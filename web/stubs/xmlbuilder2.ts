/** Stands in for xmlbuilder2, which vtk.js imports and the portal never calls: reading or writing XML scenes is refused. */
export function create(): never {
  throw new Error("XML scene files are not part of the portal.");
}
