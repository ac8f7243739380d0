import type { Probe } from '../finding';
import { BY_HAND } from './by-hand';
import { CHATS } from './chats';
import { CLOUDFORMATION } from './cloudformation';
import { CONTACTS } from './contacts';
import { IOT_POLICIES } from './iot-policies';
import { MQTT } from './mqtt';
import { THINGS } from './things';

/** What takes minutes goes last. */
const SLOW = ['policy-deletion', 'late-exchange', 'policy-in-force'];
const ALL = [...THINGS, ...MQTT, ...IOT_POLICIES, ...CHATS, ...CONTACTS, ...CLOUDFORMATION, ...BY_HAND];
const isSlow = ({ row }: Probe) => SLOW.includes(row);

export const PROBES: readonly Probe[] = [...ALL.filter((probe) => !isSlow(probe)), ...ALL.filter(isSlow)];
