const swc = {
  '^.+\\.(t|j|mj)sx?$': [
    '@swc/jest',
    {
      jsc: { parser: { syntax: 'typescript', tsx: true }, target: 'es2022' },
      module: { type: 'commonjs' }
    }
  ]
};

// These packages ship ES modules, which Jest's CommonJS loader must be given translated.
const esModules = [
  '@jupyterlab',
  '@jupyter',
  '@lumino',
  '@codemirror',
  '@lezer',
  '@marijn',
  '@microsoft',
  'apache-arrow',
  'crelt',
  'exenv-es6',
  'fzstd',
  'hyparquet',
  'hyparquet-compressors',
  'hysnappy',
  'lib0',
  'nanoid',
  'style-mod',
  'uuid',
  'vscode-ws-jsonrpc',
  'w3c-keyname',
  'y-[^/]+',
  'yjs'
].join('|');

const common = {
  transform: swc,
  transformIgnorePatterns: [`/node_modules/(?!(${esModules})(/|$))`],
  modulePathIgnorePatterns: [
    '<rootDir>/lib/',
    '<rootDir>/build/',
    '<rootDir>/dist/',
    '<rootDir>/.demo/',
    '<rootDir>/.venv/',
    '<rootDir>/python/'
  ],
  moduleNameMapper: { '\\.(css|svg)$': '<rootDir>/test/support/empty-module.js' }
};

module.exports = {
  projects: [
    {
      ...common,
      displayName: 'browser',
      testEnvironment: 'jsdom',
      testMatch: ['<rootDir>/test/lab/**/*.test.ts', '<rootDir>/test/lab/**/*.test.tsx'],
      setupFiles: ['<rootDir>/test/support/jsdom-gaps.ts']
    },
    {
      ...common,
      displayName: 'pure',
      testEnvironment: 'node',
      testMatch: ['<rootDir>/test/{cells,contract,sql,idle,scripts}/**/*.test.ts']
    },
    {
      // In a root directory that looks like a notebook instance, with the emulated S3.
      ...common,
      displayName: 'instance',
      testEnvironment: 'node',
      testMatch: ['<rootDir>/test/lifecycle-scripts/**/*.test.ts'],
      setupFilesAfterEnv: ['<rootDir>/test/support/patience.ts']
    },
    {
      // Against a real primary, a real standby and the emulated S3 and Secrets Manager.
      ...common,
      displayName: 'gateway',
      testEnvironment: 'node',
      testMatch: ['<rootDir>/test/{gateway,demo,db-user,auto-stop}/**/*.test.ts'],
      setupFilesAfterEnv: ['<rootDir>/test/support/patience.ts'],
      globalSetup: '<rootDir>/test/support/start-stack.ts',
      globalTeardown: '<rootDir>/test/support/stop-stack.ts'
    }
  ]
};
