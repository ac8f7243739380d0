/* Disconnects the chat participants whose tokens a SecureString holds when the stack is destroyed. */
import { App, Stack } from 'aws-cdk-lib';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { ChatDisconnection, ChatParticipants } from '../lib';

const app = new App();
const stack = new Stack(app, 'ChatsOfAParameter');
const tokens = StringParameter.fromSecureStringParameterAttributes(stack, 'Tokens', { parameterName: '/chats/tokens' });
new ChatDisconnection(stack, 'Chats', { participants: ChatParticipants.fromParameter(tokens) });
app.synth();
