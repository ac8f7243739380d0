import { LocalAws } from '../local-aws';
import { CERTIFICATE, EVERYTHING } from './iot-rig';
import { StackDriver } from './stack-driver';

// https://docs.aws.amazon.com/iot/latest/apireference/API_DeletePolicy.html
test('a stack does not get rid of its policy while something else is attached to it', async () => {
  const aws = await LocalAws.start();
  const stack = new StackDriver(aws);
  try {
    const target = aws.iot.principal(CERTIFICATE);
    await stack.deploy({
      Policy: { Type: 'AWS::IoT::Policy', Properties: { PolicyName: 'kiosks', PolicyDocument: EVERYTHING } },
      Own: { Type: 'AWS::IoT::PolicyPrincipalAttachment', Properties: { PolicyName: { Ref: 'Policy' }, Principal: aws.iot.principal('b2'.repeat(32)) } },
    });
    aws.iot.attachPolicy('kiosks', target);
    expect((await stack.delete()).StackStatus).toBe('DELETE_FAILED');
    expect(await stack.reason('Policy', 'DELETE_FAILED')).toBe(
      'The policy cannot be deleted as the policy is attached to one or more principals (name=kiosks)',
    );
    aws.iot.detachPolicy('kiosks', target);
    expect((await stack.delete()).StackStatus).toBe('DELETE_COMPLETE');
  } finally {
    stack.client.destroy();
    await aws.stop();
  }
});
