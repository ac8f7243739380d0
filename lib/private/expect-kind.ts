import type { Construct } from 'constructs';
import { refuse } from './refuse';

/** What classes of the same shape are told apart by: its literal type in TypeScript, its value everywhere else. */
interface OfKind {
  readonly _kind: string;
}

/** Refuses what a cast or a language without types lets pass. */
export function expectKind(scope: Construct, prop: string, value: OfKind | undefined, kind: string, instead: string): void {
  if (value?._kind !== kind) refuse(scope, `${prop} is ${described(value)}, and must be ${kind}: ${instead}`);
}

function described(value: unknown): string {
  if (value === undefined || value === null) return 'missing';
  return (value as Partial<OfKind>)._kind ?? (typeof value === 'object' ? `of the class ${value.constructor?.name}` : JSON.stringify(value));
}
