/** Of 100 a second for each call: https://docs.aws.amazon.com/general/latest/gr/iot-core.html#message-broker-limits */
export const DATA_PLANE = { perSecond: 90, burst: 10 };
