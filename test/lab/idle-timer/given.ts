import { type Activity } from '../../../src/contract/activity';

export const ago = (minutes: number) => new Date(Date.now() - 60_000 * minutes).toISOString();

/** A notebook instance that started 68 minutes ago and that nobody has used. */
export const activity = (changes: Partial<Activity> = {}): Activity => ({
  queries: [],
  exports: [],
  lastWorkAt: null,
  lastInputAt: null,
  bootedAt: ago(68),
  idleTimeoutMinutes: 120,
  maxBusyHours: 12,
  stopper: 'sagemaker',
  keepAwake: null,
  machine: {
    checkedAt: ago(1),
    instanceType: 'ml.t3.medium',
    jobs: [],
    cpuPercent: 1,
    cpuActiveAt: null,
    workSeenAt: null,
    clockSetAt: null,
    postponed: null,
    runs: []
  },
  log: null,
  stoppingAt: null,
  ...changes
});
