// The SDK's word on Node 20 is for those who deploy on it; the handlers run on Lambda's latest Node.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
// Where a handler runs in the test's own process; functions of the stand-in have an environment of their own.
process.env.POWERTOOLS_LOG_LEVEL ??= 'SILENT';
process.env.POWERTOOLS_METRICS_DISABLED ??= 'true';
