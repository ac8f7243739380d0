/* Runs a handler in a process of its own, as Lambda does: reads a job from stdin, writes to file descriptor 3 how it went. */
'use strict';
const { existsSync, readFileSync, writeSync } = require('node:fs');
const Module = require('node:module');
const { performance } = require('node:perf_hooks');
const { setInterval } = require('node:timers');

const { file, exported, events, concurrency, answersPort, sampleEveryMs, remainingMs = 900_000 } = JSON.parse(readFileSync(0, 'utf8'));
const context = { logStreamName: 'log-stream', awsRequestId: 'request', getRemainingTimeInMillis: () => remainingMs };
const rss = () => process.memoryUsage.rss();
const STATUS = '/proc/self/status';

// The answer's URL is on loopback and without TLS; AWS's own handlers know only https and its port.
const load = Module._load;
Module._load = (name, ...rest) =>
  name !== 'https'
    ? load(name, ...rest)
    : {
        ...load(name, ...rest),
        request: (options, callback) => load('node:http', ...rest).request({ ...options, port: answersPort }, callback),
      };

/** Linux knows the highest ever; process.resourceUsage() would count in the process that this one was forked from. */
function peak(samples) {
  return existsSync(STATUS) ? Number(/VmHWM:\s*(\d+) kB/.exec(readFileSync(STATUS, 'utf8'))[1]) * 1024 : Math.max(...samples);
}

async function main() {
  const samples = [rss()];
  const started = performance.now();
  const cpu = process.cpuUsage();
  if (sampleEveryMs) setInterval(() => samples.push(rss()), sampleEveryMs).unref();
  const { [exported]: handler } = file.endsWith('.mjs') ? await import(file) : require(file);
  const loadMs = performance.now() - started;

  const results = [];
  const queue = [...events];
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      for (let event = queue.shift(); event; event = queue.shift()) results.push(await handler(event, context));
    }),
  );
  const answeredMs = performance.now() - started;
  const { user, system } = process.cpuUsage(cpu);
  samples.push(rss());
  writeSync(3, JSON.stringify({ loadMs, answeredMs, cpuMs: (user + system) / 1000, rss: rss(), peakRss: peak(samples), samples, results }));
  process.exit();
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
