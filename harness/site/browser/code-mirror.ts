import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { javascript } from "@codemirror/lang-javascript";
import { bracketMatching, HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { type Diagnostic as EditorDiagnostic, lintGutter, setDiagnostics } from "@codemirror/lint";
import { EditorState, type Text } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { wgsl } from "@iizukak/codemirror-lang-wgsl";
import { tags } from "@lezer/highlight";
import type { SourceDiagnostic } from "../worker/check-protocol.ts";

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

export interface OpenEditor {
  /** Marks the places of problems, in place of earlier ones. */
  show(diagnostics: readonly SourceDiagnostic[]): void;
  /** Moves the focus to a place; line and column from 1. */
  goTo(line: number, column: number): void;
  close(): void;
}

/** The grammar of WGSL rejects some valid programs, so it only colours: errors come from the browser's compiler. */
const LANGUAGES = { wgsl, typescript: () => javascript({ typescript: true }) };

const LEAVE_WITHIN_MS = 60_000;

const theme = EditorView.theme({
  "&": { height: "100%", fontSize: "13px", backgroundColor: "var(--page)", color: "var(--ink)" },
  "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "-2px" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.5" },
  ".cm-content": { caretColor: "var(--ink)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { backgroundColor: "var(--surface)", color: "var(--ink-soft)", borderRight: "1px solid var(--line)" },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--accent-soft) 40%, transparent)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "var(--code-selection)",
  },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--code-selection)" },
  ".cm-tooltip": { backgroundColor: "var(--raised)", border: "1px solid var(--line-strong)", color: "var(--ink)" },
  ".cm-diagnostic": { padding: "0.3rem 0.6rem" },
  ".cm-diagnostic-error": { borderLeftColor: "var(--bad)" },
  ".cm-diagnostic-warning": { borderLeftColor: "var(--neutral)" },
  ".cm-lintRange-error": { backgroundImage: "none", textDecoration: "underline wavy var(--bad)" },
  ".cm-lintRange-warning": { backgroundImage: "none", textDecoration: "underline wavy var(--neutral)" },
});

/** Colours with enough contrast in light and dark: see site.css. */
const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.modifier, tags.operatorKeyword, tags.controlKeyword], color: "var(--code-keyword)" },
  { tag: [tags.comment], color: "var(--code-comment)", fontStyle: "italic" },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], color: "var(--code-string)" },
  { tag: [tags.number, tags.bool, tags.null, tags.atom], color: "var(--code-number)" },
  { tag: [tags.typeName, tags.className, tags.namespace], color: "var(--code-type)" },
  { tag: [tags.function(tags.variableName), tags.function(tags.propertyName)], color: "var(--code-function)" },
  { tag: [tags.meta, tags.annotation, tags.attributeName], color: "var(--code-attribute)" },
]);

/** Puts an editor into a shadow root. */
export function openEditor({ root, text, language, label, onChange, onSubmit }: EditorSetting): OpenEditor {
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
        syntaxHighlighting(colours),
        LANGUAGES[language](),
        lintGutter(),
        keymap.of([
          { key: "Mod-Enter", run: submit },
          { key: "Escape", run: leaveWithTab },
          ...defaultKeymap,
          ...historyKeymap,
          indentWithTab,
        ]),
        // Editable content is focusable anyway; not all that look for what a scrolling region contains know this.
        EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
        EditorView.updateListener.of((update) => update.docChanged && onChange(update.state.doc.toString())),
        theme,
      ],
    }),
  });
  return {
    show(diagnostics) {
      const { doc } = view.state;
      view.dispatch(
        setDiagnostics(
          view.state,
          diagnostics.map((one) => inText(doc, one)),
        ),
      );
    },
    goTo(line, column) {
      view.focus();
      view.dispatch({ selection: { anchor: offsetOf(view.state.doc, line, column) }, scrollIntoView: true });
    },
    close: () => view.destroy(),
  };
}

/** After Escape, Tab moves the focus, until something is typed. */
function leaveWithTab(view: EditorView): boolean {
  view.setTabFocusMode(LEAVE_WITHIN_MS);
  return true;
}

function inText(doc: Text, { line, column, severity, message, length }: SourceDiagnostic): EditorDiagnostic {
  const from = offsetOf(doc, line, column);
  const word = /^\w*/.exec(doc.sliceString(from, doc.lineAt(from).to))![0];
  return { from, to: Math.min(from + Math.max(length, word.length, 1), doc.length), severity, message };
}

/** The text may have become shorter since it was compiled. */
function offsetOf(doc: Text, line: number, column: number): number {
  const { from, length } = doc.line(Math.min(Math.max(line, 1), doc.lines));
  return from + Math.min(Math.max(column - 1, 0), length);
}
