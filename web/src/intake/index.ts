/** The room of reading in: discs and files at the desk, upload requests, and the page of whoever got a link. */

export { GuestPage } from "./GuestPage";
export { IntakePage } from "./IntakePage";
export { ReportsPage } from "./ReportsPage";
export { RequestsPage } from "./RequestsPage";
