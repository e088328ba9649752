import { render } from "preact";
import type { IndexHead } from "../index-data.ts";
import { App } from "./app.tsx";
import { makeModel, RunContext } from "./run-model.ts";
import { applyTheme, storedTheme } from "./theme.tsx";
import { unpack } from "./unpack.ts";

applyTheme(storedTheme());
void open();

async function open(): Promise<void> {
  const head = await unpack<IndexHead>("head");
  const app = document.getElementById("app")!;
  if (head === undefined) {
    app.textContent = "The data of this page is missing. Write it again: kernelmark report <run>";
    return;
  }
  app.replaceChildren();
  render(
    <RunContext.Provider value={makeModel(head)}>
      <App />
    </RunContext.Provider>,
    app,
  );
}
