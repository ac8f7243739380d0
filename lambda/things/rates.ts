/** Of 10 a second for each call: https://docs.aws.amazon.com/general/latest/gr/iot_device_management.html#limits_iot_managed_integrations */
export const MANAGED_INTEGRATIONS = { perSecond: 9, burst: 1 };
