/**
 * JavaScript that runs in the sandbox before the candidate's: removes sources of randomness, provides `console`, and
 * returns the functions that call a plan function and encode its result.
 *
 * It first copies everything that it uses later into constants, and avoids features that the candidate's code could
 * patch (iteration, array methods, setters on prototypes, `toJSON`). It runs under the candidate's limits.
 *
 * The value is encoded as JSON. An object is encoded as itself, and an array begins with a tag: `[0, …]` an array,
 * `[1, "NaN"]` a value that JSON lacks, `[2, i]` the `i`-th long string.
 */
export const PRELUDE = String.raw`
(function (limits) {
  "use strict";
  const { apply, getPrototypeOf, defineProperty } = Reflect;
  const { parse, stringify } = JSON;
  const { isArray } = Array;
  const { keys } = Object;
  const { isView } = ArrayBuffer;
  const { isFinite } = Number;
  const { imul } = Math;
  const MapPrototype = Map.prototype;
  const SetPrototype = Set.prototype;
  const { get: mapGet, set: mapSet } = MapPrototype;
  const { slice } = String.prototype;
  const ErrorConstructor = Error;
  const newMap = () => new Map();
  const interned = newMap();
  const limitReached = {};
  // Released when the candidate's code has used up the memory, so that the failure can still be reported.
  let reserve = new ArrayBuffer(limits.reserveBytes);

  let state = 0;
  // Mulberry32.
  function random() {
    state = (state + 0x6d2b79f5) | 0;
    let t = imul(state ^ (state >>> 15), state | 1);
    t = (t + imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }
  defineProperty(Math, "random", { value: random, writable: true, enumerable: false, configurable: true });

  const cut = (text, length) => (text.length > length ? apply(slice, text, [0, length]) : text);

  let log = "";
  let logIsCut = false;
  function write(...values) {
    if (logIsCut) return;
    let line = "";
    for (let i = 0; i < values.length; i++) line += (i > 0 ? " " : "") + loggable(values[i]);
    const whole = log + line + "\n";
    logIsCut = whole.length > limits.logChars;
    log = cut(whole, limits.logChars);
  }
  function loggable(value) {
    if (typeof value === "string") return cut(value, limits.logChars);
    if (typeof value !== "object" || value === null) return describe(value);
    try {
      if (value instanceof ErrorConstructor) return cut(value.name + ": " + value.message, limits.logChars);
      const text = stringify(value);
      return typeof text === "string" ? cut(text, limits.logChars) : "undefined";
    } catch {
      return "(an object that cannot be printed)";
    }
  }
  const console = { log: write, info: write, warn: write, error: write, debug: write };
  defineProperty(globalThis, "console", { value: console, writable: true, enumerable: false, configurable: true });

  function describe(value) {
    switch (typeof value) {
      case "function": return "a function";
      case "symbol": return "a symbol";
      case "bigint": return "a BigInt";
      case "string": return stringify(cut(value, 100));
      case "object":
        if (value === null) return "null";
        try {
          if (isArray(value)) return "an array";
        } catch {}
        return "an object";
      default: return "" + value;
    }
  }

  let strings = "";
  let stringCount = 0;
  let size = 0;

  function grow(text) {
    size += text.length;
    if (size > limits.planChars) throw limitReached;
    return text;
  }
  function intern(value) {
    let index = apply(mapGet, interned, [value]);
    if (index === undefined) {
      index = stringCount++;
      apply(mapSet, interned, [value, index]);
      if (size + value.length > limits.planChars) throw limitReached;
      strings += (index > 0 ? "," : "") + grow(stringify(value));
    }
    return "[2," + index + "]";
  }
  const special = (text) => "[1," + stringify(text) + "]";

  function encode(value, depth, isConstants) {
    switch (typeof value) {
      case "string": return grow(value.length > 64 ? intern(value) : stringify(value));
      case "number": return grow(isFinite(value) ? "" + value : special("" + value));
      case "boolean": return grow(value ? "true" : "false");
      case "object": return value === null ? grow("null") : encodeObject(value, depth, isConstants);
      default: return grow(special(describe(value)));
    }
  }
  // Elsewhere, an optional field may be undefined; a constant that is undefined is a misspelt name.
  function encodeObject(value, depth, isConstants) {
    if (depth >= limits.planDepth) return grow(special("an object nested too deeply"));
    if (isView(value)) return grow(special("a typed array"));
    let text;
    if (isArray(value)) {
      text = grow("[0");
      const length = value.length;
      // At least a comma and a digit each: refuse it before encoding the elements.
      if (size + 2 * length > limits.planChars) throw limitReached;
      for (let i = 0; i < length; i++) text += grow(",") + encode(value[i], depth + 1);
      return text + grow("]");
    }
    const prototype = getPrototypeOf(value);
    if (prototype === MapPrototype) return grow(special("a Map"));
    if (prototype === SetPrototype) return grow(special("a Set"));
    text = grow("{");
    const names = keys(value);
    let first = true;
    for (let i = 0; i < names.length; i++) {
      const member = value[names[i]];
      if (member === undefined && !isConstants) continue;
      if (names[i].length > limits.messageChars) throw limitReached;
      text += grow((first ? "" : ",") + stringify(names[i]) + ":") + encode(member, depth + 1, names[i] === "constants");
      first = false;
    }
    return text + grow("}");
  }

  const failure = (kind, what) => '{"kind":' + stringify(kind) + ',"what":' + stringify(what) + "}";

  function call(exports, contextText, seed) {
    state = seed | 0;
    try {
      const plan = exports !== null && typeof exports === "object" ? exports.default : undefined;
      if (plan === undefined) return failure("no default export", "");
      if (typeof plan !== "function") return failure("default export not a function", describe(plan));
      const value = apply(plan, undefined, [parse(contextText)]);
      if (value !== null && typeof value === "object" && typeof value.then === "function") {
        return failure("promise", "");
      }
      const text = encode(value, 0);
      return '{"kind":"value","strings":[' + strings + '],"value":' + text + "}";
    } catch (error) {
      if (error === limitReached) return failure("plan too large", "");
      return thrown(error);
    }
  }

  function thrown(error) {
    reserve = undefined;
    const isObject = error !== null && (typeof error === "object" || typeof error === "function");
    const part = (name, length) => {
      try {
        const text = isObject ? error[name] : undefined;
        return typeof text === "string" ? cut(text, length) : "";
      } catch {
        return "";
      }
    };
    let isError = false;
    try {
      isError = isObject && error instanceof ErrorConstructor;
    } catch {}
    return (
      '{"kind":"thrown","isError":' + isError + ',"what":' + stringify(describe(error)) +
      ',"name":' + stringify(part("name", 100)) + ',"message":' + stringify(part("message", limits.messageChars)) +
      ',"stack":' + stringify(part("stack", 4096)) + "}"
    );
  }

  function readLog() {
    reserve = undefined;
    return (logIsCut ? "1" : "0") + log;
  }
  return { call, thrown, readLog };
})
`;
