import { isBinary, replace } from "../edit.ts";
import { allStatements, insertion, type ModuleParts, textBetween } from "../module-parts.ts";
import { type CallRange, callsIn, isInIndex, lineAt } from "./expressions.ts";
import { type FindRepairs, quoted, type Repair } from "./repair.ts";

/** The values of `select` in each other's place: people write it like `condition ? a : b`. */
export const branchRepairs: FindRepairs = (parts) =>
  exchangedIn(
    parts,
    callsIn(parts).flatMap((call) => (call.name === "select" ? [{ ...call, args: call.args.slice(0, 2) }] : [])),
  );

/** Two arguments of a call in each other's place, also those of `vec4u(a, b, c, d)`. */
export const argumentRepairs: FindRepairs = (parts) => exchangedIn(parts, callsIn(parts));

function exchangedIn(parts: ModuleParts, calls: readonly CallRange[]): Repair[] {
  const { tokens, code } = parts;
  return calls.flatMap(({ name, at, closing, args }): Repair[] => {
    if (args.length > MOST_ARGUMENTS || SYMMETRIC.has(name)) return [];
    const text = ([first, last]: readonly [number, number]) => textBetween(parts, first, last + 1);
    const place = ([first, last]: readonly [number, number]) => ({
      start: tokens[first]!.start,
      end: tokens[last]!.end,
    });
    return args.flatMap((one, index) =>
      args.slice(index + 1).flatMap((other): Repair[] => {
        if (text(one) === text(other)) return [];
        return [
          {
            kind: "argument",
            edits: [replace(place(one), text(other), ""), replace(place(other), text(one), "")],
            at: tokens[at]!.start,
            cause: `in ${quoted(code.slice(tokens[at]!.start, tokens[closing]!.end))}, ${quoted(text(one))} and ${quoted(text(other))} are exchanged`,
          },
        ];
      }),
    );
  });
}

const MOST_ARGUMENTS = 4;
const SYMMETRIC = new Set(["max", "min", "dot", "distance"]);

/** A minus that is missing in front of an exponent, or too much there. */
export const exponentSignRepairs: FindRepairs = (parts) => {
  const { tokens, code } = parts;
  return callsIn(parts)
    .filter(({ name, args }) => (name === "exp" || name === "exp2") && args.length === 1)
    .map(({ name, at, opening, closing }): Repair => {
      const argument = textBetween(parts, opening + 1, closing);
      return {
        kind: "sign",
        edits: [insertion(tokens[opening]!.end, "-("), insertion(tokens[closing]!.start, ")")],
        at: tokens[at]!.start,
        cause: `in ${quoted(lineAt(code, tokens[at]!.start))}, the exponent has the wrong sign: it should be \`${name}(-(${argument}))\``,
      };
    });
};

/** Functions that people write for another. */
const FUNCTIONS: Readonly<Record<string, readonly string[]>> = {
  exp2: ["exp"],
  log2: ["log"],
  exp: ["exp2"],
  log: ["log2"],
  sqrt: ["inverseSqrt"],
  inverseSqrt: ["sqrt"],
  floor: ["ceil", "round"],
  ceil: ["floor"],
  round: ["floor"],
  sin: ["cos"],
  cos: ["sin"],
};

/** Another function in a call. */
export const functionRepairs: FindRepairs = (parts) =>
  callsIn(parts).flatMap(({ name, at }) =>
    (FUNCTIONS[name] ?? []).map((other): Repair => {
      const { start, end } = parts.tokens[at]!;
      const cause = `in ${quoted(lineAt(parts.code, start))}, \`${name}\` should be \`${other}\``;
      return { kind: "operator", edits: [replace({ start, end }, other, "")], at: start, cause };
    }),
  );

/** Running maxima of a function, which may be missing in its exponents. */
export const exponentShiftRepairs: FindRepairs = (parts) => {
  const { tokens, functions } = parts;
  const calls = callsIn(parts).filter(({ name, args }) => name === "exp" && args.length === 1);
  return functions.flatMap(({ body }) => {
    const maxima = new Set(
      callsIn(parts)
        .filter(({ name, at }) => name === "max" && at > body.from && at < body.to && tokens[at - 1]!.text === "=")
        .map(({ at }) => tokens[at - 2]!.text)
        .filter((name) => /^\w+$/.test(name)),
    );
    return calls
      .filter(({ at }) => at > body.from && at < body.to)
      .flatMap(({ at, opening, closing }) =>
        [...maxima].map(
          (maximum): Repair => ({
            kind: "missing",
            edits: [insertion(tokens[opening]!.end, "("), insertion(tokens[closing]!.start, `) - ${maximum}`)],
            at: tokens[at]!.start,
            cause: `the exponent in ${quoted(textBetween(parts, at, closing + 1))} can overflow: subtract the maximum, \`${maximum}\``,
          }),
        ),
      );
  });
};

const WRAPPED: readonly (readonly [(value: string) => string, string])[] = [
  [(value) => `min(${value}, 0.0)`, "is not limited from above"],
  [(value) => `max(${value}, 0.0)`, "is not limited from below"],
  [(value) => `abs(${value})`, "lacks its absolute value"],
  [(value) => `(${value} * ${value})`, "is not squared"],
  [(value) => `sqrt(${value})`, "lacks its root"],
  [(value) => `(1.0 - ${value})`, "is taken instead of the rest to 1"],
];

/** A value of a function where its part above or below zero, its magnitude or its square belongs. */
export const wrappedRepairs: FindRepairs = (parts) => {
  const { tokens, functions, code } = parts;
  return functions.flatMap(({ body, parameters }) => {
    const names = new Set([...floatsIn(parts, body), ...parametersIn(parts, parameters)]);
    const repairs: Repair[] = [];
    for (let at = body.from; at < body.to; at++) {
      const { text, kind, start, end } = tokens[at]!;
      const before = tokens[at - 1]!.text;
      const after = tokens[at + 1]!.text;
      if (kind !== "name" || !names.has(text) || before === "." || ["let", "var"].includes(before)) continue;
      if (/^[-+*/]?=$/.test(after) || isInIndex(tokens, at)) continue;
      const value = after === "." ? `${text}.${tokens[at + 2]!.text}` : text;
      const place = { start, end: after === "." ? tokens[at + 2]!.end : end };
      for (const [wrap, words] of WRAPPED) {
        repairs.push({
          kind: "wrapped",
          edits: [replace(place, wrap(value), "")],
          at: start,
          cause: `in ${quoted(lineAt(code, start))}, \`${value}\` ${words}: it should be \`${wrap(value)}\``,
        });
      }
    }
    return repairs;
  });
};

/** Variables of a function that are not set to whole numbers. */
function floatsIn({ tokens }: ModuleParts, body: ModuleParts["functions"][number]["body"]): string[] {
  return allStatements(tokens, body).flatMap(({ from, to }) => {
    if (tokens[from]!.text !== "let" && tokens[from]!.text !== "var") return [];
    const isWhole = tokens.slice(from, to).some(({ text }) => /^\d+[ui]$/.test(text));
    return isWhole ? [] : [tokens[from + 1]!.text];
  });
}

function parametersIn({ tokens }: ModuleParts, { from, to }: { from: number; to: number }): string[] {
  return tokens
    .slice(from, to)
    .flatMap(({ text }, at, own) => (text === ":" && own[at + 1]?.text === "f32" ? [own[at - 1]!.text] : []));
}

/** What a function returns, with the sign of a parameter whose magnitude it works with. */
export const resultSignRepairs: FindRepairs = (parts) => {
  const { tokens, functions } = parts;
  return functions.flatMap(({ body, parameters }) => {
    const magnitudes = parametersIn(parts, parameters).filter((name) =>
      callsIn(parts).some(
        ({ name: called, at, opening, args }) =>
          called === "abs" && at > body.from && at < body.to && args.length === 1 && tokens[opening + 1]!.text === name,
      ),
    );
    return allStatements(tokens, body)
      .filter(({ from, to }) => tokens[from]!.text === "return" && to > from + 2)
      .flatMap(({ from, to }) =>
        magnitudes.map((name): Repair => {
          const [start, end] = [tokens[from + 1]!.start, tokens[to - 2]!.end];
          return {
            kind: "sign",
            edits: [insertion(start, `sign(${name}) * (`), insertion(end, ")")],
            at: tokens[from]!.start,
            cause: `${quoted(textBetween(parts, from, to))} lacks the sign of \`${name}\`: multiply by \`sign(${name})\``,
          };
        }),
      );
  });
};

/** Another component of a vector. */
export const componentRepairs: FindRepairs = (parts) => {
  const { tokens, functions, code } = parts;
  return functions.flatMap(({ body }) => {
    const used = new Map<string, Set<string>>();
    const places: number[] = [];
    for (let at = body.from + 1; at < body.to; at++) {
      if (tokens[at - 1]!.text !== "." || !/^[xyzw]$/.test(tokens[at]!.text)) continue;
      places.push(at);
      const name = tokens[at - 2]!.text;
      used.set(name, (used.get(name) ?? new Set()).add(tokens[at]!.text));
    }
    return places.flatMap((at) => {
      const { text, start } = tokens[at]!;
      const name = tokens[at - 2]!.text;
      return [..."xyzw"]
        .filter((other) => other !== text && (used.get(name)!.has(other) || (other <= "y" && text <= "y")))
        .map(
          (other): Repair => ({
            kind: "name",
            edits: [replace(tokens[at]!, other, "")],
            at: start,
            cause: `in ${quoted(lineAt(code, start))}, \`${name}.${text}\` should be \`${name}.${other}\``,
          }),
        );
    });
  });
};

/** Two components of a vector in each other's place, in neighbouring lines. */
export const exchangedComponentRepairs: FindRepairs = (parts) => {
  const { tokens, functions } = parts;
  return functions.flatMap(({ body }) => {
    const lines = allStatements(tokens, body).filter(
      ({ blocks, from }) => blocks.length === 0 && tokens[from]!.text === "let",
    );
    return lines.slice(1).flatMap((line, index): Repair[] => {
      const before = lines[index]!;
      const [one, other] = [before, line].map(({ from, to }) => componentIn(parts, from, to));
      if (one === undefined || other === undefined || before.to !== line.from) return [];
      const [a, b] = [tokens[one]!, tokens[other]!];
      const name = tokens[one - 2]!.text;
      if (a.text === b.text || name !== tokens[other - 2]!.text) return [];
      return [
        {
          kind: "layout",
          edits: [replace(a, b.text, ""), replace(b, a.text, "")],
          at: tokens[before.from]!.start,
          cause: `\`${name}.${a.text}\` and \`${name}.${b.text}\` are exchanged in ${quoted(textBetween(parts, before.from, line.to))}`,
        },
      ];
    });
  });
};

/** The only component of a vector in a statement. */
function componentIn({ tokens }: ModuleParts, from: number, to: number): number | undefined {
  const found = [...tokens.keys()]
    .slice(from, to)
    .filter((at) => tokens[at - 1]!.text === "." && /^[xyz]$/.test(tokens[at]!.text));
  return found.length === 1 ? found[0] : undefined;
}

/** The digits of a number with many of them, two neighbours exchanged. */
export const digitRepairs: FindRepairs = (parts) => {
  const { tokens, functions, code } = parts;
  return functions.flatMap(({ body }) =>
    tokens.slice(body.from, body.to).flatMap((token): Repair[] => {
      if (token.kind !== "number" || !/^\d*\.\d{4,}f?$/.test(token.text)) return [];
      return [...token.text].flatMap((digit, at, all): Repair[] => {
        const next = all[at + 1] ?? "";
        if (!/\d/.test(digit) || !/\d/.test(next) || digit === next) return [];
        const text = token.text.slice(0, at) + next + digit + token.text.slice(at + 2);
        const cause = `in ${quoted(lineAt(code, token.start))}, two digits are exchanged: \`${token.text}\` should be \`${text}\``;
        return [{ kind: "number", edits: [replace(token, text, "")], at: token.start, cause }];
      });
    }),
  );
};

/** Half and twice a decimal number, and constants that people take for each other. */
export const decimalRepairs: FindRepairs = (parts) => {
  const { tokens, functions, code } = parts;
  return functions.flatMap(({ body }) =>
    tokens.slice(body.from, body.to).flatMap((token): Repair[] => {
      if (token.kind !== "number" || !/^\d*\.\d+f?$|^\d+\.f?$/.test(token.text)) return [];
      const value = Number.parseFloat(token.text);
      const near = CONSTANTS.some((one) => Math.abs(one - value) < 1e-3 * one);
      const others = near ? CONSTANTS.filter((one) => Math.abs(one - value) > 1e-3 * one) : [2 * value, value / 2];
      return others
        .filter((other) => other !== value)
        .map((other) => {
          const text = Number.isInteger(other) ? `${other}.0` : `${other}`;
          const cause = `in ${quoted(lineAt(code, token.start))}, \`${token.text}\` should be \`${text}\``;
          return { kind: "number", edits: [replace(token, text, "")], at: token.start, cause };
        });
    }),
  );
};

/** √(2/π), 1/√(2π), √2, 1/√2, ln 2, log2 e, and the factors of approximations of GELU. */
const CONSTANTS = [
  ...[Math.sqrt(2 / Math.PI), 1 / Math.sqrt(2 * Math.PI), Math.SQRT2, Math.SQRT1_2, Math.LN2, Math.LOG2E],
  ...[0.044715, 1.702],
];

/** A quotient of whole numbers that is converted, as one of converted numbers; and a sample's count less one, or not. */
export const quotientRepairs: FindRepairs = (parts) => {
  const { tokens } = parts;
  return callsIn(parts)
    .filter(({ name, args }) => name === "f32" && args.length === 1)
    .flatMap(({ at, opening, closing }): Repair[] => {
      const argument = textBetween(parts, opening + 1, closing);
      const place = { start: tokens[opening + 1]!.start, end: tokens[closing - 1]!.end };
      const operator = [...tokens.keys()]
        .slice(opening + 1, closing)
        .find((one) => tokens[one]!.text === "/" && isBinary(tokens, one));
      const counts = ["-", "+"].map((sign): Repair => {
        const text = `${argument} ${sign} 1`;
        return {
          kind: "number",
          edits: [replace(place, text, "")],
          at: tokens[at]!.start,
          cause: `the count \`f32(${argument})\` is one too ${sign === "-" ? "high" : "low"}: it should be \`f32(${text})\``,
        };
      });
      if (operator === undefined) return /^[\w.[\]()]+( \* \w+)*$/.test(argument) ? counts : [];
      const divisor = tokens[operator + 1]!;
      const isInBrackets = divisor.text === "(" && divisor.partner === closing - 1;
      const divisorText = textBetween(parts, operator + (isInBrackets ? 2 : 1), closing - (isInBrackets ? 1 : 0));
      const text = `f32(${textBetween(parts, opening + 1, operator)}) / f32(${divisorText})`;
      return [
        {
          kind: "number",
          edits: [replace({ start: tokens[at]!.start, end: tokens[closing]!.end }, text, "")],
          at: tokens[at]!.start,
          cause: `integers are divided in ${quoted(`f32(${argument})`)}, which drops the fraction: convert first, ${quoted(text)}`,
        },
      ];
    });
};
