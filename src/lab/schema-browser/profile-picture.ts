import { type ColumnProfile } from '../../contract/column-profile';
import { exactCount } from '../human-numbers';

const SVG = 'http://www.w3.org/2000/svg';
const BAR_PX = 4;
const HEIGHT_PX = 14;

/** The histogram as a small picture, named for a screen reader; null where there is none. */
export function profilePicture(profile: ColumnProfile): SVGElement | null {
  const { histogram } = profile;
  if (!histogram || histogram.length === 0) {
    return null;
  }
  const picture = document.createElementNS(SVG, 'svg');
  picture.classList.add('jp-Replica-profilePicture');
  picture.setAttribute('role', 'img');
  picture.setAttribute('aria-label', profileInWords(profile));
  picture.setAttribute('width', String(histogram.length * BAR_PX));
  picture.setAttribute('height', String(HEIGHT_PX));
  histogram.forEach((height, index) => {
    const bar = document.createElementNS(SVG, 'rect');
    const barPx = height > 0 ? Math.max(1, height * HEIGHT_PX) : 0;
    bar.setAttribute('x', String(index * BAR_PX));
    bar.setAttribute('y', String(HEIGHT_PX - barPx));
    bar.setAttribute('width', String(BAR_PX - 1));
    bar.setAttribute('height', String(barPx));
    picture.append(bar);
  });
  return picture;
}

/** What is known of the column in one line: `12 % null, about 4 distinct, paid 60 %, open 30 %`. */
export function profileInWords({
  nullFraction,
  distinct,
  lowest,
  highest,
  mostCommon
}: ColumnProfile): string {
  return [
    nullFraction > 0 ? `${percent(nullFraction)} null` : 'no null',
    distinct === null ? '' : `about ${exactCount(distinct)} distinct`,
    lowest !== null && highest !== null ? `${lowest} to ${highest}` : '',
    ...mostCommon.slice(0, 3).map(({ value, fraction }) => `${value} ${percent(fraction)}`)
  ]
    .filter(Boolean)
    .join(', ');
}

/** A share as people read it: `0.4 %`, `12 %`. */
export function percent(fraction: number): string {
  const share = 100 * fraction;
  return `${share > 0 && share < 1 ? share.toFixed(1) : Math.round(share)} %`;
}
