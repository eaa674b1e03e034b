import { type ISignal, Signal } from '@lumino/signaling';
import { flag, list, nullable, type Parsed, record, text } from '../../contract/parse';
import { wantedParameters, type WantedParameters } from '../../sql/parameters';
import { type SentStatement } from './sent-statement';

/** What a field holds; `text` is null until somebody has typed into it. */
const parseParameterValue = record({ name: text, text: nullable(text), isNull: flag, secret: flag });
export type ParameterValue = Parsed<typeof parseParameterValue>;
export const parseParameterValues = list(parseParameterValue);

const UNSET = { text: null, isNull: false, secret: false };

/** The values for the parameters of the statement at the cursor. Values of other statements are remembered. */
export class ParameterValues {
  private readonly values = new Map<string, ParameterValue>();
  private current: WantedParameters = { style: 'none', names: [] };
  private types: readonly string[] = [];
  private readonly changedSignal = new Signal<this, void>(this);

  constructor(saved: readonly ParameterValue[]) {
    saved.forEach(value => this.values.set(value.name, value));
  }

  /** Emitted with every change of what is wanted, of a value or of a type. */
  get changed(): ISignal<this, void> {
    return this.changedSignal;
  }

  get wanted(): WantedParameters {
    return this.current;
  }

  /** What of the values may be stored: a secret one is left out. */
  get saved(): readonly ParameterValue[] {
    return [...this.values.values()].map(value => (value.secret ? { ...value, text: null } : value));
  }

  value(name: string): ParameterValue {
    return this.values.get(name) ?? { name, ...UNSET };
  }

  /** The type that the server has inferred, or null. */
  type(name: string): string | null {
    return this.types[this.current.names.indexOf(name)] ?? null;
  }

  change(name: string, change: Partial<Omit<ParameterValue, 'name'>>): void {
    this.values.set(name, { ...this.value(name), ...change });
    this.changedSignal.emit();
  }

  /** Another statement is meant, or the same one was edited. */
  follow(sql: string): void {
    const next = wantedParameters(sql);
    if (JSON.stringify(next) !== JSON.stringify(this.current)) {
      this.current = next;
      this.types = [];
      this.changedSignal.emit();
    }
  }

  /** The server's types of the parameters that are wanted now, in their order. */
  describe(types: readonly string[]): void {
    if (types.length === this.current.names.length && types.join('\0') !== this.types.join('\0')) {
      this.types = types;
      this.changedSignal.emit();
    }
  }

  /** The names that a statement wants and that have no value. */
  missing(sql: string): readonly string[] {
    return wantedParameters(sql).names.filter(name => {
      const { text: typed, isNull } = this.value(name);
      return typed === null && !isNull;
    });
  }

  /** The statement with its values. */
  bind(statement: SentStatement): SentStatement {
    const parameters = wantedParameters(statement.text).names.map(name => {
      const { text: typed, isNull, secret } = this.value(name);
      return { name, value: isNull ? null : (typed ?? ''), secret };
    });
    return { text: statement.text, from: statement.from, parameters };
  }
}
