import { Sentence } from "../../report/html/browser/names.tsx";
import type { TensorSpec } from "../../task/task.ts";
import type { TaskPageData } from "../site-data.ts";

/** The names that a plan and a kernel use: sizes, params and tensors; and what the inputs promise. */
export function InterfaceList({ task }: { readonly task: TaskPageData }) {
  const { shape, params, inputs, outputs, ranges, constraints, measures } = task;
  return (
    <section aria-labelledby="interface" class="interface">
      <h2 id="interface">Interface</h2>
      <Names title="Shape" entries={Object.entries(shape)} />
      <Names title="Params" entries={Object.entries(params)} />
      <Names title="Inputs" entries={inputs.map(tensorEntry)} />
      <Names title="Outputs" entries={outputs.map(tensorEntry)} />
      {ranges.length > 0 && (
        <>
          <h3>Ranges</h3>
          <ul>
            {ranges.map(({ of, least, most }) => (
              <li key={of}>
                <Sentence text={`${of}: ${numberText(least)} to ${numberText(most)}`} />
              </li>
            ))}
          </ul>
        </>
      )}
      {constraints.length > 0 && (
        <>
          <h3>Constraints</h3>
          <ul>
            {constraints.map((sentence) => (
              <li key={sentence}>
                <Sentence text={sentence} />
              </li>
            ))}
          </ul>
        </>
      )}
      <Names title="Measured on" entries={measures.map(({ name, sizes }) => [name, sizes])} />
    </section>
  );
}

function numberText(value: number): string {
  const isTiny = value !== 0 && Math.abs(value) < 1e-3;
  return isTiny ? String(Number(value.toPrecision(4))) : value.toLocaleString("en", { maximumSignificantDigits: 4 });
}

function tensorEntry({ name, type, dims, about }: TensorSpec): [string, string] {
  return [`${name}[${dims.join(", ")}]`, `${type}: ${about}`];
}

function Names({ title, entries }: { readonly title: string; readonly entries: readonly [string, string][] }) {
  if (entries.length === 0) return null;
  return (
    <>
      <h3>{title}</h3>
      <dl class="names">
        {entries.map(([name, about]) => (
          <div key={name}>
            <dt>
              <code>{name}</code>
            </dt>
            <dd>
              <Sentence text={about} />
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}
