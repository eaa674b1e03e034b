import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Template } from 'aws-cdk-lib/assertions';
import type { Resource } from './resources';

interface Change {
  readonly type: string;
  readonly because: string;
}

interface ServiceSpecification {
  readonly schema: {
    readonly resource: {
      readonly entities: readonly {
        readonly cloudFormationType: string;
        readonly properties: Readonly<
          Record<string, { readonly causesReplacement?: 'yes' | 'no' | 'maybe' }>
        >;
      }[];
    };
  };
}

/**
 * The resources that CloudFormation would remove or make anew to get from one template to another. Which properties do that is
 * read from the specification that `cdk diff` uses; a property that only may is taken as one that does.
 */
export function replacedBy(before: Template, after: Template): readonly Change[] {
  const old: Readonly<Record<string, Resource>> = before.toJSON()['Resources'];
  const wanted: Readonly<Record<string, Resource>> = after.toJSON()['Resources'];
  return Object.entries(old).flatMap(([id, { Type: type, Properties: properties }]) => {
    const successor = wanted[id];
    if (successor?.Type !== type) {
      return [{ type, because: 'it is no longer in the template' }];
    }
    const changed = replacingProperties(type).filter(
      name => JSON.stringify(properties?.[name]) !== JSON.stringify(successor.Properties?.[name])
    );
    return changed.length > 0 ? [{ type, because: `${changed.join(', ')} changes` }] : [];
  });
}

const SPECIFICATION = path.join(__dirname, '..', '..', 'node_modules', 'aws-cdk', 'db.json.gz');

let specification: ServiceSpecification | undefined;

function replacingProperties(type: string): readonly string[] {
  specification ??= readSpecification();
  const known = specification.schema.resource.entities.find(
    ({ cloudFormationType }) => cloudFormationType === type
  );
  if (!known) {
    throw new Error(`${type} is not in the CDK's specification of resources.`);
  }
  return Object.entries(known.properties)
    .filter(([, { causesReplacement }]) => causesReplacement === 'yes' || causesReplacement === 'maybe')
    .map(([name]) => name);
}

function readSpecification(): ServiceSpecification {
  return JSON.parse(gunzipSync(readFileSync(SPECIFICATION)).toString('utf8'));
}
