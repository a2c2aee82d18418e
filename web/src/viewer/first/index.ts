export { firstLook } from "./first-look";
