import { text } from '../shapes';
import type { ResourceTypes } from './resource-type';

/** Resources that are nothing but an entry in the template. */
export const ownResourceTypes: ResourceTypes = {
  'AWS::CDK::Metadata': {
    properties: { Analytics: text() },
    create: (_, { generatedName }) => ({ physicalId: generatedName() }),
    update: (physicalId) => ({ physicalId }),
    delete: () => undefined,
  },
  'AWS::CloudFormation::WaitConditionHandle': {
    properties: {},
    create: (_, { stackId, logicalId }) => ({ physicalId: `https://cloudformation-waitcondition.invalid/${encodeURIComponent(stackId)}/${logicalId}` }),
    update: (physicalId) => ({ physicalId }),
    delete: () => undefined,
  },
};
