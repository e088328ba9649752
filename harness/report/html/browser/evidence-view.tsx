import {
  type ElementEvidence,
  type Evidence,
  expectedValues,
  gotValue,
  shortNumber,
  type WrongElements,
} from "../../../results/evidence.ts";
import { printable, printableLines } from "../../../text/printable.ts";
import { ErrorPicture } from "./error-picture.tsx";
import { Foreign } from "./names.tsx";
import { duration, percent, threeDigits } from "./numbers.ts";
import { WideTable } from "./wide-table.tsx";

/** The evidence of a verdict. */
export function EvidenceView({ evidence }: { readonly evidence: Evidence }) {
  switch (evidence.kind) {
    case "wrong-elements":
      return <WrongElementsView evidence={evidence} />;
    case "outside-writes":
      return (
        <p>
          <code>{printable(evidence.buffer)}</code> has only indices below {evidence.length}, but the kernel wrote to
          index {evidence.index} or beyond. In WGSL such a write may change any element or none, so results depend on
          the adapter.
        </p>
      );
    case "lost-precision":
      return (
        <p>
          The errors in <code>{printable(evidence.output)}</code> are {threeDigits(Number(evidence.ratio))} times as
          large (root mean square) as those of f32 arithmetic; the limit is {evidence.limit} times.
        </p>
      );
    case "source":
      return (
        <figure class="frame">
          <figcaption>
            <Foreign text={evidence.file} />:{evidence.line}:{evidence.column}
          </figcaption>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: scrollable regions must be reachable by the keyboard */}
          <pre tabIndex={0}>{printableLines(evidence.frame)}</pre>
        </figure>
      );
    case "limit":
      return (
        <p>
          <Foreign text={evidence.what} /> was stopped after {duration(evidence.limitMs * 1e6)}.
        </p>
      );
  }
}

function WrongElementsView({ evidence }: { readonly evidence: WrongElements }) {
  const { output, first, worst, wrongCount, judgedCount, elementCount, neverWrittenCount } = evidence;
  const isOne = first.index.join() === worst.index.join();
  return (
    <div class="evidence">
      <div>
        <WideTable about="Wrong elements">
          <table>
            <thead>
              <tr>
                <th scope="col">Element</th>
                <th scope="col" class="number">
                  Expected
                </th>
                <th scope="col" class="number">
                  Got
                </th>
                <th scope="col" class="number">
                  Off by
                </th>
                <th scope="col" class="number">
                  Allowed
                </th>
              </tr>
            </thead>
            <tbody>
              <ElementRow name={isOne ? "first and worst" : "first"} output={output} element={first} />
              {!isOne && <ElementRow name="worst" output={output} element={worst} />}
            </tbody>
          </table>
        </WideTable>
        <p class="soft small">
          {wrongCount} of {judgedCount < elementCount ? `${judgedCount} checked` : elementCount} elements of{" "}
          <code>{printable(output)}</code> are wrong ({percent(wrongCount / judgedCount)})
          {judgedCount < elementCount && `, of ${elementCount} in all`}
          {neverWrittenCount > 0 && `; ${neverWrittenCount} were never written`}.
        </p>
      </div>
      {evidence.picture.length > 0 && <ErrorPicture evidence={evidence} />}
    </div>
  );
}

interface ElementRowProps {
  readonly name: string;
  readonly output: string;
  readonly element: ElementEvidence;
}

function ElementRow({ name, output, element }: ElementRowProps) {
  const { index, expected, got, bound } = element;
  const error = Math.abs(Number(got) - Number(expected));
  const short = (value: number) => (Number.isFinite(value) ? shortNumber(Number(value.toPrecision(2))) : "–");
  return (
    <tr>
      <th scope="row">
        <code>
          {printable(output)}[{index.join(",")}]
        </code>{" "}
        <span class="soft">{name}</span>
      </th>
      <td class="number">{expectedValues(element)}</td>
      <td class="number">{gotValue(element)}</td>
      <td class="number">{short(error)}</td>
      <td class="number">{short(Number(bound))}</td>
    </tr>
  );
}
