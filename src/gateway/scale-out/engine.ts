import type { ExportStatus } from '../../contract/export';
import type { ProgramProcess, ScaleOutPlan, ScaleOutRequest } from '../../contract/scale-out';

/** What the place where a program runs says of it. */
export interface Sighting {
  readonly state: ExportStatus['state'];
  /** Why it failed, in the engine's own words. */
  readonly reason: string | null;
  readonly log: readonly string[];
  /** From the time by now and the price of the machines; null where nothing is billed or the price is not known. */
  readonly costUsd: number | null;
}

/** A place where the program runs. */
export interface Engine {
  /** Throws GatewayError `bad-request` for what can be seen to fail before anything is planned. */
  check(request: ScaleOutRequest): Promise<void>;
  /** The plan for the place where the program runs. */
  adapt(plan: ScaleOutPlan): ScaleOutPlan;
  /** `caFile` is this machine's file of trusted certificates. */
  start(plan: ScaleOutPlan, planUri: string, request: ScaleOutRequest, caFile: string | null): Promise<void>;
  /** Null where only the program's report tells how it is; `process` is the one that the last report names. */
  look(name: string, process: ProgramProcess | null): Promise<Sighting | null>;
  /** Ends it although the program may not listen. Idempotent. */
  stop(name: string): Promise<void>;
  readonly lookEveryMs: number;
  /** A program that has reported nothing for so long has gone; null where `look` tells. */
  readonly silentMs: number | null;
}
