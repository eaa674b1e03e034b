import { PLAN_LIMITS, type PlanLimits } from './plan-light';
import { DEFAULT_ROW_LIMIT, rowLimitOf } from './row-limits';

/** What a person has set for all panels. */
export interface PanelSettings {
  /** For panels that do not say how many rows they read. */
  readonly rowLimit: number | null;
  /** Whether plans are asked for before a statement runs. */
  readonly planLight: boolean;
  readonly planLimits: PlanLimits;
}

export const DEFAULT_SETTINGS: PanelSettings = {
  rowLimit: DEFAULT_ROW_LIMIT,
  planLight: true,
  planLimits: PLAN_LIMITS
};

/** The settings as schema/query-panel.json names them; what cannot be understood has its default. */
export function panelSettings(composite: Readonly<Record<string, unknown>>): PanelSettings {
  const amount = (name: string, scale: number, fallback: number): number => {
    const value = composite[name];
    return typeof value === 'number' && value > 0 ? value * scale : fallback;
  };
  return {
    rowLimit: rowLimitOf(composite['rowLimit']),
    planLight: composite['planLight'] !== false,
    planLimits: {
      amberBytes: amount('planAmberMB', 1e6, PLAN_LIMITS.amberBytes),
      redBytes: amount('planRedMB', 1e6, PLAN_LIMITS.redBytes),
      amberRows: amount('planAmberRows', 1, PLAN_LIMITS.amberRows),
      redRows: amount('planRedRows', 1, PLAN_LIMITS.redRows)
    }
  };
}
