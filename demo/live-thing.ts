/** Something that CloudFormation knows nothing of. */
export interface LiveThing {
  readonly name: string;
  /** What it sees of itself, in words. */
  state(): Promise<string>;
  stop(): void;
}
