import { event, message, secondConnection, type ServerPlace } from './second-connection';

/** Request code of the protocol (source: PostgreSQL protocol, "Message Formats"). */
const CANCEL_REQUEST = 80_877_102;
const QUESTION = 'cancel request';

export interface CancelTarget extends ServerPlace {
  readonly processId: number;
  readonly secretKey: number;
}

/** Asks the server to end what the backend is doing. Resolves once the server has passed the request on. */
export function sendCancelRequest(target: CancelTarget): Promise<void> {
  return secondConnection(target, QUESTION, async socket => {
    // Not `end`: a proxy on the way would answer the half-close before the server has had the request, and a request that is
    // still on its way ends the next statement.
    socket.write(message(CANCEL_REQUEST, target.processId, target.secretKey));
    socket.resume();
    await event(socket, 'close', QUESTION);
  });
}
