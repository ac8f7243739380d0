import { oneOf, Shape, withDefault } from './fields';

export const CHAT_RESOURCE_TYPE = 'Custom::ChatDisconnection';

/** How participants are disconnected. */
export const CHAT_OPERATION = new Shape({
  TokenKind: withDefault(oneOf('CONNECTION', 'PARTICIPANT'), 'CONNECTION'),
  /** Version 0.2.0 and before took every denied token for gone by default. */
  DeniedToken: withDefault(oneOf('TREAT_AS_GONE', 'TREAT_AS_GONE_UNLESS_ALL', 'FAIL'), 'TREAT_AS_GONE'),
});
