import { Command } from 'commander';
import { LocalAws } from './local-aws';

interface Arguments {
  port: number;
  region: string;
  account: string;
  node?: string;
}

async function main(): Promise<void> {
  const { port, region, account, node } = new Command('local-aws')
    .description('A stand-in for AWS on loopback, for the real cdk CLI and the real SDK clients')
    .option('--port <port>', 'port of the endpoint', Number, 4566)
    .option('--region <region>', 'region that it stands for', 'ca-central-1')
    .option('--account <id>', 'account that it stands for', '123456789012')
    .option('--node <binary>', 'Node that runs all functions, in place of that of the runtime which each declares')
    .parse()
    .opts<Arguments>();
  const aws = await LocalAws.start({ port, region, account, node });
  for (const [name, value] of Object.entries(aws.env)) console.log(`export ${name}=${value}`);
  console.log(`export MQTT_BROKER_URL=${aws.iot.brokerUrl}`);
  console.log(`export CONNECT_INSTANCE_ID=${aws.connect.instanceId}`);
  console.error('Running until Ctrl-C.');
  let stopped: Promise<void> | undefined;
  // Not once: whoever started this may pass on a signal that the terminal has already sent.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void (stopped ??= aws.stop()));
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
