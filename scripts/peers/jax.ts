import type { Peer } from "./contestant.ts";
import { type Jax, type JaxArray, type JaxTree, jaxExpressions } from "./jax-expressions.ts";
import { importPeer } from "./packages.ts";

interface Library extends Jax {
  init(device: "webgpu"): Promise<readonly string[]>;
  defaultDevice(device: "webgpu"): string;
  jit(expression: (inputs: JaxTree) => JaxTree): (inputs: JaxTree) => JaxTree;
  blockUntilReady(tree: JaxTree): Promise<JaxTree>;
  readonly tree: { dispose(tree: JaxTree): void; ref(tree: JaxTree): JaxTree };
}

/** Opens jax-js on WebGPU. Expressions are compiled by `jit`. */
export async function openJax(folder: string): Promise<Peer> {
  const jax = (await importPeer(folder, "@jax-js/jax")) as unknown as Library;
  if (!(await jax.init("webgpu")).includes("webgpu")) throw new Error("jax-js has no WebGPU in this process");
  jax.defaultDevice("webgpu");
  return {
    async contestants(task, given) {
      const expression = jaxExpressions[task];
      if (expression === undefined) return [];
      const inputs: Record<string, JaxArray> = {};
      for (const [name, { values, dims }] of Object.entries(given.tensors)) {
        const dtype = values instanceof Int32Array ? "int32" : "float32";
        inputs[name] = jax.numpy.array(values, { shape: dims, dtype });
      }
      const compiled = jax.jit((tree) => expression(jax, tree, given));
      let results: JaxTree = {};
      const run = async () => {
        results = compiled(jax.tree.ref(inputs));
        await jax.blockUntilReady(results);
      };
      return [
        {
          name: "jax-js",
          run,
          release: async () => jax.tree.dispose(results),
          async read() {
            await run();
            const names = Object.entries(results);
            // `data()` frees the array.
            return Object.fromEntries(
              await Promise.all(names.map(async ([name, array]) => [name, await array.data()])),
            );
          },
        },
      ];
    },
  };
}
