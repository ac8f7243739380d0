/* `npm run bench`, or `npm run bench -- <name…>`: each benchmark with its peers in the same run. Ends with 1 if a goal was missed. */
import { Argument, Command } from 'commander';
import { publish, type Report } from './support/report';

/** Loaded one by one, so that none weighs on another's figures. */
const BENCHMARKS: Readonly<Record<string, () => Promise<{ run(): Promise<Report> }>>> = {
  'cold-start': () => import('./cold-start.js'),
  synth: () => import('./synth.js'),
  drain: () => import('./drain.js'),
  memory: () => import('./memory.js'),
  'long-runs': () => import('./long-runs.js'),
};

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

async function main(): Promise<void> {
  const names = Object.keys(BENCHMARKS);
  const [chosen] = new Command('npm run bench --').addArgument(new Argument('[names...]', 'which benchmarks').choices(names).default(names)).parse()
    .processedArgs as [string[]];
  for (const name of chosen) {
    const report = await (await BENCHMARKS[name]()).run();
    publish(name, report);
    if (report.missed.length > 0) process.exitCode = 1;
  }
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
