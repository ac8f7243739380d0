export interface ExampleResult {
  /** Of the file. */
  readonly name: string;
  readonly result: 'passed' | 'failed' | 'not run';
  readonly seen: string;
}
