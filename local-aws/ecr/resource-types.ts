import type { ResourceTypes } from '../cloudformation/resource-type';
import { document, oneOf, text } from '../shapes';

const repository = (name: string, region: string, account: string) => ({
  physicalId: name,
  attributes: { Arn: `arn:aws:ecr:${region}:${account}:repository/${name}`, RepositoryUri: `${account}.dkr.ecr.${region}.amazonaws.com/${name}` },
});

/** The bootstrap stack has a repository; nothing here pushes to it. */
export const ecrResourceTypes: ResourceTypes = {
  'AWS::ECR::Repository': {
    properties: {
      RepositoryName: text({ min: 2, max: 256, pattern: /[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*/ }),
      ImageTagMutability: oneOf('MUTABLE', 'IMMUTABLE', 'IMMUTABLE_WITH_EXCLUSION', 'MUTABLE_WITH_EXCLUSION'),
      LifecyclePolicy: document(),
      RepositoryPolicyText: document(),
    },
    replacedBy: ['RepositoryName'],
    create: (properties, { region, account, generatedName }) => repository(properties.RepositoryName ?? generatedName(256).toLowerCase(), region, account),
    update: (name, _properties, _old, { region, account }) => repository(name, region, account),
    delete: () => undefined,
  },
};
