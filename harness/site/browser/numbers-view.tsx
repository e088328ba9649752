import { WideTable } from "../../report/html/browser/wide-table.tsx";
import type { CaseHead } from "../../report/html/index-data.ts";
import {
  type CaseNumbers,
  numberText,
  type OutputNumbers,
  rowIndex,
  type TensorNumbers,
} from "../../results/case-numbers.ts";

interface NumbersViewProps {
  readonly numbers: CaseNumbers;
  /** The case that the numbers are of. */
  readonly about: CaseHead | undefined;
}

/** All numbers of the smallest failing case: its inputs, and each output as expected and as the kernel wrote it. */
export function NumbersView({ numbers: { inputs, outputs }, about }: NumbersViewProps) {
  return (
    <section class="numbers" aria-labelledby="numbers">
      <h2 id="numbers">Smallest failing case</h2>
      {about !== undefined && (
        <p class="soft small">
          {about.sizes}, {about.data} data ({about.group})
        </p>
      )}
      {Object.entries(inputs).map(([name, tensor]) => (
        <TensorTable key={name} name={name} tensor={tensor} />
      ))}
      {Object.entries(outputs).map(([name, output]) => (
        <OutputTables key={name} name={name} output={output} />
      ))}
    </section>
  );
}

function OutputTables({ name, output }: { readonly name: string; readonly output: OutputNumbers }) {
  const { dims, expected, got, wrong } = output;
  return (
    <>
      <TensorTable name={name} what="expected" tensor={{ dims, values: expected }} />
      <TensorTable name={name} what="got" tensor={{ dims, values: got }} wrong={new Set(wrong)} />
    </>
  );
}

interface TensorTableProps {
  readonly name: string;
  readonly what?: string;
  readonly tensor: TensorNumbers;
  /** The indices of wrong elements. */
  readonly wrong?: ReadonlySet<number>;
}

function TensorTable({ name, what = "", tensor: { dims, values }, wrong = new Set() }: TensorTableProps) {
  const columns = dims.at(-1) ?? 1;
  const rows = Array.from({ length: values.length / columns }, (_, row) => row);
  const label = `${name}${what === "" ? "" : ` ${what}`}`;
  return (
    <WideTable about={label}>
      <table>
        <caption>
          <code>{name}</code> {what}
        </caption>
        <tbody>
          {rows.map((row) => (
            <tr key={row}>
              <th scope="row">
                <code>[{[...rowIndex(row, dims), ":"].join(",")}]</code>
              </th>
              {values.slice(row * columns, (row + 1) * columns).map((value, column) => {
                const isWrong = wrong.has(row * columns + column);
                return (
                  <td key={column} class={isWrong ? "number bad" : "number"}>
                    {isWrong && (
                      <>
                        <span aria-hidden="true">✗ </span>
                        <span class="unseen">wrong: </span>
                      </>
                    )}
                    {numberText(value)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </WideTable>
  );
}
