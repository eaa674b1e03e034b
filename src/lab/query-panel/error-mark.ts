import { type Extension, StateEffect, StateField } from '@codemirror/state';
import { Decoration, type DecorationSet, EditorView } from '@codemirror/view';
import { type TextRange } from '../../sql/position';

const setMark = StateEffect.define<TextRange | null>();

const mark = Decoration.mark({ class: 'jp-ReplicaQuery-errorMark', attributes: { 'aria-invalid': 'true' } });

/** Underlines where the server saw an error; goes with the first edit. */
const marks = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update: (marked, { effects, docChanged }) => {
    for (const effect of effects) {
      if (effect.is(setMark)) {
        return effect.value
          ? Decoration.set(mark.range(effect.value.from, effect.value.to))
          : Decoration.none;
      }
    }
    return docChanged ? Decoration.none : marked;
  },
  provide: field => EditorView.decorations.from(field)
});

export const errorMark: Extension = marks;

/** Moves the mark; a range outside the text is not marked. */
export function markError(view: EditorView, range: TextRange | null): void {
  const fits = range !== null && range.from < range.to && range.to <= view.state.doc.length;
  view.dispatch({ effects: setMark.of(fits ? range : null) });
}

/** Where an error is marked now. */
export function markedRange(view: EditorView): TextRange | null {
  const at = view.state.field(marks, false)?.iter();
  return at?.value ? { from: at.from, to: at.to } : null;
}
