/** An example that cannot be run in this account, and why. */
export class NotRun extends Error {}

/** Throws NotRun if a call finds something, whoever made it. */
export async function expectNotThere(what: string, finding: Promise<unknown>): Promise<void> {
  const found = await finding.catch((error) => {
    if (/NotFound|NoSuch|does not exist/.test(`${error.name} ${error.message}`) || error.$metadata?.httpStatusCode === 404) return false;
    throw error;
  });
  if (found) throw new NotRun(`${what} is in the account already, and is not touched`);
}
