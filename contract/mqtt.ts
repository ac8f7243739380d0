import { flag, notNegative, optional, Shape, text, withDefault } from './fields';

export const MQTT_RESOURCE_TYPE = 'Custom::MqttDisconnection';

/** How clients are disconnected. */
export const MQTT_OPERATION = new Shape({
  CleanSession: withDefault(flag, false),
  PreventWillMessage: withDefault(flag, false),
  /** How long a client is to stay away; nothing is confirmed where it is absent. */
  ConfirmAwaySeconds: optional(notNegative),
  Endpoint: optional(text),
});

const MAX_CLIENT_ID_BYTES = 128;

/**
 * What AWS IoT would refuse about a client id, in words that follow the id. Used at synth and, for ids found at run time, by the
 * handler.
 *
 * @see https://docs.aws.amazon.com/iot/latest/apireference/API_iotdata_DeleteConnection.html
 */
export function clientIdProblem(id: string): string | undefined {
  if (id === '') return `is empty: a client id has 1 to ${MAX_CLIENT_ID_BYTES} bytes`;
  const bytes = Buffer.byteLength(id);
  if (bytes > MAX_CLIENT_ID_BYTES) return `has ${bytes} bytes of UTF-8: a client id has at most ${MAX_CLIENT_ID_BYTES}`;
  if (id.startsWith('$')) return 'starts with "$": AWS IoT reserves such client ids';
  // The SDK sends both unencoded, and an HTTP path drops them.
  if (id === '.' || id === '..') return 'cannot be part of a request path: give the client another id';
  if (/\p{Surrogate}/u.test(id)) return 'is not valid Unicode: half of a surrogate pair stands alone';
  // To AWS IoT it would be another client, which it does not find: as if it were gone already.
  if (id !== id.trim()) return 'starts or ends with a blank: take the blank away';
  return undefined;
}
