package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiot"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsssm"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdk-teardown/cdk-teardown-go/cdkteardown"
)

// All the sources that the other stack has not, and a function in a VPC.
func otherSources(app awscdk.App) {
	stack := awscdk.NewStack(app, jsii.String("OtherSources"), nil)
	live := awsdynamodb.NewTable(stack, jsii.String("Live"), &awsdynamodb.TableProps{
		PartitionKey: &awsdynamodb.Attribute{Name: jsii.String("kind"), Type: awsdynamodb.AttributeType_STRING},
		SortKey:      &awsdynamodb.Attribute{Name: jsii.String("id"), Type: awsdynamodb.AttributeType_STRING},
	})
	manifests := awss3.Bucket_FromBucketName(stack, jsii.String("Manifests"), jsii.String("what-is-live"))

	vpc := awsec2.NewVpc(stack, jsii.String("Vpc"), &awsec2.VpcProps{MaxAzs: jsii.Number(1)})
	endpoint := vpc.AddInterfaceEndpoint(jsii.String("Iot"), &awsec2.InterfaceVpcEndpointOptions{
		Service: awsec2.InterfaceVpcEndpointAwsService_IOT_CORE(),
		Open:    jsii.Bool(false),
	})
	provider := cdkteardown.NewMqttDisconnectionProvider(stack, jsii.String("InVpc"), &cdkteardown.TeardownProviderProps{
		Vpc:                          vpc,
		Tracing:                      awslambda.Tracing_ACTIVE,
		ReservedConcurrentExecutions: jsii.Number(2),
		RetryAttempts:                jsii.Number(1),
		MemorySize:                   jsii.Number(512),
		Environment:                  &map[string]*string{"POWERTOOLS_LOG_LEVEL": jsii.String("WARN")},
	})
	provider.Connections().AllowToDefaultPort(endpoint, nil)

	kiosk := awsiot.NewCfnThing(stack, jsii.String("Kiosk"), nil)
	cdkteardown.NewMqttDisconnection(stack, jsii.String("ClientOfThing"), &cdkteardown.MqttDisconnectionProps{
		Provider:        provider,
		Clients:         cdkteardown.MqttClients_OfThings(kiosk),
		RunOn:           &[]cdkteardown.Moment{cdkteardown.Moment_DEPLOY, cdkteardown.Moment_TEARDOWN},
		RedeployTrigger: jsii.String("2026-11"),
		Confirm:         cdkteardown.Confirm_Disconnected(),
	})
	kiosks := awsiot.NewCfnThingGroup(stack, jsii.String("Kiosks"), nil)
	cdkteardown.NewMqttDisconnection(stack, jsii.String("ClientsOfGroup"), &cdkteardown.MqttDisconnectionProps{
		Provider: provider,
		Clients:  cdkteardown.MqttClients_OfThingGroup(kiosks, &cdkteardown.ThingGroupOptions{Recursive: jsii.Bool(true)}),
	})
	cdkteardown.NewMqttDisconnection(stack, jsii.String("ClientsInGroup"), &cdkteardown.MqttDisconnectionProps{
		Provider:  provider,
		Clients:   cdkteardown.MqttClients_InThingGroup(jsii.String("terminals"), nil),
		OnFailure: cdkteardown.OnFailure_CONTINUE,
	})
	indexed := cdkteardown.NewMqttDisconnection(stack, jsii.String("ClientsInIndex"), &cdkteardown.MqttDisconnectionProps{
		Clients:    cdkteardown.MqttClients_Matching(jsii.String("thingName:kiosk-*"), &cdkteardown.FleetQueryOptions{IncludeDisconnected: jsii.Bool(true)}),
		MaxTargets: jsii.Number(100_000),
		Timeout:    awscdk.Duration_Hours(jsii.Number(3)),
	})
	awscdk.NewCfnOutput(stack, jsii.String("Ended"), &awscdk.CfnOutputProps{
		Value: awscdk.Token_AsString(indexed.EndedCount(), nil),
	})
	filed := cdkteardown.NewMqttDisconnection(stack, jsii.String("ClientsInManifest"), &cdkteardown.MqttDisconnectionProps{
		Clients: cdkteardown.MqttClients_FromManifest(manifests, jsii.String("clients.jsonl.gz"), &cdkteardown.ManifestOptions{
			Format: cdkteardown.ManifestFormat_JsonLines(jsii.String("clientId")),
		}),
		RequestsPerSecond: jsii.Number(2.5),
	})
	key := awskms.NewKey(stack, jsii.String("Key"), nil)
	key.GrantDecrypt(filed.GrantPrincipal())

	token := awsssm.StringParameter_FromSecureStringParameterAttributes(stack, jsii.String("Token"), &awsssm.SecureStringParameterAttributes{
		ParameterName: jsii.String("/chats/token"),
	})
	cdkteardown.NewChatDisconnection(stack, jsii.String("ChatInParameter"), &cdkteardown.ChatDisconnectionProps{
		Participants: cdkteardown.ChatParticipants_FromParameter(token, &cdkteardown.ParameterTokensOptions{EncryptionKey: key}),
	})
	cdkteardown.NewChatDisconnection(stack, jsii.String("ChatsInTable"), &cdkteardown.ChatDisconnectionProps{
		Participants: cdkteardown.ChatParticipants_FromTable(live, &cdkteardown.TableTokensOptions{
			Attribute: jsii.String("id"),
			Partition: &cdkteardown.TableCondition{Attribute: jsii.String("kind"), Value: "chat"},
			Filter:    &cdkteardown.TableCondition{Attribute: jsii.String("floor"), Value: 3},
			TokenKind: cdkteardown.TokenKind_PARTICIPANT,
		}),
	})

	instanceArn := stack.FormatArn(&awscdk.ArnComponents{
		Service:      jsii.String("connect"),
		Resource:     jsii.String("instance"),
		ResourceName: jsii.String("0cc2f3f4-1111-4000-8000-000000000000"),
	})
	cdkteardown.NewContactStop(stack, jsii.String("OneContact"), &cdkteardown.ContactStopProps{
		InstanceArn: instanceArn,
		Contacts:    cdkteardown.Contacts_Ids(jsii.String("contact-1")),
		Preflight:   jsii.Bool(false),
	})
	cdkteardown.NewContactStop(stack, jsii.String("ContactsInTable"), &cdkteardown.ContactStopProps{
		InstanceArn: instanceArn,
		Contacts: cdkteardown.Contacts_FromTable(live, &cdkteardown.TableTargetsOptions{
			Attribute: jsii.String("id"),
			Partition: &cdkteardown.TableCondition{Attribute: jsii.String("kind"), Value: "contact"},
		}),
	})
	cdkteardown.NewContactStop(stack, jsii.String("ContactsInManifest"), &cdkteardown.ContactStopProps{
		InstanceArn: instanceArn,
		Contacts:    cdkteardown.Contacts_FromManifest(manifests, jsii.String("contacts.txt"), nil),
	})

	cdkteardown.NewManagedThingDeletion(stack, jsii.String("OneThing"), &cdkteardown.ManagedThingDeletionProps{
		Things: cdkteardown.ManagedThings_Ids(jsii.String("thing1")),
		Force:  cdkteardown.Force_Always(),
	})
	cdkteardown.NewManagedThingDeletion(stack, jsii.String("ThingsOfHub"), &cdkteardown.ManagedThingDeletionProps{
		Things: cdkteardown.ManagedThings_Matching(&cdkteardown.ManagedThingFilter{
			ParentControllerId: jsii.String("hub1"),
			Role:               cdkteardown.ManagedThingRole_DEVICE,
			ProvisioningStatus: cdkteardown.ProvisioningStatus_ACTIVATED,
		}),
	})
	cdkteardown.NewManagedThingDeletion(stack, jsii.String("ThingsInTable"), &cdkteardown.ManagedThingDeletionProps{
		Things: cdkteardown.ManagedThings_FromTable(live, &cdkteardown.TableTargetsOptions{
			Attribute: jsii.String("id"),
			Partition: &cdkteardown.TableCondition{Attribute: jsii.String("kind"), Value: "thing"},
		}),
	})
}
