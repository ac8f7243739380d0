/* What the SDK's clients import of @aws-sdk/credential-provider-node. */
import { fromEnv } from '@aws-sdk/credential-provider-env';

export const defaultProvider = () => fromEnv();
