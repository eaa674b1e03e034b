import { READER_ROLE_DEFAULTS, readerRoleScript, readerRoleStatements } from '../../src/sql/reader-role';

const role = {
  ...READER_ROLE_DEFAULTS,
  database: 'jao',
  schemas: ['public', 'analytics'],
  owners: ['app', 'etl']
};

test('every schema is granted as it is and, for each owner, as it will be', () => {
  const statements = readerRoleStatements(role);
  for (const schema of role.schemas) {
    expect(statements).toContain(`GRANT USAGE ON SCHEMA ${schema} TO sagemaker_readonly`);
    expect(statements).toContain(`GRANT SELECT ON ALL TABLES IN SCHEMA ${schema} TO sagemaker_readonly`);
    expect(statements).toContain(`GRANT SELECT ON ALL SEQUENCES IN SCHEMA ${schema} TO sagemaker_readonly`);
    for (const owner of role.owners) {
      expect(statements).toContain(
        `ALTER DEFAULT PRIVILEGES FOR ROLE ${owner} IN SCHEMA ${schema} GRANT SELECT ON TABLES TO sagemaker_readonly`
      );
    }
  }
});

test('the role can connect, cannot write by default, and is bounded', () => {
  const script = readerRoleScript(role);
  expect(script).toContain('GRANT CONNECT ON DATABASE jao TO sagemaker_readonly;');
  expect(script).toContain('SET default_transaction_read_only = on;');
  expect(script).toContain('CONNECTION LIMIT 20;');
  expect(script).toContain('SET statement_timeout = 3600000;');
  expect(script).toContain('SET idle_in_transaction_session_timeout = 600000;');
});

test('no statement grants more than reading, and none holds a password', () => {
  const granted = readerRoleStatements(role).flatMap(
    statement => /GRANT (.+?) ON /.exec(statement)?.[1] ?? []
  );
  expect(new Set(granted)).toEqual(new Set(['CONNECT', 'USAGE', 'SELECT']));
  expect(readerRoleScript(role)).not.toMatch(/password/i);
});

test('names that need quotes are quoted, also inside the block that creates the role', () => {
  const script = readerRoleScript({ ...role, role: `Re"ad'er`, schemas: ['Verkauf 2025'] });
  expect(script).toContain(`GRANT USAGE ON SCHEMA "Verkauf 2025" TO "Re""ad'er";`);
  expect(script).toContain(`rolname = ''Re"ad''''er''`);
});

test('a limit that is not a whole number is refused', () => {
  expect(() => readerRoleStatements({ ...role, connectionLimit: 1.5 })).toThrow(RangeError);
});
