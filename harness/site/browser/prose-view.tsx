import { WideTable } from "../../report/html/browser/wide-table.tsx";
import type { Block, Cell, Inline } from "../markdown-blocks.ts";

/** A Markdown text, as elements. */
export function ProseView({ blocks }: { readonly blocks: readonly Block[] }) {
  return (
    <div class="prose">
      {blocks.map((block, place) => (
        <BlockView key={place} block={block} />
      ))}
    </div>
  );
}

function BlockView({ block }: { readonly block: Block }) {
  switch (block.kind) {
    case "heading":
      // A page's title is its h1.
      return block.depth <= 2 ? (
        <h2>
          <Content parts={block.content} />
        </h2>
      ) : (
        <h3>
          <Content parts={block.content} />
        </h3>
      );
    case "paragraph":
      return (
        <p>
          <Content parts={block.content} />
        </p>
      );
    case "code":
      return (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: scrollable regions must be reachable by the keyboard
        <pre tabIndex={0}>
          <code>{block.text}</code>
        </pre>
      );
    case "list": {
      const items = block.items.map((item, place) => (
        <li key={place}>
          <ItemView blocks={item} />
        </li>
      ));
      return block.isOrdered ? <ol>{items}</ol> : <ul>{items}</ul>;
    }
    case "table":
      return <TableView head={block.head} rows={block.rows} />;
  }
}

/** An item of one paragraph needs no space around it. */
function ItemView({ blocks }: { readonly blocks: readonly Block[] }) {
  const [first] = blocks;
  if (blocks.length === 1 && first?.kind === "paragraph") return <Content parts={first.content} />;
  return blocks.map((block, place) => <BlockView key={place} block={block} />);
}

function TableView({ head, rows }: { readonly head: readonly Cell[]; readonly rows: readonly (readonly Cell[])[] }) {
  return (
    <WideTable about={head.map(textOf).join(", ")}>
      <table>
        <thead>
          <tr>
            {head.map((cell, place) => (
              <th key={place} scope="col">
                <Content parts={cell} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, place) => (
            <tr key={place}>
              {row.map((cell, column) => (
                <td key={column}>
                  <Content parts={cell} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </WideTable>
  );
}

function Content({ parts }: { readonly parts: readonly Inline[] }) {
  return parts.map((part, place) => <Part key={place} part={part} />);
}

function Part({ part }: { readonly part: Inline }) {
  if (typeof part === "string") return part;
  switch (part.kind) {
    case "code":
      return <code>{part.text}</code>;
    case "strong":
      return (
        <strong>
          <Content parts={part.content} />
        </strong>
      );
    case "emphasis":
      return (
        <em>
          <Content parts={part.content} />
        </em>
      );
    case "link":
      return (
        <a href={part.to}>
          <Content parts={part.content} />
        </a>
      );
  }
}

function textOf(parts: readonly Inline[]): string {
  return parts
    .map((part) => (typeof part === "string" ? part : part.kind === "code" ? part.text : textOf(part.content)))
    .join("");
}
