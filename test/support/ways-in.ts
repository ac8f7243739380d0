import { CfnCertificate, CfnPolicy, CfnPolicyPrincipalAttachment } from 'aws-cdk-lib/aws-iot';
import type { Construct } from 'constructs';
import { MqttClients, MqttDisconnection, type MqttDisconnectionProps } from '../../lib';
import { stack, warningsOf } from './order-warnings';

/* What lets clients into the stack of the test, and what synth says of those that are disconnected while it stands. */

export const IOT = 'arn:aws:iot:us-east-1:123456789012';
export const allow = (Resource: unknown, Action: unknown = 'iot:Connect') => ({ Effect: 'Allow', Action, Resource });
export const newPolicy = (scope: Construct = stack, id = 'Policy', ...statements: unknown[]) =>
  new CfnPolicy(scope, id, { policyDocument: { Version: '2012-10-17', Statement: statements.length > 0 ? statements : [allow(`${IOT}:client/*`)] } });
export const attach = (policyName: string, scope: Construct = stack, id = 'Attachment', principal = `${IOT}:cert/a1b2`) =>
  new CfnPolicyPrincipalAttachment(scope, id, { policyName, principal });
export const newCertificate = (status = 'ACTIVE') => new CfnCertificate(stack, 'Certificate', { status, certificateSigningRequest: 'csr' });
export const disconnect = (scope: Construct = stack, id = 'Kiosks', props: Partial<MqttDisconnectionProps> = {}) =>
  new MqttDisconnection(scope, id, { clients: MqttClients.ids('kiosk-1'), ...props });

export const warnings = () => warningsOf('comesBack');

export const BACK = 'What this ends may come straight back. ';
export const late = (paths: string, variables: string) =>
  `${BACK}${paths} may be deleted only after this acts: write disconnection.runAfterDeletionOf(${variables}). Or acknowledge this warning`;
export const ATTACHMENT = late('Stack/Attachment', 'policyPrincipalAttachment');
