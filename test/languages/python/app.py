from aws_cdk import App, CfnResource, Duration, RemovalPolicy, Stack
from aws_cdk.aws_dynamodb import Attribute, AttributeType, Table
from aws_cdk.aws_iot import CfnPolicy
from aws_cdk.aws_s3 import Bucket
from aws_cdk.aws_secretsmanager import Secret
from cdk_teardown import (
    ChatDisconnection,
    ChatParticipants,
    Confirm,
    ContactChannel,
    Contacts,
    ContactStop,
    DeniedToken,
    Force,
    IotPolicyDetachment,
    ManagedThingDeletion,
    ManagedThings,
    ManifestFormat,
    Moment,
    MqttClients,
    MqttDisconnection,
    TableCondition,
    TokenKind,
)
from other_sources import other_sources

app = App()
stack = Stack(app, "EndWhatIsLive")

# First the right to connect goes, then the clients.
policy = CfnPolicy(
    stack,
    "KioskPolicy",
    policy_document={
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "iot:Connect", "Resource": "*"}],
    },
)
detachment = IotPolicyDetachment(stack, "LockedOut", policy=policy)
kiosks = MqttDisconnection(
    stack,
    "Kiosks",
    clients=MqttClients.ids("kiosk-1", "kiosk-2"),
    clean_session=True,
    prevent_will_message=True,
    confirm=Confirm.stays_disconnected(Duration.seconds(30)),
)
kiosks.run_after_deletion_of(detachment)

fleet = Table(
    stack,
    "Fleet",
    partition_key=Attribute(name="clientId", type=AttributeType.STRING),
    removal_policy=RemovalPolicy.DESTROY,
)
rented = MqttDisconnection(
    stack,
    "Rented",
    clients=MqttClients.from_table(
        fleet,
        attribute="clientId",
        filter=TableCondition(attribute="rented", value=True),
    ),
    run_on=[Moment.REMOVAL, Moment.TEARDOWN],
    max_targets=500,
)
rented.run_after_deletion_of(detachment)

tokens = Secret(stack, "ChatTokens")
ChatDisconnection(
    stack,
    "Chats",
    participants=ChatParticipants.from_secret(
        tokens, json_field="tokens", token_kind=TokenKind.PARTICIPANT
    ),
    denied_token=DeniedToken.FAIL,
)

ContactStop(
    stack,
    "Contacts",
    instance_arn=stack.format_arn(
        service="connect",
        resource="instance",
        resource_name="0cc2f3f4-1111-4000-8000-000000000000",
    ),
    contacts=Contacts.in_progress(
        channels=[ContactChannel.CHAT],
        initiated_within=Duration.days(7),
        attributes={"shop": "berlin"},
    ),
)

# Things go before the locker that holds their credentials.
locker = CfnResource(
    stack, "CredentialLocker", type="AWS::IoTManagedIntegrations::CredentialLocker"
)
manifests = Bucket.from_bucket_name(stack, "Manifests", "guest-manifests")
things = ManagedThingDeletion(
    stack,
    "Things",
    things=ManagedThings.from_manifest(
        manifests, "guests.csv", format=ManifestFormat.csv("thing")
    ),
    force=Force.after(Duration.minutes(5)),
)
things.run_before_deletion_of(locker)
things.metric_failed().create_alarm(
    stack, "ThingsLeft", threshold=1, evaluation_periods=1
)

other_sources(app)
app.synth()
