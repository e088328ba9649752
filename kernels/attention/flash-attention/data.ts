export { data } from "../attention-data.ts";
