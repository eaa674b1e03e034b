import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ENDPOINT_NAMES } from '../lib/configuration';
import { README, withPicture } from '../scripts/picture';

describe('the README', () => {
  const readme = readFileSync(README, 'utf8');

  it('shows the order in which the parts are made, as the template has it', () => {
    expect(readme).toContain('NotebookIdentity --> Notebook\n');
    expect(withPicture(readme)).toBe(readme);
  });

  it('names every endpoint and every variable of the guide', () => {
    for (const name of [
      ...ENDPOINT_NAMES,
      'enable_sagemaker_environment',
      'enable_data_science_replica',
      'sagemaker_db_username',
      'sagemaker_db_password',
      'sagemaker_instance_type',
      'sagemaker_idle_timeout_minutes',
      'data_scientist_users',
      'sagemaker_git_repository',
      'volume_size_gb',
      'data_science_replica_instance_class'
    ]) {
      expect(readme).toContain(`\`${name}\``);
    }
  });

  it('gives only commands that exist', () => {
    const { scripts }: { scripts: Record<string, string> } = JSON.parse(
      readFileSync(path.join(__dirname, '..', 'package.json'), 'utf8')
    );
    const root: { scripts: Record<string, string> } = JSON.parse(
      readFileSync(path.join(__dirname, '..', '..', 'package.json'), 'utf8')
    );
    const named = [...readme.matchAll(/npm run ([a-z:]+)/g)].map(([, name]) => name!);
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter(name => !scripts[name] && !root.scripts[name])).toEqual([]);
  });
});
