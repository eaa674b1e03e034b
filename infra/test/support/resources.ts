import type { Template } from 'aws-cdk-lib/assertions';

export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DependsOn?: readonly string[];
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

/** All resources of a type, by logical id. */
export function resourcesOf(template: Template, type: string): Readonly<Record<string, Resource>> {
  const resources: Readonly<Record<string, Resource>> = template.toJSON()['Resources'];
  return Object.fromEntries(Object.entries(resources).filter(([, resource]) => resource.Type === type));
}

/** The one resource of a type. */
export function theOnly(template: Template, type: string): Resource {
  const found = Object.values(resourcesOf(template, type));
  expect(found).toHaveLength(1);
  return found[0]!;
}

export interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

interface Policy {
  readonly Type: string;
  readonly Properties: { readonly PolicyDocument: { readonly Statement: readonly Statement[] } };
}

const POLICIES = new Set(['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy']);

/** Statements of the policies whose logical ids begin so, by statement id. */
export function statementsOf(template: Template, beginning: string): Readonly<Record<string, Statement>> {
  const resources: Readonly<Record<string, Policy>> = template.toJSON()['Resources'];
  const statements = Object.entries(resources)
    .filter(([id, { Type }]) => id.startsWith(beginning) && POLICIES.has(Type))
    .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement);
  return Object.fromEntries(statements.map(statement => [statement.Sid ?? '', statement]));
}

/** What the notebook's role may do. */
export function grantsOfNotebook(template: Template): Readonly<Record<string, Statement>> {
  return statementsOf(template, 'NotebookIdentityRoleDefaultPolicy');
}
