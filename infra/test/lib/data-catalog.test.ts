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

  it('is read by Athena in its own work group, and in no other', () => {
    const grants = grantsOfNotebook(synthesized(naming('lake')));
    expect(grants['AskAthena']?.Action).toEqual([
      'athena:GetQueryExecution',
      'athena:GetQueryResults',
      'athena:StartQueryExecution',
      'athena:StopQueryExecution'
    ]);
    const resource = JSON.stringify(grants['AskAthena']?.Resource);
    expect(resource).toContain(`:athena:eu-west-2:${dev.account}:workgroup/primary`);
    expect(resource).not.toContain('*');
    expect(grants['LookUpTables']?.Action).toEqual([
      'glue:GetDatabase',
      'glue:GetPartition',
      'glue:GetTables'
    ]);
    expect(grants['LookUpTables']?.Resource).toEqual(grants['RegisterTables']?.Resource);
    expect(grantsOfNotebook(synthesized(dev))['AskAthena']).toBeUndefined();
  });

  it('has databases with names that Glue has', () => {
    expect(configurationErrors(naming('lake', 'Data Lake'))).toEqual([
      expect.stringContaining('storage.glueDatabases[1]')
    ]);
  });
});
