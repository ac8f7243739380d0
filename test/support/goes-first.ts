import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { ChatDisconnection, MqttDisconnection, type ChatParticipants, type MqttClients } from '../../lib';
import { stack, warningsOf } from './order-warnings';

/* What runs need, in the stack of the test, and what synth says where it may be deleted before them. */

export const ENV = { account: '123456789012', region: 'ca-central-1' };
export const DESTROY = { removalPolicy: RemovalPolicy.DESTROY };
export const KEY = { partitionKey: { name: 'id', type: AttributeType.STRING } };
export const attribute = { attribute: 'id' };
export const disconnect = (clients: MqttClients, scope: Construct = stack) => new MqttDisconnection(scope, 'It', { clients });
export const chats = (participants: ChatParticipants, scope: Construct = stack) => new ChatDisconnection(scope, 'It', { participants });
export const fleetTable = () => new Table(stack, 'Table', { tableName: 'fleet', ...KEY, ...DESTROY });

export const warnings = () => warningsOf('goesFirst');

export const early = (why: string) => `What this needs may be gone when it acts. ${why}. Or acknowledge this warning`;
export const before = (paths: string, line: string) => early(`${paths} may be deleted before this acts: write ${line}`);
