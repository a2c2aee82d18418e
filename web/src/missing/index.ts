/** Asking the sender for what is missing, and what becomes of it. */
export { Missing } from "./Missing";
