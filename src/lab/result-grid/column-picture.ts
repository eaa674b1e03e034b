import { type Bar } from '../../contract/view';
import { exactCount, humanCount } from '../human-numbers';
import { type KnownProfile } from './column-profiles';

const SVG = 'http://www.w3.org/2000/svg';
const WIDTH = 60;
const HEIGHT = 14;

/** The distribution of a column as bars, for the eye alone: `profileWords` says the same. */
export function columnPicture({ bars }: KnownProfile): SVGElement {
  const picture = document.createElementNS(SVG, 'svg');
  picture.setAttribute('viewBox', `0 0 ${WIDTH} ${HEIGHT}`);
  picture.setAttribute('preserveAspectRatio', 'none');
  picture.setAttribute('aria-hidden', 'true');
  picture.classList.add('jp-ReplicaGrid-picture');
  const most = Math.max(1, ...bars.map(({ count }) => count));
  const width = WIDTH / Math.max(bars.length, 8);
  bars.forEach(({ count }, index) => {
    const bar = document.createElementNS(SVG, 'rect');
    const height = count === 0 ? 0 : Math.max(1, (count / most) * HEIGHT);
    bar.setAttribute('x', String(index * width));
    bar.setAttribute('y', String(HEIGHT - height));
    bar.setAttribute('width', String(width * 0.85));
    bar.setAttribute('height', String(height));
    picture.append(bar);
  });
  return picture;
}

/** `12 % null`, `no nulls`, and nothing for a column without rows. */
export function nullShare({ nulls, rows }: KnownProfile): string {
  if (rows === 0 || nulls === 0) {
    return '';
  }
  const percent = (100 * nulls) / rows;
  return `${percent < 1 ? '<1' : percent > 99 && nulls < rows ? '>99' : Math.round(percent)} % null`;
}

/** What a picture shows, in words, with how many rows it is of. */
export function profileWords(profile: KnownProfile): string {
  const { rows, of, nulls, distinct, kind, bars } = profile;
  const looked =
    rows === of
      ? `In all ${exactCount(of)} rows`
      : `In ${exactCount(rows)} of ${exactCount(of)} rows, stretches all over the result`;
  const facts = [`${exactCount(nulls)} NULL`];
  if (distinct !== null) facts.push(`${exactCount(distinct)} distinct`);
  const lines = [`${looked}: ${facts.join(', ')}`];
  if (kind === 'histogram') {
    const [first, last] = [bars[0]!, bars.at(-1)!];
    lines.push(`${first.label} to ${last.upTo ?? last.label}`);
  } else if (kind === 'values') {
    lines.push(...bars.slice(0, 5).map(valueLine));
  }
  return lines.join('\n');
}

const valueLine = ({ label, count }: Bar): string =>
  `${label.length > 40 ? `${label.slice(0, 40)}…` : label}: ${humanCount(count)}`;
