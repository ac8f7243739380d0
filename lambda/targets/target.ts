import type { Failure } from '../calls/failure';

/** One live thing to end, with what its source knows of it. */
export interface Target {
  /** Its id, or the token that stands for it. */
  readonly id: string;
  /** Whether others may hang on it, which must end before it. Undefined where that is not known. */
  readonly carries?: boolean;
  /** The id of what it hangs on. */
  readonly hangsOn?: string;
  /** It is there although it was dealt with before in this run. */
  readonly again?: boolean;
  /** Why it cannot be ended: it fails, and is not called for. */
  readonly problem?: Failure;
  /** When an invocation before this one called for its end, in milliseconds since 1970. */
  readonly calledAt?: number;
}
