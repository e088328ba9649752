import { expect, test } from "vitest";
import { OnnxGraph } from "./onnx-model.ts";

test("a value that is an output gets the output's name, also where another node reads it", () => {
  const graph = new OnnxGraph();
  const doubled = graph.node("Add", [graph.input("x"), graph.input("x")]);
  const result = graph.node("Mul", [doubled, graph.floats([3])]);
  const model = graph.model([{ name: "x", dims: [2], type: "float32" }], { twice: doubled, y: result });
  expect(model).toMatchObject({
    graph: {
      node: [
        { opType: "Add", input: ["x", "x"], output: ["twice"] },
        { opType: "Mul", input: ["twice", "constant_0"], output: ["y"] },
      ],
      output: [{ name: "twice" }, { name: "y" }],
    },
  });
});

test("attributes have the type that their operator reads", () => {
  const graph = new OnnxGraph();
  const y = graph.node("Made", [graph.input("x"), undefined], { axis: -1, pads: [1, 2], alpha: { float: 0.5 } });
  expect(graph.model([], { y })).toMatchObject({
    graph: {
      node: [
        {
          input: ["x", ""],
          attribute: [
            { name: "axis", type: 2, i: -1 },
            { name: "pads", type: 7, ints: [1, 2] },
            { name: "alpha", type: 1, f: 0.5 },
          ],
        },
      ],
    },
  });
});
