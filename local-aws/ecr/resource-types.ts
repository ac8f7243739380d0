import type { ResourceTypes } from '../cloudformation/resource-type';

const repository = (name: string, region: string, account: string) => ({
  physicalId: name,
  attributes: { Arn: `arn:aws:ecr:${region}:${account}:repository/${name}`, RepositoryUri: `${account}.dkr.ecr.${region}.amazonaws.com/${name}` },
});

/** The bootstrap stack has a repository; nothing here pushes to it. */
export const ecrResourceTypes: ResourceTypes = {
  'AWS::ECR::Repository': {
    replacedBy: ['RepositoryName'],
    create: (properties, { region, account, generatedName }) => repository(properties.RepositoryName ?? generatedName(256).toLowerCase(), region, account),
    update: (name, _properties, _old, { region, account }) => repository(name, region, account),
    delete: () => undefined,
  },
};
