// The SDK's word on Node 20 is for those who deploy on it; the handlers run on Lambda's latest Node.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
// Every App of a test: nobody reads where its constructs were made, which takes a tenth of a synth, and assets need no copy to be uploaded from.
process.env.CDK_CONTEXT_JSON = JSON.stringify({ 'aws:cdk:disable-creation-stack-traces': true, 'aws:cdk:disable-asset-staging': true });
