/** The room of reading in. */

export { IntakePage } from "./IntakePage";
