import { CreateKeysAndCertificateCommand, DeleteCertificateCommand, UpdateCertificateCommand } from '@aws-sdk/client-iot';
import { error, EVERYTHING, IotRig } from './iot-rig';

const rig = new IotRig();
afterEach(() => rig.stop());

async function created(setAsActive: boolean) {
  const { certificateId, certificateArn, keyPair } = await rig.control.send(new CreateKeysAndCertificateCommand({ setAsActive }));
  expect({ certificateArn, key: keyPair!.PrivateKey }).toEqual({
    certificateArn: rig.iot.principal(certificateId!),
    key: expect.stringContaining('PRIVATE KEY'),
  });
  rig.iot.createPolicy('everything', EVERYTHING);
  rig.iot.attachPolicy('everything', certificateArn!);
  return { certificateId: certificateId!, username: certificateArn };
}
const update = (certificateId: string, newStatus: 'ACTIVE' | 'INACTIVE') => rig.control.send(new UpdateCertificateCommand({ certificateId, newStatus }));

// https://docs.aws.amazon.com/iot/latest/apireference/API_UpdateCertificate.html
it('lets in whoever has an active certificate, and nobody with another', async () => {
  await rig.start();
  const { certificateId, username } = await created(false);
  await expect(rig.device('kiosk-1', { username })).rejects.toThrow('Not authorized');
  await update(certificateId, 'ACTIVE');
  expect((await rig.device('kiosk-2', { username })).connected).toBe(true);
});

// https://docs.aws.amazon.com/iot/latest/apireference/API_DeleteCertificate.html
it('deletes no certificate that is active or has a policy', async () => {
  await rig.start();
  const { certificateId } = await created(true);
  const remove = () => error(rig.control.send(new DeleteCertificateCommand({ certificateId })));
  expect(await remove()).toBe('406 CertificateStateException');
  await update(certificateId, 'INACTIVE');
  expect(await remove()).toBe('409 DeleteConflictException');
  rig.iot.detachPolicy('everything', rig.iot.principal(certificateId));
  expect(await remove()).toBe('no error');
  expect(await remove()).toBe('404 ResourceNotFoundException');
  expect(rig.iot.certificateIds).toEqual([]);
});
