import type { PhrasingContent, RootContent, Table } from "mdast";
import { fromMarkdown } from "mdast-util-from-markdown";
import { gfmTableFromMarkdown } from "mdast-util-gfm-table";
import { gfmTable } from "micromark-extension-gfm-table";

/** A block of a Markdown text. Pages make elements of it, so no text becomes HTML. */
export type Block =
  | { readonly kind: "heading"; readonly depth: number; readonly content: readonly Inline[] }
  | { readonly kind: "paragraph"; readonly content: readonly Inline[] }
  /** A formula, code or output; the language is empty for indented ones. */
  | { readonly kind: "code"; readonly language: string; readonly text: string }
  | { readonly kind: "list"; readonly isOrdered: boolean; readonly items: readonly (readonly Block[])[] }
  | { readonly kind: "table"; readonly head: readonly Cell[]; readonly rows: readonly (readonly Cell[])[] };

export type Cell = readonly Inline[];

export type Inline =
  | string
  | { readonly kind: "code"; readonly text: string }
  | { readonly kind: "strong" | "emphasis"; readonly content: readonly Inline[] }
  | { readonly kind: "link"; readonly to: string; readonly content: readonly Inline[] };

/** The address of a link's target on the site; undefined for pages that the site does not have. */
export type LinkTarget = (target: string) => string | undefined;

/** The blocks of a Markdown text with tables. HTML and images are left out. */
export function markdownBlocks(text: string, linkTarget: LinkTarget = () => undefined): Block[] {
  const { children } = fromMarkdown(text, {
    extensions: [gfmTable()],
    mdastExtensions: [gfmTableFromMarkdown()],
  });
  return blocksOf(children, linkTarget);
}

function blocksOf(nodes: readonly RootContent[], linkTarget: LinkTarget): Block[] {
  return nodes.flatMap((node): Block[] => {
    switch (node.type) {
      case "heading":
        return [{ kind: "heading", depth: node.depth, content: inlines(node.children, linkTarget) }];
      case "paragraph":
        return [{ kind: "paragraph", content: inlines(node.children, linkTarget) }];
      case "code":
        return [{ kind: "code", language: node.lang ?? "", text: node.value }];
      case "list": {
        const items = node.children.map(({ children }) => blocksOf(children, linkTarget));
        return [{ kind: "list", isOrdered: node.ordered === true, items }];
      }
      case "table":
        return [tableBlock(node, linkTarget)];
      case "blockquote":
        return blocksOf(node.children, linkTarget);
      default:
        return [];
    }
  });
}

function tableBlock({ children }: Table, linkTarget: LinkTarget): Block {
  const [head = [], ...rows] = children.map((row) => row.children.map((cell) => inlines(cell.children, linkTarget)));
  return { kind: "table", head, rows };
}

function inlines(nodes: readonly PhrasingContent[], linkTarget: LinkTarget): Inline[] {
  return nodes.flatMap((node): Inline[] => {
    switch (node.type) {
      case "text":
        return [node.value.replace(/\s+/g, " ")];
      case "inlineCode":
        return [{ kind: "code", text: node.value }];
      case "strong":
      case "emphasis":
        return [{ kind: node.type, content: inlines(node.children, linkTarget) }];
      case "break":
        return [" "];
      case "link": {
        const to = /^https:\/\//.test(node.url) ? node.url : linkTarget(node.url);
        const content = inlines(node.children, linkTarget);
        return to === undefined ? content : [{ kind: "link", to, content }];
      }
      default:
        return [];
    }
  });
}
