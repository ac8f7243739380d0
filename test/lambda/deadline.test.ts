import { ageOf, limitsOf, refuseIfTooOld } from '../../lambda/calls/deadline';

/* CloudFormation's clock runs from when it asked, the run's own from when the function began. */

const MINUTE = 60_000;

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

/** As in `X-Amz-Date=20261125T224800Z`. */
function asked(ago: number): URL {
  const at = new Date(Date.now() - ago).toISOString().replace(/[-:]|\.\d+/g, '');
  return new URL(`https://bucket.example.com/answer?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=${at}&X-Amz-Expires=7200`);
}

/** In seconds after the function began. */
function runsFor(properties: object, url = asked(0), remaining = 15 * MINUTE): number {
  const age = ageOf(url);
  refuseIfTooOld({ ...properties }, age);
  const { deadline } = limitsOf({ ...properties }, { asked: Date.now() - age, begun: Date.now() }, remaining);
  return (deadline - performance.now()) / 1000;
}

/** The clock of the URL has whole seconds. */
function expectAbout(expected: number, seconds: number): void {
  expect(seconds).toBeGreaterThan(expected - 2);
  expect(seconds).toBeLessThanOrEqual(expected);
}

test('a run has the time that the construct gives it', () => {
  expectAbout(840, runsFor({ TimeoutSeconds: '840', ServiceTimeout: '1140' }));
  expectAbout(60, runsFor({ TimeoutSeconds: '60', ServiceTimeout: '360' }));
});

test('a function that began up to five minutes late has all of it, and one that began later what CloudFormation still waits', () => {
  const properties = { TimeoutSeconds: '600', ServiceTimeout: '900' };
  expectAbout(600, runsFor(properties, asked(4 * MINUTE)));
  expectAbout(285, runsFor(properties, asked(10 * MINUTE)));
});

test('an invocation has no more time than Lambda gives it, and answers before', () => {
  expectAbout(285, runsFor({ TimeoutSeconds: '840', ServiceTimeout: '1140' }, asked(0), 5 * MINUTE));
});

test('what earlier versions deployed has one clock, and answers before its end', () => {
  expectAbout(585, runsFor({ ServiceTimeout: '600' }));
  expectAbout(285, runsFor({ ServiceTimeout: '600' }, asked(5 * MINUTE)));
});

test('a request that CloudFormation does not wait for any more is not carried out', () => {
  expect(() => runsFor({ TimeoutSeconds: '60', ServiceTimeout: '360' }, asked(7 * MINUTE))).toThrow(
    /^the request is 4[12]\d seconds old, and CloudFormation waits 360: nothing was touched; run the same command again$/,
  );
});

test.each<[string, URL]>([
  ['names no time', new URL('https://bucket.example.com/answer?Expires=1790000000&Signature=x')],
  ['names what is no time', new URL('https://bucket.example.com/answer?X-Amz-Date=yesterday')],
  ['is of a clock that is ahead', asked(-10 * MINUTE)],
])('a URL that %s is taken for one of this moment', (_, url) => {
  expectAbout(60, runsFor({ TimeoutSeconds: '60', ServiceTimeout: '360' }, url));
});

test('a time that is none counts as the default', () => {
  expectAbout(825, runsFor({ TimeoutSeconds: 'soon', ServiceTimeout: 'later' }));
});
