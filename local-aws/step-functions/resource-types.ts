import { TAGS, type Properties, type ResourceTypes } from '../cloudformation/resource-type';
import { AwsError } from '../service';
import { document, flag, integer, list, oneOf, only, required, structure, text } from '../shapes';
import { definitionIn } from './definition';
import type { StepFunctions } from './step-functions';

export function stepFunctionsResourceTypes(stepFunctions: StepFunctions): ResourceTypes {
  const { region, account, iam } = stepFunctions.options;
  const deploy = (name: string, { RoleArn: roleArn, DefinitionString, Definition }: Properties) => {
    if (!iam.isTrusted(roleArn, 'states.amazonaws.com')) {
      throw new AwsError(
        'AccessDeniedException',
        `Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume the provided role.`,
      );
    }
    const arn = `arn:aws:states:${region}:${account}:stateMachine:${name}`;
    const definition = definitionIn(DefinitionString ?? JSON.stringify(Definition));
    const machine = stepFunctions.machines.get(arn);
    if (machine) Object.assign(machine, { roleArn, definition });
    else stepFunctions.machines.set(arn, { arn, name, roleArn, definition, isDeleted: false });
    return { physicalId: arn, attributes: { Arn: arn, Name: name } };
  };
  return {
    'AWS::StepFunctions::StateMachine': {
      // https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html
      properties: {
        StateMachineName: text({ min: 1, max: 80 }),
        StateMachineType: only(oneOf('STANDARD', 'EXPRESS'), 'STANDARD'),
        RoleArn: required(text({ min: 1, max: 256 })),
        DefinitionString: text({ min: 1, max: 1048576 }),
        Definition: document(),
        LoggingConfiguration: structure({
          Level: oneOf('ALL', 'ERROR', 'FATAL', 'OFF'),
          IncludeExecutionData: flag(),
          Destinations: list(structure({ CloudWatchLogsLogGroup: structure({ LogGroupArn: required(text({ min: 1, max: 256, pattern: /.*:\*/ })) }) }), {
            min: 1,
            max: 1,
          }),
        }),
        EncryptionConfiguration: structure({
          Type: required(oneOf('CUSTOMER_MANAGED_KMS_KEY', 'AWS_OWNED_KEY')),
          KmsKeyId: text({ min: 1, max: 2048 }),
          KmsDataKeyReusePeriodSeconds: integer({ min: 60, max: 900 }),
        }),
        Tags: TAGS,
      },
      replacedBy: ['StateMachineName', 'StateMachineType'],
      create: (properties, { generatedName }) => deploy(properties.StateMachineName ?? generatedName(80), properties),
      update: (arn, properties) => deploy(arn.split(':')[6], properties),
      delete: (arn) => stepFunctions.delete(arn),
    },
  };
}
