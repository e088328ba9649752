export { mistakes } from "../attention-mistakes.ts";
