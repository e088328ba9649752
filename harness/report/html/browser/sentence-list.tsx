import { Foreign } from "./names.tsx";

/** Sentences that may contain names given by a candidate. */
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
