import { LocalAws, type LocalAwsOptions } from '../../local-aws/local-aws';
import { TestStack } from '../../local-aws/test/support/test-stack';

/**
 * A stand-in for a file's tests, and a stack, so that they share its function: each test declares constructs with an id of its own, which
 * the next one's deploy takes away again.
 */
export class Scene {
  aws!: LocalAws;
  stack!: TestStack;
  /** Of the test, for a construct and for what is made for it. */
  id = '';
  private tests = 0;

  constructor(
    protected readonly name: string,
    private readonly options: LocalAwsOptions,
  ) {}

  async open(): Promise<void> {
    this.aws = await LocalAws.start(this.options);
    this.stack = new TestStack(this.aws, this.name);
  }

  async next(): Promise<void> {
    this.tests += 1;
    this.id = `${this.name}${this.tests}`;
    // What a test has left half destroyed stays as it is.
    if ((await this.stack.status())?.startsWith('DELETE_')) this.stack = new TestStack(this.aws, this.id);
  }

  async leave(): Promise<void> {}

  async close(): Promise<void> {
    await this.aws.stop();
  }
}

export function set<T extends Scene>(scene: T): T {
  beforeAll(() => scene.open());
  afterAll(() => scene.close());
  beforeEach(() => scene.next());
  afterEach(() => scene.leave());
  return scene;
}
