/*
 * Of 3 a second and 5 at once, and of 6 and 9, for an Amazon Connect instance:
 * https://docs.aws.amazon.com/connect/latest/adminguide/amazon-connect-service-limits.html#connect-participant-api-quotas
 */

export const DISCONNECT_PARTICIPANT = { perSecond: 2.7, burst: 4 };
export const CREATE_PARTICIPANT_CONNECTION = { perSecond: 5.4, burst: 8 };
