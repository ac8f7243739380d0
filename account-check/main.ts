/* `npm run account-check`: asks an AWS account what docs/unconfirmed.md leaves open, and deploys and destroys the examples there. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { Command, InvalidArgumentError, Option } from 'commander';
import { CdkCli } from '../local-aws/cdk-cli';
import { AccountCheck } from './check';
import { cdkOf } from './cdk';
import { Clients } from './clients';
import { exampleNames } from './examples';
import { PROBES } from './probes';
import { report } from './report';
import type { Given } from './room';

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

interface Arguments extends Given {
  readonly account?: string;
  readonly yes?: boolean;
  readonly only?: string[];
  readonly list?: boolean;
  readonly report: string;
}

const EXAMPLE = 'example:';
const ALL = [...PROBES.map(({ row }) => row), ...exampleNames().map((name) => `${EXAMPLE}${name}`)];

const arguments_ = new Command('npm run account-check --')
  .description('looks in an AWS account at what docs/unconfirmed.md takes to be so, deploys and destroys the examples there, and writes a report')
  .option('--account <id>', 'the account that it may look at: the one of the credentials, by their environment (AWS_PROFILE, AWS_REGION)')
  .option('--yes', 'begin')
  .addOption(new Option('--only <what...>', `rows of docs/unconfirmed.md, or ${EXAMPLE}<name>`).argParser(one))
  .option('--list', 'say what it can look at')
  .option('--report <file>', 'where the report is written', 'account-check.md')
  .option('--connect-instance-arn <arn>', 'an Amazon Connect instance in which chats may be started')
  .option('--connect-flow-id <id>', 'a flow of that instance that lets a chat wait')
  .option('--cognito-identity <id>', 'an Amazon Cognito identity that policies may be attached to and detached from')
  .option('--hub <id>', 'a hub of managed integrations with a device on it; IT IS DELETED')
  .option('--connector-device <id>', 'a device of a cloud-to-cloud connector; its deletion is asked for')
  .addOption(new Option('--broker-url <url>', 'the MQTT broker of local-aws').env('MQTT_BROKER_URL'))
  .parse()
  .opts<Arguments>();

function one(value: string, before: string[] = []): string[] {
  if (!ALL.includes(value)) throw new InvalidArgumentError(`${value} is none of: ${ALL.join(', ')}`);
  return [...before, value];
}

async function main({ account, yes, only = ALL, list, report: file, ...given }: Arguments): Promise<boolean> {
  if (list) {
    for (const { row, asks } of PROBES) console.log(`${row.padEnd(24)}${asks}`);
    for (const name of exampleNames()) console.log(`${EXAMPLE}${name}`);
    return true;
  }
  const clients = await Clients.open();
  const check = await AccountCheck.open(clients, { given, log: (line) => console.log(line) });
  const { id, region, partition } = check.account;
  console.log(`Account ${id}, region ${region}. It looks at: ${only.join(', ')}.`);
  console.log(`It makes IoT policies, certificates, things and thing groups, clients, stacks with functions and roles, and what the examples need; what has no name of an
example begins with ${check.prefix}. All is deleted, and what cannot be is listed. AWS charges for what is used; how much is not reckoned here.`);
  if (account !== id || !yes) {
    console.log(account !== undefined && account !== id ? `The credentials are not of the account ${account}.` : `To begin, add: --account ${id} --yes`);
    return false;
  }
  const examples = only.filter((what) => what.startsWith(EXAMPLE)).map((what) => what.slice(EXAMPLE.length));
  if (examples.length > 0) await expectBootstrapped(clients);
  const cli = await CdkCli.create({ account: id, region, env: environment() });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      console.log(`${signal}: no more is begun, and what was made is deleted`);
      check.stop();
    });
  }
  try {
    const results = await check.run(only, examples, cdkOf(cli));
    const { version } = JSON.parse(readFileSync(path.join(__dirname, '..', 'package.json'), 'utf8'));
    writeFileSync(file, report({ version, at: new Date(), account: { id, region, partition }, prefix: check.prefix }, results));
    console.log(`${file} is written.`);
    for (const left of results.left) console.error(`Left behind: ${left}`);
    return (
      results.left.length === 0 &&
      results.findings.every(({ finding }) => finding.verdict !== 'otherwise') &&
      results.examples.every(({ result }) => result !== 'failed')
    );
  } finally {
    await cli.remove();
    clients.close();
  }
}

async function expectBootstrapped({ ssm }: Clients): Promise<void> {
  await ssm.send(new GetParameterCommand({ Name: '/cdk-bootstrap/hnb659fds/version' })).catch(() => {
    throw new Error('the examples need `cdk bootstrap` in this account and region first');
  });
}

/** What says who calls, and where AWS is. */
function environment(): Record<string, string> {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith('AWS_') || name === 'HOME')) as Record<string, string>;
}

main(arguments_).then(
  (allAsTaken) => {
    process.exitCode = allAsTaken ? 0 : 1;
  },
  (error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  },
);
