import type { Manifest } from '../../contract/dataset';
import { ROUTES } from '../../contract/routes';
import { parseRegistration, type Registration } from '../../contract/storage';
import { readBody, reply, type Routes } from './router';

export function registrationRoutes(register: (request: Registration) => Promise<Manifest>): Routes {
  return {
    [`POST ${ROUTES.registration}`]: async ({ request, response }) =>
      reply(response, 200, await register(await readBody(request, parseRegistration)))
  };
}
