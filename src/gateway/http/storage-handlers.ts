import { ARROW_STREAM, ROUTES } from '../../contract/routes';
import type { Storage } from '../dataset/storage';
import { GatewayError } from '../gateway-error';
import { whole } from './query-parts';
import { reply, type Routes } from './router';

const PREVIEW_ROWS = 200;
const MOST_PREVIEW_ROWS = 10_000;

/** Buckets, folders and datasets on S3. */
export function storageRoutes(storage: Storage): Routes {
  return {
    [`GET ${ROUTES.buckets}`]: async ({ response }) => reply(response, 200, await storage.buckets()),
    [`GET ${ROUTES.folder}`]: async ({ response, query }) =>
      reply(response, 200, await storage.folder(named(query, 'bucket'), query.get('prefix') ?? '')),
    [`GET ${ROUTES.datasets}`]: async ({ response, query }) =>
      reply(response, 200, await storage.datasets(named(query, 'bucket'), query.get('prefix') ?? '')),
    [`GET ${ROUTES.versions}`]: async ({ response, query }) =>
      reply(response, 200, await storage.versions(addressOf(query))),
    [`DELETE ${ROUTES.versions}`]: async ({ response, query }) =>
      reply(response, 200, await storage.delete(addressOf(query), query.get('version'))),
    [`GET ${ROUTES.manifest}`]: async ({ response, query }) =>
      reply(response, 200, await storage.manifest(addressOf(query), query.get('version'))),
    [`GET ${ROUTES.deletion}`]: async ({ response, query }) => {
      const address = query.has('key') ? objectOf(query) : addressOf(query);
      reply(response, 200, await storage.deletion(address, query.get('version')));
    },
    [`DELETE ${ROUTES.object}`]: async ({ response, query }) =>
      reply(response, 200, await storage.deleteObject(objectOf(query))),
    [`GET ${ROUTES.preview}`]: async ({ response, query, gone }) => {
      const rows = Math.min(whole(query, 'limit', PREVIEW_ROWS), MOST_PREVIEW_ROWS);
      const stream = query.has('key')
        ? await storage.previewObject(objectOf(query), rows, gone)
        : await storage.preview(addressOf(query), query.get('version'), rows, gone);
      response.writeHead(200, { 'content-type': ARROW_STREAM, 'cache-control': 'no-store' });
      response.end(stream);
    }
  };
}

function addressOf(query: URLSearchParams) {
  return { bucket: named(query, 'bucket'), prefix: named(query, 'prefix').replace(/\/+$/, '') };
}

function objectOf(query: URLSearchParams) {
  return { bucket: named(query, 'bucket'), key: named(query, 'key') };
}

function named(query: URLSearchParams, name: string): string {
  const value = query.get(name);
  if (!value) {
    throw new GatewayError('bad-request', `The parameter ${name} is missing.`, { subject: name });
  }
  return value;
}
