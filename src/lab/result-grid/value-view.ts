import { exactCount } from '../human-numbers';
import { arrayTree, jsonTree, type ValueNode } from './value-tree';

/** A browser lays out so much text without a pause. */
const SHOWN_CHARS = 200_000;
/** Longer values are not taken apart. */
const TREE_CHARS = 2_000_000;
/** Parts of one node that are made at a time. */
const SHOWN_PARTS = 200;
/** Levels that are open at first. */
const OPEN_LEVELS = 2;

/** A value as it can be looked at: a tree of JSON or of an array, else as text, the beginning first. */
export function valueView(type: string, value: string): HTMLElement {
  const tree = value.length > TREE_CHARS ? null : treeOf(type, value);
  return tree?.parts ? treeNode(tree, 0) : textView(value);
}

function treeOf(type: string, value: string): ValueNode | null {
  return /^jsonb?$/.test(type) ? jsonTree(value) : type.endsWith('[]') ? arrayTree(value) : null;
}

function textView(value: string): HTMLElement {
  const view = document.createElement('div');
  const text = document.createElement('pre');
  text.tabIndex = 0;
  text.setAttribute('aria-label', 'Value');
  text.setAttribute('role', 'textbox');
  text.setAttribute('aria-readonly', 'true');
  text.setAttribute('aria-multiline', 'true');
  view.append(text);
  let shown = 0;
  const more = document.createElement('button');
  more.className = 'jp-Button jp-mod-minimal';
  const showMore = () => {
    text.append(value.slice(shown, shown + SHOWN_CHARS));
    shown = Math.min(value.length, shown + SHOWN_CHARS);
    more.textContent = `Show more: ${exactCount(shown)} of ${exactCount(value.length)} characters so far`;
    more.hidden = shown === value.length;
  };
  more.addEventListener('click', showMore);
  showMore();
  if (!more.hidden) view.append(more);
  return view;
}

function treeNode(node: ValueNode, level: number): HTMLElement {
  if (!node.parts) {
    const leaf = document.createElement('div');
    leaf.className = 'jp-ReplicaGrid-leaf';
    leaf.append(...labelled(node), node.text);
    return leaf;
  }
  const { parts } = node;
  const branch = document.createElement('details');
  const summary = document.createElement('summary');
  summary.append(...labelled(node), node.text);
  branch.append(summary);
  // Parts are made when they are first seen.
  const fill = () => {
    if (branch.open && branch.childElementCount === 1) fillParts(branch, parts, 0, level);
  };
  branch.addEventListener('toggle', fill);
  branch.open = level < OPEN_LEVELS;
  fill();
  return branch;
}

function fillParts(branch: HTMLElement, parts: readonly ValueNode[], from: number, level: number): void {
  const end = Math.min(parts.length, from + SHOWN_PARTS);
  branch.append(...parts.slice(from, end).map(part => treeNode(part, level + 1)));
  if (end < parts.length) {
    const more = document.createElement('button');
    more.className = 'jp-Button jp-mod-minimal';
    more.textContent = `Show more: ${exactCount(end)} of ${exactCount(parts.length)} so far`;
    more.addEventListener('click', () => {
      more.remove();
      fillParts(branch, parts, end, level);
    });
    branch.append(more);
  }
}

function labelled({ label }: ValueNode): (HTMLElement | string)[] {
  if (label === null) {
    return [];
  }
  const name = document.createElement('span');
  name.className = 'jp-ReplicaGrid-partName';
  name.textContent = label;
  return [name, ': '];
}
