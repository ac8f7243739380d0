package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiot"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssecretsmanager"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdk-teardown/cdk-teardown-go/cdkteardown"
)

func main() {
	defer jsii.Close()

	app := awscdk.NewApp(nil)
	stack := awscdk.NewStack(app, jsii.String("EndWhatIsLive"), nil)

	// First the right to connect goes, then the clients.
	policy := awsiot.NewCfnPolicy(stack, jsii.String("KioskPolicy"), &awsiot.CfnPolicyProps{
		PolicyDocument: map[string]any{
			"Version":   "2012-10-17",
			"Statement": []any{map[string]any{"Effect": "Allow", "Action": "iot:Connect", "Resource": "*"}},
		},
	})
	detachment := cdkteardown.NewIotPolicyDetachment(stack, jsii.String("LockedOut"), &cdkteardown.IotPolicyDetachmentProps{
		Policy: policy,
	})
	kiosks := cdkteardown.NewMqttDisconnection(stack, jsii.String("Kiosks"), &cdkteardown.MqttDisconnectionProps{
		Clients:            cdkteardown.MqttClients_Ids(*jsii.Strings("kiosk-1", "kiosk-2")...),
		CleanSession:       jsii.Bool(true),
		PreventWillMessage: jsii.Bool(true),
		Confirm:            cdkteardown.Confirm_StaysDisconnected(awscdk.Duration_Seconds(jsii.Number(30))),
	})
	kiosks.RunAfterDeletionOf(detachment)

	fleet := awsdynamodb.NewTable(stack, jsii.String("Fleet"), &awsdynamodb.TableProps{
		PartitionKey:  &awsdynamodb.Attribute{Name: jsii.String("clientId"), Type: awsdynamodb.AttributeType_STRING},
		RemovalPolicy: awscdk.RemovalPolicy_DESTROY,
	})
	rented := cdkteardown.NewMqttDisconnection(stack, jsii.String("Rented"), &cdkteardown.MqttDisconnectionProps{
		Clients: cdkteardown.MqttClients_FromTable(fleet, &cdkteardown.TableTargetsOptions{
			Attribute: jsii.String("clientId"),
			Filter:    &cdkteardown.TableCondition{Attribute: jsii.String("rented"), Value: true},
		}),
		RunOn:      &[]cdkteardown.Moment{cdkteardown.Moment_REMOVAL, cdkteardown.Moment_TEARDOWN},
		MaxTargets: jsii.Number(500),
	})
	rented.RunAfterDeletionOf(detachment)

	tokens := awssecretsmanager.NewSecret(stack, jsii.String("ChatTokens"), nil)
	cdkteardown.NewChatDisconnection(stack, jsii.String("Chats"), &cdkteardown.ChatDisconnectionProps{
		Participants: cdkteardown.ChatParticipants_FromSecret(tokens, &cdkteardown.SecretTokensOptions{
			JsonField: jsii.String("tokens"),
			TokenKind: cdkteardown.TokenKind_PARTICIPANT,
		}),
		DeniedToken: cdkteardown.DeniedToken_FAIL,
	})

	cdkteardown.NewContactStop(stack, jsii.String("Contacts"), &cdkteardown.ContactStopProps{
		InstanceArn: stack.FormatArn(&awscdk.ArnComponents{
			Service:      jsii.String("connect"),
			Resource:     jsii.String("instance"),
			ResourceName: jsii.String("0cc2f3f4-1111-4000-8000-000000000000"),
		}),
		Contacts: cdkteardown.Contacts_InProgress(&cdkteardown.ContactsInProgressOptions{
			Channels:        &[]cdkteardown.ContactChannel{cdkteardown.ContactChannel_CHAT},
			InitiatedWithin: awscdk.Duration_Days(jsii.Number(7)),
			Attributes:      &map[string]*string{"shop": jsii.String("berlin")},
		}),
	})

	// Things go before the locker that holds their credentials.
	locker := awscdk.NewCfnResource(stack, jsii.String("CredentialLocker"), &awscdk.CfnResourceProps{
		Type: jsii.String("AWS::IoTManagedIntegrations::CredentialLocker"),
	})
	manifests := awss3.Bucket_FromBucketName(stack, jsii.String("Manifests"), jsii.String("guest-manifests"))
	things := cdkteardown.NewManagedThingDeletion(stack, jsii.String("Things"), &cdkteardown.ManagedThingDeletionProps{
		Things: cdkteardown.ManagedThings_FromManifest(manifests, jsii.String("guests.csv"), &cdkteardown.ManifestOptions{
			Format: cdkteardown.ManifestFormat_Csv(jsii.String("thing")),
		}),
		Force: cdkteardown.Force_After(awscdk.Duration_Minutes(jsii.Number(5))),
	})
	things.RunBeforeDeletionOf(locker)
	things.MetricFailed(nil).CreateAlarm(stack, jsii.String("ThingsLeft"), &awscloudwatch.CreateAlarmOptions{
		Threshold:         jsii.Number(1),
		EvaluationPeriods: jsii.Number(1),
	})

	otherSources(app)
	app.Synth(nil)
}
