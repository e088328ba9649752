import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { javascript } from "@codemirror/lang-javascript";
import {
  bracketMatching,
  defaultHighlightStyle,
  indentOnInput,
  indentUnit,
  syntaxHighlighting,
} from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { wgsl } from "@iizukak/codemirror-lang-wgsl";

export type Language = "wgsl" | "typescript";

export interface EditorSetting {
  /** A shadow root: its style sheets need no permission in the content security policy. */
  readonly root: ShadowRoot;
  readonly text: string;
  readonly language: Language;
  /** For screen readers. */
  readonly label: string;
  onChange(text: string): void;
  /** Mod-Enter. */
  onSubmit(): void;
}

/** The grammar of WGSL rejects some valid programs, so it only colours: errors come from the browser's compiler. */
const LANGUAGES = { wgsl, typescript: () => javascript({ typescript: true }) };

const theme = EditorView.theme({
  "&": { height: "100%", fontSize: "13px", backgroundColor: "var(--page)", color: "var(--ink)" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.5" },
  ".cm-content": { caretColor: "var(--ink)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { backgroundColor: "var(--surface)", color: "var(--ink-soft)", borderRight: "1px solid var(--line)" },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--accent-soft) 40%, transparent)" },
});

/** Puts an editor into a shadow root. Returns a function that removes it. */
export function openEditor({ root, text, language, label, onChange, onSubmit }: EditorSetting): () => void {
  const submit = () => {
    onSubmit();
    return true;
  };
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(),
        history(),
        drawSelection(),
        indentOnInput(),
        indentUnit.of("  "),
        bracketMatching(),
        highlightActiveLine(),
        syntaxHighlighting(defaultHighlightStyle),
        LANGUAGES[language](),
        keymap.of([{ key: "Mod-Enter", run: submit }, ...defaultKeymap, ...historyKeymap, indentWithTab]),
        EditorView.contentAttributes.of({ "aria-label": label }),
        EditorView.updateListener.of((update) => update.docChanged && onChange(update.state.doc.toString())),
        theme,
      ],
    }),
  });
  return () => view.destroy();
}
