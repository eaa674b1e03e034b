import js from '@eslint/js';
import globals from 'globals';
import tseslint from 'typescript-eslint';

/** A border of the architecture: files of `from` may not import what matches `groups`. */
const border = (from, groups, message) => ({
  files: [`src/${from}/**/*.ts`, `src/${from}/**/*.tsx`],
  rules: { 'no-restricted-imports': ['error', { patterns: [{ group: groups, message }] }] }
});

const pure = 'contract, sql and idle import nothing outside themselves.';

export default tseslint.config(
  {
    ignores: ['lib', 'build', 'dist', '.demo', '.venv', 'python', 'node_modules', 'coverage', 'test-results']
  },
  js.configs.recommended,
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.strict],
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-extraneous-class': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      'max-lines': ['error', { max: 400 }],
      eqeqeq: 'error'
    }
  },
  {
    files: ['**/*.{mjs,cjs}', 'jest.config.js', 'test/support/*.js'],
    languageOptions: { globals: globals.node }
  },
  border('contract', ['../*', '!./*', 'node:*'], pure),
  border('sql', ['../*', '!./*', 'node:*'], pure),
  border('idle', ['../*', '!./*', 'node:*'], pure),
  border('cells', ['../*', '!./*', 'node:*'], 'cells knows Arrow and nothing else of this project.'),
  border(
    'lab',
    ['**/gateway/**', '**/auto-stop/**', 'node:*'],
    'The browser side never imports the Node side.'
  ),
  border(
    'auto-stop',
    ['**/lab/**', '**/gateway/**', '!./gateway', '**/db-user/**', '@jupyterlab/*', '@lumino/*'],
    'The program of the timer stands alone: of this project it knows the contract and the idle policy.'
  ),
  border(
    'db-user',
    ['**/lab/**', '**/auto-stop/**', '@jupyterlab/*', '@lumino/*'],
    'A program of the operator: it never imports the browser side.'
  ),
  border(
    'gateway',
    ['**/lab/**', '@jupyterlab/*', '@lumino/*'],
    'The Node side never imports the browser side.'
  ),
  {
    files: ['src/gateway/**/*.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          paths: ['glue', 'sagemaker', 'cloudwatch-logs'].map(service => ({
            name: `@aws-sdk/client-${service}`,
            allowTypeImports: true,
            message: 'Most gateways never need it: take it from aws-services.ts, which loads it late.'
          }))
        }
      ]
    }
  }
);
