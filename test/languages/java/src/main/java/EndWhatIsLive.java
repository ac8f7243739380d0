import io.github.cdkteardown.ChatDisconnection;
import io.github.cdkteardown.ChatParticipants;
import io.github.cdkteardown.Confirm;
import io.github.cdkteardown.ContactChannel;
import io.github.cdkteardown.ContactStop;
import io.github.cdkteardown.Contacts;
import io.github.cdkteardown.ContactsInProgressOptions;
import io.github.cdkteardown.DeniedToken;
import io.github.cdkteardown.Force;
import io.github.cdkteardown.IotPolicyDetachment;
import io.github.cdkteardown.ManagedThingDeletion;
import io.github.cdkteardown.ManagedThings;
import io.github.cdkteardown.ManifestFormat;
import io.github.cdkteardown.ManifestOptions;
import io.github.cdkteardown.Moment;
import io.github.cdkteardown.MqttClients;
import io.github.cdkteardown.MqttDisconnection;
import io.github.cdkteardown.SecretTokensOptions;
import io.github.cdkteardown.TableCondition;
import io.github.cdkteardown.TableTargetsOptions;
import io.github.cdkteardown.TokenKind;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.App;
import software.amazon.awscdk.ArnComponents;
import software.amazon.awscdk.CfnResource;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.cloudwatch.CreateAlarmOptions;
import software.amazon.awscdk.services.dynamodb.Attribute;
import software.amazon.awscdk.services.dynamodb.AttributeType;
import software.amazon.awscdk.services.dynamodb.Table;
import software.amazon.awscdk.services.iot.CfnPolicy;
import software.amazon.awscdk.services.s3.Bucket;
import software.amazon.awscdk.services.s3.IBucket;
import software.amazon.awscdk.services.secretsmanager.Secret;

public final class EndWhatIsLive {
    public static void main(final String[] args) {
        App app = new App();
        Stack stack = new Stack(app, "EndWhatIsLive");

        // First the right to connect goes, then the clients.
        CfnPolicy policy = CfnPolicy.Builder.create(stack, "KioskPolicy")
                .policyDocument(Map.of(
                        "Version", "2012-10-17",
                        "Statement", List.of(Map.of("Effect", "Allow", "Action", "iot:Connect", "Resource", "*"))))
                .build();
        IotPolicyDetachment detachment = IotPolicyDetachment.Builder.create(stack, "LockedOut")
                .policy(policy)
                .build();
        MqttDisconnection kiosks = MqttDisconnection.Builder.create(stack, "Kiosks")
                .clients(MqttClients.ids("kiosk-1", "kiosk-2"))
                .cleanSession(true)
                .preventWillMessage(true)
                .confirm(Confirm.staysDisconnected(Duration.seconds(30)))
                .build();
        kiosks.runAfterDeletionOf(detachment);

        Table fleet = Table.Builder.create(stack, "Fleet")
                .partitionKey(Attribute.builder().name("clientId").type(AttributeType.STRING).build())
                .removalPolicy(RemovalPolicy.DESTROY)
                .build();
        MqttDisconnection rented = MqttDisconnection.Builder.create(stack, "Rented")
                .clients(MqttClients.fromTable(fleet, TableTargetsOptions.builder()
                        .attribute("clientId")
                        .filter(TableCondition.builder().attribute("rented").value(true).build())
                        .build()))
                .runOn(List.of(Moment.REMOVAL, Moment.TEARDOWN))
                .maxTargets(500)
                .build();
        rented.runAfterDeletionOf(detachment);

        Secret tokens = new Secret(stack, "ChatTokens");
        ChatDisconnection.Builder.create(stack, "Chats")
                .participants(ChatParticipants.fromSecret(tokens, SecretTokensOptions.builder()
                        .jsonField("tokens")
                        .tokenKind(TokenKind.PARTICIPANT)
                        .build()))
                .deniedToken(DeniedToken.FAIL)
                .build();

        ContactStop.Builder.create(stack, "Contacts")
                .instanceArn(stack.formatArn(ArnComponents.builder()
                        .service("connect")
                        .resource("instance")
                        .resourceName("0cc2f3f4-1111-4000-8000-000000000000")
                        .build()))
                .contacts(Contacts.inProgress(ContactsInProgressOptions.builder()
                        .channels(List.of(ContactChannel.CHAT))
                        .initiatedWithin(Duration.days(7))
                        .attributes(Map.of("shop", "berlin"))
                        .build()))
                .build();

        // Things go before the locker that holds their credentials.
        CfnResource locker = CfnResource.Builder.create(stack, "CredentialLocker")
                .type("AWS::IoTManagedIntegrations::CredentialLocker")
                .build();
        IBucket manifests = Bucket.fromBucketName(stack, "Manifests", "guest-manifests");
        ManagedThingDeletion things = ManagedThingDeletion.Builder.create(stack, "Things")
                .things(ManagedThings.fromManifest(manifests, "guests.csv", ManifestOptions.builder()
                        .format(ManifestFormat.csv("thing"))
                        .build()))
                .force(Force.after(Duration.minutes(5)))
                .build();
        things.runBeforeDeletionOf(locker);
        things.metricFailed().createAlarm(stack, "ThingsLeft", CreateAlarmOptions.builder()
                .threshold(1)
                .evaluationPeriods(1)
                .build());

        OtherSources.addTo(app);
        app.synth();
    }

    private EndWhatIsLive() {}
}
