import { useState } from "preact/hooks";
import type { SubmissionTexts } from "../site-data.ts";
import type { SourceDiagnostic } from "../worker/check-protocol.ts";
import { CodeEditor } from "./code-editor.tsx";

const LAYOUTS = { both: "Both files", kernel: "Kernel", module: "Plan" } as const;
type Layout = keyof typeof LAYOUTS;

interface EditorPairProps {
  readonly task: string;
  /** The texts at first; the editors keep their own afterwards. */
  readonly texts: SubmissionTexts;
  readonly diagnostics: readonly SourceDiagnostic[];
  onChange(change: Partial<SubmissionTexts>): void;
  onSubmit(): void;
}

/** A submission's two files: next to each other where there is room, or one at a time. */
export function EditorPair({ task, texts, diagnostics, onChange, onSubmit }: EditorPairProps) {
  const [layout, setLayout] = useState<Layout>("both");
  const files = [
    { file: "kernel", name: `${task}.wgsl`, language: "wgsl" },
    { file: "module", name: `${task}.ts`, language: "typescript" },
  ] as const;
  return (
    <>
      <fieldset class="choice">
        <legend class="unseen">Editors</legend>
        {Object.entries(LAYOUTS).map(([value, words]) => (
          <label key={value}>
            <input type="radio" name="layout" checked={layout === value} onChange={() => setLayout(value as Layout)} />
            {words}
          </label>
        ))}
      </fieldset>
      <div class="editor-pair">
        {files.map(({ file, name, language }) => (
          <CodeEditor
            key={name}
            name={name}
            language={language}
            text={texts[file]}
            isHidden={layout !== "both" && layout !== file}
            diagnostics={diagnostics.filter((one) => one.file === name)}
            onChange={(text) => onChange({ [file]: text })}
            onSubmit={onSubmit}
          />
        ))}
      </div>
      <p class="soft small">
        <kbd>Ctrl</kbd> or <kbd>⌘</kbd> + <kbd>Enter</kbd> checks. <kbd>Tab</kbd> indents; <kbd>Esc</kbd>, then{" "}
        <kbd>Tab</kbd>, leaves the editor.
      </p>
    </>
  );
}
