import { parser } from "@lezer/javascript";

type SyntaxNode = ReturnType<typeof parser.parse>["topNode"];

/** A call of `require` or `import`. */
interface CalledImport {
  readonly start: number;
  /** The path, if it is a plain string; undefined if it is a pattern of paths, such as `"./" + name`. */
  readonly path: string | undefined;
}

/**
 * The calls of `require` and `import` in a module that name a file, or a pattern of files as esbuild understands it. Other
 * arguments are left to the run.
 */
export function calledImports(code: string): CalledImport[] {
  const found: (CalledImport & { readonly isRequired: boolean })[] = [];
  let isOwn = false;
  parser.parse(code).iterate({
    enter({ name, from, to, node }) {
      if (name === "VariableDefinition" && code.slice(from, to) === "require") isOwn = true;
      const argument =
        name === "DynamicImport"
          ? node.getChild("(")?.nextSibling
          : name === "CallExpression" && isRequire(node.firstChild)
            ? node.getChild("ArgList")?.firstChild?.nextSibling
            : undefined;
      if (argument === null || argument === undefined) return;
      const isRequired = name === "CallExpression";
      const text = code.slice(argument.from, argument.to);
      if (argument.name === "String") found.push({ start: argument.from, path: text.slice(1, -1), isRequired });
      else if (/^["'`]\.\.?\//.test(text)) found.push({ start: argument.from, path: undefined, isRequired });
    },
  });
  // A function of the candidate's own may have the name.
  return found.filter(({ isRequired }) => !(isOwn && isRequired));

  function isRequire(callee: SyntaxNode | null): boolean {
    return callee?.name === "VariableName" && code.slice(callee.from, callee.to) === "require";
  }
}
