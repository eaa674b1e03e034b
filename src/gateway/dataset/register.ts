import type { Glue } from '@aws-sdk/client-glue';
import type { Manifest } from '../../contract/dataset';
import type { Registration } from '../../contract/storage';
import { awsFailure, readAwsError } from '../aws-failure';
import { GatewayError } from '../gateway-error';
import { registerInGlue } from './glue';
import type { Storage } from './storage';

/**
 * Makes a table of the Glue Data Catalog show a version that stands, and gives the version's manifest. Throws GatewayError
 * `not-found` for a dataset, version or database that is not there, `permission-denied`, and `bad-request` for a table that
 * shows something else.
 */
export async function register(
  storage: Pick<Storage, 'manifest'>,
  glue: Glue,
  { bucket, prefix, version, database, table }: Registration
): Promise<Manifest> {
  const manifest = await storage.manifest({ bucket, prefix }, version);
  try {
    await registerInGlue(glue, { bucket, prefix }, manifest, { database, table });
  } catch (error) {
    const aws = readAwsError(error);
    const told = { subject: `${database}.${table}`, detail: aws.message };
    const message = `The table ${told.subject} could not be made to show the dataset.`;
    if (awsFailure(aws) === 'denied') {
      throw new GatewayError(
        'permission-denied',
        message,
        {
          ...told,
          action: 'Ask for it: the CDK app grants it where storage.glueDatabases has the database.'
        },
        error
      );
    }
    if (aws.name === 'EntityNotFoundException') {
      const action = 'Correct the name of the database, or ask for it to be made.';
      throw new GatewayError('not-found', message, { ...told, action }, error);
    }
    const action = 'Choose another table, or look whether Glue can be reached from here.';
    throw new GatewayError('bad-request', message, { ...told, action }, error);
  }
  return manifest;
}
