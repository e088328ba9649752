import { Foreign } from "./names.tsx";

/** Sentences in which there may be names that a candidate gave. */
export function SentenceList({ sentences }: { readonly sentences: readonly string[] }) {
  return (
    <ul>
      {sentences.map((sentence) => (
        <li key={sentence}>
          <Foreign text={sentence} />
        </li>
      ))}
    </ul>
  );
}
