/** What a physical connection needs. `password` must never reach a log, an error or a reply. */
export interface Credentials {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
}

/** Read anew for each physical connection, so that a rotated password is picked up. */
export interface CredentialsSource {
  readonly kind: 'secrets-manager' | 'environment';
  /** Throws GatewayError `credentials-*` or `secrets-unreachable`. */
  read(): Promise<Credentials>;
}
