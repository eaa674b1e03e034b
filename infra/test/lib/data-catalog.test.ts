import { dev } from '../../config/dev';
import { configurationErrors } from '../../lib/configuration-check';
import { grantsOfNotebook } from '../support/resources';
import { synthesized } from '../support/synthesized';

const naming = (...glueDatabases: string[]) => ({ ...dev, storage: { ...dev.storage, glueDatabases } });

describe('the Glue Data Catalog', () => {
  it("is none of the notebook's business unless databases are named", () => {
    expect(grantsOfNotebook(synthesized(dev))['RegisterTables']).toBeUndefined();
  });

  it('takes tables in the named databases, and gives none up', () => {
    const grant = grantsOfNotebook(synthesized(naming('lake', 'scratch')))['RegisterTables'];
    expect(grant?.Action).toEqual([
      'glue:BatchCreatePartition',
      'glue:BatchDeletePartition',
      'glue:BatchUpdatePartition',
      'glue:CreateTable',
      'glue:GetPartitions',
      'glue:GetTable',
      'glue:UpdateTable'
    ]);
    const resources = JSON.stringify(grant?.Resource);
    for (const resource of [
      ':catalog',
      ':database/lake',
      ':table/lake/*',
      ':database/scratch',
      ':table/scratch/*'
    ]) {
      expect(resources).toContain(`:glue:eu-west-2:${dev.account}${resource}`);
    }
  });

  it('has databases with names that Glue has', () => {
    expect(configurationErrors(naming('lake', 'Data Lake'))).toEqual([
      expect.stringContaining('storage.glueDatabases[1]')
    ]);
  });
});
