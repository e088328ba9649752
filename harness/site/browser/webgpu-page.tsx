import { Sentence } from "../../report/html/browser/names.tsx";
import { WideTable } from "../../report/html/browser/wide-table.tsx";

/** From https://github.com/gpuweb/gpuweb/wiki/Implementation-Status (8 April 2026) and MDN's browser-compat-data. */
const SUPPORT = [
  ["Chrome, Edge", "Windows (x86), macOS, ChromeOS", "113", ""],
  ["Chrome, Edge", "Android 12, GPU by Arm, Qualcomm or Intel", "121", "Android 16 for GPUs by Imagination: 139"],
  ["Chrome, Edge", "Linux, Intel GPU since generation 12", "144", ""],
  ["Chrome, Edge", "Linux, NVIDIA with driver 535.183.01", "147", ""],
  [
    "Chrome, Edge",
    "other Linux",
    "with options",
    "Start it with `--enable-unsafe-webgpu --ozone-platform=x11 --use-angle=vulkan --enable-features=Vulkan,VulkanFromANGLE`.",
  ],
  ["Chrome, Edge", "Windows on Arm", "with a flag", "Enable `chrome://flags/#enable-unsafe-webgpu`."],
  ["Safari", "macOS, iOS, iPadOS, visionOS 26", "26", ""],
  ["Firefox", "Windows", "141", ""],
  ["Firefox", "macOS on Apple silicon", "147", "On macOS 26: 145"],
  ["Firefox", "macOS on Intel, Linux", "Nightly only", ""],
] as const;

/** How to get WebGPU, and in what browsers differ. */
export function WebGpuPage() {
  return (
    <>
      <section class="lead">
        <h1 tabIndex={-1}>Browsers with WebGPU</h1>
        <p>
          Kernels run on this computer's GPU through WebGPU, which browsers offer to pages served over https or from
          this machine. Without it, you can read the tasks and write kernels, but not check them.
        </p>
      </section>
      <section>
        <h2>Versions</h2>
        <WideTable about="Browsers with WebGPU">
          <table class="full stacked">
            <thead>
              <tr>
                {["Browser", "System", "Version", "Remark"].map((name) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {SUPPORT.map(([browser, system, version, remark]) => (
                <tr key={system + browser}>
                  <th scope="row">{browser}</th>
                  <td>{system}</td>
                  <td data-label="Version">{version}</td>
                  <td class={remark === "" ? "blank" : "stretch"}>
                    <Sentence text={remark} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </WideTable>
        <p class="soft small">
          As of April 2026, from the{" "}
          <a href="https://github.com/gpuweb/gpuweb/wiki/Implementation-Status">WebGPU group's implementation status</a>{" "}
          and <a href="https://developer.mozilla.org/docs/Web/API/WebGPU_API#browser_compatibility">MDN</a>.
        </p>
      </section>
      <section class="prose">
        <h2>If this browser should have it</h2>
        <ul>
          <li>Update the browser and the driver of the GPU.</li>
          <li>Turn on hardware acceleration in the browser's settings.</li>
          <li>
            Chrome and Edge: open <code>chrome://gpu</code>, which says why WebGPU is disabled.
          </li>
          <li>
            Firefox: open <code>about:support</code> and look for WebGPU.
          </li>
          <li>
            Open the site over https, or with <code>kernelmark play</code>: other pages do not get WebGPU.
          </li>
          <li>
            Or check in a terminal: <code>npx kernelmark check</code> needs only Node.js, and no GPU.
          </li>
        </ul>
      </section>
      <section class="prose">
        <h2>What differs</h2>
        <ul>
          <li>
            Chrome and Edge give the GPU's times in steps of 100 µs. With{" "}
            <code>chrome://flags/#enable-webgpu-developer-features</code> they give them exactly; use it only to
            measure.
          </li>
          <li>
            Firefox gives the GPU's times only if system and driver have them, and Safari has gained them later than
            Chrome. Without them, measuring uses the wall clock and says so.
          </li>
          <li>
            <code>shader-f16</code> and <code>subgroups</code> depend on browser and GPU. A kernel that requires one
            which is missing gets the verdict <code>unsupported</code>: it may be correct elsewhere.
          </li>
          <li>
            A kernel that hangs is ended by the system's watchdog, if there is one; the page then starts again by
            itself. Otherwise, restart the browser.
          </li>
        </ul>
      </section>
    </>
  );
}

/** In place of a verdict, in a browser without WebGPU. */
export function NoWebGpu({ reason }: { readonly reason: string }) {
  return (
    <section class="needs" role="alert">
      <h2>Kernels cannot run here</h2>
      <p>
        <Sentence text={`WebGPU is not available: ${reason}.`} /> <a href="#/webgpu">How to get it</a>
      </p>
    </section>
  );
}
