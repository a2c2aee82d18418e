/** Consult before transfer: answers, the shared view, and who is looking. */
export { ConsultBar } from "./ConsultBar";
export { ShareNotices } from "./ShareNotices";
export { ShareBar, SharePage } from "./SharePage";
export type { SharedScreen } from "./screen";
export { DetailsAnswer, RowAnswer } from "./slots";
