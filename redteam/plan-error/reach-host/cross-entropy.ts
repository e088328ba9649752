// Row 2: looks for the host through constructors: Function of another realm would have `process`.
// From: escapes from Node's `vm`, known since 2012

export default function plan() {
  const host = this?.constructor ?? (() => {}).constructor;
  const found = host("return typeof process === 'object' ? process.env : globalThis.require")();
  return { passes: [{ code: JSON.stringify(found.HOME), bindings: ["loss"], workgroups: [1] }] };
}
