/** Of 15 a second: https://docs.aws.amazon.com/general/latest/gr/iot-core.html#throttling-limits */
export const DETACH_POLICY = { perSecond: 13.5, burst: 1 };
