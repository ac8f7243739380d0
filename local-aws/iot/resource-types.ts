import { TAGS, type Properties, type ResourceTypes } from '../cloudformation/resource-type';
import { AwsError } from '../service';
import { document, map, required, structure, text } from '../shapes';
import type { Policies, Policy } from './policies';
import type { Registry, Thing } from './registry';
import { ATTRIBUTE, ATTRIBUTE_VALUE, GROUP_DESCRIPTION, NAME, POLICY_NAME } from './rest';
import type { ThingGroup, ThingGroupProperties, ThingGroups } from './thing-groups';

const ATTRIBUTE_PAYLOAD = structure({ Attributes: map(ATTRIBUTE, ATTRIBUTE_VALUE) });

export function iotResourceTypes(registry: Registry, policies: Policies, groups: ThingGroups): ResourceTypes {
  const thing = ({ thingName, thingArn, thingId }: Thing) => ({ physicalId: thingName, attributes: { Arn: thingArn, Id: thingId } });
  const policy = ({ name, arn }: Policy) => ({ physicalId: name, attributes: { Arn: arn, Id: name } });
  const group = ({ thingGroupName, thingGroupArn, thingGroupId }: ThingGroup) => ({
    physicalId: thingGroupName,
    attributes: { Arn: thingGroupArn, Id: thingGroupId },
  });
  return {
    'AWS::IoT::Thing': {
      properties: { ThingName: NAME, AttributePayload: ATTRIBUTE_PAYLOAD },
      create: ({ ThingName, AttributePayload }, context) => {
        const name: string = ThingName ?? context.generatedName(128);
        // CreateThing takes the same thing twice; a stack may not adopt what is not its own.
        if (registry.has(name)) throw new AwsError('ResourceAlreadyExistsException', `Thing ${name} already exists`, 409);
        return thing(registry.create(name, AttributePayload?.Attributes));
      },
      update: (name, { AttributePayload }) => thing(registry.replaceAttributes(name, AttributePayload?.Attributes ?? {})),
      replacedBy: ['ThingName'],
      delete: (name) => registry.delete(name),
    },
    'AWS::IoT::ThingGroup': {
      properties: {
        ThingGroupName: NAME,
        ParentGroupName: NAME,
        Tags: TAGS,
        ThingGroupProperties: structure({ ThingGroupDescription: GROUP_DESCRIPTION, AttributePayload: ATTRIBUTE_PAYLOAD }),
      },
      create: ({ ThingGroupName, ParentGroupName, ThingGroupProperties }, context) => {
        const name: string = ThingGroupName ?? context.generatedName(128);
        if (groups.has(name)) throw new AwsError('ResourceAlreadyExistsException', `Thing group ${name} already exists`, 409);
        return group(groups.create(name, ParentGroupName, groupProperties(ThingGroupProperties)));
      },
      update: (name, { ThingGroupProperties }) => group(groups.replaceProperties(name, groupProperties(ThingGroupProperties))),
      replacedBy: ['ThingGroupName', 'ParentGroupName'],
      delete: (name) => groups.delete(name),
    },
    'AWS::IoT::Policy': {
      properties: { PolicyName: POLICY_NAME, PolicyDocument: required(document()), Tags: TAGS },
      create: ({ PolicyName, PolicyDocument }, context) => policy(policies.create(PolicyName ?? context.generatedName(128), PolicyDocument)),
      update: (name, { PolicyDocument }) => policy(policies.replaceDocument(name, PolicyDocument)),
      replacedBy: ['PolicyName'],
      delete: (name) => {
        try {
          policies.delete(name);
        } catch (error) {
          if (!(error instanceof AwsError && error.code === 'ResourceNotFoundException')) throw error;
        }
      },
    },
    'AWS::IoT::PolicyPrincipalAttachment': {
      properties: { PolicyName: required(POLICY_NAME), Principal: required(text()) },
      create: ({ PolicyName, Principal }, context) => {
        policies.attach(PolicyName, Principal);
        const physicalId = context.generatedName();
        return { physicalId, attributes: { Id: physicalId } };
      },
      replacedBy: ['PolicyName', 'Principal'],
      delete: (_id, { PolicyName, Principal }) => policies.detach(PolicyName, Principal),
    },
  };
}

function groupProperties({ ThingGroupDescription, AttributePayload }: Properties = {}): ThingGroupProperties {
  return { thingGroupDescription: ThingGroupDescription, attributes: AttributePayload?.Attributes };
}
