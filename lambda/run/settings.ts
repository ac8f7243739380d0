import { bool, oneOf, optional, positive, record, text, type Fields } from './parse';

/** The properties that all constructs share; deadline.ts reads those that concern time. */
export interface Settings {
  readonly targets: Fields;
  readonly operation: Fields;
  readonly onFailure: 'FAIL' | 'CONTINUE';
  readonly maxTargets: number;
  readonly requestsPerSecond?: number;
  readonly preflight: boolean;
  /** The construct's path, for metrics. */
  readonly path?: string;
}

export function parseSettings(properties: Fields): Settings {
  return {
    targets: record(properties, 'Targets'),
    operation: optional(record)(properties, 'Operation') ?? {},
    onFailure: optional(oneOf('FAIL', 'CONTINUE'))(properties, 'OnFailure') ?? 'FAIL',
    maxTargets: optional(positive)(properties, 'MaxTargets') ?? 10_000,
    requestsPerSecond: optional(positive)(properties, 'RequestsPerSecond'),
    preflight: optional(bool)(properties, 'Preflight') ?? true,
    path: optional(text)(properties, 'Path'),
  };
}
