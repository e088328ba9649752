import { Sentence } from "../../report/html/browser/names.tsx";
import type { TensorSpec } from "../../task/task.ts";
import type { TaskPageData } from "../site-data.ts";

/** The names that a plan and a kernel use: sizes, params and tensors; and what the inputs promise. */
export function InterfaceList({ task }: { readonly task: TaskPageData }) {
  const { shape, params, inputs, outputs, constraints } = task;
  return (
    <>
      <Names title="Shape" entries={Object.entries(shape)} />
      <Names title="Params" entries={Object.entries(params)} />
      <Names title="Inputs" entries={inputs.map(tensorEntry)} />
      <Names title="Outputs" entries={outputs.map(tensorEntry)} />
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
    </>
  );
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
