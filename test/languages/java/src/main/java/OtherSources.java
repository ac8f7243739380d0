import io.github.cdkteardown.ChatDisconnection;
import io.github.cdkteardown.ChatParticipants;
import io.github.cdkteardown.Confirm;
import io.github.cdkteardown.ContactStop;
import io.github.cdkteardown.Contacts;
import io.github.cdkteardown.FleetQueryOptions;
import io.github.cdkteardown.Force;
import io.github.cdkteardown.ManagedThingDeletion;
import io.github.cdkteardown.ManagedThingFilter;
import io.github.cdkteardown.ManagedThingRole;
import io.github.cdkteardown.ManagedThings;
import io.github.cdkteardown.ManifestFormat;
import io.github.cdkteardown.ManifestOptions;
import io.github.cdkteardown.Moment;
import io.github.cdkteardown.MqttClients;
import io.github.cdkteardown.MqttDisconnection;
import io.github.cdkteardown.MqttDisconnectionProvider;
import io.github.cdkteardown.OnFailure;
import io.github.cdkteardown.ParameterTokensOptions;
import io.github.cdkteardown.ProvisioningStatus;
import io.github.cdkteardown.TableCondition;
import io.github.cdkteardown.TableTargetsOptions;
import io.github.cdkteardown.TableTokensOptions;
import io.github.cdkteardown.ThingGroupOptions;
import io.github.cdkteardown.TokenKind;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.App;
import software.amazon.awscdk.ArnComponents;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.Token;
import software.amazon.awscdk.services.dynamodb.Attribute;
import software.amazon.awscdk.services.dynamodb.AttributeType;
import software.amazon.awscdk.services.dynamodb.Table;
import software.amazon.awscdk.services.ec2.InterfaceVpcEndpoint;
import software.amazon.awscdk.services.ec2.InterfaceVpcEndpointAwsService;
import software.amazon.awscdk.services.ec2.InterfaceVpcEndpointOptions;
import software.amazon.awscdk.services.ec2.Vpc;
import software.amazon.awscdk.services.iot.CfnThing;
import software.amazon.awscdk.services.iot.CfnThingGroup;
import software.amazon.awscdk.services.kms.Key;
import software.amazon.awscdk.services.lambda.Tracing;
import software.amazon.awscdk.services.s3.Bucket;
import software.amazon.awscdk.services.s3.IBucket;
import software.amazon.awscdk.services.ssm.IStringParameter;
import software.amazon.awscdk.services.ssm.SecureStringParameterAttributes;
import software.amazon.awscdk.services.ssm.StringParameter;

/** All the sources that the other stack has not, and a function in a VPC. */
final class OtherSources {
    static void addTo(final App app) {
        Stack stack = new Stack(app, "OtherSources");
        Table live = Table.Builder.create(stack, "Live")
                .partitionKey(Attribute.builder().name("kind").type(AttributeType.STRING).build())
                .sortKey(Attribute.builder().name("id").type(AttributeType.STRING).build())
                .build();
        IBucket manifests = Bucket.fromBucketName(stack, "Manifests", "what-is-live");

        Vpc vpc = Vpc.Builder.create(stack, "Vpc").maxAzs(1).build();
        InterfaceVpcEndpoint endpoint = vpc.addInterfaceEndpoint("Iot", InterfaceVpcEndpointOptions.builder()
                .service(InterfaceVpcEndpointAwsService.IOT_CORE)
                .open(false)
                .build());
        MqttDisconnectionProvider provider = MqttDisconnectionProvider.Builder.create(stack, "InVpc")
                .vpc(vpc)
                .tracing(Tracing.ACTIVE)
                .reservedConcurrentExecutions(2)
                .retryAttempts(1)
                .memorySize(512)
                .environment(Map.of("POWERTOOLS_LOG_LEVEL", "WARN"))
                .build();
        provider.getConnections().allowToDefaultPort(endpoint);

        CfnThing kiosk = new CfnThing(stack, "Kiosk");
        MqttDisconnection.Builder.create(stack, "ClientOfThing")
                .provider(provider)
                .clients(MqttClients.ofThings(kiosk))
                .runOn(List.of(Moment.DEPLOY, Moment.TEARDOWN))
                .redeployTrigger("2026-11")
                .confirm(Confirm.disconnected())
                .build();
        CfnThingGroup kiosks = new CfnThingGroup(stack, "Kiosks");
        MqttDisconnection.Builder.create(stack, "ClientsOfGroup")
                .provider(provider)
                .clients(MqttClients.ofThingGroup(kiosks, ThingGroupOptions.builder().recursive(true).build()))
                .build();
        MqttDisconnection.Builder.create(stack, "ClientsInGroup")
                .provider(provider)
                .clients(MqttClients.inThingGroup("terminals"))
                .onFailure(OnFailure.CONTINUE)
                .build();
        MqttDisconnection indexed = MqttDisconnection.Builder.create(stack, "ClientsInIndex")
                .clients(MqttClients.matching("thingName:kiosk-*", FleetQueryOptions.builder().includeDisconnected(true).build()))
                .maxTargets(100_000)
                .timeout(Duration.hours(3))
                .build();
        CfnOutput.Builder.create(stack, "Ended").value(Token.asString(indexed.getEndedCount())).build();
        MqttDisconnection filed = MqttDisconnection.Builder.create(stack, "ClientsInManifest")
                .clients(MqttClients.fromManifest(manifests, "clients.jsonl.gz", ManifestOptions.builder()
                        .format(ManifestFormat.jsonLines("clientId"))
                        .build()))
                .requestsPerSecond(2.5)
                .build();
        Key key = new Key(stack, "Key");
        key.grantDecrypt(filed.getGrantPrincipal());

        IStringParameter token = StringParameter.fromSecureStringParameterAttributes(stack, "Token",
                SecureStringParameterAttributes.builder().parameterName("/chats/token").build());
        ChatDisconnection.Builder.create(stack, "ChatInParameter")
                .participants(ChatParticipants.fromParameter(token, ParameterTokensOptions.builder().encryptionKey(key).build()))
                .build();
        ChatDisconnection.Builder.create(stack, "ChatsInTable")
                .participants(ChatParticipants.fromTable(live, TableTokensOptions.builder()
                        .attribute("id")
                        .partition(TableCondition.builder().attribute("kind").value("chat").build())
                        .filter(TableCondition.builder().attribute("floor").value(3).build())
                        .tokenKind(TokenKind.PARTICIPANT)
                        .build()))
                .build();

        String instanceArn = stack.formatArn(ArnComponents.builder()
                .service("connect")
                .resource("instance")
                .resourceName("0cc2f3f4-1111-4000-8000-000000000000")
                .build());
        ContactStop.Builder.create(stack, "OneContact")
                .instanceArn(instanceArn)
                .contacts(Contacts.ids("contact-1"))
                .preflight(false)
                .build();
        ContactStop.Builder.create(stack, "ContactsInTable")
                .instanceArn(instanceArn)
                .contacts(Contacts.fromTable(live, TableTargetsOptions.builder()
                        .attribute("id")
                        .partition(TableCondition.builder().attribute("kind").value("contact").build())
                        .build()))
                .build();
        ContactStop.Builder.create(stack, "ContactsInManifest")
                .instanceArn(instanceArn)
                .contacts(Contacts.fromManifest(manifests, "contacts.txt"))
                .build();

        ManagedThingDeletion.Builder.create(stack, "OneThing")
                .things(ManagedThings.ids("thing1"))
                .force(Force.always())
                .build();
        ManagedThingDeletion.Builder.create(stack, "ThingsOfHub")
                .things(ManagedThings.matching(ManagedThingFilter.builder()
                        .parentControllerId("hub1")
                        .role(ManagedThingRole.DEVICE)
                        .provisioningStatus(ProvisioningStatus.ACTIVATED)
                        .build()))
                .build();
        ManagedThingDeletion.Builder.create(stack, "ThingsInTable")
                .things(ManagedThings.fromTable(live, TableTargetsOptions.builder()
                        .attribute("id")
                        .partition(TableCondition.builder().attribute("kind").value("thing").build())
                        .build()))
                .build();
    }

    private OtherSources() {}
}
