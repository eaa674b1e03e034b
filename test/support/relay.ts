import { once } from 'node:events';
import net from 'node:net';

/** A TCP relay on the loopback address, to watch a connection and to do to it what networks do. */
export class Relay {
  /** Times that the client spoke after the server had. */
  turns = 0;
  connections = 0;
  private clientSpeaks = false;
  private holding = false;
  private readonly pairs = new Set<readonly [net.Socket, net.Socket]>();

  private constructor(
    private readonly server: net.Server,
    readonly port: number
  ) {}

  static async open(targetPort: number): Promise<Relay> {
    const server = net.createServer(client => relay.join(client, targetPort));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const relay = new Relay(server, (server.address() as net.AddressInfo).port);
    return relay;
  }

  /** Lets nothing through any more, in either direction and for new connections too, and closes nothing. */
  hold(): void {
    this.holding = true;
    this.pairs.forEach(pair => pair.forEach(socket => socket.pause()));
  }

  /** Lets everything through again. */
  go(): void {
    this.holding = false;
    this.pairs.forEach(pair => pair.forEach(socket => socket.resume()));
  }

  /** Resets all connections. */
  cut(): void {
    this.pairs.forEach(([client, upstream]) => {
      client.resetAndDestroy();
      upstream.destroy();
    });
  }

  async close(): Promise<void> {
    this.cut();
    this.server.close();
    await once(this.server, 'close');
  }

  private join(client: net.Socket, targetPort: number): void {
    this.connections++;
    const upstream = net.connect(targetPort, '127.0.0.1');
    const pair = [client, upstream] as const;
    this.pairs.add(pair);
    client.on('data', (bytes: Buffer) => {
      this.turns += this.clientSpeaks ? 0 : 1;
      this.clientSpeaks = true;
      upstream.write(bytes);
    });
    upstream.on('data', (bytes: Buffer) => {
      this.clientSpeaks = false;
      client.write(bytes);
    });
    for (const [socket, other] of [pair, [upstream, client] as const]) {
      socket.on('error', () => undefined);
      socket.on('end', () => other.end());
      socket.on('close', () => {
        other.destroy();
        this.pairs.delete(pair);
      });
    }
    if (this.holding) {
      pair.forEach(socket => socket.pause());
    }
  }
}
