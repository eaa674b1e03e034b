import { readConfig, type ProfileConfig } from '../../src/gateway/config';

const SOCKET = { JUPYTERLAB_REPLICA_SOCKET: '/run/gateway.sock' };

function profilesOf(content: unknown, environment: NodeJS.ProcessEnv = {}): readonly ProfileConfig[] {
  const json = typeof content === 'string' ? content : JSON.stringify(content);
  const given = { ...SOCKET, ...environment, JUPYTERLAB_REPLICA_PROFILES: '/etc/profiles.json' };
  return readConfig(given, 2, file => (file === '/etc/profiles.json' ? json : '')).profiles;
}

const withSecret = (name: string) => ({ name, secretId: `replica/${name}` });

describe('without a file', () => {
  it('there is one profile, of the secret in the environment', () => {
    expect(readConfig({ ...SOCKET, JUPYTERLAB_REPLICA_SECRET_ID: 'replica/jao' }, 2).profiles).toEqual([
      {
        name: 'default',
        production: false,
        credentials: { kind: 'secrets-manager', secretId: 'replica/jao' },
        tls: { mode: 'verify-full', caFile: null },
        searchPath: null
      }
    ]);
  });

  it('the environment may name it, mark it as production and say where names are looked for', () => {
    const environment = {
      ...SOCKET,
      JUPYTERLAB_REPLICA_PROFILE: 'prod',
      JUPYTERLAB_REPLICA_PRODUCTION: 'on',
      JUPYTERLAB_REPLICA_SEARCH_PATH: 'analytics, public,'
    };
    expect(readConfig(environment, 2).profiles).toMatchObject([
      { name: 'prod', production: true, searchPath: ['analytics', 'public'] }
    ]);
  });
});

describe('a file with profiles', () => {
  it('gives them in its order, with the TLS of the environment where they have none', () => {
    const profiles = profilesOf(
      {
        profiles: [
          withSecret('dev'),
          {
            name: 'prod',
            production: true,
            host: 'replica.example.org',
            database: 'shop',
            user: 'reader',
            passwordVariable: 'PROD_PASSWORD',
            sslRootCert: '/etc/prod-ca.pem',
            searchPath: ['Sales, EU', 'public']
          }
        ]
      },
      { PGSSLMODE: 'require', PGSSLROOTCERT: '/etc/ca.pem', PROD_PASSWORD: 'from the environment' }
    );
    expect(profiles).toEqual([
      {
        name: 'dev',
        production: false,
        credentials: { kind: 'secrets-manager', secretId: 'replica/dev' },
        tls: { mode: 'require', caFile: '/etc/ca.pem' },
        searchPath: null
      },
      {
        name: 'prod',
        production: true,
        credentials: {
          kind: 'environment',
          host: 'replica.example.org',
          port: 5432,
          database: 'shop',
          user: 'reader',
          password: 'from the environment'
        },
        tls: { mode: 'require', caFile: '/etc/prod-ca.pem' },
        searchPath: ['Sales, EU', 'public']
      }
    ]);
  });

  it.each([
    ['no JSON at all', '{', /JSON/],
    ['a list in place of an object', '[]', /an object/],
    ['no profile', { profiles: [] }, /there is no profile in it/],
    ['a name taken twice', { profiles: [withSecret('a'), withSecret('a')] }, /profile a: its name is taken/],
    ['a name with a line break', { profiles: [withSecret('a\nb')] }, /1 to 40 letters/],
    [
      'neither secret nor host',
      { profiles: [{ name: 'a', host: 'h' }] },
      /needs secretId, or database, user/
    ],
    ['both of them', { profiles: [{ ...withSecret('a'), host: 'h' }] }, /both secretId and a host/],
    ['a port that is none', { profiles: [{ name: 'a', port: 'x' }] }, /port must be a whole number/],
    [
      'a field that is not known',
      { profiles: [{ ...withSecret('a'), colour: 'red' }] },
      /colour is not known/
    ]
  ])('is refused with %s, naming the file', (_, content, message) => {
    expect(() => profilesOf(content)).toThrow(message);
    expect(() => profilesOf(content)).toThrow(/\/etc\/profiles\.json/);
  });

  it('is refused with a password in it, which is not repeated', () => {
    const profiles = [{ name: 'a', host: 'h', database: 'd', user: 'u', password: 'hidden-value' }];
    expect(() => profilesOf({ profiles })).toThrow(/password has no place in a file/);
    expect(() => profilesOf({ profiles })).not.toThrow(/hidden-value/);
  });

  it('is told everything that is wrong at once', () => {
    const profiles = [{ name: 'a' }, { ...withSecret('b'), sslMode: 'prefer' }];
    expect(() => profilesOf({ profiles })).toThrow(/profile a: .*; profile b: sslMode must be one of/);
  });

  it('that cannot be read is named', () => {
    const environment = { ...SOCKET, JUPYTERLAB_REPLICA_PROFILES: '/nowhere/profiles.json' };
    expect(() => readConfig(environment, 2)).toThrow('/nowhere/profiles.json');
  });
});
