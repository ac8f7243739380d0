"""All the sources that the other stack has not, and a function in a VPC."""

from aws_cdk import App, CfnOutput, Duration, Stack, Token
from aws_cdk.aws_dynamodb import Attribute, AttributeType, Table
from aws_cdk.aws_ec2 import InterfaceVpcEndpointAwsService, Vpc
from aws_cdk.aws_iot import CfnThing, CfnThingGroup
from aws_cdk.aws_kms import Key
from aws_cdk.aws_lambda import Tracing
from aws_cdk.aws_s3 import Bucket
from aws_cdk.aws_ssm import StringParameter
from cdk_teardown import (
    ChatDisconnection,
    ChatParticipants,
    Confirm,
    Contacts,
    ContactStop,
    Force,
    ManagedThingDeletion,
    ManagedThingRole,
    ManagedThings,
    ManifestFormat,
    Moment,
    MqttClients,
    MqttDisconnection,
    MqttDisconnectionProvider,
    OnFailure,
    ProvisioningStatus,
    TableCondition,
    TokenKind,
)


def other_sources(app: App) -> None:
    stack = Stack(app, "OtherSources")
    live = Table(
        stack,
        "Live",
        partition_key=Attribute(name="kind", type=AttributeType.STRING),
        sort_key=Attribute(name="id", type=AttributeType.STRING),
    )
    manifests = Bucket.from_bucket_name(stack, "Manifests", "what-is-live")

    vpc = Vpc(stack, "Vpc", max_azs=1)
    endpoint = vpc.add_interface_endpoint(
        "Iot", service=InterfaceVpcEndpointAwsService.IOT_CORE, open=False
    )
    provider = MqttDisconnectionProvider(
        stack,
        "InVpc",
        vpc=vpc,
        tracing=Tracing.ACTIVE,
        reserved_concurrent_executions=2,
        retry_attempts=1,
        memory_size=512,
        environment={"POWERTOOLS_LOG_LEVEL": "WARN"},
    )
    provider.connections.allow_to_default_port(endpoint)

    kiosk = CfnThing(stack, "Kiosk")
    MqttDisconnection(
        stack,
        "ClientOfThing",
        provider=provider,
        clients=MqttClients.of_things(kiosk),
        run_on=[Moment.DEPLOY, Moment.TEARDOWN],
        redeploy_trigger="2026-11",
        confirm=Confirm.disconnected(),
    )
    kiosks = CfnThingGroup(stack, "Kiosks")
    MqttDisconnection(
        stack,
        "ClientsOfGroup",
        provider=provider,
        clients=MqttClients.of_thing_group(kiosks, recursive=True),
    )
    MqttDisconnection(
        stack,
        "ClientsInGroup",
        provider=provider,
        clients=MqttClients.in_thing_group("terminals"),
        on_failure=OnFailure.CONTINUE,
    )
    indexed = MqttDisconnection(
        stack,
        "ClientsInIndex",
        clients=MqttClients.matching("thingName:kiosk-*", include_disconnected=True),
        max_targets=100_000,
        timeout=Duration.hours(3),
    )
    CfnOutput(stack, "Ended", value=Token.as_string(indexed.ended_count))
    filed = MqttDisconnection(
        stack,
        "ClientsInManifest",
        clients=MqttClients.from_manifest(
            manifests, "clients.jsonl.gz", format=ManifestFormat.json_lines("clientId")
        ),
        requests_per_second=2.5,
    )
    key = Key(stack, "Key")
    key.grant_decrypt(filed.grant_principal)

    token = StringParameter.from_secure_string_parameter_attributes(
        stack, "Token", parameter_name="/chats/token"
    )
    ChatDisconnection(
        stack,
        "ChatInParameter",
        participants=ChatParticipants.from_parameter(token, encryption_key=key),
    )
    ChatDisconnection(
        stack,
        "ChatsInTable",
        participants=ChatParticipants.from_table(
            live,
            attribute="id",
            partition=TableCondition(attribute="kind", value="chat"),
            filter=TableCondition(attribute="floor", value=3),
            token_kind=TokenKind.PARTICIPANT,
        ),
    )

    instance_arn = stack.format_arn(
        service="connect",
        resource="instance",
        resource_name="0cc2f3f4-1111-4000-8000-000000000000",
    )
    ContactStop(
        stack,
        "OneContact",
        instance_arn=instance_arn,
        contacts=Contacts.ids("contact-1"),
        preflight=False,
    )
    ContactStop(
        stack,
        "ContactsInTable",
        instance_arn=instance_arn,
        contacts=Contacts.from_table(
            live,
            attribute="id",
            partition=TableCondition(attribute="kind", value="contact"),
        ),
    )
    ContactStop(
        stack,
        "ContactsInManifest",
        instance_arn=instance_arn,
        contacts=Contacts.from_manifest(manifests, "contacts.txt"),
    )

    ManagedThingDeletion(
        stack, "OneThing", things=ManagedThings.ids("thing1"), force=Force.always()
    )
    ManagedThingDeletion(
        stack,
        "ThingsOfHub",
        things=ManagedThings.matching(
            parent_controller_id="hub1",
            role=ManagedThingRole.DEVICE,
            provisioning_status=ProvisioningStatus.ACTIVATED,
        ),
    )
    ManagedThingDeletion(
        stack,
        "ThingsInTable",
        things=ManagedThings.from_table(
            live,
            attribute="id",
            partition=TableCondition(attribute="kind", value="thing"),
        ),
    )
