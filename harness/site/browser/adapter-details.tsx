import { duration } from "../../report/html/browser/numbers.ts";
import type { BrowserAdapter } from "../worker/check-protocol.ts";

/** What this browser's WebGPU has and lacks, as far as it matters to kernels and measurements. */
export function AdapterDetails({ adapter }: { readonly adapter: BrowserAdapter }) {
  const { features, missing, missingLanguage, lowLimits, subgroupSize, clock } = adapter;
  const facts: [string, string][] = [
    [
      "Clock",
      `${clock.name === "timestamps" ? "the GPU's timestamps" : "wall clock"}, steps of ${duration(clock.tickNs)}`,
    ],
    ["Features", listOf(features)],
    ["Missing features", listOf(missing)],
    ["Missing in WGSL", listOf(missingLanguage)],
    ["Subgroups", subgroupSize === null ? "none" : subgroupText(subgroupSize)],
    ["Low limits", listOf(lowLimits.map(({ name, limit, needed }) => `${name}: ${limit}, tasks may need ${needed}`))],
  ];
  return (
    <details class="adapter">
      <summary class="soft small">What this browser offers to kernels</summary>
      <dl class="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p class="soft small">
        A kernel that requires a missing feature gets the verdict <code>unsupported</code> here.{" "}
        <a href="#/webgpu">Differences between browsers</a>
      </p>
    </details>
  );
}

function listOf(names: readonly string[]): string {
  return names.length === 0 ? "none" : names.join(", ");
}

function subgroupText({ least, most }: NonNullable<BrowserAdapter["subgroupSize"]>): string {
  return `${least === most ? most : `${least} to ${most}`} invocations`;
}
