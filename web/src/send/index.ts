/** The room of sending: the page, for whom a parked study is, and sending on from a row. */

export { ForWhom } from "./ForWhom";
export { Forward } from "./Forward";
export { SendPage } from "./SendPage";
