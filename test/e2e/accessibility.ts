import { source as axe } from 'axe-core';
import type { Page } from 'playwright-core';
import { list, nullable, record, text } from '../../src/contract/parse';
import { StepFailure } from './step';

const parseFindings = list(
  record({
    id: text,
    impact: nullable(text),
    help: text,
    nodes: list(record({ html: text, failureSummary: text }))
  })
);

const SERIOUS: readonly (string | null)[] = ['serious', 'critical'];
/** So much of an element's source names it well enough. */
const SHOWN_CHARACTERS = 160;

/**
 * Has axe-core look at what `selector` (CSS) matches and at all below it, as the page is at this moment. Throws a
 * `StepFailure` that names each serious or critical finding with its elements, and where nothing matches.
 */
export async function expectNoSeriousFindings(page: Page, selector: string): Promise<void> {
  if ((await page.locator(selector).count()) === 0) {
    throw new StepFailure(`Nothing on the page matches ${selector}, so its accessibility cannot be judged.`);
  }
  await page.evaluate(`window.axe || (() => { ${axe} })()`);
  const context = JSON.stringify({ include: [selector] });
  const findings = await page.evaluate(
    `window.axe.run(${context}, { resultTypes: ['violations'] }).then(({ violations }) => violations.map(
      ({ id, impact, help, nodes }) => ({
        id, help, impact: impact ?? null,
        nodes: nodes.map(({ html, failureSummary }) => ({ html, failureSummary: failureSummary ?? '' }))
      })))`
  );
  const serious = parseFindings(findings, 'axe').filter(({ impact }) => SERIOUS.includes(impact));
  if (serious.length > 0) {
    throw new StepFailure(`axe-core finds in ${selector}: ${serious.map(inWords).join('; ')}`);
  }
}

function inWords({ id, impact, help, nodes }: ReturnType<typeof parseFindings>[number]): string {
  const [first] = nodes;
  const more = nodes.length > 1 ? ` and ${nodes.length - 1} more` : '';
  const reason = first?.failureSummary.split('\n').slice(1).join(' ').trim() ?? '';
  return `${help} (${id}, ${impact}) at ${first?.html.slice(0, SHOWN_CHARACTERS) ?? 'the page'}${more}: ${reason}`;
}
