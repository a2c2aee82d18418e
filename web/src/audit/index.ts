export { TrailPage } from "./TrailPage";
