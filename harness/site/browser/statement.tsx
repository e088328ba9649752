import { Sentence } from "../../report/html/browser/names.tsx";

/** A statement's Markdown as tasks use it: paragraphs, indented formulas, lists, code between backticks. */
export function Statement({ text }: { readonly text: string }) {
  return (
    <div class="statement">
      {text.split(/\n{2,}/).map((block, place) => (
        <Block key={place} text={block} />
      ))}
    </div>
  );
}

const ITEM = /^(?:-|\*|\d+\.) /;

function Block({ text }: { readonly text: string }) {
  if (/^( {4}|\t)/.test(text)) {
    return (
      // biome-ignore lint/a11y/noNoninteractiveTabindex: scrollable regions must be reachable by the keyboard
      <pre class="scroll" tabIndex={0}>
        {text.replace(/^( {4}|\t)/gm, "")}
      </pre>
    );
  }
  if (!ITEM.test(text)) return <p>{<Sentence text={text.replace(/\s+/g, " ")} />}</p>;
  return (
    <ul>
      {text.split(/\n(?=(?:-|\*|\d+\.) )/).map((item) => (
        <li key={item}>
          <Sentence text={item.replace(ITEM, "").replace(/\s+/g, " ")} />
        </li>
      ))}
    </ul>
  );
}
