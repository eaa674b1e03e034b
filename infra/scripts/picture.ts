/**
 * node --import tsx scripts/picture.ts
 *
 * Draws the order in which CloudFormation makes the parts of the stack into README.md, from the template with every switch on.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { staging } from '../config/staging';
import { addStack, judgedApp } from '../lib/app';
import { LIFECYCLE_SCRIPTS } from '../lib/project-files';

const BEGIN = '<!-- picture: drawn by scripts/picture.ts -->';
const END = '<!-- end of picture -->';
const FENCE = '```';

export const README = path.join(__dirname, '..', 'README.md');

/** The README with the picture as it has to be. */
export function withPicture(readme: string): string {
  const before = readme.slice(0, readme.indexOf(BEGIN) + BEGIN.length);
  const after = readme.slice(readme.indexOf(END));
  return `${before}\n\n${FENCE}mermaid\n${picture()}${FENCE}\n\n${after}`;
}

/** An arrow from each part to those that wait for it, since they refer to something it makes. */
function picture(): string {
  const app = judgedApp();
  const stack = addStack(app, {
    configuration: staging,
    lifecycleScripts: LIFECYCLE_SCRIPTS,
    // Which archive it is makes no arrow.
    bundle: __filename,
    bundleDelivery: 'parameters'
  });
  const parts = stack.node.children.map(({ node }) => node.id);
  const partOf = (logicalId: string) =>
    parts.filter(part => logicalId.startsWith(part)).sort((a, b) => b.length - a.length)[0];
  const template: Template = app.synth().getStackArtifact(stack.artifactId).template;
  const arrows = Object.entries(template.Resources).flatMap(([id, resource]) => {
    const text = JSON.stringify(resource);
    return Object.keys(template.Resources)
      .filter(other => other !== id && text.includes(`"${other}"`))
      .map(other => [partOf(other), partOf(id)] as const)
      .filter(([from, to]) => from && to && from !== to)
      .map(([from, to]) => `  ${from} --> ${to}\n`);
  });
  return `flowchart LR\n${[...new Set(arrows)].sort().join('')}`;
}

interface Template {
  readonly Resources: Readonly<Record<string, unknown>>;
}

if (require.main === module) {
  writeFileSync(README, withPicture(readFileSync(README, 'utf8')));
}
