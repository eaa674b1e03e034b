import { parseSnapshotRequest } from '../../contract/snapshot';
import { ROUTES } from '../../contract/routes';
import type { Snapshots } from '../snapshots';
import { readBody, reply, type Routes } from './router';

export function snapshotRoutes(snapshots: Snapshots): Routes {
  const all = ROUTES.snapshots;
  return {
    [`POST ${all}`]: async ({ request, response, gone }) => {
      const snapshot = await snapshots.open(await readBody(request, parseSnapshotRequest), gone);
      reply(response, 201, snapshot);
    },
    [`GET ${all}/{id}`]: async ({ response, id }) => reply(response, 200, await snapshots.status(id)),
    [`DELETE ${all}/{id}`]: async ({ response, id }) => {
      await snapshots.release(id);
      response.writeHead(204).end();
    }
  };
}
