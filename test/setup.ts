// Where a handler runs in the test's own process; functions of the stand-in have an environment of their own.
process.env.POWERTOOLS_LOG_LEVEL ??= 'SILENT';
process.env.POWERTOOLS_METRICS_DISABLED ??= 'true';
