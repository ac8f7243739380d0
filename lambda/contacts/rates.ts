/* Of 10 a second and 15 at once: https://docs.aws.amazon.com/connect/latest/adminguide/amazon-connect-service-limits.html#connect-api-quotas */

export const STOP_CONTACT = { perSecond: 9, burst: 13 };
export const DESCRIBE_CONTACT = { perSecond: 9, burst: 13 };
